"""Another load rule for a trip of the published plan: shown, done, and seen on its pages."""
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from dispatch.models import PlanChange
from dispatch.queries.changes import swap_of
from dispatch.queries.seat_map import occupancy
from dispatch.queries.seating import seating_of
from dispatch.queries.swaps import Target, target_of
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import SeatMap, Trip
from transport.seat_maps import BUS

from .bus import Bus, make_bus
from .test_pages import planner

pytestmark = pytest.mark.django_db


def under(bus: Bus, rule: str, **fields: int) -> Target:
    return replace(target_of(bus.trip), load_rule=rule, **fields)


@pytest.fixture
def bus() -> Bus:
    """Five people on a bus of eight seats: a pair, three who travel alone."""
    made = make_bus(
        ("甲", 0, {"group": "对", "priority": 2}), ("乙", 1, {"group": "对", "priority": 2}), ("丙", 4, {"priority": 1}),
        ("丁", 5, {}), ("戊", 6, {}), seats=8,
    )
    Trip.objects.filter(pk=made.trip.pk).update(seat_map=SeatMap.objects.get(code=BUS.code))
    made.trip.refresh_from_db()
    return made


def test_half_of_the_seats_takes_out_who_is_too_many_and_leaves_pairs_together(bus: Bus) -> None:
    bus.swap(under(bus, "half"), "防疫要求")
    assert bus.seats() == {"甲": 0, "乙": 1, "丙": 4, "丁": 5}
    assert bus.state("戊") == "withdrawn"
    trip = Trip.objects.get(pk=bus.trip.pk)
    assert (trip.load_rule, trip.places) == ("half", 4)


def test_an_escort_takes_one_of_the_half(bus: Bus) -> None:
    bus.swap(under(bus, "half", escort_seats=1))
    assert set(bus.seats()) == {"甲", "乙", "丙"} and 0 not in bus.seats().values()


def test_every_second_seat_moves_whoever_has_a_neighbour(bus: Bus) -> None:
    bus.swap(under(bus, "alternate"))
    seats = bus.seats()
    assert set(seats) == {"甲", "乙", "丙", "丁"} and set(seats.values()) == {0, 2, 5, 7}
    assert (seats["甲"], seats["丁"]) == (0, 5)


def test_the_change_says_the_rule_before_and_after_and_it_can_be_taken_back(bus: Bus) -> None:
    first = bus.swap(under(bus, "half"))
    swap = swap_of(first)
    assert swap and swap.says_load
    with override("en"):
        assert (swap.load_before, swap.load_after) == ("all seats", "half of the seats")
    bus.trip.refresh_from_db()
    page = planner(bus).get(reverse("plan-change", args=[first.pk])).content.decode()
    assert "half of the seats" in page and "all seats" in page
    bus.swap(under(bus, "full"))
    assert Trip.objects.get(pk=bus.trip.pk).places == 8


def test_a_change_from_before_there_were_rules_says_nothing_of_them(bus: Bus) -> None:
    change = bus.swap(under(bus, "full", isolation_seats=1))
    old = {"seats": 8, "escort_seats": 0, "isolation_seats": 0, "seat_map": None, "plate": ""}
    detail = {"trip": bus.trip.pk, "ref": bus.trip.ref, "before": old, "after": old}
    record = Entry(action="vehicle swapped", detail=detail, subject=PlanChange._meta.label_lower, subject_id=change.pk)
    swap = swap_of(change)
    assert swap and not replace(swap, before=record.detail["before"], after=record.detail["after"]).says_load
    assert not swap.says_load


def test_lowering_the_load_beside_the_preview_is_refused_in_a_sentence(bus: Bus) -> None:
    with override("en"), pytest.raises(RuleBroken) as refused, rules_in_words(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        Trip.objects.filter(pk=bus.trip.pk).update(load_rule="half")
    assert refused.value.rule == "trip_load_rule_is_never_exceeded"
    assert f"(trip {bus.trip.ref} may carry 4 people at once and would carry 5 after call 0)" in refused.value.sentences[0]


def test_more_escorts_than_the_rule_leaves_are_refused(bus: Bus) -> None:
    with override("en"), pytest.raises(RuleBroken, match="leaves too few seats"):
        bus.preview(under(bus, "half", escort_seats=5))


# --- pages -------------------------------------------------------------------------------------------------------------


def asked(bus: Bus, **given: object) -> dict[str, object]:
    return {"way": "keep", "escort_seats": 0, "isolation_seats": 0, **given}


def seen(client: Client, bus: Bus) -> str:
    return client.get(reverse("trip", args=[bus.trip.pk])).content.decode()


def test_from_the_trips_page_to_a_lower_load(bus: Bus) -> None:
    client, url = planner(bus), reverse("trip-vehicle", args=[bus.trip.pk])
    assert url in seen(client, bus)
    wanted = asked(bus, load_rule="half")
    answer = client.get(url, wanted)
    text = answer.content.decode()
    assert "May be filled: half of the seats, which is 4 people at once." in text
    assert "1 person has no seat any more: 戊." in text
    client.post(url, {**wanted, "shown": answer.context["shown"].digest, "reason": "防疫要求"})
    text = seen(client, bus)
    assert "half of the seats: room for 4 people" in text and "; may be filled: half of the seats" in text
    assert "4 of 8 seats taken" in text and "; 0 free" in text
    assert "3 / 4" not in text and '<option value="half" selected>' in client.get(url).content.decode()


def test_the_map_shows_which_seats_stay_empty(bus: Bus) -> None:
    bus.swap(under(bus, "alternate"))
    text = seen(planner(bus), bus)
    assert text.count('class="spot empty" id="seat-') == 4
    assert 'aria-label="seat 2, stays empty"' in text


def test_a_rule_that_is_not_known_and_an_address_without_one(bus: Bus) -> None:
    client, url = planner(bus), reverse("trip-vehicle", args=[bus.trip.pk])
    assert "There is no such load rule." in client.get(url, asked(bus, load_rule="third")).content.decode()
    bus.swap(under(bus, "half"))
    bus.trip.refresh_from_db()
    assert client.get(url, asked(bus, isolation_seats=1)).context["shown"].target.load_rule == "half"


def test_at_half_load_only_as_many_are_free_as_may_still_come(bus: Bus) -> None:
    bus.swap(under(bus, "half", seats=12, seat_map=None))  # type: ignore[arg-type]
    bus.trip.refresh_from_db()
    shown = planner(bus).get(reverse("trip", args=[bus.trip.pk])).context
    found = occupancy(shown["sight"], bus.trip, bus.plan, (0, 2), seating_of([bus.trip])[bus.trip.pk])
    assert (len(found.taken), found.aboard, found.withheld.places, found.free) == (5, 5, 6, 1)
    assert found.free_of([2, 3]) == 1 and found.free_of([0, 1]) == 0


def test_the_list_of_trips_counts_against_what_may_ride(bus: Bus) -> None:
    bus.swap(under(bus, "half"))
    client, url = planner(bus), reverse("trips", args=[bus.plan.campaign_id])
    assert "4 / 4" in client.get(url).content.decode()
    assert bus.trip.ref in client.get(url, {"state": "full"}).content.decode()
    assert bus.trip.ref not in client.get(url, {"state": "free"}).content.decode()
