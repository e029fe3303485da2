"""Workbooks of the old kind (.xls) into grids."""
import io
from typing import Any

import xlrd

from .archives import damaged, locked
from .limits import Counting
from .shapes import Cell, Grid, Merged, Row, Unreadable
from .xlsx import from_serial


def read_xls(data: bytes) -> list[Grid]:
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
        counting = Counting()
        return [_grid(book, place, counting) for place in range(book.nsheets)]
    except Unreadable:
        raise
    except Exception as error:  # a damaged file breaks its reader in any way
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise Unreadable(locked()) from error
        raise damaged() from error


def _grid(book: Any, place: int, counting: Counting) -> Grid:
    sheet = book.sheet_by_index(place)
    grid = Grid(sheet.name[:100], [], hidden=sheet.visibility != 0)
    for number in range(sheet.nrows):
        cells = {}
        for column, (kind, value) in enumerate(zip(sheet.row_types(number), sheet.row_values(number), strict=True)):
            if (cell := _cell(kind, value, book.datemode)) is not None:
                cells[column] = cell
        counting.row(grid.title, number + 1, cells)
        if cells:
            grid.rows.append(Row(number + 1, cells))
    grid.merged = [Merged(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    book.unload_sheet(place)
    return grid


def _cell(kind: int, value: Any, since_1904: int) -> Cell | None:
    if kind == xlrd.XL_CELL_TEXT:
        return str(value) or None
    if kind == xlrd.XL_CELL_DATE:
        return from_serial(value, bool(since_1904)) or float(value)
    if kind == xlrd.XL_CELL_NUMBER:
        return int(value) if float(value).is_integer() and abs(value) < 10**15 else float(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return None
