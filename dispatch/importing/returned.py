"""A carrier's workbook, or rows typed in its place: read into text, with a sentence for whatever cannot be read."""
import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from unicodedata import normalize

import openpyxl
from django.utils.translation import gettext as _

from dispatch.rosters.real_names import CREW, FILLED, said_in_all_languages

log = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024
_UNPACKED, _PARTS = 60 * 1024 * 1024, 200
_LAST_ROW = 2**20  # of the format; a file may name a later one
_MOST_ROWS, _MOST_COLUMNS, _HEADINGS_WITHIN, _CREW_WITHIN = 5_000, 40, 30, 40
_EXACT = 10**15  # a spreadsheet keeps fifteen figures of a number
# What carriers write over these columns, and beside these facts, in workbooks of their own.
_ALSO = {
    "code": {"编码"}, "coach": {"车厢号", "Coach number", "Coach no."},
    "number": {"车票号", "订单号", "Ticket", "Ticket no."},
    "seat": {"座位号", "席位号", "座号", "Seat number", "Seat no."},
    "plate": {"车牌", "车号", "Plate number", "Number plate"}, "driver": {"司机", "司机姓名", "驾驶员姓名", "Driver's name"},
    "phone": {"司机电话", "驾驶员手机", "驾驶员联系电话", "Driver's phone"},
}


class Unreadable(Exception):
    """The file as a whole is none that can be taken over; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person's row as it came: all text, trimmed. `line` is where it stands."""

    line: int
    code: str
    coach: str
    seat: str
    number: str


@dataclass(slots=True)
class Returned:
    """What came: rows, what is said of the vehicle (only what is not empty), and what could not be read."""

    rows: list[Row] = field(default_factory=list)
    crew: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    # Lines of which a cell could not be read; `faults` says why.
    damaged: set[int] = field(default_factory=set)


def read_workbook(data: bytes) -> Returned:
    """Unreadable where the file is none, too large or lacks its columns; faults of single cells are in the answer."""
    _look_at_the_archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [(page.title, _lines_of(page)) for page in book.worksheets[:10]]
    except Unreadable:
        raise
    except Exception as error:  # a damaged file breaks its reader in any way
        log.info("a carrier's file could not be read: %s", type(error).__name__)
        raise Unreadable(_("The file cannot be read as a workbook; it may be damaged. Save it anew as .xlsx.")) from error
    return _read_sheets(sheets)


