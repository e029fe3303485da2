"""A load rule for many trips at once: before there is a plan, and where the published one allows it."""
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from dispatch.services.loads import set_load_rule
from dispatch.snapshot import take_snapshot
from laborbridge.audit.models import Entry
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests import factories as make
from transport.models import Trip

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Two buses of 10 seats and a train of 100; nobody rides yet."""
    campaign = make.make_campaign()
    stops = [make.make_township(campaign), make.make_park(campaign)]
    for mode, seats, ref in (("bus", 10, "B1"), ("bus", 10, "B2"), ("train", 100, "D1")):
        make.make_trip(campaign, stops, mode=mode, seats=seats, ref=ref)
    return campaign


def places(campaign: Campaign) -> dict[str, int]:
    return dict(campaign.trips.values_list("ref", "places"))


def put(campaign: Campaign, rule: str, **asked: str) -> int:
    return set_load_rule(campaign=campaign, by=None, rule=rule, reason="防疫要求", **asked)


def test_all_of_a_kind_or_one_by_its_number_and_the_next_run_keeps_to_it(campaign: Campaign) -> None:
    assert put(campaign, "half", mode="bus") == 2
    assert places(campaign) == {"B1": 5, "B2": 5, "D1": 100}
    assert put(campaign, "alternate", ref="B2") == 1
    assert put(campaign, "half") == 2  # the train, and the bus that had another one
    assert places(campaign) == {"B1": 5, "B2": 5, "D1": 50}
    assert take_snapshot(campaign).problem.trip_capacity.tolist() == [5, 5, 50]
    entry = Entry.objects.filter(action="load rule set").order_by("pk")[1]
    trip = Trip.objects.get(ref="B2")
    assert (entry.detail["rule"], entry.detail["reason"], entry.detail["before"]) == (
        "alternate", "防疫要求", {str(trip.pk): "half"})


def test_what_has_the_rule_already_is_not_touched_nor_recorded(campaign: Campaign) -> None:
    assert put(campaign, "full") == 0
    assert not Entry.objects.filter(action="load rule set").exists()


def test_trips_of_others_and_such_that_do_not_run_stay_as_they_are(campaign: Campaign) -> None:
    other = make.make_trip(make.make_campaign(), [make.make_place(), make.make_place()], seats=10)
    Trip.objects.filter(ref="B1").update(state="cancelled")
    assert put(campaign, "half") == 2
    assert places(campaign)["B1"] == 10 and places(other.campaign) == {other.ref: 10}
    for asked in ({"ref": "B1"}, {"ref": other.ref}, {"mode": "feeder"}):
        with override("en"), pytest.raises(RuleBroken, match="No trip that runs is of this kind"):
            put(campaign, "full", **asked)


def test_a_rule_that_the_published_plan_does_not_keep_changes_no_trip(campaign: Campaign) -> None:
    plan, posting = make.make_plan(campaign), make.make_posting(campaign)
    bus = Trip.objects.get(ref="B1")
    for seat in range(6):
        make.place_person(plan, make.make_registration(campaign), posting, [(bus, 0, 1, seat)])
    make.publish(plan)
    with override("en"), pytest.raises(RuleBroken, match="trip B1 may carry 5 people at once and would carry 6"):
        put(campaign, "half")
    assert places(campaign) == {"B1": 10, "B2": 10, "D1": 100}
    assert put(campaign, "half", mode="train") == 1


def test_it_stays_on_record_why(campaign: Campaign) -> None:
    for reason in ("  ", "因" * 401):
        with override("en"), pytest.raises(RuleBroken, match="Say in 1 to 400 characters why"):
            set_load_rule(campaign=campaign, by=None, rule="half", reason=reason)


# --- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(campaign: Campaign) -> Client:
    client = Client()
    client.force_login(make.make_planner(campaign, language="en"))
    return client


def test_the_page_says_what_may_be_filled_and_sets_it(campaign: Campaign, client: Client) -> None:
    url = reverse("loads", args=[campaign.pk])
    assert url in client.get(reverse("trips", args=[campaign.pk])).content.decode()
    rows = client.get(url).context["loads"]
    assert [(row.trips, row.seats, row.places) for row in rows] == [(2, 20, 20), (1, 100, 100)]
    answer = client.post(url, {"mode": "bus", "rule": "half", "reason": "防疫要求"}, follow=True)
    assert "2 trips have another load rule now." in answer.content.decode()
    assert [(row.rule, row.places) for row in answer.context["loads"]] == [("half of the seats", 10), ("all seats", 100)]


@pytest.mark.parametrize(("asked", "status", "said"), [
    ({"rule": "third", "reason": "x"}, 422, "There is no such load rule."),
    ({"rule": "half", "reason": " "}, 422, "Say in a few words why: it stays on record."),
    ({"rule": "half", "reason": "x", "ref": "B9"}, 409, "No trip that runs is of this kind, or has this number."),
])
def test_what_cannot_be_is_said_and_changes_nothing(
    campaign: Campaign, client: Client, asked: dict[str, str], status: int, said: str
) -> None:
    answer = client.post(reverse("loads", args=[campaign.pk]), asked)
    assert answer.status_code == status and said in answer.content.decode()
    assert places(campaign) == {"B1": 10, "B2": 10, "D1": 100}


def test_one_trip_and_three_cost_the_same_queries(campaign: Campaign, client: Client) -> None:
    url, counts = reverse("loads", args=[campaign.pk]), []
    for refs in (["D1"], ["D1", "B1", "B2"]):
        campaign.trips.exclude(ref__in=refs).update(state="cancelled")
        campaign.trips.filter(ref__in=refs).update(state="scheduled")
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
