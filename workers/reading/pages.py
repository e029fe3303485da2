"""Tables of web pages that a system saved under a workbook's name: read as text, nothing of the page is fetched or run."""
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from .delimited import decoded
from .limits import Counting
from .shapes import Cell, Grid, Merged, Row, Unreadable

LARGEST = 8 * 1024 * 1024
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
    reader.feed(text)
    reader.close()
    grids = [grid for grid in reader.grids if grid.rows]
    if not grids:
        raise Unreadable(as_workbook())
    for number, grid in enumerate(grids[1:], 2):
        grid.title = str(number)
    return grids


def as_workbook() -> str:
    return _("This is a web page or an XML text that was saved under a workbook's name. Open it in a spreadsheet, save it "
             "as .xlsx and send that.")


class _Tables(HTMLParser):
    """Outer tables one by one; a table inside a cell is that cell's text. Lines count from the first of each table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self.counting = Counting()
        self.depth = self.line = self.column = 0
        self.text: list[str] | None = None
        self.span = (1, 1)
        self.cells: dict[int, Cell] = {}
        # Columns that a cell further up still covers, with the last line of it.
        self.covered: dict[int, int] = {}
        self.silent = self.spread = 0

    def handle_starttag(self, tag: str, said: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.grids.append(Grid("", []))
                self.line, self.covered = 0, {}
        elif self.depth == 1 and tag == "tr":
            self.end_row()
            self.line += 1
        elif self.depth == 1 and tag in ("td", "th"):
            self.end_cell()
            self.text = []
            facts = dict(said)
            self.span = (_count(facts.get("rowspan")), _count(facts.get("colspan")))
        elif tag == "br" and self.text is not None:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self.end_row()
            self.depth -= 1
        elif self.depth == 1 and tag in ("td", "th"):
            self.end_cell()
        elif self.depth == 1 and tag == "tr":
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.silent:
            self.text.append(data)
            self.counting.texts(len(data))

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
