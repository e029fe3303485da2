"""Those who are pinned to go: what shows before the solve that they cannot, and places for all of them before all others."""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import POSSIBLE, Data, Plan
from dispatch.matching.improve import AGAIN_RHO, LAST_RHO, follow, soft_plan
from dispatch.matching.pins import PinsRefused, Refusal, Rule
from dispatch.matching.prices import best_column
from dispatch.matching.search import FULL, Search
from dispatch.matching.sweeps import drop_overuse

SWEEPS = 64


def hold(s: Search) -> Plan:
    """A plan of those alone who are pinned to go.

    Raises:
        PinsRefused: somebody has no journey in time, or they need more seats or posts than there are.
    """
    units = np.flatnonzero(s.model.units.bonus > 0)
    if not len(units):
        return s.priced_plan()
    _refuse_without_a_way(s, units)
    _refuse_too_many(s, units)
    cells, parks = s.data.cell_start, len(s.model.parks)
    town = s.data.unit_town[units]
    order = units[np.argsort(cells[(town + 1) * parks] - cells[town * parks], kind="stable")]
    plan = s.priced_plan()
    _sweep(s, plan, order, 0.0)
    soft = soft_plan(s)
    for rho in np.geomspace(AGAIN_RHO, LAST_RHO, SWEEPS):
        if (plan.journey[units] >= 0).all():
            return plan
        _sweep(s, soft, order, rho)
        follow(s, soft, rho)
        plan = Plan(*[a.copy() for a in soft])
        drop_overuse(s.data, plan, order)
        _sweep(s, plan, order[plan.journey[order] < 0], 0.0)
    if (plan.journey[units] >= 0).all():
        return plan
    left = units[plan.journey[units] < 0]
    raise PinsRefused(s.model.problem, _each(s, left, Rule.NO_ROOM))


def _sweep(s: Search, plan: Plan, order: NDArray[np.int64], rho: float) -> None:
    """Few people and never cut off: a plan without them would not be an answer."""
    with s.clock.undisturbed():
        s.sweep(plan, order, rho)


def _each(s: Search, units: NDArray[np.int64], rule: Rule, about: str | int | None = None) -> list[Refusal]:
    """A refusal for everybody of these units who is pinned to go."""
    u, goes = s.model.units, s.model.settled.goes
    return [Refusal(w, rule, about) for k in units for w in u.member[u.start[k] : u.start[k + 1]].tolist() if goes[w]]


def _refuse_without_a_way(s: Search, units: NDArray[np.int64]) -> None:
    """With every seat and post free, is there a journey to a job?"""
    d, price = s.data, np.zeros(len(s.data.headcount))
    t = s.market.fill(np.where(d.capacity > 0, 0.0, FULL), price)
    stuck = [u for u in units if best_column(d, price, t.travel, t.gain, t.reach, t.offer, u)[0] < POSSIBLE]
    if stuck:
        raise PinsRefused(s.model.problem, _each(s, np.array(stuck), Rule.NO_JOURNEY))


def _refuse_too_many(s: Search, units: NDArray[np.int64]) -> None:
    """On the parts that every journey of a unit uses, more pinned people than seats."""
    d, size = s.data, np.diff(s.model.units.start)
    sure = {int(u): _unavoidable(d, u) for u in units}
    need = np.zeros(len(d.capacity), np.int64)
    for u, parts in sure.items():
        need[parts] += size[u]
    over, trip = need > d.capacity, s.model.network.call_trip
    wrong = list[Refusal]()
    for u, parts in sure.items():
        for t in np.unique(trip[parts[over[parts]]]).tolist():
            wrong += _each(s, np.array([u]), Rule.FEWER_SEATS, s.model.problem.trip_ids[t])
    if wrong:
        raise PinsRefused(s.model.problem, wrong)


def _unavoidable(d: Data, u: int) -> NDArray[np.int64]:
    """The parts that all journeys of unit u use."""
    parks = len(d.column_start) - 1
    low, high = d.cell_start[d.unit_town[u] * parks], d.cell_start[(d.unit_town[u] + 1) * parks]
    rides = low + np.flatnonzero(d.journey_row[low:high] >= d.unit_row[u])
    own = d.own_column[d.unit_start[u] : d.unit_start[u + 1]]
    tied = own[(own >= 0) & (d.kind[d.unit_start[u] : d.unit_start[u + 1]] < 0)]
    for column in tied:  # these have one job: only what reaches it in time matters
        p = np.searchsorted(d.column_start, column, side="right") - 1
        rides = rides[(d.journey_column[rides] <= column) & (d.journey_column[rides] >= d.column_start[p])]
    steps = np.zeros(len(d.capacity) + 1, np.int64)
    board, alight = d.board[rides], d.alight[rides]
    np.add.at(steps, board[board >= 0], 1)
    np.add.at(steps, alight[board >= 0], -1)
    return np.flatnonzero((np.cumsum(steps)[:-1] == len(rides)) & (len(rides) > 0))
