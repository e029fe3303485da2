"""What could be added to a campaign: a bus, seats on a trip, posts; and the problem that has it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from dispatch.matching.problem import Mode, Problem


class What(IntEnum):
    """What could be added."""

    BUS = 0  # of `amount` seats from `place` (a township) to `park`, leaving at `depart`, there at `arrive`
    SEATS = 1  # `amount` more seats on the whole of `trip`
    POSTS = 2  # `amount` posts of `occupation` (-1: no trade needed) in `park` at `wage`, to be there by `arrive`


@dataclass(frozen=True)
class Addition:
    """One addition. Times in minutes since the problem's epoch, wage in yuan a month, places and trips as rows; -1: none."""

    what: What
    amount: int
    trip: int = -1
    place: int = -1
    park: int = -1
    occupation: int = -1
    depart: int = -1
    arrive: int = -1
    wage: int = -1


def with_additions(p: Problem, additions: Sequence[Addition]) -> Problem:
    """The problem with all of these: buses are trips more at the end, posts jobs more at the end, in the order given.

    Where rows are added, the ids of their kind become row numbers.
    """
    buses, posts = [a for a in additions if a.what == What.BUS], [a for a in additions if a.what == What.POSTS]
    capacity = p.trip_capacity.copy()
    for a in additions:
        if a.what == What.SEATS:
            capacity[a.trip] += a.amount
    p = replace(p, trip_capacity=capacity)
    if posts:
        p = _appended(p, {
            "job_park": [a.park for a in posts], "job_employer": [0] * len(posts), "job_reserved": [False] * len(posts),
            "job_occupation": [a.occupation for a in posts], "job_headcount": [a.amount for a in posts],
            "job_wage": [a.wage for a in posts], "job_start_by": [a.arrive for a in posts],
            "job_minors_allowed": [False] * len(posts),
        }, job_ids=())
    if buses:
        times = [t for a in buses for t in (a.depart, a.arrive)]
        p = _appended(p, {
            "trip_mode": [Mode.BUS] * len(buses), "trip_capacity": [a.amount for a in buses],
            "call_start": [p.calls + 2 * k for k in range(1, len(buses) + 1)],
            "call_place": [place for a in buses for place in (a.place, a.park)],
            "call_arrive": times, "call_depart": times,
        }, trip_ids=())
    return p


def _appended(p: Problem, rows: dict[str, Any], **ids: Any) -> Problem:
    values: dict[str, Any] = {k: np.append(getattr(p, k), v) for k, v in rows.items()}
    return replace(p, **values, **ids)
