"""Compile the core's loops ahead of the first solve; the machine code stays on disk (numba's cache) for later starts.

`python -m dispatch.matching.warm` takes about a minute where nothing is cached yet, and about five seconds otherwise.
"""
from functools import cache

import numpy as np

from dispatch.matching.additions import What
from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.changes import explain
from dispatch.matching.check import check
from dispatch.matching.compiling import keep_bytecode
from dispatch.matching.model import build_model
from dispatch.matching.problem import Level, Mode, Problem
from dispatch.matching.promising import promising
from dispatch.matching.replan import Before
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.seats import number_seats
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve

_WORKERS, _JOBS, _BUSES = 4_000, 100, 12  # more than the few options that are solved another way
_COUNTY, _TOWNSHIPS, _DISTRICT, _PARKS, _STATIONS = 0, (1, 2), 3, (4, 5), (6, 7)
_HOUR = 60


def small_problem(seed: int = 0, workers: int = _WORKERS) -> Problem:
    """Every kind of thing that the loops meet: groups, kept posts, buses, feeder, train and reception, a job on foot."""
    rng = np.random.default_rng(seed)
    calls: list[tuple[int, int, int]] = []  # place, arrival, departure
    starts, modes, seats = [0], [], []

    def trip(mode: Mode, capacity: int, *stops: tuple[int, int]) -> None:
        calls.extend((place, at, at + 10) for place, at in stops)
        starts.append(len(calls))
        modes.append(mode)
        seats.append(capacity)

    for n in range(_BUSES):
        begins = (6 + n) * _HOUR
        trip(Mode.BUS, 20, (_TOWNSHIPS[0], begins), (_TOWNSHIPS[1], begins + 30), (_PARKS[n % 2], begins + 14 * _HOUR))
        trip(Mode.FEEDER, 30, (_TOWNSHIPS[n % 2], begins), (_STATIONS[0], begins + 2 * _HOUR))
        trip(Mode.RECEPTION, 30, (_STATIONS[1], begins + 13 * _HOUR), (_PARKS[0], begins + 14 * _HOUR),
             (_PARKS[1], begins + 15 * _HOUR))
    trip(Mode.TRAIN, 1_000, (_STATIONS[0], 9 * _HOUR), (_STATIONS[1], 19 * _HOUR))
    place, arrive, depart = np.array(calls).T
    # Pairs first, each with a group of its own and at one place; then people who travel alone.
    pairs = workers // 4
    group = np.concatenate((np.repeat(np.arange(pairs), 2), np.full(workers - 2 * pairs, -1)))
    township = np.where(group >= 0, group, rng.integers(0, 2, workers)) % 2 + _TOWNSHIPS[0]
    reserved = rng.random(_JOBS) < 0.3
    kept = np.where(rng.random(workers) < 0.2, rng.choice(np.flatnonzero(reserved), workers), -1)
    return Problem(
        place_level=np.array([Level.COUNTY, Level.TOWNSHIP, Level.TOWNSHIP, Level.DISTRICT, Level.PARK, Level.PARK,
                              Level.STATION, Level.STATION]),
        place_parent=np.array([-1, _COUNTY, _COUNTY, -1, _DISTRICT, _DISTRICT, _COUNTY, _DISTRICT]),
        worker_township=township,
        worker_min_wage=rng.integers(30, 50, workers) * 100,
        worker_priority=rng.integers(0, 3, workers),
        worker_ready=rng.integers(0, 12, workers) * _HOUR,
        worker_reserved_job=kept,
        worker_open_to_other=(kept < 0) | (rng.random(workers) < 0.3),
        worker_group=group,
        worker_preferred_district=np.where(rng.random(workers) < 0.3, _DISTRICT, -1),
        worker_clearance=np.where(rng.random(workers) < 0.05, 1, 0),
        worker_age=np.where(rng.random(workers) < 0.05, 17, 30),
        worker_occupation_start=np.arange(workers + 1),
        worker_occupation=rng.integers(0, 6, workers),
        job_park=rng.choice(_PARKS, _JOBS),
        job_employer=np.arange(_JOBS) // 2,
        job_reserved=reserved,
        job_occupation=rng.integers(-1, 6, _JOBS),
        job_headcount=rng.integers(1, 20, _JOBS),
        job_wage=rng.integers(35, 60, _JOBS) * 100,
        job_start_by=rng.integers(20, 60, _JOBS) * _HOUR,
        job_minors_allowed=rng.random(_JOBS) < 0.5,
        trip_mode=np.array(modes),
        trip_capacity=np.array(seats),
        call_start=np.array(starts),
        call_place=place,
        call_arrive=arrive,
        call_depart=depart,
        access_from=np.array([_TOWNSHIPS[0], _STATIONS[1], _TOWNSHIPS[1]]),
        access_to=np.array([_STATIONS[0], _PARKS[0], _PARKS[1]]),
        access_minutes=np.array([40, 60, 90]),
        related=rng.random((6, 6)) < 0.3,
        admits=np.array([(_COUNTY, _DISTRICT, 1)]),
        group_may_split=np.arange(pairs) % 10 == 0,
    )


@cache
def warm_up() -> Result:
    """Run every loop once; in a process that has done so this costs nothing."""
    problem = small_problem()
    first_come_first_served(problem)
    result = solve(problem, Stop(work=200_000))
    solve(small_problem(workers=2), Stop(work=1_000), params=Parameters(floor=0.5))  # few options, and a floor
    solve(problem, Stop(work=100_000), before=Before(result.job, result.leg_count, result.legs))
    promising(build_model(problem, lambda work: None), result, tuple(What))
    number_seats(problem, result)
    check(problem, result.job, result.leg_count, result.legs)
    explain(Situation(problem, result.job, result.leg_count, result.legs), np.flatnonzero(result.job < 0)[:50].tolist())
    return result


if __name__ == "__main__":
    warm_up()
    keep_bytecode()
