"""The day of departure on a phone: who stands at the pick-up, and who has to be called."""
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dispatch.models import Plan
from dispatch.queries import access, eve, plans
from dispatch.queries.access import Role
from dispatch.queries.rosters import leaving_from
from dispatch.rosters import reading
from dispatch.rosters.eve import Leaver, PickUp, pick_ups, seats_by_trip
from dispatch.services.gathering import mark_gathered
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken
from laborbridge.web.words import lasting

from .page import page, reader


class EveForm(forms.Form):
    day = forms.DateField(required=False)
    place = forms.IntegerField(required=False, min_value=1)
    trip = forms.IntegerField(required=False, min_value=1)


class TapForm(forms.Form):
    """One tap; `at` is the device's time in milliseconds, which a page without scripts does not send."""

    wish = forms.UUIDField()
    registration = forms.IntegerField(min_value=1)
    trip = forms.IntegerField(required=False, min_value=1)
    gathered = forms.TypedChoiceField(choices=[("1", ""), ("0", "")], coerce=lambda value: value == "1")
    at = forms.IntegerField(required=False, min_value=0, max_value=2**43)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose departures of which day a page or a list is of."""

    sight: access.Sight
    plan: Plan | None
    place: Place | None
    trip: int | None
    days: list[tuple[date, int]]
    day: date
    name: str
    is_too_many: bool  # a place has to be chosen first

    def pick_ups(self, most: int | None) -> list[PickUp]:
        """The first `most` people, or all."""
        if self.plan is None or self.is_too_many:
            return []
        leaving = eve.on_day(eve.leaving(self.sight, self.plan, self.place, self.trip), self.day)
        found = list(leaving.order_by("starts_at", "pk").values_list("pk", flat=True)[:most])
        mine, homes = leaving_from(self.sight, self.plan, found)
        by_home = reading.departures(self.plan, homes, mine)
        rows = [row for home in homes for row in by_home.get(home, [])]
        return pick_ups(rows, seats_by_trip(rows))

    @property
    def query(self) -> str:
        """This choice, for addresses."""
        chosen = {"day": self.day.isoformat(), "place": self.place and self.place.pk, "trip": self.trip}
        return urlencode({name: value for name, value in chosen.items() if value})


def _sight(request: HttpRequest, campaign_id: int) -> access.Sight:
    sight = access.sight(reader(request), campaign_id)
    if not any(sight.has(role) for role in eve.ROLES):
        raise Http404
    return sight


def asked(request: HttpRequest, campaign_id: int) -> Asked:
    sight, form = _sight(request, campaign_id), EveForm(request.GET)
    if not form.is_valid():
        raise Http404
    place = eve.place_or_404(sight, form.cleaned_data["place"]) if form.cleaned_data["place"] else None
    plan, trip = plans.published_plan(sight), form.cleaned_data["trip"]
    too_many = sight.whole and not place and not trip and plan is not None and plans.placed(plan) > eve.MANY
    days = eve.days_of(eve.leaving(sight, plan, place, trip)) if plan and not too_many else []
    day = form.cleaned_data["day"] or eve.day_to_show(days, timezone.localdate())
    return Asked(sight, plan, place, trip, days, day, place.name if place else _names(sight), too_many)


def _names(sight: access.Sight) -> str:
    places = [place.name for m in sight.having(*eve.ROLES) if (place := access.place_of(m))]
    return ", ".join(dict.fromkeys(places)) or str(sight.campaign.origin or sight.campaign)


# --- the page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    leaver: Leaver
    since: datetime | None
    may_mark: bool
    wish: UUID


@dataclass(frozen=True, slots=True)
class Shown:
    """One pick-up: those who are missing, then those who are there."""

    pick_up: PickUp
    missing: list[Row]
    here: list[Row]
    leaves: str


def _leaves(at: datetime | None, now: datetime) -> str:
    if at is None or now - at > timedelta(days=1):
        return ""
    if at >= now:
        return _("leaves in %(time)s") % {"time": lasting(_in_minutes(at - now))}
    return _("left %(time)s ago") % {"time": lasting(_in_minutes(now - at))}


def _in_minutes(length: timedelta) -> timedelta:
    """As on the page afterwards: no seconds."""
    return timedelta(minutes=max(1, int(length.total_seconds() // 60)))


def _shown(chosen: Asked, found: list[PickUp]) -> list[Shown]:
    rows = [leaver.row for one in found for leaver in one.people]
    people = [row.registration for row in rows]
    here, now = eve.gathered(people), timezone.now()
    mine, trips = eve.markable(chosen.sight, chosen.plan, people) if chosen.plan else (set(), set())
    shown = []
    for one in found:
        marked = [
            Row(leaver, here.get((leaver.row.registration, one.trip or one.day)),
                leaver.row.registration in mine or one.trip in trips, uuid4())
            for leaver in one.people
        ]
        shown.append(Shown(one, [row for row in marked if not row.since], [row for row in marked if row.since],
                           _leaves(one.at, now)))
    return shown


def _below(chosen: Asked) -> list[Place]:
    """The places that staff may narrow the list to."""
    staff = chosen.sight.having(Role.PLANNER, Role.CASE_OFFICER)
    if not staff or chosen.trip:
        return []
    top = chosen.place or (chosen.sight.campaign.origin if chosen.sight.whole else access.place_of(staff[0]))
    return eve.places_below(top) if top else []


@login_required
@require_safe
@never_cache
def eve_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    chosen = asked(request, campaign_id)
    found = chosen.pick_ups(eve.MOST)
    return page(
        request, "eve/eve.html", chosen.sight, here="escort" if chosen.trip else "eve",
        plan=chosen.plan, asked_for=chosen, shown=_shown(chosen, found), most=eve.MOST, below=_below(chosen),
        people=sum(len(one.people) for one in found), now=int(timezone.now().timestamp() * 1000),
    )


# --- a tap -----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def gathered(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Store one tap, from the form itself or from a phone that kept it until there was a network."""
    sight, form = _sight(request, campaign_id), TapForm(request.POST)
    wants_json = not request.accepts("text/html")
    try:
        if not form.is_valid():
            raise RuleBroken(_("The page is not complete, so nothing was stored. Load it again."))
        _store(sight, form.cleaned_data)
    except RuleBroken as broken:
        if wants_json:
            return JsonResponse({"said": str(broken)}, status=422)
        messages.error(request, str(broken))
    if wants_json:
        return JsonResponse({"stored": str(form.cleaned_data["wish"])})
    back = EveForm(request.GET)
    query = urlencode({name: value for name, value in back.cleaned_data.items() if value}) if back.is_valid() else ""
    return redirect(f"{reverse('village-eve', args=[campaign_id])}?{query}")


def _store(sight: access.Sight, tap: dict[str, object]) -> None:
    plan = plans.published_plan(sight)
    registration, wanted = tap["registration"], tap["trip"]
    assert isinstance(registration, int)
    trip_id = wanted if isinstance(wanted, int) else None
    if plan is None:
        raise Http404
    journey = eve.to_mark_or_404(sight, plan, registration, trip_id)
    trip = eve.trip_that_they_take(journey, trip_id)
    if trip is None and (trip_id or not eve.goes_without_seat(journey)):
        raise RuleBroken(_("%(name)s goes another way by now, so nothing was stored. Load the page again.") % {
            "name": journey.registration.worker.name})
    at, wish = tap["at"], tap["wish"]
    assert isinstance(wish, UUID)
    mark_gathered(
        registration=journey.registration, trip=trip, day=timezone.localdate(journey.leaves_at),
        gathered=bool(tap["gathered"]), wish=wish, by=sight.user,
        at=datetime.fromtimestamp(at / 1000, tz=UTC) if isinstance(at, int) else None,
    )
