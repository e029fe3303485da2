"""The best score of a tiny problem by trying everything, with the checker alone: nothing here knows how the solver works.

Each unit's options are all journeys of up to three legs, or none, with all posts; what it scores and whether it may is what
the checker says. Then all choices are tried, in a tree that is cut only where even the best of what is left is too little.
"""

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from dispatch.matching.check import check
from dispatch.matching.problem import Problem
from tests.matching.small import changed

Leg = tuple[int, int, int]
Legs = tuple[Leg, ...]
SHARED = {"job", "trip"}  # faults of these kinds are about many people: not whether one of them may


@dataclass(frozen=True)
class Choice:
    """What a unit may have: its score, and the parts and jobs that it uses, with how many of each."""

    score: float
    uses: tuple[tuple[tuple[str, int, int], int], ...]


def chains(p: Problem) -> list[Legs]:
    """No leg, and all chains of up to three of different neighbouring trips that meet at a place."""
    rides = [(t, a, b) for t in range(p.trips)
             for a, b in itertools.combinations(range(int(p.call_start[t + 1] - p.call_start[t])), 2)]
    at = lambda t, k: int(p.call_place[p.call_start[t] + k])  # noqa: E731
    after = defaultdict(list)
    for ride in rides:
        after[at(ride[0], ride[1])].append(ride)
    one = [(r,) for r in rides]
    two = [(r, q) for r in rides for q in after[at(r[0], r[2])] if q[0] != r[0]]
    three = [(r, q, s) for r, q in two for s in after[at(q[0], q[2])] if s[0] != q[0]]
    return [(), *one, *two, *three]


def units(p: Problem) -> list[list[int]]:
    together = defaultdict(list)
    for w in range(p.workers):
        g = int(p.worker_group[w])
        together[w if g < 0 or p.group_may_split[g] else p.workers + g].append(w)
    return list(together.values())


def allowed(p: Problem, members: list[int], w: int, every: list[Legs]) -> list[tuple[int, Legs, float]]:
    """Jobs and legs that member w may have as far as w alone goes, with their scores."""
    pairs = list(itertools.product(range(p.jobs), every))
    n = len(pairs)
    again = _again(p, w, n, int(p.worker_ready[members].max()))
    job, count, legs = np.array([j for j, _ in pairs]), np.array([len(x) for _, x in pairs]), np.full((n, 3, 3), -1)
    for k, (_, chain) in enumerate(pairs):
        for i, leg in enumerate(chain):
            legs[k, i] = leg
    wrong = {f.index for f in check(again, job, count, legs).faults if f.kind not in SHARED}
    return [(*pairs[k], _score(p, w, job[k], legs[k], count[k])) for k in range(n) if k not in wrong]


def _again(p: Problem, w: int, n: int, ready: int) -> Problem:
    """The problem with w alone in it, n times, ready when the last of the unit is."""
    mine = p.worker_occupation[p.worker_occupation_start[w] : p.worker_occupation_start[w + 1]]
    columns = [f for f in p.__dataclass_fields__ if f.startswith("worker_") and not f.startswith("worker_occupation")]
    same = {f: np.repeat(getattr(p, f)[w], n) for f in columns if f != "worker_ids"}
    return changed(p, **same | {
        "worker_occupation": np.tile(mine, n), "worker_occupation_start": np.arange(n + 1) * len(mine), "worker_ids": (),
        "worker_group": np.full(n, -1), "group_may_split": np.zeros(0, bool), "worker_ready": np.full(n, ready),
    })


def _score(p: Problem, w: int, job: int, legs: np.ndarray, count: int) -> float:
    jobs, counts, table = np.full(p.workers, -1), np.zeros(p.workers, int), np.full((p.workers, 3, 3), -1)
    jobs[w], counts[w], table[w] = job, count, legs
    return check(p, jobs, counts, table).score


def choices(p: Problem, members: list[int], every: list[Legs]) -> list[Choice]:
    """All that a unit may have, the best first; of those that use the same, the best."""
    by_way = [defaultdict(list) for _ in members]
    for mine, w in zip(by_way, members, strict=True):
        for job, legs, score in allowed(p, members, w, every):
            mine[legs, int(p.job_park[job])].append((job, score))
    best = dict[tuple[Any, ...], float]()
    for way in set.intersection(*map(set, by_way)):
        seats = Counter({("part", t, k): len(members) for t, a, b in way[0] for k in range(a, b)})
        for jobs in itertools.product(*(mine[way] for mine in by_way)):
            uses = seats + Counter(("job", j, 0) for j, _ in jobs)
            key = tuple(sorted(uses.items()))
            best[key] = max(best.get(key, 0.0), sum(score for _, score in jobs))
    return sorted((Choice(score, uses) for uses, score in best.items()), key=lambda c: -c.score)


def best_score(p: Problem, most: int = 200_000) -> float | None:
    """None where that would be more than `most` steps."""
    every = chains(p)
    of = sorted((choices(p, members, every) for members in units(p)), key=len)
    ahead = [sum(c[0].score for c in of[k:] if c) for k in range(len(of) + 1)]
    left = Counter({("job", j, 0): int(n) for j, n in enumerate(p.job_headcount)})
    left.update({("part", t, k): int(p.trip_capacity[t]) for t in range(p.trips)
                 for k in range(int(p.call_start[t + 1] - p.call_start[t]) - 1)})
    best, steps = 0.0, 0

    def go(k: int, score: float) -> None:
        nonlocal best, steps
        steps += 1
        best = max(best, score)
        if steps > most or k == len(of):
            return
        for c in of[k]:
            if score + c.score + ahead[k + 1] <= best + 1e-9:
                break
            if all(left[x] >= n for x, n in c.uses):
                left.subtract(dict(c.uses))
                go(k + 1, score + c.score)
                left.update(dict(c.uses))
        if score + ahead[k + 1] > best + 1e-9:
            go(k + 1, score)

    go(0, 0.0)
    return best if steps <= most else None
