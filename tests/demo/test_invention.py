"""Invented people: real-looking, all different, and the same for the same seed."""
import random
from datetime import date

import pytest

from workers.invention import Inventor
from workers.invention.identity_numbers import CAPACITY, birth_and_order, check_digit, identity_number

CAMPAIGN_BEGINS = date(2020, 3, 19)


def test_check_digit_of_the_standards_own_examples() -> None:
    # GB 11643-1999, appendix A.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_identity_number_is_area_birth_date_order_and_check_digit() -> None:
    assert identity_number("422801", date(1985, 2, 3), 7) == "42280119850203007" + check_digit("42280119850203007")


def test_no_number_comes_twice_among_360_000_people() -> None:
    pairs = {birth_and_order(ordinal) for ordinal in range(360_000)}
    assert len(pairs) == 360_000
    assert all(1 <= order <= 999 for _, order in pairs)


def test_a_second_import_beside_the_first_meets_none_of_its_numbers() -> None:
    first = {Inventor(1).person(f"W{n}", "C00T00", "", n).identity_number for n in range(2000)}
    second = {Inventor(2, first=2000).person(f"W{n}", "C00T00", "", n).identity_number for n in range(2000)}
    assert not first & second


@pytest.mark.parametrize("ordinal", [-1, CAPACITY])
def test_an_ordinal_without_a_number_of_its_own_is_refused(ordinal: int) -> None:
    with pytest.raises(ValueError, match=f"ordinal {ordinal}: expected 0 to {CAPACITY - 1}"):
        birth_and_order(ordinal)


def test_people_fit_the_columns_that_keep_them_and_the_rules_of_registration() -> None:
    inventor = Inventor(1)
    for n in range(20_000):
        person = inventor.person(f"W{n:06d}", "422801100", "", n)
        assert 2 <= len(person.name) <= 20 and person.name.strip("·") == person.name
        assert person.identity_number[:6] == "422801"
        assert person.identity_number[6:14] == f"{person.birth_date:%Y%m%d}"
        assert person.identity_number[17] == check_digit(person.identity_number[:17])
        assert person.sex == ("m" if int(person.identity_number[16]) % 2 else "f")
        assert person.birth_date.replace(year=person.birth_date.year + 16) <= CAMPAIGN_BEGINS
        assert (person.contact == "none") == (person.contact_phone == "")
        assert person.contact == "none" or (len(person.contact_phone) == 11 and person.contact_phone.isdigit())
        assert (person.contact in ("relative", "liaison")) == (person.contact_name != "")
        assert len(person.household) <= 40


def test_awkward_names_are_among_them() -> None:
    names = [Inventor(1).person(f"W{n:06d}", "C00T00", "", n).name for n in range(20_000)]
    assert any("·" in name for name in names)
    assert any(ord(character) > 0xFFFF for name in names for character in name)
    assert sum(2 <= len(name) <= 4 for name in names) > 19_800


def test_a_few_are_under_18_and_none_under_16() -> None:
    births = [birth_and_order(n)[0] for n in range(100_000)]
    minors = sum(birth > date(2002, 3, 19) for birth in births)
    assert 1 <= minors < 50
    assert max(births) <= date(2004, 3, 19)


def test_equal_arguments_give_equal_people_in_any_order_and_another_seed_gives_others() -> None:
    rows = [(f"W{n}", f"C0{n % 3}T0{n % 5}", f"G{n // 2}" if n % 4 < 2 else "", n) for n in range(500)]
    one, other, reseeded = Inventor(7), Inventor(7), Inventor(8)
    expected = {row: one.person(*row) for row in rows}
    for row in random.Random(0).sample(rows, len(rows)):
        assert other.person(*row) == expected[row]
    assert sum(reseeded.person(*row).name == expected[row].name for row in rows) < 25


def test_a_group_shares_its_household_and_others_do_not() -> None:
    inventor = Inventor(1)
    group = {(p.village, p.household) for p in (inventor.person(f"W{n}", "C00T00", "G1", n) for n in range(4))}
    alone = {(p.village, p.household) for p in (inventor.person(f"W{n}", "C00T00", "", n) for n in range(4))}
    assert len(group) == 1
    assert len(alone) == 4


def test_villages_are_the_given_ones_or_invented_for_the_township() -> None:
    given = Inventor(1, {"422801100": ["422801100001", "422801100002"]})
    assert {given.person(f"W{n}", "422801100", "", n).village for n in range(50)} == {"422801100001", "422801100002"}
    assert given.invented_villages("422801100") == ()
    invented = given.invented_villages("C00T00")
    assert invented == Inventor(1).invented_villages("C00T00")
    assert 3 <= len(invented) <= 12 and len({v.name for v in invented}) == len(invented)
    assert {given.person(f"W{n}", "C00T00", "", n).village for n in range(300)} == {v.code for v in invented}


def test_a_county_without_a_state_code_keeps_one_area_for_all_its_townships() -> None:
    inventor = Inventor(1)
    areas = {inventor.person(f"W{n}", f"C00T{n:02d}", "", n, county="C00").identity_number[:6] for n in range(20)}
    assert len(areas) == 1


def test_a_village_that_the_list_names_is_kept() -> None:
    assert Inventor(1).person("W1", "C00T00", "", 0, village="V9").village == "V9"
