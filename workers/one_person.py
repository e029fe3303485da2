"""What other apps keep of a registration, and tell when two entries become one person. They register in their ready().

All of it is read only: what is to be changed comes back as rows with before and after, which one place writes and puts back.
"""
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

# ["workers.registration", 17, {"worker": [2, 1]}]: what a row was and becomes. {"id": [None, ...]} is of a row that is made.
Moved = list[Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two registrations of one person in one campaign, by their ids."""

    stays: int
    duplicate: int


@dataclass(slots=True)
class Carried:
    """What goes along, and what is said of the rest."""

    moved: list[Moved] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


# Of some registrations: those with a place in a published plan, each with which one it is in words.
Seats = Callable[[Collection[int]], dict[int, str]]
# Of some registrations: how much hangs on each.
Weights = Callable[[Collection[int]], dict[int, int]]
# Who does it, for what is made anew; whom it is about; the second worker, who will be gone.
Carry = Callable[[Sequence[Pair], int, int | None], Carried]
# A row that was made and cannot be removed: its id, who puts it back, and why.
PutBack = Callable[[int, int, str], None]

_seats: list[Seats] = []
_weights: list[Weights] = []
_carries: list[Carry] = []
_puts_back: dict[str, PutBack] = {}


def seated_by(seats: Seats) -> None:
    _seats.append(seats)


def weighed_by(weights: Weights) -> None:
    _weights.append(weights)


def carried_by(carry: Carry) -> None:
    _carries.append(carry)


def put_back_by(label: str, put_back: PutBack) -> None:
    _puts_back[label] = put_back


def seats_of(registrations: Collection[int]) -> dict[int, str]:
    return {who: words for seats in _seats for who, words in seats(registrations).items()}


def weights_of(registrations: Collection[int]) -> dict[int, int]:
    total = dict.fromkeys(registrations, 0)
    for weights in _weights:
        for who, weight in weights(registrations).items():
            total[who] += weight
    return total


def carried(pairs: Sequence[Pair], gone: int, by: int | None) -> Carried:
    found = [carry(pairs, gone, by) for carry in _carries]
    return Carried([m for one in found for m in one.moved], [n for one in found for n in one.notes])


def puts_back(label: str) -> PutBack | None:
    return _puts_back.get(label)
