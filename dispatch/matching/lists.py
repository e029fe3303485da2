"""Short lists for the sweeps: of each town and park the journeys that can matter now, best first.

At some prices most journeys are far worse than another one that serves the same readiness and deadline, or have no seat
left. They are taken off; what stays is sorted by worth, so that a look can end at the first that promises too little.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.data import POSSIBLE, Array, Data
from dispatch.matching.prices import Market


class Lists(NamedTuple):
    """L journeys by cell (town, park), and the open jobs by cell (park, trade) as in eligibility.OpenJobs."""

    start: Array  # [cells+1]
    promise: Array  # [L] worth at the prices of the list
    row: Array
    column: Array
    journey: Array
    open_start: Array
    open_job: Array
    open_wage: Array
    open_due: Array
    open_minors: Array


def make_lists(market: Market, part_price: NDArray[np.float64], keep: float, most: int,
               room: NDArray[np.bool_] | None) -> Lists:
    """The `most` best journeys of each class (row, column), if within `keep` points of what serves the class best.

    The market's tables must stand at these prices.

    `room` [J]: list only jobs with a post free; None lists all.
    """
    d, t = market.d, market.tables
    upto = np.concatenate(([0.0], np.cumsum(part_price)))
    parts = market.spread(lambda a, b: _towns(d, upto, t.travel, a, b, np.float32(keep), most), len(d.row_start) - 1)
    promise, journey = np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts])
    start = np.concatenate(([0], np.cumsum(np.concatenate([p[0] for p in parts]))))
    return Lists(start, promise, d.journey_row[journey], d.journey_column[journey], journey, *_jobs(d, room))


def _jobs(d: Data, room: NDArray[np.bool_] | None) -> tuple[Array, ...]:
    if room is None:
        return d.open_start, d.open_job, d.open_wage, d.open_due, d.open_minors
    stays = room[d.open_job]
    start = np.concatenate(([0], np.cumsum(stays)))[d.open_start].astype(np.int32)
    return start, d.open_job[stays], d.open_wage[stays], d.open_due[stays], d.open_minors[stays]


@njit(cache=True, nogil=True)
def _towns(d, upto, travel, first, last, keep, most):  # type: ignore[no-untyped-def]
    """Counts by cell, promises and journeys of towns first..last-1."""
    parks = len(d.column_start) - 1
    low, high = d.cell_start[first * parks], d.cell_start[last * parks]
    counts = np.zeros((last - first) * parks, np.int64)
    promise, journey = np.empty(high - low, np.float32), np.empty(high - low, np.int32)
    n = 0
    for cell in range(first * parks, last * parks):
        begin = n
        for j in range(d.cell_start[cell], d.cell_start[cell + 1]):
            if d.journey_row[j] < 0:
                continue
            v = np.float64(d.value[j])
            for leg in range(3):
                if d.board[j, leg] < 0:
                    break
                v -= upto[d.alight[j, leg]] - upto[d.board[j, leg]]
            if v > POSSIBLE and v >= travel[d.journey_row[j], d.journey_column[j]] - keep:
                promise[n], journey[n] = v, j
                n += 1
        order = np.argsort(-promise[begin:n], kind="mergesort")
        p, town = cell % parks, cell // parks
        width = d.column_start[p + 1] - d.column_start[p]
        listed = np.zeros((d.row_start[town + 1] - d.row_start[town]) * width, np.int32)
        sorted_promise, sorted_journey = promise[begin:n][order], journey[begin:n][order]
        n = begin
        for k in range(len(order)):
            j = sorted_journey[k]
            same = (d.journey_row[j] - d.row_start[town]) * width + d.journey_column[j] - d.column_start[p]
            listed[same] += 1
            if listed[same] <= most:
                promise[n], journey[n] = sorted_promise[k], j
                n += 1
        counts[cell - first * parks] = n - begin
    return counts, promise[:n].copy(), journey[:n].copy()
