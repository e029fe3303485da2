"""The carrier's side: take the list, send back seats, plate and driver; by its own account or by a link without one."""
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dispatch.importing.answers import Comparison, compare
from dispatch.importing.returned import LARGEST, Returned, Row, Unreadable, read_typed, read_workbook
from dispatch.models import RealNameLink, RealNameList
from dispatch.queries import access, real_names
from dispatch.rosters.real_names import CREW
from dispatch.services import real_names as services
from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from laborbridge.web.words import phone
from transport.models import Trip
from transport.queries import calls_of

from .page import page, reader

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PREVIEW_HOLDS = 3600  # seconds
_SHOWN = 200  # changes of a preview; the counts are of all


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody at the list of one trip: the carrier's account, or whoever has the link."""

    request: HttpRequest
    trip: Trip
    names: RealNameList | None
    sight: access.Sight | None = None
    link: RealNameLink | None = None

    @property
    def user(self) -> User | None:
        return self.sight.user if self.sight else None

    def shown(self, template: str = "carrier/trip.html", *, status: int = 200, **context: Any) -> HttpResponse:
        context = {"trip": self.trip, "names": self.names, **context}
        if self.sight:
            return page(self.request, template, self.sight, here="trips", status=status, layout="base.html", **context)
        return render(self.request, template, {"layout": "carrier/open.html", **context}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_account(request: HttpRequest, trip_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Trip, trip_id)
    seen = access.trips_visible_to(sight).select_related("campaign", "carrier", "seat_map", "vehicle__seat_map")
    trip = get_object_or_404(seen, pk=trip_id)
    if not real_names.carries(sight, trip):
        raise Http404
    return _at(Door(request, trip, real_names.lists_of(trip).first(), sight=sight))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open to everybody who has the link, and to nothing but its one list within its time."""
    link = real_names.link_of(token)
    if link is None:
        return render(request, "carrier/over.html", {"unknown": True}, status=404)
    if link.revoked_at or not link.names.may_be_taken:
        return render(request, "carrier/over.html", {"names": link.names}, status=410)
    answer = _at(Door(request, link.names.trip, link.names, link=link))
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _at(door: Door) -> HttpResponse:
    if door.request.method != "POST" or door.names is None or not door.names.may_be_taken:
        return _page(door)
    act = {"take": _take, "crew": _crew, "file": _file, "rows": _typed, "store": _store}.get(door.request.POST.get("do", ""))
    if act is None:
        return _page(door, 422, broken=[_("The form that arrived is damaged. Load the page anew.")])
    try:
        return act(door)
    except Unreadable as wrong:
        return _page(door, 422, broken=[str(wrong)])
    except RuleBroken as broken:
        return _page(door, 422, broken=broken.sentences)


def _page(door: Door, status: int = 200, **context: Any) -> HttpResponse:
    rides = real_names.rides_of(door.trip, real_names.published_plan_of(door.trip))
    tickets = real_names.tickets_of(door.trip)
    post = door.request.POST if door.request.POST.get("do") == "crew" else {}
    crew = {"plate": door.trip.plate_given, "driver": door.trip.driver, "phone": door.trip.driver_phone}
    return door.shown(
        status=status, calls=calls_of([door.trip.pk])[door.trip.pk], riders=len(rides),
        with_ticket=sum(ticket.registration_id in rides for ticket in tickets),
        since=real_names.since_last_taking(door.trip, rides), anew=real_names.to_be_given_anew(door.trip, rides, tickets),
        crew={key: post.get(key, crew[key]) for key in crew},
        typed=door.request.POST.get("rows", ""), **context,
    )


def _take(door: Door) -> HttpResponse:
    assert door.names is not None
    name, data = services.take_names(names=door.names, by=door.user, link=door.link)
    answer = HttpResponse(data, content_type=_XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    answer["Cache-Control"] = "no-store"
    return answer


def _crew(door: Door) -> HttpResponse:
    said = {key: door.request.POST.get(key, "").strip() for key in CREW}
    return _taken_over(door, Returned(crew=said), "")


def _file(door: Door) -> HttpResponse:
    file = door.request.FILES.get("file")
    if file is None:
        raise Unreadable(_("No file was chosen. Choose the filled workbook and send it again."))
    if (file.size or 0) > LARGEST:
        raise Unreadable(_("The file is larger than 5 MB. Send the workbook that you took here, without pictures."))
    return _preview(door, read_workbook(file.read()))


def _typed(door: Door) -> HttpResponse:
    return _preview(door, read_typed(door.request.POST.get("rows", "")))


def _salt(door: Door) -> str:
    assert door.names is not None
    return f"carrier's answer to list {door.names.pk}"


def _preview(door: Door, returned: Returned, comparison: Comparison | None = None) -> HttpResponse:
    """What would change. What was read travels in the page, signed: codes and seats, no names and no numbers of people."""
    found = comparison or compare(door.trip, returned)
    kept = {"crew": returned.crew, "seen": found.digest,
            "rows": [[r.line, r.code, r.coach, r.seat, r.number] for r in returned.rows]}
    return door.shown(
        "carrier/preview.html", status=422 if found.faults else 200, found=found, overtaken=comparison is not None,
        faults=services.first_sentences(found.faults), changes=found.changes[:_SHOWN],
        more=len(found.changes) - _SHOWN, crew_changes=[(_(CREW[c.key]), c) for c in found.crew],
        kept=signing.dumps(kept, salt=_salt(door), compress=True),
    )


def _store(door: Door) -> HttpResponse:
    try:
        kept = signing.loads(door.request.POST.get("kept", ""), salt=_salt(door), max_age=_PREVIEW_HOLDS)
    except signing.BadSignature as error:
        said = _("The preview was open for too long, or it did not come from here. Send the workbook again.")
        raise Unreadable(said) from error
    return _taken_over(door, Returned([Row(*row) for row in kept["rows"]], kept["crew"]), kept["seen"])


def _taken_over(door: Door, returned: Returned, seen: str) -> HttpResponse:
    assert door.names is not None
    try:
        found = services.take_over(names=door.names, returned=returned, by=door.user, link=door.link, seen=seen)
    except services.Overtaken as overtaken:
        return _preview(door, returned, overtaken.comparison)
    messages.success(door.request, said_of(found))
    return redirect(door.request.path)


def said_of(found: Comparison) -> str:
    """What was taken over, in words."""
    if found.changes_nothing:
        return _("Nothing in it was new, and nothing was changed.")
    said = []
    if found.changes:
        counts = {name: getattr(found, name) for name in ("new", "changed", "unchanged", "empty", "rows")}
        said.append(_("Taken over: %(new)s new seats, %(changed)s changed, %(unchanged)s as before, %(empty)s left empty, "
                      "of %(rows)s rows.") % counts)
    if found.crew:
        facts = ", ".join(f"{_(CREW[change.key])} {phone(change.after) or '–'}" for change in found.crew)
        said.append(_("Vehicle and driver: %(facts)s.") % {"facts": facts})
    return " ".join(said)
