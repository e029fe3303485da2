"""Why somebody has this job and journey, and what else is possible right now without moving anybody else.

The score of objective.py is broken into its terms. An option keeps every rule and takes only seats and posts that are
free in the plan (those of the unit itself count as free).
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from dispatch.matching.model import Model
from dispatch.matching.objective import (
    OWN_JOB,
    PLACED,
    PREFERRED_DISTRICT,
    PRIORITY,
    WAGE_MOST,
    YUAN_A_POINT,
    change_cost,
    minute_cost,
)
from dispatch.matching.situation import Legs, Placing, Situation, shortages
from dispatch.matching.travel import Journeys

NO = -1e9


@dataclass(frozen=True)
class Terms:
    """One person's score by its terms, in points; time and changes are at most 0."""

    placed: float
    priority: float
    own_post: float  # the post kept for this person
    trade: float  # own, related, or none needed
    wage: float
    district: float  # the preferred one
    time: float
    changes: float

    @property
    def total(self) -> float:
        return float(sum(astuple(self)))


@dataclass(frozen=True)
class Option:
    """A placing of a whole unit, each member's terms, and the points by which it differs from the plan (below 0: worse)."""

    placing: Placing
    terms: tuple[Terms, ...]
    difference: float


@dataclass(frozen=True)
class _Choice:
    """Posts for a unit, one for each member, in one dense park: their points, and the time by which to be there."""

    park: int
    due: int
    points: float
    jobs: tuple[int, ...]


class Alternatives:
    """Answers from memory: all journeys in time (the model's), the plan, and what it uses."""

    def __init__(self, situation: Situation, model: Model) -> None:
        if model.problem is not situation.problem:
            raise ValueError("model and plan must be of the same problem")
        self.situation, self.journeys = situation, model.journeys
        self._towns = np.unique(situation.problem.worker_township)

    def why(self, worker: int) -> Terms:
        """The terms of a placed person's score as the plan stands.

        Raises:
            ValueError: the person has no place.
        """
        return self._placed(worker)[1][self.situation.unit(worker).index(worker)]

    def options(self, worker: int, most: int = 3) -> list[Option]:
        """The `most` best other placings of the unit of a placed person, best first: each has other posts than those
        before it, and the present posts are named again only with another journey.

        Raises:
            ValueError: the person has no place.
        """
        now, terms = self._placed(worker)
        s, total = self.situation, sum(t.total for t in terms)
        out = []
        for _, j, jobs in sorted(self._best(now), key=lambda found: -found[0])[:most]:
            placing = Placing(now.workers, jobs, (s.as_legs(self.journeys, j),) * len(jobs))
            minutes = int(self.journeys.reach[j] - self.journeys.leave[j])
            new = tuple(terms_of(s, w, job, minutes, len(placing.legs[0])) for w, job in zip(now.workers, jobs, strict=True))
            out.append(Option(placing, new, sum(t.total for t in new) - total))
        return sorted(out, key=lambda o: -o.difference)

    def _placed(self, worker: int) -> tuple[Placing, tuple[Terms, ...]]:
        s, unit = self.situation, self.situation.unit(worker)
        if (s.job[list(unit)] < 0).any():
            raise ValueError(f"worker {worker} has no place")
        jobs, legs = tuple(s.job[list(unit)].tolist()), tuple(s.legs_of(w) for w in unit)
        terms = tuple(terms_of(s, w, j, _minutes(s, w, j, x), len(x)) for w, j, x in zip(unit, jobs, legs, strict=True))
        return Placing(unit, jobs, legs), terms

    def _best(self, now: Placing) -> Iterator[tuple[float, int, tuple[int, ...]]]:
        """(points, journey, jobs) of all choices of posts that can be reached, the best journey of each."""
        s, unit = self.situation, now.workers
        ready, n = int(s.problem.worker_ready[list(unit)].max()), len(unit)
        town = int(np.searchsorted(self._towns, s.problem.worker_township[unit[0]]))
        free, posts = s.capacity - s.part_use, s.headcount - s.job_use
        for job, legs in zip(now.jobs, now.legs, strict=True):
            posts[job] += 1
            for trip, board, alight in legs:
                free[s.problem.call_start[trip] + board : s.problem.call_start[trip] + alight] += 1
        present = tuple(sorted(now.jobs))
        rides = cache(lambda park: _Rides(self.journeys, town * len(s.parks) + park, ready, free, n))
        seen = set[tuple[int, ...]]()
        for choice in _choices(s, unit, posts):
            key = tuple(sorted(choice.jobs))
            if key in seen:
                continue
            seen.add(key)
            ride = rides(choice.park)
            if key == present:
                ride = ride.without(s, self.journeys, now.legs[0])
            j, value = ride.by(choice.due)
            if j >= 0:
                yield choice.points + n * value, j, choice.jobs


