"""On random little worlds: the solver is as good as trying everything, and its bound is proven."""

import csv
import runpy
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.check import check
from dispatch.matching.csvio import read_bench, write_plan, write_prices
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Reason, Stop
from dispatch.matching.solve import solve
from tests.matching.invent import best_score, invent

BENCH = Path(__file__).parent.parent / "data" / "bench"


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_the_solver_is_as_good_as_trying_everything(seed: int) -> None:
    problem = invent(np.random.default_rng(seed), people=4, jobs=3, trips=5)
    best = best_score(problem, 3000)
    result = solve(problem, Stop(work=2000), params=Parameters(threads=1))
    checked = check(problem, result.job, result.leg_count, result.legs)
    assert checked.faults == []
    assert checked.score == pytest.approx(result.score, abs=0.01)
    assert ((result.job >= 0) == (result.reason == Reason.PLACED)).all()
    assert first_come_first_served(problem).score <= result.score + 0.01
    if best is not None:
        assert result.score == pytest.approx(best, abs=0.01)
        assert result.bound is None or result.bound >= best - 0.01


def generated(folder: Path, workers: int, seed: int) -> Problem:
    main = runpy.run_path(str(BENCH / "generate.py"))
    world = main["World"](workers, seed, 8, 0.85, 0.9, 6, 5)
    trips, stops = world.trips_and_stops()
    jobs = world.jobs()
    people = world.workers(jobs)
    heads = {
        "places": ["place", "level", "parent", "lat", "lon"],
        "trips": ["trip", "mode", "capacity"],
        "workers": [
            "worker",
            "township",
            "occupations",
            "min_wage",
            "priority",
            "ready_at",
            "reserved_job",
            "open_to_other",
            "group",
            "preferred_district",
            "clearance",
        ],
        "jobs": ["job", "employer", "park", "kind", "occupation", "headcount", "wage", "start_by"],
        "stops": ["trip", "seq", "place", "arrive_at", "depart_at"],
        "access": ["from_place", "to_place", "minutes"],
        "related": ["occupation", "related_occupation"],
        "admits": ["county", "district", "clearance"],
    }
    rows = {
        "places": world.places,
        "trips": trips,
        "stops": stops,
        "jobs": jobs,
        "workers": people,
        "access": world.access(),
        "related": world.related(),
        "admits": world.policies(),
    }
    for name, head in heads.items():
        main["write"](folder, f"{name}.csv", head, rows[name])
    return read_bench(folder)


def test_the_bound_is_proven_by_the_bench_from_our_prices(tmp_path: Path) -> None:
    problem = generated(tmp_path, 150, 6)
    result = solve(problem, Stop(work=50_000))
    write_prices(problem, result, tmp_path / "prices.csv")
    write_plan(problem, result, tmp_path / "plan.csv")
    said = subprocess.run(
        [sys.executable, BENCH / "bound.py", tmp_path, tmp_path / "prices.csv"],
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    proven = float(said.split()[-1])
    ran = subprocess.run(
        [sys.executable, BENCH / "check.py", tmp_path, tmp_path / "plan.csv"],
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    assert ran == f"workers 150  assigned {result.placed}  score {result.score:.1f}\n"
    assert proven == pytest.approx(result.bound, rel=1e-6, abs=0.1)
    assert result.score <= proven + 0.01
    assert result.score >= 0.995 * proven


def test_times_survive_reading(tmp_path: Path) -> None:
    problem = generated(tmp_path, 40, 7)
    first = next(csv.DictReader((tmp_path / "stops.csv").open()))
    midnight = min(datetime.fromisoformat(r["ready_at"]) for r in csv.DictReader((tmp_path / "workers.csv").open()))
    midnight = midnight.replace(hour=0, minute=0)
    depart = datetime.fromisoformat(first["depart_at"])
    assert midnight + timedelta(minutes=int(problem.call_depart[0])) == depart
