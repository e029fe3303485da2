"""A list as it is usual: title, heading, people, a gap, a total."""
import io

import openpyxl

from workers.reading import read, read_pasted

from .fields import FIELDS


def usual() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "建始县"
    for row in (["建始县有意愿外出务工人员登记表"], ["序号", "姓名", "身份证号(必填)", "联系电话", "村(社区)"],
                [1, "向大山", "422822199001010012", 13800001234, "头坝堰村"], [None], [2, "黄 莉", "4228221990010100", "", ""],
                ["合计", 2]):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_usual_list_is_read_line_by_line() -> None:
    book = read(usual(), "list.xlsx", FIELDS, {})
    [sheet] = book.sheets
    assert (book.kind, sheet.title, sheet.heading_line, sheet.above) == ("xlsx", "建始县", 2, "建始县有意愿外出务工人员登记表")
    assert sheet.columns == {"name": 1, "identity": 2, "phone": 3, "village": 4}
    assert [(line.number, line.cells.get("name")) for line in sheet.lines] == [(3, "向大山"), (5, "黄 莉")]
    assert sheet.passed_over == [(4, "gap"), (6, "total")]


def test_the_same_list_pasted() -> None:
    text = "姓名\t身份证号\t手机\r\n向大山\t422822199001010012\t13800001234\r\n"
    [sheet] = read_pasted(text, FIELDS, {}).sheets
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (2, {"name": "向大山", "identity": "422822199001010012", "phone": "13800001234"})]
