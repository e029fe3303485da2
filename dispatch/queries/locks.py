"""Reads of locked lists: how far each is, who is missing, what has changed since it was frozen."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from dispatch.models import FrozenList, FrozenSeat, Plan, RosterLock, SeatBooking, SignOff
from laborbridge.accounts.models import Membership, Organisation, User
from laborbridge.campaigns.models import Campaign
from transport.models import Trip

from .access import Role, Sight, people_condition, published_plan_id, registrations_visible_to, sight, trips_visible_to

SIGNING_ROLES = (Role.PLANNER, Role.CASE_OFFICER)


@dataclass(frozen=True, slots=True)
class Office:
    """One office that must agree, and what it says to the newest frozen list."""

    organisation: Organisation
    signed: SignOff | None = None
    objection: SignOff | None = None

    @property
    def objects(self) -> bool:
        return self.signed is None and self.objection is not None


@dataclass(frozen=True, slots=True)
class Moved:
    """How many people's rows differ from a frozen list."""

    on: int = 0
    off: int = 0
    other: int = 0

    @property
    def all(self) -> int:
        return self.on + self.off + self.other


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock with its newest frozen list, its offices and what has changed since."""

    lock: RosterLock
    frozen: FrozenList | None
    offices: list[Office] = field(default_factory=list)
    moved: Moved = Moved()
    can_freeze: bool = True

    @property
    def missing(self) -> list[Organisation]:
        return [office.organisation for office in self.offices if office.signed is None]

    @property
    def signed(self) -> list[Office]:
        return [office for office in self.offices if office.signed]

    @property
    def objecting(self) -> list[Office]:
        return [office for office in self.offices if office.objects]

    @property
    def locked_at(self) -> datetime | None:
        """When the last office signed; None while one is missing."""
        if self.frozen is None or self.missing:
            return None
        return max(office.signed.at for office in self.offices if office.signed)

    @property
    def state(self) -> str:
        if self.lock.lifted_at:
            return "lifted"
        if self.frozen is None:
            return "due" if self.lock.locks_at <= timezone.now() else "set"
        if self.locked_at:
            return "locked"
        return "objected" if self.objecting else "frozen"

    def awaits(self, offices: set[int]) -> bool:
        """Whether one of these offices could sign now."""
        return not self.lock.lifted_at and self.frozen is not None and any(o.pk in offices for o in self.missing)


# --- who sees what ---------------------------------------------------------------------------------------------------


def offices_of(seen: Sight) -> set[int]:
    """The reader's own offices, for which they may sign."""
    return {m.organisation_id for m in seen.having(*SIGNING_ROLES)}


def locks_visible_to(seen: Sight) -> QuerySet[RosterLock]:
    """Bureau staff and case officers: of the trips that they see, and wherever their own office must agree."""
    locks = RosterLock.objects.filter(trip__campaign=seen.campaign)
    if seen.whole:
        return locks
    if not seen.having(*SIGNING_ROLES):
        return locks.none()
    own = RosterLock.offices.through.objects.filter(organisation__in=offices_of(seen)).values("rosterlock")
    return locks.filter(Q(trip__in=trips_visible_to(seen).values("pk")) | Q(pk__in=own))


def sight_of_lock(user: User, lock_id: int) -> Sight:
    campaign_id = RosterLock.objects.filter(pk=lock_id).values_list("trip__campaign", flat=True).first()
    if campaign_id is None:
        raise Http404
    return sight(user, campaign_id)


def lock_or_404(seen: Sight, lock_id: int) -> RosterLock:
    locks = locks_visible_to(seen).select_related("trip__campaign", "trip__vehicle__seat_map", "trip__seat_map",
                                                  "asked_by", "lifted_by")
    return get_object_or_404(locks, pk=lock_id)


def possible_offices(campaign: Campaign) -> QuerySet[Organisation]:
    """The bureaus that take part and have somebody who can sign."""
    able = Membership.objects.filter(role__in=SIGNING_ROLES, user__is_active=True).values("organisation")
    return campaign.participants.filter(kind=Organisation.Kind.BUREAU, pk__in=able).order_by("name")


def trips_without_lock(campaign: Campaign) -> QuerySet[Trip]:
    running = Trip.objects.filter(campaign=campaign, state=Trip.State.SCHEDULED, departs_at__isnull=False)
    return running.exclude(pk__in=RosterLock.objects.filter(lifted_at=None).values("trip"))


# --- how far each lock is --------------------------------------------------------------------------------------------

