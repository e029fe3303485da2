"""A pool of options (columns): a unit, its journey and its members' posts, each with its score and what it uses."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.choice import job_points
from dispatch.matching.data import Data


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
