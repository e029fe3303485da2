"""People on the way, with their first and their last ride, for lists of a firm or of a village."""
from dataclasses import dataclass

from dispatch.models import Assignment, SeatBooking
from transport.models import Call, Trip
from transport.queries import calls_of

from .access import Sight, trips_visible_to
from .seating import seating_of


@dataclass(frozen=True, slots=True)
class Ride:
    trip: Trip
    board: Call
    alight: Call
    seat: str
    # Whether the reader may open the trip itself.
    open: bool


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person's assignment; who needs no seat has neither ride."""

    assignment: Assignment
    first: Ride | None
    last: Ride | None


def _rides(sight: Sight, assignments: list[int]) -> dict[int, list[Ride]]:
    bookings = list(
        SeatBooking.objects.filter(assignment__in=assignments, held=True)
        .select_related("trip__seat_map", "trip__vehicle__seat_map", "assignment").order_by("assignment", "leg")
    )
    trips = {b.trip_id: b.trip for b in bookings}
    calls, seats = calls_of(list(trips)), seating_of(trips.values())
    seen = set(trips_visible_to(sight).filter(pk__in=list(trips)).values_list("pk", flat=True))
    found: dict[int, list[Ride]] = {}
    for b in bookings:
        its = calls[b.trip_id]
        seat = seats[b.trip_id].words(b.assignment.registration_id, b.seat)
        ride = Ride(trips[b.trip_id], its[b.board], its[b.alight], seat, b.trip_id in seen)
        found.setdefault(b.assignment_id, []).append(ride)
    return found


def travellers(sight: Sight, ids: list[int]) -> list[Traveller]:
    """A page of assignments, in the order of their ids as given."""
    # By id in a query of their own: with so many tables in one, the database would not try the good orders.
    assignments = Assignment.objects.filter(pk__in=ids).select_related(
        "registration__worker", "registration__village", "registration__township", "posting__occupation",
        "posting__site__employer", "posting__site__place",
    ).in_bulk()
    rides = _rides(sight, ids)
    return [
        Traveller(assignments[pk], *((r[0], r[-1]) if (r := rides.get(pk)) else (None, None)))
        for pk in ids if pk in assignments
    ]
