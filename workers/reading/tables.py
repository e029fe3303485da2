"""A grid into lists: where the heading is, which columns are whose, which lines are people."""
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .columns import by_content
from .finding import find_heading, may_be_heading, texts_of
from .headings import ENDING, Found, Meanings, assign
from .looks import bare
from .passing import Passing
from .shapes import Cell, Field, Grid, Line, Row, Sheet, Workbook

_ABOVE, _SAMPLE = 2_000, 300


def tables(kind: str, grids: Sequence[Grid], fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    meanings = Meanings(fields, learned)
    book = Workbook(kind, [], [])
    before: Found | None = None
    for grid in grids:
        found = None
        if grid.rows and not grid.hidden:
            found = find_heading(grid, meanings) or _going_on(grid, before, meanings)
        if found:
            before = found
            book.sheets.extend(_Reading(grid, found, meanings).sheets)
        else:
            book.ignored.append((grid.title, "hidden" if grid.hidden else "no_list" if grid.rows else "empty"))
    return book


def _going_on(grid: Grid, before: Found | None, meanings: Meanings) -> Found | None:
    """A sheet without headings: as the sheet before it where the same columns hold the same, else by what columns hold."""
    here = by_content(grid.rows[:_SAMPLE], Found(-1, -1), meanings.fields)
    kinds = {meanings.fields[key].kind for key in here.columns}
    if before and kinds & {"identity", "phone"} and all(
            before.columns.get(key, column) == column for key, column in here.columns.items()):
        return replace(before, first=-1, last=-1)
    return here if "identity" in kinds or {"name", "phone"} <= kinds else None


class _Reading:
    """One grid from its heading on; other headings further down begin another list."""

    def __init__(self, grid: Grid, found: Found, meanings: Meanings) -> None:
        self.grid, self.meanings = grid, meanings
        self.sheets: list[Sheet] = []
        self.down = _Down(grid)
        self.begin(found)
        last = grid.rows[found.last].number if found.last >= 0 else 0
        for place in range(max(found.last, -1) + 1, len(grid.rows)):
            row = grid.rows[place]
            if last and row.number > last + 1:
                self.sheets[-1].passed_over.append((last + 1, "gap"))
            last = row.number
            self.take(place, row)

    def begin(self, found: Found) -> None:
        rows = self.grid.rows
        self.found = by_content(rows[found.last + 1 : found.last + 1 + _SAMPLE], found, self.meanings.fields)
        heads = rows[found.first : found.last + 1] if found.first >= 0 else []
        self.passing = Passing(self.found, heads, rows[: max(found.first, 0)], self.meanings.fields)
        above = "\n".join(
            " ".join(str(value) for _column, value in sorted(row.cells.items())) for row in rows[: max(found.first, 0)])
        self.sheets.append(Sheet(
            title=self.grid.title, heading_line=heads[-1].number if heads else 0, columns=found.columns,
            headings=found.headings, unknown=found.unknown, twice=found.twice,
            above="" if len(self.sheets) else above[:_ABOVE], lines=[], passed_over=[]))

    def take(self, place: int, row: Row) -> None:
        why = self.passing.why(row)
        if why in ("", "nobody") and (other := self.other_heading(place, row)):
            self.begin(other)
        elif why:
            self.sheets[-1].passed_over.append((row.number, why))
        else:
            self.sheets[-1].lines.append(self.line(row))

    def other_heading(self, place: int, row: Row) -> Found | None:
        """Only where everything that would be somebody's is a heading's word."""
        if not may_be_heading(row) or len(row.cells) < 2:
            return None
        found = assign(place, place, texts_of(row), self.meanings)
        sure = sum(claim.rank < ENDING for claim in found.claims)
        theirs = [column for key, column in self.found.columns.items()
                  if self.meanings.fields[key].kind in ("name", "identity")]
        named = all(column not in row.cells or column not in found.unknown for column in theirs)
        return found if sure >= 2 and named and sure > len(found.unknown) else None

    def line(self, row: Row) -> Line:
        cells: dict[str, Cell] = {}
        formulas = []
        for key, column in self.found.columns.items():
            if column in row.formulas:
                formulas.append(key)
                continue
            value = row.cells.get(column)
            if value is None and self.down.any and self.meanings.fields[key].kind not in ("name", "identity"):
                value = self.down.value(row.number, column)
            if value is not None and (value.__class__ is not str or bare(value)):
                cells[key] = value
        return Line(row.number, cells, frozenset(formulas))


class _Down:
    """Cells merged over several lines: what stands there is said of each of them (a village, never a person)."""

    def __init__(self, grid: Grid) -> None:
        self.areas: dict[int, list[tuple[int, int, Cell]]] = {}
        wanted = {(area.first_line, area.first_column): area.last_line for area in grid.merged
                  if area.last_line > area.first_line}
        self.any = bool(wanted)
        for row in grid.rows if wanted else []:
            for column, value in row.cells.items():
                if (row.number, column) in wanted and column not in row.formulas:
                    self.areas.setdefault(column, []).append((row.number, wanted[row.number, column], value))

    def value(self, line: int, column: int) -> Cell | None:
        areas = self.areas.get(column, [])
        place = bisect_right(areas, line, key=lambda area: area[0]) - 1
        return areas[place][2] if place >= 0 and areas[place][1] >= line else None
