"""What of the printed lists a reader may have."""
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_list_or_404, get_object_or_404

from dispatch.models import Plan, PlanChange, RosterBundle, SeatBooking
from jobs.models import Employer
from laborbridge.places.models import Place
from transport.models import Trip
from workers.models import Registration

from .access import Role, Sight, assignments_visible_to, counties_visible_to, plans_visible_to, postings_visible_to
from .trips import manifest

# Those who bring people to a trip or ride with it; an employer has a list of its own, without identity numbers.
MANIFEST_ROLES = (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.ESCORT)


def sees_manifests(sight: Sight) -> bool:
    return any(sight.has(role) for role in MANIFEST_ROLES)


def may_print(sight: Sight, plan: Plan | None) -> bool:
    """Bureau staff print the lists of the published plan."""
    return plan is not None and plan.state == Plan.State.PUBLISHED and sight.has(Role.PLANNER)


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


def leaving_from(sight: Sight, plan: Plan, only: Iterable[int] | None = None) -> tuple[list[int], list[int]]:
    """The assignments of the people whom the reader brings to a vehicle (`only` some of them), and their villages."""
    seen = assignments_visible_to(sight, plan)
    rows = (seen if only is None else seen.filter(pk__in=list(only))).values_list(
        "pk", "registration__village", "registration__township").order_by("pk")
    found = list(rows)
    return [pk for pk, *_home in found], sorted({village or township for _pk, village, township in found})


def plan_for_planners(sight: Sight, plan_id: int) -> Plan:
    """The published plan, for planners with a place as well: of it they are shown what is theirs."""
    if not sight.has(Role.PLANNER):
        raise Http404
    plans = Plan.objects.filter(campaign=sight.campaign, state=Plan.State.PUBLISHED).select_related("campaign")
    return get_object_or_404(plans, pk=plan_id)


def county_of(sight: Sight, place_id: int) -> Place:
    """A county that lies in the reader's place as a whole, since its sums are of all its people."""
    return get_object_or_404(counties_visible_to(sight), pk=place_id)


def coming_to_employer(sight: Sight, plan: Plan, employer_id: int) -> tuple[Employer, list[int] | None]:
    """Any employer of the campaign, and its assignments that the reader sees; None means all."""
    employer = get_object_or_404(Employer, pk=employer_id, campaign=sight.campaign)
    return employer, _seen(sight, plan, Q(posting__site__employer=employer))


def leaving_village(sight: Sight, plan: Plan, place_id: int) -> tuple[Place, list[int] | None]:
    """Any village that somebody registered from, or a township without a named one, and the assignments as above."""
    home = Q(village=place_id) | Q(village=None, township=place_id)
    get_list_or_404(Registration.objects.filter(home, campaign=sight.campaign)[:1])
    via = Q(registration__village=place_id) | Q(registration__village=None, registration__township=place_id)
    return Place.objects.get(pk=place_id), _seen(sight, plan, via)


def _seen(sight: Sight, plan: Plan, of: Q) -> list[int] | None:
    """Who sees a part of a campaign is not told that there is a list with nobody on it who is theirs."""
    if sight.whole:
        return None
    mine = list(assignments_visible_to(sight, plan).filter(of).values_list("pk", flat=True))
    if not mine:
        raise Http404
    return mine


def changes_since(bundle: RosterBundle) -> int:
    """How often the plan was changed after the moment that its lists are of."""
    return PlanChange.objects.filter(plan=bundle.plan_id, at__gt=bundle.read_at).count() if bundle.read_at else 0


def bundles_of(plan: Plan) -> QuerySet[RosterBundle]:
    return RosterBundle.objects.filter(plan=plan).select_related("plan").order_by("-id")


def newest_file_of(plan: Plan) -> RosterBundle | None:
    return bundles_of(plan).exclude(file="").first()
