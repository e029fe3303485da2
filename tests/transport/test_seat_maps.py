"""Seats are counted, called and found as travellers know them."""
import pytest
from django.utils import translation

from transport.seat_maps import BUS, STANDARD, TRAIN_8, TRAIN_16, seat_label, seat_map_for, seat_words, seats_in_order


def test_standard_maps_have_the_seats_of_real_vehicles() -> None:
    assert [(m.code, m.seats) for m in STANDARD] == [("bus45", 45), ("train8", 610), ("train16", 1220)]
    assert [coach["number"] for coach in TRAIN_16.coaches] == [f"{n:02d}" for n in range(1, 17)]


def test_no_two_seats_of_a_map_are_called_the_same() -> None:
    for standard in STANDARD:
        names = [(seat.coach, seat.label) for seat in seats_in_order(standard.coaches)]
        assert len(set(names)) == standard.seats


@pytest.mark.parametrize(
    ("index", "label"),
    [
        (0, ("01", "1A")),
        (4, ("01", "1F")),
        (54, ("01", "11F")),
        (55, ("02", "1A")),
        (155, ("03", "1A")),
        (214, ("03", "12F")),
        (495, ("07", "1A")),
        (545, ("07", "13F")),
        (546, ("08", "1A")),
        (609, ("08", "13F")),
    ],
)
def test_a_trains_seats_are_called_by_coach_row_and_letter(index: int, label: tuple[str, str]) -> None:
    assert seat_label(TRAIN_8.coaches, index) == label


def test_a_buss_seats_are_counted_from_the_front() -> None:
    assert [seat_label(BUS.coaches, index) for index in (0, 16, 44)] == [("", "1"), ("", "17"), ("", "45")]
    last_row = [seat for seat in seats_in_order(BUS.coaches) if seat.row == 11]
    assert [seat.letter for seat in last_row] == list("ABCDE")


def test_without_a_map_seats_are_counted() -> None:
    assert seat_label([], 16) == ("", "17")


def test_a_seat_beyond_the_map_is_refused() -> None:
    with pytest.raises(ValueError, match="seat 45: expected 0 to 44"):
        seat_label(BUS.coaches, 45)


@pytest.mark.parametrize(
    ("mode", "seats", "code"),
    [
        ("bus", 45, "bus45"),
        ("feeder", 30, "bus45"),
        ("reception", 45, "bus45"),
        ("train", 45, "train8"),
        ("train", 610, "train8"),
        ("train", 611, "train16"),
        ("train", 1071, "train16"),
        ("bus", 46, None),
        ("train", 1221, None),
    ],
)
def test_a_trip_gets_the_smallest_map_that_holds_its_seats(mode: str, seats: int, code: str | None) -> None:
    found = seat_map_for(mode, seats)
    assert (found and found.code) == code


def test_a_seat_in_words_names_its_coach_only_where_there_is_one() -> None:
    with translation.override("en"):
        assert seat_words("03", "12F") == "coach 03, seat 12F"
        assert seat_words("", "17") == "seat 17"
