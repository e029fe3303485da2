"""What an addition brings when prices react to it: the bound with it less the bound without, both made as small as can be.

A bound lies above the best plan by some hundredths of a percent, so the difference of two is what the best plan gains. It
is found in two stages, both from the prices without the addition. First only the addition's own price and those of the
posts in its park move, while all other prices stand, and with them what everybody has elsewhere: then the problem is one
park and small. A bus that finds no more posts loses its worth here. Then all prices move, those of trips and posts that
touch the addition's places by large steps and all others by small ones: here a full reception bus, or a bus whose
passengers all change over, takes its part. The steps are those of dual.py.
"""

import copy
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.additions import Addition, What, with_additions
from dispatch.matching.data import Data, make_data
from dispatch.matching.model import Model, build_model
from dispatch.matching.pins import Pin
from dispatch.matching.prices import Market
from dispatch.matching.problem import Problem
from dispatch.matching.promising import bests, price_by_call
from dispatch.matching.result import Result
from dispatch.matching.search import FULL


class Steps(NamedTuple):
    """`number` of them, from `first` points down to `last`; `memory` and `momentum` as in dual.py."""

    number: int
    first: float
    last: float
    memory: float
    momentum: float


START, WORTHIER = Steps(100, 5.0, 0.2, 0.95, 0.9), Steps(300, 20.0, 0.2, 0.95, 0.9)  # where nothing is added
PARK, ALL = Steps(48, 100.0, 2.0, 0.8, 0.7), Steps(40, 200.0, 2.0, 0.9, 0.8)  # the two stages
AGAIN = Steps(40, 20.0, 1.0, 0.8, 0.7)  # either stage, from prices that are nearly right
ELSEWHERE = 0.05  # of a step, for prices that do not touch the addition's places
HALVINGS, MOST_A_SEAT = 8, 2000.0  # to find the price at which an addition is just taken while all other prices stand


class Sites:
    """A problem with candidates laid out in it, of which nothing is there until a Standing puts it there.

    Prices and supply are arrays over the calls and then the jobs of `model.problem`.
    """

    def __init__(self, p: Problem, additions: Sequence[Addition], pins: Sequence[Pin]) -> None:
        self.additions, self.calls, self.jobs = additions, p.calls, p.jobs
        new = with_additions(p, [a for a in additions if a.what != What.SEATS])
        self.model: Model = build_model(new, lambda work: None, pins)
        self.data: Data = make_data(self.model)
        self.parts = new.calls
        self.row = dict[int, int]()  # of the addition's own price
        call, job = p.calls, new.calls + p.jobs
        for i, a in enumerate(additions):
            if a.what == What.BUS:
                self.row[i], call = call, call + 2
            elif a.what == What.POSTS:
                self.row[i], job = job, job + 1
        self.trip = np.repeat(np.arange(new.trips), np.diff(new.call_start))

    def start(self, p: Problem, result: Result) -> NDArray[np.float64]:
        """The prices of a result, and of candidates one that nobody pays."""
        price = np.zeros(self.parts + self.model.problem.jobs)
        price[: self.calls], price[self.parts : self.parts + self.jobs] = price_by_call(p, result), result.job_price
        price[list(self.row.values())] = FULL
        return price

    def supply(self) -> NDArray[np.float64]:
        there = np.concatenate((self.data.capacity, self.data.headcount)).astype(float)
        there[list(self.row.values())] = 0
        return there

    def rows(self, i: int) -> NDArray[np.int64]:
        """Where the supply of addition i counts."""
        if i in self.row:
            return np.array([self.row[i]])
        return np.flatnonzero(self.trip == self.additions[i].trip)

    def at(self, park: int) -> NDArray[np.float64]:
        """1 for the prices of posts in the park, and of candidates that go there alone."""
        own = np.zeros(self.parts + self.model.problem.jobs)
        own[self.parts :] = self.model.problem.job_park == park
        own[[row for i, row in self.row.items() if self.additions[i].park == park]] = 1
        return own

    def pace(self, i: int) -> NDArray[np.float64]:
        """How far each price moves in a step: those of trips that call at the addition's places, and of posts there, all."""
        p, a = self.model.problem, self.additions[i]
        places = p.call_place[self.trip == a.trip] if a.what == What.SEATS else np.array([a.place, a.park])
        calls = np.isin(p.call_place, places)
        near = np.concatenate((np.isin(self.trip, self.trip[calls]), np.isin(p.job_park, places)))
        return np.where(near, 1.0, ELSEWHERE)


class Forecast(NamedTuple):
    """Points that an addition brings, and the prices with it."""

    points: float
    price: NDArray[np.float64]


