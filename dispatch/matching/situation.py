"""A plan as it stands, without a solver: what is used, what is left, and all journeys of a township whatever their times."""

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from dispatch.matching.objective import ANY_TRADE, OWN_JOB, OWN_TRADE, RELATED_TRADE, WAGE_MOST, YUAN_A_POINT
from dispatch.matching.problem import Problem
from dispatch.matching.rules import admitted, county_of, district_of, minor, too_young
from dispatch.matching.travel import Journeys, build_network, find_journeys

EVER = 2**30  # minutes: later than any deadline; with a minus, earlier than any departure

Legs = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Placing:
    """How people of one unit would go: a job and the legs (trip, boarding call, alighting call) of each."""

    workers: tuple[int, ...]
    jobs: tuple[int, ...]
    legs: tuple[Legs, ...]


class Situation:
    """Problem and plan. `part_use` [C] people on the part from a call to the next, `job_use` [J] posts taken.

    Args:
        job, leg_count, legs: the plan, shaped as in `Result`: [W] (-1 stays), [W], [W, 3, 3].

    Raises:
        ValueError: the plan is not one of this problem's people.
    """

    def __init__(self, problem: Problem, job: ArrayLike, leg_count: ArrayLike, legs: ArrayLike) -> None:
        p = self.problem = problem
        self.job, self.leg_count = np.asarray(job, np.int64), np.asarray(leg_count, np.int64)
        self.legs = np.asarray(legs, np.int64).reshape(-1, 3, 3)
        if not len(self.job) == len(self.leg_count) == len(self.legs) == p.workers:
            raise ValueError(f"job, leg_count and legs must have {p.workers} rows")
        self.parks = np.unique(p.job_park).astype(np.int32)
        self.park_of_place = np.full(p.places, -1, np.int32)
        self.park_of_place[self.parks] = np.arange(len(self.parks))
        self.call_trip = np.repeat(np.arange(p.trips), np.diff(p.call_start))
        self.capacity = p.trip_capacity[self.call_trip].astype(np.int64)
        self.part_use = _loads(p, self.leg_count * (self.job >= 0), self.legs)
        self.job_use = np.bincount(self.job[self.job >= 0], minlength=p.jobs)
        self.headcount = p.job_headcount.astype(np.int64)
        self.too_young, self.minor = too_young(p), minor(p)
        self.county, self.district = county_of(p), district_of(p)
        order = np.argsort(p.worker_group, kind="stable")
        self._by_group = order, np.searchsorted(p.worker_group[order], np.arange(p.groups + 1))
        # a trip without seats is a way too, for whoever asks what more seats would bring
        self._seated = replace(p, trip_capacity=np.maximum(1, p.trip_capacity))
        self._network = build_network(self._seated, self.park_of_place)
        self._town: tuple[int, Journeys] | None = None

    def legs_of(self, worker: int) -> Legs:
        return tuple((t, a, b) for t, a, b in self.legs[worker, : self.leg_count[worker]].tolist())

    def count(self, job: int, legs: Legs, sign: int) -> None:
        """Count one person's post and seats in (1) or out (-1)."""
        self.job_use[job] += sign
        for trip, board, alight in legs:
            start = self.problem.call_start[trip]
            self.part_use[start + board : start + alight] += sign

    def unit(self, worker: int) -> tuple[int, ...]:
        """The people who go with `worker`, who is one of them."""
        p, g = self.problem, int(self.problem.worker_group[worker])
        if g < 0 or p.group_may_split[g]:
            return (worker,)
        order, start = self._by_group
        return tuple(sorted(order[start[g] : start[g + 1]].tolist()))

    def journeys(self, town: int) -> Journeys:
        """All journeys from `town` by dense park, whatever their times; one without a seat takes reach - leave minutes.

        The last town asked for is kept: ask by town.
        """
        if self._town is None or self._town[0] != town:
            deadlines = [np.array([EVER], np.int32)] * len(self.parks)
            found = find_journeys(self._seated, self._network, np.array([town], np.int32), self.park_of_place,
                                  np.array([-EVER], np.int32), deadlines, lambda work: None)
            self._town = town, found
        return self._town[1]

    def fits(self, worker: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """[J] points of the worker in each job, nan where trade, age or reservation forbid it; [J] yuan that it lacks."""
        p = self.problem
        own = p.worker_occupation[p.worker_occupation_start[worker] : p.worker_occupation_start[worker + 1]]
        trade = np.full(len(p.related) + 1, np.nan)  # the last is that of jobs that need none
        trade[:-1][p.related[own].any(axis=0)] = RELATED_TRADE
        trade[own] = OWN_TRADE
        trade[-1] = ANY_TRADE
        extra = p.job_wage.astype(np.int64) - p.worker_min_wage[worker]
        points = trade[p.job_occupation] + np.minimum(WAGE_MOST, np.maximum(0, extra) / YUAN_A_POINT)
        points[p.job_reserved | (not p.worker_open_to_other[worker])] = np.nan
        lacks = np.maximum(0, -extra)
        if (kept := p.worker_reserved_job[worker]) >= 0:
            points[kept], lacks[kept] = OWN_JOB, 0
        if self.minor[worker]:
            points[~p.job_minors_allowed] = np.nan
        if self.too_young[worker]:
            points[:] = np.nan
        return points, lacks

    def let_in(self, worker: int, districts: NDArray[np.int32]) -> NDArray[np.bool_]:
        """For each of `districts`: does it let the worker in?"""
        p = self.problem
        return admitted(p, int(self.county[p.worker_township[worker]]), int(p.worker_clearance[worker]), districts)

    def shortage(self, journeys: Journeys, people: int) -> NDArray[np.int64]:
        """[N] seats that each journey lacks for so many people, over all its legs; 0 where there is room."""
        return shortages(journeys.board, journeys.alight, self.capacity - self.part_use, people)

    def as_legs(self, journeys: Journeys, j: int) -> Legs:
        """The legs of journey j as (trip, boarding call, alighting call)."""
        rides = [(a, b) for a, b in zip(journeys.board[j].tolist(), journeys.alight[j].tolist(), strict=True) if a >= 0]
        return tuple((int(self.call_trip[a]), int(a - self.problem.call_start[self.call_trip[a]]),
                      int(b - self.problem.call_start[self.call_trip[a]])) for a, b in rides)


def _loads(p: Problem, leg_count: NDArray[np.int64], legs: NDArray[np.int64]) -> NDArray[np.int64]:
    """[C] people on the part from each call to the next."""
    steps = np.zeros(p.calls, np.int64)
    for k in range(3):
        trip, board, alight = legs[leg_count > k, k].T
        np.add.at(steps, p.call_start[trip] + board, 1)
        np.add.at(steps, p.call_start[trip] + alight, -1)
    return np.cumsum(steps)


@njit(cache=True, nogil=True)
def shortages(board, alight, free, people):  # type: ignore[no-untyped-def]
    out = np.zeros(len(board), np.int64)
    for j in range(len(board)):
        for leg in range(3):
            if board[j, leg] < 0:
                break
            least = people
            for c in range(board[j, leg], alight[j, leg]):
                least = min(least, free[c])
            out[j] += people - least
    return out
