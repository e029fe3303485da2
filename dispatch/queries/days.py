"""Days and places of a campaign by what its published plan moves there."""
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from dispatch.models import Plan
from laborbridge.places.models import Place

from . import day_figures as figures
from .access import Sight, paths_of_days, places_of_days
from .day_rows import below
from .stations import RulesBook, rules_of

# So many of each kind are offered for choice, those with most people first.
OFFERED = 60
_CITIES = (Place.Level.PROVINCE, Place.Level.PREFECTURE, Place.Level.COUNTY, Place.Level.DISTRICT)

_MOVED = """
    WITH ends AS (
        SELECT trip_id, seq, sum(starts) AS starts, sum(gets_on) AS gets_on, sum(gets_off) AS gets_off FROM (
            SELECT trip_id, board AS seq, count(*) FILTER (WHERE leg = 0) AS starts, count(*) AS gets_on, 0 AS gets_off
              FROM dispatch_seatbooking WHERE plan_id = %(plan)s AND held GROUP BY 1, 2
             UNION ALL
            SELECT trip_id, alight, 0, 0, count(*)
              FROM dispatch_seatbooking WHERE plan_id = %(plan)s AND held GROUP BY 1, 2) both_ends
         GROUP BY 1, 2
    ), calls AS (
        SELECT c.trip_id, c.place_id, p.path LIKE ANY (%(below)s) AS asked, t.mode,
               coalesce(e.starts, 0) AS starts, coalesce(e.gets_on, 0) AS gets_on, coalesce(e.gets_off, 0) AS gets_off,
               (c.arrive_at AT TIME ZONE %(zone)s)::date AS comes, (c.depart_at AT TIME ZONE %(zone)s)::date AS goes
          FROM transport_call c JOIN transport_trip t ON t.id = c.trip_id JOIN places_place p ON p.id = c.place_id
          LEFT JOIN ends e ON e.trip_id = c.trip_id AND e.seq = c.seq
         WHERE t.campaign_id = %(campaign)s AND t.state <> 'cancelled' AND p.path LIKE ANY (%(seen)s)
    ), moved AS (
        SELECT trip_id, place_id, asked, mode, comes AS day, 0 AS starts, 0 AS gets_on, gets_off FROM calls
         UNION ALL
        SELECT trip_id, place_id, asked, mode, goes, starts, gets_on, 0 FROM calls)
    SELECT place_id, day,
           count(DISTINCT trip_id) FILTER (WHERE asked AND mode = 'train')::int,
           count(DISTINCT trip_id) FILTER (WHERE asked AND mode <> 'train')::int,
           coalesce(sum(starts) FILTER (WHERE asked), 0)::int, coalesce(sum(gets_on) FILTER (WHERE asked), 0)::int,
           coalesce(sum(gets_off) FILTER (WHERE asked), 0)::int, sum(gets_on + gets_off)::int
      FROM moved GROUP BY GROUPING SETS ((place_id), (day))
"""

# Waits below the reader's places from trip to trip, grouped before times are looked up.
_WAITS = """
    SELECT p.path, came.arrive_at, goes.depart_at, sum(alike.people)::int
      FROM (SELECT b.trip_id, b.alight, a.trip_id AS next, a.board, count(*) AS people
              FROM dispatch_seatbooking b
              JOIN dispatch_seatbooking a ON a.assignment_id = b.assignment_id AND a.leg = b.leg + 1
             WHERE b.plan_id = %(plan)s AND b.held AND a.plan_id = %(plan)s AND a.held
             GROUP BY 1, 2, 3, 4) alike
      JOIN transport_call came ON came.trip_id = alike.trip_id AND came.seq = alike.alight
      JOIN transport_call goes ON goes.trip_id = alike.next AND goes.seq = alike.board
      JOIN places_place p ON p.id = came.place_id
      JOIN places_place np ON np.id = goes.place_id
     WHERE goes.depart_at - came.arrive_at > %(least)s
       AND p.path LIKE ANY (%(below)s) AND np.path LIKE ANY (%(below)s)
     GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What calls somewhere on a day; people who get off count on the day of arriving, who get on on that of leaving."""

    day: date
    trains: int
    buses: int
    # Of those who get on, whose journey begins.
    starting: int
    leaving: int
    arriving: int


@dataclass(frozen=True, slots=True)
class Busy:
    """A place with the people who get on or off there or below it, over all days."""

    place: Place
    people: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader may ask for: days of the place asked, and places by how many people move there."""

    days: list[Day]
    stops: list[Busy]
    cities: list[Busy]

    @property
    def busiest(self) -> Place | None:
        """Where most people change or arrive: what is shown before anybody has chosen."""
        return self.stops[0].place if self.stops else None


def choice(sight: Sight, plan: Plan | None, place: Place | None) -> Choice:
    """Without a place, the days are those of all that the reader sees."""
    seen = below(paths_of_days(sight))
    rows = _rows(_MOVED, plan=plan.pk if plan else None, campaign=sight.campaign.pk, seen=seen,
                 below=below([place.path]) if place else seen, zone=timezone.get_default_timezone_name())
    days = [Day(day, *counts[:5]) for _place, day, *counts in rows if day and counts[0] + counts[1]]
    people = {place_id: counts[5] for place_id, _day, *counts in rows if place_id}
    return Choice(sorted(days, key=lambda row: row.day), *_busy(sight, people))


def _busy(sight: Sight, people: dict[int, int]) -> tuple[list[Busy], list[Busy]]:
    """Stops, and the cities and counties above them, those with most people first."""
    calls = Place.objects.filter(pk__in=list(people)).only("path")
    above = defaultdict[int, int](int)
    for stop in calls:
        for part in [part for part in stop.path.split("/") if part]:
            above[int(part)] += people[stop.pk]
    chosen = sorted(people, key=lambda pk: (-people[pk], pk))[:OFFERED]
    places = places_of_days(sight).filter(Q(pk__in=chosen) | Q(pk__in=list(above), level__in=_CITIES))
    found = {found.pk: found for found in places}
    stops = [Busy(found[pk], people[pk]) for pk in chosen if pk in found]
    cities = [Busy(place, above[pk]) for pk, place in found.items() if place.level in _CITIES and pk in above]
    return stops, sorted(cities, key=lambda row: (-row.people, row.place.pk))[:OFFERED]


def beds_by_day(sight: Sight, plan: Plan | None) -> dict[date, int]:
    """For each day, how many beds are needed in the night that begins on it, over all that the reader sees."""
    if plan is None:
        return {}
    rules = rules_of(sight.campaign)
    least = timedelta(hours=min(row.bed_after_hours for row in rules.all()))
    found = defaultdict[date, int](int)
    for path, begin, end, people in _rows(_WAITS, plan=plan.pk, least=least, below=below(paths_of_days(sight))):
        for night in _nights(rules, path, begin, end):
            found[night] += people
    return found


def _nights(rules: RulesBook, path: str, begin: datetime, end: datetime) -> list[date]:
    first, last = timezone.localtime(begin).date() - timedelta(days=1), timezone.localtime(end).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if figures.needs_bed(rules.of(path), begin, end, day)]


def _rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
