"""From the counties down to the people of one village."""
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dispatch.models import Plan
from dispatch.queries import access, places, plans
from dispatch.queries.rosters import may_print
from dispatch.queries.travellers import travellers
from laborbridge.places.models import Place

from .page import page, reader

SIZE = 50


def _sight(request: HttpRequest, campaign_id: int) -> access.Sight:
    sight = access.sight(reader(request), campaign_id)
    if not access.sees_homes(sight):
        raise Http404
    return sight


def _table(
    request: HttpRequest, sight: access.Sight, plan: Plan | None, homes: list[places.HomeCount], **context: Any
) -> HttpResponse:
    total = sum((home.count for home in homes), places.Count())
    return page(
        request, "places/list.html", sight, here="places", plan=plan, homes=homes, total=total,
        may_print=may_print(sight, plan), **context,
    )


@login_required
@require_safe
def counties(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _sight(request, campaign_id)
    plan = plans.plan_to_show(sight)
    homes, counted_at = places.counties(sight, plan)
    return _table(request, sight, plan, homes, place=None, counted_at=counted_at)


@login_required
@require_safe
def place(request: HttpRequest, campaign_id: int, place_id: int) -> HttpResponse:
    """A county's townships, a township's villages, a village's people."""
    sight = _sight(request, campaign_id)
    home = get_object_or_404(access.homes_visible_to(sight), pk=place_id)
    plan = plans.plan_to_show(sight)
    if home.level == Place.Level.COUNTY:
        homes, counted_at = places.townships_of(sight, home, plan)
        return _table(request, sight, plan, homes, place=home, trail=places.above(sight, home), counted_at=counted_at)
    if home.level == Place.Level.TOWNSHIP and "unnamed" not in request.GET:
        homes = places.villages_of(sight, home, plan)
        if any(row.place for row in homes):
            return _table(request, sight, plan, homes, place=home, trail=places.above(sight, home))
    return _people(request, sight, home, plan)


def _people(request: HttpRequest, sight: access.Sight, home: Place, plan: Plan | None) -> HttpResponse:
    people = places.people_of(sight, home)
    shown = Paginator(places.going(sight, people, plan), SIZE).get_page(request.GET.get("page"))
    return page(
        request, "places/village.html", sight, here="places", place=home, plan=plan, most=places.MOST, shown=shown,
        trail=places.above(sight, home), may_print=may_print(sight, plan),
        rows=travellers(sight, list(shown.object_list)), staying=places.staying(sight, people, plan),
        settled=places.settled(people), registered=people.count(),
    )
