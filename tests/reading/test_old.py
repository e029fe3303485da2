"""Workbooks of the old kind, and what else comes in such a container."""
import struct
from datetime import datetime
from pathlib import Path

import pytest

from workers.reading import Unreadable

from .making import taken
from .old import container, figure, formula, text, workbook

REAL = Path(__file__).parent.parent / "data" / "lists" / "usual.xls"
PEOPLE = [text(0, 0, "姓名"), text(0, 1, "电话"), text(2, 0, "向大山"), figure(2, 1, 13800001234.0)]


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        taken(data, "list.xls")
    return str(refusal.value)


def test_a_real_one() -> None:
    book = taken(REAL.read_bytes(), "list.xls")
    [sheet] = book.sheets
    assert (book.kind, book.ignored) == ("xls", [("隐藏", "hidden"), ("空", "empty")])
    assert (sheet.title, sheet.heading_line, sheet.above) == ("建始县", 3, "建始县有意愿外出务工人员登记表")
    assert sheet.columns == {"name": 1, "identity": 2, "phone": 3, "leave": 4, "village": 5, "age": 6, "poor": 7}
    first, second = sheet.lines
    assert (first.number, first.cells["leave"], first.cells["phone"]) == (4, datetime(2020, 3, 19), 13800001234)
    assert "age" in first.formulas and "age" not in first.cells
    assert (second.number, second.cells["village"], second.cells["age"]) == (6, "头坝堰村", 29)
    assert sheet.passed_over == [(5, "gap"), (7, "total")]


def test_one_made_by_hand() -> None:
    [sheet] = taken(container({"Workbook": workbook(PEOPLE)})).sheets
    assert [(line.number, line.cells) for line in sheet.lines] == [(3, {"name": "向大山", "phone": 13800001234})]


def test_a_formula_is_named() -> None:
    [sheet] = taken(container({"Workbook": workbook([*PEOPLE[:3], formula(2, 1, 7.0)])})).sheets
    assert (sheet.lines[0].formulas, sheet.lines[0].cells) == ({"phone"}, {"name": "向大山"})


def test_cells_shown_as_one() -> None:
    cells = [text(0, 0, "村"), text(0, 1, "姓名"), text(1, 0, "头坝堰村"), text(1, 1, "向大山"), text(2, 1, "黄莉"),
             (0xE5, struct.pack("<HHHHH", 1, 1, 2, 0, 0))]
    [sheet] = taken(container({"Workbook": workbook(cells)})).sheets
    assert [line.cells["village"] for line in sheet.lines] == ["头坝堰村", "头坝堰村"]


def test_a_password_macros_and_other_documents() -> None:
    whole = workbook(PEOPLE)
    locked = workbook(PEOPLE, [(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))])
    assert "password" in refused(container({"Workbook": locked}))
    assert "password" in refused(container({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}))
    assert "macros" in refused(container({"Workbook": whole, "_VBA_PROJECT_CUR": b"x"}))
    assert "no workbook" in refused(container({"WordDocument": b"x"}))
    assert "damaged" in refused(container({"Workbook": b"x"}))
    assert "damaged" in refused(container({"Workbook": whole})[:700])


def test_a_sheet_that_lies_elsewhere() -> None:
    broken = bytearray(workbook(PEOPLE))
    place = broken.find(struct.pack("<H", 0x85), 16)
    struct.pack_into("<I", broken, place + 4, 2**31 - 1)
    assert refused(container({"Workbook": bytes(broken)}))


def test_a_chain_that_comes_back_to_itself() -> None:
    """xlrd would follow it for ever."""
    data = bytearray(container({"Workbook": workbook(PEOPLE)}))
    table = len(data) - 512
    assert struct.unpack_from("<I", data, table + 12)[0] == 4
    struct.pack_into("<I", data, table + 12, 1)
    assert "damaged" in refused(bytes(data))


def test_a_sheet_named_many_times_is_not_read_many_times() -> None:
    stream = workbook(PEOPLE)
    place = stream.index(struct.pack("<H", 0x85), 16)
    length = 4 + struct.unpack_from("<H", stream, place + 2)[0]
    again = bytearray(stream[place : place + length])
    moved = struct.unpack_from("<I", again, 4)[0] + length
    struct.pack_into("<I", again, 4, moved)
    whole = stream[:place] + bytes(again) * 2 + stream[place + length :]
    assert "damaged" in refused(container({"Workbook": whole}))
