"""Comma, tab and semicolon separated text, and pasted cells, into a grid."""
import csv
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .limits import LONGEST_CELL, Counting
from .shapes import Cell, Grid, Row, Unreadable

_DELIMITERS = ",\t;"
# ="0123" is how a list keeps the signs of a number when a spreadsheet opens it; it is a text, not a formula.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_KEPT = re.compile(r'="([^"]*)"')


def read_csv(data: bytes) -> list[Grid]:
    text, _encoding = decoded(data)
    return [grid_of(text, delimiter_of(text))]


def decoded(data: bytes) -> tuple[str, str]:
    """UTF-8 where it can be, with its mark or without; UTF-16 by its mark; else GB18030."""
    tries = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in tries:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _is_junk(text):
            return text, encoding
    raise Unreadable(_("The file is neither a workbook nor a text that can be read. Send .xlsx, .xls or .csv (in UTF-8 or "
                       "GB18030), or paste the cells."))


def _is_junk(text: str) -> bool:
    head = text[:100_000]
    return "\x00" in text or sum(sign < " " and sign not in "\t\r\n\x0b\x0c" for sign in head) > len(head) // 1000


def delimiter_of(text: str) -> str:
    """The one that gives most lines of the beginning the same number of cells, more than one; else the comma."""
    head = text[:20_000].splitlines()[:60]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(head, delimiter=delimiter) if len(row) > 1]
        most = max(set(counts), key=counts.count, default=0)
        return counts.count(most), most

    try:
        return max(_DELIMITERS, key=weight)
    except csv.Error:
        return ","


def grid_of(text: str, delimiter: str) -> Grid:
    counting = Counting()
    rows = []
    for number, record in enumerate(records(text, delimiter), 1):
        cells: dict[int, Cell] = {}
        formulas = set()
        for column, value in enumerate(record):
            if not value or value.isspace():
                continue
            if kept := _KEPT.fullmatch(value.strip()):
                value = kept[1]
            elif value.startswith("="):
                formulas.add(column)
                value = ""
            cells[column] = value
        counting.row("", number, cells)
        if cells:
            rows.append(Row(number, cells, frozenset(formulas)))
    return Grid("", rows)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    for record, _raw in raw_records(text, delimiter):
        yield record


def raw_records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Each record with the text that it was read from; a cell in quotation marks may go over several lines."""
    csv.field_size_limit(4 * LONGEST_CELL)
    taken: list[str] = []
    raw = ""

    def lines() -> Iterator[str]:
        for found in _LINE.finditer(text):
            taken.append(found[0])
            yield found[0]

    reader = csv.reader(lines(), delimiter=delimiter)
    begins = 1
    try:
        for record in reader:
            raw = "".join(taken)
            if len(taken) > 1 and any(_holds_lines(cell, delimiter) for cell in record):
                raise Unreadable(_not_closed(begins))
            yield record, raw
            taken.clear()
            begins = reader.line_num + 1
        if raw.startswith('"') or delimiter + '"' in raw:
            list(csv.reader([raw], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(_not_closed(begins)) from error


def _holds_lines(cell: str, delimiter: str) -> bool:
    """A cell may have lines; where these look like a list's, a mark opened it that was not meant."""
    return sum(delimiter in line for line in cell.splitlines()) > 1


def _not_closed(line: int) -> str:
    return _("In line %(line)s a quotation mark opens a cell and is not closed, or a cell has more than 32,767 characters. "
             "Mend it and send the file again.") % {"line": line}
