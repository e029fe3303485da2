"""Pins: what staff decide of one person, set and lifted; and a run that cannot keep them."""
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from dispatch.matching.pins import PinsRefused, Rule
from dispatch.models import Assignment, Pin, PinRefusal, Run, SeatBooking
from dispatch.queries.pins import refusal_in_words
from dispatch.snapshot import Few, impossible_pins, take_small_snapshot
from jobs.models import Posting
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import Call, Trip
from workers.models import Registration

from .runs import fail_run

LONGEST_REASON = 400
# What these rules speak of; the others speak of the person alone.
OF_A_POSTING = {Rule.NOT_ELIGIBLE, Rule.MINOR, Rule.CLEARANCE, Rule.JOB_GONE, Rule.FEWER_POSTS}
OF_A_TRIP = {Rule.TRIP_GONE, Rule.FEWER_SEATS}


def pin_person(
    *, person: Registration, kind: str, reason: str, by: User, posting: Posting | None = None, trip: Trip | None = None,
    assignment: Assignment | None = None,
) -> Pin:
    """Decide something of a person that runs must keep; RuleBroken says what certainly stands against it.

    A pinned assignment is given by one of a plan: its posting and the seats that are held for it.
    """
    reason = _reason(reason)
    if person.outcome:
        raise RuleBroken(_("%(name)s needs no place: %(outcome)s. There is nothing to pin.") % {
            "name": person.worker.name, "outcome": person.get_outcome_display()})
    if assignment is not None and assignment.registration_id != person.pk:
        raise RuleBroken(_("This assignment is another person's. Load the page again."))
    with rules_in_words():
        made = Pin.objects.create(
            campaign_id=person.campaign_id, registration=person, kind=kind, trip=trip, reason=reason, made_by=by,
            posting=assignment.posting if assignment else posting, legs=_legs(assignment) if assignment else [],
        )
        _refuse_what_is_certain(made)
        record("pinned", subject=person, by=by, campaign=person.campaign, pin=made.pk, kind=kind, why=reason,
               posting=made.posting.ref if made.posting else "", trip=trip.ref if trip else "", legs=made.legs)
    return made


def lift_pin(*, pin: Pin, by: User, why: str) -> Pin:
    """Let go of a decision; it stays on record, with who let go of it and why."""
    why = _reason(why)
    with rules_in_words():
        lifted = Pin.objects.filter(pk=pin.pk, lifted_at=None).update(lifted_at=Now(), lifted_by=by, lifted_why=why)
        if not lifted:
            raise RuleBroken(_("This pin was lifted already."))
        record("pin lifted", subject=pin.registration, by=by, campaign=pin.campaign, pin=pin.pk, kind=pin.kind, why=why)
    pin.refresh_from_db()
    return pin


def let_go_of_pin(pin: int, by: int, why: str) -> None:
    """A pin that was made anew for two entries of one person ends with the merge; it stays on record."""
    lift_pin(pin=Pin.objects.get(pk=pin), by=User.objects.get(pk=by), why=why)


def fail_for_pins(run: int, claim: uuid.UUID, refused: PinsRefused) -> None:
    """A run that cannot keep its pins ends before it solves anything; whom it concerns, and why, is written down."""
    with transaction.atomic():
        if fail_run(run, claim, Run.PINS_REFUSED):
            PinRefusal.objects.bulk_create(
                PinRefusal(run_id=run, registration_id=who, rule=rule.name.lower(),
                           posting_id=about if rule in OF_A_POSTING else None, trip_id=about if rule in OF_A_TRIP else None)
                for who, rule, about in refused.named
            )


def _reason(why: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        raise RuleBroken(_("Say in 1 to 400 characters why: it stays on record."))
    return why


def _legs(assignment: Assignment) -> list[dict[str, int]]:
    held = SeatBooking.objects.filter(assignment=assignment, held=True).order_by("leg")
    return [{"trip": leg.trip_id, "board": leg.board, "alight": leg.alight} for leg in held]


def _refuse_what_is_certain(made: Pin) -> None:
    """The same look at the person's pins that a run takes before it solves, with nobody in it whom it does not need."""
    snapshot = take_small_snapshot(made.campaign, _few(made))
    wrong = [r for r in impossible_pins(snapshot) if snapshot.registrations[r.worker] == made.registration_id]
    if wrong:
        raise RuleBroken(*(_said(r.broken, int(r.about or 0)) for r in dict.fromkeys(wrong)))


def _said(rule: Rule, about: int) -> str:
    posting = Posting.objects.select_related("site__employer").get(pk=about) if rule in OF_A_POSTING else None
    trip = Trip.objects.get(pk=about) if rule in OF_A_TRIP else None
    return refusal_in_words(rule.name.lower(), posting, trip)


def _few(made: Pin) -> Few:
    """The person, and whoever else is pinned to the same posting, with all their live pins."""
    live = Pin.objects.filter(lifted_at=None)
    same_job = Q(kind__in=(Pin.Kind.JOB, Pin.Kind.ASSIGNMENT), posting=made.posting_id, posting__isnull=False)
    people = {made.registration_id, *live.filter(same_job).values_list("registration", flat=True)}
    pins = list(live.filter(registration__in=people))
    postings = {pin.posting_id for pin in pins if pin.posting_id}
    trips = {pin.trip_id for pin in pins if pin.trip_id} | {leg["trip"] for pin in pins for leg in pin.legs}
    homes = Registration.objects.filter(pk__in=people).values_list("township__path", flat=True)
    parks = Posting.objects.filter(pk__in=postings).values_list("site__place__path", flat=True)
    stops = Call.objects.filter(trip__in=trips).values_list("place__path", flat=True)
    return Few(tuple(people), tuple(postings), tuple(trips), _with_all_above([*homes, *parks, *stops]))


def _with_all_above(paths: Iterable[str]) -> tuple[int, ...]:
    return tuple({int(part) for path in paths for part in path.split("/") if part})
