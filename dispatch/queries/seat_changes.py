"""Who would sit elsewhere on a leg that stays the same, if one plan came in place of another."""
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from dispatch.models import Plan
from transport.models import Trip
from workers.models import Registration

from .seating import Seating, seating_of

LISTED = 300

_CHANGES = """
    SELECT n.trip_id, na.registration_id, o.seat, n.seat
      FROM dispatch_seatbooking n
      JOIN dispatch_assignment na ON na.id = n.assignment_id
      JOIN dispatch_assignment oa ON oa.plan_id = %s AND oa.registration_id = na.registration_id
       AND dispatch_is_going(oa.state)
      JOIN dispatch_seatbooking o ON o.assignment_id = oa.id AND o.held
       AND (o.trip_id, o.board, o.alight) = (n.trip_id, n.board, n.alight)
     WHERE n.plan_id = %s AND n.held AND o.seat <> n.seat
     ORDER BY n.trip_id, n.seat, na.registration_id
"""


@dataclass(frozen=True, slots=True)
class SeatChange:
    person: Registration
    trip: Trip
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SeatChanges:
    """All are counted, the first are listed."""

    people: int
    listed: list[SeatChange]


def seat_changes(*, before: Plan, after: Plan) -> SeatChanges:
    """As shown: who has a ticket of the carrier sits there by either plan."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [before.pk, after.pk])
        rows = cursor.fetchall()
    trips = Trip.objects.select_related("seat_map", "vehicle__seat_map").in_bulk({row[0] for row in rows})
    seating = seating_of(trips.values())
    moved = [row for row in rows if not seating[row[0]].ticket(row[1])]
    people = Registration.objects.select_related("worker").in_bulk({row[1] for row in moved[:LISTED]})
    return SeatChanges(len({row[1] for row in moved}), list(_in_words(moved[:LISTED], trips, seating, people)))


def _in_words(
    rows: Iterable[tuple[int, int, int, int]], trips: dict[int, Trip], seating: dict[int, Seating],
    people: dict[int, Registration],
) -> Iterable[SeatChange]:
    for trip, person, old, new in rows:
        words = seating[trip].words
        yield SeatChange(people[person], trips[trip], words(person, old), words(person, new))
