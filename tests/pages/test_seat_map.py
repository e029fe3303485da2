"""The map of a trip's seats: whose names it gives to whom, part by part, and what it costs."""
import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import Plan, PlanChange, Scan, SeatBooking
from dispatch.queries import access
from dispatch.queries.seat_map import occupancy
from dispatch.queries.seating import seating_of
from dispatch.views.seating import group_letters
from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import BUS, TRAIN_8, TRAIN_16, StandardSeatMap

from .scene import Scene


def map_of(standard: StandardSeatMap) -> SeatMap:
    return SeatMap.objects.create(
        code=f"{standard.code}-{make.number()}", name=standard.name, coaches=list(standard.coaches), seats=standard.seats)


def seats_on(scene: Scene, trip: Trip, role: str = "planner", **asked: object) -> dict[int, str]:
    """What each seat of the map is called."""
    page = scene.client(role).get(reverse("trip", args=[trip.pk]), asked)
    assert page.status_code == 200
    found = re.findall(r'id="seat-(\d+)"[^>]*? aria-label="([^"]*)"', page.content.decode())
    return {int(seat): unescape(words) for seat, words in found}


def stations(scene: Scene, names: str) -> list:
    return [make.make_place("station", code_list=scene.campaign.code_list, name=f"{n}站") for n in names]


def shared_trip(scene: Scene) -> tuple[Trip, Plan]:
    """甲 to 丙 by way of 乙: seat 0 is used twice, a group of two sits on 1 and 2, one more is the worker's."""
    carrier = scene.own_trip.carrier
    trip = make.make_trip(scene.campaign, stations(scene, "甲乙丙"), seats=45, seat_map=map_of(BUS), carrier=carrier)
    plan, group, posting = make.make_plan(scene.campaign), make.make_group(scene.campaign), make.make_posting(scene.campaign)
    legs = [("田一", 0, 1, 0, None), ("向二", 1, 2, 0, None), ("谭三", 0, 2, 1, group), ("覃四", 0, 2, 2, group)]
    for name, board, alight, seat, together in legs:
        person = make.make_registration(scene.campaign, worker=make.make_worker(name=name), group=together)
        make.place_person(plan, person, posting, [(trip, board, alight, seat)])
    make.place_person(plan, scene.own, scene.posting, [(trip, 1, 2, 5)])
    return trip, make.publish(plan)


def test_every_seat_says_who_sits_there_with_whom_and_how_far(scene: Scene) -> None:
    trip, _plan = shared_trip(scene)
    seats = seats_on(scene, trip)
    assert len(seats) == 45
    assert seats[0] == "1号座 田一，甲站–乙站；向二，乙站–丙站"
    assert seats[1] == "2号座 谭三，同行组A，甲站–丙站"
    assert seats[2] == "3号座 覃四，同行组A，甲站–丙站"
    assert seats[5] == "6号座 迪丽·木拉提，乙站–丙站"
    assert seats[6] == "7号座，空闲"


def test_a_part_shows_who_rides_it(scene: Scene) -> None:
    trip, _plan = shared_trip(scene)
    first, second = seats_on(scene, trip, board=0, alight=1), seats_on(scene, trip, board=1, alight=2)
    assert (first[0], first[5]) == ("1号座 田一，甲站–乙站", "6号座，空闲")
    assert (second[0], second[5]) == ("1号座 向二，乙站–丙站", "6号座 迪丽·木拉提，乙站–丙站")
    # A group keeps its letters from part to part.
    assert first[1] == second[1]


@pytest.mark.parametrize(("asked", "said"), [
    ({}, "甲站至丙站：45座中4座有人，41座空闲"),
    ({"board": 0, "alight": 1}, "甲站至乙站：45座中3座有人，42座空闲"),
    ({"board": 1}, "乙站至丙站：45座中4座有人，41座空闲"),
])
def test_the_seats_are_counted_in_words(scene: Scene, asked: dict[str, object], said: str) -> None:
    trip, _plan = shared_trip(scene)
    page = scene.client("planner").get(reverse("trip", args=[trip.pk]), asked).content.decode()
    assert said in page


def test_withheld_seats_are_not_free(scene: Scene) -> None:
    trip, plan = shared_trip(scene)
    people = SeatBooking.objects.filter(plan=plan, trip=trip, seat=0)
    with transaction.atomic():
        PlanChange.objects.create(plan=plan, kind="manual", reason="tests")
        people.update(seat=9)
        Trip.objects.filter(pk=trip.pk).update(escort_seats=1, isolation_seats=2)
    page = scene.client("planner").get(reverse("trip", args=[trip.pk])).content.decode()
    assert "45座中4座有人，38座空闲；预留：随车工作人员1座，隔离观察2座" in page
    seats = seats_on(scene, trip)
    assert (seats[0], seats[44], seats[42]) == ("1号座，随车工作人员预留", "45号座，隔离观察预留", "43号座，空闲")
    for state in ("escort", "isolation"):
        assert f'<li><span class="spot {state}"></span>' in page
    assert len(re.findall('class="spot isolation" id="seat-', page)) == 2


