"""One more column in a workbook (.xlsx): its sheets' XML changed in those places, all else kept byte for byte."""
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any
from xml.sax.saxutils import escape

from .archives import Archive
from .edits import Passing, edited
from .workbooks import Book, column_of, open_book
from .xml import End, Start, local, parse

Remarks = Mapping[tuple[str, int], str]
_WIDTH = 48
_LONGEST = 32_000  # a cell takes 32,767 signs
_FILL = b'<%sfill><%spatternFill patternType="solid"><%sfgColor rgb="FFFFF2CC"/></%spatternFill></%sfill>'
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def remark_xlsx(archive: Archive, remarks: Remarks, heading: str, heading_lines: Mapping[str, Iterable[int]]) -> bytes:
    book = open_book(archive)
    styles, changed = _Styles(archive), {}
    for listed in book.listed:
        said = {line: shown for (title, line), text in remarks.items()
                if title == listed.title and (shown := writable(text))}
        if said:
            changed[archive.info(listed.part).filename] = _Sheet(book, listed.part, said, styles.number)
            changed[archive.info(listed.part).filename].head(heading, heading_lines.get(listed.title, ()))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
        for part in archive.parts():
            pieces: Iterable[bytes] | None = None
            if part.filename in changed:
                pieces = edited(archive.pieces(part.filename), changed[part.filename].handlers)
            elif changed and styles.number and part.filename.lower() == styles.part:
                pieces = edited(archive.pieces(part.filename), styles.handlers)
            if pieces is None:
                _hand_on(out, part, archive.packed(part))
            else:
                _write(out, part, pieces)
    return whole.getvalue()


def _write(out: zipfile.ZipFile, part: zipfile.ZipInfo, pieces: Iterable[bytes]) -> None:
    new = zipfile.ZipInfo(part.filename, part.date_time)
    new.compress_type, new.external_attr = zipfile.ZIP_DEFLATED, part.external_attr
    with out.open(new, "w", force_zip64=part.file_size > 2**30) as to:
        for piece in pieces:
            to.write(piece)


def _hand_on(out: Any, part: zipfile.ZipInfo, packed: bytes) -> None:
    """Packed as it came. zipfile has no way of its own to say so; this is what its writing does at the end."""
    new = copy(part)
    new.flag_bits &= ~0x08
    new.header_offset = out.fp.tell()
    out.fp.write(new.FileHeader(zip64=False))
    out.fp.write(packed)
    out.filelist.append(new)
    out.NameToInfo[new.filename] = new
    out.start_dir, out._didModify = out.fp.tell(), True


def writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)[:_LONGEST]


