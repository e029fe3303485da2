"""A seat as it is to be shown: what the carrier's ticket says, else ours. Every page, list and answer asks here."""
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from dispatch.models import Ticket
from transport.models import Trip
from transport.queries import seat_of, seats_of
from transport.seat_maps import seat_words, seats_in_order


def place_key(coach: str, seat: str) -> tuple[str, str] | None:
    """As dispatch_ticket_place of the database: 05 and 5 are one coach, and "no seat" is none to share."""
    return (coach.lstrip("0"), seat.lstrip("0")) if any(sign.isdigit() for sign in seat) else None


@dataclass(frozen=True, slots=True)
class Given:
    """What a ticket says of its place; one that says only its number leaves our seat as it is."""

    coach: str
    seat: str
    number: str

    @property
    def words(self) -> str:
        if not any(sign.isdigit() for sign in self.seat):
            # "No seat": what is written there is said as it is.
            coach = _("coach %(coach)s") % {"coach": self.coach} if self.coach else ""
            return f"{coach} {self.seat}".strip()
        return seat_words(self.coach, self.seat)


@dataclass(frozen=True)
class Seating:
    """The seats of one trip; tickets by registration."""

    trip: Trip
    ours: list[str]
    given: dict[int, Given] = field(default_factory=dict)

    def words(self, registration: int, seat: int) -> str:
        return self.ticket(registration) or seat_of(self.ours, seat)

    def ticket(self, registration: int) -> str:
        """The place that a ticket names, in words; empty where none does."""
        given = self.given.get(registration)
        return given.words if given else ""

    def number(self, registration: int) -> str:
        """Of the ticket; empty where none was given."""
        given = self.given.get(registration)
        return given.number if given else ""

    def place(self, registration: int, seat: int) -> tuple[str, str]:
        """Coach and seat apart, for programs."""
        given = self.given.get(registration)
        return (given.coach, given.seat) if given and given.words else self.our_place(seat)

    def our_place(self, seat: int) -> tuple[str, str]:
        return self._labels[seat] if seat < len(self._labels) else ("", str(seat + 1))

    def drawn(self, registration: int, seat: int) -> int:
        """The seat of the trip's map to draw somebody on: the ticket's where the map has it, else ours."""
        return seat if (at := self._at(registration)) is None else at

    def is_on_its_ticket(self, registration: int) -> bool:
        return self._at(registration) is not None

    def _at(self, registration: int) -> int | None:
        given = self.given.get(registration)
        key = place_key(given.coach, given.seat) if given else None
        return self._by_place.get(key) if key else None

    @cached_property
    def _labels(self) -> list[tuple[str, str]]:
        seat_map = self.trip.seat_map or (self.trip.vehicle.seat_map if self.trip.vehicle else None)
        return [(seat.coach, seat.label) for seat in seats_in_order(seat_map.coaches)] if seat_map else []

    @cached_property
    def _by_place(self) -> dict[tuple[str, str] | None, int]:
        return {place_key(*self.our_place(seat)): seat for seat in range(self.trip.seats)}


def seating_of(trips: Iterable[Trip]) -> dict[int, Seating]:
    """By trip, with one query for all of them; a trip comes with its seat map and its vehicle's."""
    found = {trip.pk: Seating(trip, seats_of(trip)) for trip in trips}
    tickets = Ticket.objects.filter(trip__in=found).values_list("trip", "registration", "coach", "seat", "number")
    for trip, registration, coach, seat, number in tickets:
        found[trip].given[registration] = Given(coach, seat, number)
    return found
