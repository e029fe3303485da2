"""On random little worlds: the solver is as good as trying everything, and its bound is proven."""

import csv
import runpy
import subprocess
import sys
from collections import Counter
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
from dispatch.matching.result import Parameters, Reason, Result, Stop
from dispatch.matching.solve import solve
from tests.matching.brute import best_score
from tests.matching.invent import best_score as every_plan
from tests.matching.invent import invent, lively

BENCH = Path(__file__).parent.parent / "data" / "bench"


def as_good_as_everything(problem: Problem) -> tuple[float, Result]:
    """The solve's plan keeps the rules and scores what trying everything finds, and its bound is none below that."""
    best = best_score(problem)
    assert best is not None
    result = solve(problem, Stop(work=20_000), params=Parameters(threads=1))
    checked = check(problem, result.job, result.leg_count, result.legs)
    assert checked.faults == []
    assert checked.score == pytest.approx(result.score, abs=0.01)
    assert ((result.job >= 0) == (result.reason == Reason.PLACED)).all()
    assert first_come_first_served(problem).score <= result.score + 0.01
    assert result.score == pytest.approx(best, abs=0.01)
    assert result.bound is not None and result.bound >= best - 0.01
    return best, result


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 5), st.integers(0, 7))
def test_of_any_world_the_solver_is_as_good_as_trying_everything(seed: int, people: int, jobs: int, trips: int) -> None:
    as_good_as_everything(invent(np.random.default_rng(seed), people, jobs, trips))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 8))
def test_of_a_lively_world_the_solver_is_as_good_as_trying_everything(seed: int, people: int, jobs: int) -> None:
    as_good_as_everything(lively(np.random.default_rng(seed), people, jobs))


def test_lively_worlds_have_all_of_it_in_them() -> None:
    """Or the two tests above would show little."""
    seen = Counter[str]()
    for seed in range(12):
        p = lively(np.random.default_rng(seed), 10, 7)
        _, r = as_good_as_everything(p)
        placed = r.job >= 0
        seen.update({
            "placed": int(placed.sum()), "changes": int((r.leg_count > 1).sum()),
            "groups": int((placed & (p.worker_group >= 0)).sum()), "on foot": int((placed & (r.leg_count == 0)).sum()),
            "kept": int((placed & (r.job == p.worker_reserved_job)).sum()),
            "minors": int((placed & (p.worker_age == 17)).sum()), "let in": int((placed & (p.worker_clearance > 0)).sum()),
            "no room": int(np.isin(r.reason, (Reason.SEATS_FULL, Reason.POSTINGS_FULL, Reason.BETTER_FOR_OTHERS)).sum()),
        })  # fmt: skip
    assert min(seen.values()) >= 3, seen


def test_trying_everything_agrees_with_trying_every_whole_plan() -> None:
    """Two ways to try everything: a tree of what each unit may have, and every plan that can be written down."""
    tried = 0
    for seed in range(14):
        p = invent(np.random.default_rng(seed), 4, 3, 5)
        every = every_plan(p, 150)
        tried += every is not None
        assert every is None or best_score(p) == pytest.approx(every, abs=0.01)
    assert tried >= 6


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
