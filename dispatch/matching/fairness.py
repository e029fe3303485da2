"""Who gets a place: the share of people placed, by what they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.matching.problem import Level, Problem
from dispatch.matching.rules import county_of, nearest_above

ALL = ("county", "township", "priority", "trade", "group size")


@dataclass(frozen=True)
class Share:
    """Of `people` of one kind `placed` have a place.

    `key` is a place for county and township (-1: lies in none), 0, 1 or 2 for priority, a trade (-1: has none), or the
    number of people that travel together.
    """

    key: int
    people: int
    placed: int

    @property
    def share(self) -> float:
        """0..1"""
        return self.placed / self.people


def fairness(p: Problem, job: ArrayLike) -> dict[str, list[Share]]:
    """Shares by each of `ALL`, lowest share first. `job` [W] is the plan's, -1 for who stays.

    Everybody counts once in each list, but once for each of their trades in that by trade. A group that may split counts
    as people alone.

    Raises:
        ValueError: `job` has not one entry for each worker.
    """
    placed = np.asarray(job) >= 0
    if placed.shape != (p.workers,):
        raise ValueError(f"job must have {p.workers} rows")
    trades = np.diff(p.worker_occupation_start)
    who = np.concatenate((np.repeat(np.arange(p.workers), trades), np.flatnonzero(trades == 0)))
    trade = np.concatenate((p.worker_occupation, np.full(int((trades == 0).sum()), -1)))
    return {
        "county": _shares(county_of(p)[p.worker_township], placed),
        "township": _shares(nearest_above(p, Level.TOWNSHIP)[p.worker_township], placed),
        "priority": _shares(p.worker_priority, placed),
        "trade": _shares(trade, placed[who]),
        "group size": _shares(_sizes(p), placed),
    }


def _sizes(p: Problem) -> NDArray[np.int64]:
    """[W] how many travel together."""
    size = np.ones(p.workers, np.int64)
    tied = np.flatnonzero(p.worker_group >= 0)
    tied = tied[~p.group_may_split[p.worker_group[tied]]]
    size[tied] = np.bincount(p.worker_group[tied], minlength=p.groups)[p.worker_group[tied]]
    return size


def _shares(key: NDArray[np.integer], placed: NDArray[np.bool_]) -> list[Share]:
    keys, of = np.unique(key, return_inverse=True)
    people, some = np.bincount(of, minlength=len(keys)), np.bincount(of[placed], minlength=len(keys))
    rows = [Share(*row) for row in zip(keys.tolist(), people.tolist(), some.tolist(), strict=True)]
    return sorted(rows, key=lambda row: (row.share, row.key))
