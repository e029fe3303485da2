"""The sender's own list with one more column: what is to be said of each row."""
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from .archives import Archive
from .delimited import decoded, delimiter_of, grid_of, raw_records
from .files import grids_of
from .remarking import Remarks, remark_xlsx, writable
from .shapes import Grid

# A spreadsheet would compute a cell that begins so; ="012" only keeps its noughts.
_COMPUTED = re.compile(r'\s*(?:=(?!"[^"]*"\s*$)|@|[+\-](?=.*[A-Za-z(|!])|[\t\r])', re.DOTALL)


def give_back(data: bytes, workbook_kind: str, remarks: Remarks, heading: str,
              heading_lines: Mapping[str, Iterable[int]] | None = None) -> tuple[bytes, str]:
    """The bytes and the file's extension; of pasted cells `data` is their text in UTF-8.

    `heading_lines` says by sheet where headings stand (as `Sheet.heading_line`); without it the fullest line above the first
    remark gets the column's heading.
    """
    lines = heading_lines or {}
    if workbook_kind == "xlsx":
        return remark_xlsx(Archive(data), remarks, heading, lines), "xlsx"
    if workbook_kind == "csv":
        return _csv(data, _with_heading(remarks, heading, lines)), "csv"
    if workbook_kind in ("xls", "html"):
        return _written(grids_of(data, workbook_kind), remarks, heading, lines), "xlsx"
    text = data.decode("utf-8")
    return _written([grid_of(text, "\t" if "\t" in text else delimiter_of(text))], remarks, heading, lines), "xlsx"


def _with_heading(remarks: Remarks, heading: str, lines: Mapping[str, Iterable[int]]) -> Remarks:
    places = [line for line in lines.get("", ()) if line and ("", line) not in remarks]
    first = min((line for _sheet, line in remarks), default=2)
    places = places or [max(first - 1, 0)]
    return {**dict(remarks), **{("", line): heading for line in places if line}}


def _csv(data: bytes, remarks: Remarks) -> bytes:
    text, encoding = decoded(data)
    delimiter = delimiter_of(text)
    width = max((len(record) for record, _raw in raw_records(text, delimiter)), default=0)
    out = io.StringIO(newline="")
    for line, (record, raw) in enumerate(raw_records(text, delimiter), 1):
        out.write(_remarked(record, raw, delimiter, width, remarks.get(("", line), "")))
    if encoding == "utf-16":
        order = "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-16-be"
        return data[:2] + out.getvalue().encode(order)
    has_mark = data.startswith(b"\xef\xbb\xbf") or (encoding.startswith("utf-8") and data.isascii())
    return out.getvalue().encode("utf-8-sig" if has_mark else encoding.removesuffix("-sig"))


def _remarked(record: Sequence[str], raw: str, delimiter: str, width: int, remark: str) -> str:
    bare = raw.rstrip("\r\n")
    end = raw[len(bare) :] or "\r\n"
    if any(_COMPUTED.match(cell) for cell in record):
        bare = _joined([harmless(cell) for cell in record], delimiter)
    if remark:
        bare += delimiter * (width - len(record) + 1) + _joined([harmless(remark)], delimiter)
    return bare + (raw[len(raw.rstrip("\r\n")) :] if not remark else end)


def _joined(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def harmless(text: str) -> str:
    """A text that a spreadsheet would compute gets the apostrophe that keeps it a text."""
    return "'" + text if _COMPUTED.match(text) else text


def _written(grids: Sequence[Grid], remarks: Remarks, heading: str, lines: Mapping[str, Iterable[int]]) -> bytes:
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        look = _Looks(book)
        for grid in grids:
            said = {line: text for (title, line), text in remarks.items() if title == grid.title}
            _write(_page(book, grid.title), grid, said, heading, set(lines.get(grid.title, ())), look)
    return whole.getvalue()


def _page(book: Any, title: str) -> Any:
    try:
        return book.add_worksheet(title or None)
    except XlsxWriterException:  # an old or damaged file's title that a new one cannot have
        return book.add_worksheet()


class _Looks:
    def __init__(self, book: Any) -> None:
        self.remark = book.add_format({"bg_color": "#FFF2CC", "text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})


def _write(page: Any, grid: Grid, said: dict[int, str], heading: str, headings: set[int], look: _Looks) -> None:
    width = max((max(row.cells) for row in grid.rows), default=-1) + 1
    first = min(said, default=0)
    if said and not headings & {row.number for row in grid.rows}:
        headings = {max((row.number for row in grid.rows if row.number < first), default=0)}
    for row in grid.rows:
        for column, value in row.cells.items():
            _write_cell(page, row.number - 1, column, value, look)
        if remark := said.get(row.number) or (heading if row.number in headings else ""):
            page.write_string(row.number - 1, width, writable(remark), look.remark)
    if said:
        page.set_column(width, width, 48)


def _write_cell(page: Any, line: int, column: int, value: object, look: _Looks) -> None:
    if isinstance(value, bool):
        page.write_boolean(line, column, value)
    elif isinstance(value, int | float) and abs(value) < 10**15:
        page.write_number(line, column, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(line, column, value, look.moment if value.time() != datetime.min.time() else look.day)
    elif isinstance(value, date) and value.year >= 1900:
        page.write_datetime(line, column, value, look.day)
    else:
        page.write_string(line, column, str(value))

