"""Pins: each kind is kept, at the best score that it leaves; what cannot be kept is named before anything is solved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.check import check
from dispatch.matching.csvio import FileError, read_pins
from dispatch.matching.kept import BROKEN, broken_pins
from dispatch.matching.pins import Kind, Pin, PinsRefused, Rule
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Reason, Result, Stop
from dispatch.matching.solve import solve
from tests.matching.invent import best_score, invent, options
from tests.matching.small import DAY, HOME, OTHER_PARK, PARK, small, trips
from tests.matching.test_properties import generated


def world(people: int = 3, **changes: Any) -> Problem:
    """Two parks, two jobs in each (own trade and any), a bus to each and a late one to the first: two seats, two posts."""
    jobs = {
        "job_park": [PARK, PARK, OTHER_PARK, OTHER_PARK],
        "job_employer": [0] * 4,
        "job_reserved": [False] * 4,
        "job_occupation": [0, -1, 0, -1],
        "job_headcount": [2] * 4,
        "job_wage": [4500] * 4,
        "job_start_by": [DAY] * 4,
        "job_minors_allowed": [False] * 4,
    }
    ways = trips([(HOME, 100), (PARK, 200)], [(HOME, 100), (OTHER_PARK, 220)], [(HOME, 300), (PARK, 500)])
    return small(people, **(jobs | ways | changes))


def solved(problem: Problem, *pins: Pin) -> Result:
    result = solve(problem, Stop(work=50_000), params=Parameters(threads=1), pins=pins)
    assert check(problem, result.job, result.leg_count, result.legs).faults == []
    assert check(problem, result.job, result.leg_count, result.legs).score == pytest.approx(result.score, abs=1e-3)
    assert result.bound is None or result.bound >= result.score - 1e-3
    assert kept(pins, result.job, result.leg_count, result.legs)
    return result


def kept(pins: Sequence[Pin], job: np.ndarray, count: np.ndarray, legs: np.ndarray) -> bool:
    def keeps(x: Pin) -> bool:
        mine = tuple(map(tuple, legs[x.worker, : max(0, count[x.worker])].tolist()))
        used, placed = {leg[0] for leg in mine} if job[x.worker] >= 0 else set(), job[x.worker] >= 0
        return bool({
            Kind.JOB: job[x.worker] == x.job,
            Kind.TRIP: placed and x.trip in used,
            Kind.ASSIGNMENT: job[x.worker] == x.job and mine == x.legs,
            Kind.NOT_JOB: job[x.worker] != x.job,
            Kind.NOT_TRIP: x.trip not in used,
            Kind.OUT: not placed,
        }[x.kind])  # fmt: skip

    held = all(map(keeps, pins))
    assert held == (broken_pins(pins, job, count, legs) == [])
    return held


def refused(problem: Problem, *pins: Pin) -> set[tuple[int, str]]:
    with pytest.raises(PinsRefused) as caught:
        solve(problem, Stop(work=50_000), params=Parameters(threads=1), pins=pins)
    return {(r.worker, r.rule) for r in caught.value.refusals}


@pytest.mark.parametrize(
    "pin",
    [
        Pin(0, Kind.JOB, job=1),
        Pin(0, Kind.JOB, job=2),
        Pin(0, Kind.TRIP, trip=2),
        Pin(0, Kind.ASSIGNMENT, job=1, legs=((2, 0, 1),)),
        Pin(0, Kind.NOT_JOB, job=0),
        Pin(0, Kind.NOT_TRIP, trip=0),
        Pin(0, Kind.OUT),
    ],
)
def test_each_kind_is_kept_where_the_best_plan_would_not(pin: Pin) -> None:
    problem = world(1)
    free = solve(problem, Stop(work=50_000))
    assert not kept([pin], free.job, free.leg_count, free.legs) or pin.job == 2
    result = solved(problem, pin)
    assert result.placed == (pin.kind is not Kind.OUT)
    assert result.score <= free.score


def test_the_pinned_go_before_others_who_would_bring_more() -> None:
    problem = world(5, worker_priority=[0, 2, 2, 2, 2], job_headcount=[1, 0, 0, 0])
    assert solved(problem).job[0] == -1
    result = solved(problem, Pin(0, Kind.JOB, job=0))
    assert result.placed == 1
    assert first_come_first_served(problem, [Pin(4, Kind.TRIP, trip=2)]).job.tolist() == [-1, -1, -1, -1, 0]


def test_who_is_pinned_out_stays_with_all_who_do_not_travel_without_him() -> None:
    problem = world(4, worker_group=[0, 0, 1, 1], group_may_split=[False, True])
    reason = solved(problem, Pin(0, Kind.OUT), Pin(2, Kind.OUT)).reason
    assert reason.tolist() == [Reason.PINNED_OUT, Reason.PINNED_OUT, Reason.PINNED_OUT, Reason.PLACED]


def test_a_pin_of_one_leads_the_whole_group() -> None:
    problem = world(2, worker_group=[0, 0], group_may_split=[False])
    result = solved(problem, Pin(1, Kind.TRIP, trip=2), Pin(0, Kind.JOB, job=1))
    assert result.legs[:, 0, 0].tolist() == [2, 2]


def test_barring_one_from_a_job_bars_nobody_else() -> None:
    problem = world(2, job_headcount=[2, 2, 0, 0])
    assert solved(problem, Pin(0, Kind.NOT_JOB, job=0)).job.tolist() == [1, 0]
    own = world(1, worker_reserved_job=[0], job_reserved=[True, False, False, False], job_headcount=[1, 1, 0, 0])
    assert solved(own).job.tolist() == [0]
    assert solved(own, Pin(0, Kind.NOT_JOB, job=0)).job.tolist() == [1]


@pytest.mark.parametrize(
    ("changes", "pins", "rule"),
    [
        ({"worker_occupation": [1] * 3}, [Pin(0, Kind.JOB, job=0)], "not eligible for the job 0"),
        ({"worker_min_wage": [9000] * 3}, [Pin(0, Kind.JOB, job=1)], "not eligible for the job 1"),
        ({"worker_age": [15] * 3}, [Pin(0, Kind.JOB, job=0)], "under 16"),
        ({"worker_age": [15] * 3}, [Pin(0, Kind.TRIP, trip=0)], "under 16"),
        ({"worker_age": [17] * 3}, [Pin(0, Kind.JOB, job=0)], "minor where the job 0 takes none"),
        ({"worker_clearance": [1] * 3}, [Pin(0, Kind.JOB, job=0)], "clearance not admitted where the job 0 is"),
        ({"worker_ready": [400] * 3}, [Pin(0, Kind.JOB, job=0)], "no journey in time"),
        ({"worker_ready": [200] * 3}, [Pin(0, Kind.TRIP, trip=0)], "no journey in time"),
        ({}, [Pin(0, Kind.ASSIGNMENT, job=0, legs=())], "no journey in time"),
        ({}, [Pin(0, Kind.ASSIGNMENT, job=0, legs=((1, 0, 1),))], "no journey in time"),
        ({}, [Pin(0, Kind.JOB, job=0), Pin(0, Kind.JOB, job=1)], "pins that contradict each other"),
        ({}, [Pin(0, Kind.JOB, job=0), Pin(0, Kind.NOT_JOB, job=0)], "pins that contradict each other"),
        ({}, [Pin(0, Kind.TRIP, trip=0), Pin(0, Kind.NOT_TRIP, trip=0)], "pins that contradict each other"),
        ({}, [Pin(0, Kind.TRIP, trip=0), Pin(0, Kind.OUT)], "pins that contradict each other"),
        (
            {},
            [Pin(0, Kind.ASSIGNMENT, job=0, legs=((0, 0, 1),)), Pin(0, Kind.TRIP, trip=2)],
            "pins that contradict each other",
        ),
    ],
)
def test_what_one_person_cannot_is_named(changes: dict[str, Any], pins: list[Pin], rule: str) -> None:
    assert refused(world(**changes), *pins) == {(0, rule)}


def test_a_refusal_names_worker_and_job_by_the_callers_ids() -> None:
    with pytest.raises(PinsRefused) as caught:
        solve(world(worker_min_wage=[9000] * 3, worker_ids=[101, 102, 103], job_ids=[7, 8, 9, 10]), Stop(),
              pins=[Pin(1, Kind.JOB, job=2)])  # fmt: skip
    assert caught.value.named == [(102, Rule.NOT_ELIGIBLE, 9)]


@pytest.mark.parametrize(
    ("pin", "job", "legs"),
    [
        (Pin(0, Kind.JOB, job=1), 0, [(0, 0, 1)]),
        (Pin(0, Kind.JOB, job=1), -1, []),
        (Pin(0, Kind.TRIP, trip=2), 0, [(0, 0, 1)]),
        (Pin(0, Kind.ASSIGNMENT, job=0, legs=((0, 0, 1),)), 0, [(2, 0, 1)]),
        (Pin(0, Kind.ASSIGNMENT, job=0, legs=((0, 0, 1),)), 1, [(0, 0, 1)]),
        (Pin(0, Kind.ASSIGNMENT, job=0), 0, [(0, 0, 1)]),
        (Pin(0, Kind.NOT_JOB, job=0), 0, [(0, 0, 1)]),
        (Pin(0, Kind.NOT_TRIP, trip=0), 0, [(0, 0, 1)]),
        (Pin(0, Kind.OUT), 0, []),
    ],
)
def test_a_broken_pin_is_found_in_a_plan(pin: Pin, job: int, legs: list[tuple[int, int, int]]) -> None:
    ridden = np.full((1, 3, 3), -1)
    ridden[0, : len(legs)] = np.reshape(legs, (-1, 3))
    assert [(f.rule, f.kind, f.index) for f in broken_pins([pin], [job], [len(legs)], ridden)] == [
        (BROKEN[pin.kind], "worker", 0)
    ]


def test_without_any_job_nobody_is_pinned_to_go() -> None:
    names = ("park", "employer", "reserved", "occupation", "headcount", "wage", "start_by", "minors_allowed")
    nowhere = world(2, **{f"job_{name}": [] for name in names})
    assert refused(nowhere, Pin(0, Kind.TRIP, trip=0), Pin(1, Kind.OUT)) == {(0, "no journey in time")}
    assert solved(nowhere, Pin(1, Kind.OUT)).placed == 0


def test_more_pinned_people_than_seats_or_posts_are_named() -> None:
    everybody = [Pin(w, Kind.TRIP, trip=2) for w in range(3)]
    assert refused(world(), *everybody) == {(w, "more pinned passengers than seats on 2") for w in range(3)}
    everybody = [Pin(w, Kind.JOB, job=1) for w in range(3)]
    assert refused(world(), *everybody) == {(w, "more pinned workers than posts in 1") for w in range(3)}
    # Two ways to one park and one seat on each: that three do not fit shows only when all are seated.
    everybody = [Pin(w, Kind.JOB, job=0) for w in range(3)]
    one = world(job_headcount=[3] * 4, trip_capacity=[1, 1, 1])
    assert {rule for _, rule in refused(one, *everybody)} == {"no seat or post beside the other pinned workers"}


def test_pins_that_split_a_group_are_named() -> None:
    problem = world(2, worker_group=[0, 0], group_may_split=[False])
    parks = refused(problem, Pin(0, Kind.JOB, job=0), Pin(1, Kind.JOB, job=2))
    assert {rule for _, rule in parks} == {"group split: not all of the group can go there together"}
    legs = [Pin(w, Kind.ASSIGNMENT, job=w, legs=((2 * w, 0, 1),)) for w in (0, 1)]
    assert refused(problem, *legs) == {(1, "group split by pins to different journeys")}
    assert refused(problem, Pin(0, Kind.OUT), Pin(1, Kind.TRIP, trip=0)) == {
        (1, "group split: not all of the group can go there together")
    }


def some_pins(rng: np.random.Generator, p: Problem) -> list[Pin]:
    pins = []
    for w in rng.permutation(p.workers)[: rng.integers(1, 4)].tolist():
        mine = options(p, w)
        job, legs = mine[rng.integers(len(mine))] if mine else (int(rng.integers(p.jobs)), ())
        trip = legs[0][0] if legs else int(rng.integers(p.trips))
        pins.append(
            [
                Pin(w, Kind.JOB, job=job),
                Pin(w, Kind.TRIP, trip=trip),
                Pin(w, Kind.ASSIGNMENT, job=job, legs=legs),
                Pin(w, Kind.NOT_JOB, job=job),
                Pin(w, Kind.NOT_TRIP, trip=trip),
                Pin(w, Kind.OUT),
            ][rng.integers(6)]
        )
    return pins


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_with_random_pins_the_solver_is_as_good_as_trying_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = invent(rng, people=4, jobs=3, trips=5)
    pins = some_pins(rng, problem)
    best = best_score(problem, 3000, lambda *plan: kept(pins, *plan))
    try:
        result = solved(problem, *pins)
    except PinsRefused:
        assert best is None or best < 0
    else:
        assert best is None or result.score == pytest.approx(best, abs=0.01)
        assert best is None or result.bound is None or result.bound >= best - 0.01


def test_a_town_of_pinned_people(tmp_path: Path) -> None:
    """Too large to list all options: the sweeps keep the pins of one in twelve."""
    problem = generated(tmp_path, 1500, 2)
    free = solve(problem, Stop(work=300_000))
    placed = np.flatnonzero(free.job >= 0)
    legs = [tuple(map(tuple, free.legs[w, : free.leg_count[w]].tolist())) for w in range(problem.workers)]
    away = [int(w) for w in placed if problem.worker_group[w] < 0]
    pins = [Pin(w, Kind.NOT_TRIP, trip=legs[w][0][0]) for w in away[:30]]
    pins += [Pin(w, Kind.NOT_JOB, job=int(free.job[w])) for w in away[30:60]]
    pins += [Pin(w, Kind.OUT) for w in away[60:80]]
    pins += [Pin(w, Kind.ASSIGNMENT, job=int(free.job[w]), legs=legs[w]) for w in away[80:100]]
    pins += [Pin(w, Kind.JOB, job=int(free.job[w])) for w in away[100:110]]
    pins += [Pin(w, Kind.TRIP, trip=legs[w][0][0]) for w in away[110:120]]
    result = solve(problem, Stop(work=300_000), pins=pins)
    assert check(problem, result.job, result.leg_count, result.legs).faults == []
    assert kept(pins, result.job, result.leg_count, result.legs)
    assert 0.95 * free.score < result.score < result.bound


def test_pins_are_read_and_wrong_rows_named(tmp_path: Path) -> None:
    file, problem = tmp_path / "pins.csv", world()
    problem = Problem(**{f: getattr(problem, f) for f in Problem.__dataclass_fields__} | {
        "worker_ids": ["A", "B", "C"], "job_ids": ["J0", "J1", "J2", "J3"], "trip_ids": ["t0", "t1", "t2"]})  # fmt: skip
    file.write_text("worker,kind,value\nA,job,J1\nA,not-trip,t0\nB,assignment,J0|t2:0:1\nC,out,\n")
    assert read_pins(problem, file) == [
        Pin(0, Kind.JOB, job=1),
        Pin(0, Kind.NOT_TRIP, trip=0),
        Pin(1, Kind.ASSIGNMENT, job=0, legs=((2, 0, 1),)),
        Pin(2, Kind.OUT),
    ]
    for row, words in {
        "D,job,J1": "There is no worker 'D'",
        "A,job,J9": "There is no job 'J9'",
        "A,trip,t9": "There is no trip 't9'",
        "A,seat,t0": "There is no kind of pin 'seat'",
        "A,assignment,J0": "'J0' is no value for 'assignment', which takes job|trip:board:alight;...",
        "A,assignment,J0|t0:0:2": "is no value for 'assignment'",
        "A,out,J0": "is no value for 'out', which takes nothing",
    }.items():
        file.write_text(f"worker,kind,value\nB,out,\n{row}\n")
        with pytest.raises(FileError) as wrong:
            read_pins(problem, file)
        assert words in str(wrong.value) and "pins.csv, row 3" in str(wrong.value)
    with pytest.raises(PinsRefused, match="These pins cannot be kept: B: not eligible for the job J2. Change or remove"):
        solve(
            Problem(**{f: getattr(problem, f) for f in Problem.__dataclass_fields__} | {"worker_occupation": [1] * 3}),
            Stop(), pins=[Pin(1, Kind.JOB, job=2)],
        )  # fmt: skip
