"""How two lists compare on one person, and what it weighs: tiny people, and what must hold of all."""
import string
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.linking.candidates import Candidate, Listed
from jobs.linking.comparing import SCALES, Compared, Home, Name, Number, Person, Phone, Same, compare
from jobs.linking.deciding import FALSE_LINKS, decide_one
from jobs.linking.scoring import log_odds, score, weigh
from jobs.models.returning import Link

from .people import NUMBER, listed, rarity, registered

NAMES = st.text(alphabet="张王李覃向伟国华凤仙小晓梅建东", min_size=1, max_size=4)
PHONES = st.text(alphabet=string.digits, min_size=11, max_size=11) | st.just("")


@pytest.mark.parametrize(("one", "other", "word"), [
    ("覃凤仙", "覃凤仙", Name.SAME), ("覃 凤 仙", "覃凤仙", Name.SAME), ("张晓东", "张小东", Name.SOUNDS),
    ("张伟", "章伟", Name.SOUNDS), ("王建国", "王建军", Name.ONE_SIGN), ("向国华", "向华国", Name.SIMILAR),
    ("向国华", "向华", Name.SIMILAR), ("王建国", "李小梅", Name.OTHER), ("", "", Name.OTHER),
    ("迪丽努尔·买买提", "迪丽努尔买买提", Name.SAME), ("Nguyen Van An", "NGUYEN VAN AN", Name.SAME),
])
def test_names(one: str, other: str, word: Name) -> None:
    assert compare(listed(one), registered(other)).name == word


@pytest.mark.parametrize(("shows", "number", "word"), [
    ("whole", NUMBER, Number.WHOLE), ("masked", NUMBER, Number.FIRST6_LAST4), ("last4", NUMBER, Number.LAST4),
    ("whole", "422801199505171234", Number.MIDDLE_DIFFERS), ("whole", "422802198505171234", Number.START_DIFFERS),
    ("masked", "422802198505171234", Number.START_DIFFERS), ("masked", "422801198505174321", Number.OTHER),
    ("last4", "422801198505174321", Number.OTHER), ("last4", "", Number.NONE),
])
def test_numbers_as_far_as_the_list_shows_them(shows: str, number: str, word: Number) -> None:
    assert compare(listed(number=number, shows=shows), registered()).number == word


@pytest.mark.parametrize(("phone", "word"), [
    ("13800001234", Phone.SAME), ("138 0000 1234", Phone.SAME), ("+86 138-0000-1234", Phone.SAME),
    ("13800001235", Phone.ONE_DIGIT), ("13800002134", Phone.ONE_DIGIT), ("1380001234", Phone.ONE_DIGIT),
    ("13900001235", Phone.OTHER), ("", Phone.NONE),
])
def test_telephones(phone: str, word: Phone) -> None:
    assert compare(listed(phone=phone), registered()).phone == word


@pytest.mark.parametrize(("text", "word"), [
    ("湖北恩施市龙凤镇双堰塘村3组", Home.VILLAGE), ("恩施龙凤", Home.TOWNSHIP), ("恩施州恩施市", Home.COUNTY),
    ("利川市柏杨坝镇", Home.OTHER), ("", Home.NONE),
])
def test_homes_as_people_write_them(text: str, word: Home) -> None:
    assert compare(listed(home=text), registered()).home == word


@given(NAMES, NAMES, PHONES, PHONES, st.sampled_from(["whole", "masked", "last4"]), st.booleans())
def test_it_is_the_same_from_either_side(one: str, other: str, phone: str, second: str, shows: str, same: bool) -> None:
    a = listed(one, phone=phone, shows=shows, home="恩施龙凤镇", trades=("缝纫",))
    b = registered(other, NUMBER if same else "422801199001014321", second)
    assert compare(a, b) == compare(b, a)


