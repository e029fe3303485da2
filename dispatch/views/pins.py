"""Pins: a campaign's live ones, and setting and lifting them on a person's page."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.models import Pin
from dispatch.queries import access, people, pins, plans
from dispatch.services.pinning import lift_pin, pin_person
from laborbridge.rules import RuleBroken
from workers.models import Registration

from .page import page, reader
from .people import person_context, show_person

SIZE = 50


@login_required
@require_safe
def pin_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Newest first; one kind where it is asked for."""
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    kind, counts = request.GET.get("kind", ""), pins.people_by_kind(sight)
    found = pins.live_pins(sight).order_by("-id")
    chosen = kind if kind in Pin.Kind.values else ""
    shown = Paginator(pins.with_all(found.filter(kind=chosen) if chosen else found), SIZE).get_page(request.GET.get("page"))
    return page(
        request, "pins/list.html", sight, here="pins", shown=shown, kind=chosen, all=sum(counts.values()),
        rows=pins.in_words(shown.object_list), kinds=[(k, words, counts.get(k, 0)) for k, words in Pin.Kind.choices],
    )


def _person(request: HttpRequest, sight: access.Sight, registration_id: int) -> Registration:
    plans.require_whole(sight)
    return get_object_or_404(people.with_details(access.registrations_visible_to(sight)), pk=registration_id)


def _back(request: HttpRequest, person: int) -> HttpResponse:
    asked = request.POST.get("plan", "")
    return redirect(reverse("person", args=[person]) + (f"?plan={asked}" if asked.isdecimal() else "") + "#pins")


@login_required
@require_POST
def pin(request: HttpRequest, registration_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Registration, registration_id)
    context = person_context(request, sight, _person(request, sight, registration_id), request.POST)
    form, person = context["pin_form"], context["person"]
    if not form.is_valid():
        return show_person(request, sight, context, status=422)
    try:
        pin_person(person=person, reason=form.cleaned_data["reason"], by=sight.user, **form.decided)
    except RuleBroken as broken:
        return show_person(request, sight, context, broken.sentences, status=409)
    messages.success(request, _("Decided for %(name)s. Every run from now on keeps it; a draft that does not is not "
                                "published.") % {"name": person.worker.name})
    return _back(request, person.pk)


@login_required
@require_POST
def lift(request: HttpRequest, pin_id: int) -> HttpResponse:
    sight = access.sight_of(reader(request), Pin, pin_id)
    held = get_object_or_404(access.pins_visible_to(sight), pk=pin_id)
    try:
        lift_pin(pin=held, by=sight.user, why=request.POST.get("why", ""))
    except RuleBroken as broken:
        context = person_context(request, sight, _person(request, sight, held.registration_id))
        return show_person(request, sight, context, broken.sentences, status=409)
    messages.success(request, _("The pin is lifted. The next run decides freely again."))
    return _back(request, held.registration_id)
