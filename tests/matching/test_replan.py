"""Replanning: who lost a trip is placed anew, whoever could stay has a place still, and a move has to bring its cost."""

import csv
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.check import check
from dispatch.matching.csvio import FileError, read_plan, without_trips, write_plan
from dispatch.matching.pins import Kind, Pin, PinsRefused
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.solve import solve
from tests.bench import BENCH, generate
from tests.matching.invent import best_score, invent
from tests.matching.small import HOME, PARK, changed, small, trips
from tests.matching.test_pins import kept, some_pins
from tests.matching.test_properties import generated


def as_before(result: Result) -> Before:
    return Before(result.job, result.leg_count, result.legs)


def riding(*trip_of: int) -> Before:
    """Everybody in job 0, on one leg of this trip; -1 stays."""
    legs = np.full((len(trip_of), 3, 3), -1, np.int32)
    for w, t in enumerate(trip_of):
        legs[w, 0] = (t, 0, 1) if t >= 0 else -1
    on = np.array(trip_of) >= 0
    return Before(np.where(on, 0, -1).astype(np.int32), on.astype(np.int8), legs)


def buses(seats: list[int], **changes: Any) -> Problem:
    """Buses at 100, 200, 300 ... to the park, 100 minutes each."""
    ways = trips(*([(HOME, 100 * k), (PARK, 100 * k + 100)] for k in range(1, len(seats) + 1)))
    return small(**{"job_headcount": [100]} | ways | {"trip_capacity": seats} | changes)


def again(problem: Problem, before: Before, *pins: Pin, cost: float = 30.0) -> Result:
    result = solve(problem, Stop(work=50_000), params=Parameters(1, change_cost=cost), pins=pins, before=before)
    checked = check(problem, result.job, result.leg_count, result.legs)
    assert checked.faults == []
    assert checked.score == pytest.approx(result.score, abs=1e-3)
    return result


def test_who_lost_the_trip_gets_a_free_seat_and_nobody_else_moves() -> None:
    problem = buses([2, 0, 3], people=4)
    result = again(problem, riding(0, 0, 1, 1))
    assert result.legs[:, 0, 0].tolist() == [0, 0, 2, 2]
    assert moves(riding(0, 0, 1, 1), result, [1]) == (2, 0, 0)


def test_somebody_moves_where_that_makes_room_for_another() -> None:
    # Only bus 2 is late enough for the second person, and the first one, who has its seat, could take bus 0 as well.
    problem = buses([1, 0, 1], people=2, worker_ready=[0, 250])
    before = riding(2, 1)
    assert again(problem, before).legs[:, 0, 0].tolist() == [0, 2]
    assert moves(before, again(problem, before), [1]) == (1, 1, 0)
    dear = again(problem, before, cost=2000.0)
    assert dear.legs[:, 0, 0].tolist() == [2, -1]


def test_a_nicety_moves_nobody_and_without_a_cost_it_does() -> None:
    problem = buses([1, 1], people=1, call_arrive=[100, 800, 200, 300], call_depart=[100, 800, 200, 300])  # 20 points
    assert again(problem, riding(0)).legs[0, 0, 0] == 0
    assert again(problem, riding(0), cost=0.0).legs[0, 0, 0] == 1


def test_nobody_is_dropped_for_somebody_who_brings_more() -> None:
    problem = buses([1, 0], people=2, worker_priority=[0, 2])
    assert solve(problem, Stop()).job.tolist() == [-1, 0]
    assert again(problem, riding(0, 1)).job.tolist() == [0, -1]


def test_a_group_stays_or_moves_as_one() -> None:
    problem = buses([3, 0, 2], people=3, worker_group=[0, 0, -1], group_may_split=[False])
    assert again(problem, riding(0, 0, 1)).legs[:, 0, 0].tolist() == [0, 0, 0]
    assert again(problem, riding(1, 1, 0)).legs[:, 0, 0].tolist() in ([0, 0, 0], [2, 2, 0])
    assert again(problem, riding(0, 2, 0)).job.tolist() == [0, 0, 0]  # a plan that split it: the group has no place to keep


def test_a_place_that_the_rules_no_longer_allow_is_lost() -> None:
    problem = buses([2, 2], people=2, worker_ready=[150, 0])
    assert again(problem, riding(0, 0)).legs[:, 0, 0].tolist() == [1, 0]
    fewer = buses([1, 0], people=2, worker_priority=[0, 1])
    assert again(fewer, riding(0, 0)).job.tolist() == [-1, 0]
    stranger = buses([2], people=2, worker_occupation=[0, 1])
    assert again(stranger, riding(0, 0)).job.tolist() == [0, -1]


def test_pins_are_kept_while_replanning() -> None:
    problem = buses([2, 2, 2], people=3)
    result = again(problem, riding(0, 0, 1), Pin(0, Kind.TRIP, trip=2), Pin(1, Kind.OUT), Pin(2, Kind.TRIP, trip=1))
    assert result.legs[:, 0, 0].tolist() == [2, -1, 1]
    full = buses([1, 0], people=2)  # the only seat goes to who is pinned to it
    assert again(full, riding(0, 1), Pin(1, Kind.JOB, job=0)).job.tolist() == [-1, 0]


def test_where_pinned_people_were_may_not_be_room_for_all_of_them() -> None:
    problem = buses([1, 1], people=2, worker_ready=[0, 0])
    result = again(problem, riding(0, -1), Pin(0, Kind.JOB, job=0), Pin(1, Kind.TRIP, trip=0))
    assert result.legs[:, 0, 0].tolist() == [1, 0]


