"""What of frozen lists is otherwise now, and by which recorded change: also across plans published since."""
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from dispatch.models import Assignment, FrozenList, Plan, PlanChange
from jobs.models import Posting
from transport.models import Call

from .locks import DIFFERENT, Locked


class Row(NamedTuple):
    """What a list says of one person: calls, seat and posting."""

    board: int
    alight: int
    seat: int
    posting: int


@dataclass(frozen=True, slots=True)
class Cause:
    """The recorded change that a difference comes from."""

    change: int
    plan: int
    at: datetime
    by: str
    why: str
    is_publishing: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One person whose row on a frozen list is otherwise now, is new, or is gone."""

    registration: int
    name: str
    was: Row | None
    now: Row | None
    named: str  # as the frozen list names them, where that has been corrected since
    cause: Cause | None
    # Of somebody who is off the list: the state in the present plan, and the trips they ride instead.
    state: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Retimed:
    """A call that is not what it was when the list was frozen; None where there was or is none."""

    was: tuple[str, datetime] | None
    now: tuple[str, datetime] | None


def changes_since(locked: Collection[Locked], plan: Plan, only: Collection[int] | None = None) -> dict[int, list[Change]]:
    """By lock, what the plan says otherwise than the frozen list; `only` some people, where not all may be seen."""
    frozen = {found.lock.pk: found for found in locked if found.frozen}
    rows = _rows(DIFFERENT, {"locks": list(frozen), "plan": plan.pk}) if frozen else []
    if only is not None:
        rows = [row for row in rows if row[1] in only]
    if not rows:
        return {}
    people = {row[1] for row in rows}
    causes, fates = _Causes(list(frozen.values()), plan, people), _fates(plan, people)
    found: dict[int, list[Change]] = {}
    for lock, who, *rest in sorted(rows, key=lambda row: (row[0], _kind(row), row[7] or row[2] or 0, row[9] or row[4] or 0)):
        was, now = _row(rest[:4]), _row(rest[5:9])
        state, instead = fates.get(who, ("", "")) if now is None else ("", "")
        cause = causes.of(frozen[lock], who, now) if was != now else None
        found.setdefault(lock, []).append(Change(
            who, rest[9] or rest[4], was, now, rest[4] if was and now and rest[4] != rest[9] else "", cause,
            state, instead))
    return found


def _kind(row: tuple[Any, ...]) -> int:
    """Who came on first, then who left, then who moved."""
    return 0 if row[2] is None else 1 if row[7] is None else 2


def _row(values: list[Any]) -> Row | None:
    return Row(*values) if values[0] is not None else None


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


# --- who, when and why -----------------------------------------------------------------------------------------------

_EARLIER = """
    SELECT b.plan_id, b.trip_id, a.registration_id, b.board, b.alight, b.seat, a.posting_id
      FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
     WHERE b.plan_id = ANY (%(plans)s) AND b.trip_id = ANY (%(trips)s) AND a.registration_id = ANY (%(people)s) AND b.held
"""

# A row of the history without a trip is one of the assignment as a whole.
_HISTORY = """
    SELECT c.plan_id, h.registration_id, coalesce(h.after ->> 'trip_id', h.before ->> 'trip_id')::bigint, c.id
      FROM dispatch_assignmenthistory h JOIN dispatch_planchange c ON c.id = h.change_id
     WHERE h.registration_id = ANY (%(people)s) AND c.plan_id = ANY (%(plans)s) ORDER BY h.id
