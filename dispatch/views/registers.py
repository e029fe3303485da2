"""Who is already back: what registers of other offices say, by home and by employer, and the people behind each figure."""
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.models import Plan
from dispatch.queries import access, lists, plans, presence, presence_people
from dispatch.rosters import presence as sheets
from dispatch.services.giving_back import give_back
from jobs.models import Employer, Register, Sighting
from jobs.services.presence import count_again, set_aside
from jobs.services.registers import receive_register
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken
from workers.models import Registration

from .page import page, reader
from .presence_form import BackFilter, BackPeopleFilter, RegisterForm
from .rosters import answer_with

# A workbook with more people than this is nobody's list; who needs one takes a county or an employer.
MOST = 20_000


def _place(sight: access.Sight, asked: int | None) -> Place | None:
    if asked is None:
        return None
    homes = Place.objects.filter(code_list=sight.campaign.code_list_id, level__in=access.HOMES[:2])
    return get_object_or_404(homes, pk=asked)


@login_required
@require_safe
def back(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    scope, form = presence.scope_of(sight), BackFilter(request.GET)
    form.is_valid()
    asked, plan = form.cleaned_data, plans.published_plan(sight)
    by = asked.get("by") or BackFilter.COUNTY
    county = _place(sight, asked.get("place"))
    if not scope.has_homes:
        by = BackFilter.EMPLOYER
    elif county is not None:
        by = BackFilter.TOWNSHIP
    returning = by == BackFilter.EMPLOYER or asked.get("who") == BackFilter.RETURNING
    lines, counted = _lines(sight, scope, plan, by, county, returning, asked.get("q") or "")
    total = sum((line.count for line in lines), presence.Count())
    registers = presence.registers_of(sight)
    if "as" in request.GET:
        heading = dict(BackFilter.base_fields["by"].choices)[by]  # type: ignore[attr-defined]
        sheet = sheets.table(_title(county), str(heading), lines, total, _edition(sight, plan, registers))
        return answer_with(request, sheet)
    return page(
        request, "registers/back.html", sight, here="back", form=form, by=by, county=county, returning=returning, plan=plan,
        lines=[(line.what, line.count, _door(by, returning, line.what)) for line in lines], total=total,
        total_door=_door(by, returning, county), counted_at=counted.at, scope=scope,
        registers=[(register, lists.account(register.imported)) for register in registers],
    )


def _door(by: str, returning: bool, what: Place | Employer | None) -> str:
    """The query of the list of people behind a line's figures."""
    asked: dict[str, Any] = {}
    if by == BackFilter.EMPLOYER:
        asked = {"employer": what.pk} if what else {"by": by}
    else:
        asked = {"place": what.pk} if what else {}
        if returning:
            asked["who"] = BackFilter.RETURNING
    return urlencode(asked)


def _title(county: Place | None) -> str:
    return _("Who is already back: %(where)s") % {"where": county.name} if county else _("Who is already back")


def _lines(
    sight: access.Sight, scope: presence.Scope, plan: Plan | None, by: str, county: Place | None, returning: bool,
    called: str,
) -> tuple[list[presence.Line], presence.Counted]:
    if by == BackFilter.EMPLOYER:
        counted = presence.by_employer(sight, scope, plan)
        return presence.employers(counted, called), counted
    counted = presence.by_township(sight, scope, plan, returning=returning)
    return presence.townships(counted, county) if by == BackFilter.TOWNSHIP else presence.counties(counted), counted


def _edition(sight: access.Sight, plan: Plan | None, registers: Sequence[Register]) -> sheets.AsOf:
    newest = max((register.as_of for register in registers), default=None)
    return sheets.AsOf.at(sight.campaign, plan, newest, timezone.now())


@login_required
@require_safe
def back_people(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    scope, form = presence.scope_of(sight), BackPeopleFilter(request.GET)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    place, employer = _place(sight, given["place"]), None
    if given["employer"] is not None:
        employer = get_object_or_404(Employer, pk=given["employer"], campaign=sight.campaign)
    asked = presence_people.Asked(
        returning=given["who"] == BackFilter.RETURNING, state=given["state"], source=given["source"], seat=given["seat"],
        employees=employer is not None or given["by"] == BackFilter.EMPLOYER or not scope.has_homes,
        where=_townships(place), employer=employer.pk if employer else None,
    )
    plan = plans.published_plan(sight)
    if "as" in request.GET:
        return _workbook(request, sight, scope, plan, asked)
    rows, after = presence_people.listed(sight, scope, plan, asked, after=given["after"] or 0)
    return page(
        request, "registers/people.html", sight, here="back", form=form, asked=asked, given=given, place=place,
        employer=employer, rows=rows, next_after=after,
    )


def _townships(place: Place | None) -> list[int] | None:
    if place is None:
        return None
    below = Place.objects.filter(path__startswith=place.path, level=Place.Level.TOWNSHIP)
    return list(below.values_list("pk", flat=True))


def _workbook(
    request: HttpRequest, sight: access.Sight, scope: presence.Scope, plan: Plan | None, asked: presence_people.Asked
) -> HttpResponse:
    rows, more = presence_people.listed(sight, scope, plan, asked, limit=MOST)
    if more is not None:
        messages.error(request, _(
            "More than 20,000 people fit. Choose a county, an employer or a source first, then take the workbook."))
        return redirect(_without(request, "as"))
    return answer_with(request, sheets.people(_("Who is already back"), rows, _edition(
        sight, plan, presence.registers_of(sight))))


def _without(request: HttpRequest, name: str) -> str:
    kept = request.GET.copy()
    kept.pop(name, None)
    return f"{request.path}?{kept.urlencode()}"


def _refused(request: HttpRequest, broken: RuleBroken) -> None:
    for said in broken.sentences:
        messages.error(request, said)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """A register is sent by the whole campaign's bureau, which answers for the outcomes that it gives."""
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return page(request, "registers/send.html", sight, here="back", form=form, status=status)
    name, data = form.sent()
    given = form.cleaned_data
    try:
        imported = receive_register(
            campaign=sight.campaign, source=given["source"], office=given["office"], as_of=given["as_of"],
            sender=sight.having(access.Role.PLANNER)[0].organisation, by=sight.user, data=data, file_name=name)
    except RuleBroken as broken:
        return page(request, "registers/send.html", sight, here="back", form=form, broken=broken.sentences, status=422)
    return redirect("list-import", imported.pk)


@login_required
@require_POST
def aside(request: HttpRequest, sighting_id: int) -> HttpResponse:
    """A row of a register says nothing of where the person is; or it does after all."""
    rows = Sighting.objects.select_related("register__imported__campaign")
    sighting = get_object_or_404(rows, pk=sighting_id)
    sight = access.sight(reader(request), sighting.register.imported.campaign_id)
    presence.scope_of(sight)
    get_object_or_404(access.registrations_visible_to(sight), pk=sighting.registration_id)
    try:
        if "count" in request.POST:
            count_again(sighting=sighting, by=sight.user)
            messages.success(request, _("The row counts again."))
        else:
            set_aside(sighting=sighting, by=sight.user)
            messages.success(request, _("The row is set aside; what it gave is withdrawn."))
    except RuleBroken as broken:
        _refused(request, broken)
    return redirect(reverse("person", args=[sighting.registration_id]) + "#seen")


@login_required
@require_POST
def place_back(request: HttpRequest, registration_id: int) -> HttpResponse:
    """Staff give back somebody's place in the published plan: the person is back, or is needed elsewhere."""
    sight = access.sight_of(reader(request), Registration, registration_id)
    plans.require_whole(sight)
    seen = access.registrations_visible_to(sight).select_related("campaign", "township")
    person = get_object_or_404(seen, pk=registration_id)
    try:
        give_back(person=person, by=sight.user, reason=request.POST.get("reason", ""), is_back="is_back" in request.POST)
        messages.success(request, _("The place is given back; the change of the plan is on record."))
    except RuleBroken as broken:
        _refused(request, broken)
    return redirect(reverse("person", args=[person.pk]) + "#seen")
