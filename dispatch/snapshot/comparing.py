"""Two plans of a campaign as it is now, held against each other: who is where else, and why."""
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from dispatch.matching.differences import GONE, Planned, differences
from dispatch.models import Assignment, Plan

from .binary import fetch
from .reading import Snapshot, position, take_snapshot

_LIVE = ", ".join(f"'{state}'" for state in Assignment.LIVE)
Columns = dict[str, NDArray[Any]]


class Changed(NamedTuple):
    """One person's change by ids; kinds and causes by their names in small letters, 0 where there is no trip or posting."""

    registration: int
    kind: str
    cause: str
    because_of: tuple[int, ...]
    root: str
    trip: int
    posting: int


def compare(before: Plan, after: Plan) -> list[Changed]:
    """Everybody whose post or journey is another, in the order of registrations."""
    snapshot = take_snapshot(before.campaign)
    with connection.cursor() as cursor:
        rows = [(_assignments(cursor, plan), _bookings(cursor, plan)) for plan in (before, after)]
        known = [_people(cursor, plan) for plan in (before, after)]
    mentioned = np.concatenate([a["registration"] for a, _ in rows])
    people = np.concatenate((snapshot.registrations, np.setdiff1d(mentioned, snapshot.registrations)))
    was, will_be = (_planned(snapshot, people, *some) for some in rows)
    new = np.flatnonzero(np.isin(snapshot.registrations, np.setdiff1d(known[1], known[0])))
    return sorted(_by_ids(snapshot, people, d) for d in differences(snapshot.problem, was, will_be, new=new.tolist()))


def _by_ids(snapshot: Snapshot, people: NDArray[np.int64], d: Any) -> Changed:
    return Changed(
        int(people[d.worker]), d.kind.name.lower(), d.cause.name.lower(), tuple(people[list(d.because_of)].tolist()),
        d.root.name.lower(), int(snapshot.trips[d.trip]) if d.trip >= 0 else 0,
        int(snapshot.postings[d.job]) if d.job >= 0 else 0,
    )


def _assignments(cursor: Any, plan: Plan) -> Columns:
    sql = f"""SELECT registration_id, posting_id FROM dispatch_assignment
               WHERE plan_id = {plan.pk:d} AND state IN ({_LIVE}) ORDER BY registration_id"""
    return fetch(cursor, sql, {"registration": "i8", "posting": "i8"})


def _bookings(cursor: Any, plan: Plan) -> Columns:
    sql = f"""SELECT a.registration_id, b.leg, b.trip_id, b.board, b.alight
                FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
               WHERE b.plan_id = {plan.pk:d} AND b.held AND a.state IN ({_LIVE})"""
    return fetch(cursor, sql, {"registration": "i8", "leg": "i2", "trip": "i8", "board": "i2", "alight": "i2"})


def _people(cursor: Any, plan: Plan) -> NDArray[np.int64]:
    """Whom a plan knows, placed or left."""
    sql = f"""SELECT registration_id FROM dispatch_assignment WHERE plan_id = {plan.pk:d}
              UNION SELECT registration_id FROM dispatch_unplaced WHERE plan_id = {plan.pk:d}"""
    return fetch(cursor, sql, {"registration": "i8"})["registration"]


def _planned(snapshot: Snapshot, people: NDArray[np.int64], a: Columns, b: Columns) -> Planned:
    """A plan in the rows of `people`; postings and trips that the snapshot does not know are gone."""
    order = np.argsort(people)
    who = order[np.searchsorted(people[order], a["registration"])]
    job = np.full(len(people), -1)
    job[who] = np.where((at := position(snapshot.postings, a["posting"])) >= 0, at, GONE)
    count, legs = np.zeros(len(people), np.int64), np.full((len(people), 3, 3), -1)
    rider = order[np.searchsorted(people[order], b["registration"])]
    trip = np.where((at := position(snapshot.trips, b["trip"])) >= 0, at, GONE)
    np.add.at(count, rider, 1)
    legs[rider, b["leg"]] = np.column_stack((trip, b["board"], b["alight"]))
    return Planned(job, count, legs)
