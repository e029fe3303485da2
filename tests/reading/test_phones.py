"""Telephones: mainland mobiles in any dress, other numbers by their plans, everything else keeps its figures and a fault."""
import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workers.reading.phones import FAULTS, REMARKS, read_phone

from .test_identities import wide

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
DRESSES = st.sampled_from([
    str, int, float, wide, "'{}".format, "+86 {}".format, "+86{}".format, "0086{}".format, "86-{}".format, "86{}".format,
    "0{}".format, " {} ".format, "\u202d{}\u202c".format, "手机:{}".format, "电话:{}".format, "{}(本人)".format,
    lambda text: f"{text[:3]}-{text[3:7]}-{text[7:]}", lambda text: f"{text[:3]} {text[3:7]} {text[7:]}",
    lambda text: f"{text[:3]}.{text[3:7]}.{text[7:]}", lambda text: f"(+86){text}", "{}.0".format])


@given(MOBILES, DRESSES)
def test_a_mobile_is_read_in_any_dress(mobile: str, dress: object) -> None:
    read = read_phone(dress(mobile))
    assert (read.value, read.fault, read.remarks) == (mobile, "", ())


@given(MOBILES, MOBILES, st.sampled_from([" / ", "/", ",", "、", " ", "\n", ";", ",", " 或 ", "或者", "|", "和", "    "]))
def test_of_two_the_first_is_taken(first: str, second: str, between: str) -> None:
    read = read_phone(first + between + second)
    assert (read.value, read.fault, read.remarks) == (first, "", ("phone_second",))


@given(MOBILES, st.integers(0, 10))
def test_a_figure_too_few_is_flagged_and_kept(mobile: str, at: int) -> None:
    short = mobile[:at] + mobile[at + 1 :]
    read = read_phone(short)
    other = phonenumbers.is_valid_number(phonenumbers.parse(short, "CN"))
    assert (read.fault == "") is other
    if not other:
        assert (read.value, read.fault) == (short, "phone_too_short")


@given(MOBILES, st.sampled_from("0123456789"))
def test_a_figure_too_many_is_flagged(mobile: str, sign: str) -> None:
    assert read_phone(mobile + sign).fault in ("phone_too_long", "")
    assume(not phonenumbers.is_valid_number(phonenumbers.parse(mobile + sign, "CN")))
    assert (read_phone(mobile + sign).value, read_phone(mobile + sign).fault) == (mobile + sign, "phone_too_long")


@given(st.one_of(st.text(max_size=40), st.text("0123456789+-() /转#", max_size=30), st.floats(), st.integers(),
    st.booleans(),
                 st.dates(), st.datetimes(), st.none()))
def test_anything_gets_an_answer(raw: object) -> None:
    read = read_phone(raw)
    assert read.fault == "" or read.fault in FAULTS
    assert set(read.remarks) <= set(REMARKS)
    assert read.value is None or 0 < len(read.value) <= 20


@pytest.mark.parametrize("raw, value", [
    ("0718-8222222", "0718-8222222"), ("07188222222", "0718-8222222"), ("(0718)8222222", "0718-8222222"),
    ("0718 8222222", "0718-8222222"), ("010-62345678", "010-62345678"), ("+86 718 8222222", "0718-8222222"),
    ("0718-8222222-801", "0718-8222222-801"), ("0718-8222222转801", "0718-8222222-801"),
    ("0718-8222222 转 801", "0718-8222222-801"),
    ("+852 9123 4567", "+85291234567"), ("00852 9123 4567", "+85291234567"), ("852-91234567", "+85291234567"),
    ("(852)91234567", "+85291234567"), ("+853 6612 3456", "+85366123456"), ("+886 912 345 678", "+886912345678"),
    ("+1 650 253 0000", "+16502530000"), ("400-800-1234", "4008001234"),
])
def test_other_numbers_by_their_plans(raw: str, value: str) -> None:
    assert (read_phone(raw).value, read_phone(raw).fault) == (value, "")


@pytest.mark.parametrize("raw, value, fault", [
    ("8222222", "8222222", "phone_no_area"), ("62345678", "62345678", "phone_no_area"),
    ("1380000123", "1380000123", "phone_too_short"),
    ("138", "138", "phone_too_short"), ("12345678901", "12345678901", "phone_unknown"),
    ("138000012345", "138000012345", "phone_too_long"),
    ("1.38E+10", None, "phone_digits_lost"), ("无", None, "phone_signs"), ("没有电话", None, "phone_signs"),
    ("138OOOO1234", None, "phone_signs"),
    ("#REF!", None, "spreadsheet_error"), (True, None, "phone_signs"), (1.38e17, None, "phone_digits_lost"),
])
def test_each_damage_has_its_own_name(raw: object, value: str | None, fault: str) -> None:
    assert (read_phone(raw).value, read_phone(raw).fault) == (value, fault)


def test_nothing_is_no_fault() -> None:
    for raw in (None, "", " ", "'", "/", "、"):
        assert (read_phone(raw).value, read_phone(raw).fault) == (None, "")


def test_a_second_one_that_is_whole_does_not_hide_that_the_first_is_not() -> None:
    read = read_phone("1380000123/13800001234")
    assert (read.value, read.fault, read.remarks) == ("1380000123", "phone_too_short", ("phone_second",))
