"""A seat as it is to be shown: what the carrier's ticket says, else ours. Every page, list and answer asks here."""
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dispatch.models import Ticket
from transport.models import Trip
from transport.queries import seat_of, seats_of
from transport.seat_maps import seat_label, seat_words


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


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats of one trip; tickets by registration."""

    trip: Trip
    ours: list[str]
    given: dict[int, Given] = field(default_factory=dict)

    def words(self, registration: int, seat: int) -> str:
        given = self.given.get(registration)
        return (given.words if given else "") or seat_of(self.ours, seat)

    def number(self, registration: int) -> str:
        """Of the ticket; empty where none was given."""
        given = self.given.get(registration)
        return given.number if given else ""

    def place(self, registration: int, seat: int) -> tuple[str, str]:
        """Coach and seat apart, for programs."""
        given = self.given.get(registration)
        return (given.coach, given.seat) if given and given.words else self.our_place(seat)

    def our_place(self, seat: int) -> tuple[str, str]:
        seat_map = self.trip.seat_map or (self.trip.vehicle.seat_map if self.trip.vehicle else None)
        return seat_label(seat_map.coaches if seat_map and seat < len(self.ours) else [], seat)


def seating_of(trips: Iterable[Trip]) -> dict[int, Seating]:
    """By trip, with one query for all of them; a trip comes with its seat map and its vehicle's."""
    found = {trip.pk: Seating(trip, seats_of(trip)) for trip in trips}
    tickets = Ticket.objects.filter(trip__in=found).values_list("trip", "registration", "coach", "seat", "number")
    for trip, registration, coach, seat, number in tickets:
        found[trip].given[registration] = Given(coach, seat, number)
    return found
