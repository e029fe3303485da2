"""Files that are none, or made to cost: refused in words that say what to do, before they cost."""
import io
import random
import struct
import tracemalloc
import zipfile

import openpyxl
import pytest

from workers.reading import Unreadable, read_pasted
from workers.reading import limits as counted

from .fields import FIELDS
from .making import HEADS, PERSON, by_hand, data_of, line, parts_of, taken, xlsx, zipped

USUAL = data_of(line(1, ["姓名", "电话"]), line(2, ["向大山", "13800001234"]))


def refused(data: bytes, name: str = "list.xlsx") -> str:
    with pytest.raises(Unreadable) as refusal:
        taken(data, name)
    return str(refusal.value)


def test_the_usual_one_is_taken() -> None:
    assert [one.number for _sheet, one in taken(by_hand(USUAL)).lines()] == [2]


@pytest.mark.parametrize("data, says", [
    (b"", "empty"), (b"  \r\n ", "empty"), (b"%PDF-1.7 ...", "no workbook"), (b"\xff\xd8\xff\xe0 ...", "no workbook"),
    (b"\x89PNG\r\n", "no workbook"), (b"{\\rtf1 ...}", "no workbook"), (b"Rar!\x1a", "no workbook"),
    (b"MZ\x90\x00", "no workbook"),
    (b"\x00\x01\x02\x03" * 100, "neither a workbook nor a text"), (b"\xff" * 4_000, "neither a workbook nor a text"),
    (b"name,phone\nA\x00,1\n", "neither a workbook nor a text"), (b"PK\x03\x04 and no more", "damaged"),
    (b"PK\x05\x06" + bytes(18), "no workbook"),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related", "XML"), (b"<html><body>Log in first</body></html>", "web page"),
])
def test_something_else_under_a_workbooks_name(data: bytes, says: str) -> None:
    assert says in refused(data, "list.xls")


@pytest.mark.parametrize("parts, says", [
    ({"word/document.xml": "<document/>"}, "text document"), ({"content.xml": "<x/>", "mimetype": "x"}, "another kind"),
    ({"xl/workbook.bin": "x"}, "another kind"), ({"a.txt": "x"}, "no workbook"),
    ({"inside.xlsx": xlsx([HEADS, PERSON])}, "no workbook"),
])
def test_other_things_that_are_zipped(parts: dict[str, str | bytes], says: str) -> None:
    assert says in refused(zipped(parts))


@pytest.mark.parametrize("more, says", [
    ({"xl/vbaProject.bin": b"x"}, "macros"), ({"xl/macrosheets/sheet1.xml": "<x/>"}, "macros"),
    ({"xl/externalLinks/externalLink1.xml": "<x/>"}, "other files"),
])
def test_macros_and_other_files(more: dict[str, str | bytes], says: str) -> None:
    assert says in refused(by_hand(USUAL, more=more))


@pytest.mark.parametrize("part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml",
                                  "xl/styles.xml"])
