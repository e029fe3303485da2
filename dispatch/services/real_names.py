"""The real-name list of a trip: asked for, released by a second person, taken, closed; and the carrier's answer."""
import hashlib
import secrets
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.importing.answers import CREW_FIELDS, Comparison, compare
from dispatch.importing.returned import Returned
from dispatch.models import CarrierAnswer, RealNameLink, RealNameList, RealNameTaking, Ticket
from dispatch.queries import real_names
from dispatch.rosters import name_rows
from dispatch.rosters.real_names import write
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import Trip

# A list outlives its trip by a day, for tickets that are changed on the way, and never a week after its release.
LONGEST, AFTER_ARRIVAL = timedelta(days=7), timedelta(days=1)
_MOST_SENTENCES = 20


class Overtaken(Exception):
    """Between the preview and its confirmation something else was stored; what would change now is another thing."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.comparison = comparison


def ask_for_names(*, trip: Trip, purpose: str, by: User) -> RealNameList:
    """Ask for a trip's list. RuleBroken without a purpose, without riders, or where a list is open already."""
    purpose = purpose.strip()
    if not 1 <= len(purpose) <= 400:
        raise RuleBroken(_("Say in 1 to 400 characters what the whole numbers are for: it stays on record."))
    with rules_in_words():
        plan = real_names.published_plan_of(trip)
        if plan is None or not real_names.rides_of(trip, plan):
            raise RuleBroken(_("Nobody rides this trip by a published plan, so there are no names to give."))
        if trip.state != Trip.State.SCHEDULED:
            raise RuleBroken(_("The trip is closed or cancelled, so its carrier needs no names any more."))
        for old in RealNameList.objects.select_for_update(no_key=True).filter(trip=trip, closed_at=None):
            if old.state == "expired":
                _close(old, why=_("Its time was over."), by=by)
        names = RealNameList.objects.create(trip=trip, plan=plan, purpose=purpose, requested_by=by)
        record("real names asked for", subject=names, by=by, campaign=trip.campaign, trip=trip.ref, purpose=purpose)
    return names


def _locked(names: RealNameList) -> RealNameList:
    rows = RealNameList.objects.select_for_update(no_key=True, of=("self",)).select_related("trip__campaign")
    return rows.get(pk=names.pk)


def release_names(*, names: RealNameList, by: User) -> RealNameList:
    """Release what somebody else has asked for; from now on the carrier can take it, for its time."""
    with rules_in_words():
        asked = _locked(names)
        if asked.state != "asked":
            raise RuleBroken(_("This list has been released, refused or taken back already. Look at it first."))
        now = timezone.now()
        arrival = max(asked.trip.arrives_at or now, now)
        asked.released_by, asked.released_at = by, now
        asked.expires_at = min(now + LONGEST, arrival + AFTER_ARRIVAL)
        asked.save(update_fields=["released_by", "released_at", "expires_at"])
        record("real names released", subject=asked, by=by, campaign=asked.trip.campaign, trip=asked.trip.ref,
               asked_by=asked.requested_by_id)
    return asked


def close_names(*, names: RealNameList, why: str, by: User) -> RealNameList:
    """Refuse a list, or take back one that was released: from now on nothing is given by it."""
    why = why.strip()
    if not 1 <= len(why) <= 400:
        raise RuleBroken(_("Say in 1 to 400 characters why: it stays on record."))
    with rules_in_words():
        asked = _locked(names)
        if asked.closed_at:
            raise RuleBroken(_("This list has been refused or taken back already."))
        _close(asked, why=why, by=by)
    return asked


def _close(names: RealNameList, *, why: str, by: User) -> None:
    names.closed_by, names.closed_at, names.closed_why = by, timezone.now(), why
    names.save(update_fields=["closed_by", "closed_at", "closed_why"])
    names.links.filter(revoked_at=None).update(revoked_by=by, revoked_at=Now())
    record("real names closed", subject=names, by=by, campaign=names.trip.campaign, trip=names.trip.ref, why=why)


def make_link(*, names: RealNameList, by: User) -> str:
    """A new link in place of the one before; its secret is returned this once and kept nowhere."""
    token = secrets.token_urlsafe(16)
    with rules_in_words():
        asked = _locked(names)
        if not asked.may_be_taken:
            raise RuleBroken(_("A link is made of a list that is released and whose time is not over."))
        asked.links.filter(revoked_at=None).update(revoked_by=by, revoked_at=Now())
        link = RealNameLink.objects.create(names=asked, digest=real_names.digest_of(token), made_by=by)
        record("real-name link made", subject=link, by=by, campaign=asked.trip.campaign, trip=asked.trip.ref)
    return token


