"""The pages of those who have a part in a campaign, each for one role."""
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dispatch.queries import access, campaign, eve, homes, locks, plans
from dispatch.queries.access import Role

from .page import page, reader


def _sight(request: HttpRequest, campaign_id: int, *roles: Role) -> access.Sight:
    """The Sight of somebody in one of these roles; for all others the page is not there."""
    sight = access.sight(reader(request), campaign_id)
    if not any(sight.has(role) for role in roles):
        raise Http404
    return sight


@login_required
@require_safe
def area(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A county's bureau, or a case officer: whom the published plan leaves, by reason."""
    sight = _sight(request, campaign_id, Role.PLANNER, Role.CASE_OFFICER)
    places = [place for m in sight.having(Role.PLANNER, Role.CASE_OFFICER) if (place := access.place_of(m))]
    mine = campaign.area(sight)
    return page(
        request, "homes/area.html", sight, here="area", area=mine, places=places,
        left_people=sum(row.people for row in mine.left), waiting=locks.waiting_for(sight),
    )


@login_required
@require_safe
def village(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _sight(request, campaign_id, Role.LIAISON)
    plan = plans.published_plan(sight)
    places = [place for m in sight.having(Role.LIAISON) if (place := access.place_of(m))]
    return page(
        request, "homes/village.html", sight, here="village", plan=plan, places=places, most=homes.MOST,
        leaving=homes.leaving(sight, plan), staying=homes.staying(sight, plan),
        registered=homes.registered(sight) if plan is None else None,
    )


@login_required
@require_safe
def employer(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _sight(request, campaign_id, Role.HR)
    plan = plans.published_plan(sight)
    return page(
        request, "homes/employer.html", sight, here="employer", plan=plan, most=homes.MOST,
        postings=homes.own_postings(sight, plan), arriving=homes.arriving(sight, plan),
    )


@login_required
@require_safe
def escort(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _sight(request, campaign_id, Role.ESCORT)
    plan = plans.published_plan(sight)
    trips = homes.escorted_trips(sight)
    boarding, gathered = homes.boarding(trips, plan), eve.gathered_by_call(trips, plan)
    shown = [
        (trip, [homes.Boarding(call, n, *gathered.get((trip.pk, call.seq), (0, 0))) for call, n in boarding[trip.pk]],
         sum(n for _call, n in boarding[trip.pk]))
        for trip in trips
    ]
    return page(
        request, "homes/escort.html", sight, here="escort", plan=plan, trips=shown,
    )


@login_required
@require_safe
def partner(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _sight(request, campaign_id, Role.PARTNER)
    return page(request, "homes/partner.html", sight, here="partner")
