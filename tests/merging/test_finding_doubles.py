"""Who is offered as entered twice: by what they share, and by how rare it is in the campaign."""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import Question
from jobs.queries.doubles import doubles_in
from laborbridge.campaigns.models import Campaign
from laborbridge.identity import seal
from laborbridge.places.models import Place
from tests import factories as make
from workers.invention.identity_numbers import identity_number
from workers.models import Registration, Worker
from workers.numbers import certain_of, one_slip_apart
from workers.services.merging import merge_workers, undo_merge

BORN = make.FIRST_DAY.replace(year=1985)


def number_of(order: int, area: str = "422801") -> str:
    return identity_number(area, BORN, order)


# --- numbers -----------------------------------------------------------------------------------------------------------


@given(st.dates(min_value=make.FIRST_DAY.replace(year=1940), max_value=make.FIRST_DAY), st.integers(1, 999))
def test_a_right_number_says_birth_date_and_sex_and_a_mistyped_one_nothing(born: object, order: int) -> None:
    number = identity_number("422801", born, order)  # type: ignore[arg-type]
    found = certain_of(number)
    assert found is not None and (found.birth_date, found.sex) == (born, "m" if order % 2 else "f")
    for place in range(17):
        other = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1:]
        assert certain_of(other) is None


@pytest.mark.parametrize("number", ["", "E12345678", "42280119850230123X", "４２２８０１１９８５０５１７１２３２"])
def test_what_is_no_number_says_nothing(number: str) -> None:
    assert certain_of(number) is None
    assert one_slip_apart({1: number, 2: number_of(123)}) == set()


@given(st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_digit_apart_whatever_the_check_digit(order: int, place: int, by: int) -> None:
    one = number_of(order)
    other = one[:place] + str((int(one[place]) + by) % 10) + one[place + 1:17]
    assert one_slip_apart({7: one, 3: other + "0"}) == {(3, 7)}


def test_two_neighbours_swapped_and_an_old_number_of_fifteen_digits() -> None:
    one = "42280119850517123" + "2"
    assert one_slip_apart({1: one, 2: "42280119855017123" + "0"}) == {(1, 2)}
    assert one_slip_apart({1: one, 2: "422801850517123"}) == {(1, 2)}
    assert one_slip_apart({1: one, 2: "42280119850517341" + "0", 3: "42280119850517132" + "0"}) == {(1, 3)}


# --- pairs -------------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Fifty others, with names, telephones and villages of their own."""
    made = make.make_campaign()
    made.participants.add(make.make_organisation("bureau"))
    villages = [make.make_village(made) for _ in range(5)]
    for n in range(50):
        person(made, villages[n % 5], name=f"路人{n}", phone=f"1370000{n:04d}", order=100 + 7 * n, area="422802")
    return made


def person(campaign: Campaign, village: Place, *, name: str = "向桂英", phone: str = "", order: int | None = None,
           area: str = "422801", born: object = BORN) -> Registration:
    number = identity_number(area, born, order) if order else None  # type: ignore[arg-type]
    worker = make.make_worker(name=name, identity=number, birth_date=born)  # type: ignore[arg-type]
    return make.make_registration(campaign, worker=worker, village=village, phone=phone)


def pairs(campaign: Campaign) -> list[tuple[int, int]]:
    return [(d.newer.registration, d.older.registration) for d in doubles_in(campaign)]


def test_the_same_name_and_telephone_under_two_numbers(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    one = person(campaign, village, phone="138 0000 1234", order=123)
    other = person(campaign, village, phone="13800001234", order=655, born=BORN.replace(year=1990))
    (double,) = doubles_in(campaign)
    assert (double.newer.registration, double.older.registration) == (other.pk, one.pk)
    assert double.compared == {
        "name": "same", "number": "other", "phone": "same", "birth": "other", "home": "same_village", "sex": "same"}
    assert 50 < double.score <= 100


def test_the_same_name_birth_date_and_village(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    one, other = (person(campaign, village, order=order, phone=f"1380000{order:04d}") for order in (123, 455))
    assert pairs(campaign) == [(other.pk, one.pk)]


def test_the_same_name_and_a_number_one_slip_apart(campaign: Campaign) -> None:
    one = person(campaign, make.make_village(campaign), order=123, phone="13800000001")
    other = person(campaign, make.make_village(campaign), order=123, area="422811", phone="13800000002")
    assert pairs(campaign) == [(other.pk, one.pk)]


def test_the_name_alone_the_telephone_alone_or_the_village_alone_is_nobody(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    person(campaign, village, order=123, phone="13800001234")
    person(campaign, village, name="向桂花", order=455, phone="13800001234")
    person(campaign, make.make_village(campaign), order=777, born=BORN.replace(year=1991), phone="13800009999")
    assert pairs(campaign) == []


def test_a_common_name_under_the_liaisons_telephone_needs_more(campaign: Campaign) -> None:
    """Twelve people of one name in as many villages, all reached by one telephone; two of them share a birth date too."""
    villages = [make.make_village(campaign) for _ in range(12)]
    for n, village in enumerate(villages):
        person(campaign, village, name="王伟", phone="13899990000", order=101 + 11 * n, born=BORN.replace(year=1970 + n))
    for n in range(30):
        person(campaign, villages[n % 12], name=f"村民{n}", phone="13899990000", order=500 + 3 * n)
    assert pairs(campaign) == []


def test_who_is_a_duplicate_already_is_not_offered(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    one, other = (person(campaign, village, order=order, phone="13800001234") for order in (123, 455))
    merge = merge_workers(kept=one.worker, gone=other.worker, why="one person", by=make.make_user())
    assert pairs(campaign) == []
    undo_merge(merge=merge, by=make.make_user(), why="two sisters")
    assert pairs(campaign) == [], "they were parted again: never asked a second time"


def test_who_was_said_to_be_two_is_not_offered_again(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    one, other = (person(campaign, village, order=order, phone="13800001234") for order in (123, 455))
    Question.objects.create(
        campaign=campaign, kind="same_person", worker=other.worker, owner=campaign.participants.get(), answer="two_people",
        answer_detail={"pair": sorted((one.worker_id, other.worker_id))}, settled_at=timezone.now())
    assert pairs(campaign) == []


def test_it_asks_as_often_for_many_as_for_one(campaign: Campaign) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            doubles_in(campaign)
        return len(caught)

    for n in range(2):
        person(campaign, make.make_village(campaign), order=123 + n, phone="13800001234")
    few = counted()
    for n in range(12):
        village = make.make_village(campaign)
        person(campaign, village, name=f"覃凤{n}", order=10 + n, phone=f"1390000{n:04d}")
        person(campaign, village, name=f"覃凤{n}", order=510 + n, phone=f"1390000{n:04d}")
    assert counted() == few
    assert len(pairs(campaign)) >= 12


def test_whole_numbers_do_not_leave_the_comparison(campaign: Campaign) -> None:
    village = make.make_village(campaign)
    for order in (123, 455):
        person(campaign, village, order=order, phone="13800001234")
    shown = repr(doubles_in(campaign))
    assert number_of(123)[6:14] not in shown.replace("-", "") and seal(number_of(123)).whole.hex() not in shown
    assert Worker.objects.count() > 2
