"""What registers say becomes an outcome where it may, goes with the row, and takes nobody out of a published plan."""
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import RegisterOutcome, Sighting
from jobs.services.presence import Settled, count_again, set_aside, settle_outcomes
from laborbridge.accounts.models import User
from laborbridge.audit.models import Entry
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests import factories as make
from workers.models import Registration

from .lists import make_register, make_sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make.make_campaign()


@pytest.fixture
def person(campaign: Campaign) -> Registration:
    return make.make_registration(campaign)


@pytest.fixture
def staff(campaign: Campaign) -> User:
    return make.make_planner(campaign)


def outcome(person: Registration) -> str | None:
    person.refresh_from_db()
    return person.outcome


@pytest.mark.parametrize(("source", "given"), [("gate", "already_back"), ("community", "reported"), ("insurance", None)])
def test_each_source_says_what_it_can(
    campaign: Campaign, person: Registration, staff: User, source: str, given: str | None
) -> None:
    register = make_register(campaign, source)
    sighting = make_sighting(register, person)
    assert settle_outcomes(campaign, by=staff) == Settled(1 if given else 0, 0, 0)
    assert outcome(person) == given
    if given:
        kept = RegisterOutcome.objects.get()
        assert (kept.register, kept.sighting, kept.given_by, kept.given_at) == (register, sighting, staff, person.outcome_at)
        assert person.outcome_by == staff
        assert Entry.objects.get().detail == {"given": 1, "withdrawn": 0}
    assert settle_outcomes(campaign, by=staff) == Settled(0, 0, 0)


@pytest.mark.parametrize("fields", [
    {"link": "doubtful"}, {"there": False}, {"seen_on": date(2020, 3, 20)},
])
def test_what_is_not_sure_not_there_or_of_before_says_nothing(
    campaign: Campaign, person: Registration, staff: User, fields: dict
) -> None:
    make_sighting(make_register(campaign), person if "link" not in fields else None, **fields)
    assert settle_outcomes(campaign, by=staff) == Settled(0, 0, 0)
    assert outcome(person) is None


def test_before_the_campaign_it_counts_from_the_day_after_registering(
    campaign: Campaign, person: Registration, staff: User
) -> None:
    # Late in the evening of the 11th in China; still the 11th there, and the 11th elsewhere too.
    Registration.objects.filter(pk=person.pk).update(created_at=make.at(23, 30, day=-10))
    sighting = make_sighting(make_register(campaign), person, seen_on=date(2020, 3, 11))
    assert settle_outcomes(campaign, by=staff).given == 0
    Sighting.objects.filter(pk=sighting.pk).update(seen_on=date(2020, 3, 12))
    assert settle_outcomes(campaign, by=staff).given == 1


def test_the_day_of_registering_is_the_one_in_china(campaign: Campaign, person: Registration, staff: User) -> None:
    Registration.objects.filter(pk=person.pk).update(created_at=make.at(1, day=-9))  # the 11th in Greenwich
    make_sighting(make_register(campaign), person, seen_on=date(2020, 3, 12))
    assert settle_outcomes(campaign, by=staff).given == 0


def test_a_gate_says_more_than_a_report_and_a_second_one_nothing_new(
    campaign: Campaign, person: Registration, staff: User
) -> None:
    make_sighting(make_register(campaign, "community"), person, seen_on=date(2020, 3, 25))
    gate = make_sighting(make_register(campaign, "gate"), person, seen_on=date(2020, 3, 22))
    make_sighting(gate.register, person, seen_on=date(2020, 3, 21))
    assert settle_outcomes(campaign, by=staff).given == 1
    assert (outcome(person), RegisterOutcome.objects.get().sighting) == ("already_back", gate)


def test_who_has_an_outcome_keeps_it(campaign: Campaign, staff: User) -> None:
    person = make.make_registration(campaign, outcome="local_work")
    make_sighting(make_register(campaign), person)
    assert settle_outcomes(campaign, by=staff).given == 0
    assert outcome(person) == "local_work"