def name_of(column: int) -> str:
    """0 is A, 16,383 XFD."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Styles:
    """One style more: a coloured cell whose text wraps. Without a part of styles cells stay plain."""

    part = "xl/styles.xml"

    def __init__(self, archive: Archive) -> None:
        self.fills = self.number = 0
        self.inside = ""
        if self.part in archive:
            parse(archive.pieces(self.part), self._count, self._leave)
        if not self.fills:
            self.number = 0

    def _count(self, name: str, _said: dict[str, str]) -> None:
        name = local(name)
        if name in ("fills", "cellXfs"):
            self.inside = name
        elif name == "fill" and self.inside == "fills":
            self.fills += 1
        elif name == "xf" and self.inside == "cellXfs":
            self.number += 1

    def _leave(self, name: str) -> None:
        if local(name) == self.inside:
            self.inside = ""

    def handlers(self, passing: Passing) -> tuple[Start, End]:
        def start(name: str, _said: dict[str, str]) -> None:
            if local(name) in ("fills", "cellXfs"):
                more = (self.fills if local(name) == "fills" else self.number) + 1
                here = passing.here
                tag = passing.between(here, passing.end_of_tag(here))
                passing.put(here, here + len(tag), re.sub(rb'\scount="\d*"', b' count="%d"' % more, tag))

        def end(name: str) -> None:
            prefix = name[: -len(local(name))].encode()
            if local(name) == "fills":
                passing.put(passing.here, passing.here, _FILL % ((prefix,) * 5))
            elif local(name) == "cellXfs":
                passing.put(passing.here, passing.here, (
                    b'<%sxf numFmtId="0" fontId="0" fillId="%d" borderId="0" xfId="0" applyFill="1" applyAlignment="1">'
                    b'<%salignment vertical="top" wrapText="1"/></%sxf>') % (prefix, self.fills, prefix, prefix))

        return start, end


class _Sheet:
    """The remarks of one sheet, and the column right of its list that holds nothing in any line."""

    def __init__(self, book: Book, part: str, said: dict[int, str], style: int) -> None:
        self.said, self.style = dict(said), style
        self.filled: dict[int, set[int]] = {}
        self.used: set[int] = set()
        self.line = 0
        self.place = -1
        parse(book.archive.pieces(part), self._look, self._looked)
        self.column = 0

    def _look(self, name: str, said: dict[str, str]) -> None:
        name = local(name)
        if name == "row":
            self.line = int(said.get("r", self.line + 1))
            self.place = -1
        elif name == "c":
            self.place = column_of(said["r"].rstrip("0123456789")) if "r" in said else self.place + 1
        elif name in ("v", "f", "is"):
            self.used.add(self.place)
            if self.line in self.said or len(self.filled) < 60:
                self.filled.setdefault(self.line, set()).add(self.place)

    def _looked(self, _name: str) -> None:
        pass

    def head(self, heading: str, lines: Iterable[int]) -> None:
        """Over the column stands its heading, in the lines where headings are; else in the fullest one before the first."""
        first = min(self.said)
        before = [line for line in self.filled if line < first]
        places = [line for line in lines if line in self.filled and line not in self.said]
        if not places and before:
            places = [max(before, key=lambda line: (len(self.filled[line]), -line))]
        widest = max((max(self.filled[line]) for line in (*places, *self.said) if self.filled.get(line)), default=0)
        self.column = next((column for column in range(widest + 1, 16_384) if column not in self.used), 16_383)
        for line in places:
            self.said[line] = writable(heading)

    def cell(self, line: int, prefix: str) -> bytes:
        said = escape(self.said[line])
        style = f' s="{self.style}"' if self.style else ""
        return (f'<{prefix}c r="{name_of(self.column)}{line}"{style} t="inlineStr"><{prefix}is>'
                f'<{prefix}t xml:space="preserve">{said}</{prefix}t></{prefix}is></{prefix}c>').encode()

    def handlers(self, passing: Passing) -> tuple[Start, End]:
        writer = _Writer(self, passing)
        return writer.start, writer.end


class _Writer:
    """Puts each line's cell in its place among the others, instead of an empty one that stands there."""

    def __init__(self, sheet: _Sheet, passing: Passing) -> None:
        self.sheet, self.passing = sheet, passing
        self.line, self.place = 0, -1
        self.wanted = False
        self.row_tag: int | None = None
        self.empty: int | None = None
        # The last column that has a width of its own; None before the sheet says anything of widths.
        self.wide: int | None = None

    def start(self, name: str, said: dict[str, str]) -> None:
        bare = local(name)
        if self.row_tag is not None and bare != "row":
            self.free_row()
        if bare == "row":
            self.line = int(said.get("r", self.line + 1))
            self.place, self.wanted = -1, self.line in self.sheet.said
            if self.wanted and "spans" in said:
                self.row_tag = self.passing.here
                self.passing.hold = self.row_tag
        elif bare == "c" and self.wanted:
            self.place = column_of(said["r"].rstrip("0123456789")) if "r" in said else self.place + 1
            if self.place == self.sheet.column:
                self.empty = self.passing.hold = self.passing.here
            elif self.place > self.sheet.column:
                self.write(self.passing.here, name[: -len(bare)])
        elif bare == "dimension":
            self.reach(said.get("ref", ""))
        elif bare in ("cols", "col"):
            self.wide = max(self.wide or 0, int(said.get("max", 0)))
        elif bare == "sheetData" and self.wide is None:
            prefix = name[: -len(bare)]
            widths = f"<{prefix}cols>{self.width(prefix)}</{prefix}cols>"
            self.passing.put(self.passing.here, self.passing.here, widths.encode())

    def free_row(self) -> None:
        """A row says from where to where its cells go; without that it may hold one more."""
        assert self.row_tag is not None
        tag = self.passing.between(self.row_tag, self.passing.end_of_tag(self.row_tag))
        self.passing.put(self.row_tag, self.row_tag + len(tag), re.sub(rb'\sspans="[^"]*"', b"", tag))
        self.row_tag = self.passing.hold = None

    def end(self, name: str) -> None:
        bare = local(name)
        if bare == "cols" and (self.wide or 0) <= self.sheet.column:
            self.passing.put(self.passing.here, self.passing.here, self.width(name[: -len(bare)]).encode())
        if bare == "c" and self.empty is not None:
            start, here = self.empty, self.passing.here
            closed = self.passing.between(start, self.passing.end_of_tag(start)).endswith(b"/>")
            self.write(start, name[: -len(bare)], here if closed else self.passing.end_of_tag(here))
            self.empty = self.passing.hold = None
        elif bare == "row" and self.wanted and self.place >= 0:
            self.write(self.passing.here, name[: -len(bare)])

    def write(self, start: int, prefix: str, end: int | None = None) -> None:
        self.passing.put(start, start if end is None else end, self.sheet.cell(self.line, prefix))
        self.wanted = False

    def width(self, prefix: str) -> str:
        return f'<{prefix}col min="{self.sheet.column + 1}" max="{self.sheet.column + 1}" width="{_WIDTH}" customWidth="1"/>'

    def reach(self, ref: str) -> None:
        found = re.fullmatch(r"([A-Z]{1,3}\d+):([A-Z]{1,3})(\d+)", ref)
        if found and column_of(found[2]) < self.sheet.column:
            here = self.passing.here
            tag = self.passing.between(here, self.passing.end_of_tag(here))
            wider = f"{found[1]}:{name_of(self.sheet.column)}{found[3]}".encode()
            self.passing.put(here, here + len(tag), tag.replace(ref.encode(), wider))

