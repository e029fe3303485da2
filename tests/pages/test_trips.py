"""Trips with their fill, and the drawing of a load."""
from django.urls import reverse

from dispatch.queries.trips import CallLoad, Fill, call_loads, fills
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
