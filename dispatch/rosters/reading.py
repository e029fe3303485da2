"""Rows of printed lists: one query for some trips, employers or villages at once, so that memory stays bounded."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from dispatch.models import Plan
from workers.models import Worker
from workers.queries.finding import masked_identity

_CHUNK = 40  # lists whose rows are held at once

_MANIFEST = """
    SELECT b.trip_id, b.board, b.alight, b.seat, r.id, w.name, w.identity_cipher, r.contact, r.contact_phone,
           r.contact_name, coalesce(r.group_id, 0), nt.mode, nt.ref, nc.depart_at, np.name, e.name, sp.name, s.gate
      FROM dispatch_seatbooking b
      JOIN dispatch_assignment a ON a.id = b.assignment_id
      JOIN workers_registration r ON r.id = a.registration_id
      JOIN workers_worker w ON w.id = r.worker_id
      JOIN jobs_posting p ON p.id = a.posting_id
      JOIN jobs_site s ON s.id = p.site_id
      JOIN jobs_employer e ON e.id = s.employer_id
      JOIN places_place sp ON sp.id = s.place_id
      LEFT JOIN dispatch_seatbooking n ON n.assignment_id = b.assignment_id AND n.leg = b.leg + 1 AND n.held
      LEFT JOIN transport_trip nt ON nt.id = n.trip_id
      LEFT JOIN transport_call nc ON nc.trip_id = n.trip_id AND nc.seq = n.board
      LEFT JOIN places_place np ON np.id = nc.place_id
     WHERE b.plan_id = %(plan)s AND b.trip_id = ANY (%(of)s) AND b.held
       AND (%(only)s::bigint[] IS NULL OR b.id = ANY (%(only)s::bigint[]))
     ORDER BY b.trip_id, b.board, min(b.seat) OVER (PARTITION BY b.trip_id, b.board, coalesce(r.group_id, -r.id)),
           coalesce(r.group_id, -r.id), b.seat
"""

_PERSON = """
    SELECT {key}, a.leaves_at, a.reaches_at, r.id, w.name, r.contact, r.contact_phone, r.contact_name,
           coalesce(r.group_id, 0), county.name, township.name, coalesce(village.name, ''), e.name, sp.name, s.gate,
           p.ref, t.mode, t.ref, coalesce(nullif(t.plate_given, ''), v.plate, ''), c.depart_at, cp.name, b.trip_id, b.call,
           b.seat
      FROM dispatch_assignment a
      JOIN workers_registration r ON r.id = a.registration_id
      JOIN workers_worker w ON w.id = r.worker_id
      JOIN places_place township ON township.id = r.township_id
      LEFT JOIN places_place county ON county.id = coalesce(township.parent_id, township.id)
      LEFT JOIN places_place village ON village.id = r.village_id
      JOIN jobs_posting p ON p.id = a.posting_id
      JOIN jobs_site s ON s.id = p.site_id
      JOIN jobs_employer e ON e.id = s.employer_id
      JOIN places_place sp ON sp.id = s.place_id
      LEFT JOIN LATERAL (SELECT trip_id, {call} AS call, seat FROM dispatch_seatbooking
                          WHERE assignment_id = a.id AND held ORDER BY leg {end} LIMIT 1) b ON true
      LEFT JOIN transport_trip t ON t.id = b.trip_id
      LEFT JOIN transport_vehicle v ON v.id = t.vehicle_id
      LEFT JOIN transport_call c ON c.trip_id = b.trip_id AND c.seq = b.call
      LEFT JOIN places_place cp ON cp.id = c.place_id
     WHERE a.plan_id = %(plan)s AND {key} = ANY (%(of)s) AND dispatch_is_going(a.state)
       AND (%(only)s::bigint[] IS NULL OR a.id = ANY (%(only)s::bigint[]))
    WINDOW together AS (PARTITION BY {key}, coalesce(r.group_id, -r.id))
     ORDER BY 1, {order}, r.id
"""
EMPLOYER, HOME = "s.employer_id", "coalesce(r.village_id, r.township_id)"
# A group stands where its first member would.
_TOGETHER = "min({of}) OVER together, min(r.id) OVER together"
_ARRIVALS = _PERSON.format(
    key=EMPLOYER, call="alight", end="DESC", order="sp.name, s.gate, s.id, " + _TOGETHER.format(of="a.reaches_at"))
_DEPARTURES = _PERSON.format(
    key=HOME, call="board", end="ASC", order="c.depart_at NULLS LAST, t.ref, " + _TOGETHER.format(of="a.leaves_at"))

_COUNTS = """
    SELECT county.id, county.name, township.name, coalesce(village.name, ''),
           sum(going)::int, sum(gone)::int, sum(left_home)::int
      FROM (SELECT r.township_id, r.village_id, dispatch_is_going(a.state)::int AS going,
                   1 - dispatch_is_going(a.state)::int AS gone, 0 AS left_home
              FROM dispatch_assignment a JOIN workers_registration r ON r.id = a.registration_id
             WHERE a.plan_id = %(plan)s AND NOT EXISTS (
                   SELECT FROM dispatch_unplaced u WHERE u.plan_id = a.plan_id AND u.registration_id = a.registration_id)
             UNION ALL
            SELECT r.township_id, r.village_id, 0, 0, 1
              FROM dispatch_unplaced u JOIN workers_registration r ON r.id = u.registration_id
             WHERE u.plan_id = %(plan)s) people
      JOIN places_place township ON township.id = people.township_id
      JOIN places_place county ON county.id = coalesce(township.parent_id, township.id)
      LEFT JOIN places_place village ON village.id = people.village_id
     GROUP BY county.id, township.id, village.id
     ORDER BY county.code, county.id, township.code, township.id, village.code NULLS FIRST, village.id
