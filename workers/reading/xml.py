"""XML read as it comes, without a tree: nothing is fetched, no entity is made, a document type is refused."""
from collections.abc import Callable, Iterable
from xml.parsers import expat

from .archives import DAMAGED, damaged

BROKEN = (expat.ExpatError, *DAMAGED)
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def parser_of(start: Start, end: End, text: Text | None = None) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def parse(pieces: Iterable[bytes], start: Start, end: End, text: Text | None = None) -> None:
    """Unreadable where it is no well-formed XML or declares a document type."""
    parser = parser_of(start, end, text)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except BROKEN as error:
        raise damaged() from error


def local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse(*_facts: object) -> None:
    raise damaged()
