"""Tables of web pages that a system saved under a workbook's name: read as text, nothing of the page is fetched or run."""
import re
from collections.abc import Iterator
from html import unescape

from django.utils.translation import gettext as _

from .delimited import decoded
from .limits import Counting
from .shapes import Cell, Grid, Merged, Row, Unreadable

LARGEST = 8 * 1024 * 1024
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?(\d+)", re.IGNORECASE)
_SILENT = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
_MOST_SPAN, _MOST_SPREAD = 1_000, 1_000_000


def is_page(data: bytes) -> bool:
    head = data[:4_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style", b"<body", b"<div")) or (
        head.startswith((b"<?xml", b"<!--")) and (b"<html" in head or b"<table" in head))


def read_page(data: bytes) -> list[Grid]:
    if len(data) > LARGEST:
        raise Unreadable(as_workbook())
    text, _encoding = decoded(data)
    reader = _Tables()
    for closes, tag, said in _pieces(text):
        reader.take(closes, tag, said)
    reader.end_row()
    grids = [grid for grid in reader.grids if grid.rows]
    if not grids:
        raise Unreadable(as_workbook())
    for number, grid in enumerate(grids[1:], 2):
        grid.title = str(number)
    return grids


def as_workbook() -> str:
    return _("This is a web page or an XML text that was saved under a workbook's name. Open it in a spreadsheet, save it "
             "as .xlsx and send that.")


def _pieces(text: str) -> Iterator[tuple[bool, str, str]]:
    """Tags (whether it closes, its name, its attributes) and the text between (no name), each sign looked at once.

    html.parser takes time by the square of what is malformed on purpose.
    """
    place = 0
    while (start := text.find("<", place)) >= 0:
        yield False, "", text[place:start]
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            if end < 0:
                return
            place = end + 3
        elif found := _TAG.match(text, start):
            name = found[2].lower()
            place = found.end()
            if name in _SILENT and not found[1]:
                closing = _SILENT[name].search(text, place)
                if not closing:
                    return
                place = closing.end()
            yield bool(found[1]), name, found[3]
        else:
            yield False, "", "<"
            place = start + 1
    yield False, "", text[place:]


class _Tables:
    """Outer tables one by one; a table inside a cell is that cell's text. Lines count from the first of each table."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.counting = Counting()
        self.depth = self.line = self.column = self.spread = 0
        self.text: list[str] | None = None
        self.span = (1, 1)
        self.cells: dict[int, Cell] = {}
        # Columns that a cell further up still covers, with the last line of it.
        self.covered: dict[int, int] = {}

    def take(self, closes: bool, tag: str, said: str) -> None:
        if not tag:
            self.add(unescape(said))
        elif tag == "br":
            self.add("\n")
        elif tag == "table":
            self.table(closes)
        elif self.depth == 1 and tag == "tr":
            self.end_row()
            self.line += not closes
        elif self.depth == 1 and tag in ("td", "th"):
            self.end_cell()
            if not closes:
                spans = {name.lower(): number for name, number in _SPAN.findall(said)}
                self.text, self.span = [], (_count(spans.get("rowspan")), _count(spans.get("colspan")))

    def table(self, closes: bool) -> None:
        if self.depth == closes:
            self.end_row()
        if self.depth == 0 and not closes:
            self.grids.append(Grid("", []))
            self.line, self.covered = 0, {}
        self.depth = max(self.depth + (-1 if closes else 1), 0)

    def add(self, said: str) -> None:
        if self.text is not None and said:
            self.text.append(said)
            self.counting.texts(len(said))

    def end_cell(self) -> None:
        if self.text is None:
            return
        while self.covered.get(self.column, 0) >= self.line:
            self.column += 1
        said = " ".join("".join(self.text).split())
        down, right = self.span
        if said:
            self.cells[self.column] = said
        if down > 1 or right > 1:
            self.spread += right
            if self.spread > _MOST_SPREAD or self.column > 16_384:
                raise Unreadable(as_workbook())
            self.grids[-1].merged.append(Merged(self.line, self.column, self.line + down - 1, self.column + right - 1))
            for column in range(self.column, self.column + right):
                self.covered[column] = self.line + down - 1
        self.column += right
        self.text = None

    def end_row(self) -> None:
        self.end_cell()
        if self.line:
            self.counting.row("", self.line, self.cells)
            if self.cells:
                self.grids[-1].rows.append(Row(self.line, self.cells))
        self.cells, self.column = {}, 0


def _count(said: str | None) -> int:
    return min(max(int(said), 1), _MOST_SPAN) if said and said.isascii() and said.isdigit() and len(said) < 9 else 1