@pytest.mark.parametrize(("role", "names"), [
    ("planner", {"田一", "向二", "谭三", "覃四", "迪丽·木拉提"}), ("liaison", {"迪丽·木拉提"}), ("hr", {"迪丽·木拉提"}),
    ("worker", {"迪丽·木拉提"}), ("carrier", set()), ("escort", {"田一", "向二", "谭三", "覃四", "迪丽·木拉提"}),
])
def test_names_are_given_to_those_who_may_see_them(scene: Scene, role: str, names: set[str]) -> None:
    trip, _plan = shared_trip(scene)
    trip.escorts.add(scene.users["escort"])
    seats = seats_on(scene, trip, role)
    said = "".join(seats.values())
    assert {name for name in ("田一", "向二", "谭三", "覃四", "迪丽·木拉提") if name in said} == names
    # The others are taken all the same, for everybody.
    assert [seat for seat, words in seats.items() if "空闲" not in words] == [0, 1, 2, 5]
    if "田一" not in names:
        assert seats[0] == "1号座，有人"
        assert "同行组" not in said


def test_who_shares_a_seat_with_somebody_hidden_is_named_alone(scene: Scene) -> None:
    places = stations(scene, "甲乙丙")
    trip, plan = make.make_trip(scene.campaign, places, seat_map=map_of(BUS)), make.make_plan(scene.campaign)
    other = make.make_registration(scene.campaign, worker=make.make_worker(name="向二"))
    make.place_person(plan, scene.own, scene.posting, [(trip, 0, 1, 0)])
    make.place_person(plan, other, make.make_posting(scene.campaign), [(trip, 1, 2, 0)])
    make.publish(plan)
    assert seats_on(scene, trip, "liaison")[0] == "1号座 迪丽·木拉提，甲站–乙站；另一人"
    assert seats_on(scene, trip, "liaison", board=1)[0] == "1号座，有人"


def test_who_was_seen_getting_on_is_on_board(scene: Scene) -> None:
    Scan.objects.create(trip=scene.own_trip, registration=scene.own, direction="on", call=0, at=make.at(8, 30))
    assert seats_on(scene, scene.own_trip)[4].endswith("，已上车")
    assert "已上车" not in "".join(seats_on(scene, scene.own_trip, "carrier").values())


@pytest.mark.parametrize(("asked", "said"), [
    ({"board": "1", "alight": "1"}, "终点应在起点之后，请选择靠后的停靠点。"),
    ({"board": "2"}, "本班次没有这一停靠，请从列表中选择起点和终点。"),
    ({"board": "9"}, "本班次没有这一停靠，请从列表中选择起点和终点。"),
    ({"alight": "x"}, "本班次没有这一停靠，请从列表中选择起点和终点。"),
    ({"seat": "45"}, "本班次没有这个座位，请在座位图上选择。"),
    ({"seat": "-1"}, "本班次没有这个座位，请在座位图上选择。"),
    ({"seat": "窗边"}, "本班次没有这个座位，请在座位图上选择。"),
])
def test_what_is_no_part_and_no_seat_says_so_and_shows_the_whole_trip(
    scene: Scene, asked: dict[str, str], said: str
) -> None:
    trip, _plan = shared_trip(scene)
    page = scene.client("planner").get(reverse("trip", args=[trip.pk]), asked)
    assert said in page.content.decode()
    assert "甲站至丙站：45座中4座有人" in page.content.decode()


def test_a_part_stays_where_only_the_seat_is_none(scene: Scene) -> None:
    trip, _plan = shared_trip(scene)
    page = scene.client("planner").get(reverse("trip", args=[trip.pk]), {"board": 1, "seat": 99}).content.decode()
    assert "乙站至丙站：45座中4座有人" in page
    assert "以下为全程座位" not in page


def test_from_a_person_to_the_seat_on_the_map(scene: Scene) -> None:
    person = scene.client("liaison").get(reverse("person", args=[scene.own.pk])).content.decode()
    address = reverse("trip", args=[scene.own_trip.pk]) + f"?plan={scene.published.pk}&amp;seat=4#seat-4"
    assert f'href="{address}"' in person
    page = scene.client("liaison").get(reverse("trip", args=[scene.own_trip.pk]), {"seat": 4}).content.decode()
    assert re.findall(r'id="seat-(\d+)"[^>]*aria-current="true"', page) == ["4"]


