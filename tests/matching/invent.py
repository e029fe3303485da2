"""Random little worlds with every feature in them: changes, groups, own posts, clearances, ages, ways on foot."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dispatch.matching.check import check
from dispatch.matching.problem import Level, Problem

PLACES = [
    (Level.COUNTY, -1),
    (Level.COUNTY, -1),
    (Level.TOWNSHIP, 0),
    (Level.TOWNSHIP, 1),
    (Level.STATION, -1),
    (Level.STATION, -1),
    (Level.DISTRICT, -1),
    (Level.PARK, 6),
    (Level.PARK, 6),
    (Level.PARK, 0),
]
TOWNS, STATIONS, PARKS = [2, 3], [4, 5], [7, 8, 9]


def invent(rng: np.random.Generator, people: int = 5, jobs: int = 4, trips: int = 6) -> Problem:
    """A consistent problem; times within two days, so that most combinations nearly fit."""
    town, group, split = _people(rng, people)
    park = rng.choice(PARKS, jobs)
    reserved = rng.random(jobs) < 0.3
    own = np.where(rng.random(people) < 0.4, rng.integers(0, jobs, people), -1)
    calls = [_trip(rng) for _ in range(trips)]
    flat = [c for trip in calls for c in trip]
    walks = [(a, b) for a in TOWNS + STATIONS for b in STATIONS + PARKS if a != b and rng.random() < 0.25]
    skills = [sorted(rng.choice(3, rng.integers(1, 3), replace=False)) for _ in range(people)]
    return Problem(
        place_level=[x for x, _ in PLACES],
        place_parent=[x for _, x in PLACES],
        worker_township=town,
        worker_min_wage=rng.integers(30, 50, people) * 100,
        worker_priority=rng.integers(0, 3, people),
        worker_ready=rng.integers(0, 6, people) * 120,
        worker_reserved_job=own,
        worker_open_to_other=rng.random(people) < 0.8,
        worker_group=group,
        worker_preferred_district=rng.choice([-1, 6, 0], people),
        worker_clearance=rng.choice([0, 0, 0, 1, 2], people),
        worker_age=rng.choice([-1, -1, 30, 15, 17], people),
        worker_occupation_start=np.cumsum([0] + [len(s) for s in skills]),
        worker_occupation=np.concatenate(skills),
        job_park=park,
        job_employer=np.zeros(jobs, int),
        job_reserved=reserved,
        job_occupation=rng.integers(-1, 3, jobs),
        job_headcount=rng.integers(0, 3, jobs),
        job_wage=rng.integers(38, 60, jobs) * 100,
        job_start_by=rng.integers(8, 24, jobs) * 100,
        job_minors_allowed=rng.random(jobs) < 0.5,
        trip_mode=rng.integers(0, 4, trips),
        trip_capacity=rng.integers(0, 4, trips),
        call_start=np.cumsum([0] + [len(c) for c in calls]),
        call_place=[p for p, _, _ in flat],
        call_arrive=[a for _, a, _ in flat],
        call_depart=[d for _, _, d in flat],
        access_from=[a for a, _ in walks],
        access_to=[b for _, b in walks],
        access_minutes=rng.integers(10, 90, len(walks)),
        related=rng.random((3, 3)) < 0.3,
        admits=[(c, d, k) for c in (0, 1) for d in (6, 0) for k in (1, 2) if rng.random() < 0.5]
        or np.zeros((0, 3), int),
        group_may_split=split,
    )


def _people(rng: np.random.Generator, people: int) -> tuple[list[int], list[int], list[bool]]:
    town, group, split = list[int](), list[int](), list[bool]()
    while len(town) < people:
        size = min(int(rng.choice([1, 1, 2, 3])), people - len(town))
        home = int(rng.choice(TOWNS))
        group += [len(split) if size > 1 else -1] * size
        split += [bool(rng.random() < 0.3)] if size > 1 else []
        town += [home] * size
    return town, group, split


def _trip(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    kind = rng.integers(0, 3)
    where = [
        [*rng.permutation(TOWNS)[:2], *rng.permutation(PARKS)[:2]],
        [*TOWNS[: rng.integers(1, 3)], STATIONS[0]],
        [STATIONS[rng.integers(0, 2)], STATIONS[1] if kind else PARKS[0], *rng.permutation(PARKS)[:2]],
    ][kind]
    now, out = int(rng.integers(0, 12)) * 60, []
    for place in where:
        stay = int(rng.integers(0, 30))
        out.append((int(place), now, now + stay))
        now += stay + int(rng.integers(30, 200))
    return out


def options(p: Problem, w: int) -> list[tuple[int, tuple[tuple[int, int, int], ...]]]:
    """All (job, legs) that person w could have alone in an empty world, found with the checker only."""
    rides = [
        (t, a, b)
        for t in range(p.trips)
        for n in [int(p.call_start[t + 1] - p.call_start[t])]
        for a, b in itertools.combinations(range(n), 2)
    ]
    place = lambda t, k: int(p.call_place[p.call_start[t] + k])  # noqa: E731
    chains: list[tuple[Any, ...]] = [(), *((r,) for r in rides)]
    two = [(r, q) for r in rides for q in rides if r[0] != q[0] and place(r[0], r[2]) == place(q[0], q[1])]
    chains += two + [
        (*x, q) for x in two for q in rides if x[1][0] != q[0] and place(x[1][0], x[1][2]) == place(q[0], q[1])
    ]
    out = []
    for legs, j in itertools.product(chains, range(p.jobs)):
        job, count, table = np.full(p.workers, -1), np.zeros(p.workers, int), np.full((p.workers, 3, 3), -1)
        job[w], count[w] = j, len(legs)
        for k, leg in enumerate(legs):
            table[w, k] = leg
        if {f.rule for f in check(p, job, count, table).faults} <= {"group split"}:
            out.append((j, legs))
    return out


Fits = Callable[[np.ndarray, np.ndarray, np.ndarray], bool]


def best_score(p: Problem, most: int = 60_000, fits: Fits | None = None) -> float | None:
    """The best score by trying everything, or None where that would be more than `most` plans.

    `fits` says which plans count, by jobs, numbers of legs, and legs; -1 where none does.
    """
    units: list[list[int]] = []
    for w in range(p.workers):
        g = int(p.worker_group[w])
        if g < 0 or p.group_may_split[g]:
            units.append([w])
        elif w == int(np.flatnonzero(p.worker_group == g)[0]):
            units.append(np.flatnonzero(p.worker_group == g).tolist())
    choices = []
    for members in units:
        mine = [options(p, w) for w in members]
        together = [
            c
            for c in itertools.product(*mine)
            if all(x[1] == c[0][1] and p.job_park[x[0]] == p.job_park[c[0][0]] for x in c)
        ]
        choices.append([None, *together])
    if np.prod([len(c) for c in choices], dtype=float) > most:
        return None
    best = 0.0 if fits is None else -1.0
    for plan in itertools.product(*choices):
        job, count, table = np.full(p.workers, -1), np.zeros(p.workers, int), np.full((p.workers, 3, 3), -1)
        for members, choice in zip(units, plan, strict=True):
            for w, (j, legs) in zip(members, choice or (), strict=bool(choice)):
                job[w], count[w] = j, len(legs)
                for k, leg in enumerate(legs):
                    table[w, k] = leg
        posts = np.bincount(job[job >= 0], minlength=p.jobs)
        if (posts > p.job_headcount).any():
            continue
        if fits is not None and not fits(job, count, table):
            continue
        done = check(p, job, count, table)
        if not done.faults:
            best = max(best, done.score)
    return best


def lively(rng: np.random.Generator, people: int = 7, jobs: int = 5) -> Problem:
    """A little world in which much is possible and little suffices: feeders, trains and receptions that nearly meet, direct
    buses, few seats and posts, groups of up to four, everybody of working age somewhere admitted."""
    p = invent(rng, people, jobs, 1)
    group, split = _larger_groups(rng, people)
    town = rng.choice(TOWNS, people)
    for g in range(len(split)):
        town[group == g] = rng.choice(TOWNS)
    calls = _network(rng)
    flat = [c for trip in calls for c in trip]
    walks = [(a, b) for a, ends, share in ((TOWNS, STATIONS, 0.2), (STATIONS, PARKS, 0.3), (TOWNS, PARKS, 0.16))
             for a, b in itertools.product(a, ends) if rng.random() < share]  # fmt: skip
    return replace(
        p,
        access_from=[a for a, _ in walks],
        access_to=[b for _, b in walks],
        access_minutes=rng.integers(10, 90, len(walks)),
        worker_township=town,
        worker_group=group,
        group_may_split=split,
        worker_ready=rng.choice([0, 0, 60, 300, 480], people),
        worker_age=rng.choice([-1, -1, -1, 30, 30, 17, 17, 15], people),
        worker_clearance=rng.choice([0, 0, 0, 0, 1, 2], people),
        worker_min_wage=rng.integers(30, 46, people) * 100,
        job_headcount=rng.integers(1, 4, jobs),
        job_occupation=rng.choice([-1, 0, 1, 2, 0, 1], jobs),
        job_start_by=rng.choice([1440, 1800, 2400, 2880], jobs),
        job_reserved=rng.random(jobs) < 0.2,
        related=rng.random((3, 3)) < 0.5,
        trip_mode=rng.integers(0, 4, len(calls)),
        trip_capacity=rng.integers(1, 5, len(calls)),
        trip_ids=(),
        call_start=np.cumsum([0] + [len(c) for c in calls]),
        call_place=[place for place, _, _ in flat],
        call_arrive=[a for _, a, _ in flat],
        call_depart=[d for _, _, d in flat],
    )


def _larger_groups(rng: np.random.Generator, people: int) -> tuple[np.ndarray, list[bool]]:
    """Groups whose members are scattered over the list."""
    group, split = np.full(people, -1), list[bool]()
    free = list(rng.permutation(people))
    while free:
        size = min(int(rng.choice([1, 1, 1, 2, 3, 4])), len(free))
        if size > 1:
            group[free[:size]] = len(split)
            split.append(bool(rng.random() < 0.25))
        del free[:size]
    return group, split


def _network(rng: np.random.Generator) -> list[list[tuple[int, int, int]]]:
    """Trips of which each next one begins 20 to 400 minutes after the last one ended, mostly at a station."""
    out = []
    for _ in range(int(rng.integers(1, 3))):
        now = int(rng.integers(5, 9)) * 60
        for where in (
            [*rng.permutation(TOWNS)[: rng.integers(1, 3)], STATIONS[0]],
            [STATIONS[0], STATIONS[1]] if rng.random() < 0.8 else [STATIONS[0], PARKS[0], STATIONS[1]],
            [STATIONS[1], *rng.permutation(PARKS)[: rng.integers(1, 4)]],
        ):
            calls, now = _calls(rng, [int(place) for place in where], now)
            out.append(calls)
            now += int(rng.choice([29, 30, 30, 45, 90, 200, 355, 361]))
    for _ in range(int(rng.integers(0, 3))):
        ends = [*rng.permutation(TOWNS)[: rng.integers(1, 3)], *rng.permutation(PARKS)[: rng.integers(1, 3)]]
        out.append(_calls(rng, [int(place) for place in ends], int(rng.integers(4, 16)) * 60)[0])
    return out


def _calls(rng: np.random.Generator, places: list[int], now: int) -> tuple[list[tuple[int, int, int]], int]:
    """Calls of a trip that leaves the first place at `now`, and when it reaches the last one."""
    out = [(places[0], now, now)]
    for place in places[1:]:
        now += int(rng.integers(20, 200))
        out.append((place, now, now + 5))
        now += 5
    return out, now - 5
