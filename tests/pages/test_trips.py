"""Trips with their fill, and the drawing of a load."""
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import Assignment, PlanChange
from dispatch.queries.trips import CallLoad, Fill, call_loads, fills, peaks
from dispatch.views.drawing import draw_load
from tests import factories as make
from transport.models import Call, Trip

from .scene import Scene


def listed(scene: Scene, **asked: object) -> list[Trip]:
    page = scene.client("planner").get(reverse("trips", args=[scene.campaign.pk]), asked)
    return [trip for trip, *_ in page.context["rows"]]


def busy_trip(scene: Scene) -> tuple[Trip, object]:
    """Three ride it, never more than two at once."""
    places = [make.make_place("station", code_list=scene.campaign.code_list, name=f"{n}站") for n in "甲乙丙"]
    trip = make.make_trip(scene.campaign, places, mode="train", seats=3, starts=make.at(6, day=2))
    plan = make.make_plan(scene.campaign)
    for board, alight, seat in ((0, 1, 0), (0, 2, 1), (1, 2, 0)):
        person = make.make_registration(scene.campaign)
        make.place_person(plan, person, scene.posting, [(trip, board, alight, seat)])
    return trip, plan


def test_fill_counts_people_and_the_fullest_part(scene: Scene) -> None:
    trip, plan = busy_trip(scene)
    assert fills([trip.pk, scene.own_trip.pk], plan) == {trip.pk: Fill(people=3, peak=2)}
    assert fills([trip.pk], None) == {}


def test_who_gets_on_and_off_at_each_call(scene: Scene) -> None:
    trip, plan = busy_trip(scene)
    assert [(load.on, load.off, load.aboard) for load in call_loads(trip, plan)] == [(2, 0, 2), (1, 1, 2), (0, 2, 0)]


def test_trips_by_day_kind_and_text(scene: Scene) -> None:
    trip, _plan = busy_trip(scene)
    assert listed(scene) == [scene.own_trip, scene.other_trip, trip]
    assert listed(scene, day="2020-03-23") == [trip]
    assert listed(scene, mode="train") == [trip]
    assert listed(scene, q="乙站") == [trip]
    assert listed(scene, q=trip.ref.lower()) == [trip]
    assert listed(scene, q="丁站") == []


def test_a_day_begins_at_midnight_in_china(scene: Scene) -> None:
    trip = make.make_trip(scene.campaign, [scene.village.parent, scene.park], starts=make.at(0, 5, day=4))
    assert listed(scene, day="2020-03-25") == [trip]
    assert listed(scene, day="2020-03-24") == []


def test_a_day_that_is_none_says_what_was_expected(scene: Scene) -> None:
    page = scene.client("planner").get(reverse("trips", args=[scene.campaign.pk]), {"day": "tomorrow"})
    assert "日期无法识别，格式如2020-03-21。" in page.content.decode()


def test_a_load_is_drawn_from_zero_with_the_seats_as_a_line() -> None:
    def load(aboard: int) -> CallLoad:
        return CallLoad(Call(), 0, 0, aboard, make.at(1) - make.at(0))

    drawn = draw_load([load(20), load(40), load(0)], seats=40)
    assert [(bar.height, bar.y, bar.full) for bar in drawn.bars] == [(75.0, 97.0, False), (150.0, 22.0, True)]
    assert drawn.seats_y == 22.0
    assert [tick.number for tick in drawn.ticks] == [1, 2, 3]
    empty = draw_load([load(0)], seats=0)
    assert empty.bars == []


def test_trips_that_call_at_a_station_by_the_beginning_of_its_name(scene: Scene) -> None:
    trip, _plan = busy_trip(scene)
    assert listed(scene, at="乙") == [trip]
    assert listed(scene, at=" 丙站 ") == [trip]
    assert listed(scene, at="站") == []
    assert listed(scene, at="%") == []


def test_trips_that_call_anywhere_in_a_county_or_district(scene: Scene) -> None:
    county, district = scene.village.parent.parent, scene.park.parent
    assert listed(scene, at=county.name) == [scene.own_trip]
    assert listed(scene, at=district.name) == [scene.own_trip]
    assert listed(scene, place=district.pk) == [scene.own_trip]
    assert listed(scene, place=scene.park.pk) == [scene.own_trip]
    assert listed(scene, place=2**50) == []


