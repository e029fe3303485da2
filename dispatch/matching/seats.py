"""Seat numbers: an interval colouring of each trip, so that a seat is used again after its holder gets off."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.problem import Problem
from dispatch.matching.result import Result


def number_seats(problem: Problem, result: Result, withheld: NDArray[np.integer] | None = None) -> NDArray[np.int16]:
    """[W, 3] the seat (from 0) on each leg, -1 filler. A group sits side by side where the trip has the room.

    Works whenever the plan keeps to the capacities: people board in order, and who boards finds as many seats free as
    are not taken by those still aboard. `withheld` [K, 2], trip and seat in rising order: seats that a trip has besides
    its capacity and that nobody gets.
    """
    rows = [(w, k) for k in range(3) for w in np.flatnonzero(result.leg_count > k).tolist()]
    seats = np.full((problem.workers, 3), -1, np.int16)
    if not rows:
        return seats
    worker, leg = np.array(rows).T
    trip, board, alight = result.legs[worker, leg].T
    group = problem.worker_group[worker]
    party = np.where(group >= 0, group, problem.groups + worker)
    order = np.lexsort((worker, party, board, trip))
    heads = np.flatnonzero(_changes(trip[order], board[order], party[order]))
    size = np.diff(np.append(heads, len(order)))
    of = np.repeat(np.arange(len(heads)), size)
    order = order[np.lexsort((np.arange(len(order)), of, -size[of], board[order], trip[order]))]
    number = np.empty(len(order), np.int16)
    _colour(trip[order], board[order], alight[order], party[order], problem.trip_capacity.astype(np.int64), number)
    if withheld is not None and len(withheld):
        number = _past(problem.trip_capacity.astype(np.int64), withheld, trip[order], number)
    seats[worker[order], leg[order]] = number
    return seats


def _past(capacity: NDArray[np.int64], withheld: NDArray[np.integer], trip: NDArray[np.int32],
          number: NDArray[np.int16]) -> NDArray[np.int16]:
    """The number-th seat of each trip that is not withheld."""
    size = capacity + np.bincount(withheld[:, 0], minlength=len(capacity))
    first = np.cumsum(size) - size
    free = np.ones(int(size.sum()), bool)
    free[first[withheld[:, 0]] + withheld[:, 1]] = False
    return (np.flatnonzero(free)[(np.cumsum(capacity) - capacity)[trip] + number] - first[trip]).astype(np.int16)


def _changes(*columns: NDArray[np.integer]) -> NDArray[np.bool_]:
    out = np.ones(len(columns[0]), bool)
    out[1:] = np.logical_or.reduce([c[1:] != c[:-1] for c in columns])
    return out


@njit(cache=True, nogil=True)
def _colour(trip, board, alight, party, capacity, number):  # type: ignore[no-untyped-def]
    """Rows sorted by trip, boarding call, larger parties first, party."""
    until = np.zeros(1, np.int64)
    k = 0
    while k < len(trip):
        if k == 0 or trip[k] != trip[k - 1]:
            until = np.zeros(capacity[trip[k]], np.int64)
        end = k
        while end < len(trip) and trip[end] == trip[k] and board[end] == board[k] and party[end] == party[k]:
            end += 1
        at = _row_of(until, board[k], end - k)
        for r in range(k, end):
            if at < 0:
                s = 0
                while until[s] > board[r]:
                    s += 1
            else:
                s = at + (r - k)
            number[r] = s
            until[s] = alight[r]
        k = end
    return k


@njit(cache=True, nogil=True)
def _row_of(until, board, n):  # type: ignore[no-untyped-def]
    """The first seat of the shortest run of free seats that holds n; -1 if there is none."""
    best, at, run = len(until) + 1, -1, 0
    for s in range(len(until) + 1):
        if s < len(until) and until[s] <= board:
            run += 1
            continue
        if n <= run < best:
            best, at = run, s - run
        run = 0
    return at
