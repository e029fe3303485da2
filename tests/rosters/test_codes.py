"""Codes that are read from paper and typed."""
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rosters.codes import SIGNS, code_of, registration_of


@given(st.integers(min_value=1, max_value=2**40))
def test_a_code_leads_back(registration: int) -> None:
    assert registration_of(code_of(registration)) == registration
    assert registration_of(f" {code_of(registration).lower()} ") == registration


@pytest.mark.parametrize("registration", [1, 28, 29, 13_500, 360_000])
def test_one_wrong_sign_or_two_exchanged_are_noticed(registration: int) -> None:
    code = code_of(registration)
    assert len(code) == 5
    for place, sign in itertools.product(range(5), SIGNS):
        if sign != code[place]:
            assert registration_of(code[:place] + sign + code[place + 1 :]) is None
    for place in range(4):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert registration_of(swapped) is None or swapped == code


@pytest.mark.parametrize("typed", ["", "A", "0001", "00 01", "OOOOO", "一二三四五"])
def test_what_is_no_code(typed: str) -> None:
    assert registration_of(typed) is None
