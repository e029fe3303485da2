"""Printed lists: one at a time as an answer, all of a plan as a file that a worker writes."""
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.models import Plan
from dispatch.queries import access, locks, rosters
from dispatch.queries.access import Role
from dispatch.queries.day_sheet import day_sheet
from dispatch.queries.stations import rules_of
from dispatch.rosters import changes, chat, lists, reading, summaries
from dispatch.rosters import eve as eve_lists
from dispatch.rosters.day_sheet import day_roster
from dispatch.rosters.sheet import Edition, Sheet
from dispatch.rosters.typefaces import FontsMissing
from dispatch.services.rosters import cancel_bundle, start_bundle
from laborbridge.rules import RuleBroken
from laborbridge.web.words import people
from transport.models import Trip
from transport.queries import calls_of

from .days import day_in, place_asked
from .eve import asked as eve_asked
from .page import reader

_KINDS = {
    "pdf": "application/pdf",
    "text": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer_with(
    request: HttpRequest, sheet: Sheet, blocks: Sequence[chat.Block] | None = None
) -> HttpResponse:
    """As PDF; as a workbook where `as=xlsx` asks for it; the same people as `blocks` for a chat group with `as=text`."""
    # Printing loads fonts and a compiler, which no other page has a use for.
    from dispatch.rosters import pdf, xlsx

    kind = request.GET.get("as", "pdf")
    if kind not in _KINDS or (kind == "text" and blocks is None):
        raise Http404
    if kind == "text":
        return _for_chat(request, chat.messages(sheet.title, blocks or [], sheet.edition, _asks(request)))
    try:
        data = (pdf if kind == "pdf" else xlsx).write(sheet)
    except FontsMissing as missing:
        told = {"said": missing.sentences[0], "workbook": f"{request.path}?as=xlsx"}
        return render(request, "errors/fonts.html", told, status=503)
    answer = HttpResponse(data, content_type=_KINDS[kind])
    answer["Content-Disposition"] = content_disposition_header(kind == "xlsx", f"{sheet.name}.{kind}") or ""
    answer["Cache-Control"] = "no-store"
    return answer


def _asks(request: HttpRequest) -> str:
    """Whom those who read a list in a chat group ask: whoever sent it there."""
    user = reader(request)
    membership = user.memberships.select_related("organisation").order_by("id").first()
    if membership is None:
        return user.name
    return _("%(name)s (%(organisation)s)") % {"name": user.name, "organisation": membership.organisation.name}


def _for_chat(request: HttpRequest, made: Sequence[chat.Message]) -> HttpResponse:
    """As a text; or, for the button that copies, message by message with the words that say what was copied."""
    answer: HttpResponse
    if request.accepts("text/html") or request.accepts("text/plain"):
        answer = HttpResponse("\n\n\n".join(message.text for message in made), content_type=_KINDS["text"])
    else:
        answer = JsonResponse({"messages": [
            {"text": message.text, "people": people(message.people),
             "copied": _("Copied, %(people)s. Paste it into the group.") % {"people": people(message.people)}}
            for message in made]})
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Accept"
    return answer


def _edition(plan: Plan) -> Edition:
    return Edition.of(plan, timezone.now())


def _arriving(rows: Sequence[reading.Traveller]) -> list[chat.Block]:
    return chat.of_arrivals(rows, eve_lists.seats_by_trip(rows))


def _leaving(rows: Sequence[reading.Traveller]) -> list[chat.Block]:
    return chat.of_pick_ups(eve_lists.pick_ups(rows, eve_lists.seats_by_trip(rows)))


@login_required
@require_safe
def trip_roster(request: HttpRequest, trip_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Trip, trip_id)
    seen = access.trips_visible_to(sight).select_related("vehicle__seat_map", "seat_map", "carrier")
    trip = get_object_or_404(seen, pk=trip_id)
    plan = rosters.plan_of_lists(sight)
    mine, aboard = rosters.riders_of(sight, trip, plan)
    rows = reading.riders(plan, [trip.pk], mine).get(trip.pk, [])
    calls = calls_of([trip.pk])
    sheet = lists.manifest(trip, calls[trip.pk], rows, _edition(plan), aboard)
    locked, since = changes.of_trips({trip.pk: trip}, plan, calls, None if sight.whole else locks.seen_on(sight, trip))
    marked = changes.marked(sheet, locked.get(trip.pk), since.get(trip.pk))
    return answer_with(request, marked, chat.of_trip(trip, calls[trip.pk], rows))


@login_required
@require_safe
def employer_roster(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    if not sight.has(Role.HR):
        raise Http404
    plan = rosters.plan_of_lists(sight)
    mine, employers = rosters.coming_to(sight, plan)
    coming = reading.arrivals(plan, [pk for pk, _name in employers], mine)
    rows = [row for pk, _name in employers for row in coming.get(pk, [])]
    sheet = lists.arrivals(", ".join(name for _pk, name in employers), rows, _edition(plan))
    return answer_with(request, sheet, _arriving(rows))


@login_required
@require_safe
def village_roster(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    if not sight.has(Role.LIAISON):
        raise Http404
    plan = rosters.plan_of_lists(sight)
    mine, homes = rosters.leaving_from(sight, plan)
    leaving = reading.departures(plan, homes, mine)
    rows = lists.in_order_of_vehicles(row for home in homes for row in leaving.get(home, []))
    places = [place.name for m in sight.having(Role.LIAISON) if (place := access.place_of(m))]
    return answer_with(request, lists.departures(rows, _edition(plan), ", ".join(places)), _leaving(rows))


@login_required
@require_safe
def eve_roster(request: HttpRequest, campaign_id: int) -> HttpResponse:
    asked = eve_asked(request, campaign_id)
    if asked.is_too_many:
        raise Http404
    plan = rosters.plan_of_lists(asked.sight)
    found = asked.pick_ups(None)
    return answer_with(request, eve_lists.sheet(found, asked.day, _edition(plan), asked.name), chat.of_pick_ups(found))


@login_required
@require_safe
def day_sheet_roster(request: HttpRequest, campaign_id: int, day: str) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    access.paths_of_days(sight)
    place, asked = place_asked(request, sight), day_in(day)
    if place is None or asked is None:
        raise Http404
    plan = rosters.plan_of_lists(sight)
    sheet, rules = day_sheet(sight.campaign, plan, place, asked), rules_of(sight.campaign).of(place.path)
    return answer_with(request, day_roster(sheet, rules, _edition(plan)))


def _plan(request: HttpRequest, plan_id: int) -> tuple[access.Sight, Plan]:
    sight = access.sight_of(reader(request), Plan, plan_id)
    return sight, rosters.published_or_404(sight, plan_id)


@login_required
@require_safe
def plan_summary(request: HttpRequest, plan_id: int) -> HttpResponse:
    _sight, plan = _plan(request, plan_id)
    counts = (reading.home_counts(plan), reading.employer_counts(plan), reading.trip_counts(plan))
    return answer_with(request, summaries.campaign(*counts, _edition(plan)))


def _planners(request: HttpRequest, plan_id: int) -> tuple[access.Sight, Plan]:
    sight = access.sight_of(reader(request), Plan, plan_id)
    return sight, rosters.plan_for_planners(sight, plan_id)


@login_required
@require_safe
def county_summary(request: HttpRequest, plan_id: int, place_id: int) -> HttpResponse:
    sight, plan = _planners(request, plan_id)
    county = rosters.county_of(sight, place_id)
    rows = [row for row in reading.home_counts(plan) if row.county_id == county.pk]
    if not rows:
        raise Http404
    return answer_with(request, summaries.county(rows, _edition(plan)))


@login_required
@require_safe
def plan_employer_roster(request: HttpRequest, plan_id: int, employer_id: int) -> HttpResponse:
    sight, plan = _planners(request, plan_id)
    employer, mine = rosters.coming_to_employer(sight, plan, employer_id)
    rows = reading.arrivals(plan, [employer.pk], mine).get(employer.pk, [])
    return answer_with(request, lists.arrivals(employer.name, rows, _edition(plan)), _arriving(rows))


@login_required
@require_safe
def plan_village_roster(request: HttpRequest, plan_id: int, place_id: int) -> HttpResponse:
    sight, plan = _planners(request, plan_id)
    home, mine = rosters.leaving_village(sight, plan, place_id)
    rows = reading.departures(plan, [home.pk], mine).get(home.pk, [])
    return answer_with(request, lists.departures(rows, _edition(plan), "" if rows else home.name), _leaving(rows))


@login_required
@require_POST
def cancel_lists(request: HttpRequest, plan_id: int) -> HttpResponse:
    sight, plan = _plan(request, plan_id)
    try:
        cancel_bundle(plan=plan, by=sight.user)
    except RuleBroken as broken:
        for said in broken.sentences:
            messages.error(request, said)
    return redirect("plan", plan.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bundle(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The live part of a plan's page that tells how far the lists are; a post has them written."""
    sight, plan = _plan(request, plan_id)
    if request.method == "POST":
        try:
            start_bundle(plan=plan, by=sight.user)
        except RuleBroken as broken:
            for said in broken.sentences:
                messages.error(request, said)
        return redirect("plan", plan.pk)
    newest, ready = rosters.bundles_of(plan).first(), rosters.newest_file_of(plan)
    told = {"plan": plan, "bundle": newest, "ready": ready, "changes": rosters.changes_since(ready) if ready else 0}
    return render(request, "rosters/_bundle.html", told)


@login_required
@require_safe
def bundle_file(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    _sight, plan = _plan(request, plan_id)
    ready = rosters.newest_file_of(plan)
    path = Path(settings.MEDIA_ROOT) / ready.file if ready else None
    if path is None or not path.exists():
        raise Http404
    name = _("%(campaign)s plan %(number)s lists.zip") % {"campaign": plan.campaign.name, "number": plan.number}
    return FileResponse(path.open("rb"), as_attachment=True, filename=name.replace("/", "_"))
