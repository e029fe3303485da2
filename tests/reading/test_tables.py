"""Lists as offices lay them out: titles, headings in any place and shape, totals, gaps, notes, several sheets."""
import io

import openpyxl
import pytest
import xlsxwriter

from workers.reading import normal_heading, read_pasted
from workers.reading.giving_back import give_back
from workers.reading.passing import WHY

from .fields import FIELDS
from .making import HEADS, PERSON, by_hand, data_of, line, parts_of, saved, taken, xlsx, zipped

OTHER = [2, "黄莉", "422822199102020026", "13900001234", "杨家山村"]


def lines(data: bytes, **options: object) -> list[tuple[int, str]]:
    return [(line.number, str(line.cells.get("name"))) for _sheet, line in taken(data, **options).lines()]  # type: ignore


@pytest.mark.parametrize("head, key", [
    ("身份证号(必填)", "identity"), ("身份证号\n（必填）", "identity"), ("* 身份证号码", "identity"),
    ("身 份 证 号", "identity"),
    ("2、身份证号码", "identity"), ("身份证号码(18位)", "identity"), ("务工人员身份证号码", "identity"),
    ("身份证号(隐去中间)", "identity"),
    ("姓  名", "name"), ("本人姓名", "name"), ("手机号码:", "phone"), ("联系电话（本人）", "phone"),
    ("本人联系电话", "phone"), ("村(社区)", "village"),
    ("可出发时间(年-月-日)", "leave"), ("是否建档立卡(是/否)", "poor"), ("ＰＨＯＮＥ", "phone"),
    ("意向工种【下拉选择】", "trade"),
    ("户主姓名", ""), ("联系电话(紧急联系人)", ""), ("紧急联系人电话", ""), ("企业联系电话", ""), ("配偶身份证号", ""),
    ("填报人姓名", ""), ("备注", ""),
    ("有无身份证", "identity"),
])
def test_what_a_heading_means(head: str, key: str) -> None:
    [sheet] = taken(xlsx([["甲", "名字", "岗位", head], ["x", "向大山", "普工", "13800001234 3月 是"]])).sheets
    known = {column: field for field, column in sheet.columns.items()}
    if key in ("name", "trade"):
        assert sheet.twice == {3: key} or known.get(3) == key
    else:
        assert known.get(3, "") == key
    assert (3 in sheet.unknown) is (key == "")


def test_a_heading_that_only_ends_so_must_hold_such_values() -> None:
    rows = [["姓名", "有无身份证", "岗位"], ["向大山", "有", "普工"]]
    [sheet] = taken(xlsx(rows)).sheets
    assert "identity" not in sheet.columns and sheet.unknown == [1]


@pytest.mark.parametrize("text",
    ["身份证号(必填)", " 身份证号 ", "*身份证号:", "身份证\n号", "身份证号（18位）", "3.身份证号", "(3)身份证号"])
def test_headings_are_compared_in_one_form(text: str) -> None:
    assert normal_heading(text).removeprefix("3") == "身份证号"
    assert normal_heading(normal_heading(text)) == normal_heading(text)


def test_the_heading_may_stand_anywhere_in_forty_lines() -> None:
    for above in (0, 1, 7, 39):
        title = [["建始县有意愿外出务工人员登记表"]] * above
        data = xlsx([*title, HEADS, PERSON])
        [sheet] = taken(data).sheets
        assert (sheet.heading_line, lines(data)) == (above + 1, [(above + 2, "向大山")])


def test_two_lines_of_heading_with_merged_cells() -> None:
    rows = [["建始县名单"], ["序号", "姓名", "身份证", "联系方式", None, "家庭住址", None, "备注"],
            [None, None, "号码", "手机", "QQ", "乡镇", "村", None],
            [1, "向大山", "422822199001010013", "13800001234", "12345", "业州镇", "头坝堰村", ""]]
    data = xlsx(rows, ["A1:H1", "A2:A3", "B2:B3", "D2:E2", "F2:G2", "H2:H3"])
    [sheet] = taken(data).sheets
    assert sheet.columns == {"name": 1, "identity": 2, "phone": 3, "township": 5, "village": 6}
    assert (sheet.heading_line, sheet.above, lines(data)) == (3, "建始县名单", [(4, "向大山")])
    assert sheet.headings[2] == "身份证号码" and sheet.unknown == [0, 4, 7]