def test_the_places_to_choose_from_are_those_of_the_trips_that_one_sees(scene: Scene) -> None:
    def choices(role: str) -> list[str]:
        return scene.client(role).get(reverse("trips", args=[scene.campaign.pk])).context["choices"]

    mine = [scene.village.parent.parent.name, scene.park.parent.name, scene.village.parent.name, scene.park.name]
    assert sorted(choices("liaison")) == sorted(mine)
    assert choices("partner") == []
    assert len(choices("planner")) == 8


def test_trips_by_their_state_and_by_how_full_the_plan_makes_them(scene: Scene) -> None:
    trip, plan = busy_trip(scene)
    Trip.objects.filter(pk=trip.pk).update(seats=2)
    make.publish(plan)
    off = make.make_trip(scene.campaign, [scene.village.parent, scene.park], starts=make.at(9, day=5))
    Trip.objects.filter(pk=off.pk).update(state="cancelled")
    assert listed(scene, state="scheduled") == [scene.own_trip, scene.other_trip, trip]
    assert listed(scene, state="cancelled") == [off]
    assert listed(scene, state="closed") == []
    # What is cancelled is neither empty nor free: nobody could be put on it.
    assert listed(scene, state="empty") == [scene.own_trip, scene.other_trip]
    assert listed(scene, state="full") == [trip]
    assert listed(scene, state="free") == [scene.own_trip, scene.other_trip]
    assert listed(scene, state="full", day="2020-03-21") == []


def test_withheld_seats_are_not_free(scene: Scene) -> None:
    trip, plan = busy_trip(scene)
    make.publish(plan)
    assert trip in listed(scene, state="free")
    Trip.objects.filter(pk=trip.pk).update(isolation_seats=1)
    assert listed(scene, state="full") == [trip]
    assert trip not in listed(scene, state="free")


def test_a_changed_plan_is_counted_anew(scene: Scene) -> None:
    assert peaks(scene.published) == {scene.own_trip.pk: 1, scene.other_trip.pk: 1}
    with transaction.atomic():
        PlanChange.objects.create(plan=scene.published, kind="manual", reason="tests")
        scene.published.bookings.filter(trip=scene.own_trip).update(held=False)
        Assignment.objects.filter(plan=scene.published, registration=scene.own).update(state="refused")
    assert peaks(scene.published) == {scene.other_trip.pk: 1}
    assert peaks(None) == {}


@pytest.mark.parametrize(("asked", "said"), [
    ({"state": "late"}, "没有这种状态，请从列表中选择。"), ({"mode": "ship"}, "没有这种班次，请从列表中选择。"),
    ({"place": "x"}, "查无此地点，请按名称选择。"), ({"at": "恩" * 61}, "地点名称请从开头输入，最多60个字。"),
    ({"q": "恩" * 61}, "搜索内容最多60个字。"),
])
def test_what_is_not_understood_is_said_and_the_rest_holds(scene: Scene, asked: dict[str, str], said: str) -> None:
    page = scene.client("planner").get(reverse("trips", args=[scene.campaign.pk]), {"day": "2020-03-21", **asked})
    assert said in page.content.decode()
    assert [trip for trip, *_ in page.context["rows"]] == [scene.own_trip, scene.other_trip]


def test_pages_keep_the_filter(scene: Scene) -> None:
    for _ in range(51):
        make.make_trip(scene.campaign, [scene.village.parent, scene.park], starts=make.at(7, day=3))
    page = scene.client("planner").get(reverse("trips", args=[scene.campaign.pk]), {"day": "2020-03-24", "state": "empty"})
    assert 'href="?day=2020-03-24&amp;state=empty&amp;page=2"' in page.content.decode()
    assert len(listed(scene, day="2020-03-24", state="empty", page=2)) == 1


def test_one_trip_and_three_cost_the_same_queries(scene: Scene) -> None:
    client, address = scene.client("planner"), reverse("trips", args=[scene.campaign.pk])
    costs = []
    for _ in range(3):
        busy_trip(scene)
        client.get(address, {"at": "甲", "state": "free"})
        with CaptureQueriesContext(connection) as caught:
            client.get(address, {"at": "甲", "state": "free"})
        costs.append(len(caught))
    assert costs == [costs[0]] * 3
