"""Identity numbers: whole ones are read in any dress, damaged ones never pass for somebody's."""
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workers.reading.areas import is_known
from workers.reading.identities import FAULTS, REMARKS, check_sign, read_identity

TODAY = date(2020, 3, 20)
DAYS = st.dates(date(1901, 1, 1), TODAY)
AREAS = st.sampled_from(["422801", "422822", "330110", "330104", "513001", "512301", "110103", "653121", "820000"])


def number(area: str, born: date, turn: int) -> str:
    body = f"{area}{born:%Y%m%d}{turn:03d}"
    return body + check_sign(body)


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


NUMBERS = st.builds(number, AREAS, DAYS, st.integers(1, 999))
DRESSES = st.sampled_from([
    str, str.lower, wide, "'{}".format, "’{}".format, " {} ".format, "\u200b{}".format, "\ufeff{}\n".format, "`{}".format,
    lambda text: f"{text[:6]} {text[6:14]} {text[14:]}", lambda text: f"{text[:6]}-{text[6:14]}-{text[14:]}",
    lambda text: f"{text[:14]}\n{text[14:]}", lambda text: "\u3000".join(text)])


@given(NUMBERS, DRESSES)
def test_a_whole_number_is_read_in_any_dress(whole: str, dress: object) -> None:
    read = read_identity(dress(whole), today=TODAY)
    assert (read.value, read.shape) == (whole, "whole")
    assert read.born == date(int(whole[6:10]), int(whole[10:12]), int(whole[12:14]))
    assert read.fault == ("" if is_known(whole[:6], read.born.year) else "identity_area_unknown")


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"), DRESSES)
def test_one_other_sign_is_never_accepted(whole: str, at: int, sign: str, dress: object) -> None:
    assume(whole[at] != sign)
    damaged = whole[:at] + sign + whole[at + 1 :]
    read = read_identity(dress(damaged), today=TODAY)
    assert read.value is None and read.fault in FAULTS


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_exchanged_are_never_accepted(whole: str, at: int) -> None:
    assume(whole[at] != whole[at + 1])
    damaged = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    assert read_identity(damaged, today=TODAY).value is None


@given(NUMBERS, st.integers(1, 17))
def test_a_part_of_a_number_is_none_but_the_last_four(whole: str, kept: int) -> None:
    for part in (whole[:kept], whole[-kept:]):
        read = read_identity(part, today=TODAY)
        if len(part) == 4 and part[:3].isdigit():
            assert (read.value, read.shape) == (part, "last4")
        else:
            assert read.value is None and read.fault in ("identity_too_short", "identity_old", "identity_signs")


@given(NUMBERS)
def test_what_a_spreadsheet_made_of_it_is_never_accepted(whole: str) -> None:
    assume(not whole.endswith("X"))
    shown = float(whole)
    kept = int(f"{shown:.14e}".replace(".", "").split("e")[0]) * 1_000
    for broken in (shown, kept, f"{shown:.5E}", f"{shown:.14E}", f"{shown:.2e}", f"'{shown:.5E}"):
        assert read_identity(broken, today=TODAY).fault == "identity_digits_lost"
    read = read_identity(str(kept), today=TODAY)
    assert read.fault == "identity_digits_lost" or read.remarks == ("identity_ends_in_noughts",)


@given(NUMBERS)
def test_a_number_cell_that_kept_all_signs_is_whole(whole: str) -> None:
    """Programs write 18 figures into a number's cell; a spreadsheet cannot."""
    assume(not whole.endswith(("X", "000")))
    assert read_identity(int(whole), today=TODAY).value == whole


@given(NUMBERS, st.sampled_from("*＊●×•x"), st.integers(4, 12), st.sampled_from([0, 3, 4, 6]))
def test_hidden_in_the_middle(whole: str, sign: str, many: int, head: int) -> None:
    read = read_identity(whole[:head] + sign * many + whole[-4:], today=TODAY)
    if sign == "x":
        assert read.value is None
    elif head == 6:
        assert (read.value, read.shape) == (f"{whole[:6]}********{whole[-4:]}", "masked")
    else:
        assert (read.value, read.shape) == (whole[-4:], "last4")


