"""Which additions may be worth most, from the prices of a plan alone: many are looked at, no price reacts.

A unit's gain is what the addition gives it at the plan's prices beyond the best that it can have now; an addition is
worth the gains of those who would take it, who pay the prices of all else that they use. What it brings when prices
react (reaction.py) is hardly ever more, and often far less.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.additions import Addition, What
from dispatch.matching.choice import staff
from dispatch.matching.data import NEVER, POSSIBLE, Data, Plan, empty_plan, make_data
from dispatch.matching.lists import Lists, make_lists
from dispatch.matching.model import Model
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT, WAGE_MOST, YUAN_A_POINT, minute_cost
from dispatch.matching.prices import Market, Tables, best_column
from dispatch.matching.problem import Mode, Problem
from dispatch.matching.result import Result
from dispatch.matching.rules import county_of

DAY = 1440
BUS_SEATS, MORE_SEATS, MORE_POSTS = 45, 10, 10
FILLED, KEPT = 6, 3  # buses of each township that are filled seat by seat, most promising first, and that are kept of these


class Promise(NamedTuple):
    """An addition and the points that it is worth at prices that do not react."""

    addition: Addition
    points: float


class _View:
    """A model at the prices of a result: what each unit has from the best that it can do."""

    def __init__(self, model: Model, result: Result) -> None:
        p = self.problem = model.problem
        self.model, self.data = model, make_data(model)
        self.part_price = price_by_call(p, result)
        self.job_price = result.job_price
        self.market = Market(self.data, 1)
        self.tables = self.market.fill(self.part_price, self.job_price)
        self.has = np.zeros(len(model.units))
        bests(self.data, self.job_price, self.tables, self.has)
        self.towns = np.unique(p.worker_township)
        self.by_town = np.argsort(model.units.town, kind="stable")
        self.town_start = np.searchsorted(model.units.town[self.by_town], np.arange(len(self.towns) + 1))


def promising(model: Model, result: Result, kinds: Collection[What]) -> list[Promise]:
    """Additions of these kinds that are worth anything at the prices of `result`, dearest first.

    Of each township the three best buses, of each trip ten seats, of each district and trade the best ten posts.
    """
    view = _View(model, result)
    ways = {What.BUS: _buses, What.SEATS: _seats, What.POSTS: _posts}
    return sorted((found for kind in kinds for found in ways[kind](view)), key=lambda found: -found.points)


def price_by_call(p: Problem, result: Result) -> NDArray[np.float64]:
    """[C] the price of the part that begins at each call; 0 where a trip ends."""
    price, last = np.zeros(p.calls), np.zeros(p.calls, bool)
    last[p.call_start[1:][np.diff(p.call_start) > 0] - 1] = True
    price[~last] = result.part_price
    return price


def _seats(v: _View) -> Iterator[Promise]:
    """A few more seats on each trip: each is worth the trip's parts."""
    p = v.problem
    total = np.concatenate(([0.0], np.cumsum(v.part_price)))
    worth = MORE_SEATS * (total[p.call_start[1:]] - total[p.call_start[:-1]])
    for t in np.flatnonzero(worth > 0).tolist():
        yield Promise(Addition(What.SEATS, MORE_SEATS, trip=t), float(worth[t]))


def _posts(v: _View) -> Iterator[Promise]:
    """Posts like those that a park has already, by trade: at their middle wage, with their latest start."""
    p, m, best = v.problem, v.model, dict[tuple[int, int], Promise]()
    open_jobs = np.flatnonzero(~p.job_reserved)
    for park, trade in np.unique(np.column_stack((p.job_park, p.job_occupation))[open_jobs], axis=0).tolist():
        alike = open_jobs[(p.job_park[open_jobs] == park) & (p.job_occupation[open_jobs] == trade)]
        wage, due = int(np.median(p.job_wage[alike])), int(p.job_start_by[alike].max())
        k = int(np.searchsorted(m.parks, park))
        column = int(m.job_column[alike[p.job_start_by[alike].argmax()]])
        gains = np.zeros(len(m.units))
        _gains_of_post(v.data, v.tables.travel, v.has, k, column, trade if trade >= 0 else len(p.related), wage, gains)
        worth = float(np.sort(gains)[::-1][:MORE_POSTS].sum())
        where = int(m.park_district[k]), trade
        if worth > 0 and (where not in best or worth > best[where].points):
            posts = Addition(What.POSTS, MORE_POSTS, park=park, occupation=trade, arrive=due, wage=wage)
            best[where] = Promise(posts, worth)
    yield from best.values()