_NOT_LIFTED = Q(lifted_at__isnull=True)


def _awaiting(offices: Iterable[int]) -> Exists:
    """Whether one of these offices has still to sign a lock's newest list."""
    newest = FrozenList.objects.filter(lock=OuterRef("rosterlock")).order_by("-number").values("pk")[:1]
    signed = SignOff.objects.filter(frozen=OuterRef("newest"), organisation=OuterRef("organisation"), agrees=True)
    must = RosterLock.offices.through.objects.filter(rosterlock=OuterRef("pk"), organisation__in=list(offices))
    return Exists(must.annotate(newest=Subquery(newest)).filter(~Exists(signed), Q(newest__isnull=False)))


def locks_of(seen: Sight) -> QuerySet[RosterLock]:
    """Those that wait for the reader's office first, then in order of time."""
    waits = ExpressionWrapper(Q(_awaiting(offices_of(seen))), output_field=BooleanField())
    found = locks_visible_to(seen).filter(_NOT_LIFTED).annotate(waits=waits)
    return found.select_related("trip__vehicle", "asked_by").order_by("-waits", "trip__departs_at", "pk")


def waiting_for(seen: Sight) -> int:
    """How many lists wait for a signature of the reader's office."""
    return locks_visible_to(seen).filter(_NOT_LIFTED).filter(_awaiting(offices_of(seen))).count()


_MISSING = """
    SELECT o.name, count(*)
      FROM dispatch_rosterlock l
      JOIN LATERAL (SELECT id FROM dispatch_frozenlist WHERE lock_id = l.id ORDER BY number DESC LIMIT 1) f ON true
      JOIN dispatch_rosterlock_offices m ON m.rosterlock_id = l.id
      JOIN accounts_organisation o ON o.id = m.organisation_id
     WHERE l.id = ANY (%s) AND l.lifted_at IS NULL
       AND NOT EXISTS (SELECT FROM dispatch_signoff s
                        WHERE s.frozen_id = f.id AND s.organisation_id = o.id AND s.agrees)
     GROUP BY o.id ORDER BY 2 DESC, o.id
"""


def missing_by_office(seen: Sight) -> list[tuple[str, int]]:
    """Each office that has lists to sign, and how many, most first."""
    locks = list(locks_visible_to(seen).filter(_NOT_LIFTED).values_list("pk", flat=True))
    return [(name, lists) for name, lists in _rows(_MISSING, [locks])]


def lists_of(lock: RosterLock) -> list[FrozenList]:
    return list(lock.lists.select_related("by", "plan").order_by("-number"))


def standings(locks: Sequence[RosterLock], plan: Plan | None) -> list[Locked]:
    """How far each of some locks of a campaign is; the queries are the same for one and for many."""
    ids = [lock.pk for lock in locks]
    newest = {f.lock_id: f for f in FrozenList.objects.filter(lock__in=ids).select_related("plan", "by").order_by("number")}
    offices: dict[int, list[Organisation]] = {pk: [] for pk in ids}
    must = RosterLock.offices.through.objects.filter(rosterlock__in=ids).select_related("organisation")
    for row in must.order_by("organisation"):
        offices[row.rosterlock_id].append(row.organisation)
    said = _said([f.pk for f in newest.values()])
    moved = moved_in(ids, plan) if plan else {}
    return [
        Locked(lock, newest.get(lock.pk), _offices(offices[lock.pk], said, newest.get(lock.pk)),
               moved.get(lock.pk, Moved()), plan is not None)
        for lock in locks
    ]


def _said(lists: list[int]) -> dict[tuple[int, int, bool], SignOff]:
    rows = SignOff.objects.filter(frozen__in=lists).select_related("by").order_by("id")
    return {(s.frozen_id, s.organisation_id, s.agrees): s for s in rows}


def _offices(
    must: list[Organisation], said: dict[tuple[int, int, bool], SignOff], frozen: FrozenList | None
) -> list[Office]:
    if frozen is None:
        return [Office(one) for one in must]
    return [Office(one, said.get((frozen.pk, one.pk, True)), said.get((frozen.pk, one.pk, False))) for one in must]


def seen_on(seen: Sight, trip: Trip) -> set[int]:
    """Of all who were ever on a trip's frozen lists or have a seat on it now, whom the reader may see."""
    frozen = FrozenSeat.objects.filter(frozen__lock__trip=trip).values("registration")
    riding = SeatBooking.objects.filter(plan=published_plan_id(seen.campaign)[:1], trip=trip, held=True)
    people = registrations_visible_to(seen).filter(
        Q(pk__in=frozen) | Q(pk__in=riding.values("assignment__registration")))
    return set(people.values_list("pk", flat=True))


