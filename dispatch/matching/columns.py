"""A pool of options (columns): a unit, its journey and its members' posts, each with its score and what it uses."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.choice import job_points
from dispatch.matching.data import POSSIBLE, Data
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT
from dispatch.matching.prices import Market, best_column


@dataclass(frozen=True, eq=False)
class Columns:
    """N options. `jobs` lists the posts of all members, by `start` [N+1]."""

    unit: NDArray[np.int32]
    journey: NDArray[np.int32]
    start: NDArray[np.int64]
    jobs: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.unit)


@njit(cache=True, nogil=True)
def _near(d, job_price, travel, ride, gain, first, last, delta, unit, column):  # type: ignore[no-untyped-def]
    """Write the (unit, column) pairs worth at least the unit's best less delta; returns how many there are.

    A column that offers the same journey as the one before is left out: the one before has more posts to choose from.
    """
    n = 0
    for u in range(first, last):
        best, at = best_column(d, job_price, travel, gain, u)
        if at < 0 or best < -delta:
            continue
        least = max(best, 0.0) - delta
        a, b = d.unit_start[u], d.unit_start[u + 1]
        size, row = b - a, d.unit_row[u]
        for p in range(len(d.column_start) - 1):
            low, high = d.column_start[p], d.column_start[p + 1]
            if not d.welcome[d.unit_welcome[u], p] or travel[row, high - 1] < POSSIBLE:
                continue
            fixed = np.float64(d.unit_base[u])
            for m in range(a, b):
                if d.likes[m] >= 0 and d.likes[m] == d.park_district[p]:
                    fixed += PREFERRED_DISTRICT
            for c in range(low, high):
                if c > low and ride[row, c] == ride[row, c - 1]:
                    continue
                v = fixed + size * np.float64(travel[row, c])
                for m in range(a, b):
                    mine = np.float64(gain[d.kind[m], c]) if d.kind[m] >= 0 else -1e6
                    if c <= d.own_column[m] < high:
                        mine = max(mine, OWN_JOB - job_price[d.own_job[m]])
                    v += mine
                if v >= least:
                    if n < len(unit):
                        unit[n], column[n] = u, c
                    n += 1
    return n


@njit(cache=True, nogil=True)
def _posts(d, job_price, gain, post, unit, column, start, jobs):  # type: ignore[no-untyped-def]
    """The members' best posts of each pair into `jobs`."""
    for k in range(len(unit)):
        u, c = unit[k], column[k]
        p = np.searchsorted(d.column_start, c, side="right") - 1
        for m in range(d.unit_start[u], d.unit_start[u + 1]):
            mine = gain[d.kind[m], c] if d.kind[m] >= 0 else -1e6
            j = post[d.kind[m], c] if d.kind[m] >= 0 else -1
            if c <= d.own_column[m] < d.column_start[p + 1] and OWN_JOB - job_price[d.own_job[m]] >= mine:
                j = d.own_job[m]
            jobs[start[k] + m - d.unit_start[u]] = j


def near_best(market: Market, job_price: NDArray[np.float64], delta: float) -> Columns:
    """All units' options within `delta` points of their best at the market's tables (which stand at these prices)."""
    d, t = market.d, market.tables

    def some(a: int, b: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        room = 64 * (b - a) + 64
        while True:
            unit, column = np.empty(room, np.int32), np.empty(room, np.int32)
            n = _near(d, job_price, t.travel, t.ride, t.gain, a, b, delta, unit, column)
            if n <= room:
                return unit[:n], column[:n]
            room = n

    parts = market.spread(some, len(d.unit_town))
    unit, column = np.concatenate([x[0] for x in parts]), np.concatenate([x[1] for x in parts])
    size = np.diff(d.unit_start)[unit]
    start = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    jobs = np.empty(start[-1], np.int32)
    _posts(d, job_price, t.gain, t.post, unit, column, start, jobs)
    return Columns(unit, t.ride[d.unit_row[unit], column], start, jobs)


def merged(a: Columns, b: Columns) -> Columns:
    """Both, each option once."""
    unit, journey = np.concatenate((a.unit, b.unit)), np.concatenate((a.journey, b.journey))
    size = np.concatenate((np.diff(a.start), np.diff(b.start)))
    jobs = np.concatenate((a.jobs, b.jobs))
    start = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    place = np.arange(len(jobs)) - np.repeat(start[:-1], size)
    mixed = (jobs.astype(np.uint64) + np.uint64(1)) * (place.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
                                                       + np.uint64(0xBF58476D1CE4E5B9))
    mark = np.add.reduceat(mixed, start[:-1]) if len(unit) else np.zeros(0, np.uint64)
    order = np.lexsort((np.arange(len(unit)), mark, journey, unit))
    same = np.zeros(len(unit), bool)
    x = order
    same[1:] = (unit[x][1:] == unit[x][:-1]) & (journey[x][1:] == journey[x][:-1]) & (mark[x][1:] == mark[x][:-1])
    return chosen(Columns(unit, journey, start, jobs), np.sort(x[~same]))


def chosen(c: Columns, rows: NDArray[np.int64]) -> Columns:
    """The given rows alone."""
    size = np.diff(c.start)[rows]
    start = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    at = np.repeat(c.start[rows] - start[:-1], size) + np.arange(start[-1])
    return Columns(c.unit[rows], c.journey[rows], start, c.jobs[at])


@njit(cache=True, nogil=True)
def uses(d, unit, journey, start, jobs, parts, indptr, rows):  # type: ignore[no-untyped-def]
    """Rows that each column uses, one entry a head: seats as part numbers, posts as `parts` + job."""
    n = 0
    for k in range(len(unit)):
        indptr[k] = n
        for leg in range(3):
            if d.board[journey[k], leg] < 0:
                break
            for c in range(d.board[journey[k], leg], d.alight[journey[k], leg]):
                if n < len(rows):
                    rows[n] = c
                n += 1
        for m in range(start[k], start[k + 1]):
            if n < len(rows):
                rows[n] = parts + jobs[m]
            n += 1
    indptr[len(unit)] = n
    return n


@njit(cache=True, nogil=True)
def _scores(d, unit, journey, start, jobs, out):  # type: ignore[no-untyped-def]
    for k in range(len(unit)):
        a = d.unit_start[unit[k]]
        out[k] = d.unit_base[unit[k]] + (start[k + 1] - start[k]) * np.float64(d.value[journey[k]])
        for i in range(start[k], start[k + 1]):
            out[k] += job_points(d, a + i - start[k], jobs[i])


def scores(d: Data, c: Columns) -> NDArray[np.float64]:
    """Score of each column."""
    out = np.empty(len(c))
    _scores(d, c.unit, c.journey, c.start, c.jobs, out)
    return out