def _buses(v: _View) -> Iterator[Promise]:
    """A bus on each day from each township to each park, as long on the way as those of its county to that park are."""
    p, d = v.problem, v.data
    hour, first, last = _usual_times(p)
    lists = make_lists(v.market, v.part_price, 0.0, 1, None)
    rough = []
    for (town, park), minutes in _driving(v).items():
        units = v.by_town[v.town_start[town] : v.town_start[town + 1]]
        here = p.job_park == v.model.parks[park]
        due, one = np.unique(p.job_start_by[here], return_index=True)
        columns = v.model.job_column[here][one]
        for day in range(first, last + 1):
            depart = day * DAY + hour
            kept = int(np.searchsorted(due, depart + minutes))
            if kept == len(due):
                break
            column = int(columns[kept])
            gains = np.zeros(len(units))
            _gains_of_bus(d, v.job_price, v.tables.gain, v.has, v.model.units.ready, units, park, column, depart,
                          float(minute_cost(np.array(minutes))), gains)
            worth = float(np.sort(gains)[::-1][:BUS_SEATS].sum())
            if worth > 0:
                rough.append((worth, town, park, column, depart, minutes, units[np.argsort(-gains)], (gains > 0).sum()))
    rough.sort(key=lambda r: -r[0])
    filled = dict[int, list[Promise]]()
    for _, town, park, column, depart, minutes, units, some in rough:
        of_town = filled.setdefault(town, [])
        if len(of_town) < FILLED:
            bus = Addition(What.BUS, BUS_SEATS, place=int(v.towns[town]), park=int(v.model.parks[park]), depart=depart,
                           arrive=depart + minutes)
            worth = _fill(v, lists, units[:some], park, column, float(minute_cost(np.array(minutes))))
            of_town.append(Promise(bus, worth))
    for of_town in filled.values():
        yield from sorted((bus for bus in of_town if bus.points > 0), key=lambda bus: -bus.points)[:KEPT]


def _usual_times(p: Problem) -> tuple[int, int, int]:
    """The minute of the day at which buses leave, and the first and last day of the campaign."""
    starts = p.call_start[:-1][(np.diff(p.call_start) > 0) & (p.trip_mode == Mode.BUS)]
    hour = int(np.median(p.call_depart[starts] % DAY)) if len(starts) else 8 * 60
    return hour, int(p.worker_ready.min()) // DAY, int(p.job_start_by.max()) // DAY


def _driving(v: _View) -> dict[tuple[int, int], int]:
    """Minutes of a bus from a township (dense) to a park (dense), where buses run from the same county to that park."""
    p, county = v.problem, county_of(v.problem)
    seen: dict[tuple[int, int], list[int]] = {}
    park_of = {int(place): k for k, place in enumerate(v.model.parks)}
    for t in np.flatnonzero(p.trip_mode == Mode.BUS).tolist():
        calls = range(int(p.call_start[t]), int(p.call_start[t + 1]))
        for a in calls:
            for b in range(a + 1, calls.stop):
                if int(p.call_place[b]) in park_of and county[p.call_place[a]] >= 0:
                    key = int(county[p.call_place[a]]), park_of[int(p.call_place[b])]
                    seen.setdefault(key, []).append(int(p.call_arrive[b] - p.call_depart[a]))
    return {(t, k): int(np.median(minutes)) for t, place in enumerate(v.towns.tolist())
            for (c, k), minutes in seen.items() if c == county[place]}


