"""A plan from the plan before: after a trip is lost, who lost a place is placed anew and few others are moved.

Everybody whose assignment is still possible has a *home*, that assignment, and stays in the plan for certain. Soft sweeps
(improve.py) begin with everybody at home, where a unit is worth `change_cost` a head more than elsewhere, so that somebody
moves only where that brings more. Repaired plans are held against each other by score less change costs.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.choice import choose, enter, leave, option_worth
from dispatch.matching.data import POSSIBLE, Plan
from dispatch.matching.dual import Schedule, improve_prices
from dispatch.matching.holding import hold
from dispatch.matching.improve import follow, soft_plan
from dispatch.matching.result import Result
from dispatch.matching.search import CHUNK, LISTS_A_SWEEP, SLACK, Search
from dispatch.matching.sweeps import drop_overuse

PRICES, PRICES_UNTIL = Schedule(400, 300.0, 0.2, 0.97), 0.4
FIRST_RHO, LAST_RHO, SWEEPS, REPAIR_EVERY = 0.1, 6.0, 24, 2
AT_HOME, MOVED = 1e6, 1e5  # who is dropped last


@dataclass(frozen=True, eq=False)
class Before:
    """The plan before, person by person, as in Result. Its trips may have been cancelled since (no capacity left)."""

    job: NDArray[np.int32]  # [W] -1 had no place
    leg_count: NDArray[np.int8]  # [W]
    legs: NDArray[np.int32]  # [W, 3, 3] trip, board seq, alight seq


@dataclass(frozen=True, eq=False)
class Homes:
    """Where each unit was, if it still can be there. All of them at home together keep the rules."""

    journey: NDArray[np.int64]  # [U] -1 none
    job: NDArray[np.int32]  # per member
    keep: NDArray[np.float64]  # [U] points for staying there


def replan(s: Search, before: Before, rng: np.random.Generator) -> None:
    """Offer the plan with the most score less change costs that is found.

    Raises:
        Stopped: the stop has been met; the best plan so far has been offered.
        PinsRefused: pins that cannot be kept.
    """
    plan = hold(s)
    homes = _homes(s, before, plan)
    best = _Best(s, homes, plan)
    try:
        with s.timed("first plan"):
            _repair(s, homes, plan, best)
        with s.timed("prices"):
            improve_prices(s, PRICES_UNTIL, PRICES)
        with s.timed("plan"):
            _rounds(s, homes, best, rng)
    finally:
        best.hand_over()


class _Best:
    """The best plan by score less change costs."""

    def __init__(self, s: Search, homes: Homes, plan: Plan) -> None:
        self.s, self.homes, self.worth = s, homes, -np.inf
        self.offer(plan)

    def offer(self, plan: Plan) -> bool:
        worth = self.s.value(plan) + float(self.homes.keep[self.at_home(plan)].sum())
        if worth <= self.worth or ((plan.journey < 0) & (self.homes.journey >= 0)).any():
            return False
        self.plan, self.worth = Plan(*[a.copy() for a in plan]), worth
        return True

    def at_home(self, plan: Plan) -> NDArray[np.bool_]:
        same = np.logical_and.reduceat(plan.job == self.homes.job, self.s.model.units.start[:-1])
        return np.asarray((self.homes.journey >= 0) & (plan.journey == self.homes.journey) & same)

    def hand_over(self) -> None:
        s = self.s
        s.best, s.best_score = self.plan, s.value(self.plan)


def _homes(s: Search, before: Before, plan: Plan) -> Homes:
    """Finds the homes and puts everybody there who fits into `plan`, which has those pinned to go already."""
    u, p = s.model.units, s.model.problem
    calls = np.where(before.legs[:, :, :1] >= 0, p.call_start[np.maximum(before.legs[:, :, 0], 0)][:, :, None]
                     + before.legs[:, :, 1:], -1)[u.member]
    calls[np.arange(3) >= before.leg_count[u.member][:, None]] = -1
    job = before.job[u.member].copy()
    journey = np.full(len(u), -1, np.int64)
    _find(s.data, job, calls, s.model.job_column, p.job_reserved, p.job_minors_allowed, journey)
    job[np.repeat(journey < 0, np.diff(u.start))] = -1
    pinned = np.flatnonzero(plan.journey >= 0)
    order = np.argsort(-u.base / np.diff(u.start), kind="stable")  # those pinned to go first
    held, found = Plan(*[x.copy() for x in plan]), journey.copy()
    for k in pinned[journey[pinned] >= 0]:
        leave(s.data, plan, k)
    _go_home(s.data, plan, order, journey, job)
    if (plan.journey[pinned] < 0).any():  # not all of these fit where they were: they stand where they were put for certain
        for now, then in zip(plan, held, strict=True):
            now[:] = then
        journey = found
        journey[pinned] = -1
        _go_home(s.data, plan, order, journey, job)
    stays = journey >= 0
    for k in pinned[journey[pinned] < 0]:
        journey[k], members = plan.journey[k], slice(u.start[k], u.start[k + 1])
        job[members] = plan.job[members]
    return Homes(journey, job, np.where(stays, s.parameters.change_cost * np.diff(u.start), 0.0))


def _rounds(s: Search, homes: Homes, best: _Best, rng: np.random.Generator) -> None:
    plan, better = soft_plan(s), True
    for name in ("journey", "job", "part_use", "job_use"):
        getattr(plan, name)[:] = getattr(best.plan, name)
    while better:
        better = False
        plan.part_price[:], plan.job_price[:] = s.part_price, s.job_price
        for k in range(SWEEPS):
            rho = FIRST_RHO * (LAST_RHO / FIRST_RHO) ** (k / (SWEEPS - 1))
            _sweep(s, homes, plan, rng.permutation(len(s.model.units)), rho)
            follow(s, plan, rho)
            if k % REPAIR_EVERY == REPAIR_EVERY - 1:
                better |= _repair(s, homes, Plan(*[a.copy() for a in plan]), best)


def _repair(s: Search, homes: Homes, plan: Plan, best: _Best) -> bool:
    """Make `plan` keep the rules: whoever has a home and no room goes home, others make room; then fill what is free."""
    s.value(plan)
    has, size = homes.journey >= 0, np.diff(s.model.units.start)
    while True:
        claim = np.where(plan.journey >= 0, s.worth, s.model.units.base) / size
        claim += np.where(best.at_home(plan), AT_HOME, np.where(has, MOVED, 0.0))
        order: NDArray[np.int64] = np.argsort(claim, kind="stable")
        drop_overuse(s.data, plan, order)
        if not ((plan.journey < 0) & has).any():
            break
        _send_home(s.data, plan, homes.journey, homes.job)
    try:
        _sweep(s, homes, plan, order[::-1][plan.journey[order[::-1]] < 0], 0.0)
        _sweep(s, homes, plan, np.flatnonzero(has & ~best.at_home(plan)), 0.0)
    finally:
        better = best.offer(plan)
    return better


def _sweep(s: Search, homes: Homes, plan: Plan, order: NDArray[np.int64], rho: float) -> None:
    """As Search.sweep, with homes."""
    t, span = s.market.tables, max(CHUNK, len(order) // LISTS_A_SWEEP + 1)
    for begin in range(0, len(order), span):
        lists = s.lists(plan, rho)
        for first in range(begin, min(begin + span, len(order)), CHUNK):
            last = min(first + CHUNK, begin + span, len(order))
            sweep_near(s.data, lists, plan, t.travel, t.gain, order[first:last], rho, SLACK if rho > 0 else 0.0,
                       homes.journey, homes.job, homes.keep)
            s.step(last - first)


def moves(before: Before, result: Result, cancelled: Collection[int]) -> tuple[int, int, int]:
    """How many could stay as planned (none of their trips is cancelled), how many of them moved, how many of these stay."""
    used = np.arange(3) < before.leg_count[:, None]
    lost = (used & np.isin(before.legs[:, :, 0], list(cancelled))).any(axis=1)
    could = (before.job >= 0) & ~lost
    same = (result.job == before.job) & (result.leg_count == before.leg_count)
    same &= ((result.legs == before.legs).all(axis=2) | ~used).all(axis=1)
    return int(could.sum()), int((could & ~same).sum()), int((could & (result.job < 0)).sum())


@njit(cache=True, nogil=True)
def sweep_near(d, lists, plan, travel, gain, order, rho, slack, home, home_job, keep):  # type: ignore[no-untyped-def]
    """As sweeps.sweep; a unit with a home is worth `keep` more there, and is never left out by soft rules."""
    floor = 0.0 if rho > 0 else np.float64(POSSIBLE)
    longest, widest = 1, len(d.column_start)
    for u in range(len(d.unit_town)):
        longest = max(longest, d.unit_start[u + 1] - d.unit_start[u])
    for p in range(len(d.column_start) - 1):
        widest = max(widest, d.column_start[p + 1] - d.column_start[p])
    jobs, now, desk = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty((5, widest))
    for u in order:
        a, b = d.unit_start[u], d.unit_start[u + 1]
        best, journey, there = floor, np.int64(-1), plan.journey[u]
        now[: b - a] = plan.job[a:b]
        leave(d, plan, u)
        if home[u] >= 0:
            worth = option_worth(d, plan, u, home[u], home_job[a:b], rho) + keep[u]
            if worth > POSSIBLE:
                best, journey = worth if rho > 0 else max(best, worth), home[u]
                jobs[: b - a] = home_job[a:b]
        if there >= 0:
            worth = option_worth(d, plan, u, there, now, rho)
            if worth > best:
                best, journey = worth, there
                jobs[: b - a] = now[: b - a]
        _, other = choose(d, lists, plan, travel, gain, u, rho, slack, best, jobs, desk)
        if other >= 0:
            journey = other
        if journey >= 0:
            enter(d, plan, u, journey, jobs)


@njit(cache=True, nogil=True)
def _may(d, m, j, reserved, minors):  # type: ignore[no-untyped-def]
    """Is job j one of those that member m may have?"""
    k = d.kind[m]
    if j == d.own_job[m]:
        return True
    if k < 0 or reserved[j] or d.job_wage[j] < d.kind_wage[k] or (d.kind_minor[k] and not minors[j]):
        return False
    helps = False
    for t in range(d.trade_start[k], d.trade_start[k + 1]):
        helps |= d.trade[t] == d.job_trade[j]
    return helps


@njit(cache=True, nogil=True)
def _find(d, job, calls, job_column, reserved, minors, out):  # type: ignore[no-untyped-def]
    """The journey of each unit that has these jobs and calls [members, 3, 2] and still may, into `out`."""
    parks = len(d.column_start) - 1
    for u in range(len(d.unit_town)):
        a, b = d.unit_start[u], d.unit_start[u + 1]
        if job[a] < 0:
            continue
        p, column, fine = d.job_park[job[a]], job_column[job[a]], True
        for m in range(a, b):
            fine = fine and job[m] >= 0 and d.job_park[job[m]] == p and (calls[m] == calls[a]).all()
            if fine:
                fine = _may(d, m, job[m], reserved, minors)
                column = min(column, job_column[job[m]])
        if not fine or not d.welcome[d.unit_welcome[u], p]:
            continue
        cell = d.unit_town[u] * parks + p
        for j in range(d.cell_start[cell], d.cell_start[cell + 1]):
            if d.journey_row[j] < d.unit_row[u] or d.journey_column[j] > column:
                continue
            same = True
            for leg in range(3):
                same = same and d.board[j, leg] == calls[a, leg, 0]
                same = same and (d.board[j, leg] < 0 or d.alight[j, leg] == calls[a, leg, 1])
            if same:
                out[u] = j
                break


@njit(cache=True, nogil=True)
def _go_home(d, plan, order, home, home_job):  # type: ignore[no-untyped-def]
    """Units with a home enter `plan` there; where there is no room, the home is lost."""
    for u in order:
        if home[u] < 0 or plan.journey[u] >= 0:
            continue
        jobs = home_job[d.unit_start[u] : d.unit_start[u + 1]]
        if option_worth(d, plan, u, home[u], jobs, 0.0) > POSSIBLE:
            enter(d, plan, u, home[u], jobs)
        else:
            home[u] = -1


@njit(cache=True, nogil=True)
def _send_home(d, plan, home, home_job):  # type: ignore[no-untyped-def]
    for u in range(len(home)):
        if home[u] >= 0 and plan.journey[u] < 0:
            enter(d, plan, u, home[u], home_job[d.unit_start[u] : d.unit_start[u + 1]])
