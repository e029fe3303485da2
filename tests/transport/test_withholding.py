"""Which seats a trip keeps for escorts and for isolation."""
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.db import IntegrityError

from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import BUS, TRAIN_8, rows_of, seat_label, seats_in_order
from transport.withholding import Withheld, withheld_of, withheld_on

pytestmark = pytest.mark.django_db


def kept(escort: set[int], isolation: set[int], places: int, empty: Iterable[int] = ()) -> Withheld:
    return Withheld(frozenset(escort), frozenset(isolation), frozenset(empty), places)


def a_trip(seats: int = 45, **fields: object) -> Trip:
    trip = make.make_trip(make.make_campaign(), [make.make_place(), make.make_place()], seats=seats)
    for name, value in fields.items():
        setattr(trip, name, value)
    trip.save()
    trip.refresh_from_db()
    return trip


def test_on_a_bus_escorts_sit_in_front_and_isolation_is_the_last_row() -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code), escort_seats=1, isolation_seats=5)
    assert withheld_of(trip) == kept({0}, {40, 41, 42, 43, 44}, 39)
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
    assert withheld_on(maps, seats=7, escorts=3, isolation=1) == kept({0, 1, 4}, {6}, 3)


def test_without_a_map_the_front_and_the_back_are_those_of_the_count() -> None:
    assert withheld_on(None, seats=10, escorts=2, isolation=3) == kept({0, 1}, {7, 8, 9}, 5)
    assert withheld_of(a_trip(10, escort_seats=2, isolation_seats=3)) == kept({0, 1}, {7, 8, 9}, 5)


def test_seats_beyond_the_map_are_one_more_coach_and_seats_it_has_too_many_are_not_counted() -> None:
    assert withheld_on([{"rows": 2, "letters": "AB"}], seats=6, escorts=3, isolation=1) == kept({0, 1, 4}, {5}, 2)
    assert withheld_on(BUS.coaches, seats=20, escorts=1, isolation=2) == kept({0}, {18, 19}, 17)


def test_all_seats_may_be_withheld_but_no_more() -> None:
    assert withheld_on(None, seats=3, escorts=2, isolation=1) == kept({0, 1}, {2}, 0)
    with pytest.raises(IntegrityError, match="trip_withholds_no_more_than_its_seats"):
        a_trip(3, escort_seats=2, isolation_seats=2)


def test_the_seats_follow_the_trips_vehicle() -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code), isolation_seats=1)
    Trip.objects.filter(pk=trip.pk).update(seats=30)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), {29}, 29)
    Trip.objects.filter(pk=trip.pk).update(isolation_seats=0)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), set(), 30)


def test_what_somebody_writes_into_the_seats_does_not_count() -> None:
    trip = a_trip(isolation_seats=1)
    Trip.objects.filter(pk=trip.pk).update(isolation_on=[3])
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), {44}, 44)


# --- the load rule ------------------------------------------------------------------------------------------------------


def drawn(coaches: Sequence[Any], rule: str, escorts: int = 0, isolation: int = 0) -> list[str]:
    """The rows of a vehicle: x for a seat that may be booked, E and I for what is kept, a dot for one that stays empty."""
    seats = len(seats_in_order(coaches))
    found = withheld_on(coaches, seats=seats, escorts=escorts, isolation=isolation, load_rule=rule)
    sign = {**dict.fromkeys(found.empty, "."), **dict.fromkeys(found.escort, "E"), **dict.fromkeys(found.isolation, "I")}
    assert found.places == seats - len(sign)
    rows, at = [], 0
    for coach in coaches:
        for letters in rows_of(coach):
            width = len(letters.replace(" ", ""))
            rows.append("".join(sign.get(seat, "x") for seat in range(at, at + width)))
            at += width
    return rows


def test_every_second_seat_of_a_row_changes_sides_from_row_to_row() -> None:
    assert drawn(BUS.coaches, "alternate") == ["x.x.", ".x.x"] * 5 + ["x.x.x"]
    train = [{"number": "1", "rows": ["ABC DF", "ABC DF", "AC F"]}, {"number": "2", "rows": ["A F", "A F"]}]
    assert drawn(train, "alternate") == ["x.x.x", ".x.x.", "x.x", "x.", ".x"]


