"""Lists as a liaison sends them to a chat group: short lines, and neither telephone nor identity numbers.

They are made of the rows of the printed lists, so that both say the same. A chat takes about 2,000 characters at once,
so a long list becomes several messages, cut between pick-ups or coaches where that can be.
"""
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from dispatch.queries.seating import Seating, seating_of
from laborbridge.web.words import clock, is_chinese, people, when
from transport.models import Call, Trip

from .eve import PickUp, Seats, seat_words_of, vehicle_of
from .reading import Rider, Traveller
from .sheet import Edition

LONGEST = 2000
_IN_A_LINE = 3
_MODES = dict(Trip.Mode.choices)
# Lists of villages have telephones typed into names; seven digits are the shortest telephone number.
_NUMBER = re.compile(r"\d(?:[\s\-‐-―.·]?\d){6,}[\s\-]?[Xx]?")


@dataclass(frozen=True, slots=True)
class Block:
    """Those of one pick-up, coach or gate; each unit travels together and is names with seats."""

    heading: Sequence[str]
    units: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    people: int


def without_numbers(text: str) -> str:
    return _NUMBER.sub("…", text)


def messages(title: str, blocks: Sequence[Block], edition: Edition, ask: str) -> list[Message]:
    """The whole list, each message with title, number and version; none is longer than LONGEST."""
    number = sum(len(unit) for block in blocks for unit in block.units)
    head = [f"【{without_numbers(title)}】", f"{edition.campaign} · {people(number)}"]
    tail = ["", edition.version, _("Questions? Ask %(name)s.") % {"name": without_numbers(ask)}]
    room = LONGEST - len("\n".join(head + tail)) - len("\n (99/99)")
    bodies = list(_packed([part for block in blocks for part in _parts(block, room)], room))
    if not bodies:
        bodies = [(["", _("Nobody is on this list.")], 0)]
    return [
        Message("\n".join([head[0] + (f" ({n}/{len(bodies)})" if len(bodies) > 1 else ""), *head[1:], *lines, *tail]), here)
        for n, (lines, here) in enumerate(bodies, 1)
    ]


_Part = tuple[list[str], int]


def _parts(block: Block, room: int) -> Iterator[_Part]:
    """A block as lines, cut where it is too long; each part has its heading."""
    heading = ["", *(without_numbers(line) for line in block.heading if line)]
    lines, here = list(heading), 0
    for unit in block.units:
        more = _unit(unit)
        if here and len("\n".join(lines + more)) > room:
            yield lines, here
            lines, here = list(heading), 0
        lines, here = lines + more, here + len(unit)
    yield lines, here


def _unit(unit: Sequence[str]) -> list[str]:
    names = [without_numbers(name) for name in unit]
    comma = "、" if is_chinese() else ", "
    lines = [comma.join(names[start : start + _IN_A_LINE]) for start in range(0, len(names), _IN_A_LINE)]
    if len(names) > 1:
        lines[-1] += _(" (%(n)s together)") % {"n": len(names)}
    return [("· " if n == 0 else "  ") + line for n, line in enumerate(lines)]


def _packed(parts: Sequence[_Part], room: int) -> Iterator[_Part]:
    lines: list[str] = []
    here = 0
    for more, number in parts:
        if lines and len("\n".join(lines + more)) > room:
            yield lines, here
            lines, here = [], 0
        lines, here = lines + more, here + number
    if lines:
        yield lines, here


def _named(name: str, seat: str) -> str:
    return f"{name} {seat}".strip()


# --- one for each kind of list ---------------------------------------------------------------------------------------


def of_pick_ups(found: Sequence[PickUp]) -> list[Block]:
    return [
        Block(
            [one.heading, _counted(one.vehicle, len(one.people)),
             _("The first leaves home at %(at)s") % {"at": clock(one.first_leaves_home)}],
            [[_named(leaver.row.name, leaver.seat) for leaver in members]
             for _unit, mine in groupby(one.people, key=lambda leaver: leaver.group or -leaver.row.registration)
             if (members := list(mine))],
        ) for one in found
    ]


def _counted(words: str, number: int) -> str:
    return " · ".join(part for part in (words, people(number)) if part)


def of_trip(trip: Trip, calls: Sequence[Call], riders: Sequence[Rider]) -> list[Block]:
    """Call by call and, in a train, coach by coach; a group stands where its first seat is."""
    seats = seating_of([trip])[trip.pk]
    together = groupby(riders, key=lambda rider: (rider.board, rider.group or -rider.registration))
    units = [sorted(mine, key=lambda rider: _where(seats, rider)) for _key, mine in together]
    vehicle = f"{_MODES.get(trip.mode, trip.mode)} {trip.ref} {trip.plate}".strip()
    blocks = []
    in_order = sorted(units, key=lambda unit: (unit[0].board, _where(seats, unit[0])))
    for (board, coach), mine in groupby(in_order, key=lambda unit: (unit[0].board, _coach(seats, unit[0]))):
        members = list(mine)
        call = calls[board]
        place = _("%(at)s, gets on at %(place)s") % {"at": when(call.depart_at), "place": call.place.name}
        words = _("Coach %(coach)s") % {"coach": coach} if coach else ""
        blocks.append(Block(
            [place, vehicle, _counted(words, sum(map(len, members)))],
            [[_named(rider.name, _seat_in(coach, seats, rider)) for rider in unit] for unit in members],
        ))
    return blocks


def _coach(seats: Seating, rider: Rider) -> str:
    return seats.place(rider.registration, rider.seat)[0]


def _where(seats: Seating, rider: Rider) -> tuple[str, int]:
    return _coach(seats, rider), seats.drawn(rider.registration, rider.seat)


def _seat_in(coach: str, seats: Seating, rider: Rider) -> str:
    """Below the heading of a coach, its seats go without it."""
    its, seat = seats.place(rider.registration, rider.seat)
    return seat if coach and its == coach else seats.words(rider.registration, rider.seat)


def of_arrivals(rows: Sequence[Traveller], seats: Seats) -> list[Block]:
    """Gate by gate, each vehicle that comes to it."""
    def arrives(row: Traveller) -> tuple[str, str, object, str]:
        return row.park, row.gate, row.reaches_at, vehicle_of(row)

    blocks = []
    for (park, gate, _at, vehicle), mine in groupby(rows, key=arrives):
        members = list(mine)
        units: dict[int, list[str]] = {}
        for row in members:
            name = _named(row.name, seat_words_of(row, seats))
            units.setdefault(row.group or -row.registration, []).append(name)
        place = _("%(at)s, arrives at %(place)s") % {
            "at": when(members[0].reaches_at), "place": f"{park} {gate}".strip()}
        blocks.append(Block([place, _counted(vehicle or _("on foot"), len(members))], list(units.values())))
    return blocks