class Standing:
    """Prices near the best for what is there, and the bound L that they prove; additions are tried upon it.

    `worth` is added to the score of everybody placed: two standings with different worths tell how many people an
    addition places (advice.py).
    """

    def __init__(self, sites: Sites, price: NDArray[np.float64], steps: Steps, worth: float = 0.0) -> None:
        self.sites, self.supply = sites, sites.supply()
        size = np.diff(sites.data.unit_start)
        self.data = sites.data._replace(unit_base=sites.data.unit_base + worth * size)
        self.market, self.parks = Market(self.data, 1), dict[int, Market]()
        self.bound, self.price = self._settle(self.market, price, steps, np.ones(len(price)))

    def copy(self) -> "Standing":
        other = copy.copy(self)
        other.supply, other.parks = self.supply.copy(), {}
        return other

    def first(self, i: int, near: NDArray[np.float64] | None = None) -> Forecast:
        """The first stage alone: for seats on a trip what their parts cost, and no price moves.

        `near`: prices to begin from, where they are nearly known; all but those that move must be the standing's own.
        """
        s, a = self.sites, self.sites.additions[i]
        if i not in s.row:
            return Forecast(a.amount * float(self.price[s.rows(i)].sum()), self.price)
        market, price, row = self._park(int(np.searchsorted(s.model.parks, a.park))), self.price.copy(), s.row[i]
        before, _ = self._ask(market, price)
        self.supply[row] += a.amount
        if near is None:
            price[row] = self._clearing(market, price, row)
        bound, price = self._settle(market, price if near is None else near, PARK if near is None else AGAIN, s.at(a.park))
        self.supply[row] -= a.amount
        return Forecast(bound - before, price)

    def both(self, i: int, first: Forecast, steps: Steps = ALL) -> Forecast:
        """Both stages, from the first one's end, or from prices `first.price` that are nearly known."""
        rows, amount = self.sites.rows(i), self.sites.additions[i].amount
        self.supply[rows] += amount
        bound, price = self._settle(self.market, first.price, steps, self.sites.pace(i))
        self.supply[rows] -= amount
        return Forecast(bound - self.bound, price)

    def accept(self, i: int, forecast: Forecast) -> None:
        """From now on addition i is there, at the prices that it was tried with here."""
        self.supply[self.sites.rows(i)] += self.sites.additions[i].amount
        self.bound, self.price = self.bound + forecast.points, forecast.price
        self.parks.clear()

    def _ask(self, market: Market, price: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The bound, and what is bought beyond what there is."""
        parts = self.sites.parts
        market.seats, market.posts = self.supply[:parts], self.supply[parts:]
        bound, seats, posts = market.demand(price[:parts], price[parts:])
        return bound, np.concatenate((seats, posts))

    def _settle(self, market: Market, price: NDArray[np.float64], steps: Steps,
                pace: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The least bound met on the way, and its prices; `pace` says which share of a step each price takes."""
        best, at = np.inf, price
        mean, square = np.zeros(len(price)), np.full(len(price), 1e-9)
        for k in range(steps.number):
            bound, excess = self._ask(market, price)
            if bound < best:
                best, at = bound, price
            mean += (1 - steps.momentum) * (excess - mean)
            square += (1 - steps.memory) * (excess * excess - square)
            far = steps.first * (steps.last / steps.first) ** (k / steps.number)
            price = np.maximum(0.0, price + far * pace * mean / np.sqrt(square))
        return best, at

    def _clearing(self, market: Market, price: NDArray[np.float64], row: int) -> float:
        """The least price, nearly, at which no more of `row` is bought than there is."""
        low, high = 0.0, MOST_A_SEAT
        for _ in range(HALVINGS):
            price[row] = (low + high) / 2
            low, high = (price[row], high) if self._ask(market, price)[1][row] > 0 else (low, price[row])
        return high

    def _park(self, k: int) -> Market:
        """The market of park k alone, in which everybody is worth as much less as they have elsewhere at these prices."""
        if k not in self.parks:
            d, parts = self.data, self.sites.parts
            welcome, has = d.welcome.copy(), np.zeros(len(d.unit_town))
            welcome[:, k] = False
            tables = self.market.fill(self.price[:parts], self.price[parts:])
            bests(d._replace(welcome=welcome), self.price[parts:], tables, has)
            self.parks[k] = Market(one_park(d, k, has), 1)
        return self.parks[k]


def one_park(d: Data, k: int, has: NDArray[np.float64]) -> Data:
    """The same people with the journeys and posts of park k only; `has` [U] is taken off what each unit is worth."""
    parks, trades = len(d.column_start) - 1, (len(d.open_start) - 1) // (len(d.column_start) - 1)
    low, high = int(d.column_start[k]), int(d.column_start[k + 1])
    begins, ends = d.cell_start[:-1][k::parks], d.cell_start[1:][k::parks]
    ride = np.concatenate([np.arange(a, b) for a, b in zip(begins, ends, strict=True)])
    here = (d.own_column >= low) & (d.own_column < high)
    return d._replace(
        unit_base=d.unit_base - has, own_column=np.where(here, d.own_column - low, -1).astype(np.int32),
        welcome=np.ascontiguousarray(d.welcome[:, k : k + 1]), park_district=d.park_district[k : k + 1],
        column_start=np.array([0, high - low], np.int32), cell_start=np.concatenate(([0], np.cumsum(ends - begins))),
        value=d.value[ride], board=d.board[ride], alight=d.alight[ride], journey_row=d.journey_row[ride],
        journey_column=(d.journey_column[ride] - low).astype(np.int32),
        open_start=d.open_start[k * trades : (k + 1) * trades + 1],
    )
