"""A grid into lists: where the heading is, which columns are whose, which lines are people."""
from collections.abc import Mapping, Sequence

from .columns import by_content
from .headings import Found, Meanings, assign, find_heading, may_be_heading, texts_of
from .looks import bare
from .passing import why_nobodys
from .shapes import Cell, Field, Grid, Line, Row, Sheet, Workbook

_ABOVE = 2_000


def tables(kind: str, grids: Sequence[Grid], fields: Sequence[Field], learned: Mapping[str, str]) -> Workbook:
    meanings = Meanings(fields, learned)
    book = Workbook(kind, [], [])
    before: Found | None = None
    for grid in grids:
        why = "empty" if not grid.rows else "hidden" if grid.hidden else ""
        if not why:
            found = find_heading(grid, 0, meanings) or _going_on(grid, before, meanings)
            if found:
                before = found
                book.sheets.extend(_lists_of(grid, found, meanings))
            else:
                why = "no_list"
        if why:
            book.ignored.append((grid.title, why))
    return book


def _going_on(grid: Grid, before: Found | None, meanings: Meanings) -> Found | None:
    """A sheet without headings: as the sheet before it where the same columns hold the same, else by what columns hold."""
    here = by_content(grid.rows, Found(-1, -1), meanings.fields)
    if before and here.columns and all(
            before.columns.get(key, column) == column for key, column in here.columns.items()):
        return Found(-1, -1, dict(before.columns), dict(before.headings), list(before.unknown), dict(before.twice))
    kinds = {meanings.fields[key].kind for key in here.columns}
    return here if "identity" in kinds or {"name", "phone"} <= kinds else None


def _lists_of(grid: Grid, found: Found, meanings: Meanings) -> list[Sheet]:
    found = by_content(grid.rows[found.last + 1 :][:300], found, meanings.fields)
    sheets = [_sheet(grid, found)]
    last = grid.rows[found.last].number if found.last >= 0 else 0
    for place in range(found.last + 1, len(grid.rows)):
        row = grid.rows[place]
        sheet = sheets[-1]
        why = why_nobodys(row, found, meanings.fields)
        if why in ("nobody", "") and (other := _other_heading(place, row, meanings)):
            found = by_content(grid.rows[place + 1 :][:300], other, meanings.fields)
            sheets.append(sheet := _sheet(grid, found))
            last = row.number
            continue
        if row.number > last + 1 and last:
            sheet.passed_over.append((last + 1, "gap"))
        last = row.number
        if why:
            sheet.passed_over.append((row.number, why))
        else:
            sheet.lines.append(_line(row, found))
    return sheets


def _other_heading(place: int, row: Row, meanings: Meanings) -> Found | None:
    """Other headings further down begin another list; only sure ones do."""
    if not may_be_heading(row):
        return None
    found = assign(place, place, texts_of(row), meanings)
    return found if found.named >= 3 and found.weight >= 20 * found.named - 20 and not found.unknown else None


def _sheet(grid: Grid, found: Found) -> Sheet:
    above = "\n".join(
        " ".join(str(value) for _column, value in sorted(row.cells.items())) for row in grid.rows[: max(found.first, 0)])
    return Sheet(
        title=grid.title, heading_line=grid.rows[found.last].number if found.last >= 0 else 0, columns=found.columns,
        headings=found.headings, unknown=found.unknown, twice=found.twice, above=above[:_ABOVE], lines=[], passed_over=[])


def _line(row: Row, found: Found) -> Line:
    cells: dict[str, Cell] = {}
    formulas = []
    for key, column in found.columns.items():
        if column in row.formulas:
            formulas.append(key)
        elif column in row.cells and bare(row.cells[column]):
            cells[key] = row.cells[column]
    return Line(row.number, cells, frozenset(formulas))
