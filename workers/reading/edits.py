"""A part of a workbook changed in places while it goes by: what is not named stays byte for byte."""
import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from .archives import damaged
from .xml import BROKEN, End, Start, parser_of

_DECLARED = re.compile(r"""\s+encoding\s*=\s*["'][^"']*["']""")


class Passing:
    """Bytes on their way through a parser. Handlers ask where they are and say what to put where."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType | None = None
        self.kept = b""
        self.base = 0
        self.out: list[bytes] = []
        # The beginning of what may still be changed; nothing from there on has been given away.
        self.hold: int | None = None

    @property
    def here(self) -> int:
        assert self.parser is not None
        return self.parser.CurrentByteIndex

    def between(self, start: int, end: int) -> bytes:
        return self.kept[start - self.base : end - self.base]

    def end_of_tag(self, start: int) -> int:
        """Behind the tag that begins or has begun at `start`: no tag of a sheet holds a > in an attribute's value."""
        return self.base + self.kept.index(b">", start - self.base) + 1

    def put(self, start: int, end: int, said: bytes) -> None:
        """`said` instead of what stands from `start` to `end`; places only go up."""
        self.out += [self.between(self.base, start), said]
        self.kept, self.base = self.kept[end - self.base :], end

    def given(self, until: int) -> Iterator[bytes]:
        until = until if self.hold is None else min(until, self.hold)
        self.out.append(self.between(self.base, until))
        self.kept, self.base = self.kept[max(until - self.base, 0) :], max(until, self.base)
        yield b"".join(self.out)
        self.out = []


def edited(pieces: Iterable[bytes], handlers: Callable[[Passing], tuple[Start, End]]) -> Iterator[bytes]:
    passing = Passing()
    start, end = handlers(passing)
    parser = passing.parser = parser_of(start, end)
    try:
        for piece in _in_utf8(pieces):
            passing.kept += piece
            parser.Parse(piece, False)
            yield from passing.given(parser.CurrentByteIndex)
        parser.Parse(b"", True)
    except BROKEN as error:
        raise damaged() from error
    yield from passing.given(passing.base + len(passing.kept))


def _in_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """XML may come in UTF-16 too; what is put into it is UTF-8."""
    turning = None
    for number, piece in enumerate(pieces):
        if number == 0 and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
            turning = codecs.getincrementaldecoder("utf-16")()
        if turning is None:
            yield piece
        else:
            text = turning.decode(piece)
            yield (_DECLARED.sub("", text, count=1) if number == 0 else text).encode()
