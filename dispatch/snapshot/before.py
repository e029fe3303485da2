"""The published plan as a run starts from it: who could stay as planned, and who sits where."""
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from dispatch.matching.check import check
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Result
from dispatch.matching.seats import SeatsBefore
from dispatch.models import Plan, Ticket
from dispatch.queries.seating import seating_of
from laborbridge.campaigns.models import Campaign
from transport.models import Trip

from .plans import PlanArrays, read_plan, read_seats
from .reading import Snapshot, position, take_snapshot

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PlanBefore:
    """A plan to start from; `places` is what of it each person could keep, `seats` where everybody sits as shown."""

    number: int
    people: int  # who has a place in it
    places: Before
    seats: SeatsBefore

    @property
    def digest(self) -> str:
        seen = hashlib.sha256()
        for values in (self.places.job, self.places.leg_count, self.places.legs, self.seats.legs, self.seats.seats):
            seen.update(np.ascontiguousarray(values).tobytes())
        return seen.hexdigest()

    def compared(self, result: Result, seats: NDArray[np.int16]) -> dict[str, int]:
        """How many could stay, how many of them move or lose their place; and seats that change on a leg that stays."""
        could, moved, dropped = moves(self.places, result, [])
        riding = np.arange(3) < result.leg_count[:, None]
        same = riding & (self.seats.seats >= 0) & (self.seats.legs == result.legs).all(axis=2)
        return {"plan": self.number, "people": self.people, "could_stay": could, "moved": moved - dropped,
                "dropped": dropped, "seats_changed": int((same & (self.seats.seats != seats)).sum())}


def take_snapshot_with(campaign: Campaign, plan: Plan | None) -> tuple[Snapshot, PlanBefore | None]:
    """Campaign and plan as of one moment; the digest is of both."""
    if plan is None:
        return take_snapshot(campaign), None
    with _one_moment():
        snapshot = take_snapshot(campaign)
        before = read_before(plan, snapshot)
    return replace(snapshot, digest=hashlib.sha256(f"{snapshot.digest} {before.digest}".encode()).hexdigest()), before


@contextmanager
def _one_moment() -> Iterator[None]:
    outermost = not transaction.get_connection().in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_before(plan: Plan, snapshot: Snapshot) -> PlanBefore:
    """Assignments that can no longer be had are left out: of people, posts and trips that are gone, by a timetable or a
    clearance that has changed, and of groups of whom one cannot stay."""
    rows = read_plan(plan, snapshot)
    stays = _stays(rows, snapshot)
    places = Before(
        np.where(stays, rows.job, -1).astype(np.int32), np.where(stays, rows.leg_count, 0).astype(np.int8),
        np.where(stays[:, None, None], rows.legs, -1).astype(np.int32),
    )
    seats = read_seats(plan, snapshot)
    people = int((rows.job >= 0).sum()) + rows.unknown_people + rows.unknown_postings
    return PlanBefore(plan.number, people, places, as_shown(seats, snapshot))


def _stays(rows: PlanArrays, snapshot: Snapshot) -> Bools:
    """Whose job and journey the rules still allow; whether there is room for all of them is for the solver to say."""
    p = snapshot.problem
    calls = np.diff(p.call_start)
    used = np.arange(3) < rows.leg_count[:, None]
    trip, board, alight = np.moveaxis(rows.legs, 2, 0)
    there = (trip >= 0) & (board >= 0) & (board < alight)
    if p.trips:
        there &= alight < calls[np.maximum(trip, 0)]
    stays = (rows.job >= 0) & (there | ~used).all(axis=1)
    found = check(
        p, np.where(stays, rows.job, -1), np.where(stays, rows.leg_count, 0), np.where(stays[:, None, None], rows.legs, -1)
    )
    stays[[fault.index for fault in found.faults if fault.kind == "worker"]] = False
    return stays & ~_group_breaks(stays, snapshot, [fault.index for fault in found.faults if fault.kind == "group"])


def _group_breaks(stays: Bools, snapshot: Snapshot, split: list[int]) -> Bools:
    """Members of groups that go together, of whom somebody cannot stay."""
    p = snapshot.problem
    if not p.groups:
        return np.zeros(p.workers, np.bool_)
    broken = np.zeros(p.groups, np.bool_)
    broken[split] = True
    broken[p.worker_group[(p.worker_group >= 0) & ~stays]] = True
    broken &= ~p.group_may_split
    return np.asarray((p.worker_group >= 0) & broken[np.maximum(p.worker_group, 0)])


def as_shown(seats: SeatsBefore, snapshot: Snapshot) -> SeatsBefore:
    """The carrier's tickets go before our numbers: who has one sits there, and of two the one with the ticket keeps it."""
    tickets = Ticket.objects.filter(trip__in=snapshot.trips.tolist()).exclude(seat="").order_by("pk")
    ticketed: dict[int, list[int]] = defaultdict(list)
    for trip_id, registration in tickets.values_list("trip", "registration"):
        ticketed[trip_id].append(registration)
    if not ticketed:
        return seats
    found = SeatsBefore(seats.legs, seats.seats.copy())
    for trip in Trip.objects.filter(pk__in=ticketed).select_related("seat_map", "vehicle__seat_map").order_by("pk"):
        _by_ticket(found, snapshot, trip, ticketed[trip.pk])
    return found


def _by_ticket(seats: SeatsBefore, snapshot: Snapshot, trip: Trip, people: list[int]) -> None:
    """`seats` on one trip, in place."""
    here = seats.legs[:, :, 0] == position(snapshot.trips, np.array([trip.pk]))[0]
    closed = {*trip.escort_on, *trip.isolation_on, *trip.empty_on}
    shown, taken = seating_of([trip])[trip.pk], np.zeros((trip.seats, int(seats.legs[:, :, 2].max(initial=0)) + 1), np.bool_)
    sits = np.zeros(here.shape, np.bool_)
    for registration, worker in zip(people, position(snapshot.registrations, np.array(people)).tolist(), strict=True):
        if worker < 0 or not shown.is_on_its_ticket(registration):
            continue
        for leg in np.flatnonzero(here[worker]):
            seat, (board, alight) = shown.drawn(registration, 0), seats.legs[worker, leg, 1:].tolist()
            if seat not in closed and not taken[seat, board:alight].any():
                seats.seats[worker, leg], sits[worker, leg] = seat, True
                taken[seat, board:alight] = True
    for at in np.argwhere(here & ~sits & (seats.seats >= 0)):
        ours, (board, alight) = int(seats.seats[*at]), seats.legs[*at][1:].tolist()
        if ours < trip.seats and taken[ours, board:alight].any():
            seats.seats[*at] = -1
