"""Where things stand on paper: nothing cut, nothing over the edge, groups in one piece, enough rows on a page."""
from collections.abc import Sequence

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rosters.glyphs import advances
from dispatch.rosters.layout import Page, pages_of
from dispatch.rosters.measure import fitted, width, wrapped
from dispatch.rosters.sheet import Column, Edition, Section, Sheet
from tests import factories as make

from .scene import LONG

REGULAR = settings.FONTS_DIR / "NotoSansSC-Regular.ttf"
COLUMNS = [
    Column("", 7, is_tick=True, is_whole=True), Column("座位", 22, is_whole=True), Column("姓名", 31),
    Column("同行", 24, is_group=True, is_whole=True), Column("身份证号", 38, is_whole=True), Column("电话", 53),
    Column("下车地点", 31), Column("接续"), Column("代码", 16, is_whole=True),
]


ONWARD = "20:30 接驳大巴 R0221"
FIRM = "杭州市萧山区某某精密机械制造有限责任公司 萧山经济技术开发区桥南区块 东门"


def sheet(rows: int, groups: Sequence[int] = (), name: str = "冉银香", sections: Sequence[Section] = (),
          walks: int = 0) -> Sheet:
    """`walks`: each so many-th has no bus to go on with, but a firm with a long name."""
    told = [["", f"{n // 90 + 1:02}车 {n % 90}F号", name, f"第{n}组 4 人", "422802********1234", "138 0000 1234 亲属 江大毛",
             "杭州东站 20:08", FIRM if walks and n % walks == 0 else ONWARD, f"C{n:04}"] for n in range(rows)]
    edition = Edition("恩施返岗杭州", 1, make.at(2), make.at(3))
    return Sheet(name="-", title="乘车名单", facts=["恩施站 – 杭州东站"], columns=COLUMNS, edition=edition,
                 sections=[Section("恩施站上车", told, groups=groups), *sections], empty="无人")


def codes(page: Page) -> list[str]:
    return [text for *_place, text in page.texts if len(text) == 5 and text[0] == "C"]


def test_a_page_across_holds_25_rows_and_more() -> None:
    pages = pages_of(sheet(500))
    assert sum(len(codes(page)) for page in pages) == 500
    assert all(len(codes(page)) >= 27 for page in pages[:-1])


def test_a_long_firm_in_one_row_of_ten_leaves_the_other_rows_on_one_line() -> None:
    page = pages_of(sheet(500, walks=10))[0]
    shown = [text for *_place, text in page.texts]
    assert shown.count(ONWARD) == sum(1 for code in codes(page) if int(code[1:]) % 10)
    assert len(codes(page)) >= 22


def test_a_group_stays_on_one_page_where_it_fits() -> None:
    groups = [n // 4 + 1 for n in range(400)]
    pages = pages_of(sheet(400, groups))
    for page in pages:
        mine = [groups[int(code[1:])] for code in codes(page)]
        assert len(mine) % 4 == 0
        # A bracket of three lines for each group.
        assert len(page.thick) == 3 * len(set(mine))


def test_a_group_that_no_page_has_room_for_has_its_bracket_on_each() -> None:
    pages = pages_of(sheet(70, [1] * 70))
    assert sum(len(codes(page)) for page in pages) == 70
    assert [len(page.thick) for page in pages] == [3] * len(pages)
    assert len(pages) == 3


@pytest.mark.parametrize("name", [LONG, "W" * 60, "迪丽热巴·阿不都热依木", "[U+20BB7]䶮㛃"])
def test_nothing_is_cut_and_nothing_leaves_its_column(name: str) -> None:
    pages = pages_of(sheet(40, name=name))
    whole = "".join(text for page in pages for *_place, text in page.texts)
    assert whole.count(name) == 40 or "".join(whole.split()).count(name[:4]) >= 40
    known = advances(REGULAR)
    for page in pages:
        walls = sorted({x for x, _y, to, _to_y in page.lines if x == to})
        for x, y, points, _weight, side, text in page.texts:
            inside = any(top <= y <= end for at, top, to, end in page.lines if at == to)
            if inside and side == "left" and text != "恩施站上车" and "（续）" not in text:
                wall = next(wall for wall in walls if wall > x)
                assert x + width(text, points, known) <= wall, text
            assert y < 210 - 5


def test_a_section_with_its_own_columns_stands_in_its_own_table() -> None:
    own = Section("锁定后变动", [["C9999", "改乘"]], columns=[Column("代码", 16), Column("变动")])
    pages = pages_of(sheet(3, sections=[own]))
    said = [text for *_place, text in pages[0].texts]
    assert said.index("变动") < said.index("锁定后变动") < said.index("C9999") < said.index("改乘")


def test_a_page_that_goes_on_repeats_the_heads_and_the_section() -> None:
    for page in pages_of(sheet(60))[1:]:
        said = [text for *_place, text in page.texts]
        assert {"乘车名单", "姓名", "代码", "恩施站上车（续）"} <= set(said)


@given(st.text(alphabet="恩施站杭州R0 -·，。12abc", max_size=60), st.floats(min_value=5, max_value=60))
def test_wrapped_lines_are_the_text(text: str, room: float) -> None:
    known = advances(REGULAR)
    lines = wrapped(text, room, 10.5, known)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, 10.5, known) <= room or len(line) == 1 for line in lines)


def test_columns_fill_the_room_and_what_must_stay_whole_does() -> None:
    wants = [[7.0], [20.0, 40.0], [90.0] * 5, [300.0]]
    found = fitted([7, 22, 30, 0], [True, True, False, False], wants, 277)
    assert found[:2] == [7.0, 40.0]
    assert 30 < found[2] < 90
    assert sum(found) == pytest.approx(277)
