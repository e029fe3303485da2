"""Trips with their fill, and one trip with its calls and its people."""
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dispatch.models import Plan
from dispatch.queries import access, plans, real_names, trips
from dispatch.queries.rosters import sees_manifests
from dispatch.queries.seat_map import occupancy
from dispatch.queries.seating import Seating, seating_of
from laborbridge.places.models import Place
from transport.models import Call, Trip
from transport.queries import layout_of_trip, stops_of, trips_calling_below, trips_departing_on, trips_matching

from .drawing import draw_load
from .forms import PartForm, TripFilter
from .locks import card
from .page import page, reader, sees_people
from .seating import draw_seats

SIZE = 50


def _called(asked: dict[str, Any], sight: access.Sight) -> set[int] | None:
    """The places that the filter names, by the beginning of a name or by id; None where it names none."""
    if asked.get("place"):
        return {asked["place"]}
    if not (asked.get("at") or "").strip():
        return None
    named = Place.objects.filter(code_list=sight.campaign.code_list_id, name__startswith=asked["at"].strip())
    return set(named.values_list("pk", flat=True))


def _filtered(found: QuerySet[Trip], asked: dict[str, Any], plan: Plan | None) -> QuerySet[Trip]:
    state = asked.get("state")
    if asked.get("day"):
        found = trips_departing_on(found, asked["day"])
    if asked.get("mode"):
        found = found.filter(mode=asked["mode"])
    if asked.get("q"):
        found = trips_matching(found, asked["q"].strip())
    if state in TripFilter.FILLS:
        return trips.trips_filled(found, plan, state)
    return found.filter(state=state) if state else found


@login_required
@require_safe
def trip_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    form = TripFilter(request.GET)
    form.is_valid()  # what was not understood is said on the page, and all else holds
    asked, plan, seen = form.cleaned_data, plans.plan_to_show(sight), access.trips_visible_to(sight)
    stops = stops_of(seen)
    called = _called(asked, sight)
    found = _filtered(seen, asked, plan)
    if called is not None:
        found = trips_calling_below(found, stops, called)
    found = found.select_related("vehicle").order_by("departs_at", "id")
    shown = Paginator(found, SIZE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    fills, ends = trips.fills([trip.pk for trip in rows], plan), trips.ends_of(rows)
    return page(
        request, "trips/list.html", sight, here="trips", form=form, asked=asked, shown=shown, plan=plan,
        rows=[(trip, fills.get(trip.pk), *ends.get(trip.pk, (None, None))) for trip in rows],
        choices=trips.names_to_choose(stops), place=_place(asked, sight),
    )


def _place(asked: dict[str, Any], sight: access.Sight) -> Place | None:
    mine = Place.objects.filter(code_list=sight.campaign.code_list_id)
    return mine.filter(pk=asked["place"]).first() if asked.get("place") else None


def _plan_asked(request: HttpRequest) -> int | None:
    asked = request.GET.get("plan", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _seat_map(
    request: HttpRequest, sight: access.Sight, trip: Trip, plan: Plan | None, calls: list[Call], seating: Seating
) -> dict[str, Any]:
    """What templates/trips/_seat_map.html draws; empty for a trip that calls nowhere."""
    if len(calls) < 2:
        return {}
    form = PartForm(request.GET, calls=calls, seats=trip.seats)
    form.is_valid()  # a part that is none is said beside the map, which then shows the whole trip
    board, alight = form.part
    seats = occupancy(sight, trip, plan, (board, alight), seating)
    blocks = draw_seats(layout_of_trip(trip), seats, calls, plan, form.cleaned_data.get("seat"))
    return {"part": form, "occupancy": seats, "blocks": blocks, "part_from": calls[board], "part_to": calls[alight],
            "whole_trip": (board, alight) == (0, len(calls) - 1), "some_unused": any(block.unused for block in blocks)}


@login_required
@require_safe
def trip_page(request: HttpRequest, trip_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Trip, trip_id)
    seen = access.trips_visible_to(sight).select_related("vehicle__seat_map", "seat_map", "carrier")
    trip = get_object_or_404(seen, pk=trip_id)
    plan = plans.plan_to_show(sight, _plan_asked(request))
    loads = trips.call_loads(trip, plan)
    riding = Paginator(trips.manifest(sight, trip, plan), SIZE).get_page(request.GET.get("page"))
    seats, calls = seating_of([trip])[trip.pk], {load.call.seq: load.call for load in loads}
    bookings = trips.with_people(riding.object_list)
    return page(
        request, "trips/trip.html", sight, here="trips", trip=trip, plan=plan, loads=loads, shown=riding,
        locking=card(sight, trip, plan),
        drawing=draw_load(loads, trip.seats if trip.load_rule == Trip.LoadRule.FULL else trip.places),
        peak=max((load.aboard for load in loads), default=0),
        may_print=plan is not None and plan.state == Plan.State.PUBLISHED and sees_manifests(sight),
        real_names=real_names.door(sight, trip),
        people=sum(load.on for load in loads), with_names=sees_people(sight) or sight.has(access.Role.WORKER),
        rows=[
            (b, calls[b.board], calls[b.alight], seats.words(who, b.seat), seats.drawn(who, b.seat))
            for b in bookings for who in (b.assignment.registration_id,)
        ],
        **_seat_map(request, sight, trip, plan, [load.call for load in loads], seats),
    )
