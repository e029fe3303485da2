"""Why a registration that a list brought cannot simply go: a published plan has it, or something that must be seen again."""
from collections.abc import Sequence

from django.utils.translation import gettext as _

from dispatch.models import Assignment, Plan, SeatBooking
from laborbridge.web.words import when
from workers.models import Registration

State = Plan.State
# What points to registrations and is history: a person whom it names stays on record.
_HISTORY = ("assignments", "unplaced", "assignment_history", "pins", "pin_refusals", "tickets", "ended_tickets",
            "frozen_seats", "gatherings", "scans", "explanations")


def held_by_published_plans(registrations: Sequence[int]) -> dict[int, str]:
    """Who has a live place in a published plan, with what it is."""
    live = Assignment.objects.filter(
        registration__in=registrations, plan__state=State.PUBLISHED, state__in=Assignment.LIVE).select_related("plan")
    first_leg = dict(SeatBooking.objects.filter(
        assignment__in=live, leg=0, held=True).values_list("assignment", "trip__ref"))
    said = {}
    for one in live:
        trip = first_leg.get(one.pk)
        named = {"plan": one.plan.number, "trip": trip, "when": when(one.leaves_at)}
        said[one.registration_id] = (
            _("has a seat in the published plan %(plan)s (%(trip)s, %(when)s)") if trip else
            _("has a job in the published plan %(plan)s")) % named
    return said


def kept_on_record(registrations: Sequence[int]) -> dict[int, str]:
    """Who stands in drafts, earlier plans, or anything else that is looked at again."""
    said: dict[int, str] = {}
    for relation in _HISTORY:
        spoken = Registration.objects.filter(pk__in=registrations, **{f"{relation}__isnull": False})
        for pk in spoken.values_list("pk", flat=True).distinct():
            said.setdefault(pk, _("a draft, an earlier plan or another record names this person"))
    return said
