"""Reads of a campaign as a whole: how far it is, and what is in the way."""
from dataclasses import dataclass

from django.db.models import Count

from dispatch.models import Plan, Run, Unplaced
from jobs.queries.posts import posts_of, unverified_employers
from workers.models import Registration

from .access import (
    Sight,
    assignments_visible_to,
    people_condition,
    registrations_visible_to,
    runs_visible_to,
)
from .plans import Left, left, placed, published_plan


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a campaign is, from registered through matched to published."""

    registered: int
    # Already back, own means, local work, withdrew: nobody has to place them.
    settled: int
    posts: int
    unverified: int
    newest: Plan | None
    published: Plan | None
    run: Run | None

    @property
    def to_place(self) -> int:
        return self.registered - self.settled

    @property
    def placed(self) -> int:
        return placed(self.newest) if self.newest else 0

    @property
    def left(self) -> int:
        return left(self.newest) if self.newest else 0

    @property
    def not_in_plan(self) -> int:
        """Who has come since the newest plan was computed."""
        return max(0, self.to_place - self.placed - self.left) if self.newest else 0

    @property
    def published_people(self) -> int:
        return placed(self.published) if self.published else 0


def standing(sight: Sight) -> Standing:
    campaign = sight.campaign
    people = Registration.objects.filter(campaign=campaign)
    # Whoever is registered twice counts once.
    twice = people.filter(outcome=Registration.Outcome.DUPLICATE).count()
    return Standing(
        registered=people.count() - twice,
        settled=people.filter(outcome__isnull=False).count() - twice,
        posts=posts_of(campaign),
        unverified=unverified_employers(campaign),
        newest=Plan.objects.filter(campaign=campaign).select_related("run").order_by("-number").first(),
        published=published_plan(sight),
        run=newest_run(sight),
    )


def people_to_place(sight: Sight) -> int:
    return Registration.objects.filter(campaign=sight.campaign, outcome=None).count()


def newest_run(sight: Sight) -> Run | None:
    return runs_visible_to(sight).select_related("plan", "requested_by").order_by("-id").first()


def runs_of(sight: Sight, limit: int = 50) -> list[Run]:
    return list(runs_visible_to(sight).select_related("plan", "requested_by").order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class Area:
    """A campaign as far as it concerns a part of the land."""

    registered: int
    placed: int
    left: list[Left]
    plan: Plan | None


def area(sight: Sight) -> Area:
    """What the published plan does for the people whom the reader answers for."""
    plan = published_plan(sight)
    registered = registrations_visible_to(sight).count()
    if plan is None:
        return Area(registered, 0, [], None)
    left = Unplaced.objects.filter(people_condition(sight, "registration__"), plan=plan)
    by_reason = left.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    placed = assignments_visible_to(sight, plan).count()
    return Area(registered, placed, [Left(code, n) for code, n in by_reason], plan)
