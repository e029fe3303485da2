"""Names, yes or no, figures."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.reading.names import FAULTS, read_name, read_number, read_yes

from .test_identities import wide

SIGNS = st.sampled_from("王李张向冉覃黄丽华阿卜杜拉𬭚㛃䶮〇龘" "𠮷")
NAMES = st.text(SIGNS, min_size=2, max_size=20)


@given(NAMES, st.sampled_from([str, " ".join, "\u3000".join, " {} ".format, "'{}".format, "\u200b{}".format, "{}\n".format]))
def test_a_name_is_read_without_its_spaces(name: str, dress: object) -> None:
    assert (read_name(dress(name)).value, read_name(dress(name)).fault) == (name, "")


@given(st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=2, max_size=3), st.sampled_from("·•・.‧⋅.。・"),
       st.sampled_from(["", " "]))
def test_dots_of_other_peoples_names_become_one_kind(parts: list[str], dot: str, space: str) -> None:
    assert read_name(f"{space}{dot}{space}".join(parts)).value == "·".join(parts)


@given(NAMES, st.integers(0, 20), st.sampled_from(["1", "13800001234", "2号", "９", "422801199001010012"]))
def test_a_figure_is_no_part_of_a_name(name: str, at: int, figure: str) -> None:
    read = read_name(name[:at] + figure + name[at:])
    assert (read.value, read.fault) == (None, "name_has_digits")


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none(), st.dates()))
def test_anything_gets_an_answer(raw: object) -> None:
    for read in (read_name(raw), read_yes(raw), read_number(raw)):
        assert read.fault == "" or (read.fault in FAULTS and read.value is None)
    name = read_name(raw).value
    assert name is None or (2 <= len(name) <= 20 and not any(sign.isdigit() for sign in name))


@pytest.mark.parametrize("raw, fault", [
    ("王", "name_too_short"), ("王" * 21, "name_too_long"), ("13800001234", "name_has_digits"),
    (13800001234, "name_has_digits"),
    ("向大山?", "name_signs"), ("=A1", "name_has_digits"), ("#N/A", "spreadsheet_error"), ("向大山/黄莉", "name_signs"),
    ("王*", "name_signs"),
    (True, "name_signs"),
])
def test_each_damage_has_its_own_name(raw: object, fault: str) -> None:
    assert (read_name(raw).fault, read_name(raw).value) == (fault, None)


def test_latin_names_keep_their_spaces() -> None:
    assert read_name("  Nguyễn  Văn An ").value == "Nguyễn Văn An"
    assert read_name("O'Brien").value == "O'Brien"


def test_what_stands_in_brackets_behind_a_name_is_a_remark() -> None:
    read = read_name("向大山(男)")
    assert (read.value, read.fault, read.remarks) == ("向大山", "", ("name_bracket_left_out",))


@pytest.mark.parametrize("said", ["是", "有", "√", "Y", "yes", "1", 1, True, " 是 ", "TRUE", "愿意"])
def test_yes(said: object) -> None:
    assert read_yes(said).value is True


@pytest.mark.parametrize("said", ["否", "无", "×", "N", "no", "0", 0, False, "不是", "/"])
def test_no(said: object) -> None:
    assert read_yes(said).value is False


def test_neither_yes_nor_no() -> None:
    assert (read_yes("也许").value, read_yes("也许").fault) == (None, "yes_unreadable")
    assert (read_yes("").value, read_yes("").fault) == (None, "")


@given(st.integers(-10**9, 10**9))
def test_a_figure_in_any_dress(figure: int) -> None:
    for said in (figure, float(figure), str(figure), f"{figure:,}", f"{figure}元", wide(str(figure)), f" {figure} ",
        f"'{figure}", f"{figure}.0"):
        assert read_number(said).value == figure


@pytest.mark.parametrize("raw",
    ["三千", "3千", "3000-4000", "面议", "#DIV/0!", "1.2.3", "inf", "nan", float("inf"), float("nan")])
def test_no_figure(raw: object) -> None:
    assert read_number(raw).value is None and read_number(raw).fault in ("number_unreadable",
        "spreadsheet_error")
