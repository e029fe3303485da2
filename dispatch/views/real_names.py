"""The bureau's side of a real-name list: ask, release, refuse, make a link, see who took it and what came back."""
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dispatch.models import RealNameList
from dispatch.queries import access, plans, real_names
from dispatch.queries.seating import Seating
from dispatch.services import real_names as services
from laborbridge.rules import RuleBroken
from transport.models import Trip
from transport.queries import seat_of, seats_of

from .page import page, reader

_MOST = 50  # takings and answers on the page; the rest is in the database


def _shown(request: HttpRequest, sight: access.Sight, trip: Trip, *, status: int = 200, **context: object) -> HttpResponse:
    names = real_names.lists_of(trip).first()
    rides = real_names.rides_of(trip, real_names.published_plan_of(trip))
    tickets = real_names.tickets_of(trip)
    doubled = real_names.on_a_given_seat(rides, real_names.places_of(tickets), Seating(trip, seats_of(trip)))
    return page(
        request, "real_names/names.html", sight, here="trips", status=status, trip=trip, names=names, riders=len(rides),
        mine=names is not None and names.requested_by_id == sight.user.pk,
        could_release=real_names.could_release(names) if names and names.state == "asked" else [],
        link=real_names.open_link(names) if names else None, earlier=real_names.lists_of(trip)[1:_MOST],
        takings=real_names.takings_of(trip)[:_MOST], answers=real_names.answers_of(trip)[:_MOST],
        since=real_names.since_last_taking(trip, rides), with_ticket=sum(t.registration_id in rides for t in tickets),
        gone=real_names.without_a_ride(tickets, rides), sharing=real_names.sharing_a_seat(tickets, rides),
        doubled=[(person, seat_of(seats_of(trip), rides[person.pk].seat)) for person in real_names.named(doubled)],
        ended=real_names.ended_tickets_of(trip)[:_MOST], anew=real_names.to_be_given_anew(trip, rides, tickets), **context,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def names_of_trip(request: HttpRequest, trip_id: int) -> HttpResponse:
    """The page of a trip's list; a post asks for one."""
    sight = access.sight_of(reader(request), Trip, trip_id)
    plans.require_whole(sight)
    seen = access.trips_visible_to(sight).select_related("campaign", "carrier", "seat_map", "vehicle__seat_map")
    trip = get_object_or_404(seen, pk=trip_id)
    if request.method != "POST":
        return _shown(request, sight, trip)
    purpose = request.POST.get("purpose", "")
    try:
        services.ask_for_names(trip=trip, purpose=purpose, by=sight.user)
    except RuleBroken as broken:
        return _shown(request, sight, trip, status=422, broken=broken.sentences, purpose=purpose)
    messages.success(request, _("The list is asked for. A second person has to release it."))
    return redirect("real-names", trip.pk)


def _names(request: HttpRequest, list_id: int) -> tuple[access.Sight, RealNameList]:
    lists = RealNameList.objects.select_related(
        "trip__campaign", "trip__carrier", "trip__seat_map", "trip__vehicle__seat_map")
    names = lists.filter(pk=list_id).first()
    if names is None:
        raise Http404
    sight = access.sight_of(reader(request), Trip, names.trip_id)
    plans.require_whole(sight)
    return sight, names


def _done(request: HttpRequest, names: RealNameList, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except RuleBroken as broken:
        for sentence in broken.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, said)
    return redirect("real-names", names.trip_id)


@login_required
@require_POST
def release(request: HttpRequest, list_id: int) -> HttpResponse:
    sight, names = _names(request, list_id)
    return _done(request, names, lambda: services.release_names(names=names, by=sight.user),
                 _("The list is released. The carrier can take it now."))


@login_required
@require_POST
def close(request: HttpRequest, list_id: int) -> HttpResponse:
    sight, names = _names(request, list_id)
    why = request.POST.get("why", "")
    return _done(request, names, lambda: services.close_names(names=names, why=why, by=sight.user),
                 _("Nothing is given by this list any more."))


@login_required
@require_POST
@never_cache
def link(request: HttpRequest, list_id: int) -> HttpResponse:
    """Answered by the page itself and not by a redirect: the link is said this once and kept nowhere."""
    sight, names = _names(request, list_id)
    try:
        token = services.make_link(names=names, by=sight.user)
    except RuleBroken as broken:
        return _shown(request, sight, names.trip, status=422, broken=broken.sentences)
    address = request.build_absolute_uri(reverse("carrier-link", args=[token]))
    return _shown(request, sight, names.trip, address=address)


@login_required
@require_POST
def revoke(request: HttpRequest, list_id: int) -> HttpResponse:
    sight, names = _names(request, list_id)
    return _done(request, names, lambda: services.revoke_link(names=names, by=sight.user),
                 _("The link is revoked: whoever opens it now is told so."))