def test_a_second_line_of_heading_is_no_person_even_without_merging() -> None:
    data = xlsx([["姓名", "身份证", "电话"], [None, "号码", None], ["向大山", "422822199001010013", "13800001234"]])
    assert lines(data) == [(3, "向大山")]


def test_names_below_a_heading_are_people() -> None:
    """Nothing but words in the first line: it is nobody's heading."""
    data = xlsx([["姓名", "村", "身份证号"], ["向大山", "头坝堰村", ""], ["黄莉", "杨家山村", ""]])
    assert lines(data) == [(2, "向大山"), (3, "黄莉")]


def test_totals_gaps_notes_and_headings_again_are_passed_over_and_named() -> None:
    rows = [["建始县名单"], HEADS, PERSON, [], [], OTHER, ["小计", 2], ["建始县名单"], HEADS, [3, "冉光荣", "", "", ""],
            [4, None, None, None, "头坝堰村"], ["合 计", "3人"], ["共3人"], ["备注:名单截至3月18日"],
            ["填表人:张三", None, None, "审核人:李四"], ["", "", "", "(盖章)"]]
    [sheet] = taken(xlsx(rows)).sheets
    assert [one.number for one in sheet.lines] == [3, 6, 10]
    assert sheet.passed_over == [(4, "gap"), (7, "total"), (8, "heading"), (9, "heading"), (11, "nobody"), (12, "total"),
                                 (13, "total"), (14, "note"), (15, "note"), (16, "note")]
    assert {why for _line, why in sheet.passed_over} <= set(WHY)


@pytest.mark.parametrize("row", [
    ["合计", "向大山", "422822199001010013", "", ""], ["", "小计", "422822199001010013", "", ""],
    ["", "", "", 13800001234, ""],
    ["备注:补报", "向大山", "422822199001010013", "", ""], [1, "向大山", "", "", ""], ["", "", "4228221990", "", ""],
    ["", "", "", "8222222", ""],
])
def test_a_line_with_a_name_or_a_number_is_somebodys(row: list[object]) -> None:
    [sheet] = taken(xlsx([HEADS, PERSON, row, OTHER])).sheets
    assert [one.number for one in sheet.lines] == [2, 3, 4]


def test_a_line_that_counts_the_columns_and_an_example_are_nobodys() -> None:
    rows = [HEADS, ["甲", "乙", 1, 2, 3], ["示例", "张三", "110101199001010015", "13800000000", "某某村"], PERSON]
    [sheet] = taken(xlsx(rows)).sheets
    assert [one.number for one in sheet.lines] == [4]
    assert sheet.passed_over == [(2, "heading"), (3, "example")]


def test_another_list_below_with_other_headings() -> None:
    rows = [HEADS, PERSON, [], ["二、返岗"], ["姓名", "手机", "身份证号", "岗位"],
        ["黄莉", "13900001234", "422822199102020026", "普工"]]
    first, second = taken(xlsx(rows)).sheets
    assert [one.number for one in first.lines] == [2]
    assert (second.heading_line, second.columns) == (5, {"name": 0, "phone": 1, "identity": 2, "trade": 3})
    assert second.lines[0].cells["identity"] == "422822199102020026"


def test_several_sheets_each_with_its_headings_and_one_that_goes_on() -> None:
    sheets = {"一": [["名单"], HEADS, PERSON],
        "二": [["姓名", "证件号", "电话"], ["黄莉", "422822199102020026", "13900001234"]],
              "三": [["冉光荣", "422822199303030039", "13700001234"], ["覃勇", "422822199303030055", ""]],
              "说明": [["请如实填写"]], "空": []}
    book = taken(xlsx(sheets))
    assert [(sheet.title, sheet.heading_line, [one.number for one in sheet.lines]) for sheet in book.sheets] == [
        ("一", 2, [3]), ("二", 1, [2]), ("三", 0, [1, 2])]
    assert book.sheets[2].columns == book.sheets[1].columns
    assert book.ignored == [("说明", "no_list"), ("空", "empty")]