def test_without_any_time_everybody_stays_at_home_and_pins_are_kept() -> None:
    problem, pins = buses([2, 2, 2], people=4), [Pin(3, Kind.TRIP, trip=2)]
    for stop in (Stop(seconds=0), Stop(work=0), Stop(cancelled=lambda: True)):
        result = solve(problem, stop, before=riding(0, 0, 1, -1), pins=pins)
        assert result.stopped_by != "optimal"
        assert result.legs[:, 0, 0].tolist() == [0, 0, 1, 2]
        assert solve(problem, stop, pins=pins).legs[3, 0, 0] == 2


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_on_random_worlds_nobody_is_dropped_and_no_points_are_lost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = invent(rng, people=5, jobs=4, trips=6)
    before = as_before(solve(problem, Stop(work=2000), params=Parameters(threads=1)))
    gone = int(rng.integers(problem.trips))
    capacity = problem.trip_capacity.copy()
    capacity[gone] = 0
    less = changed(problem, trip_capacity=capacity)
    result = again(less, before)
    could, moved, dropped = moves(before, result, [gone])
    riders = (np.arange(3) < before.leg_count[:, None]) & (before.legs[:, :, 0] == gone)
    stay = (before.job >= 0) & ~riders.any(axis=1)
    home = check(less, np.where(stay, before.job, -1), before.leg_count, before.legs)
    assert home.faults == [] and could == stay.sum()
    assert dropped == 0
    assert result.score - 30 * moved >= home.score - 1e-3
    best = best_score(less, 1500)
    assert best is None or result.score <= best + 0.01
    pins = some_pins(rng, less)
    try:
        pinned = again(less, before, *pins)
    except PinsRefused:
        return
    assert kept(pins, pinned.job, pinned.leg_count, pinned.legs)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, Before]:
    problem = generated(tmp_path_factory.mktemp("town"), 1500, 2)
    return problem, as_before(solve(problem, Stop(work=500_000)))


def test_one_bus_less_moves_one_in_a_hundred_at_most(town: tuple[Problem, Before]) -> None:
    problem, before = town
    riders = np.bincount(before.legs[:, 0, 0][before.leg_count > 0], minlength=problem.trips)
    gone = int(np.argmax(np.where(problem.trip_mode == 0, riders, 0)))
    capacity = problem.trip_capacity.copy()
    capacity[gone] = 0
    less = changed(problem, trip_capacity=capacity)
    result = again(less, before)
    could, moved, dropped = moves(before, result, [gone])
    assert riders[gone] > 30 and dropped == 0 and moved <= 0.01 * could
    assert result.score >= 0.997 * solve(less, Stop(work=500_000)).score
    assert np.array_equal(result.job, again(less, before).job)


def test_the_command_replans_and_the_bench_counts_the_same(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    folder = generate(tmp_path / "in", 150)
    first, second = tmp_path / "first", tmp_path / "second"
    call_command("solve_bench", str(folder), "--out", str(first), "--work", "50000", stdout=StringIO())
    legs = [row.split(",")[2] for row in (first / "plan.csv").read_text().splitlines()[1:]]
    gone = legs[0].split(":")[0]
    more = ["--before", str(first / "plan.csv"), "--cancelled", gone]
    call_command("solve_bench", str(folder), "--out", str(second), "--work", "50000", *more, stdout=StringIO())
    report = json.loads((second / "report.json").read_text())["before"]
    said = subprocess.run([sys.executable, BENCH / "check.py", folder, second / "plan.csv", *more], capture_output=True,
                          text=True, check=True).stdout  # fmt: skip
    assert f"could stay as planned {report['could_stay']}  moved {report['moved']} (" in said
    assert f"of these dropped {report['dropped']}\n" in said
    assert report["could_stay"] < report["placed"] == len(legs)
    with (second / "changes.csv").open(encoding="utf-8") as f:
        changes = list(csv.DictReader(f))
    lost = [c for c in changes if c["cause"] == f"trip cancelled: {gone}"]
    assert len(lost) == report["placed"] - report["could_stay"] == report["causes"]["trip cancelled"]
    assert all(gone in c["from"] and gone not in c["to"] and c["because_of"] == "" for c in lost)
    stayed = [c for c in changes if c not in lost and c["from"]]
    assert len(stayed) == report["moved"]
    assert all(c["because_of"].endswith(")") or c["cause"] == "better for all" for c in stayed)
    placed = {row.split(",")[0]: row.split(",") for row in (second / "plan.csv").read_text().splitlines()[1:]}
    assert all(c["to"] == "|".join(placed.get(c["worker"], ["", ""])[1:]) for c in changes)
    with pytest.raises(CommandError, match="There is no trip 'bus9'"):
        call_command("solve_bench", str(folder), "--out", str(second), "--cancelled", "bus9")


def test_a_plan_before_is_read_and_wrong_rows_named(tmp_path: Path) -> None:
    problem, file = buses([2, 2], people=2), tmp_path / "plan.csv"
    result = again(problem, riding(0, 1))
    write_plan(problem, result, file)
    before = read_plan(problem, file)
    assert moves(before, result, []) == (2, 0, 0)
    assert without_trips(problem, ["1"])[0].trip_capacity.tolist() == [2, 0]
    for row, words in {
        "9,0,0:0:1": "There is no worker '9'",
        "1,9,0:0:1": "There is no job '9'",
        "1,0,9:0:1": "There is no trip '9'",
        "1,0,0:1:0": "'0:1:0' is no chain of one to three legs trip:board:alight. Correct the row.",
        "1,0,bus": "is no chain",
        "0,0,0:0:1": "'0' has a row above. Leave one of them.",
    }.items():
        file.write_text(f"worker,job,legs\n0,0,0:0:1\n{row}\n")
        with pytest.raises(FileError) as wrong:
            read_plan(problem, file)
        assert words in str(wrong.value) and "plan.csv, row 3" in str(wrong.value)
