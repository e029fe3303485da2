"""Reads of counties, townships and villages: how many of their people are registered, go, are left or settled otherwise."""
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from dispatch.models import Assignment, Plan, Unplaced
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from workers.models import Registration

from .access import Sight, assignments_visible_to, homes_visible_to, people_condition, registrations_visible_to

# So long counts over a whole campaign are kept: over 360,000 people they take most of a second.
KEPT = 60
MOST = 100

_COUNTS = """
    SELECT home, sum(registered)::int, sum(going)::int, sum(waiting)::int, sum(settled)::int FROM (
        SELECT {home} AS home, count(*) AS registered, 0 AS going, 0 AS waiting, count(r.outcome) AS settled
          FROM workers_registration r WHERE r.campaign_id = %(campaign)s AND {which} GROUP BY 1
         UNION ALL
        SELECT {home}, 0, count(*), 0, 0
          FROM dispatch_assignment a JOIN workers_registration r ON r.id = a.registration_id
         WHERE a.plan_id = %(plan)s AND dispatch_is_going(a.state) AND {which} GROUP BY 1
         UNION ALL
        SELECT {home}, 0, 0, count(*), 0
          FROM dispatch_unplaced u JOIN workers_registration r ON r.id = u.registration_id
         WHERE u.plan_id = %(plan)s AND {which} GROUP BY 1) parts
     GROUP BY home
"""
_BY_TOWNSHIP = _COUNTS.format(home="r.township_id", which="true")
_BY_VILLAGE = _COUNTS.format(home="r.village_id", which="r.township_id = %(township)s")
_OF_VILLAGES = _COUNTS.format(home="r.village_id", which="r.village_id = ANY (%(villages)s)")


@dataclass(frozen=True, slots=True)
class Count:
    registered: int = 0
    going: int = 0
    left: int = 0
    settled: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.registered + other.registered, self.going + other.going, self.left + other.left,
            self.settled + other.settled,
        )


@dataclass(frozen=True, slots=True)
class HomeCount:
    """A place with the figures of its people; without a place those whose village is not known."""

    place: Place | None
    count: Count


def _counted(sql: str, **parameters: Any) -> dict[int | None, Count]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {home: Count(*figures) for home, *figures in cursor.fetchall()}


def by_township(campaign: Campaign, plan: Plan | None) -> tuple[dict[int | None, Count], datetime]:
    """The figures of all townships, and when they were counted."""
    name = f"townships-{campaign.pk}-{plan.pk if plan else 0}"
    found: tuple[dict[int | None, Count], datetime] | None = cache.get(name)
    if found is None:
        found = _counted(_BY_TOWNSHIP, campaign=campaign.pk, plan=plan.pk if plan else 0), timezone.now()
        cache.set(name, found, KEPT)
    return found


def counties(sight: Sight, plan: Plan | None) -> tuple[list[HomeCount], datetime]:
    """The reader's counties; a township without one stands for itself, and who has only villages sees these."""
    counts, at = by_township(sight.campaign, plan)
    townships = homes_visible_to(sight).filter(level=Place.Level.TOWNSHIP).select_related("parent").order_by("code")
    found: dict[int, HomeCount] = {}
    for township in townships:
        if own := counts.get(township.pk):
            place = township.parent or township
            found[place.pk] = HomeCount(place, found[place.pk].count + own if place.pk in found else own)
    return list(found.values()) or _only_villages(sight, plan), at


def _only_villages(sight: Sight, plan: Plan | None) -> list[HomeCount]:
    villages = {place.pk: place for place in homes_visible_to(sight).filter(level=Place.Level.VILLAGE)[:MOST]}
    if sight.whole or not villages:
        return []
    counts = _counted(_OF_VILLAGES, campaign=sight.campaign.pk, plan=plan.pk if plan else 0, villages=list(villages))
    return [HomeCount(place, counts[pk]) for pk, place in villages.items() if pk in counts]


def townships_of(sight: Sight, county: Place, plan: Plan | None) -> tuple[list[HomeCount], datetime]:
    counts, at = by_township(sight.campaign, plan)
    below = homes_visible_to(sight).filter(parent=county, level=Place.Level.TOWNSHIP).order_by("code")
    return [HomeCount(place, counts[place.pk]) for place in below if place.pk in counts], at


def villages_of(sight: Sight, township: Place, plan: Plan | None) -> list[HomeCount]:
    """Those that people name, and at the end who names none."""
    counts = _counted(_BY_VILLAGE, campaign=sight.campaign.pk, plan=plan.pk if plan else 0, township=township.pk)
    below = homes_visible_to(sight).filter(pk__in=[pk for pk in counts if pk]).order_by("code")
    unnamed = [HomeCount(None, counts[None])] if None in counts else []
    return [HomeCount(place, counts[place.pk]) for place in below] + unnamed


def above(sight: Sight, home: Place) -> list[Place]:
    """What lies above a place, from the top, as far as it is the reader's."""
    ids = [int(part) for part in home.path.split("/") if part]
    return list(homes_visible_to(sight).filter(pk__in=ids).exclude(pk=home.pk).order_by("path"))


def people_of(sight: Sight, home: Place) -> QuerySet[Registration]:
    """The people of one village; of a township, those who name no village."""
    seen = registrations_visible_to(sight)
    return seen.filter(village=home) if home.level == Place.Level.VILLAGE else seen.filter(township=home, village=None)


def going(sight: Sight, people: QuerySet[Registration], plan: Plan | None) -> QuerySet[Assignment, int]:
    """Ids of their assignments, in order of leaving."""
    if plan is None:
        return Assignment.objects.none().values_list("pk", flat=True)
    live = assignments_visible_to(sight, plan).filter(registration__in=people.values("pk"), state__in=Assignment.LIVE)
    return live.order_by("leaves_at", "pk").values_list("pk", flat=True)


def staying(sight: Sight, people: QuerySet[Registration], plan: Plan | None) -> list[Unplaced]:
    if plan is None:
        return []
    left = Unplaced.objects.filter(people_condition(sight, "registration__"), plan=plan)
    left = left.filter(registration__in=people.values("pk"))
    return list(left.select_related("registration__worker").order_by("reason", "registration")[:MOST])


def settled(people: QuerySet[Registration]) -> list[Registration]:
    """Who has found another way, the latest first."""
    return list(people.filter(outcome__isnull=False).select_related("worker").order_by("-outcome_at", "pk")[:MOST])
