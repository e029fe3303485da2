"""Locks of trips' lists: set, frozen when due, signed by the offices or objected to, frozen anew, lifted."""
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import FrozenList, FrozenSeat, Plan, RosterLock, SeatBooking, SignOff
from dispatch.queries.locks import SIGNING_ROLES
from laborbridge.accounts.models import Membership, Organisation, User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from laborbridge.web.words import when
from transport.models import Trip
from transport.queries import calls_of

log = logging.getLogger(__name__)

MOST_HOURS = 14 * 24
LONGEST_REASON = 400


# --- setting ---------------------------------------------------------------------------------------------------------


def set_locks(
    *, campaign: Campaign, trips: Sequence[Trip], offices: Sequence[Organisation], by: User,
    hours: int | None = None, at: datetime | None = None,
) -> list[RosterLock]:
    """Lock each trip's list `hours` before it departs, or all `at` one time; RuleBroken says what stands against it.

    Trips that have a lock already keep it as it is.
    """
    _refuse_offices(campaign, offices)
    free = [trip for trip in trips if not trip.locks.filter(lifted_at=None).exists()]
    if not free:
        raise RuleBroken(_("No trip here is without a lock. Choose another day or kind."))
    times = [_time_of(trip, hours, at) for trip in free]
    with rules_in_words():
        locks = RosterLock.objects.bulk_create(
            RosterLock(trip=trip, locks_at=locks_at, asked_by=by) for trip, locks_at in zip(free, times, strict=True)
        )
        names = [office.name for office in offices]
        for lock in locks:
            lock.offices.set(offices)
            record("list lock set", subject=lock, by=by, campaign=campaign, trip=lock.trip.ref,
                   locks_at=lock.locks_at.isoformat(), offices=names)
    return locks


def _refuse_offices(campaign: Campaign, offices: Sequence[Organisation]) -> None:
    if not offices:
        raise RuleBroken(_("Choose at least one office that must agree."))
    taking_part = set(campaign.participants.values_list("pk", flat=True))
    if strangers := [office.name for office in offices if office.pk not in taking_part]:
        raise RuleBroken(_("These offices take no part in the campaign: %(names)s.") % {"names": ", ".join(strangers)})
    able = set(Membership.objects.filter(organisation__in=offices, role__in=SIGNING_ROLES, user__is_active=True)
               .values_list("organisation", flat=True))
    if mute := [office.name for office in offices if office.pk not in able]:
        raise RuleBroken(_("Nobody could sign for %(names)s: no member of its staff has an account here.") % {
            "names": ", ".join(mute)})


def _time_of(trip: Trip, hours: int | None, at: datetime | None) -> datetime:
    if (hours is None) == (at is None):
        raise RuleBroken(_("Give either the hours before departure or a time, not both and not neither."))
    if trip.state != Trip.State.SCHEDULED or trip.departs_at is None:
        raise RuleBroken(_("Trip %(trip)s does not run, so its list cannot be locked.") % {"trip": trip.ref})
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise RuleBroken(_("A list is locked from 1 to %(most)s hours before departure, not %(given)s.") % {
            "most": MOST_HOURS, "given": hours})
    locks_at = at or trip.departs_at - timedelta(hours=hours or 0)
    if locks_at >= trip.departs_at:
        raise RuleBroken(_("Trip %(trip)s departs %(departs)s; its list can only be locked before that, not %(at)s.") % {
            "trip": trip.ref, "departs": when(trip.departs_at), "at": when(locks_at)})
    return locks_at


# --- freezing --------------------------------------------------------------------------------------------------------


def freeze_due() -> list[int]:
    """Freeze each list whose time has come and that has a published plan; safe twice at once, and late."""
    never = ~Exists(FrozenList.objects.filter(lock=OuterRef("pk")))
    published = Exists(Plan.objects.filter(campaign=OuterRef("trip__campaign"), state=Plan.State.PUBLISHED))
    due = RosterLock.objects.filter(
        never, published, lifted_at=None, locks_at__lte=Now(), trip__state=Trip.State.SCHEDULED)
    frozen = []
    for pk in list(due.order_by("locks_at", "pk").values_list("pk", flat=True)):
        try:
            frozen += [pk] if _freeze_once(pk) else []
        except RuleBroken as broken:
            # The next round tries it again; the others are not kept waiting.
            log.warning("the list of lock %s was not frozen: %s", pk, broken)
    return frozen


def _freeze_once(pk: int) -> bool:
    with rules_in_words():
        lock = _held(pk)
        if lock.lifted_at is not None or lock.lists.exists():
            return False
        return _freeze(lock, by=None, why="") is not None


def freeze_again(*, lock: RosterLock, by: User, why: str) -> FrozenList:
    """Freeze the list as it is now in place of the frozen one: what was signed counts no more, all are asked again."""
    why = _reason(why, _("Say in 1 to 400 characters why the list is frozen again: all offices read it."))
    with rules_in_words():
        held = _held(lock.pk)
        if held.lifted_at is not None:
            raise RuleBroken(_("This lock was lifted. Set a new one first."))
        if not held.lists.exists():
            raise RuleBroken(_("The list has not been frozen yet; it is at %(at)s.") % {"at": when(held.locks_at)})
        frozen = _freeze(held, by=by, why=why)
        if frozen is None:
            raise RuleBroken(_("No plan is published now, so there is no list to freeze."))
    return frozen


