"""Reads of trips with the people that a plan puts on them."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from django.db import connection
from django.db.models import Count, Max, QuerySet

from dispatch.models import Plan, PlanChange, SeatBooking
from laborbridge.places.models import Place
from transport.models import Call, Trip
from transport.queries import areas_of, calls_of

from .access import Sight, people_condition
from .plans import kept

_FILL = """
    SELECT trip_id, max(total), max(aboard) FROM (
        SELECT b.trip_id, part, count(*) AS aboard, t.total
          FROM dispatch_seatbooking b
          JOIN (SELECT trip_id, count(*) AS total FROM dispatch_seatbooking
                 WHERE plan_id = %(plan)s AND trip_id = ANY (%(trips)s) AND held GROUP BY trip_id) t USING (trip_id)
         CROSS JOIN LATERAL generate_series(b.board, b.alight - 1) AS part
         WHERE b.plan_id = %(plan)s AND b.trip_id = ANY (%(trips)s) AND b.held
         GROUP BY b.trip_id, part, t.total) parts
     GROUP BY trip_id
"""

# Equal legs are counted before they are taken apart: a plan has hundreds of thousands of them, and a few kinds a trip.
_PEAKS = """
    SELECT trip_id, max(aboard)::int FROM (
        SELECT trip_id, part, sum(people) AS aboard
          FROM (SELECT trip_id, board, alight, count(*) AS people FROM dispatch_seatbooking
                 WHERE plan_id = %s AND held GROUP BY trip_id, board, alight) legs
         CROSS JOIN LATERAL generate_series(board, alight - 1) AS part
         GROUP BY trip_id, part) parts
     GROUP BY trip_id
"""
# A published plan changes by recorded changes alone, a draft as it likes.
KEPT_SECONDS, KEPT_OF_DRAFT = 24 * 3600, 60
# More names than these are not read in a list; they are found by their beginning.
CHOICES = 150


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a trip is: people who ride any part of it, and people aboard on its fullest part."""

    people: int
    peak: int


@dataclass(frozen=True, slots=True)
class CallLoad:
    """One call of a trip: who gets on and off there, and how many are aboard when it leaves."""

    call: Call
    on: int
    off: int
    aboard: int
    wait: timedelta


def fills(trip_ids: list[int], plan: Plan | None) -> dict[int, Fill]:
    """The fill of some trips (a page of them) in a plan; a trip that nobody rides is not in it."""
    if plan is None or not trip_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"plan": plan.pk, "trips": trip_ids})
        return {trip_id: Fill(people, peak) for trip_id, people, peak in cursor.fetchall()}


def peaks(plan: Plan | None) -> dict[int, int]:
    """People aboard on the fullest part of each trip that a plan has anybody on; kept until the plan changes."""
    if plan is None:
        return {}

    def count() -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(_PEAKS, [plan.pk])
            return dict(cursor.fetchall())

    last = PlanChange.objects.filter(plan=plan).aggregate(last=Max("pk"))["last"] or 0
    return kept(f"plan-{plan.pk}-{last}-peaks", count, KEPT_SECONDS if plan.state == Plan.State.PUBLISHED else KEPT_OF_DRAFT)


def trips_filled(trips: QuerySet[Trip], plan: Plan | None, how: str) -> QuerySet[Trip]:
    """Trips that nobody rides ("empty"), that have no seat left on some part ("full"), or one on every part ("free")."""
    aboard = peaks(plan)
    if how == "empty":
        return trips.exclude(state=Trip.State.CANCELLED).exclude(pk__in=list(aboard))
    room = trips.filter(pk__in=list(aboard)).order_by().values_list("pk", "places")
    full = [pk for pk, places in room if aboard[pk] >= places]
    if how == "full":
        return trips.filter(pk__in=full)
    return trips.filter(state=Trip.State.SCHEDULED, places__gt=0).exclude(pk__in=full)


def names_to_choose(stops: list[Place]) -> list[str]:
    """What a filter by station proposes: counties and districts, then stations, and other stops where these are few."""
    stations = [stop.name for stop in stops if stop.level == Place.Level.STATION]
    others = [stop.name for stop in stops if stop.level != Place.Level.STATION]
    areas = list(areas_of(stops).values_list("name", flat=True))
    return list(dict.fromkeys([*areas, *stations, *others]))[:CHOICES]


def ends_of(trips: list[Trip]) -> dict[int, tuple[Place, Place]]:
    """Where each of some trips begins and where it ends."""
    found: dict[int, tuple[Place, Place]] = {}
    for trip_id, calls in calls_of([trip.pk for trip in trips]).items():
        if calls:
            found[trip_id] = (calls[0].place, calls[-1].place)
    return found


def call_loads(trip: Trip, plan: Plan | None) -> list[CallLoad]:
    calls = list(trip.calls.select_related("place").order_by("seq"))
    on, off = dict.fromkeys(range(len(calls)), 0), dict.fromkeys(range(len(calls)), 0)
    legs = SeatBooking.objects.filter(plan=plan, trip=trip, held=True) if plan else SeatBooking.objects.none()
    for board, alight, people in legs.values_list("board", "alight").annotate(n=Count("pk")):
        on[board] += people
        off[alight] += people
    aboard = accumulate(on[seq] - off[seq] for seq in range(len(calls)))
    return [
        CallLoad(call, on[call.seq], off[call.seq], now, call.depart_at - call.arrive_at)
        for call, now in zip(calls, aboard, strict=True)
    ]


def manifest(sight: Sight, trip: Trip, plan: Plan | None) -> QuerySet[SeatBooking]:
    """Who rides the trip, by the call where they get on and by seat: those of them whom the reader may see."""
    if plan is None:
        return SeatBooking.objects.none()
    riding = SeatBooking.objects.filter(people_condition(sight, "assignment__registration__"), plan=plan, trip=trip)
    return riding.filter(held=True).order_by("board", "seat")


def with_people(bookings: Iterable[SeatBooking]) -> list[SeatBooking]:
    """A page of a manifest with the names and goals of its people.

    Looked up by id in a second query: with so many tables in the first, the database would not try the good orders.
    """
    ids = [booking.pk for booking in bookings]
    return list(
        SeatBooking.objects.filter(pk__in=ids).select_related(
            "assignment__registration__worker", "assignment__registration__village",
            "assignment__registration__township", "assignment__posting__site__employer",
        ).order_by("board", "seat")
    )
