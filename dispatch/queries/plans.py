"""Reads of plans: which one is shown, what came out of it, how two of them differ."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from dispatch.models import Plan
from dispatch.reasons import Reason
from laborbridge.places.models import Place

from .access import Sight, plans_visible_to

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Left:
    """People left at home for one reason."""

    reason: str
    people: int

    @property
    def words(self) -> str:
        """A code that this version does not know is its own words."""
        return str(dict(Reason.choices).get(self.reason, self.reason))


@dataclass(frozen=True, slots=True)
class Difference:
    """How many people a plan would move, beside the one it would replace."""

    added: int
    dropped: int
    other_post: int
    other_journey: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the people of the plan that a run started from, as the run counted them."""

    plan: int
    people: int
    could_stay: int
    moved: int
    dropped: int
    seats_changed: int

    @property
    def stayed(self) -> int:
        return self.could_stay - self.moved - self.dropped

    @property
    def gone(self) -> int:
        """Whose place there is no more: a trip, a post or a clearance has gone, or a timetable has changed."""
        return self.people - self.could_stay


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a breakdown: of a county's people how many are placed; or an employer's people."""

    name: str
    placed: int
    total: int


def published_plan(sight: Sight) -> Plan | None:
    return Plan.objects.filter(campaign=sight.campaign, state=Plan.State.PUBLISHED).first()


def newest_plans(sight: Sight, limit: int = 5) -> QuerySet[Plan]:
    return plans_visible_to(sight).select_related("run", "published_by").order_by("-number")[:limit]


def plan_to_show(sight: Sight, plan_id: int | None = None) -> Plan | None:
    """The plan that was asked for; else the published one; else, for those who see drafts, the newest."""
    if plan_id is not None:
        published = published_plan(sight)
        if published is not None and published.pk == plan_id:
            return published
        return get_object_or_404(plans_visible_to(sight), pk=plan_id)
    return published_plan(sight) or plans_visible_to(sight).order_by("-number").first()


def placed(plan: Plan) -> int:
    return int(plan.counts.get("placed", 0))


def left_by_reason(plan: Plan) -> list[Left]:
    """Most frequent first."""
    rows = [Left(code, n) for code, n in plan.counts.get("unplaced", {}).items() if n]
    return sorted(rows, key=lambda row: (-row.people, row.reason))


def kept_by(plan: Plan) -> Kept | None:
    """None where the plan was made anew."""
    found = plan.counts.get("before")
    return Kept(**found) if found else None


@dataclass(frozen=True, slots=True)
class Floors:
    """What a least share of each county cost in points, and where fewer go than that."""

    percent: int
    cost: float
    short: list[tuple[str, int, int]]  # county, how many were to go, how many do


def floors_of(plan: Plan) -> Floors | None:
    """None where no least share was asked for."""
    found = plan.counts.get("floors")
    if not found or plan.run is None:
        return None
    short = {int(c): (least, placed) for c, (_able, least, placed) in found["counties"].items() if placed < least}
    names = Place.objects.in_bulk(short)
    return Floors(plan.run.parameters["floor"], found["cost"], [(names[c].name, *short[c]) for c in sorted(short)])


def left(plan: Plan) -> int:
    return sum(plan.counts.get("unplaced", {}).values())


def _rows(sql: str, parameters: Sequence[int]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def kept(name: str, count: Callable[[], T], seconds: int) -> T:
    """What has been counted over a whole plan, for some time: the next reader need not wait for it."""
    found: T | None = cache.get(name)
    if found is None:
        found = count()
        cache.set(name, found, seconds)
    return found


_BY_COUNTY = """
    WITH people AS (
        SELECT r.township_id, count(*) AS placed, 0 AS missing
          FROM dispatch_assignment a JOIN workers_registration r ON r.id = a.registration_id
         WHERE a.plan_id = %s AND NOT EXISTS (
               SELECT FROM dispatch_unplaced u WHERE u.plan_id = a.plan_id AND u.registration_id = a.registration_id)
         GROUP BY r.township_id
        UNION ALL
        SELECT r.township_id, 0, count(*)
          FROM dispatch_unplaced u JOIN workers_registration r ON r.id = u.registration_id
         WHERE u.plan_id = %s GROUP BY r.township_id)
    SELECT county.name, sum(placed)::bigint, sum(placed + missing)::bigint
      FROM people JOIN places_place township ON township.id = township_id
      JOIN places_place county ON county.id = coalesce(township.parent_id, township.id)
     GROUP BY county.id ORDER BY 3 DESC, county.id LIMIT 10