def test_sheets_of_one_name_can_be_told_apart() -> None:
    parts = parts_of(xlsx({"名单": [HEADS, PERSON], "别": [HEADS, OTHER]}))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("别".encode(), "名单".encode())
    data = zipped(parts)
    assert [sheet.title for sheet in taken(data).sheets] == ["名单", "名单 (2)"]
    back, _extension = give_back(data, "xlsx", {("名单 (2)", 2): "看"}, "结果")
    changed = {name for name, said in parts_of(back).items() if said != parts[name]}
    assert changed == {"xl/worksheets/sheet2.xml", "xl/styles.xml"}


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    book = openpyxl.Workbook()
    for row in (HEADS, PERSON):
        book.active.append(row)
    other = book.create_sheet("去年")
    for row in (HEADS, OTHER):
        other.append(row)
    other.sheet_state = "hidden"
    found = taken(saved(book))
    assert len(found.sheets) == 1 and found.ignored == [("去年", "hidden")]


def test_columns_without_a_heading_that_is_understood() -> None:
    rows = [["姓名", "村", "号码一", "号码二"], *[["向大山", "头坝堰村", "422822199001010013", 13800001234]] * 3]
    [sheet] = taken(xlsx(rows)).sheets
    assert sheet.columns == {"name": 0, "village": 1, "identity": 2, "phone": 3} and sheet.unknown == []


def test_cells_without_any_heading() -> None:
    [sheet] = read_pasted("向大山\t13800001234\t422822199001010013\n黄莉\t13900001234\t422822199102020026", FIELDS,
        {}).sheets
    assert (sheet.heading_line, sheet.columns) == (0, {"name": 0, "phone": 1, "identity": 2})
    assert [one.number for one in sheet.lines] == [1, 2]


def test_of_two_columns_of_one_field_one_rule_wins() -> None:
    def columns(heads: list[str], person: list[str]) -> tuple[int, dict[int, str]]:
        [sheet] = taken(xlsx([["姓名", *heads], ["向大山", *person]])).sheets
        return sheet.columns["phone"], sheet.twice

    numbers = ["13800001234", "13900001234"]
    assert columns(["手机号码", "联系电话"], numbers) == (2, {1: "phone"})           # the field's first name
    assert columns(["本人电话", "手机"], numbers) == (2, {1: "phone"})               # a whole heading before an ending
    assert columns(["电话", "电话"], numbers) == (1, {2: "phone"})                   # the one further left
    assert columns(["联系电话", "手机号码"], ["", "13900001234"]) == (2, {1: "phone"})  # one that holds something


def test_what_a_sender_meant_once_is_remembered() -> None:
    data = xlsx([["姓名", "身份证号", "代码", "电话"], ["向大山", "422822199001010013", "a", "13800001234"]])
    [sheet] = taken(data, learned={normal_heading("代码"): "village", "电话": ""}).sheets
    assert sheet.columns == {"name": 0, "identity": 1, "village": 2} and sheet.unknown == []
    [sheet] = taken(data, learned={"代码": "no such field"}).sheets
    assert sheet.unknown == [2]


def test_a_village_merged_over_lines_is_each_ones_a_name_is_not() -> None:
    rows = [["村", "姓名", "身份证号"], ["头坝堰村", "向大山", "422822199001010013"], [None, "黄莉", ""],
        [None, None, "422822199303030039"], [None, "覃勇", ""]]
    [sheet] = taken(xlsx(rows, ["A2:A4", "B3:B4"])).sheets
    assert [one.cells.get("village") for one in sheet.lines] == ["头坝堰村", "头坝堰村", "头坝堰村", None]
    assert [one.cells.get("name") for one in sheet.lines] == ["向大山", "黄莉", None, "覃勇"]


