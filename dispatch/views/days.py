"""The days of a campaign, and the sheet of one day at one place."""
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dispatch.queries import access, days, plans
from dispatch.queries.day_sheet import DaySheet, day_sheet
from dispatch.queries.stations import rules_of
from dispatch.rosters import day_words
from laborbridge.places.models import Place

from .drawing_hours import draw_hours
from .page import page, reader

# Of changes the page shows the first ones; the printed list has all.
MOST = 200


def day_in(text: str) -> date | None:
    """A day of an address; None where it is none."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def place_asked(request: HttpRequest, sight: access.Sight) -> Place | None:
    """The place that the address names, if the reader may ask for it."""
    asked = request.GET.get("place", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(access.places_of_days(sight), pk=int(asked))


@login_required
@require_safe
def overview(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    access.paths_of_days(sight)
    plan = plans.published_plan(sight)
    found = days.choice(sight, plan, None)
    beds = days.beds_by_day(sight, plan)
    return page(
        request, "days/list.html", sight, here="days", plan=plan, stops=found.stops[:5],
        rows=[(row, beds.get(row.day, 0)) for row in found.days],
        starting=sum(row.starting for row in found.days), leaving=sum(row.leaving for row in found.days),
        arriving=sum(row.arriving for row in found.days), beds=sum(beds.values()),
    )


@login_required
@require_safe
def sheet_page(request: HttpRequest, campaign_id: int, day: str) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    access.paths_of_days(sight)
    asked = day_in(day)
    if asked is None:
        said = _("“%(day)s” is no day; expected is one like 2020-03-21. Choose one here.") % {"day": day[:20]}
        messages.error(request, said)
        return redirect("days", campaign_id)
    plan, place = plans.published_plan(sight), place_asked(request, sight)
    found = days.choice(sight, plan, place)
    place = place or found.busiest
    if place is None:
        return page(request, "days/none.html", sight, here="days", plan=plan)
    if not request.GET.get("place"):
        return redirect(f"{reverse('day-sheet', args=[campaign_id, day])}?place={place.pk}")
    sheet = day_sheet(sight.campaign, plan, place, asked)
    return page(request, "days/sheet.html", sight, here="days", plan=plan, **_shown(sheet, found, sight))


def _shown(sheet: DaySheet, found: days.Choice, sight: access.Sight) -> dict[str, Any]:
    rules = rules_of(sight.campaign).of(sheet.place.path)
    offered = {busy.place.pk for busy in [*found.stops, *found.cities]}
    return {
        "sheet": sheet, "choice": found, "is_offered": sheet.place.pk in offered, "at_stops": sheet.has_many_stops,
        "headlines": day_words.headlines(sheet), "warnings": day_words.warnings(sheet),
        "chart_title": day_words.chart_title(sheet), "notes": day_words.footnotes(rules),
        "bays": [(bays, day_words.bays_known(bays)) for bays in sheet.bays[:MOST]],
        "drawing": draw_hours(sheet.shown_hours), "lines": sheet.lines[:MOST], "more_lines": len(sheet.lines) > MOST,
        "changes": sheet.transfers[:MOST], "more_changes": len(sheet.transfers) > MOST, "most": MOST,
        "may_set": sight.whole, "meals_all": sum(sheet.meals.values()),
        "people_changing": sum(change.people for change in sheet.transfers),
    }
