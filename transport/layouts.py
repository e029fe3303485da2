"""How the seats of a vehicle lie, for drawing: blocks of rows, front to back, seats as bookings count them."""
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .seat_maps import Coach, Coaches, Seat, rows_of, seats_in_order

# What else than a seat a place in a row can be.
AISLE, GAP = -1, -2
# Seats that no map tells of are counted through, so many to a block and a row.
BLOCK, ROW = 50, 5


@dataclass(frozen=True, slots=True)
class Block:
    """One coach of a train, a bus, or some seats without a map."""

    key: str
    # "coach", "bus" or "counted"; travel class "first", "second" or "".
    kind: str
    travel_class: str
    rows: tuple[tuple[int, ...], ...]

    @property
    def seats(self) -> list[int]:
        return [seat for row in self.rows for seat in row if seat >= 0]


@dataclass(frozen=True, slots=True)
class Layout:
    blocks: tuple[Block, ...]
    # Of the map alone; what lies beyond it is counted through.
    seats: tuple[Seat, ...]

    def seat(self, index: int) -> Seat:
        return self.seats[index] if index < len(self.seats) else Seat("", 0, "", str(index + 1))


def _places(letters: str, usual: str, first: int) -> tuple[int, ...]:
    """One row: a seat for each letter, where the coach's usual row has it; a row of other letters lies as written."""
    order = usual if set(letters) <= set(usual) else letters
    found, seat = [], first
    for letter in order:
        if letter == " ":
            found.append(AISLE)
        elif letter in letters:
            found.append(seat)
            seat += 1
        else:
            found.append(GAP)
    return tuple(found)


def _coach(coach: Coach, first: int, ordinal: int) -> Block:
    rows, seat = rows_of(coach), first
    usual, _times = Counter(rows).most_common(1)[0]
    drawn = []
    for letters in rows:
        drawn.append(_places(letters, usual, seat))
        seat += len(letters.replace(" ", ""))
    number = coach.get("number", "")
    return Block(number or str(ordinal), "coach" if number else "bus", coach.get("class", ""), tuple(drawn))


def _counted(first: int, end: int) -> Iterator[Block]:
    for start in range(first, end, BLOCK):
        stop = min(start + BLOCK, end)
        rows = tuple(tuple(range(row, min(row + ROW, stop))) for row in range(start, stop, ROW))
        yield Block(f"{start + 1}–{stop}", "counted", "", rows)


def layout_of(coaches: Coaches, seats: int) -> Layout:
    """The blocks of a map, and after it the seats of a trip that has more of them than its map."""
    blocks, first = [], 0
    for ordinal, coach in enumerate(coaches, 1):
        block = _coach(coach, first, ordinal)
        blocks.append(block)
        first += len(block.seats)
    return Layout((*blocks, *_counted(first, seats)), tuple(seats_in_order(coaches)))
