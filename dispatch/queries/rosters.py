"""What of the printed lists a reader may have."""
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from dispatch.models import Plan, RosterBundle, SeatBooking
from transport.models import Trip

from .access import Role, Sight, assignments_visible_to, plans_visible_to, postings_visible_to
from .trips import manifest

# Those who bring people to a trip or ride with it; an employer has a list of its own, without identity numbers.
MANIFEST_ROLES = (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.ESCORT)


def sees_manifests(sight: Sight) -> bool:
    return any(sight.has(role) for role in MANIFEST_ROLES)


def published_or_404(sight: Sight, plan_id: int) -> Plan:
    """Lists are made of the published plan alone."""
    seen = plans_visible_to(sight).select_related("campaign").filter(state=Plan.State.PUBLISHED)
    return get_object_or_404(seen, pk=plan_id)


def plan_of_lists(sight: Sight) -> Plan:
    """The published plan; those who do not see plans have lists of those of its people whom they see."""
    plans = Plan.objects.filter(campaign=sight.campaign, state=Plan.State.PUBLISHED).select_related("campaign")
    return get_object_or_404(plans)


def riders_of(sight: Sight, trip: Trip, plan: Plan) -> tuple[list[int], int]:
    """The bookings of a trip that the reader sees, and how many there are in all."""
    if not sees_manifests(sight):
        raise Http404
    seen = list(manifest(sight, trip, plan).values_list("pk", flat=True))
    return seen, SeatBooking.objects.filter(plan=plan, trip=trip, held=True).count()


def coming_to(sight: Sight, plan: Plan) -> tuple[list[int], list[tuple[int, str]]]:
    """The assignments that bring people to the reader's own postings, and the employers of these."""
    postings = postings_visible_to(sight)
    mine = assignments_visible_to(sight, plan).filter(posting__in=postings.values("pk"))
    employers = postings.values_list("site__employer", "site__employer__name").distinct().order_by("site__employer")
    return list(mine.values_list("pk", flat=True)), list(employers)


def leaving_from(sight: Sight, plan: Plan) -> tuple[list[int], list[int]]:
    """The assignments of the people whom the reader brings to a vehicle, and their villages."""
    rows = assignments_visible_to(sight, plan).values_list(
        "pk", "registration__village", "registration__township").order_by("pk")
    found = list(rows)
    return [pk for pk, *_home in found], sorted({village or township for _pk, village, township in found})


def bundles_of(plan: Plan) -> QuerySet[RosterBundle]:
    return RosterBundle.objects.filter(plan=plan).select_related("plan").order_by("-id")