def _fill(v: _View, lists: Lists, units: NDArray[np.int64], park: int, column: int, cost: float) -> float:
    """Who would take the bus, dearest gain first, with each post of the park given only once."""
    plan: Plan = empty_plan(v.model)
    plan.job_price[:] = v.job_price
    worth, left = 0.0, BUS_SEATS
    width = int(np.diff(v.data.column_start).max())
    out, arg = np.empty(width), np.empty(width, np.int64)
    for u in units.tolist():
        a, b = int(v.data.unit_start[u]), int(v.data.unit_start[u + 1])
        if b - a > left:
            continue
        jobs = np.empty(b - a, np.int32)
        points = staff(v.data, lists, plan, u, park, column, 0.0, jobs, out, arg)
        if points < POSSIBLE:
            continue
        gain = _fixed(v.data, u, park) + points - (b - a) * cost - v.has[u]
        if gain > 0:
            worth, left = worth + gain, left - (b - a)
            np.add.at(plan.job_use, jobs, 1)
    return float(worth)


@njit(cache=True, nogil=True)
def _fixed(d, u, park):  # type: ignore[no-untyped-def]
    out = np.float64(d.unit_base[u])
    for m in range(d.unit_start[u], d.unit_start[u + 1]):
        if d.likes[m] >= 0 and d.likes[m] == d.park_district[park]:
            out += PREFERRED_DISTRICT
    return out


def bests(d: Data, job_price: NDArray[np.float64], t: Tables, out: NDArray[np.float64]) -> None:
    """What each unit gains by the best that it can do at the tables, at least nothing, into `out` [U]."""
    _bests(d, job_price, t.travel, t.gain, t.reach, t.offer, out)


@njit(cache=True, nogil=True)
def _bests(d, job_price, travel, gain, reach, offer, out):  # type: ignore[no-untyped-def]
    for u in range(len(out)):
        best, _ = best_column(d, job_price, travel, gain, reach, offer, u)
        out[u] = max(0.0, best)


@njit(cache=True, nogil=True)
def _gains_of_bus(  # type: ignore[no-untyped-def]
    d, job_price, gain, has, ready, units, park, column, depart, cost, out
):
    """What each of `units` gains a head by a bus that reaches `park` in time for `column`, at the best posts' prices."""
    for i in range(len(units)):
        u = units[i]
        if ready[u] > depart or not d.welcome[d.unit_welcome[u], park]:
            continue
        a, b = d.unit_start[u], d.unit_start[u + 1]
        v = _fixed(d, u, park) - (b - a) * cost
        for m in range(a, b):
            mine = np.float64(gain[d.kind[m], column]) if d.kind[m] >= 0 else np.float64(NEVER)
            if column <= d.own_column[m] < d.column_start[park + 1]:
                mine = max(mine, OWN_JOB - job_price[d.own_job[m]])
            v += mine
        out[i] = max(0.0, (v - has[u]) / (b - a))


@njit(cache=True, nogil=True)
def _gains_of_post(d, travel, has, park, column, trade, wage, out):  # type: ignore[no-untyped-def]
    """What each person who goes alone gains by a post of this trade and wage, at the prices of the seats to it."""
    for u in range(len(out)):
        m = d.unit_start[u]
        k = d.kind[m]
        if d.unit_start[u + 1] - m > 1 or k < 0 or d.kind_minor[k] or d.kind_wage[k] > wage:
            continue
        if not d.welcome[d.unit_welcome[u], park] or travel[d.unit_row[u], column] < POSSIBLE:
            continue
        points = 0.0
        for t in range(d.trade_start[k], d.trade_start[k + 1]):
            if d.trade[t] == trade:
                points = d.trade_points[t]
        if points > 0:
            points += min(WAGE_MOST, (wage - d.kind_wage[k]) / YUAN_A_POINT)
            out[u] = max(0.0, _fixed(d, u, park) + points + travel[d.unit_row[u], column] - has[u])
