"""The page of all that publishing a draft would change: who, from, to, why."""
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from dispatch.models import Plan
from dispatch.queries import comparison
from dispatch.snapshot.comparing import compare
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import Trip
from workers.models import Registration


class Town:
    """Three buses of one seat from a township to a park, and three people; each on a bus by the published plan."""

    def __init__(self, people: int = 3) -> None:
        self.campaign: Campaign = make.make_campaign()
        township, park = make.make_township(self.campaign), make.make_park(self.campaign)
        self.posting = make.make_posting(self.campaign, park=park, headcount=people + 1)
        self.trips = [make.make_trip(self.campaign, [township, park], seats=1) for _ in range(people + 1)]
        self.people = [make.make_registration(self.campaign, township=township) for _ in range(people)]
        self.published = self.plan(*range(people))
        make.publish(self.published)
        self.planner: User = make.make_planner(self.campaign, language="en")

    def plan(self, *trip_of: int | None) -> Plan:
        """Everybody on a trip, or left."""
        plan = make.make_plan(self.campaign)
        for person, k in zip(self.people, trip_of, strict=False):
            if k is None:
                make.leave_person(plan, person)
            else:
                make.place_person(plan, person, self.posting, [(self.trips[k], 0, 1, 0)])
        return plan

    def cancel(self, k: int) -> None:
        Trip.objects.filter(pk=self.trips[k].pk).update(state="cancelled")

    def name(self, k: int) -> str:
        return self.people[k].worker.name


def told(town: Town, draft: Plan) -> list[tuple[int, str, str, tuple[int, ...], str]]:
    who = {person.pk: k for k, person in enumerate(town.people)}
    return [(who[c.registration], c.kind, c.cause, tuple(who[pk] for pk in c.because_of), c.root)
            for c in compare(town.published, draft)]


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def shown(town: Town, draft: Plan, **asked: object) -> str:
    from django.test import Client

    client = Client()
    client.force_login(town.planner)
    answer = client.get(reverse("plan-changes", args=[draft.pk]), asked)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(re.sub(r"</?(td|small|h2|p|li|a|div)[^>]*>", " ", answer.content.decode())))


def test_a_cancelled_trip_and_whom_it_pushes(town: Town) -> None:
    draft = town.plan(1, 3, 2)
    town.cancel(0)
    assert told(town, draft) == [
        (0, "journey", "trip_cancelled", (), "trip_cancelled"), (1, "journey", "pushed", (0,), "trip_cancelled")]
    text = shown(town, draft)
    assert "2 people with another post or journey, 1 person as before" in text
    assert f"Place needed by another: {town.trips[1].ref} {town.name(0)} : trip no longer runs" in text
    assert f"{town.trips[0].ref}" in text and f"{town.trips[3].ref}" in text


def test_one_cause_alone(town: Town) -> None:
    draft = town.plan(1, 3, None)
    town.cancel(0)
    text = shown(town, draft, cause="pushed")
    assert f" {town.name(1)} " in text and "Place needed by another · 1 person" in text
    assert "Nobody changes for this cause" in shown(town, draft, cause="clearance")


def test_who_no_longer_goes_leaves_a_place(town: Town) -> None:
    town.people.append(make.make_registration(town.campaign, township=town.people[0].township))
    draft = town.plan(None, 1, 2, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rule against it has tests of its own
        Registration.objects.filter(pk=town.people[0].pk).update(outcome="withdrew", outcome_at=timezone.now())
        cursor.execute("SET session_replication_role = origin")
    assert told(town, draft) == [(0, "dropped", "withdrew", (), "withdrew"), (3, "placed", "freed", (0,), "withdrew")]


def test_who_registered_since_and_who_found_room(town: Town) -> None:
    town.people.append(make.make_registration(town.campaign, township=town.people[0].township))
    assert told(town, town.plan(0, 1, 2, 3)) == [(3, "placed", "new", (), "new")]
    assert told(town, town.plan(3, 1, 2, None)) == [(0, "journey", "better", (), "better")]


def test_nobody_is_moved(town: Town) -> None:
    assert "Nobody is moved" in shown(town, town.plan(0, 1, 2))


def test_every_kind_and_cause_of_the_core_has_words() -> None:
    from dispatch.matching.differences import Cause, Kind

    assert [c.name.lower() for c in Cause] == list(comparison.CAUSES)
    assert [k.name.lower() for k in Kind] == list(comparison.KINDS)


@pytest.mark.django_db
def test_as_many_queries_for_four_people_as_for_two() -> None:
    asked = list[int]()
    for people in (2, 4):
        town = Town(people)
        draft = town.plan(*[k + 1 for k in range(people)])
        changes = compare(town.published, draft)
        assert [c.cause for c in changes] == ["better", *["pushed"] * (people - 1)]
        with CaptureQueriesContext(connection) as caught:
            comparison.lines(town.published, draft, changes)
        asked.append(len(caught))
    assert asked[0] == asked[1]