def test_a_draft_shows_its_own_seats_to_the_bureau_alone(scene: Scene) -> None:
    address = reverse("trip", args=[scene.own_trip.pk])
    assert seats_on(scene, scene.own_trip, plan=scene.draft.pk)[5].startswith(f"6号座 {scene.left.worker.name}")
    assert seats_on(scene, scene.own_trip)[5] == "6号座，空闲"
    assert scene.client("liaison").get(address, {"plan": scene.draft.pk}).status_code == 404


def test_a_train_is_drawn_coach_by_coach(scene: Scene) -> None:
    trip = make.make_trip(scene.campaign, stations(scene, "甲乙"), mode="train", seats=1071, seat_map=map_of(TRAIN_16))
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, scene.own, scene.posting, [(trip, 0, 1, 214)])
    make.publish(plan)
    page = scene.client("planner").get(reverse("trip", args=[trip.pk]), {"seat": 214})
    assert [shown.block.key for shown in page.context["blocks"]] == [f"{n:02d}" for n in range(1, 17)]
    assert [shown.block.key for shown in page.context["blocks"] if shown.current] == ["03"]
    assert [shown.block.key for shown in page.context["blocks"] if shown.block.travel_class == "first"] == ["07", "15"]
    seats = seats_on(scene, trip)
    assert len(seats) == 1220
    assert seats[214] == "03车 12F号 迪丽·木拉提，甲站–乙站"
    # The trip sells fewer seats than the train has.
    assert (seats[1070], seats[1071]) == ("14车 14A号，空闲", "14车 14B号，本班次不用")


def test_a_trip_without_a_map_counts_its_seats_through(scene: Scene) -> None:
    trip = make.make_trip(scene.campaign, stations(scene, "甲乙"), seats=60)
    seats = seats_on(scene, trip)
    assert (len(seats), seats[59]) == (60, "60号座，空闲")
    page = scene.client("planner").get(reverse("trip", args=[trip.pk])).content.decode()
    assert "本车没有座位图，座位按顺序编号。" in page


def test_a_trip_that_calls_nowhere_has_no_map(scene: Scene) -> None:
    page = scene.client("planner").get(reverse("trip", args=[make.make_trip(scene.campaign, []).pk]))
    assert page.status_code == 200
    assert "blocks" not in page.context


def asked_of_the_database(scene: Scene, trip: Trip) -> int:
    client = scene.client("planner")
    client.get(reverse("trip", args=[trip.pk]))
    with CaptureQueriesContext(connection) as caught:
        client.get(reverse("trip", args=[trip.pk]))
    return len(caught)


def test_one_person_three_people_and_sixteen_coaches_cost_the_same_queries(scene: Scene) -> None:
    places = stations(scene, "甲乙")
    costs = []
    for standard, people in ((TRAIN_8, 1), (TRAIN_8, 3), (TRAIN_16, 30)):
        trip = make.make_trip(scene.campaign, places, seats=standard.seats, seat_map=map_of(standard))
        plan, group = make.make_plan(scene.campaign), make.make_group(scene.campaign)
        posting = make.make_posting(scene.campaign, headcount=people)
        for n in range(people):
            person = make.make_registration(scene.campaign, group=group)
            make.place_person(plan, person, posting, [(trip, 0, 1, n * 40)])
        make.publish(plan)
        costs.append(asked_of_the_database(scene, trip))
    assert costs == [costs[0]] * 3


def test_the_seats_themselves_cost_three_queries(scene: Scene) -> None:
    trip, plan = shared_trip(scene)
    sight, shown = access.sight(scene.users["planner"], scene.campaign.pk), seating_of([trip])[trip.pk]
    with CaptureQueriesContext(connection) as caught:
        occupancy(sight, trip, plan, (0, 2), shown)
    assert len(caught) == 3


def test_letters_of_groups_go_on_after_z() -> None:
    assert [group_letters(n) for n in (0, 1, 26, 27, 52, 53, 703)] == ["", "A", "Z", "AA", "AZ", "BA", "AAA"]


def _light(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    whole = "".join(2 * c for c in colour) if len(colour) == 3 else colour
    parts = [int(whole[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_letters_of_groups_can_be_read_on_their_colours() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/seatmap.css").read_text(encoding="utf-8")
    tints = re.findall(r"\.tint-\d \{ background: #(\w+); color: #(\w+); \}", css)
    assert len(tints) == 8
    for ground, ink in tints:
        low, high = sorted((_light(ground), _light(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, ground
