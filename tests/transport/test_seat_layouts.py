"""Seat maps as the matching core sees them: rows and coaches as arrays."""
import numpy as np
import pytest

from dispatch.snapshot import take_snapshot
from dispatch.snapshot.seat_layouts import layout_of_maps
from tests import factories as make
from transport.models import SeatMap, Vehicle
from transport.seat_maps import BUS, TRAIN_8, seats_in_order


def test_rows_and_coaches_are_those_of_the_map() -> None:
    layout = layout_of_maps({7: TRAIN_8.coaches}, np.array([7]), np.array([610]))
    said = [(f"{coach + 1:02d}", row) for coach, row in zip(layout.coach.tolist(), layout.row.tolist(), strict=True)]
    first = {coach: min(row for c, row in said if c == coach) for coach, _ in said}
    assert [(coach, row - first[coach] + 1) for coach, row in said] == [
        (seat.coach, seat.row) for seat in seats_in_order(TRAIN_8.coaches)
    ]


def test_the_last_row_of_a_coach_does_not_adjoin_the_first_of_the_next() -> None:
    layout = layout_of_maps({1: TRAIN_8.coaches}, np.array([1]), np.array([610]))
    assert sorted(set(np.diff(layout.row)[np.diff(layout.coach) > 0].tolist())) == [2]
    assert sorted(set(np.diff(layout.row)[np.diff(layout.coach) == 0].tolist())) == [0, 1]


def test_a_bus_smaller_and_one_bigger_than_its_map_and_one_without_any() -> None:
    layout = layout_of_maps({1: BUS.coaches}, np.array([1, 1, 0]), np.array([6, 51, 5]))
    assert layout.start.tolist() == [0, 6, 57, 62]
    assert layout.row[:6].tolist() == [0, 0, 0, 0, 1, 1]
    assert layout.row[6 + 40:57].tolist() == [10] * 5 + [12] * 4 + [13] * 2
    assert layout.coach[6 + 40:57].tolist() == [0] * 5 + [1] * 6
    assert layout.row[57:].tolist() == [0, 0, 0, 0, 1]


def test_no_trips_have_no_seats() -> None:
    layout = layout_of_maps({}, np.zeros(0, np.int64), np.zeros(0, np.int32))
    assert (layout.start.tolist(), len(layout.row), len(layout.coach)) == ([0], 0, 0)


@pytest.mark.django_db
def test_a_trip_is_seated_by_its_own_map_else_by_its_vehicles() -> None:
    campaign = make.make_campaign()
    stops = [make.make_place(code_list=campaign.code_list), make.make_place(code_list=campaign.code_list)]
    pairs = make.make_seat_map(coaches=[{"rows": 5, "letters": "A B"}])
    threes = make.make_seat_map(coaches=[{"rows": 4, "letters": "AB C"}])
    bus = Vehicle.objects.create(plate=f"鄂Q{make.number()}", seat_map=threes)
    make.make_trip(campaign, stops, seats=10, seat_map=pairs, vehicle=bus)
    make.make_trip(campaign, stops, seats=10, vehicle=bus)
    make.make_trip(campaign, stops, seats=10)
    before = take_snapshot(campaign)
    assert before.layout.row.reshape(3, 10).tolist() == [
        [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [0, 0, 0, 1, 1, 1, 2, 2, 2, 3], [0, 0, 0, 0, 1, 1, 1, 1, 2, 2],
    ]
    SeatMap.objects.filter(pk=pairs.pk).update(coaches=[{"rows": 2, "letters": "ABCDE"}])
    assert take_snapshot(campaign).digest != before.digest