def revoke_link(*, names: RealNameList, by: User) -> None:
    with rules_in_words():
        asked = _locked(names)
        link = asked.links.filter(revoked_at=None).first()
        if link is None:
            raise RuleBroken(_("There is no link that stands. Perhaps somebody has revoked it at this moment."))
        asked.links.filter(pk=link.pk).update(revoked_by=by, revoked_at=Now())
        record("real-name link revoked", subject=link, by=by, campaign=asked.trip.campaign, trip=asked.trip.ref)


def take_names(*, names: RealNameList, by: User | None = None, link: RealNameLink | None = None) -> tuple[str, bytes]:
    """The workbook with whole numbers, by its name; the record of its being given is in the same transaction."""
    with rules_in_words():
        asked = RealNameList.objects.select_related("trip__campaign", "trip__carrier").get(pk=names.pk)
        trip = Trip.objects.select_related("campaign", "carrier", "seat_map", "vehicle__seat_map").get(pk=asked.trip_id)
        plan = real_names.published_plan_of(trip)
        if not asked.may_be_taken or plan is None:
            raise RuleBroken(_("This list cannot be taken: it is not released, its time is over, or it was taken back."))
        found = name_rows.of_trip(trip, plan, asked)
        data = write(found.sheet)
        digest = hashlib.sha256(data).hexdigest()
        taking = RealNameTaking.objects.create(
            names=asked, plan=plan, by=by, link=link, rows=len(found.people), digest=digest, people=found.people)
        record("real names taken", subject=taking, by=by, campaign=trip.campaign, trip=trip.ref, rows=len(found.people),
               digest=digest, link=link.pk if link else None)
    return found.file_name, data


def take_over(
    *, names: RealNameList, returned: Returned, by: User | None = None, link: RealNameLink | None = None, seen: str = "",
) -> Comparison:
    """Store what a carrier sent: all of it, or with any fault nothing. `seen` is the digest of the preview confirmed."""
    with rules_in_words():
        trip = Trip.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "campaign", "seat_map", "vehicle__seat_map").get(pk=names.trip_id)
        found = compare(trip, returned)
        if found.faults:
            raise RuleBroken(*first_sentences(found.faults))
        if seen and found.digest != seen and not found.changes_nothing:
            raise Overtaken(found)
        if not found.changes_nothing:
            _store(names, trip, found, by, link)
    return found


def first_sentences(faults: list[str]) -> list[str]:
    more = len(faults) - _MOST_SENTENCES
    return [*faults[:_MOST_SENTENCES], *([_("And %(n)s more of the kind.") % {"n": more}] if more > 0 else [])]


def _store(names: RealNameList, trip: Trip, found: Comparison, by: User | None, link: RealNameLink | None) -> None:
    now = timezone.now()
    told = [{"code": c.code, "before": str(c.before), "after": str(c.after)} for c in found.changes]
    told += [{"code": c.key, "before": c.before, "after": c.after} for c in found.crew]
    answer = CarrierAnswer.objects.create(
        names=names, by=by, link=link, rows=found.rows, new=found.new, changed=found.changed, unchanged=found.unchanged,
        empty=found.empty, changes=told,
    )
    Ticket.objects.bulk_create(
        [Ticket(trip=trip, registration_id=c.registration, coach=c.after.coach, seat=c.after.seat, number=c.after.number,
                given_at=now, answer=answer) for c in found.changes],
        update_conflicts=True, unique_fields=["trip", "registration"],
        update_fields=["coach", "seat", "number", "given_at", "answer"],
    )
    if found.crew:
        crew = {CREW_FIELDS[c.key]: c.after for c in found.crew}
        Trip.objects.filter(pk=trip.pk).update(**crew, crew_given_at=now)
    record("carrier's answer taken over", subject=answer, by=by, campaign=trip.campaign, trip=trip.ref, rows=found.rows,
           new=found.new, changed=found.changed, unchanged=found.unchanged, empty=found.empty,
           crew=[c.key for c in found.crew], link=link.pk if link else None)