def test_every_second_row_is_one_in_each_coach() -> None:
    assert drawn(BUS.coaches, "rows") == ["xxxx", "...."] * 5 + ["xxxxx"]
    train = [{"number": "1", "rows": 3, "letters": "AB"}, {"number": "2", "rows": 2, "letters": "AB"}]
    assert drawn(train, "rows") == ["xx", "..", "xx", "xx", ".."]


def test_what_is_kept_has_no_neighbour_either() -> None:
    assert drawn(BUS.coaches, "alternate", escorts=2, isolation=3) == [
        "E.E.", ".x.x", *["x.x.", ".x.x"] * 4, "I.I.I"]
    assert drawn(BUS.coaches, "rows", escorts=1, isolation=6) == [
        "Exxx", "....", *["xxxx", "...."] * 3, "xxxI", "....", "IIIII"]


@pytest.mark.parametrize(("seats", "escorts", "isolation", "places"), [
    (45, 0, 0, 22), (45, 2, 0, 20), (45, 2, 9, 20), (45, 0, 30, 15), (45, 2, 30, 13), (45, 22, 0, 0), (46, 1, 0, 22),
    (1, 0, 0, 0),
])
def test_of_half_the_seats_escorts_take_theirs_and_isolation_only_where_there_are_not_enough(
    seats: int, escorts: int, isolation: int, places: int
) -> None:
    found = withheld_on(None, seats=seats, escorts=escorts, isolation=isolation, load_rule="half")
    assert (found.places, found.empty) == (places, frozenset())
    assert (len(found.escort), len(found.isolation)) == (escorts, isolation)


def test_without_a_map_every_second_seat_is_counted_through_and_rows_are_of_five() -> None:
    assert withheld_on(None, seats=7, escorts=1, isolation=1, load_rule="alternate") == kept({0}, {6}, 2, {1, 3, 5})
    assert withheld_on(None, seats=12, escorts=0, isolation=0, load_rule="rows") == kept(set(), set(), 7, {5, 6, 7, 8, 9})
    beyond = withheld_on([{"rows": 1, "letters": "AB"}], seats=6, escorts=0, isolation=0, load_rule="alternate")
    assert beyond == kept(set(), set(), 3, {1, 3, 5})
    front = withheld_on(BUS.coaches, seats=6, escorts=0, isolation=0, load_rule="alternate")
    assert front == kept(set(), set(), 3, {1, 3, 4})


def test_the_places_follow_the_trips_rule_and_its_vehicle() -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code))
    assert trip.places == 45
    Trip.objects.filter(pk=trip.pk).update(load_rule="half", escort_seats=1)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept({0}, set(), 21)
    Trip.objects.filter(pk=trip.pk).update(load_rule="alternate", seats=8, places=99, empty_on=[])
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept({0}, set(), 3, {1, 3, 4, 6})
    Trip.objects.filter(pk=trip.pk).update(load_rule="full", escort_seats=0)
    assert withheld_of(Trip.objects.get(pk=trip.pk)) == kept(set(), set(), 8)


@pytest.mark.parametrize(("rule", "fields", "name"), [
    ("half", {"escort_seats": 23}, "trip_withholds_no_more_than_the_load_rule_leaves"),
    ("alternate", {"escort_seats": 20, "isolation_seats": 4}, "trip_withholds_no_more_than_the_load_rule_leaves"),
    ("third", {}, "trip_load_rule_known"),
])
def test_a_rule_that_is_not_known_or_leaves_too_little_is_refused(rule: str, fields: dict[str, int], name: str) -> None:
    trip = a_trip(seat_map=SeatMap.objects.get(code=BUS.code))
    with pytest.raises(IntegrityError, match=name):
        Trip.objects.filter(pk=trip.pk).update(load_rule=rule, **fields)