@given(NAMES, PHONES, st.data(), st.integers(1, 400_000), st.integers(1, 500))
def test_more_that_agrees_never_lowers(name: str, phone: str, data: st.DataObject, people: int, shared: int) -> None:
    """Along each field's scale, whatever the other fields say and however common the values are."""
    word = {field: data.draw(st.sampled_from(scale)) for field, scale in SCALES.items()}
    common = min(shared, people)
    who = registered(name, phone=phone)
    seen = rarity(people, names={name: common}, phones={phone: common}, last4={who.last4: common},
                  first6_last4={who.first6_last4: common // 10})
    for field, scale in SCALES.items():
        if field == "number":
            continue  # what a list shows of it is no matter of agreeing; the test below has it
        odds = [log_odds(weigh(Compared(**{**word, field: w}), who, who, seen), seen) for w in scale]
        assert all(a > b - 1e-9 for a, b in pairwise(odds)), f"{field} of {scale}"


@given(st.integers(1, 400_000), st.integers(1, 500))
def test_of_a_number_more_that_agrees_says_more_and_a_contradiction_less(people: int, shared: int) -> None:
    who = registered()
    seen = rarity(people, last4={who.last4: min(shared, people)}, first6_last4={who.first6_last4: min(shared, people)})
    weight = {word: weigh(Compared(word, Name.SAME, Phone.NONE, Home.NONE, Same.NONE, Same.NONE), who, who, seen)["number"]
              for word in Number}
    assert weight[Number.WHOLE] > weight[Number.FIRST6_LAST4] > weight[Number.MIDDLE_DIFFERS] > weight[Number.OTHER]
    assert weight[Number.LAST4] > weight[Number.START_DIFFERS] > weight[Number.OTHER]
    assert weight[Number.LAST4] > weight[Number.NONE] == 0 > weight[Number.OTHER]


def test_a_common_name_and_common_digits_say_less_than_rare_ones() -> None:
    who = listed(shows="last4")
    common = rarity(names={who.name: 300}, last4={who.last4: 60})
    weights = [weigh(compare(who, registered()), who, registered(), seen) for seen in (rarity(), common)]
    assert weights[0]["name"] > weights[1]["name"] + 3
    assert weights[0]["number"] > weights[1]["number"] + 1
    assert isclose(weights[0]["phone"], weights[1]["phone"])


@given(st.floats(-800, 800).filter(lambda odds: abs(odds) > 1e-9))
def test_a_score_is_a_percentage_that_is_never_rounded_up(odds: float) -> None:
    assert 0 <= score(odds) <= 100
    assert (score(odds) >= 50) == (odds > 0)


def decided(who: Person, *people: Person, **counts: object) -> Link:
    row = Listed(1, who)
    return decide_one(row, [Candidate(n, n, p) for n, p in enumerate(people)], rarity(**counts)).link


def test_whom_evidence_leaves_no_doubt_of_is_linked() -> None:
    assert decided(listed(phone=""), registered()) == Link.LINKED
    assert decided(listed(shows="last4"), registered()) == Link.LINKED
    assert decided(listed(shows="last4", phone="13900005678"), registered()) == Link.LINKED
    # The same last digits and a name that three hundred have: a person has to look.
    assert decided(listed("张伟", shows="last4", phone="13900005678"), registered("张伟"), names={"张伟": 300},
                   last4={registered().last4: 2}) == Link.DOUBTFUL


def test_two_who_agree_equally_are_for_a_person_to_look_at() -> None:
    twins = [registered(number=number) for number in ("422801198505171234", "422802199001011234")]
    assert decided(listed(shows="last4"), *twins, last4={twins[0].last4: 2}) == Link.DOUBTFUL
    assert decided(listed(shows="masked"), *twins) == Link.LINKED


def test_a_contradiction_is_never_passed_over() -> None:
    """Another name with the same number and telephone; another number with the same name and telephone."""
    assert decided(listed("李小梅"), registered()) == Link.DOUBTFUL
    assert decided(listed(number="422801199505171234"), registered()) == Link.DOUBTFUL


def test_a_name_alone_links_nobody_however_rare_it_is_and_wherever_they_live() -> None:
    named = listed(number="", phone="", home="恩施市龙凤镇双堰塘村", trades=("缝纫工",))
    assert decided(named, registered()) == Link.DOUBTFUL
    assert decided(listed(number="", home="恩施市龙凤镇"), registered()) == Link.LINKED


def test_nobody_is_offered_where_little_agrees() -> None:
    assert decided(listed("李小梅", "422801199001014321", "13900005678"), registered()) == Link.UNLINKED
    assert decided(listed(shows="last4", name="李小梅", phone="13900005678"), registered()) == Link.UNLINKED
    assert decided(listed()) == Link.UNLINKED


def test_the_least_certain_link_keeps_to_the_stated_rate() -> None:
    row = Listed(1, listed(shows="last4", phone="13900005678"))
    for shared in range(1, 60):
        seen = rarity(names={"覃凤仙": shared}, last4={registered().last4: 3})
        decision = decide_one(row, [Candidate(1, 1, registered())], seen)
        best = decision.candidates[0]
        assert (decision.link == Link.LINKED) == (best.share >= 1 - FALSE_LINKS)
    assert decision.link == Link.DOUBTFUL
