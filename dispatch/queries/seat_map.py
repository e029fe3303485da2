"""Who has which seat of a trip on one part of it, as far as the reader may see."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dispatch.models import Plan, Scan, SeatBooking
from transport.models import Trip
from transport.withholding import Withheld, withheld_of

from .access import Sight
from .seating import Seating
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
    # What the ticket says, where the map has no such seat.
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who has the seats of one part: `taken` by anybody at all, `holders` those whom the reader may see."""

    seats: int
    withheld: Withheld
    # How many people ride where most of them do.
    aboard: int = 0
    taken: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    holders: dict[int, list[Holder]] = field(default_factory=dict)

    def free_of(self, seats: Iterable[int]) -> int:
        """A ticket may name a seat that we withhold: it is taken then, and counts once. Where fewer people may ride than
        there are seats for them, no more are free than may still come along."""
        kept = self.withheld.seats
        gone = self.taken | kept
        free = sum(seat < self.seats and seat not in gone for seat in seats)
        limited = self.withheld.places < self.seats - len(kept)
        return min(free, max(0, self.withheld.places - self.aboard)) if limited else free

    @property
    def free(self) -> int:
        return self.free_of(range(self.seats))

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


def _seen(sight: Sight, trip: Trip, plan: Plan, seating: Seating) -> list[tuple[int, Holder]]:
    """Of the whole trip, so that a group keeps its number from part to part; each on the seat that is drawn."""
    rows = list(manifest(sight, trip, plan).order_by("seat", "board").values_list(
        "seat", "board", "alight", "assignment__registration", "assignment__registration__group",
        "assignment__registration__worker__name",
    ))
    on = set(Scan.objects.filter(trip=trip, direction=Scan.Direction.ON).values_list("registration", flat=True))
    groups = _groups_numbered(row[4] for row in rows)
    return [
        (seating.drawn(person, seat), Holder(
            person, name, groups.get(group, 0), board, alight, person in on,
            "" if seating.is_on_its_ticket(person) else seating.ticket(person)))
        for seat, board, alight, person, group, name in rows
    ]


def occupancy(sight: Sight, trip: Trip, plan: Plan | None, part: tuple[int, int], seating: Seating) -> Occupancy:
    """The seats between two calls; who rides any stretch of it takes the seat that `seating` shows."""
    if plan is None:
        return Occupancy(trip.seats, withheld_of(trip))
    first, last = part
    riding = SeatBooking.objects.filter(plan=plan, trip=trip, held=True, board__lt=last, alight__gt=first)
    holders: dict[int, list[Holder]] = {}
    for seat, holder in _seen(sight, trip, plan, seating):
        if holder.board < last and holder.alight > first:
            holders.setdefault(seat, []).append(holder)
    rides = list(riding.values_list("assignment__registration", "seat", "board", "alight"))
    people = Counter(seating.drawn(person, seat) for person, seat, _board, _alight in rides)
    aboard = Counter(call for *_who, board, alight in rides for call in range(max(board, first), min(alight, last)))
    hidden = frozenset(seat for seat, n in people.items() if n > len(holders.get(seat, ())))
    peak = max(aboard.values(), default=0)
    return Occupancy(trip.seats, withheld_of(trip), peak, frozenset(people), hidden, holders)
