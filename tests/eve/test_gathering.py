"""Who stands at the pick-up: rows that nobody changes, of which the last one counts."""
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from dispatch.models import Gathering, Plan
from dispatch.queries import access, eve
from dispatch.services.gathering import mark_gathered
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.races.crowd import REPEATS, at_once
from tests.rules.world import refused
from transport.models import Trip
from workers.models import Registration

NOW = timezone.now


@pytest.fixture
def person(db: None) -> Registration:
    return make.make_registration(make.make_campaign())


@pytest.fixture
def trip(person: Registration) -> Trip:
    return make.make_trip(person.campaign, [person.township, make.make_park(person.campaign)])


def mark(person: Registration, trip: Trip | None, gathered: bool = True, *, wish: UUID | None = None, ago: int = 0,
         **changes: object) -> Gathering:
    asked = {"registration": person, "trip": trip, "day": make.FIRST_DAY, "gathered": gathered, "by": None}
    return mark_gathered(**{**asked, "wish": wish or uuid4(), "at": NOW() - timedelta(minutes=ago), **changes})


def is_here(person: Registration, trip: Trip) -> bool:
    return (person.pk, trip.pk) in eve.gathered([person.pk])


def test_of_several_taps_the_last_one_counts_and_all_are_kept(person: Registration, trip: Trip) -> None:
    assert not is_here(person, trip)
    mark(person, trip, ago=3)
    assert is_here(person, trip)
    mark(person, trip, False, ago=1)
    assert not is_here(person, trip)
    # A phone that had no network tells later what it saw earlier.
    mark(person, trip, True, ago=2)
    assert not is_here(person, trip)
    assert Gathering.objects.count() == 3
    assert list(Entry.objects.order_by("pk").values_list("action", "subject_id")) == [
        ("gathered", person.pk), ("gathering taken back", person.pk), ("gathered", person.pk)]


def test_a_tap_that_is_sent_again_changes_nothing(person: Registration, trip: Trip) -> None:
    first = mark(person, trip, ago=3)
    mark(person, trip, False, ago=1)
    again = mark(person, trip, wish=first.wish)
    assert again == first
    assert not is_here(person, trip)
    assert Gathering.objects.count() == Entry.objects.count() == 2


def test_one_tap_is_not_of_two_people(person: Registration, trip: Trip) -> None:
    first = mark(person, trip)
    with pytest.raises(RuleBroken):
        mark(make.make_registration(person.campaign), trip, wish=first.wish)
    assert Gathering.objects.count() == 1


def test_a_clock_that_runs_ahead_does_not_have_the_last_word(person: Registration, trip: Trip) -> None:
    row = mark(person, trip, ago=-600)
    assert row.at == row.told_at
    mark(person, trip, False)
    assert not is_here(person, trip)


def test_who_goes_without_a_seat_gathers_for_a_day(person: Registration) -> None:
    row = mark(person, None)
    assert (row.trip, row.day) == (None, make.FIRST_DAY)
    assert (person.pk, make.FIRST_DAY) in eve.gathered([person.pk])


def test_it_survives_a_new_plan_by_the_same_trip_and_not_one_by_another(person: Registration, trip: Trip) -> None:
    other = make.make_trip(person.campaign, [person.township, make.make_park(person.campaign)])
    posting = make.make_posting(person.campaign)
    sight = access.sight(make.make_planner(person.campaign), person.campaign.pk)

    def published(on: Trip) -> Plan:
        plan = make.make_plan(person.campaign)
        make.place_person(plan, person, posting, [(on, 0, 1, 0)])
        return make.publish(plan)

    first = published(trip)
    mark(person, trip)
    assert eve.gathered_by_call([trip], first) == {(trip.pk, 0): (1, 1)}
    second = published(trip)
    assert eve.gathered_by_call([trip], second) == {(trip.pk, 0): (1, 1)}
    third = published(other)
    assert eve.gathered_by_call([trip, other], third) == {(other.pk, 0): (0, 1)}
    assert eve.leaving(sight, third).count() == 1


# --- rules of the database -------------------------------------------------------------------------------------------


def insert(person: Registration, trip: Trip | None, *, day: str = "NULL", at: str = "now()", wish: str = "") -> str:
    return (
        "INSERT INTO dispatch_gathering (wish, registration_id, trip_id, day, gathered, at, told_at) VALUES "
        f"('{wish or uuid4()}', {person.pk}, {trip.pk if trip else 'NULL'}, {day}, true, {at}, now())"
    )


def test_a_wish_counts_once(person: Registration, trip: Trip) -> None:
    wish = str(uuid4())
    assert refused(insert(person, trip, wish=wish)) == ""
    assert refused(insert(person, trip, wish=wish)) == "gathering_wish_counts_once"


def test_it_is_of_a_trip_or_of_a_day(person: Registration, trip: Trip) -> None:
    assert refused(insert(person, None, day="'2020-03-21'")) == ""
    assert refused(insert(person, None)) == "gathering_of_a_trip_or_of_a_day"
    assert refused(insert(person, trip, day="'2020-03-21'")) == "gathering_of_a_trip_or_of_a_day"


def test_it_is_told_after_it_was_seen(person: Registration, trip: Trip) -> None:
    assert refused(insert(person, trip, at="now() + interval '1 second'")) == "gathering_is_told_after_it_was_seen"


def test_it_stays_within_its_campaign(person: Registration, trip: Trip) -> None:
    stranger = make.make_registration(make.make_campaign())
    assert refused(insert(stranger, trip)) == "gathering_stays_within_its_campaign"


@pytest.mark.parametrize("statement", [
    "UPDATE dispatch_gathering SET gathered = false", "DELETE FROM dispatch_gathering", "TRUNCATE dispatch_gathering"])
def test_it_never_changes(person: Registration, trip: Trip, statement: str) -> None:
    mark(person, trip)
    rule = "table_is_never_emptied" if "TRUNCATE" in statement else "gathering_never_changes"
    assert refused(statement) == rule


# --- two phones at once ----------------------------------------------------------------------------------------------


def tell_all(person: Registration, trip: Trip) -> list[object]:
    wish = uuid4()
    return at_once(lambda _: mark(person, trip, wish=wish))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_times_the_same_tap_one_is_stored() -> None:
    for _ in range(REPEATS):
        person = make.make_registration(make.make_campaign())
        trip = make.make_trip(person.campaign, [person.township, make.make_park(person.campaign)])
        results = tell_all(person, trip)
        assert not [r for r in results if isinstance(r, Exception)]
        assert Gathering.objects.filter(registration=person).count() == 1
        assert Entry.objects.filter(subject_id=person.pk, action="gathered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_the_same_tap_is_stored_more_than_once() -> None:
    person = make.make_registration(make.make_campaign())
    trip = make.make_trip(person.campaign, [person.township, make.make_park(person.campaign)])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX gathering_wish_counts_once")
    tell_all(person, trip)
    assert Gathering.objects.count() > 1
