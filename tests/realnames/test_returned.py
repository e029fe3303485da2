"""A returned workbook is read whole or refused with a sentence: what, where, what was expected."""
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from dispatch.importing.returned import LARGEST, Returned, Row, Unreadable, read_typed, read_workbook

from .scene import saved

HEADINGS = ("代码", "车厢", "座位", "票号")


def book_of(*rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["实名制名单"])
    page.append(headings)
    for row in rows:
        page.append(row)
    return book


def read(*rows: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> Returned:
    return read_workbook(saved(book_of(*rows, headings=headings)))


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_workbook(data)
    return str(refused.value)


@pytest.mark.parametrize(("typed", "understood"), [
    (12, "12"), (12.0, "12"), ("12.0", "12"), ("'05", "05"), ("０５", "05"), (" 12F ", "12F"), ("1 2", "1 2"), (None, ""),
])
def test_what_a_spreadsheet_does_to_figures_is_undone(typed: object, understood: str) -> None:
    assert read(("0A3F7", typed, "1", "E1")).rows == [Row(3, "0A3F7", understood, "1", "E1")]


def test_columns_stand_anywhere_under_their_names_in_either_language() -> None:
    assert read(("E1", "甲", "12F", 5, "0A3F7"), headings=("Ticket number", "Name", "Seat", "Coach", "Code")).rows == [
        Row(3, "0A3F7", "5", "12F", "E1")]
    for headings in (("编码", "车厢号", " 座位号", "车票号"), ("代码", "车厢", "座位", "票号"),
                     ("CODE", "Coach number", "Seat no.", "Ticket")):
        assert read(("0A3F7", 5, "12F", "E1"), headings=headings).rows == [Row(3, "0A3F7", "5", "12F", "E1")]


def test_lines_are_counted_as_the_spreadsheet_counts_them_and_empty_ones_left_out() -> None:
    found = read(("0A3F7", "05", "12F", ""), (), (None, None, None, None), ("0A3F8", "", "3A", ""))
    assert [row.line for row in found.rows] == [3, 6]


def test_vehicle_and_driver_come_from_another_sheet() -> None:
    book = book_of(("0A3F7", "", "", ""))
    crew = book.create_sheet("second")
    for row in (("车牌号", "鄂Q12345"), ("Driver", "覃师傅"), ("驾驶员电话", 13800001234), ("备注", "无")):
        crew.append(row)
    assert read_workbook(saved(book)).crew == {"plate": "鄂Q12345", "driver": "覃师傅", "phone": "13800001234"}


@pytest.mark.parametrize("heading", ["车牌", "车牌号", "车号", "Plate", "plate number"])
def test_a_plate_is_known_by_its_usual_headings(heading: str) -> None:
    book = book_of(("0A3F7", "", "", ""))
    book.create_sheet("second").append((heading, "鄂Q12345"))
    assert read_workbook(saved(book)).crew == {"plate": "鄂Q12345"}


@pytest.mark.parametrize(("value", "said"), [
    ("=A1", "第3行“座位”: 单元格里是公式"), (date(2020, 3, 21), "第3行“座位”: 表格软件把它变成了日期"),
    (True, "第3行“座位”: 表格软件把它变成了日期或逻辑值"), (12345678901234567, "第3行“座位”: 数字过长"),
    ("#REF!", "第3行“座位”: 单元格里是表格错误（#REF!）"),
])
def test_what_is_no_text_is_named_with_its_place(value: object, said: str) -> None:
    found = read(("0A3F7", "05", value, ""))
    assert [fault.startswith(said) for fault in found.faults] == [True]
    assert found.damaged == {3}


def test_a_missing_heading_is_named() -> None:
    assert refusal(saved(book_of(("0A3F7", "12F"), headings=("代码", "座位")))).startswith("缺少表头：车厢, 票号。")
    assert refusal(saved(openpyxl.Workbook())).startswith("缺少表头：代码, 车厢, 座位, 票号。")


@pytest.mark.parametrize("data", [b"", b"code,coach,seat\n", b"PK\x03\x04 and nothing more", b"%PDF-1.7"])
def test_a_file_that_is_no_workbook(data: bytes) -> None:
    assert refusal(data).startswith("这不是工作簿。")


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def test_an_archive_that_only_looks_like_a_workbook() -> None:
    assert refusal(zipped(readme=b"hello")).startswith("这不是工作簿。")
    assert refusal(zipped(xl__workbook_xml=b"<workbook/>")).startswith("文件无法作为工作簿打开")


def test_an_old_kind_or_one_with_a_password() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)).startswith("这是旧格式")


def test_too_large_a_file_is_not_opened() -> None:
    assert refusal(bytes(LARGEST + 1)).startswith("文件超过5 MB")


def test_a_bomb_is_not_unpacked() -> None:
    small = zipped(xl__workbook_xml=b"<workbook/>", xl__bomb_xml=bytes(80 * 1024 * 1024))
    assert len(small) < LARGEST
    assert refusal(small).startswith("文件解压后远大于")
    assert refusal(zipped(**{f"part{n}": b"" for n in range(300)})).startswith("文件解压后远大于")


def test_entities_of_xml_are_not_expanded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    assert refusal(zipped(xl__workbook_xml=laughs)).startswith("这不是工作簿。")


def test_more_lines_than_a_trip_can_have() -> None:
    book = book_of()
    book.active.cell(6000, 1).value = "0A3F7"
    assert "超过5,000行" in refusal(saved(book))


def test_rows_that_were_typed() -> None:
    found = read_typed("0A3F7 05 12F E1\n\n0A3F8，3A\n0A3F9\t\t7\tE2\na b c d e\n")
    assert found.rows == [Row(1, "0A3F7", "05", "12F", "E1"), Row(3, "0A3F8", "", "3A", ""), Row(4, "0A3F9", "", "7", "E2"),
                          Row(5, "a", "b", "c", "d")]
    assert found.damaged == {5}
    assert found.faults == ["第5行：多于代码、车厢、座位、票号四项"]
    with pytest.raises(Unreadable, match="没有填写内容"):
        read_typed(" \n ")
    with pytest.raises(Unreadable, match="超过5,000行"):
        read_typed("x\n" * 5001)
