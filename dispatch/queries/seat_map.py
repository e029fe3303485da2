"""Who has which seat of a trip on one part of it, as far as the reader may see."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dispatch.models import Plan, Scan, SeatBooking
from transport.models import Trip
from transport.queries import withheld_seats

from .access import Sight
from .trips import manifest


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a seat, from one call to another; group 0 is nobody else's."""

    registration: int
    name: str
    group: int
    board: int
    alight: int
    got_on: bool


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats of one part: `taken` by anybody at all, `holders` those whom the reader may see."""

    seats: int
    withheld: int
    taken: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    kept_out: frozenset[int] = frozenset()
    holders: dict[int, list[Holder]] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return max(0, self.seats - self.withheld - len(self.taken))

    @property
    def groups(self) -> bool:
        return any(holder.group for holders in self.holders.values() for holder in holders)

    @property
    def anybody_on(self) -> bool:
        return any(holder.got_on for holders in self.holders.values() for holder in holders)


def _groups_numbered(group_ids: Iterable[int | None]) -> dict[int | None, int]:
    """Numbers from 1 in the order given, for groups of whom there is more than one."""
    many = [group for group, people in Counter(group_ids).items() if group is not None and people > 1]
    return {group: number for number, group in enumerate(many, 1)}


def _seen(sight: Sight, trip: Trip, plan: Plan) -> list[tuple[int, Holder]]:
    """Of the whole trip, so that a group keeps its number from part to part."""
    rows = list(manifest(sight, trip, plan).order_by("seat", "board").values_list(
        "seat", "board", "alight", "assignment__registration", "assignment__registration__group",
        "assignment__registration__worker__name",
    ))
    on = set(Scan.objects.filter(trip=trip, direction=Scan.Direction.ON).values_list("registration", flat=True))
    groups = _groups_numbered(row[4] for row in rows)
    return [
        (seat, Holder(person, name, groups.get(group, 0), board, alight, person in on))
        for seat, board, alight, person, group, name in rows
    ]


def seating(sight: Sight, trip: Trip, plan: Plan | None, part: tuple[int, int]) -> Seating:
    """The seats between two calls; who rides any stretch of it takes the seat."""
    kept_out = frozenset(withheld_seats(trip))
    if plan is None:
        return Seating(trip.seats, trip.withheld, kept_out=kept_out)
    first, last = part
    riding = SeatBooking.objects.filter(plan=plan, trip=trip, held=True, board__lt=last, alight__gt=first)
    holders: dict[int, list[Holder]] = {}
    for seat, holder in _seen(sight, trip, plan):
        if holder.board < last and holder.alight > first:
            holders.setdefault(seat, []).append(holder)
    people = Counter(riding.values_list("seat", flat=True))
    hidden = frozenset(seat for seat, n in people.items() if n > len(holders.get(seat, ())))
    return Seating(trip.seats, trip.withheld, frozenset(people), hidden, kept_out, holders)
