"""Reads of employers with those who come to them."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from dispatch.models import Assignment, Plan
from jobs.models import Employer, Site
from jobs.queries.posts import posts_by_employer

from .access import Sight, assignments_visible_to


@dataclass(frozen=True, slots=True)
class Firm:
    """An employer, what it offers, and who of the reader's people comes."""

    employer: Employer
    posts: int
    coming: int
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Gate:
    """Where people arrive, how many, and when the first does."""

    site: Site
    coming: int
    first: datetime


def _coming(sight: Sight, plan: Plan | None) -> QuerySet[Assignment]:
    if plan is None:
        return Assignment.objects.none()
    return assignments_visible_to(sight, plan).filter(state__in=Assignment.LIVE)


def firms(sight: Sight, plan: Plan | None, employers: Sequence[Employer]) -> list[Firm]:
    """A page of employers with their figures."""
    ids = [employer.pk for employer in employers]
    posts = posts_by_employer(ids)
    coming = _coming(sight, plan).filter(posting__site__employer__in=ids).values_list("posting__site__employer")
    counted = {pk: (n, first) for pk, n, first in coming.annotate(n=Count("pk"), first=Min("reaches_at"))}
    return [Firm(e, posts.get(e.pk, 0), *counted.get(e.pk, (0, None))) for e in employers]


def gates(sight: Sight, plan: Plan | None, employer: Employer) -> list[Gate]:
    coming = _coming(sight, plan).filter(posting__site__employer=employer).values_list("posting__site")
    counted = {pk: (n, first) for pk, n, first in coming.annotate(n=Count("pk"), first=Min("reaches_at"))}
    sites = Site.objects.filter(pk__in=counted).select_related("place").order_by("place__name", "gate", "pk")
    return [Gate(site, *counted[site.pk]) for site in sites]


def arrivals(sight: Sight, plan: Plan | None, employer: Employer, site: int | None = None) -> QuerySet[Assignment, int]:
    """Ids of those who arrive, gate by gate, in order of time; of one gate where one is named."""
    coming = _coming(sight, plan).filter(posting__site__employer=employer)
    if site is not None:
        coming = coming.filter(posting__site=site)
    order = ("posting__site__place__name", "posting__site__gate", "posting__site", "reaches_at", "pk")
    return coming.order_by(*order).values_list("pk", flat=True)