def frozen_seats(seen: Sight, frozen: FrozenList | None) -> QuerySet[FrozenSeat]:
    """The rows of a frozen list, by the call where people get on and by seat: those whom the reader may see."""
    seats = FrozenSeat.objects.filter(people_condition(seen, "registration__"), frozen=frozen)
    return seats.order_by("board", "seat", "pk")


def with_employers(seats: Iterable[FrozenSeat]) -> list[FrozenSeat]:
    """A page of them, by id in a second query: as a trip's manifest."""
    rows = FrozenSeat.objects.filter(pk__in=[seat.pk for seat in seats]).select_related("posting__site__employer")
    return list(rows.order_by("board", "seat", "pk"))


def standing_of(lock: RosterLock, plan: Plan | None) -> Locked:
    return standings([lock], plan)[0]


def locks_of_trips(trips: Iterable[int], plan: Plan | None) -> dict[int, Locked]:
    """By trip, the locks that stand."""
    locks = RosterLock.objects.filter(_NOT_LIFTED, trip__in=list(trips)).select_related("trip__campaign", "asked_by")
    return {found.lock.trip_id: found for found in standings(list(locks), plan)}


def _rows(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


# --- what has changed since ------------------------------------------------------------------------------------------

# The newest frozen list of each lock beside what a plan says of its trip now; rows that agree are left out.
DIFFERENT = """
    WITH lists AS (
        SELECT DISTINCT ON (f.lock_id) f.id, f.lock_id, l.trip_id
          FROM dispatch_frozenlist f JOIN dispatch_rosterlock l ON l.id = f.lock_id
         WHERE f.lock_id = ANY (%(locks)s) ORDER BY f.lock_id, f.number DESC
    ), was AS (
        SELECT lists.lock_id, s.registration_id, s.board, s.alight, s.seat, s.posting_id, s.name
          FROM lists JOIN dispatch_frozenseat s ON s.frozen_id = lists.id
    ), now AS (
        SELECT DISTINCT ON (lists.lock_id, a.registration_id) lists.lock_id, a.registration_id, b.board, b.alight,
               b.seat, a.posting_id, w.name
          FROM lists
          JOIN dispatch_seatbooking b ON b.plan_id = %(plan)s AND b.trip_id = lists.trip_id AND b.held
          JOIN dispatch_assignment a ON a.id = b.assignment_id
          JOIN workers_registration r ON r.id = a.registration_id
          JOIN workers_worker w ON w.id = r.worker_id
         ORDER BY lists.lock_id, a.registration_id, b.leg
    )
    SELECT lock_id, registration_id, was.board, was.alight, was.seat, was.posting_id, was.name,
           now.board, now.alight, now.seat, now.posting_id, now.name
      FROM was FULL JOIN now USING (lock_id, registration_id)
     WHERE (was.board, was.alight, was.seat, was.posting_id, was.name)
           IS DISTINCT FROM (now.board, now.alight, now.seat, now.posting_id, now.name)
"""
_MOVED = f"""
    SELECT lock_id, count(*) FILTER (WHERE d.w IS NULL), count(*) FILTER (WHERE d.n IS NULL),
           count(*) FILTER (WHERE d.w IS NOT NULL AND d.n IS NOT NULL)
      FROM ({DIFFERENT}) d (lock_id, registration_id, w, w2, w3, w4, w5, n, n2, n3, n4, n5) GROUP BY lock_id
"""


def moved_in(locks: Sequence[int], plan: Plan) -> dict[int, Moved]:
    """By lock, how many people a plan has otherwise than the newest frozen list says."""
    if not locks:
        return {}
    rows = _rows(_MOVED, {"locks": list(locks), "plan": plan.pk})
    return {lock: Moved(on, off, other) for lock, on, off, other in rows}


def frozen_lists_changed_by(seen: Sight, draft: Plan) -> list[Locked]:
    """The frozen lists that would no longer be what was signed if a draft were published, in order of departure."""
    locks = list(locks_visible_to(seen).filter(_NOT_LIFTED, lists__isnull=False).distinct().select_related("trip")
                 .order_by("trip__departs_at", "pk"))
    return [found for found in standings(locks, draft) if found.moved.all]

