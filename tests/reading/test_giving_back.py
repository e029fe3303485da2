"""The sender's own list goes back with one more column; nothing else of it changes, and nothing becomes a formula."""
import csv
import io
import re
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill

from workers.reading.giving_back import give_back, harmless
from workers.reading.remarking import writable

from .making import HEADS, PERSON, by_hand, data_of, line, parts_of, saved, taken, xlsx, zipped
from .old import container, text, workbook
from .test_old import REAL
from .test_tables import OTHER
from .test_texts import WEB

EVIL = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1",
    "<b>&\"'", "_x0041_", "a\x07b\uffffc", "长" * 40_000, " 空 "]


def read_back(data: bytes, sheet: str) -> dict[str, tuple[object, str]]:
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return {cell.coordinate: (cell.value,
        cell.data_type) for row in page.iter_rows() for cell in row if cell.value is not None}


def dressed() -> bytes:
    """Styles, widths, merged titles, other sheets, a filter, a picture, notes, conditions."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "名单 & 一"
    for row in (["建始县名单"], HEADS, PERSON, [], OTHER, ["合计", 2]):
        page.append(row)
    page.merge_cells("A1:E1")
    page["A1"].font = Font(bold=True, size=18)
    page["B3"].fill = PatternFill("solid", fgColor="FF0000")
    page.column_dimensions["C"].width = 33
    page.auto_filter.ref = "A2:E5"
    page.freeze_panes = "A3"
    page["H40"] = "=SUM(A3:A5)"
    page["F5"].fill = PatternFill("solid", fgColor="00FF00")
    other = book.create_sheet("说明")
    other.append(["=1+1", date(2020, 3, 19)])
    return saved(book)


def test_everything_else_stays_byte_for_byte() -> None:
    data = dressed()
    back, extension = give_back(data, "xlsx", {("名单 & 一", 3): "已登记", ("名单 & 一", 5): "身份证号校验位不符"}, "结果",
        {"名单 & 一": [2]})
    before, after = parts_of(data), parts_of(back)
    assert extension == "xlsx" and list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    said = read_back(back, "名单 & 一")
    assert said.items() - read_back(data, "名单 & 一").items() == {
        ("F2", ("结果", "s")), ("F3", ("已登记", "s")), ("F5", ("身份证号校验位不符", "s"))}
    # What was put in, taken out again, leaves what was there; the empty cell F5 gave way.
    sheet = re.sub(rb'<c r="F[235]"[^>]*t="inlineStr".*?</c>|<col min="6"[^>]*/>', b"", after["xl/worksheets/sheet1.xml"])
    wanted = re.sub(rb'<c r="F5"[^>]*/>', b"", before["xl/worksheets/sheet1.xml"])
    assert re.sub(rb' spans="[^"]*"', b"", sheet) == re.sub(rb' spans="[^"]*"', b"", wanted)


def test_the_rows_with_remarks_are_coloured() -> None:
    back, _extension = give_back(dressed(), "xlsx", {("名单 & 一", 3): "x"}, "结果", {"名单 & 一": [2]})
    page = openpyxl.load_workbook(io.BytesIO(back))["名单 & 一"]
    assert page["F3"].fill.fgColor.rgb == "FFFFF2CC" and page["F3"].alignment.wrap_text
    assert page["B3"].fill.fgColor.rgb == "00FF0000" and page["C3"].fill.fill_type is None


def test_a_column_right_of_the_list_that_holds_nothing() -> None:
    """A stray figure further down in the next column must not be lost, and cells stay in their order."""
    data = xlsx([HEADS, PERSON, [*OTHER, None, "远"], ["", "", "", "", "", "占"]])
    back, _extension = give_back(data, "xlsx", {("Sheet1", 2): "一", ("Sheet1", 3): "二"}, "结果", {"Sheet1": [1]})
    said = {place: value for place, (value, _kind) in read_back(back, "Sheet1").items()}
    assert (said["G3"], said["F4"], said["H1"], said["H2"], said["H3"]) == ("远", "占", "结果", "一", "二")
    data = xlsx([HEADS, [*PERSON, None, None, "远"], OTHER])
    back, _extension = give_back(data, "xlsx", {("Sheet1", 3): "二"}, "结果", {"Sheet1": [1]})
    assert re.findall(r'r="(\w+)"', parts_of(back)["xl/worksheets/sheet1.xml"].decode().split("<row")[1])[1:] == [
        "A1", "B1", "C1", "D1", "E1", "F1"]
    back, _extension = give_back(data, "xlsx", {("Sheet1", 3): "二", ("Sheet1", 2): "一"}, "结果", {"Sheet1": [1]})
    assert read_back(back, "Sheet1")["I2"] == ("一", "s")


def test_without_being_told_the_heading_stands_over_the_remarks() -> None:
    back, _extension = give_back(xlsx([["名单"], HEADS, PERSON, OTHER]), "xlsx", {("Sheet1", 4): "x"}, "结果")
    assert {place for place in read_back(back, "Sheet1") if place.startswith("F")} == {"F2", "F4"}


@pytest.mark.parametrize("said", EVIL)
def test_no_remark_becomes_a_formula_or_breaks_the_file(said: str) -> None:
    for data, kind, sheet in ((xlsx([HEADS, PERSON]), "xlsx", "Sheet1"), ("姓名\t电话\n向大山\t1\n".encode(), "pasted", "")):
        back, _extension = give_back(data, kind, {(sheet, 2): said}, said, {sheet: [1]})
        found = read_back(back, "Sheet1")
        column = "F" if kind == "xlsx" else "C"
        assert found[f"{column}1"][1] == found[f"{column}2"][1] == "s"
        assert len(str(found[f"{column}2"][0])) <= 32_767
    back, _extension = give_back("姓名,电话\n向大山,1\n".encode(), "csv", {("", 2): said}, said, {"": [1]})
    for row in csv.reader(io.StringIO(back.decode("utf-8-sig"))):
        assert not row[2].startswith(("=", "@", "+", "-", "\t"))


@pytest.mark.parametrize("said", ["=1+1", "@SUM(1)", "+cmd|x", "-1+cmd(1)", "=\"a\"&B1", "\t=1", " =1"])
def test_a_senders_text_that_would_be_computed_is_kept_as_text(said: str) -> None:
    data = "姓名,电话\r\n向大山,\"" + said.replace('"', '""') + "\"\r\n黄莉,+8613800001234\r\n覃勇,\"=\"\"0123\"\"\"\r\n"
    back, _extension = give_back(data.encode("gb18030"), "csv", {}, "结果")
    rows = list(csv.reader(io.StringIO(back.decode("gb18030"))))
    assert [row[1] for row in rows if row[0] in ("向大山", "黄莉", "覃勇")] == ["'" + said, "+8613800001234", '="0123"']
    assert harmless("-") == "-" and harmless("-12.5") == "-12.5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_keeps_its_encoding_delimiter_and_lines(encoding: str, delimiter: str) -> None:
    text = f"姓名{delimiter}电话\n\"向\n大山\"{delimiter}1\n\n黄莉\n覃勇{delimiter}3"
    back, extension = give_back(text.encode(encoding), "csv", {("", 2): "一", ("", 4): "二, \"三\"", ("", 5): "四;"},
        "结果", {"": [1]})
    quoted = '"二, ""三"""'
    last = '"四;"' if delimiter == ";" else "四;"
    wanted = (f"姓名{delimiter}电话{delimiter}结果\n\"向\n大山\"{delimiter}1{delimiter}一\n\n黄莉{delimiter * 2}{quoted}\n"
              f"覃勇{delimiter}3{delimiter}{last}\r\n")
    assert (back, extension) == (wanted.encode(encoding), "csv")
    assert [one.number for one in taken(back).sheets[0].lines] == [2, 4, 5]


