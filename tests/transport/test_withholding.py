"""Which seats a trip keeps for escorts and for isolation."""
import pytest
from django.db import IntegrityError

from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import BUS, TRAIN_8, seat_label
from transport.withholding import Withheld, withheld_of, withheld_on

pytestmark = pytest.mark.django_db


def kept(escort: set[int], isolation: set[int]) -> Withheld:
    return Withheld(frozenset(escort), frozenset(isolation))


def a_trip(seats: int = 45, **fields: object) -> Trip:
    trip = make.make_trip(make.make_campaign(), [make.make_place(), make.make_place()], seats=seats)
    for name, value in fields.items():
        setattr(trip, name, value)
    trip.save()
    trip.refresh_from_db()
    return trip


def test_on_a_bus_escorts_sit_in_front_and_isolation_is_the_last_row() -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code), escort_seats=1, isolation_seats=5)
    assert withheld_of(trip) == kept({0}, {40, 41, 42, 43, 44})
    assert trip.withheld == 6


def test_on_a_train_each_coach_has_its_escorts_by_its_door() -> None:
    trip = a_trip(610, seat_map=SeatMap.objects.get(code=TRAIN_8.code), escort_seats=16, isolation_seats=9)
    found = withheld_of(trip)
    assert [seat_label(TRAIN_8.coaches, seat) for seat in sorted(found.escort)] == [
        (f"{coach:02d}", label) for coach in range(1, 9) for label in (("1A", "1B") if coach != 7 else ("1A", "1C"))
    ]
    assert sorted({seat_label(TRAIN_8.coaches, seat) for seat in found.isolation})[0] == ("08", "12A")
    assert min(found.isolation) == 601 and len(found.isolation) == 9


def test_escorts_are_dealt_over_the_coaches_from_the_first() -> None:
    maps = [{"number": "01", "rows": 2, "letters": "A C"}, {"number": "02", "rows": ["A C", "A"]}]
    assert withheld_on(maps, seats=7, escorts=3, isolation=1) == kept({0, 1, 4}, {6})


def test_without_a_map_the_front_and_the_back_are_those_of_the_count() -> None:
    assert withheld_on(None, seats=10, escorts=2, isolation=3) == kept({0, 1}, {7, 8, 9})
    assert withheld_of(a_trip(10, escort_seats=2, isolation_seats=3)) == kept({0, 1}, {7, 8, 9})


def test_seats_beyond_the_map_are_one_more_coach_and_seats_it_has_too_many_are_not_counted() -> None:
    assert withheld_on([{"rows": 2, "letters": "AB"}], seats=6, escorts=3, isolation=1) == kept({0, 1, 4}, {5})
    assert withheld_on(BUS.coaches, seats=20, escorts=1, isolation=2) == kept({0}, {18, 19})


def test_all_seats_may_be_withheld_but_no_more() -> None:
    assert withheld_on(None, seats=3, escorts=2, isolation=1) == kept({0, 1}, {2})
    with pytest.raises(IntegrityError, match="trip_withholds_no_more_than_its_seats"):
        a_trip(3, escort_seats=2, isolation_seats=2)


def test_the_seats_follow_the_trips_vehicle() -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code), isolation_seats=1)
    Trip.objects.filter(pk=trip.pk).update(seats=30)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), {29})
    Trip.objects.filter(pk=trip.pk).update(isolation_seats=0)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), set())


def test_what_somebody_writes_into_the_seats_does_not_count() -> None:
    trip = a_trip(isolation_seats=1)
    Trip.objects.filter(pk=trip.pk).update(isolation_on=[3])
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), {44})