"""


class _Causes:
    """From a difference to its change: walked back to the plan from which on the person's row is as it is now."""

    def __init__(self, locked: list[Locked], plan: Plan, people: Collection[int]) -> None:
        self.plans = _published_since(locked, plan)
        numbers = {"plans": [p.pk for p in self.plans], "people": list(people), "trips": [f.lock.trip_id for f in locked]}
        self.earlier = {tuple(row[:3]): Row(*row[3:]) for row in _rows(_EARLIER, numbers)} if len(self.plans) > 1 else {}
        self.history: dict[tuple[int, int, int | None], int] = {
            (plan_id, who, trip): change for plan_id, who, trip, change in _rows(_HISTORY, numbers)}
        changes = PlanChange.objects.filter(
            Q(pk__in=set(self.history.values())) | Q(plan__in=numbers["plans"], kind=PlanChange.Kind.PUBLISH))
        self.changes = {c.pk: _cause(c) for c in changes.select_related("by", "plan")}
        self.published = {c.plan: c for c in self.changes.values() if c.is_publishing}

    def of(self, found: Locked, who: int, now: Row | None) -> Cause | None:
        assert found.frozen is not None
        chain = [p for p in self.plans if _since(p, found.frozen)]
        at = len(chain) - 1
        while at > 0 and self.earlier.get((chain[at - 1].pk, found.lock.trip_id, who)) == now:
            at -= 1
        made = [self.history.get((chain[at].pk, who, trip)) for trip in (found.lock.trip_id, None)]
        newest = max((change for change in made if change), default=None)
        if newest is not None:
            return self.changes[newest]
        return self.published.get(chain[at].number) if at else None


def _published_since(locked: list[Locked], plan: Plan) -> list[Plan]:
    """The plans from the earliest frozen one to this one, in the order in which they were published."""
    first = min(f.frozen.plan.published_at for f in locked if f.frozen and f.frozen.plan.published_at)
    published = Plan.objects.filter(campaign=plan.campaign_id, published_at__gte=first).exclude(state=Plan.State.DRAFT)
    return list(published.order_by("published_at", "pk"))


def _since(plan: Plan, frozen: FrozenList) -> bool:
    assert plan.published_at and frozen.plan.published_at
    return (plan.published_at, plan.pk) >= (frozen.plan.published_at, frozen.plan_id)


def _cause(change: PlanChange) -> Cause:
    return Cause(change.pk, change.plan.number, change.at, change.by.name if change.by else "", change.reason,
                 change.kind == PlanChange.Kind.PUBLISH)


_FATES = """
    SELECT DISTINCT ON (a.registration_id) a.registration_id, a.state,
           coalesce((SELECT string_agg(t.ref, ', ' ORDER BY b.leg) FROM dispatch_seatbooking b
                       JOIN transport_trip t ON t.id = b.trip_id WHERE b.assignment_id = a.id AND b.held), '')
      FROM dispatch_assignment a WHERE a.plan_id = %(plan)s AND a.registration_id = ANY (%(people)s)
     ORDER BY a.registration_id, dispatch_is_going(a.state) DESC, a.id DESC
"""


def _fates(plan: Plan, people: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = _rows(_FATES, {"plan": plan.pk, "people": list(people)})
    words = dict(Assignment.State.choices)
    return {who: ("" if trips else str(words.get(state, state)), trips) for who, state, trips in rows}


def employers_of(changes: Iterable[Change]) -> dict[int, str]:
    """By posting, the employer's name: of all postings that some changes speak of."""
    postings = {row.posting for change in changes for row in (change.was, change.now) if row}
    return dict(Posting.objects.filter(pk__in=postings).values_list("pk", "site__employer__name"))


# --- the timetable ---------------------------------------------------------------------------------------------------


def retimed(frozen: FrozenList, calls: list[Call]) -> list[Retimed]:
    """The calls whose place or time is not what the frozen list says."""
    was = [(call["place"], _moment(call, first=seq == 0)) for seq, call in enumerate(frozen.calls)]
    now = [(call.place.name, call.depart_at if call.seq == 0 else call.arrive_at) for call in calls]
    pairs = [(was[n] if n < len(was) else None, now[n] if n < len(now) else None) for n in range(max(len(was), len(now)))]
    return [Retimed(old, new) for old, new in pairs if old != new]


def _moment(call: dict[str, str], *, first: bool) -> datetime:
    """Where people get on first, the departure counts; elsewhere, the arrival."""
    at = parse_datetime(call["depart" if first else "arrive"])
    assert at is not None
    return at
