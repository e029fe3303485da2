"""A list as it is usual: title, heading, people, a gap, a total."""
import io

import openpyxl

from workers.reading import read, read_pasted
from workers.reading.giving_back import give_back

from .fields import FIELDS


def usual() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "建始县"
    for row in (["建始县有意愿外出务工人员登记表"], ["序号", "姓名", "身份证号(必填)", "联系电话", "村(社区)"],
                [1, "向大山", "422822199001010012", 13800001234, "头坝堰村"], [None],
                [2, "黄 莉", "4228221990010100", "", ""], ["合计", 2]):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_usual_list_is_read_line_by_line() -> None:
    book = read(usual(), "list.xlsx", FIELDS, {})
    [sheet] = book.sheets
    assert (book.kind, sheet.title, sheet.heading_line) == ("xlsx", "建始县", 2)
    assert sheet.above == "建始县有意愿外出务工人员登记表"
    assert sheet.columns == {"name": 1, "identity": 2, "phone": 3, "village": 4}
    assert [(line.number, line.cells.get("name")) for line in sheet.lines] == [(3, "向大山"), (5, "黄 莉")]
    assert sheet.passed_over == [(4, "gap"), (6, "total")]


def test_the_same_list_pasted() -> None:
    text = "姓名\t身份证号\t手机\r\n向大山\t422822199001010012\t13800001234\r\n"
    [sheet] = read_pasted(text, FIELDS, {}).sheets
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (2, {"name": "向大山", "identity": "422822199001010012", "phone": "13800001234"})]


def test_the_list_goes_back_with_a_column_of_remarks() -> None:
    back, extension = give_back(usual(), "xlsx", {("建始县", 5): "=身份证号 <16> 位"}, "导入结果", {"建始县": [2]})
    sheet = openpyxl.load_workbook(io.BytesIO(back))["建始县"]
    assert extension == "xlsx"
    assert [(row[0].row, row[5].value, row[5].data_type) for row in sheet.iter_rows() if row[5].value] == [
        (2, "导入结果", "s"), (5, "=身份证号 <16> 位", "s")]
    assert sheet["F5"].fill.fgColor.rgb == "FFFFF2CC" and sheet["C5"].value == "4228221990010100"


def test_a_text_goes_back_in_its_own_encoding() -> None:
    data = "姓名,身份证号\r\n向大山,1\r\n黄莉,\"2\"\r\n".encode("gb18030")
    back, extension = give_back(data, "csv", {("", 3): "=1+1"}, "导入结果", {"": [1]})
    assert (back.decode("gb18030"), extension) == ("姓名,身份证号,导入结果\r\n向大山,1\r\n黄莉,\"2\",'=1+1\r\n", "csv")