@given(NUMBERS, st.integers(1, 8))
def test_hidden_at_the_end_is_a_fault(whole: str, many: int) -> None:
    assert read_identity(whole[:-many] + "*" * many, today=TODAY).fault == "identity_masked_too_far"


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.none()))
def test_anything_gets_an_answer(raw: object) -> None:
    read = read_identity(raw, today=TODAY)
    assert read.fault == "" or read.fault in FAULTS
    assert set(read.remarks) <= set(REMARKS)
    assert (read.shape == "none") == (read.value is None)
    if read.shape == "whole":
        assert read.value and check_sign(read.value) == read.value[17]


@pytest.mark.parametrize("raw, fault", [
    ("4.22801E+17", "identity_digits_lost"), ("4.22801199001010E+17", "identity_digits_lost"),
    ("422801199001010000", "identity_digits_lost"), (422801199001010000, "identity_digits_lost"),
    (4.228011990010102e17, "identity_digits_lost"), ("422801900101001", "identity_old"), (422801900101001, "identity_old"),
    ("42280119900101", "identity_too_short"), ("4228011990010100123", "identity_too_long"),
    ("422801199013010013", "identity_birth_date"), ("422801209001010013", "identity_birth_date"),
    ("422801189901010013", "identity_birth_date"), ("E12345678", "identity_other_document"),
    ("H1234567801", "identity_other_document"), ("无", "identity_signs"), ("办理中", "identity_signs"),
    (date(2020, 1, 1), "identity_is_a_date"), (True, "identity_signs"), ("#N/A", "spreadsheet_error"),
    ("422801199O01010013", "identity_signs"), ("422801********", "identity_masked_too_far"),
])
def test_each_damage_has_its_own_name(raw: object, fault: str) -> None:
    assert (read_identity(raw, today=TODAY).fault, read_identity(raw, today=TODAY).value) == (fault,
        None)


def test_nothing_is_no_fault() -> None:
    for raw in (None, "", "  ", "\u3000", "'", "\u200b"):
        read = read_identity(raw, today=TODAY)
        assert (read.value, read.fault, read.shape) == (None, "", "none")


def test_noughts_that_a_number_lost_before_it_are_put_back() -> None:
    read = read_identity(123, today=TODAY)
    assert (read.value, read.shape, read.remarks) == ("0123", "last4", ("identity_zeros_added",))
    assert read_identity("123", today=TODAY).fault == "identity_too_short"


def test_areas_of_the_year_of_birth_or_of_any_later_time() -> None:
    today = date(2026, 1, 1)
    gone = number("512301", date(1985, 5, 5), 21)       # Fuling of Sichuan, until 1994
    after = number("512301", date(1999, 5, 5), 21)
    later = number("330114", date(1985, 5, 5), 21)      # Qiantang of Hangzhou, since 2021
    nowhere = number("429999", date(1985, 5, 5), 21)
    faults = [read_identity(one, today=today).fault for one in (gone, after, later, nowhere)]
    assert faults == ["", "identity_area_unknown", "", "identity_area_unknown"]
    assert read_identity(nowhere, today=today).value == nowhere


def test_a_birth_is_neither_to_come_nor_120_years_back() -> None:
    for days, fits in ((0, True), (1, False)):
        assert (read_identity(number("422801", TODAY + timedelta(days), 1), today=TODAY).value is not None) is fits
    oldest = date(TODAY.year - 120, TODAY.month, TODAY.day)
    for born, fits in ((oldest + timedelta(1), True), (oldest, False)):
        assert (read_identity(number("422801", born, 1), today=TODAY).value is not None) is fits


def test_a_moment_is_a_date() -> None:
    assert read_identity(datetime(2020, 1, 1, 8), today=TODAY).fault == "identity_is_a_date"
