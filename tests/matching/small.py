"""A small world to try rules in: one bus from home to a park, two posts, and what a test changes of it."""

from dataclasses import fields
from typing import Any

import numpy as np

from dispatch.matching.problem import Level, Problem

COUNTY, HOME, DISTRICT, PARK, STATION, OTHER_STATION, OTHER_PARK, VILLAGE = range(8)
HOUR, DAY = 60, 1440


def small(people: int = 2, **changes: Any) -> Problem:
    """`people` workers at HOME, ready at 0; job 0 (2 posts) in PARK within a day; trip 0 of 2 seats, 10:00 to 20:00."""
    data: dict[str, Any] = {
        "place_level": [
            Level.COUNTY,
            Level.TOWNSHIP,
            Level.DISTRICT,
            Level.PARK,
            Level.STATION,
            Level.STATION,
            Level.PARK,
            Level.VILLAGE,
        ],
        "place_parent": [-1, COUNTY, -1, DISTRICT, -1, -1, COUNTY, HOME],
        "worker_township": [HOME] * people,
        "worker_min_wage": [4000] * people,
        "worker_priority": [0] * people,
        "worker_ready": [0] * people,
        "worker_reserved_job": [-1] * people,
        "worker_open_to_other": [True] * people,
        "worker_group": [-1] * people,
        "worker_preferred_district": [-1] * people,
        "worker_clearance": [0] * people,
        "worker_age": [-1] * people,
        "worker_occupation_start": list(range(people + 1)),
        "worker_occupation": [0] * people,
        "job_park": [PARK],
        "job_employer": [0],
        "job_reserved": [False],
        "job_occupation": [0],
        "job_headcount": [2],
        "job_wage": [4000],
        "job_start_by": [DAY],
        "job_minors_allowed": [False],
        "trip_mode": [0],
        "trip_capacity": [2],
        "call_start": [0, 2],
        "call_place": [HOME, PARK],
        "call_arrive": [10 * HOUR, 20 * HOUR],
        "call_depart": [10 * HOUR, 20 * HOUR],
        "access_from": [],
        "access_to": [],
        "access_minutes": [],
        "related": [[False, True], [False, False]],
        "admits": np.zeros((0, 3), np.int32),
        "group_may_split": [],
    }
    data.update(changes)
    return Problem(**data)


def changed(problem: Problem, **changes: Any) -> Problem:
    return Problem(**{f.name: getattr(problem, f.name) for f in fields(problem)} | changes)


def trips(*calls: list[tuple[int, int]], seats: int = 2) -> dict[str, Any]:
    """Trips as lists of (place, minute), staying 0 minutes."""
    flat = [c for trip in calls for c in trip]
    times = [t for _, t in flat]
    return {
        "trip_mode": [0] * len(calls),
        "trip_capacity": [seats] * len(calls),
        "call_start": np.cumsum([0] + [len(c) for c in calls]),
        "call_place": [p for p, _ in flat],
        "call_arrive": times,
        "call_depart": times,
    }
