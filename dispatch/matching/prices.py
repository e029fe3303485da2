"""Prices of seats and posts, and the bound that they prove (the Lagrangian dual).

At given prices every unit buys the best that it can; what all gain, plus the worth of all seats and posts, is at least
the score of any plan. Tables make the best choice cheap: `travel` [rows, columns] the best journey that serves a row
and keeps a column, `gain` [kinds, columns] the best open job for a kind that is still open at a column.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.data import NEVER, POSSIBLE, Array, Data
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT
from dispatch.matching.offers import fill_gain, fill_offers, make_offers


class Tables(NamedTuple):
    """Best values at some prices, and which journey or job gives them (-1 none)."""

    travel: Array  # [rows, columns]
    ride: Array
    gain: Array  # [kinds, columns]
    post: Array
    reach: Array  # [rows, parks] the best of travel in each park
    offer: Array  # [kinds, parks] the best of gain in each park


@njit(cache=True, nogil=True)
def fill_travel(d, part_price, first, last, travel, ride):  # type: ignore[no-untyped-def]
    """The rows of towns first..last-1, from part prices [C]."""
    parks = len(d.column_start) - 1
    upto = np.zeros(len(part_price) + 1)
    for c in range(len(part_price)):
        upto[c + 1] = upto[c] + part_price[c]
    for town in range(first, last):
        low, high = d.row_start[town], d.row_start[town + 1]
        travel[low:high] = NEVER
        ride[low:high] = -1
        for j in range(d.cell_start[town * parks], d.cell_start[(town + 1) * parks]):
            if d.journey_row[j] < 0:
                continue
            v = np.float64(d.value[j])
            for leg in range(3):
                if d.board[j, leg] < 0:
                    break
                v -= upto[d.alight[j, leg]] - upto[d.board[j, leg]]
            r, c = d.journey_row[j], d.journey_column[j]
            if v > travel[r, c]:
                travel[r, c] = v
                ride[r, c] = j
        for r in range(high - 1, low - 1, -1):
            for p in range(parks):
                for c in range(d.column_start[p], d.column_start[p + 1]):
                    if r + 1 < high and travel[r + 1, c] > travel[r, c]:
                        travel[r, c], ride[r, c] = travel[r + 1, c], ride[r + 1, c]
        for r in range(low, high):
            for p in range(parks):
                for c in range(d.column_start[p] + 1, d.column_start[p + 1]):
                    if travel[r, c - 1] > travel[r, c]:
                        travel[r, c], ride[r, c] = travel[r, c - 1], ride[r, c - 1]


def reach(d: Data, travel: NDArray[np.float32]) -> NDArray[np.float32]:
    """[rows, parks] the best of `travel` in each park: a later deadline allows more journeys."""
    return np.ascontiguousarray(travel[:, d.column_start[1:] - 1])


def offer(d: Data, gain: NDArray[np.float32]) -> NDArray[np.float32]:
    """[kinds, parks] the best of `gain` in each park: who arrives earlier has more posts to choose from."""
    return np.ascontiguousarray(gain[:, d.column_start[:-1]])


@njit(cache=True, nogil=True)
def best_column(d, job_price, travel, gain, reach, offer, u):  # type: ignore[no-untyped-def]
    """The best value of unit u at the tables, and its column (-1 none is possible).

    `reach` and `offer` say of most parks that they cannot be the best one, in few looks at memory.
    """
    a, b = d.unit_start[u], d.unit_start[u + 1]
    n, row = b - a, d.unit_row[u]
    best, at = NEVER, -1
    for p in range(len(d.column_start) - 1):
        if not d.welcome[d.unit_welcome[u], p]:
            continue
        if reach[row, p] < POSSIBLE:
            continue
        low, high = d.column_start[p], d.column_start[p + 1]
        fixed = np.float64(d.unit_base[u])
        most = np.float64(n * reach[row, p])
        for m in range(a, b):
            if d.likes[m] == d.park_district[p] and d.likes[m] >= 0:
                fixed += PREFERRED_DISTRICT
            mine = np.float64(offer[d.kind[m], p]) if d.kind[m] >= 0 else np.float64(NEVER)
            if low <= d.own_column[m] < high:
                mine = max(mine, OWN_JOB - job_price[d.own_job[m]])
            most += mine
        if fixed + most <= best:
            continue
        for c in range(low, high):
            v = fixed + n * travel[row, c]
            if v < POSSIBLE:
                continue
            for m in range(a, b):
                mine = np.float64(gain[d.kind[m], c]) if d.kind[m] >= 0 else np.float64(NEVER)
                if c <= d.own_column[m] < high:
                    mine = max(mine, OWN_JOB - job_price[d.own_job[m]])
                v += mine
            if v > best:
                best, at = v, c
    return best, at


@njit(cache=True, nogil=True)
def bests(d, job_price, travel, gain, reach, offer, out):  # type: ignore[no-untyped-def]
    """The best value of every unit at the tables, also where it is a loss, into `out` [U]."""
    for u in range(len(out)):
        out[u], _ = best_column(d, job_price, travel, gain, reach, offer, u)


@njit(cache=True, nogil=True)
def buy(d, job_price, t, first, last, steps, job_use, goes):  # type: ignore[no-untyped-def]
    """Let units first..last-1 buy; returns their gain.

    `steps` [C] takes who gets on and off, `job_use` the posts, `goes` [U] who buys anything.
    """
    travel, ride, gain, post, reach, offer = t
    total = 0.0
    for u in range(first, last):
        best, c = best_column(d, job_price, travel, gain, reach, offer, u)
        goes[u] = best > 0.0 and c >= 0
        if not goes[u]:
            continue
        total += best
        a, b = d.unit_start[u], d.unit_start[u + 1]
        j = ride[d.unit_row[u], c]
        for leg in range(3):
            if d.board[j, leg] < 0:
                break
            steps[d.board[j, leg]] += b - a
            steps[d.alight[j, leg]] -= b - a
        p = np.searchsorted(d.column_start, c, side="right") - 1
        for m in range(a, b):
            mine = gain[d.kind[m], c] if d.kind[m] >= 0 else NEVER
            own = c <= d.own_column[m] < d.column_start[p + 1]
            if own and OWN_JOB - job_price[d.own_job[m]] >= mine:
                job_use[d.own_job[m]] += 1
            else:
                job_use[post[d.kind[m], c]] += 1
    return total


class Market:
    """Answers prices with the bound that they prove and with what would be bought.

    Chunks are fixed, so that the number of threads changes nothing but the time.
    """

    CHUNKS = 8

    def __init__(self, d: Data, threads: int) -> None:
        self.d, self.seats, self.posts = d, d.capacity.astype(float), d.headcount.astype(float)
        rows, columns, kinds = int(d.row_start[-1]), int(d.column_start[-1]), len(d.kind_wage)
        parks = len(d.column_start) - 1
        self.tables = Tables(np.full((rows, columns), NEVER, np.float32), np.full((rows, columns), -1, np.int32),
                             np.full((kinds, columns), NEVER, np.float32), np.full((kinds, columns), -1, np.int32),
                             np.full((rows, parks), NEVER, np.float32), np.full((kinds, parks), NEVER, np.float32))
        self.offers = make_offers(d)
        self.goes = np.zeros(len(d.unit_town), bool)  # who bought anything at the last demand
        self.pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def close(self) -> None:
        if self.pool:
            self.pool.shutdown()

    def spread(self, work, count: int) -> list[Any]:  # type: ignore[no-untyped-def]
        edges = np.linspace(0, count, self.CHUNKS + 1).astype(np.int64)
        spans = list(zip(edges[:-1], edges[1:], strict=True))
        return list(self.pool.map(work, *zip(*spans, strict=True))) if self.pool else [work(*s) for s in spans]

    def fill(self, part_price: NDArray[np.float64], job_price: NDArray[np.float64]) -> Tables:
        """The tables at these prices (kept until the next call)."""
        t = self.tables
        self.spread(lambda a, b: fill_travel(self.d, part_price, a, b, t.travel, t.ride), len(self.d.row_start) - 1)
        self.spread(lambda a, b: fill_offers(self.d, self.offers, job_price, a, b), len(self.offers.trade))
        self.spread(lambda a, b: fill_gain(self.d, self.offers, a, b, t.gain, t.post), len(self.d.kind_wage))
        t.reach[:], t.offer[:] = reach(self.d, t.travel), offer(self.d, t.gain)
        return t

    def demand(self, part_price: NDArray[np.float64], job_price: NDArray[np.float64],
               ) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """The bound at these prices, and how many seats [C] and posts [J] would be bought beyond those there are."""
        t, d = self.fill(part_price, job_price), self.d
        steps = np.zeros((self.CHUNKS, len(part_price) + 1), np.int64)
        jobs = np.zeros((self.CHUNKS, len(job_price)), np.int64)
        units = len(d.unit_town)
        edges = np.linspace(0, units, self.CHUNKS + 1).astype(np.int64)

        def one(a: int, b: int) -> float:
            k = int(np.searchsorted(edges, a, side="right")) - 1 if b > a else 0
            return buy(d, job_price, t, a, b, steps[k], jobs[k], self.goes) if b > a else 0.0

        gains = self.spread(one, units)
        bound = sum(gains) + float(part_price @ self.seats) + float(job_price @ self.posts)
        return bound, np.cumsum(steps.sum(axis=0))[:-1] - self.seats, jobs.sum(axis=0) - self.posts
