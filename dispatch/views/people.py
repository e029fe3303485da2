"""The list of people, and one person."""
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dispatch.models import Assignment, Plan
from dispatch.queries import access, claims, explained, merges, options, people, pins, plans, search
from dispatch.rosters.codes import registration_of
from laborbridge.places.models import Place
from workers.models import Registration
from workers.queries.finding import masked_identity

from .forms import PeopleFilter
from .page import page, reader, sees_people
from .pin_form import PinForm


def _places_called(name: str, sight: access.Sight) -> Q:
    named = Place.objects.filter(code_list=sight.campaign.code_list_id, name__startswith=name).values("pk")
    return Q(township__in=named) | Q(village__in=named)


def _filtered(found: QuerySet[Registration], sight: access.Sight, asked: dict[str, Any],
              plan: Plan | None) -> QuerySet[Registration]:
    if place := asked.get("place"):
        found = found.filter(access.registrations_from(place))
    if asked.get("at"):
        found = found.filter(_places_called(asked["at"].strip(), sight))
    if asked.get("show") == "settled":
        found = found.filter(outcome__isnull=False)
    if plan is None:
        return found
    if asked.get("reason") or asked.get("show") == "left":
        return people.left_by(found, plan, asked.get("reason") or "")
    return people.placed_in(found, plan) if asked.get("show") == "placed" else found


def _known_count(asked: dict[str, Any], plan: Plan | None, sight: access.Sight) -> int | None:
    """How many the list holds, where the plan already knows; nothing is counted for a heading."""
    if plan is None or not sight.whole or any(asked.get(key) for key in ("q", "at", "place")):
        return None
    if asked.get("reason"):
        return int(plan.counts.get("unplaced", {}).get(asked["reason"], 0))
    counts = {"left": plans.left(plan), "placed": plans.placed(plan)}
    return counts.get(asked.get("show") or "")


@login_required
@require_safe
def people_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    if not sees_people(sight):
        raise Http404
    form = PeopleFilter(request.GET)
    # What was not understood is said beside its field, and nobody is shown for the rest.
    understood = form.is_valid()
    asked = form.cleaned_data
    if asked.get("place"):
        asked["place"] = get_object_or_404(Place, pk=asked["place"], code_list=sight.campaign.code_list_id)
    plan = plans.plan_to_show(sight, asked.get("plan"))
    seen = access.registrations_visible_to(sight) if understood else Registration.objects.none()
    fitting, after, text = _filtered(seen, sight, asked, plan), asked.get("after") or 0, asked.get("q") or ""
    found = search.search(fitting, text, _code(text)) if text else None
    shown = search.search_page(found, plan, after) if found else people.people_page(people.one_each(fitting), plan, after)
    return page(
        request, "people/list.html", sight, here="people", form=form, plan=plan, asked=asked, found=found, shown=shown,
        known=len(found.ids) if found and not found.too_many else _known_count(asked, plan, sight), most=search.MOST,
        pinned=pins.pinned_of(sight, [row.registration.pk for row in shown.rows]) if sight.whole else set(),
    )


def _code(text: str) -> int | None:
    """Whom a row of a printed list means; a word in small letters is a name in pinyin."""
    return registration_of(text) if text == text.upper() or any(c.isdigit() for c in text) else None


def person_context(
    request: HttpRequest, sight: access.Sight, person: Registration, data: Any = None
) -> dict[str, Any]:
    """What a person's page says; `data` is what staff have filled in to pin the person."""
    asked = request.POST.get("plan", "") or request.GET.get("plan", "")
    plan = plans.plan_to_show(sight, int(asked) if asked.isdecimal() else None)
    assignment = people.assignment_of(sight, person, plan)
    legs = people.legs_of(sight, assignment) if assignment else []
    return {
        "person": person, "plan": plan, "assignment": assignment, "legs": legs,
        "why": None if assignment else explained.why(sight, person, plan),
        "companions": people.companions(person, access.registrations_visible_to(sight)),
        "identity": masked_identity(person.worker), "claims": claims.claims_of(sight, person),
        "seen": claims.seen_of(sight, person), "gave": claims.gave(sight, person), "sees_back": claims.sees_back(sight),
        "instead": merges.goes_instead(sight, person),
        "history": merges.history_of(sight, person) if sight.whole else None,
        **_pins(sight, person, plan, assignment, legs, data),
    }


def _pins(
    sight: access.Sight, person: Registration, plan: Plan | None, assignment: Assignment | None, legs: list[people.Leg],
    data: Any,
) -> dict[str, Any]:
    if not sight.whole:
        return {}
    live, lifted = pins.pins_of(sight, person)
    job_pinned, pinned_trips = pins.marks(live, assignment, {leg.trip.pk for leg in legs})
    form = PinForm(data, sight=sight, person=person, plan=plan, assignment=assignment, legs=legs)
    return {"pins": live, "lifted": lifted, "job_pinned": job_pinned, "pinned_trips": pinned_trips, "pin_form": form}


@login_required
@require_safe
def person_page(request: HttpRequest, registration_id: int) -> HttpResponse:
    """A page of its own, or the drawer beside a list."""
    sight = access.sight_of(reader(request), Registration, registration_id)
    seen = people.with_details(access.registrations_visible_to(sight))
    context = person_context(request, sight, get_object_or_404(seen, pk=registration_id))
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "people/_drawer.html", {"campaign": sight.campaign, "sight": sight, **context})
    return show_person(request, sight, context)


def show_person(
    request: HttpRequest, sight: access.Sight, context: dict[str, Any], broken: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    here = "people" if sees_people(sight) else "person"
    return page(request, "people/person.html", sight, here=here, status=status, broken=broken, on_page=True, **context)


@login_required
@require_safe
def person_options(request: HttpRequest, registration_id: int) -> HttpResponse:
    """A part of the page, asked for: what else a placed person could have now. The first one builds the plan in memory."""
    sight = access.sight_of(reader(request), Registration, registration_id)
    plans.require_whole(sight)
    person = get_object_or_404(access.registrations_visible_to(sight), pk=registration_id)
    asked = request.GET.get("plan", "")
    plan = plans.plan_to_show(sight, int(asked) if asked.isdigit() else None)
    found = options.options_of(person, plan) if plan else None
    return render(request, "people/_options.html", {"person": person, "plan": plan, "options": found})
