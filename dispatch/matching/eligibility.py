"""Who may take which posting, for how many points: people of one kind (trades, wage, age) are alike to open jobs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.objective import ANY_TRADE, OWN_TRADE, RELATED_TRADE
from dispatch.matching.pins import Settled
from dispatch.matching.problem import Problem
from dispatch.matching.rules import minor, too_young


@dataclass(frozen=True, eq=False)
class Kinds:
    """K kinds of people. Trade number O stands for "any", later ones for single jobs (pins.py). Trades that give no points
    are left out."""

    of_worker: NDArray[np.int32]  # [W] -1: takes no open job
    wage: NDArray[np.int32]  # [K] least wage
    minor: NDArray[np.bool_]  # [K]
    trade_start: NDArray[np.int32]  # [K+1]
    trade: NDArray[np.int32]
    points: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.wage)


@dataclass(frozen=True, eq=False)
class OpenJobs:
    """The open jobs sorted by (dense park, trade, wage); `start` [parks * trades + 1] bounds the cells."""

    start: NDArray[np.int32]
    job: NDArray[np.int32]
    wage: NDArray[np.int32]
    due: NDArray[np.int32]  # deadline class of the park
    minors: NDArray[np.bool_]


def kinds_of(p: Problem, s: Settled) -> Kinds:
    """Group those who take open jobs by their trades, least wage, whether they are minors, and what they are barred from."""
    trade_set, sets = _trade_sets(p)
    takes = p.worker_open_to_other & ~too_young(p) & (s.job < 0)
    bars = list(dict.fromkeys((frozenset[int](), *s.barred.values())))
    bar = np.zeros(p.workers, np.int64)
    bar[list(s.barred)] = [bars.index(jobs) for jobs in s.barred.values()]
    keys = np.stack((trade_set, p.worker_min_wage, minor(p), bar), axis=1).astype(np.int64)[takes]
    unique, inverse = np.unique(keys, axis=0, return_inverse=True) if takes.any() else (keys, keys[:, 0])
    of_worker = np.full(p.workers, -1, np.int32)
    of_worker[takes] = inverse.ravel()
    points = _points(p, sets)
    alone = list(s.alone)
    points = np.column_stack((points, points[:, p.job_occupation[alone]]))[unique[:, 0]]  # -1, "any", is the last of _points
    for k in np.flatnonzero(unique[:, 3]):
        points[k, s.trade[list(bars[unique[k, 3]])]] = 0
    kind, trade = np.nonzero(points > 0)
    return Kinds(
        of_worker, unique[:, 1].astype(np.int32), unique[:, 2].astype(bool),
        np.searchsorted(kind, np.arange(len(unique) + 1)).astype(np.int32),
        trade.astype(np.int32), points[kind, trade].astype(np.float32),
    )


def _trade_sets(p: Problem) -> tuple[NDArray[np.int64], list[tuple[int, ...]]]:
    """[W] number of each person's set of trades, and the sets."""
    trades, start = p.worker_occupation.tolist(), p.worker_occupation_start.tolist()
    number: dict[tuple[int, ...], int] = {}
    of = np.empty(p.workers, np.int64)
    for w in range(p.workers):
        key = tuple(trades[start[w] : start[w + 1]])
        of[w] = number.setdefault(key, len(number))
    return of, list(number)


def _points(p: Problem, sets: list[tuple[int, ...]]) -> NDArray[np.float64]:
    """[sets, O + 1] points for a job of each trade, the last column for one that needs none; 0: not eligible."""
    trades = len(p.related)
    points = np.zeros((len(sets), trades + 1))
    points[:, trades] = ANY_TRADE
    for s, own in enumerate(sets):
        if own:
            points[s, :trades][p.related[list(own)].any(axis=0)] = RELATED_TRADE
            points[s, list(own)] = OWN_TRADE
    return points


def open_jobs(p: Problem, s: Settled, park_of_place: NDArray[np.int32], parks: int, due: NDArray[np.integer]) -> OpenJobs:
    """`due` [J]: the deadline class of each job within its park."""
    trades = len(p.related) + 1 + len(s.alone)
    job = np.flatnonzero(~p.job_reserved & (p.job_headcount > 0))
    cell = park_of_place[p.job_park[job]].astype(np.int64) * trades + s.trade[job]
    order = np.lexsort((job, p.job_wage[job], cell))
    counts = np.bincount(cell, minlength=parks * trades)
    job = job[order]
    return OpenJobs(np.concatenate(([0], np.cumsum(counts))).astype(np.int32), job.astype(np.int32),
                    p.job_wage[job].astype(np.int32), due[job].astype(np.int32), p.job_minors_allowed[job])