"""
_EMPLOYERS = """
    SELECT e.id, e.name, count(*)::int FROM dispatch_assignment a
      JOIN jobs_posting p ON p.id = a.posting_id JOIN jobs_site s ON s.id = p.site_id
      JOIN jobs_employer e ON e.id = s.employer_id
     WHERE a.plan_id = %(plan)s AND dispatch_is_going(a.state)
     GROUP BY e.id ORDER BY e.name, e.id
"""
_TRIPS = """
    SELECT t.id, t.ref, t.mode, t.departs_at, count(b.id)::int FROM transport_trip t
      LEFT JOIN dispatch_seatbooking b ON b.trip_id = t.id AND b.plan_id = %(plan)s AND b.held
     WHERE t.campaign_id = %(campaign)s
     GROUP BY t.id HAVING count(b.id) > 0 OR t.state <> 'cancelled' ORDER BY t.departs_at, t.id
"""
_HOMES = """
    SELECT coalesce(r.village_id, r.township_id), count(*)::int
      FROM dispatch_assignment a JOIN workers_registration r ON r.id = a.registration_id
     WHERE a.plan_id = %(plan)s AND dispatch_is_going(a.state) GROUP BY 1 ORDER BY 1
"""


class Rider(NamedTuple):
    """One line of a manifest; `next_ref` is None where the trip is the last of the journey."""

    trip: int
    board: int
    alight: int
    seat: int
    registration: int
    name: str
    identity: str  # masked
    contact: str
    phone: str
    contact_name: str
    group: int
    next_mode: str | None
    next_ref: str | None
    next_at: datetime | None
    next_place: str | None
    employer: str
    park: str
    gate: str


class Traveller(NamedTuple):
    """One person with the first leg (a village's list) or the last one (an employer's); without legs they walk."""

    key: int
    leaves_at: datetime
    reaches_at: datetime
    registration: int
    name: str
    contact: str
    phone: str
    contact_name: str
    group: int
    county: str
    township: str
    village: str
    employer: str
    park: str
    gate: str
    posting: str
    mode: str | None
    trip: str | None
    plate: str
    call_at: datetime | None
    call_place: str | None
    trip_id: int | None
    call: int | None
    seat: int | None


class HomeCount(NamedTuple):
    """The people of one village, or of a township without named villages, in a plan."""

    county_id: int
    county: str
    township: str
    village: str
    going: int
    gone: int  # refused or withdrawn after the plan was made
    left: int


class EmployerCount(NamedTuple):
    employer: int
    name: str
    people: int


class TripCount(NamedTuple):
    trip: int
    ref: str
    mode: str
    departs_at: datetime | None
    people: int


T = TypeVar("T")
Only = Sequence[int] | None


def _rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def chunks(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _by_first(rows: Iterable[Any]) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row[0])}


def riders(plan: Plan, trips: Sequence[int], only: Only = None) -> dict[int, list[Rider]]:
    """By trip: call by call, groups together, by seat; `only` some bookings, where the reader may not see all."""
    rows = _rows(_MANIFEST, plan=plan.pk, of=list(trips), only=only)
    return _by_first(Rider._make((*row[:6], _masked(row[6]), *row[7:])) for row in rows)


def _masked(cipher: bytes | None) -> str:
    return masked_identity(Worker(identity_cipher=cipher))


def arrivals(plan: Plan, employers: Sequence[int], only: Only = None) -> dict[int, list[Traveller]]:
    """By employer: gate by gate, in order of arriving; `only` some assignments."""
    return _by_first(Traveller(*row) for row in _rows(_ARRIVALS, plan=plan.pk, of=list(employers), only=only))


def departures(plan: Plan, homes: Sequence[int], only: Only = None) -> dict[int, list[Traveller]]:
    """By village (or township, where no village is named): in order of the vehicles; `only` some assignments."""
    return _by_first(Traveller(*row) for row in _rows(_DEPARTURES, plan=plan.pk, of=list(homes), only=only))


def home_counts(plan: Plan) -> list[HomeCount]:
    return [HomeCount(*row) for row in _rows(_COUNTS, plan=plan.pk)]


def employer_counts(plan: Plan) -> list[EmployerCount]:
    return [EmployerCount(*row) for row in _rows(_EMPLOYERS, plan=plan.pk)]


def trip_counts(plan: Plan) -> list[TripCount]:
    """All trips that run, the empty ones as well, in order of time."""
    return [TripCount(*row) for row in _rows(_TRIPS, plan=plan.pk, campaign=plan.campaign_id)]


def homes_of(plan: Plan) -> list[int]:
    return [home for home, _people in _rows(_HOMES, plan=plan.pk)]
