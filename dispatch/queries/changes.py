"""Recorded changes of a published plan: who, when, why, and whom each touched, from the history that triggers wrote."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dispatch.models import Assignment, AssignmentHistory, Plan, PlanChange
from dispatch.reasons import Reason
from jobs.models import Posting
from laborbridge.accounts.models import User
from laborbridge.audit.models import Entry
from transport.models import Call, SeatMap, Trip
from transport.queries import calls_of, seat_of
from transport.seat_maps import seat_words, seats_in_order
from workers.models import Registration

from .access import Sight, plans_visible_to, sight_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Swap:
    """What a trip ran with before and after, as the audit keeps it."""

    trip: int
    ref: str
    before: Row
    after: Row

    @property
    def says_load(self) -> bool:
        """Only where it was another than the usual one; records from before there were load rules name none."""
        return {_load(self.before), _load(self.after)} != {Trip.LoadRule.FULL}

    @property
    def load_before(self) -> str:
        return str(_load(self.before).label)

    @property
    def load_after(self) -> str:
        return str(_load(self.after).label)


def _load(row: Row) -> Trip.LoadRule:
    return Trip.LoadRule(row.get("load_rule", Trip.LoadRule.FULL))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a person: a seat, a post or a place at home. An empty side: there was, or is, none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Touched:
    person: Registration
    lines: list[Line] = field(default_factory=list)


def changes_visible_to(sight: Sight) -> QuerySet[PlanChange]:
    return PlanChange.objects.filter(plan__in=plans_visible_to(sight).values("pk"))


def sight_of_change(user: User, change_id: int) -> Sight:
    plan = PlanChange.objects.filter(pk=change_id).values_list("plan", flat=True).first()
    if plan is None:
        raise Http404
    return sight_of(user, Plan, plan)


def change_or_404(sight: Sight, change_id: int) -> PlanChange:
    return get_object_or_404(changes_visible_to(sight).select_related("plan", "by"), pk=change_id)


def newest_of(plan: Plan, limit: int = 20) -> QuerySet[PlanChange]:
    """What was changed in a plan, the last first; its publication is on the plan's page already."""
    own = (PlanChange.Kind.PUBLISH, PlanChange.Kind.SUPERSEDE)
    return PlanChange.objects.filter(plan=plan).exclude(kind__in=own).select_related("by").order_by("-pk")[:limit]


def people_of(change: PlanChange) -> QuerySet[AssignmentHistory, Any]:
    """The ids of whom a change touched; those whom it left at home come first."""
    rows = AssignmentHistory.objects.filter(change=change).order_by().values("registration")
    left = Count("pk", filter=Q(after__has_key="reason"))
    return rows.annotate(left=left).order_by("-left", "registration").values_list("registration", flat=True)


def left_by(change: PlanChange) -> int:
    return AssignmentHistory.objects.filter(change=change, before__isnull=True, after__has_key="reason").count()


def swap_of(change: PlanChange) -> Swap | None:
    """The vehicle that this change swapped, where it was one of these."""
    entry = Entry.objects.filter(
        action="vehicle swapped", subject=PlanChange._meta.label_lower, subject_id=change.pk).first()
    if entry is None:
        return None
    return Swap(entry.detail["trip"], entry.detail["ref"], entry.detail["before"], entry.detail["after"])


def touched(change: PlanChange, people: Sequence[int], swap: Swap | None) -> list[Touched]:
    """Before and after of some people, in a fixed number of queries."""
    rows = AssignmentHistory.objects.filter(change=change, registration__in=people).order_by("pk")
    things: dict[int, dict[tuple[str, int], tuple[Row | None, Row | None]]] = defaultdict(dict)
    for row in rows:
        shown: Row = row.after or row.before or {}
        key = (_sort_of(shown), shown["id"])
        first, _last = things[row.registration_id].get(key, (row.before, None))
        things[row.registration_id][key] = (first, row.after)
    words = _Words([side for its in things.values() for both in its.values() for side in both if side], swap)
    who = Registration.objects.select_related("worker").in_bulk(people)
    return [
        Touched(who[pk], [line for (sort, _id), both in sorted(things[pk].items()) if (line := words.line(sort, *both))])
        for pk in people
    ]


def _sort_of(row: Row) -> str:
    """In the order in which they are read: home, post, seats."""
    return "0 home" if "reason" in row else "1 post" if "posting_id" in row else "2 seat"


class _Words:
    """Rows of the history in words; what they name is fetched at once."""

    def __init__(self, rows: Iterable[Row], swap: Swap | None) -> None:
        rows = list(rows)
        trips = {row["trip_id"] for row in rows if "trip_id" in row}
        postings = {row["posting_id"] for row in rows if "posting_id" in row}
        self.swap = swap
        self.trips = Trip.objects.select_related("seat_map", "vehicle__seat_map").in_bulk(trips)
        self.postings = Posting.objects.select_related("site__employer").in_bulk(postings)
        self.calls: dict[int, list[Call]] = calls_of(list(trips))
        maps = [side["seat_map"] for side in (swap.before, swap.after)] if swap else []
        self.maps = SeatMap.objects.in_bulk([pk for pk in maps if pk])
        self.names: dict[tuple[int, bool], list[str]] = {}

    def line(self, sort: str, before: Row | None, after: Row | None) -> Line | None:
        say = {"0 home": self._home, "1 post": self._post, "2 seat": self._seat}[sort]
        line = Line(say(before, True) if before else "", say(after, False) if after else "")
        return None if line.before == line.after else line

    def _home(self, row: Row, _before: bool) -> str:
        return _("left at home: {reason}").format(reason=dict(Reason.choices).get(row["reason"], row["reason"]))

    def _post(self, row: Row, _before: bool) -> str:
        if row["state"] in (Assignment.State.WITHDRAWN, Assignment.State.REFUSED):
            return ""
        posting = self.postings[row["posting_id"]]
        return _("post at {firm} ({ref})").format(firm=posting.site.employer.name, ref=posting.ref)

    def _seat(self, row: Row, before: bool) -> str:
        if not row["held"]:
            return ""
        trip, calls = self.trips[row["trip_id"]], self.calls[row["trip_id"]]
        return _("{trip}: {seat}, {start} to {end}").format(
            trip=trip.ref, seat=seat_of(self._names(trip, before), row["seat"]),
            start=calls[row["board"]].place.name, end=calls[row["alight"]].place.name,
        )

    def _names(self, trip: Trip, before: bool) -> list[str]:
        """On the vehicle of that time, where this change swapped it; else on that of today."""
        if (trip.pk, before) not in self.names:
            self.names[trip.pk, before] = [
                seat_words(s.coach, s.label) for s in seats_in_order(self._coaches(trip, before))
            ]
        return self.names[trip.pk, before]

    def _coaches(self, trip: Trip, before: bool) -> Sequence[Any]:
        if self.swap and self.swap.trip == trip.pk:
            then = self.maps.get((self.swap.before if before else self.swap.after)["seat_map"])
        else:
            then = trip.seat_map or (trip.vehicle.seat_map if trip.vehicle else None)
        return then.coaches if then else []
