"""One stop and one progress for parts that are solved one after the other."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.result import Clock, Progress, Result, Stop


def share_of(clock: Clock, people: NDArray[np.int64], k: int) -> Stop:
    """What part k may take: of all work as much as its people are of all, of the seconds left as of those still to come.

    Work is cut where the parts meet, so that all of it is given out and a part's share is the same in any order.
    """
    stop, upto = clock.stop, np.concatenate(([0], np.cumsum(people))).tolist()
    work = None if stop.work is None else stop.work * upto[k + 1] // upto[-1] - stop.work * upto[k] // upto[-1]
    left = None if stop.seconds is None else max(0.0, stop.seconds - clock.seconds())
    return Stop(None if left is None else left * (upto[k + 1] - upto[k]) / (upto[-1] - upto[k]), work, stop.cancelled)


class Told:
    """The progress of one part after the other as that of the whole; the whole has a bound once its last part has one."""

    def __init__(self, people: NDArray[np.int64], progress: Callable[[Progress], None] | None) -> None:
        self.weight, self.progress = (people / people.sum()).tolist(), progress
        self.k, self.share, self.score, self.placed = 0, 0.0, 0.0, 0
        self.bound: float | None = 0.0

    def tell(self, now: Progress) -> None:
        if self.progress is None:
            return
        score, bound = self.score + (now.best_score or 0.0), None
        if self.k == len(self.weight) - 1 and now.bound is not None and self.bound is not None:
            bound = self.bound + now.bound
        self.progress(replace(
            now, share=min(1.0, self.share + now.share * self.weight[self.k]), best_score=score, bound=bound,
            gap=(bound - score) / bound if bound else None, placed=self.placed + (now.placed or 0),
        ))

    def ended(self, result: Result) -> None:
        self.share += self.weight[self.k]
        self.score, self.placed = self.score + result.score, self.placed + result.placed
        self.bound = None if result.bound is None or self.bound is None else self.bound + result.bound
        self.k += 1
