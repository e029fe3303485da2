"""The standard seat maps, and what a seat is called by those who look for it.

A map is a list of coaches as SeatMap.coaches keeps it. A train's coach has its "number", its "class" ("first" or
"second"), and its rows: a list of letters, one text a row, with a space for the aisle; or "rows" as a number with
"letters" for them all. A bus is one coach without a number, and its seats are counted through.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

Coach = Mapping[str, Any]
Coaches = Sequence[Coach]


class Seat(NamedTuple):
    """One seat of a map; label is what is painted beside it: 12F in a train, 17 in a bus."""

    coach: str
    row: int
    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class StandardSeatMap:
    code: str
    name: str
    coaches: tuple[dict[str, Any], ...]

    @property
    def seats(self) -> int:
        return len(seats_in_order(self.coaches))


def _second(rows: int) -> dict[str, Any]:
    return {"class": "second", "rows": rows, "letters": "ABC DF"}


def _set_of_eight(first_number: int) -> tuple[dict[str, Any], ...]:
    """A CRH2A: 610 seats, second class 3+2, the seventh coach first class 2+2, the fifth half dining car."""
    coaches = [_second(11), _second(20), _second(17), _second(20), _second(11), _second(20)]
    coaches.append({"class": "first", "rows": ["AC DF"] * 12 + ["AC F"]})
    coaches.append({"class": "second", "rows": ["ABC DF"] * 12 + ["AC DF"]})
    return tuple({"number": f"{number:02d}", **coach} for number, coach in enumerate(coaches, first_number))


BUS = StandardSeatMap("bus45", "45 座客车", ({"rows": ["AB CD"] * 10 + ["ABCDE"]},))
TRAIN_8 = StandardSeatMap("train8", "8 节动车组", _set_of_eight(1))
# Two sets coupled, as they run where one is not enough; the coaches are counted through.
TRAIN_16 = StandardSeatMap("train16", "16 节动车组（重联）", _set_of_eight(1) + _set_of_eight(9))
STANDARD = (BUS, TRAIN_8, TRAIN_16)


def rows_of(coach: Coach) -> list[str]:
    """The letters of each row, front to back, with a space for the aisle."""
    rows = coach["rows"]
    return [coach["letters"]] * rows if isinstance(rows, int) else list(rows)


def seats_in_order(coaches: Coaches) -> list[Seat]:
    """All seats as SeatBooking.seat counts them: coach by coach, row by row, along the letters."""
    found: list[Seat] = []
    for coach in coaches:
        number = coach.get("number", "")
        for row, letters in enumerate(rows_of(coach), 1):
            for letter in letters.replace(" ", ""):
                label = f"{row}{letter}" if number else str(len(found) + 1)
                found.append(Seat(number, row, letter, label))
    return found


def seat_label(coaches: Coaches, index: int) -> tuple[str, str]:
    """Coach and seat of the index-th seat from 0: ("03", "12F") in a train, ("", "17") in a bus or without a map."""
    if not coaches:
        return "", str(index + 1)
    seats = seats_in_order(coaches)
    if not 0 <= index < len(seats):
        raise ValueError(f"seat {index}: expected 0 to {len(seats) - 1}, the seats of this map")
    return seats[index].coach, seats[index].label


def seat_words(coach: str, label: str) -> str:
    """A seat as it is printed on a ticket."""
    if coach:
        return _("coach %(coach)s, seat %(seat)s") % {"coach": coach, "seat": label}
    return _("seat %(seat)s") % {"seat": label}


def seat_map_for(mode: str, seats: int) -> StandardSeatMap | None:
    """The smallest standard map of a trip's mode that holds the seats; None where none does."""
    fitting = [m for m in STANDARD if (m is not BUS) == (mode == "train") and m.seats >= seats]
    return min(fitting, key=lambda m: m.seats, default=None)