def test_a_formula_is_named_and_its_value_not_taken() -> None:
    rows = [["姓名", "身份证号", "年龄", "电话"], ["向大山", "422822199001010013", "=2020-1990", "=A1"],
        ['="a"', "422822199102020026", 3, ""]]
    [sheet] = taken(xlsx(rows)).sheets
    assert [(one.number, one.formulas) for one in sheet.lines] == [(2, {"age", "phone"}), (3, {"name"})]
    assert [sorted(one.cells) for one in sheet.lines] == [["identity", "name"], ["age", "identity"]]


def test_a_formula_that_came_to_nothing_is_nobodys() -> None:
    formula = '<row r="3"><c t="str"><f>VLOOKUP(A3,x,2)</f><v></v></c></row>'
    data = by_hand(data_of(line(1, ["姓名", "电话"]), line(2, ["向大山", "13800001234"]), formula))
    assert lines(data) == [(2, "向大山")]


def test_lines_are_counted_as_a_spreadsheet_does() -> None:
    """An area that begins far below and right, with empty lines in it."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        page = book.add_worksheet()
        for row, cells in ((99, HEADS), (100, PERSON), (500, OTHER), (1_048_575, PERSON)):
            page.write_row(row, 30, cells)
    [sheet] = taken(data.getvalue()).sheets
    assert [one.number for one in sheet.lines] == [101, 501, 1_048_576]
    assert sheet.columns["name"] == 31
    assert sheet.passed_over == [(102, "gap"), (502, "gap")]


def test_rows_and_cells_that_do_not_say_where_they_are() -> None:
    sheet = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in (
        ["姓名", "身份证号"], ["向大山", "422822199001010013"]))
    assert lines(by_hand(f"<sheetData>{sheet}</sheetData>")) == [(2, "向大山")]


def test_texts_in_pieces_readings_and_escapes() -> None:
    strings = ("<si><t>姓名</t></si><si><t>电话</t></si>"
               "<si><r><t>向</t></r><r><t>大山</t></r><rPh sb='0' eb='1'><t>xiang</t></rPh></si>"
               "<si><t>138_x000A_00001234</t></si>")
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>{a}</v></c><c r="B{number}" t="s"><v>{b}</v></c></row>'
                   for number, a, b in ((1, 0, 1), (2, 2, 3)))
    [sheet] = taken(by_hand(f"<sheetData>{rows}</sheetData>", strings)).sheets
    assert sheet.lines[0].cells == {"name": "向大山", "phone": "138\n00001234"}


def test_another_prefix_for_the_same_elements() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (f'<x:worksheet xmlns:x="{main}"><x:sheetData>'
             '<x:row r="1"><x:c t="str"><x:v>姓名</x:v></x:c>'
             '<x:c t="str"><x:v>电话</x:v></x:c></x:row>'
             '<x:row r="2"><x:c t="str"><x:v>向大山</x:v></x:c>'
             '<x:c><x:v>13800001234</x:v></x:c></x:row></x:sheetData></x:worksheet>')
    assert lines(by_hand("", more={"xl/worksheets/sheet1.xml": sheet})) == [(2, "向大山")]


def test_dates_and_noughts_by_the_format_of_the_cell() -> None:
    styles = ('<numFmts><numFmt numFmtId="170" formatCode="m&quot;月&quot;d&quot;日&quot;"/>'
              '<numFmt numFmtId="171" formatCode="0000"/></numFmts>'
              '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="58"/></cellXfs>')
    sheet = data_of(line(1, ["姓名", "身份证后四位", "出发日期"]), *(
        f'<row r="{number}"><c t="str"><v>向大山</v></c><c s="2"><v>123</v></c><c s="{style}"><v>43909</v></c></row>'
        for number, style in ((2, 1), (3, 3), (4, 0))))
    [found] = taken(by_hand(sheet, styles=styles)).sheets
    assert [(one.cells["identity"], str(one.cells["leave"])) for one in found.lines] == [
        ("0123", "2020-03-19 00:00:00"), ("0123", "2020-03-19 00:00:00"), ("0123", "43909")]
    [found] = taken(by_hand(sheet, styles=styles, properties='<workbookPr date1904="1"/>')).sheets
    assert str(found.lines[0].cells["leave"]) == "2024-03-20 00:00:00"
