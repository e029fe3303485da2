"""A Problem refuses inconsistent data and says which rule which row breaks."""

from typing import Any

import numpy as np
import pytest

from dispatch.matching.problem import Problem, ProblemError
from tests.matching.small import HOME, PARK, STATION, small


@pytest.mark.parametrize(
    ("changes", "rule", "row"),
    [
        ({"worker_township": [HOME, 99]}, "worker_township must be in 0..7", 1),
        ({"worker_priority": [0, 3]}, "worker_priority must be in 0..2", 1),
        ({"worker_clearance": [-1, 0]}, "worker_clearance must be in 0..2", 0),
        ({"worker_reserved_job": [-1, 1]}, "worker_reserved_job must be in -1..0", 1),
        ({"worker_age": [-2, 0]}, "worker_age must be -1 or in 0..130", 0),
        ({"worker_min_wage": [1, -1]}, "worker_min_wage must not be below 0", 1),
        ({"worker_occupation": [0, 2]}, "worker_occupation must be in 0..1", 1),
        ({"worker_occupation_start": [0, 2, 1]}, "worker_occupation_start must have 3 entries from 0 to 2", None),
        ({"worker_ready": [0]}, "worker_ready must have 2 entries, has 1", None),
        ({"worker_group": [0, -1]}, "worker_group must be in -1..-1", 0),
        ({"worker_group": [1, -1], "group_may_split": [False] * 2}, "worker_group must be dense", 0),
        (
            {"worker_group": [0, 0], "group_may_split": [False], "worker_township": [HOME, STATION]},
            "worker_group must lie in one township",
            1,
        ),
        ({"job_headcount": [-1]}, "job_headcount must not be below 0", 0),
        ({"job_occupation": [2]}, "job_occupation must be in -1..1", 0),
        ({"job_park": [-1]}, "job_park must be in 0..7", 0),
        ({"trip_capacity": [-1]}, "trip_capacity must not be below 0", 0),
        ({"call_depart": [599, 1200]}, "call_depart must not be before call_arrive", 0),
        (
            {"call_arrive": [600, 500], "call_depart": [600, 500]},
            "call_arrive of the next call must not be before call_depart",
            0,
        ),
        (
            {"access_from": [HOME] * 2, "access_to": [PARK] * 2, "access_minutes": [1, 2]},
            "access must name a pair of places once",
            1,
        ),
        ({"access_from": [HOME], "access_to": [HOME], "access_minutes": [1]}, "access must lead to another place", 0),
        ({"access_from": [HOME], "access_to": [PARK], "access_minutes": [-1]}, "access_minutes must not be below 0", 0),
        ({"place_parent": [1, 0, -1, 2, -1, -1, 0, 1]}, "place_parent must not run in a circle", 0),
        ({"place_level": [9, 3, 5, 6, 7, 7, 6, 4]}, "place_level must be in 0..8", 0),
        ({"related": [[True, False]]}, "related must be a square array", None),
        ({"admits": [[0, 1]]}, "admits must have the columns", None),
        ({"worker_min_wage": [4000.5, 1.0]}, "worker_min_wage must hold whole numbers", None),
        ({"worker_age": [40000, 1]}, "worker_age does not fit into int16", 0),
    ],
)
def test_inconsistent_data_are_refused(changes: dict[str, Any], rule: str, row: int | None) -> None:
    with pytest.raises(ProblemError) as told:
        small(**changes)
    assert told.value.rule.startswith(rule)
    assert told.value.index == row


def test_ids_are_numbers_where_none_are_given() -> None:
    problem = small()
    assert list(problem.worker_ids) == [0, 1]
    with pytest.raises(ProblemError):
        small(worker_ids=["a"])


def test_an_empty_problem_is_a_problem() -> None:
    none = {name: [] for name in Problem.__dataclass_fields__}
    problem = Problem(**none | {"call_start": [0], "worker_occupation_start": [0], "related": np.zeros((0, 0), bool)})
    assert (problem.workers, problem.jobs, problem.trips, problem.calls) == (0, 0, 0, 0)