def test_a_document_type_is_refused_wherever_it_stands(part: str) -> None:
    """An entity that names itself nine times over, and one that names a file."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    parts = {**parts_of(by_hand(USUAL, "<si><t>a</t></si>", "<cellXfs/>"))}
    parts[part] = bomb.encode() + parts[part]
    assert "damaged" in refused(zipped(parts))


def test_a_bomb_is_known_by_what_it_says_of_itself() -> None:
    nothing = bytes(50_000_000)
    data = zipped({**parts_of(by_hand(USUAL)), "xl/media/1.bin": nothing, "xl/media/2.bin": nothing})
    assert len(data) < 200_000
    tracemalloc.start()
    try:
        assert "far larger" in refused(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_cut_there() -> None:
    data = bytearray(by_hand(data_of(line(1, ["姓名", "电话"]),
        *(line(number, ["向大山", 1]) for number in range(2, 5_000)))))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            if b"sheet1.xml" in data[start : start + 80]:
                struct.pack_into("<I", data, start + at, 700)
            start += 4
    assert "damaged" in refused(bytes(data))


def test_more_parts_than_a_workbook_has() -> None:
    assert "far larger" in refused(zipped({f"xl/{number}.xml": "" for number in range(1_001)}))


def test_a_password_on_the_archive() -> None:
    data = bytearray(by_hand(USUAL))
    start = data.find(b"PK\x01\x02")
    data[start + 8] |= 1
    assert "password" in refused(bytes(data))


def test_a_million_empty_lines_with_formats() -> None:
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(3, 400_000))
    assert "empty lines" in refused(by_hand(f"<sheetData>{line(1, HEADS)}{line(2, PERSON)}{rows}</sheetData>"))


def test_empty_lines_below_a_list_that_are_few_do_not_matter() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(3, 50_000))
    book = taken(by_hand(f"<sheetData>{line(1, HEADS)}{line(2, PERSON)}{rows}</sheetData>"))
    assert ([one.number for one in book.sheets[0].lines], book.sheets[0].passed_over) == ([2], [])


def test_huge_dimensions_are_only_said() -> None:
    sheet = '<dimension ref="A1:XFD1048576"/>' + USUAL
    assert [one.number for _sheet, one in taken(by_hand(sheet)).lines()] == [2]


def test_one_cell_in_the_last_corner_costs_nothing() -> None:
    corner = '<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    tracemalloc.start()
    try:
        [sheet] = taken(by_hand(USUAL.replace("</sheetData>", corner + "</sheetData>"))).sheets
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert sheet.passed_over == [(3, "gap"), (1_048_576, "nobody")]


def test_sixteen_thousand_columns() -> None:
    assert "256 filled columns" in refused(by_hand(data_of(line(1, ["姓名", "电话"]), line(2, ["x"] * 16_384))))
    assert "256 filled columns" in refused(("姓名,电话\n" + "x," * 16_384).encode(), "list.csv")


@pytest.mark.parametrize("make", [
    lambda text: by_hand(data_of(line(1, ["姓名", "电话"]), line(2, [text, "1"]))),
    lambda text: by_hand(data_of(line(1, ["姓名", "电话"]), '<row r="2"><c t="s"><v>0</v></c><c><v>1</v></c></row>'),
        f"<si><t>{text}</t></si>"),
    lambda text: f"姓名,电话\n{text},1\n".encode(), lambda text: f'姓名,电话\n"{text}",1\n'.encode(),
])
def test_a_cell_of_a_megabyte(make: object) -> None:
    assert "32,767 characters" in refused(make("长" * 1_000_000))
    assert len(taken(make("长" * 1_000)).sheets[0].lines) == 1


@pytest.mark.parametrize("sheet", [
    "<sheetData><row r='2'><c t='str'><v>a</v></c></row><row r='1'/></sheetData>",
    "<sheetData><row r='1'/><row r='1'/></sheetData>",
    "<sheetData><row r='0'/></sheetData>", "<sheetData><row r='1048577'/></sheetData>",
    "<sheetData><row r='x'/></sheetData>",
    "<sheetData><row r='1'><c r='AAAA1'><v>1</v></c></row></sheetData>",
    "<sheetData><row r='1'><c r='a1'><v>1</v></c></row></sheetData>",
    "<sheetData><row r='1'><c r='XFE1'><v>1</v></c></row></sheetData>",
    "<sheetData><row r='1'><c t='s'><v>7</v></c></row></sheetData>",
    "<sheetData><row r='1'><c t='s'><v>-1</v></c></row></sheetData>",
    "<sheetData><row r='1'><c><v>one</v></c></row></sheetData>",
    "<sheetData><row r='1'><c><v>1</v></row></sheetData>", "<sheetData>", "",
])
def test_a_sheet_that_is_broken(sheet: str) -> None:
    """The last one is a sheet without anything, which is no fault."""
    if sheet:
        assert "damaged" in refused(by_hand(sheet))
    else:
        assert taken(by_hand(sheet)).ignored == [("一", "empty")]


def test_a_number_of_a_hundred_thousand_figures() -> None:
    [sheet] = taken(by_hand(data_of(line(1, ["姓名", "电话"]),
        f'<row r="2"><c t="str"><v>向大山</v></c><c><v>{"9" * 30_000}</v></c></row>'))).sheets
    assert sheet.lines[0].cells["phone"] == float("inf")


def test_deep_nesting_is_read_without_a_stack() -> None:
    deep = "<a>" * 200_000 + "</a>" * 200_000
    assert len(taken(by_hand(USUAL + deep)).sheets[0].lines) == 1


def test_sheets_without_end() -> None:
    data = io.BytesIO()
    book = openpyxl.Workbook(write_only=True)
    for number in range(201):
        book.create_sheet(str(number))
    book.save(data)
    assert "200 sheets" in refused(data.getvalue())


def test_more_lines_than_a_list_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "MOST_ROWS", 50)
    assert "300,000 lines" in refused(("姓名,电话\n" + "向大山,1\n" * 50).encode(), "list.csv")
    assert "300,000 lines" in refused(by_hand(data_of(*(line(number, ["a"]) for number in range(1, 52)))))


def test_more_cells_texts_and_merged_cells_than_a_list_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "MOST_CELLS", 50)
    assert "12 million cells" in refused(by_hand("<sheetData><row>" + "<c/>" * 51 + "</row></sheetData>"))
    assert "damaged" in refused(by_hand(USUAL + "<a/>" * 51))
    assert "damaged" in refused(by_hand(USUAL, "<si/>" * 51))
    monkeypatch.setattr(counted, "MOST_FILLED", 50)
    assert "8 million filled" in refused(("姓名,电话\n" + "向大山,1\n" * 25).encode(), "list.csv")
    monkeypatch.setattr(counted, "MOST_TEXT", 50)
    assert "far more text" in refused(by_hand(USUAL, "<si><t>abcdefghij</t></si>" * 6))
    monkeypatch.setattr(counted, "MOST_MERGED", 5)
    assert "merged cells" in refused(by_hand(USUAL + "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 6 + "</mergeCells>"))


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.reading.files.LARGEST", 100)
    assert "larger than 40 MB" in refused(b"a" * 101)
    with pytest.raises(Unreadable):
        read_pasted("a" * 101, FIELDS, {})


def test_a_sheet_outside_the_archive_is_not_looked_for() -> None:
    targets = (("../../../etc/passwd", ""), ("file:///etc/passwd", ' TargetMode="External"'), ("http://x.example/a.xml", ""))
    for target, mode in targets:
        relations = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                     f'<Relationship Id="rId1" Type="x/worksheet" Target="{target}"{mode}/></Relationships>')
        assert "damaged" in refused(by_hand(USUAL, more={"xl/_rels/workbook.xml.rels": relations}))


@pytest.mark.parametrize("text", [
    '姓名,电话\n"向大山,13800001234\n' + "黄莉,13900001234\n" * 30, '姓名,电话\n黄莉,1\n"向大山,13800001234',
    '姓名,电话\n黄莉,1\n覃勇,"2\n',
    '姓名,电话\n"向大山,1\n黄莉,2\n覃勇,3\n"冉光荣,4\n', '姓名,电话\n"向大山,1\n' + "黄莉,2\n" * 100_000,
])
def test_an_unclosed_quotation_mark_does_not_swallow_the_list(text: str) -> None:
    assert "quotation mark" in refused(text.encode(), "list.csv")


@pytest.mark.parametrize("text",
    ['姓名,电话\n"向\n大山","1"\n', '姓名,电话\n向大山,1"\n', '姓名,电话\n"向""大""山",1', '姓名,电话\n"向,大山\n",1\n'])
def test_quotation_marks_that_are_in_order(text: str) -> None:
    assert len(taken(text.encode(), "list.csv").sheets[0].lines) == 1


def test_a_compression_that_is_not_known() -> None:
    data = bytearray(by_hand(USUAL))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            struct.pack_into("<H", data, start + at, 97)
            start += 4
    assert "damaged" in refused(bytes(data))


def test_other_compressions_that_are_known_are_bounded_too() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert len(taken(zipped(parts_of(by_hand(USUAL)), method)).sheets[0].lines) == 1


def test_styles_without_end_are_not_read() -> None:
    data = by_hand(USUAL, styles="<cellXfs>" + "<xf/>" * 7_000_000 + "</cellXfs>",
        more={"xl/media/1.bin": random.Random(1).randbytes(300_000)})
    assert "damaged" in refused(data)