def test_somebody_with_a_seat_keeps_it_until_staff_act(campaign: Campaign, person: Registration, staff: User) -> None:
    plan = make.make_plan(campaign)
    make.place_person(plan, person, make.make_posting(campaign))
    make.publish(plan)
    make_sighting(make_register(campaign), person)
    other = make_sighting(make_register(campaign), make.make_registration(campaign))
    assert settle_outcomes(campaign, by=staff) == Settled(1, 0, 1)
    assert outcome(person) is None
    assert outcome(other.registration) == "already_back"


def test_with_the_register_its_outcomes_go_and_another_one_speaks(
    campaign: Campaign, person: Registration, staff: User
) -> None:
    gate, community = make_register(campaign), make_register(campaign, "community")
    make_sighting(gate, person)
    make_sighting(community, person)
    settle_outcomes(campaign, by=staff)
    Sighting.objects.filter(register=gate).delete()
    assert settle_outcomes(campaign, by=staff) == Settled(1, 1, 0)
    assert outcome(person) == "reported"
    Sighting.objects.all().delete()
    assert settle_outcomes(campaign, by=staff) == Settled(0, 1, 0)
    assert (outcome(person), person.outcome_at, person.outcome_by) == (None, None, None)
    assert set(RegisterOutcome.objects.values_list("withdrawn_by", flat=True)) == {staff.pk}


def test_an_outcome_that_somebody_has_set_since_stays(campaign: Campaign, person: Registration, staff: User) -> None:
    make_sighting(make_register(campaign), person)
    settle_outcomes(campaign, by=staff)
    person.outcome, person.outcome_at = "already_back", timezone.now() + timedelta(hours=1)
    person.save()
    Sighting.objects.all().delete()
    assert settle_outcomes(campaign, by=staff) == Settled(0, 0, 0)
    assert outcome(person) == "already_back"
    assert RegisterOutcome.objects.get().withdrawn_by == staff


def test_an_outcome_that_staff_have_taken_away_is_not_given_by_the_same_row_again(
    campaign: Campaign, person: Registration, staff: User
) -> None:
    make_sighting(make_register(campaign), person)
    settle_outcomes(campaign, by=staff)
    Registration.objects.filter(pk=person.pk).update(outcome=None, outcome_at=None, outcome_by=None)
    assert settle_outcomes(campaign, by=staff) == Settled(0, 0, 0)
    assert outcome(person) is None


def test_a_row_that_says_nothing_is_set_aside_and_counted_again(
    campaign: Campaign, person: Registration, staff: User
) -> None:
    sighting = make_sighting(make_register(campaign), person)
    settle_outcomes(campaign, by=staff)
    set_aside(sighting=sighting, by=staff)
    assert outcome(person) is None
    with pytest.raises(RuleBroken):
        set_aside(sighting=sighting, by=staff)
    count_again(sighting=sighting, by=staff)
    assert outcome(person) == "already_back"
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "outcomes by registers", "sighting set aside", "outcomes by registers",
        "sighting counted again", "outcomes by registers"]


def test_some_people_are_settled_by_themselves(campaign: Campaign, person: Registration, staff: User) -> None:
    register = make_register(campaign)
    make_sighting(register, person)
    other = make.make_registration(campaign)
    make_sighting(register, other)
    assert settle_outcomes(campaign, by=staff, people=[other.pk]) == Settled(1, 0, 0)
    assert (outcome(person), outcome(other)) == (None, "already_back")


def test_the_number_of_queries_does_not_grow(campaign: Campaign, staff: User) -> None:
    counts = []
    for people in (1, 3):
        register = make_register(campaign)
        for _ in range(people):
            make_sighting(register, make.make_registration(campaign))
        with CaptureQueriesContext(connection) as queries:
            assert settle_outcomes(campaign, by=staff).given == people
        counts.append(len(queries))
    assert counts[0] == counts[1]
