"""Another vehicle for a trip: shown first, then done."""
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.models import Plan
from dispatch.queries import access, plans
from dispatch.queries.swaps import Preview, preview, target_of
from dispatch.services.swapping import PreviewChanged, swap_vehicle
from laborbridge.rules import RuleBroken
from transport.models import Trip

from .forms import SwapForm, VehicleForm
from .page import page, reader


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def trip_vehicle(request: HttpRequest, trip_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Trip, trip_id)
    plans.require_whole(sight)
    seen = access.trips_visible_to(sight).select_related("vehicle__seat_map", "seat_map", "carrier", "campaign")
    trip = get_object_or_404(seen, pk=trip_id)
    plan = plans.published_plan(sight)
    if request.method == "POST":
        return _swap(request, sight, trip, plan)
    form = VehicleForm(request.GET if "way" in request.GET else None, trip=trip)
    if not form.is_bound or not form.is_valid():
        return _show(request, sight, trip, form=form)
    assert form.target is not None
    try:
        return _show(request, sight, trip, form=form, shown=preview(trip=trip, plan=_of(plan), target=form.target))
    except RuleBroken as broken:
        return _show(request, sight, trip, form=form, broken=broken.sentences)


def _of(plan: Plan | None) -> Plan:
    if plan is None:
        raise RuleBroken(_(
            "No plan of this campaign is published, so nobody has a seat yet. Publish a plan first; until then a run"
            " works with the trip's seats as they are."
        ))
    return plan


def _swap(request: HttpRequest, sight: access.Sight, trip: Trip, plan: Plan | None) -> HttpResponse:
    form, act = VehicleForm(request.POST, trip=trip), SwapForm(request.POST)
    if not form.is_valid():
        return _show(request, sight, trip, form=form, status=422)
    assert form.target is not None
    shown: Preview | None = None
    try:
        shown = preview(trip=trip, plan=_of(plan), target=form.target)
        if not act.is_valid():
            return _show(request, sight, trip, form=form, act=act, shown=shown, status=422)
        change = swap_vehicle(
            trip=trip, plan=_of(plan), target=form.target, shown=act.cleaned_data["shown"], by=sight.user,
            reason=act.cleaned_data["reason"],
        )
    except PreviewChanged as changed:
        return _show(request, sight, trip, form=form, act=act, shown=changed.preview, broken=changed.sentences, status=409)
    except RuleBroken as broken:
        return _show(request, sight, trip, form=form, act=act, broken=broken.sentences, status=409)
    messages.success(request, " ".join([_("Trip {ref} is changed.").format(ref=trip.ref), *shown.sentences]))
    return redirect("plan-change", change.pk)


def _show(request: HttpRequest, sight: access.Sight, trip: Trip, *, status: int = 200, **context: Any) -> HttpResponse:
    given = {"shown": None, "act": None, "broken": [], **context}
    return page(request, "trips/vehicle.html", sight, here="trips", status=status, trip=trip, now=target_of(trip), **given)