def test_text_without_any_chinese_gets_a_mark_so_that_remarks_can_be_read() -> None:
    back, _extension = give_back(b"Name,Phone\nWang Li,1\n", "csv", {("", 2): "号码太短"}, "结果", {"": [1]})
    assert back.startswith(b"\xef\xbb\xbf")


def test_big_endian_text_stays_so() -> None:
    data = "\ufeff姓名,电话\n向大山,1\n".encode("utf-16-be")
    back, _extension = give_back(data, "csv", {("", 2): "一"}, "结果", {"": [1]})
    assert back == "\ufeff姓名,电话,结果\n向大山,1,一\n".encode("utf-16-be")


def test_old_workbooks_and_web_pages_become_new_ones() -> None:
    back, extension = give_back(REAL.read_bytes(), "xls", {("建始县", 4): "=x"}, "结果", {"建始县": [3]})
    book = openpyxl.load_workbook(io.BytesIO(back))
    page = book["建始县"]
    assert extension == "xlsx" and book.sheetnames == ["建始县", "隐藏", "空"]
    assert (page["I3"].value, page["I4"].value, page["I4"].data_type, page["C4"].value) == ("结果", "=x", "s",
        "422822199001010013")
    assert page["E4"].value.date() == date(2020, 3, 19)
    again = taken(back)
    assert [one.number for _sheet, one in again.lines()] == [4, 6]
    back, _extension = give_back(WEB.encode(), "html", {("", 5): "x"}, "结果", {"": [3]})
    assert [one.number for one in taken(back).sheets[0].lines] == [4, 5]


