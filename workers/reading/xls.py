"""Workbooks of the old kind (.xls) into grids."""
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import xlrd
from django.utils.translation import gettext as _

from .archives import damaged, locked
from .containers import Container
from .limits import MOST_SHEETS, Counting
from .shapes import Cell, Grid, Merged, Row, Unreadable, distinct
from .workbooks import from_serial

_SHEET, _LOCKED, _BEGIN, _END, _MERGED, _FORMULAS = 0x85, 0x2F, 0x809, 0x0A, 0xE5, (0x06, 0x206, 0x406)


@dataclass(slots=True)
class _Beside:
    """What xlrd does not tell of a sheet: where its formulas are, and which cells are shown as one."""

    formulas: dict[int, set[int]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)


def read_xls(data: bytes) -> list[Grid]:
    try:
        stream = _stream(data)
        beside = _beside(stream)
        book = xlrd.open_workbook(file_contents=stream, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
        counting = Counting()
        grids: list[Grid] = []
        for place in range(book.nsheets):
            grids.append(_grid(book, place, beside[place], counting))
            grids[-1].title = distinct(grids[-1].title, (grid.title for grid in grids[:-1]))
        return grids
    except Unreadable:
        raise
    except Exception as error:  # a damaged file breaks its reader in any way
        raise damaged() from error


def _stream(data: bytes) -> bytes:
    """The workbook inside the container, which holds texts, slides, macros or a locked workbook as well."""
    container = Container(data)
    names = container.names
    if "encryptedpackage" in names:
        raise Unreadable(locked())
    if names & {"_vba_project_cur", "_vba_project", "vba"}:
        raise Unreadable(_("The workbook holds macros, so it was not opened. Save it as .xlsx (without macros) and send "
                           "that."))
    stream = container.stream("Workbook") or container.stream("Book")
    if stream is None:
        raise Unreadable(_("This file is no workbook. Send .xlsx, .xls or .csv, or paste the cells."))
    return stream


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, place)
        yield code, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _places(stream: bytes) -> list[int]:
    """Where sheets begin; charts and modules have no cells and are none of them, as for xlrd."""
    found = []
    for code, body in _records(stream, 0):
        if code == _LOCKED:
            raise Unreadable(locked())
        if code == _SHEET and len(body) > 6 and body[5] == 0:
            found.append(int(struct.unpack_from("<I", body)[0]))
        if code == _END:
            break
    if len(found) > MOST_SHEETS:
        raise Unreadable(_("The workbook has more than 200 sheets. Send those with lists in a workbook of their own."))
    return found


def _beside(stream: bytes) -> list[_Beside]:
    """Sheet by sheet. One that begins inside another would be read over and over."""
    found, until = {}, 0
    places = _places(stream)
    for place in sorted(places):
        if place < until:
            raise ValueError("sheets that overlap")
        found[place], until = _look_beside(stream, place)
    return [found[place] for place in places]


def _look_beside(stream: bytes, place: int) -> tuple[_Beside, int]:
    beside, depth = _Beside(), 0
    for code, body in _records(stream, place):
        place += 4 + len(body)
        depth += (code == _BEGIN) - (code == _END)
        if depth <= 0:
            break
        if code in _FORMULAS and len(body) >= 4:
            line, column = struct.unpack_from("<HH", body)
            beside.formulas.setdefault(line + 1, set()).add(column)
        elif code == _MERGED and depth == 1:
            for top, bottom, left, right in struct.iter_unpack("<HHHH", body[2 : 2 + (len(body) - 2) // 8 * 8]):
                beside.merged.append(Merged(top + 1, left, bottom + 1, right))
    return beside, place


def _grid(book: Any, place: int, beside: _Beside, counting: Counting) -> Grid:
    sheet = book.sheet_by_index(place)
    grid = Grid(sheet.name, [], beside.merged, hidden=sheet.visibility != 0)
    for number in range(sheet.nrows):
        cells: dict[int, Cell] = {}
        formulas = beside.formulas.get(number + 1, set())
        for column, (kind, value) in enumerate(zip(sheet.row_types(number), sheet.row_values(number), strict=True)):
            cell = _cell(kind, value, book.datemode)
            if cell is not None:
                cells[column] = "" if column in formulas else cell
        counting.row(grid.title, number + 1, cells)
        if cells:
            grid.rows.append(Row(number + 1, cells, frozenset(formulas & cells.keys())))
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
