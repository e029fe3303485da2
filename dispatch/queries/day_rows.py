"""Rows for a day's sheet: the calls of trips below a place, and the people who board there, with where they come from.

People are grouped by what they do alike, so that a station of thousands is some hundreds of rows.
"""
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from dispatch.models import Plan
from laborbridge.campaigns.models import Campaign
from transport.models import Trip
from transport.queries import day_bounds

# No plan has so long a wait between two trips (the matching allows six hours); it bounds what is read.
LONGEST_WAIT = timedelta(days=2)
# Before it, a bus of the next day does not stand yet.
LONGEST_BOARDING = timedelta(hours=4)

_CALLS = """
    SELECT c.id, c.trip_id, c.seq, c.place_id, p.name, p.path, c.arrive_at, c.depart_at,
           n.gets_on, n.gets_off, n.stays, first.name, last.name, c.seq = 0, c.seq = last.seq
      FROM transport_call c
      JOIN transport_trip t ON t.id = c.trip_id
      JOIN places_place p ON p.id = c.place_id
      JOIN LATERAL (SELECT fp.name FROM transport_call f JOIN places_place fp ON fp.id = f.place_id
                     WHERE f.trip_id = c.trip_id ORDER BY f.seq LIMIT 1) first ON true
      JOIN LATERAL (SELECT lp.name, l.seq FROM transport_call l JOIN places_place lp ON lp.id = l.place_id
                     WHERE l.trip_id = c.trip_id ORDER BY l.seq DESC LIMIT 1) last ON true
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE b.board = c.seq)::int AS gets_on,
                                count(*) FILTER (WHERE b.alight = c.seq)::int AS gets_off,
                                count(*) FILTER (WHERE b.board < c.seq AND b.alight > c.seq)::int AS stays
                           FROM dispatch_seatbooking b
                          WHERE b.plan_id = %(plan)s AND b.trip_id = c.trip_id AND b.held) n
     WHERE t.campaign_id = %(campaign)s AND t.state <> 'cancelled' AND p.path LIKE ANY (%(below)s)
       AND c.arrive_at < %(end)s + %(early)s AND c.depart_at >= %(start)s
     ORDER BY least(c.arrive_at, c.depart_at), c.depart_at, t.ref, c.trip_id, c.seq
"""

_STAYS = """
    WITH here AS (
        SELECT c.trip_id, c.seq, c.depart_at, p.path
          FROM transport_call c JOIN transport_trip t ON t.id = c.trip_id JOIN places_place p ON p.id = c.place_id
         WHERE t.campaign_id = %(campaign)s AND p.path LIKE ANY (%(below)s)
           AND c.depart_at >= %(start)s AND c.depart_at < %(end)s + %(longest)s)
    SELECT here.path, here.trip_id, here.depart_at, before.trip_id, came.arrive_at, cp.name, cp.path,
           coalesce(cp.path LIKE ANY (%(below)s), false), a.leaves_at, b.leg = 0,
           CASE WHEN after.id IS NULL THEN a.reaches_at ELSE gone.arrive_at END, count(*)::int
      FROM here
      JOIN dispatch_seatbooking b
        ON b.plan_id = %(plan)s AND b.trip_id = here.trip_id AND b.board = here.seq AND b.held
      JOIN dispatch_assignment a ON a.id = b.assignment_id
      JOIN transport_call gone ON gone.trip_id = b.trip_id AND gone.seq = b.alight
      LEFT JOIN dispatch_seatbooking before ON before.assignment_id = a.id AND before.leg = b.leg - 1 AND before.held
      LEFT JOIN transport_call came ON came.trip_id = before.trip_id AND came.seq = before.alight
      LEFT JOIN places_place cp ON cp.id = came.place_id
      LEFT JOIN dispatch_seatbooking after ON after.assignment_id = a.id AND after.leg = b.leg + 1 AND after.held
     WHERE here.depart_at < %(end)s OR came.arrive_at < %(end)s
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
     ORDER BY 3, 5, 2, 4, 9, 11
"""


class CallRow(NamedTuple):
    call: int
    trip: int
    seq: int
    place: int
    place_name: str
    path: str
    arrive_at: datetime
    depart_at: datetime
    on: int
    off: int
    staying: int
    origin: str
    goal: str
    is_first: bool
    is_last: bool


class Stay(NamedTuple):
    """People who board a trip here; `came_*` is the trip that brought them, None where they begin their journey."""

    path: str
    trip: int
    leaves_here: datetime
    came_trip: int | None
    came_at: datetime | None
    came_place: str | None
    came_path: str | None
    came_here: bool
    left_home: datetime
    is_first: bool
    until: datetime
    people: int

    @property
    def since(self) -> datetime:
        """Since when this boarding answers for them: since the trip before ended, or since home."""
        return self.left_home if self.is_first or self.came_at is None else self.came_at

    @property
    def wait(self) -> timedelta:
        return self.leaves_here - self.came_at if self.came_at else timedelta(0)


def below(paths: Sequence[str]) -> list[str]:
    """Patterns of SQL for some places and all that lies below them."""
    return [f"{path}%" for path in paths]


def _rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _frame(campaign: Campaign, plan: Plan | None, path: str, day: date) -> dict[str, Any]:
    start, end = day_bounds(day)
    return {"campaign": campaign.pk, "plan": plan.pk if plan else None, "below": below([path]), "start": start, "end": end}


def calls_on(campaign: Campaign, plan: Plan | None, path: str, day: date) -> list[CallRow]:
    """Every call below a place on a day, and those of the hours after it whose buses may stand there already."""
    rows = _rows(_CALLS, early=LONGEST_BOARDING, **_frame(campaign, plan, path, day))
    return [CallRow(*row) for row in rows]


def stays_on(campaign: Campaign, plan: Plan | None, path: str, day: date) -> list[Stay]:
    """Who boards below a place on a day, or has come there by then to board on a later one."""
    rows = _rows(_STAYS, longest=LONGEST_WAIT, **_frame(campaign, plan, path, day))
    return [Stay(*row) for row in rows]


def trips_by_id(ids: Sequence[int]) -> dict[int, Trip]:
    return Trip.objects.select_related("vehicle").in_bulk(ids)