def test_a_title_that_a_new_workbook_cannot_have() -> None:
    stream = workbook([text(0, 0, "姓名"), text(0, 1, "电话"), text(1, 0, "向大山")]).replace("一".encode("utf-16-le"),
        "?".encode("utf-16-le"))
    data = container({"Workbook": stream})
    assert taken(data).sheets[0].title == "?"
    back, _extension = give_back(data, "xls", {("?", 2): "看"}, "结果")
    [page] = openpyxl.load_workbook(io.BytesIO(back)).worksheets
    assert page["C2"].value == "看"


def test_the_same_lists_are_read_from_what_went_back() -> None:
    data = xlsx({"一": [["名单"], HEADS, PERSON, [], OTHER], "二": [HEADS, OTHER]})
    remarks = {("一", 3): "甲", ("一", 5): "乙", ("二", 2): "丙"}
    back, _extension = give_back(data, "xlsx", remarks, "结果", {"一": [2], "二": [1]})
    before, after = taken(data), taken(back)
    assert [(sheet.title, one) for sheet, one in before.lines()] == [(sheet.title, one) for sheet, one in after.lines()]
    assert [sheet.unknown for sheet in after.sheets] == [[0, 5], [0, 5]]
    twice, _extension = give_back(back, "xlsx", remarks, "结果", {"一": [2], "二": [1]})
    assert [(sheet.title, one) for sheet, one in taken(twice).lines()] == [(sheet.title, one) for sheet,
        one in after.lines()]


def test_a_sheet_with_a_prefix_and_cells_without_places() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (f'<x:worksheet xmlns:x="{main}"><x:dimension ref="A1:B2"/><x:sheetData>'
             '<x:row r="1" spans="1:2"><x:c t="str"><x:v>姓名</x:v></x:c>'
             '<x:c t="str"><x:v>电话</x:v></x:c></x:row>\n<x:row r="2"><x:c t="str"><x:v>向大山</x:v></x:c>'
             '<x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>')
    back, _extension = give_back(by_hand("", more={"xl/worksheets/sheet1.xml": sheet}), "xlsx", {("一", 2): "甲"}, "结果",
        {"一": [1]})
    said = parts_of(back)["xl/worksheets/sheet1.xml"].decode()
    assert '<x:c r="C2" t="inlineStr"><x:is><x:t xml:space="preserve">甲</x:t></x:is></x:c></x:row>' in said
    assert 'ref="A1:C2"' in said and "spans" not in said


def test_a_sheet_in_another_encoding() -> None:
    parts = parts_of(by_hand(data_of(line(1, ["姓名", "电话"]), line(2, ["向大山", "1"]))))
    text = '<?xml version="1.0" encoding="utf-16"?>' + parts["xl/worksheets/sheet1.xml"].decode()
    data = zipped({**parts, "xl/worksheets/sheet1.xml": text.encode("utf-16")})
    assert [one.number for _sheet, one in taken(data).lines()] == [2]
    back, _extension = give_back(data, "xlsx", {("一", 2): "甲"}, "结果", {"一": [1]})
    assert parts_of(back)["xl/worksheets/sheet1.xml"].decode().count("<is>") == 6


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 99), st.text("ab号<&", max_size=5)), min_size=1, max_size=7),
    min_size=1, max_size=9),
       st.sets(st.integers(2, 10)), st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_whatever_the_sheet_only_the_column_is_added(rows: list[list[object]], wanted: set[int], said: str) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        page, format_ = book.add_worksheet("名单"), book.add_format({"bold": True})
        page.write_row(0, 0, HEADS[:3])
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                page.write(number, column, value, format_)
    lines = {number + 1 for number, row in enumerate(rows, 1) if any(value not in (None, "") for value in row)}
    remarks = {("名单", number): said for number in wanted & lines}
    back, _extension = give_back(data.getvalue(), "xlsx", remarks, "结果", {"名单": [1]})
    before, after = read_back(data.getvalue(), "名单"), read_back(back, "名单")
    assert {place: after.get(place) for place in before} == before
    assert len(after) - len(before) == (len(remarks) + 1 if remarks and writable(said) else 0)

