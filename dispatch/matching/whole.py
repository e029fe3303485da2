"""The best plan of a problem so small that all its options can be listed."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.choice import enter
from dispatch.matching.columns import Columns
from dispatch.matching.data import POSSIBLE
from dispatch.matching.prices import best_column
from dispatch.matching.program import chosen_columns
from dispatch.matching.search import Search


def whole_plan(s: Search, pool: Columns) -> None:
    """Offer the best plan that the pool's columns make."""
    if not len(pool):
        return
    columns = chosen_columns(s, pool)
    s.step(len(pool))
    if columns is None:
        return
    plan = s.priced_plan()
    for k in columns:
        enter(s.data, plan, pool.unit[k], pool.journey[k], pool.jobs[pool.start[k] : pool.start[k + 1]])
    if (plan.part_use <= s.data.capacity).all() and (plan.job_use <= s.data.headcount).all():
        s.offer(plan)


def every_option(s: Search, most: int = 3_000, looks: int = 300_000) -> Columns | None:
    """All journeys with all choices of posts of all units; None where they are more than `most`, or take more `looks`."""
    unit, journey, jobs = list[int](), list[int](), list[tuple[int, ...]]()
    for u in _may_go(s):
        for j, posts in _ways(s, u):
            looks -= 1
            for choice in product(*posts):
                if len(unit) == most:
                    return None
                unit.append(u)
                journey.append(j)
                jobs.append(choice)
            if looks == 0:
                return None
    size = np.array([len(x) for x in jobs], np.int64)
    start = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    flat = np.array([j for posts in jobs for j in posts], np.int32)
    return Columns(np.array(unit, np.int32), np.array(journey, np.int32), start, flat)


def _may_go(s: Search) -> Iterator[int]:
    """The units that have an option where everything is free: the others' journeys need not be looked through."""
    d, free = s.data, np.zeros(len(s.job_price))
    t = s.market.fill(np.zeros(len(s.part_price)), free)
    for u in range(len(s.model.units)):
        if best_column(d, free, t.travel, t.gain, t.reach, t.offer, u)[0] > POSSIBLE:
            yield u


def _ways(s: Search, u: int) -> Iterator[tuple[int, list[NDArray[np.int32]]]]:
    """The journeys of unit u, each with the posts that its members may take after it."""
    parks = len(s.model.parks)
    for p in range(parks):
        if not s.data.welcome[s.data.unit_welcome[u], p]:
            continue
        cell, known = int(s.data.unit_town[u]) * parks + p, dict[int, list[NDArray[np.int32]]]()
        for j in range(int(s.data.cell_start[cell]), int(s.data.cell_start[cell + 1])):
            if s.data.journey_row[j] >= s.data.unit_row[u]:
                column = int(s.data.journey_column[j])
                if column not in known:
                    known[column] = _posts(s, u, p, column)
                yield j, known[column]


def _posts(s: Search, u: int, p: int, column: int) -> list[NDArray[np.int32]]:
    """For each member the jobs in park p that it may take after arriving at `column`."""
    d, k, out = s.data, s.model.kinds, []
    for m in range(d.unit_start[u], d.unit_start[u + 1]):
        kind, mine = int(d.kind[m]), np.zeros(0, np.int32)
        if kind >= 0:
            trades = k.trade[k.trade_start[kind] : k.trade_start[kind + 1]]
            o = s.model.open
            fits = np.isin(d.job_trade[o.job], trades) & (o.wage >= k.wage[kind]) & (d.job_park[o.job] == p)
            mine = o.job[fits & (o.minors | (not k.minor[kind])) & (s.model.job_column[o.job] >= column)]
        if column <= d.own_column[m] < d.column_start[p + 1]:
            mine = np.union1d(mine, d.own_job[m]).astype(np.int32)
        out.append(mine)
    return out