"""

_BY_EMPLOYER = """
    WITH people AS (
        SELECT a.posting_id, count(*) AS placed FROM dispatch_assignment a
         WHERE a.plan_id = %s AND NOT EXISTS (
               SELECT FROM dispatch_unplaced u WHERE u.plan_id = a.plan_id AND u.registration_id = a.registration_id)
         GROUP BY a.posting_id
    ), posts AS (
        SELECT s.employer_id, sum(coalesce(p.placed, 0)) AS placed, sum(o.headcount) AS headcount
          FROM jobs_posting o JOIN jobs_site s ON s.id = o.site_id LEFT JOIN people p ON p.posting_id = o.id
         WHERE o.campaign_id = %s AND o.withdrawn_at IS NULL GROUP BY s.employer_id)
    SELECT e.name, posts.placed::bigint, posts.headcount::bigint
      FROM posts JOIN jobs_employer e ON e.id = posts.employer_id
     WHERE posts.placed > 0 ORDER BY 2 DESC, e.id LIMIT 10
"""


def breakdown_key(plan: Plan) -> str:
    """Under which a plan's breakdown is kept; who takes people out of the plan lets it go."""
    return f"plan-{plan.pk}-breakdown"


def breakdown(plan: Plan) -> tuple[list[Share], list[Share]]:
    """By county and by employer, the largest first. What a plan says seldom changes, so it is counted once a day."""

    def count() -> tuple[list[Share], list[Share]]:
        counties = [Share(*row) for row in _rows(_BY_COUNTY, [plan.pk, plan.pk])]
        employers = [Share(*row) for row in _rows(_BY_EMPLOYER, [plan.pk, plan.campaign_id])]
        return counties, employers

    return kept(breakdown_key(plan), count, 24 * 3600)


_DIFFERENCE = """
    SELECT count(*) FILTER (WHERE old.registration_id IS NULL),
           count(*) FILTER (WHERE new.registration_id IS NULL),
           count(*) FILTER (WHERE old.posting_id <> new.posting_id),
           count(*) FILTER (WHERE old.posting_id = new.posting_id
                              AND (old.leaves_at, old.reaches_at) IS DISTINCT FROM (new.leaves_at, new.reaches_at)),
           count(*) FILTER (WHERE old.posting_id = new.posting_id
                              AND old.leaves_at = new.leaves_at AND old.reaches_at = new.reaches_at)
      FROM (SELECT * FROM dispatch_assignment WHERE plan_id = %s AND dispatch_is_going(state)) old
      FULL JOIN (SELECT * FROM dispatch_assignment WHERE plan_id = %s AND dispatch_is_going(state)) new
             ON new.registration_id = old.registration_id
"""


def difference(*, before: Plan, after: Plan) -> Difference:
    """Whom publishing `after` in place of `before` would move: a person, a post or a time. Kept for a minute."""

    def count() -> Difference:
        return Difference(*_rows(_DIFFERENCE, [before.pk, after.pk])[0])

    return kept(f"difference-{before.pk}-{after.pk}", count, 60)


def plan_or_404(sight: Sight, plan_id: int) -> Plan:
    plans = plans_visible_to(sight).select_related("run", "published_by")
    return get_object_or_404(plans, pk=plan_id)


def require_whole(sight: Sight) -> None:
    """Starting, stopping and publishing belong to bureau staff who answer for the whole campaign."""
    if not sight.whole:
        raise Http404
