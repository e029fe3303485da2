"""What is worth adding: buses, seats and posts, each with the people that it would bring.

Many additions are looked at where prices do not react (promising.py); those that promise most are forecast with all
prices reacting (reaction.py), most promising first, until none that is left promises more than what was forecast.

The list is in the order of what each brings *on top of* all before it: whoever makes the first k additions is told by
the sum of these what they bring together. What each brings *alone* stands beside it. The best next one is found lazily:
what an addition brought on top of fewer others is taken for the most that it can bring now (it hardly ever brings more:
mostly additions take people, seats and posts from each other), and only the foremost is forecast anew.

People are the slope of the value in what placing somebody is worth: forecasts with a point a head more and without it
differ by the people placed. The first stage (reaction.py) tells it, or both where it says that hardly anybody more goes.
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dispatch.matching.additions import Addition, What, with_additions
from dispatch.matching.model import build_model
from dispatch.matching.objective import PLACED, PRIORITY
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.promising import Promise, promising
from dispatch.matching.reaction import AGAIN, START, WORTHIER, Forecast, Sites, Standing
from dispatch.matching.result import Result

LEAST = 0.5  # people that an addition must bring alone: less is within the error of the prices
LOOKED_AT = 5  # for each addition asked for, how many of the most promising are forecast at all
LEAST_A_PERSON = 0.95 * PLACED  # points that an addition brings with each person
MOST_A_PERSON = PLACED + PRIORITY[-1]  # above, people seem to be exchanged for others, and the first stage is not believed
HEAD = 100.0  # points that a head is worth more where people are counted: far less than a place is worth
PROMISED, FIRST, BOTH = -1, 0, 1  # what points are found by: stages of reaction.py count from twice the additions listed
AS_GOOD = 0.97  # of what another addition may bring at most: then that one is not looked at again first


@dataclass(frozen=True)
class Advice:
    """An addition, the people and points that it would bring alone, and on top of all additions before it in the list."""

    addition: Addition
    people: float
    points: float
    people_on_top: float
    points_on_top: float


def advise(p: Problem, result: Result, most: int = 20, kinds: Collection[What] = tuple(What),
           pins: Sequence[Pin] = ()) -> list[Advice]:
    """The `most` most valuable additions of these kinds to the problem of `result`, which was solved with `pins`.

    Raises:
        ValueError: the result is of another problem, or has no prices, or places nobody, so that its prices tell nothing.
    """
    if len(result.job) != p.workers or not result.placed or result.bound is None:
        raise ValueError("advice needs a plan of this problem that places somebody, with its prices")
    promises = promising(build_model(p, lambda work: None, pins), result, kinds)[: LOOKED_AT * most]
    return _List(p, result, pins, promises).chosen(most) if promises else []


class _List:
    """The additions listed so far, and those that may come next."""

    def __init__(self, p: Problem, result: Result, pins: Sequence[Pin], promises: Sequence[Promise]) -> None:
        sites = Sites(p, [promise.addition for promise in promises], pins)
        self.additions = sites.additions
        self.before = Standing(sites, sites.start(p, result), START)
        self.worthier = Standing(sites, self.before.price, WORTHIER, HEAD)
        self.now = self.before.copy()
        self.next = [(-promise.points, PROMISED, i) for i, promise in enumerate(promises)]
        self.on_top, self.listed = dict[int, Forecast](), list[Advice]()
        heapq.heapify(self.next)

    def chosen(self, most: int) -> list[Advice]:
        while self.next and len(self.listed) < most:
            points, found_by, i = heapq.heappop(self.next)
            if found_by < 2 * len(self.listed) + BOTH:
                points, found_by = self._forecast(i, found_by)
            if found_by == 2 * len(self.listed) + BOTH and (not self.next or points <= self.next[0][0] * AS_GOOD):
                self._accept(i)
            else:
                heapq.heappush(self.next, (points, found_by, i))
        return self.listed

    def _forecast(self, i: int, found_by: int) -> tuple[float, int]:
        """The next better forecast of addition i on top of those listed, and what it was found by."""
        now = 2 * len(self.listed)
        self.on_top[i] = self.now.first(i) if found_by < now + FIRST else self.now.both(i, self.on_top[i])
        return -self.on_top[i].points, now + (FIRST if found_by < now + FIRST else BOTH)

    def _accept(self, i: int) -> None:
        on_top, first = self.on_top.pop(i), self.before.first(i)
        alone = self.before.both(i, first) if self.listed else on_top
        if alone.points < LEAST * PLACED:
            return
        self.now.accept(i, on_top)
        rate = self._people_a_point(i, first)
        if rate * MOST_A_PERSON < 1:
            rate = self._people_a_point_of_both(i, alone)
        rate = min(rate, 1 / LEAST_A_PERSON)
        self.listed.append(Advice(self.additions[i], rate * alone.points, alone.points, rate * on_top.points, on_top.points))

    def _people_a_point(self, i: int, first: Forecast) -> float:
        """Both stand on the same prices, so that what these lack in precision is not taken for people."""
        points = self.before.first(i, first.price).points
        worthier = self.worthier.first(i, first.price + self.worthier.price - self.before.price).points
        return max(0.0, worthier - points) / (HEAD * points)

    def _people_a_point_of_both(self, i: int, alone: Forecast) -> float:
        """Where people come and go far from the park: where a price may be any of a range, it matters which."""
        points = self.before.both(i, alone, AGAIN).points
        near = Forecast(0.0, alone.price + self.worthier.price - self.before.price)
        return max(0.0, self.worthier.both(i, near, AGAIN).points - points) / (HEAD * points)


__all__ = ["Addition", "Advice", "What", "advise", "with_additions"]