class _Rides:
    """The journeys of one cell that a unit can take now, by arrival, each with the best that arrives no later."""

    def __init__(self, journeys: Journeys, cell: int, ready: int, free: NDArray[np.int64], people: int) -> None:
        low, high = journeys.start[cell : cell + 2]
        here = slice(low, high)
        short = shortages(journeys.board[here], journeys.alight[here], free, people)
        self._set(journeys, low + np.flatnonzero((short == 0) & (journeys.leave[here] >= ready)))

    def _set(self, journeys: Journeys, some: NDArray[np.int64]) -> None:
        self.some = some[np.argsort(journeys.reach[some], kind="stable")]
        self.reach = journeys.reach[self.some]
        value = journeys.value[self.some]
        self.value = np.maximum.accumulate(value) if len(value) else value
        self.at = np.maximum.accumulate(np.where(value == self.value, np.arange(len(value)), 0)) if len(value) else value

    def without(self, s: Situation, journeys: Journeys, legs: Legs) -> "_Rides":
        """All but the journey with these legs."""
        other = _Rides.__new__(_Rides)
        other._set(journeys, np.array([j for j in self.some.tolist() if s.as_legs(journeys, j) != legs], np.int64))
        return other

    def by(self, due: int) -> tuple[int, float]:
        """The best journey that arrives by `due` and its value; -1 where there is none."""
        k = int(np.searchsorted(self.reach, due, side="right")) - 1
        return (int(self.some[int(self.at[k])]), float(self.value[k])) if k >= 0 else (-1, NO)


def _choices(s: Situation, unit: tuple[int, ...], free: NDArray[np.int64]) -> Iterator[_Choice]:
    """All posts of which `free` [J] has one for a person alone; for a group the best of each park and due time."""
    p = s.problem
    fits, lacks = (np.array(x) for x in zip(*[s.fits(w) for w in unit], strict=True))
    fits[lacks > 0] = np.nan
    liked = np.array([np.where(s.district == p.worker_preferred_district[w], PREFERRED_DISTRICT, 0.0)
                      * (p.worker_preferred_district[w] >= 0) for w in unit])
    fits += liked[:, p.job_park]
    welcome = np.logical_and.reduce([s.let_in(w, s.district[s.parks]) for w in unit])
    park = s.park_of_place[p.job_park]
    can = (free > 0) & welcome[park]
    if len(unit) == 1:
        for j in np.flatnonzero(can & ~np.isnan(fits[0])).tolist():
            yield _Choice(int(park[j]), int(p.job_start_by[j]), float(fits[0, j]), (j,))
        return
    can &= ~np.isnan(fits).all(axis=0)
    for k in np.unique(park[can]).tolist():
        here = np.flatnonzero(can & (park == k))
        for due in np.unique(p.job_start_by[here]).tolist():
            at = here[p.job_start_by[here] >= due]
            at = np.repeat(at, np.minimum(free[at], len(unit)))
            worth = np.where(np.isnan(fits[:, at]), NO, fits[:, at])
            who, taken = linear_sum_assignment(worth, maximize=True)
            if len(who) == len(unit) and worth[who, taken].min() > NO:
                yield _Choice(k, due, float(worth[who, taken].sum()), tuple(at[taken].tolist()))


def terms_of(s: Situation, worker: int, job: int, minutes: int, legs: int) -> Terms:
    """The terms of a worker in a job for which it is eligible, after a journey of so many minutes and legs."""
    p = s.problem
    own = bool(p.worker_reserved_job[worker] == job)
    extra = (int(p.job_wage[job]) - int(p.worker_min_wage[worker])) / YUAN_A_POINT
    wage = 0.0 if own else float(min(WAGE_MOST, extra))
    liked = p.worker_preferred_district[worker]
    return Terms(
        PLACED, PRIORITY[p.worker_priority[worker]], OWN_JOB if own else 0.0,
        0.0 if own else float(s.fits(worker)[0][job]) - wage, wage,
        PREFERRED_DISTRICT if liked >= 0 and s.district[p.job_park[job]] == liked else 0.0,
        -float(minute_cost(np.array(minutes))), -float(change_cost(np.array(legs))),
    )


def _minutes(s: Situation, worker: int, job: int, legs: Legs) -> int:
    """From leaving home to arriving at the job's park by these legs."""
    p = s.problem
    home, park = int(p.worker_township[worker]), int(p.job_park[job])
    if not legs:
        return _walk(s, home, park)
    first, last = (int(p.call_start[t]) + c for t, c in (legs[0][:2], legs[-1][::2]))
    ride = int(p.call_arrive[last] - p.call_depart[first])
    return ride + _walk(s, home, int(p.call_place[first])) + _walk(s, int(p.call_place[last]), park)


def _walk(s: Situation, start: int, end: int) -> int:
    p = s.problem
    if start == end:
        return 0
    row = np.flatnonzero((p.access_from == start) & (p.access_to == end))
    return int(p.access_minutes[row[0]])