def _look_at_the_archive(data: bytes) -> None:
    """What is in the file, before anything of it is unpacked."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 5 MB. Send the workbook that you took here, without pictures."))
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is a workbook of an old kind (.xls) or one with a password. Save it as .xlsx without one."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            # What is unpacked later is cut at the length that is said here.
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise Unreadable(_("Unpacked, the file would be far larger than a list can be. Take the workbook anew, and "
                                   "copy the filled columns into it."))
            is_workbook = "xl/workbook.xml" in archive.namelist() and not any(
                b"<!DOCTYPE" in archive.read(part) for part in parts if part.filename.endswith((".xml", ".rels")))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        is_workbook = False
    if not is_workbook:
        raise Unreadable(_("This file is no workbook. Expected is the .xlsx file that you took here, filled in."))


def _lines_of(page: Any) -> list[tuple[int, tuple[Any, ...]]]:
    """Lines that hold something, counted as the spreadsheet counts them."""
    page.reset_dimensions()
    found = []
    for line, row in enumerate(page.iter_rows(max_row=_LAST_ROW, max_col=_MOST_COLUMNS), 1):
        if all(cell.value in (None, "") for cell in row):
            continue
        if line > _MOST_ROWS:
            raise Unreadable(_("The sheet %(sheet)s has more than 5,000 lines. Delete what lies below the list.") % {
                "sheet": page.title})
        found.append((line, row))
    return found


Lines = list[tuple[int, tuple[Any, ...]]]


def _read_sheets(sheets: Sequence[tuple[str, Lines]]) -> Returned:
    returned, missing = Returned(), set(FILLED)
    for _title, lines in sheets:
        _read_crew(lines[:_CREW_WITHIN], returned)
    for _title, lines in sheets:
        for place, (_line, row) in enumerate(lines[:_HEADINGS_WITHIN]):
            found = _headings(row)
            missing = min(missing, FILLED.keys() - found.keys(), key=len)
            if not FILLED.keys() - found.keys():
                _read_rows(lines[place + 1 :], found, returned)
                return returned
    names = ", ".join(_(FILLED[key]) for key in FILLED if key in missing)
    raise Unreadable(_("The heading is missing of: %(columns)s. Put it back, or take the workbook anew; a column may stay "
                       "empty.") % {"columns": names})


def _plain(value: object) -> str:
    return re.sub(r"\s+", "", normalize("NFKC", str(value or ""))).casefold()


def _headings(row: Sequence[Any]) -> dict[str, int]:
    """Where each column stands; the first one of a name counts."""
    wanted = {key: {_plain(said) for said in said_in_all_languages(text) | _ALSO[key]} for key, text in FILLED.items()}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        for key, names in wanted.items():
            if _plain(cell.value) in names:
                found.setdefault(key, place)
    return found


def _read_crew(lines: Lines, returned: Returned) -> None:
    wanted = {_plain(said): key for key, text in CREW.items() for said in said_in_all_languages(text) | _ALSO[key]}
    for line, row in lines:
        key = wanted.get(_plain(row[0].value))
        if key and len(row) > 1 and (text := _text(row[1], _("line %(line)s, %(column)s") % {
                "line": line, "column": _(CREW[key])}, returned.faults)):
            returned.crew.setdefault(key, text)


def _read_rows(lines: Lines, places: dict[str, int], returned: Returned) -> None:
    for line, row in lines:
        where = {key: _("line %(line)s, %(column)s") % {"line": line, "column": _(FILLED[key])} for key in FILLED}
        before = len(returned.faults)
        said = {key: _text(row[place], where[key], returned.faults) if place < len(row) else ""
                for key, place in places.items()}
        if len(returned.faults) > before:
            returned.damaged.add(line)
        if any(said.values()) or line in returned.damaged:
            returned.rows.append(Row(line=line, **said))


def _text(cell: Any, where: str, faults: list[str]) -> str:
    """A cell as its writer saw it: 12.0 is 12, and the apostrophe before 05 is not part of it."""
    value = cell.value
    if value is None:
        return ""
    fault = _what_is_wrong(value, getattr(cell, "data_type", ""))
    if fault:
        faults.append(f"{where}: {fault}")
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = normalize("NFKC", str(value)).strip().removeprefix("'").strip()
    return re.sub(r"^(\d+)\.0+$", r"\1", re.sub(r"\s+", " ", text))


def _what_is_wrong(value: object, kind: str) -> str:
    if kind == "f" or not isinstance(value, str | int | float | datetime | date | time | timedelta):
        return _("a formula stands there. Put in its value as text.")
    if kind == "e":
        return _("an error of the spreadsheet stands there (%(value)s). Put in the value as text.") % {"value": value}
    if isinstance(value, datetime | date | time | timedelta | bool):
        return _("the spreadsheet made a date or a true of it. Format the cell as text and type it anew.")
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        return _("the spreadsheet has cut the figures of a long number. Format the cell as text and type it anew.")
    return ""


def read_typed(text: str) -> Returned:
    """Lines of code, coach, seat and ticket number, or of code and seat; a tab keeps an empty place, as copying does."""
    returned, lines = Returned(), text.splitlines()
    if len(lines) > _MOST_ROWS:
        raise Unreadable(_("More than 5,000 lines were typed. A trip has fewer people; send its workbook instead."))
    for line, said in enumerate(lines, 1):
        parts = list(_parts(normalize("NFKC", said)))
        if not any(parts):
            continue
        if len(parts) == 2:
            parts = [parts[0], "", parts[1]]
        if len(parts) > 4:
            returned.faults.append(_("line %(line)s: more than code, coach, seat and ticket number") % {"line": line})
            returned.damaged.add(line)
        code, coach, seat, number = (*parts, "", "", "")[:4]
        returned.rows.append(Row(line, code, coach, seat, number))
    if not returned.rows and not returned.faults:
        raise Unreadable(_("Nothing was typed. Type one line for each person: code, coach, seat, ticket number."))
    return returned


def _parts(line: str) -> Iterator[str]:
    found = line.split("\t") if "\t" in line else re.split(r"[\s,;、]+", line.strip())
    yield from (part.strip() for part in found)