def _held(pk: int) -> RosterLock:
    """The lock, with its row taken: who freezes, signs or lifts waits for one another."""
    return RosterLock.objects.select_for_update(of=("self",), no_key=True).select_related("trip__campaign").get(pk=pk)


def _freeze(lock: RosterLock, *, by: User | None, why: str) -> FrozenList | None:
    """Write down what the published plan says of the trip; None where no plan is published."""
    campaign = lock.trip.campaign
    # Publishing takes the campaign's row first, so the plan stays the published one until this is written.
    _share(campaign)
    plan = Plan.objects.filter(campaign=campaign, state=Plan.State.PUBLISHED).first()
    if plan is None:
        return None
    seats = _seats(plan, lock.trip)
    frozen = FrozenList.objects.create(
        lock=lock, number=lock.lists.count() + 1, plan=plan, by=by, why=why, people=len(seats), calls=_calls(lock.trip))
    for seat in seats:
        seat.frozen = frozen
    FrozenSeat.objects.bulk_create(seats)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_frozenlist SET digest = dispatch_frozen_digest(id) WHERE id = %s", [frozen.pk])
    frozen.refresh_from_db()
    record("list frozen", subject=lock, by=by, campaign=campaign, trip=lock.trip.ref, number=frozen.number,
           plan=plan.number, people=frozen.people, digest=frozen.digest, why=why)
    return frozen


def _share(campaign: Campaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM campaigns_campaign WHERE id = %s FOR SHARE", [campaign.pk])


def _seats(plan: Plan, trip: Trip) -> list[FrozenSeat]:
    rows = SeatBooking.objects.filter(plan=plan, trip=trip, held=True).order_by("assignment__registration", "leg").distinct(
        "assignment__registration").values_list(
        "assignment__registration", "assignment__registration__worker__name", "board", "alight", "seat",
        "assignment__posting")
    return [FrozenSeat(registration_id=who, name=name, board=board, alight=alight, seat=seat, posting_id=posting)
            for who, name, board, alight, seat, posting in rows]


def _calls(trip: Trip) -> list[dict[str, str]]:
    return [{"place": call.place.name, "arrive": call.arrive_at.isoformat(), "depart": call.depart_at.isoformat()}
            for call in calls_of([trip.pk])[trip.pk]]


# --- the offices -----------------------------------------------------------------------------------------------------


def sign_list(*, lock: RosterLock, organisation: Organisation, digest: str, by: User) -> SignOff:
    """An office agrees to the list that was shown to it; RuleBroken where another one is frozen by now."""
    return _say(lock, organisation, digest, by, agrees=True, why="")


def object_to_list(*, lock: RosterLock, organisation: Organisation, digest: str, by: User, why: str) -> SignOff:
    """An office says what stands against the list; who set the lock decides what comes of it."""
    why = _reason(why, _("Say in 1 to 400 characters what stands against the list."))
    return _say(lock, organisation, digest, by, agrees=False, why=why)


def _say(lock: RosterLock, organisation: Organisation, digest: str, by: User, *, agrees: bool, why: str) -> SignOff:
    with rules_in_words():
        frozen = lock.lists.filter(digest=digest).order_by("-number").first() if digest else None
        if frozen is None:
            raise RuleBroken(_("Another list is frozen by now than the one that was shown to you. Look at it, then sign."))
        said = SignOff.objects.create(
            frozen=frozen, organisation=organisation, agrees=agrees, by=by, digest=digest, why=why)
        record("list signed" if agrees else "list objected to", subject=lock, by=by, campaign=lock.trip.campaign,
               trip=lock.trip.ref, number=frozen.number, office=organisation.name, digest=digest, why=why)
    return said


def lift_lock(*, lock: RosterLock, by: User, why: str) -> RosterLock:
    """Take the lock off; what was frozen and who had signed stays on record."""
    why = _reason(why, _("Say in 1 to 400 characters why the lock is lifted: it stays on record."))
    with rules_in_words():
        lifted = RosterLock.objects.filter(pk=lock.pk, lifted_at=None).update(
            lifted_at=Now(), lifted_by=by, lifted_why=why)
        if not lifted:
            raise RuleBroken(_("This lock was lifted already."))
        record("list lock lifted", subject=lock, by=by, campaign=lock.trip.campaign, trip=lock.trip.ref, why=why)
    lock.refresh_from_db()
    return lock


def _reason(why: str, otherwise: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        raise RuleBroken(otherwise)
    return why


def said_of(locks: Sequence[RosterLock]) -> str:
    """What came of setting locks, in a sentence."""
    said = ngettext("%(n)s list is locked", "%(n)s lists are locked", len(locks)) % {"n": f"{len(locks):,}"}
    if all(lock.locks_at <= timezone.now() for lock in locks):
        return _("%(said)s. The time has come already: they are frozen within the next minute.") % {"said": said}
    return _("%(said)s. The first is frozen %(at)s.") % {"said": said, "at": when(min(lock.locks_at for lock in locks))}
