"""Lists as text: encodings, delimiters, lines as a spreadsheet counts them; web tables; pasted cells."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.reading import Unreadable, read_pasted

from .fields import FIELDS
from .making import taken

ROWS = [["姓名", "身份证号", "联系电话"], ["向大山", "422822199001010013", "13800001234"], ["", "", ""],
    ["黄莉", "", "13900001234"]]
WEB = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<!--[if gte mso 9]><table><tr><td>x</td></tr></table><![endif]-->
<style>td{mso-number-format:"\\@"}</style><script>alert("x")</script></head><body><table border=1>
<tr><td colspan=4>建始县名单</td></tr>
<tr><th rowspan=2>姓名<th colspan=2>证件<th rowspan=2>村</tr><tr><td>身份证号</td><td>联系电话</td></tr>
<tr><td>向大山</td><td>422822199001010013&nbsp;</td><td>138<b>0000</b>1234</td><td rowspan="2">头坝堰村</td></tr>
<tr><td>黄<br>莉<td>42282219910202002X<td></tr>
<tr><td>合计</td><td>2</td></tr></table></body></html>"""


def written(delimiter: str, end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le-mark", "utf-16-be-mark"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_encoding_and_delimiter(encoding: str, delimiter: str, end: str) -> None:
    text = written(delimiter, end)
    if encoding.endswith("-mark"):
        order = encoding.removesuffix("-mark")
        data = "\ufeff".encode(order) + text.encode(order)
    else:
        data = text.encode(encoding)
    [sheet] = taken(data, "list.csv").sheets
    assert [(line.number, line.cells.get("name"), line.cells.get("phone")) for line in sheet.lines] == [
        (2, "向大山", "13800001234"), (4, "黄莉", "13900001234")]
    assert sheet.passed_over == [(3, "gap")]


@given(st.lists(st.lists(st.text(st.characters(codec="gb18030", exclude_categories=["Cc", "Cs"]), max_size=12), min_size=2,
    max_size=4),
                min_size=1, max_size=6), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_any_text_is_a_list_or_refused_in_words(rows: list[list[str]], encoding: str) -> None:
    text = "姓名,电话\n" + "".join(",".join(row) + "\n" for row in rows)
    try:
        book = taken(text.encode(encoding), "list.csv")
    except Unreadable as refusal:
        assert str(refusal)
    else:
        assert book.kind in ("csv", "html")


def test_rare_signs_of_four_bytes() -> None:
    data = "姓名,电话\n𬭚𠮷㛃,13800001234\n".encode("gb18030")
    assert taken(data, "list.csv").sheets[0].lines[0].cells["name"] == "𬭚𠮷㛃"


def test_a_cell_may_have_lines_and_marks() -> None:
    data = '姓名,"联系\n电话",村\n"向\n大山",138,"头坝堰""村"\n黄莉,139,\n'.encode()
    [sheet] = taken(data, "list.csv").sheets
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (2, {"name": "向\n大山", "phone": "138", "village": '头坝堰"村'}), (3, {"name": "黄莉", "phone": "139"})]


def test_text_kept_as_text_is_no_formula() -> None:
    data = '姓名,身份证号,电话\n向大山,"=""422822199001010013""",=1+1\n黄莉,="0123",@SUM(1)\n'.encode()
    first, second = taken(data, "list.csv").sheets[0].lines
    assert (first.cells["identity"], first.formulas) == ("422822199001010013", {"phone"})
    assert (second.cells["identity"], second.formulas) == ("0123", set())


def test_a_table_of_a_web_page_under_a_workbooks_name() -> None:
    for data in (WEB.encode("gb18030"), WEB.encode(), b"\xef\xbb\xbf" + WEB.encode()):
        book = taken(data, "list.xls")
        [sheet] = book.sheets
        assert (book.kind, sheet.above, sheet.heading_line) == ("html", "建始县名单", 3)
        assert [(line.number, line.cells) for line in sheet.lines] == [
            (4, {"name": "向大山", "identity": "422822199001010013", "phone": "13800001234", "village": "头坝堰村"}),
            (5, {"name": "黄 莉", "identity": "42282219910202002X", "village": "头坝堰村"})]
        assert sheet.passed_over == [(6, "total")]


@pytest.mark.parametrize("page", [
    "<table>" + '<tr><td rowspan="9999" colspan="99999">a</td></tr>' * 3_000 + "</table>", "<table>" * 50_000,
    "<table><tr><td>" + "<b>" * 100_000,
    "<table><tr>" + "<td>a" * 20_000 + "</table>", "<html>" + "x" * 9_000_000,
    "<table><!--" * 100_000, "<table>" + "<a " * 500_000, "<table><tr><td>" + "<![CDATA[" * 200_000,
    "<table><script>" * 100_000,
    "<table>" + "</" * 500_000, "<table>" + "&" * 500_000,
])
def test_web_pages_made_to_cost(page: str) -> None:
    with pytest.raises(Unreadable):
        taken(page.encode(), "list.xls")


def test_pasted_cells() -> None:
    [sheet] = read_pasted(written("\t"), FIELDS, {}).sheets
    assert [line.number for line in sheet.lines] == [2, 4]
    [sheet] = read_pasted('姓名\t电话\n"向\n大山"\t138\n', FIELDS, {}).sheets
    assert sheet.lines[0].cells == {"name": "向\n大山", "phone": "138"}
    [sheet] = read_pasted("姓名,电话\n向大山,13800001234", FIELDS, {}).sheets
    assert sheet.lines[0].cells["phone"] == "13800001234"


@pytest.mark.parametrize("text", ["", " \n\t\n", "\x00"])
def test_nothing_pasted(text: str) -> None:
    if text == "\x00":
        assert read_pasted(text, FIELDS, {}).sheets == []
    else:
        with pytest.raises(Unreadable):
            read_pasted(text, FIELDS, {})
