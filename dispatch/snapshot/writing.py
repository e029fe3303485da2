"""A solved plan into rows, in bulk, in the caller's transaction."""
import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max
from numpy.typing import NDArray

from dispatch.matching.kinds import Explained
from dispatch.matching.result import Reason as Code
from dispatch.matching.result import Result
from dispatch.matching.rules import county_of
from dispatch.matching.seats import number_seats
from dispatch.models import Plan, Run
from laborbridge.campaigns.models import Campaign

from .before import PlanBefore
from .binary import Cursor, fetch, timestamps, write
from .explained import Translator
from .reading import Snapshot


def write_plan(run: Run, snapshot: Snapshot, result: Result, before: PlanBefore | None = None,
               explained: Mapping[int, Explained] | None = None) -> Plan:
    """A draft plan with its assignments, seat bookings and reasons. Who has the same leg as by the plan `before` keeps the
    seat, as far as everybody else finds one. `explained`: by worker what would place who stays."""
    seats = number_seats(snapshot.problem, result, snapshot.withheld, snapshot.layout, before.seats if before else None)
    # One plan number is given out at a time.
    Campaign.objects.select_for_update(no_key=True).get(pk=run.campaign_id)
    last = Plan.objects.filter(campaign=run.campaign_id).aggregate(last=Max("number"))["last"] or 0
    plan = Plan.objects.create(
        campaign_id=run.campaign_id, run=run, number=last + 1, score=result.score, bound=result.bound,
        counts=_counts(snapshot, result) | ({"before": before.compared(result, seats)} if before else {}),
    )
    placed = np.flatnonzero(result.job >= 0)
    with connection.cursor() as cursor:
        ids = _new_ids(cursor, "dispatch_assignment", len(placed))
        _write_assignments(cursor, plan, snapshot, result, placed, ids)
        _write_bookings(cursor, plan, snapshot, result, placed, ids, seats)
        _write_unplaced(cursor, plan, snapshot, result, explained or {})
        # References and rules are checked here, not at the commit: what they take is part of writing, and is counted so.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # So many new rows at once: with the old statistics the next queries would be planned for a few.
        cursor.execute("ANALYZE dispatch_assignment, dispatch_seatbooking, dispatch_unplaced")
    return plan


def _counts(snapshot: Snapshot, result: Result) -> dict[str, Any]:
    """How many were placed, why others were not, and for each county (by place id) how many of how many."""
    codes, people = np.unique(result.reason[result.job < 0], return_counts=True)
    county = county_of(snapshot.problem)[snapshot.problem.worker_township]
    everybody = np.bincount(county, minlength=1)
    placed = np.bincount(county[result.job >= 0], minlength=len(everybody))
    return {
        "registered": snapshot.problem.workers,
        "placed": result.placed,
        "unplaced": {Code(code).name.lower(): int(n) for code, n in zip(codes, people, strict=True)},
        "counties": {
            str(snapshot.places[c]): [int(placed[c]), int(everybody[c])] for c in np.flatnonzero(everybody)
        },
    } | _floors(snapshot, result)


def _floors(snapshot: Snapshot, result: Result) -> dict[str, Any]:
    """What a least share of each county cost in points, and for each county how many could go, were to go, and do."""
    if result.score_without_floor is None:
        return {}
    return {"floors": {
        "cost": max(0.0, result.score_without_floor - result.score),
        "counties": {str(snapshot.places[f.county]): [f.able, f.least, f.placed] for f in result.floors},
    }}


def _new_ids(cursor: Cursor, table: str, count: int) -> NDArray[np.int64]:
    sql = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, {count})"
    return fetch(cursor, sql, {"id": "i8"})["id"]


def _write_assignments(
    cursor: Cursor, plan: Plan, snapshot: Snapshot, result: Result, placed: NDArray[np.intp], ids: NDArray[np.int64]
) -> None:
    write(cursor, "dispatch_assignment", {
        "id": ("i8", ids),
        "plan_id": ("i8", np.full(len(placed), plan.pk)),
        "registration_id": ("i8", snapshot.registrations[placed]),
        "posting_id": ("i8", snapshot.postings[result.job[placed]]),
        "state": ("S7", np.full(len(placed), b"planned")),
        "leaves_at": ("i8", timestamps(result.leaves[placed], snapshot.epoch)),
        "reaches_at": ("i8", timestamps(result.reaches[placed], snapshot.epoch)),
    })


def _write_bookings(
    cursor: Cursor, plan: Plan, snapshot: Snapshot, result: Result, placed: NDArray[np.intp], ids: NDArray[np.int64],
    seats: NDArray[np.int16],
) -> None:
    for leg in range(result.legs.shape[1]):
        rides = result.leg_count[placed] > leg
        who = placed[rides]
        if not len(who):
            continue
        trip, board, alight = result.legs[who, leg].T
        write(cursor, "dispatch_seatbooking", {
            "plan_id": ("i8", np.full(len(who), plan.pk)),
            "assignment_id": ("i8", ids[rides]),
            "leg": ("i2", np.full(len(who), leg)),
            "trip_id": ("i8", snapshot.trips[trip]),
            "board": ("i2", board),
            "alight": ("i2", alight),
            "seat": ("i2", seats[who, leg]),
            "held": ("?", np.full(len(who), True)),
        })


def _write_unplaced(cursor: Cursor, plan: Plan, snapshot: Snapshot, result: Result,
                    explained: Mapping[int, Explained]) -> None:
    """By text, since no two changes are of one width."""
    rows, translate = io.StringIO(), Translator(snapshot)
    out = csv.writer(rows, lineterminator="\n")
    for w in np.flatnonzero(result.job < 0).tolist():
        found = explained.get(w)
        out.writerow((plan.pk, snapshot.registrations[w], Code(result.reason[w]).name.lower(),
                      translate.text(found) if found else ""))
    rows.seek(0)
    cursor.copy_expert("COPY dispatch_unplaced (plan_id, registration_id, reason, changes) FROM STDIN (FORMAT csv)", rows)
