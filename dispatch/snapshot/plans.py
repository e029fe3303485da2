"""A plan's rows as the arrays of the matching core, to be checked again."""
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from dispatch.matching.seats import SeatsBefore
from dispatch.models import Assignment, Plan

from .binary import fetch
from .reading import Snapshot, position

_LIVE = ", ".join(f"'{state}'" for state in Assignment.LIVE)


@dataclass(frozen=True)
class PlanArrays:
    """job [W], leg_count [W], legs [W, 3, 3] in the indices of a snapshot, and what of the plan is not part of it."""

    job: NDArray[np.int32]
    leg_count: NDArray[np.int8]
    legs: NDArray[np.int32]
    unknown_people: int
    unknown_postings: int
    unknown_trips: int


def read_plan(plan: Plan, snapshot: Snapshot) -> PlanArrays:
    """Live assignments and held seats as they stand in the database now."""
    with connection.cursor() as cursor:
        a = fetch(
            cursor,
            f"""SELECT registration_id, posting_id FROM dispatch_assignment
                 WHERE plan_id = {plan.pk:d} AND state IN ({_LIVE}) ORDER BY registration_id""",
            {"registration": "i8", "posting": "i8"},
        )
        b = fetch(
            cursor,
            f"""SELECT a.registration_id, b.leg, b.trip_id, b.board, b.alight
                  FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
                 WHERE b.plan_id = {plan.pk:d} AND b.held AND a.state IN ({_LIVE})""",
            {"registration": "i8", "leg": "i2", "trip": "i8", "board": "i2", "alight": "i2"},
        )
    who, job = position(snapshot.registrations, a["registration"]), position(snapshot.postings, a["posting"])
    rider, trip = position(snapshot.registrations, b["registration"]), position(snapshot.trips, b["trip"])
    count = len(snapshot.registrations)
    jobs, leg_count = np.full(count, -1, np.int32), np.zeros(count, np.int8)
    legs = np.full((count, 3, 3), -1, np.int32)
    jobs[who[who >= 0]] = job[who >= 0]
    known = rider >= 0
    np.add.at(leg_count, rider[known], 1)
    legs[rider[known], b["leg"][known]] = np.column_stack((trip, b["board"], b["alight"]))[known]
    return PlanArrays(
        jobs, leg_count, legs, int((who < 0).sum()), int((job < 0).sum()), len(np.unique(b["trip"][trip < 0]))
    )


def read_seats(plan: Plan, snapshot: Snapshot) -> SeatsBefore:
    """Who has which seat by a plan now; people and trips that the snapshot does not know are left out."""
    with connection.cursor() as cursor:
        b = fetch(
            cursor,
            f"""SELECT a.registration_id, b.leg, b.trip_id, b.board, b.alight, b.seat
                  FROM dispatch_seatbooking b JOIN dispatch_assignment a ON a.id = b.assignment_id
                 WHERE b.plan_id = {plan.pk:d} AND b.held AND a.state IN ({_LIVE})
                 ORDER BY b.id""",
            {"registration": "i8", "leg": "i2", "trip": "i8", "board": "i2", "alight": "i2", "seat": "i2"},
        )
    rider, trip = position(snapshot.registrations, b["registration"]), position(snapshot.trips, b["trip"])
    known = (rider >= 0) & (trip >= 0)
    legs = np.full((len(snapshot.registrations), 3, 3), -1, np.int32)
    seats = np.full((len(snapshot.registrations), 3), -1, np.int16)
    at = rider[known], b["leg"][known]
    legs[at] = np.column_stack((trip, b["board"], b["alight"]))[known]
    seats[at] = b["seat"][known]
    return SeatsBefore(legs, seats)
