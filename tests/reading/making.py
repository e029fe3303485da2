"""Workbooks and texts for tests, some of which no spreadsheet would write."""
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

import openpyxl

from workers.reading import Workbook, read

from .fields import FIELDS

HEADS = ["序号", "姓名", "身份证号", "联系电话", "村"]
PERSON = [1, "向大山", "422822199001010013", "13800001234", "头坝堰村"]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(sheets: Mapping[str, Iterable[Sequence[object]]] | Iterable[Sequence[object]], merged: Iterable[str] = ()) -> bytes:
    """Rows of one sheet, or of several by title; `merged` are of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in (sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}).items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def taken(data: bytes, name: str = "list.xlsx", learned: Mapping[str, str] | None = None) -> Workbook:
    return read(data, name, FIELDS, learned or {})


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, said in parts.items():
            archive.writestr(name, said)
    return data.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def by_hand(sheet: str, strings: str = "", styles: str = "", more: Mapping[str, str | bytes] | None = None,
            properties: str = "") -> bytes:
    """A workbook of one sheet whose XML is given, without its outermost element."""
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{properties}<sheets>'
                           '<sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_REL}/worksheet" '
                                      'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}">{sheet}</worksheet>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{strings}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>'
    return zipped({**parts, **(more or {})})


def line(number: int, cells: Sequence[object]) -> str:
    said = "".join(f'<c t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>' if cell != "" else "<c/>" for cell in cells)
    return f'<row r="{number}">{said}</row>'


def data_of(*rows: str) -> str:
    return "<sheetData>" + "".join(rows) + "</sheetData>"


def records(*pairs: tuple[int, bytes]) -> bytes:
    """Records of an old workbook's stream."""
    return b"".join(struct.pack("<HH", code, len(body)) + body for code, body in pairs)
