"""Workbooks (.xlsx) into grids, a piece at a time: values as they are stored, dates by their format, no formula's value."""
import re

from .archives import Archive, damaged
from .limits import too_long, too_many_cells, too_many_elements
from .shapes import Cell, Grid, Merged, Row
from .workbooks import Book, Listed, column_of, from_serial, open_book, unescaped
from .xml import local, parse

_EXACT = 10**15  # a spreadsheet keeps fifteen figures of a number
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def read_xlsx(archive: Archive) -> list[Grid]:
    book = open_book(archive)
    return [_SheetReader(book, listed).read() for listed in book.listed]


class _SheetReader:
    """Takes rows and cells from the sheet's XML as they come by."""

    def __init__(self, book: Book, listed: Listed) -> None:
        self.book, self.counting = book, book.counting
        self.grid = Grid(listed.title, [], hidden=listed.hidden)
        self.part = listed.part
        self.columns: dict[str, int] = {}
        self.prefix: str | None = None
        self.number, self.column, self.elements, self.others = 0, -1, 0, 0
        self.cells: dict[int, Cell] = {}
        self.formulas: set[int] = set()
        self.text: list[str] = []
        self.taking = self.reading = self.is_formula = self.has_value = False
        self.kind, self.style = "n", ""

    def read(self) -> Grid:
        parse(self.book.archive.pieces(self.part), self.start, self.end, self.take)
        return self.grid

    def take(self, text: str) -> None:
        if self.taking:
            self.text.append(text)
            too_long(self.text)

    def start(self, name: str, said: dict[str, str]) -> None:
        if self.prefix is None:
            self.prefix = name[: -len(local(name))]
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "c":
            self.begin_cell(said)
        elif name == "v" or name == "t":
            self.taking = not self.reading
            self.has_value = True
        elif name == "row":
            self.begin_row(said)
        elif name == "f":
            self.is_formula = True
        elif name == "rPh":
            self.reading = True
        elif name == "mergeCell":
            self.merge(said.get("ref", ""))
        else:
            self.others += 1
            too_many_elements(self.others)

    def begin_row(self, said: dict[str, str]) -> None:
        number = said.get("r")
        self.number = self.number + 1 if number is None else self.next_number(number)
        self.column = -1
        self.cells, self.formulas = {}, set()

    def next_number(self, said: str) -> int:
        """Lines of a sheet only go up; another order is a damaged file, in which a line could not be found again."""
        if not (said.isascii() and said.isdigit() and len(said) < 8 and self.number < int(said) <= 2**20):
            raise damaged()
        return int(said)

    def begin_cell(self, said: dict[str, str]) -> None:
        place = said.get("r")
        if place is None:
            self.column += 1
        else:
            letters = place.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None:
                column = self.columns[letters] = column_of(letters)
            self.column = column
        self.elements += 1
        too_many_cells(self.elements)
        self.kind, self.style = said.get("t", "n"), said.get("s", "")
        self.is_formula = self.has_value = False
        self.text = []

    def end(self, name: str) -> None:
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "c":
            self.end_cell()
        elif name == "v" or name == "t":
            self.taking = False
        elif name == "row":
            self.counting.row(self.grid.title, self.number, self.cells)
            if self.cells:
                self.grid.rows.append(Row(self.number, self.cells, frozenset(self.formulas)))
        elif name == "rPh":
            self.reading = False

    def end_cell(self) -> None:
        if self.is_formula:
            # One that came to an empty text shows nothing, and stands for nobody.
            if self.text or self.kind != "str" or not self.has_value:
                self.formulas.add(self.column)
                self.cells[self.column] = ""
        elif self.text:
            value = self.value("".join(self.text))
            if value is not None:
                self.cells[self.column] = value

    def value(self, text: str) -> Cell | None:
        kind = self.kind
        if kind == "s":
            place = text.strip()
            if not (place.isascii() and place.isdigit() and len(place) < 10) or int(place) >= len(self.book.strings):
                raise damaged()
            return self.book.strings[int(place)] or None
        if kind == "n":
            return self.figure(text.strip())
        if kind == "b":
            return text.strip() in ("1", "true")
        self.counting.texts(len(text))
        return unescaped(text) or None

    def figure(self, text: str) -> Cell | None:
        if not text:
            return None
        try:
            value: int | float = int(text) if text.isascii() and text.isdigit() and len(text) < 40 else float(text)
        except ValueError as error:
            raise damaged() from error
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
            value = int(value)
        shown = self.book.shown(self.style)
        if shown == "date" and (day := from_serial(value, self.book.since_1904)):
            return day
        if isinstance(shown, int) and isinstance(value, int):
            return str(value).zfill(shown)
        return value

    def merge(self, ref: str) -> None:
        self.counting.merge(self.grid.title)
        if found := _AREA.fullmatch(ref):
            self.grid.merged.append(Merged(int(found[2]), column_of(found[1]), int(found[4]), column_of(found[3])))
