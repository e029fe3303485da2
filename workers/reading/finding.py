"""Which line of a sheet, or which two, is its heading."""
from collections.abc import Iterable

from .headings import Found, Meanings, assign
from .looks import is_data
from .shapes import Cell, Grid, Merged, Row

WITHIN = 40
_WIDEST = 100


def find_heading(grid: Grid, meanings: Meanings) -> Found | None:
    """The line, or two lines, among the first forty that mean most."""
    needed = min(2, len(meanings.fields))
    best: Found | None = None
    for place, row in enumerate(grid.rows[:WITHIN]):
        for found in _at(grid, place, row, meanings):
            if len(found.columns) >= needed and (best is None or found.weight > best.weight):
                best = found
    return best


def _at(grid: Grid, place: int, row: Row, meanings: Meanings) -> Iterable[Found]:
    """Two lines before one: with the same meaning the second is no person."""
    if not may_be_heading(row):
        return
    one = assign(place, place, texts_of(row), meanings)
    below = grid.rows[place + 1] if place + 1 < len(grid.rows) else None
    if below and below.number == row.number + 1 and may_be_heading(below) and _continues(row, below, grid.merged, meanings):
        two = assign(place, place + 1, _joined(row, below, grid.merged), meanings)
        # A title over a heading adds nothing to it.
        if two.weight > assign(place, place, texts_of(below), meanings).weight:
            yield two
    yield one


def may_be_heading(row: Row) -> bool:
    return not row.formulas and not any(is_data(value) for value in row.cells.values())


def texts_of(row: Row) -> dict[int, list[str]]:
    return {column: [_one_line(value)] for column, value in row.cells.items() if _one_line(value)}


def _one_line(value: Cell) -> str:
    return " ".join(str(value).split())


def _joined(top: Row, below: Row, merged: Iterable[Merged]) -> dict[int, list[str]]:
    """By column what it may be called: both lines as one word, the lower, the upper one."""
    upper = _spread(top, merged)
    said: dict[int, list[str]] = {}
    for column in sorted(upper.keys() | below.cells.keys()):
        over, under = _one_line(upper.get(column, "")), _one_line(below.cells.get(column, ""))
        texts = [over + under, under, over] if under else [over]
        said[column] = [text for text in texts if text]
    return {column: texts for column, texts in said.items() if texts}


def _spread(row: Row, merged: Iterable[Merged]) -> dict[int, Cell]:
    """A cell over several columns is the upper part of each of their headings."""
    wide = dict(row.cells)
    for area in merged:
        if area.first_line == row.number and area.first_column in row.cells:
            for column in range(area.first_column + 1, min(area.last_column, area.first_column + _WIDEST) + 1):
                wide.setdefault(column, row.cells[area.first_column])
    return wide


def _continues(top: Row, below: Row, merged: list[Merged], meanings: Meanings) -> bool:
    """Whether every word of the lower line belongs to a heading: it means something, or stands below a wider cell."""
    upper = _spread(top, merged)
    wide = {area.first_column for area in merged if area.first_line == top.number and area.last_column > area.first_column}
    said = {column: (_one_line(upper.get(column, "")), _one_line(value)) for column, value in below.cells.items()}
    means = {column for column, (over, under) in said.items()
             if meanings.of(under) or (meanings.of(over + under) or meanings.of(over)) != meanings.of(over)}
    return len(top.cells) > 1 and bool(means) and all(
        column in means or column in wide or column not in top.cells for column in said)
