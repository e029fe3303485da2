"""Trips with their fill, and one trip with its calls and its people."""
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dispatch.models import Plan
from dispatch.queries import access, plans, trips
from dispatch.queries.rosters import sees_manifests
from transport.models import Trip
from transport.queries import seat_of, seats_of, trips_departing_on, trips_matching

from .drawing import draw_load
from .forms import TripFilter
from .page import page, reader, sees_people

SIZE = 50


def _filtered(found: QuerySet[Trip], form: TripFilter) -> QuerySet[Trip]:
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("day"):
        found = trips_departing_on(found, asked["day"])
    if asked.get("mode"):
        found = found.filter(mode=asked["mode"])
    if asked.get("q"):
        found = trips_matching(found, asked["q"].strip())
    return found


@login_required
@require_safe
def trip_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    form = TripFilter(request.GET)
    found = _filtered(access.trips_visible_to(sight), form).select_related("vehicle").order_by("departs_at", "id")
    shown = Paginator(found, SIZE).get_page(request.GET.get("page"))
    plan = plans.plan_to_show(sight)
    rows = list(shown.object_list)
    fills, ends = trips.fills([trip.pk for trip in rows], plan), trips.ends_of(rows)
    return page(
        request, "trips/list.html", sight, here="trips", form=form, shown=shown, plan=plan,
        rows=[(trip, fills.get(trip.pk), *ends.get(trip.pk, (None, None))) for trip in rows],
    )


@login_required
@require_safe
def trip_page(request: HttpRequest, trip_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Trip, trip_id)
    seen = access.trips_visible_to(sight).select_related("vehicle__seat_map", "seat_map", "carrier")
    trip = get_object_or_404(seen, pk=trip_id)
    plan = plans.plan_to_show(sight)
    loads = trips.call_loads(trip, plan)
    riding = Paginator(trips.manifest(sight, trip, plan), SIZE).get_page(request.GET.get("page"))
    seats, calls = seats_of(trip), {load.call.seq: load.call for load in loads}
    bookings = trips.with_people(riding.object_list)
    return page(
        request, "trips/trip.html", sight, here="trips", trip=trip, plan=plan, loads=loads, shown=riding,
        drawing=draw_load(loads, trip.seats), peak=max((load.aboard for load in loads), default=0),
        may_print=plan is not None and plan.state == Plan.State.PUBLISHED and sees_manifests(sight),
        people=sum(load.on for load in loads), with_names=sees_people(sight) or sight.has(access.Role.WORKER),
        rows=[(b, calls[b.board], calls[b.alight], seat_of(seats, b.seat)) for b in bookings],
    )
