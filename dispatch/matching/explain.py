"""Why a person has no place: definite tests on rules and on the plan, never on what the solver thought.

First for the person alone, with every vehicle and every posting empty: age, an eligible posting, one in a district
that lets the person in, a journey to it in time. Then for the whole group likewise. Then against the plan as it stands:
would a seat be enough, or a post?
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.data import POSSIBLE, Data, Plan
from dispatch.matching.model import Model
from dispatch.matching.prices import Market, best_column, fill_travel, reach
from dispatch.matching.result import Reason
from dispatch.matching.rules import admitted, county_of, too_young

FULL = 1e7  # price of what cannot be had


def reasons(m: Model, d: Data, plan: Plan, market: Market) -> NDArray[np.int8]:
    """[W] a Reason for everybody; `plan` must keep the rules."""
    out = np.zeros(m.problem.workers, np.int8)
    units = np.flatnonzero(plan.journey < 0).astype(np.int64)
    if not len(units):
        return out
    per_member = np.zeros(len(m.units.member), np.int8)
    size = np.diff(m.units.start)
    no_posts_used, posts_left = np.zeros(len(d.headcount)), np.where(plan.job_use < d.headcount, 0.0, FULL)
    empty = market.fill(np.where(d.capacity > 0, 0.0, FULL), no_posts_used)
    ready = m.problem.worker_ready[m.units.member].astype(np.int32)
    _alone(d, units, empty.travel, empty.gain, too_young(m.problem)[m.units.member], _admitted_alone(m), ready,
           m.units.ready, m.journeys.leave, per_member)
    any_post = no_posts_used, empty.gain.copy(), empty.offer.copy()
    left = market.fill(np.zeros(len(d.capacity)), posts_left)
    free_post = posts_left, left.gain, left.offer
    for n in np.unique(size[units]).tolist():
        some = units[size[units] == n]
        rides = [_travel(d, np.where(room >= n, 0.0, FULL)) for room in (d.capacity, d.capacity - plan.part_use)]
        _together(d, some, rides[0], rides[1], any_post, free_post, per_member)
    out[m.units.member] = per_member
    return out


def _travel(d: Data, part_price: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The table of journeys, and the best of it in each park."""
    shape = int(d.row_start[-1]), int(d.column_start[-1])
    travel, ride = np.empty(shape, np.float32), np.empty(shape, np.int32)
    fill_travel(d, part_price, 0, len(d.row_start) - 1, travel, ride)
    return travel, reach(d, travel)


def _admitted_alone(m: Model) -> NDArray[np.bool_]:
    """[members, parks] who is let in where, each for himself."""
    p, who = m.problem, m.units.member
    county = county_of(p)[p.worker_township[who]]
    out = np.ones((len(who), len(m.parks)), bool)
    pairs = np.column_stack((county, p.worker_clearance[who]))
    for c, clearance in np.unique(pairs[pairs[:, 1] > 0], axis=0).tolist():
        out[(pairs == (c, clearance)).all(axis=1)] = admitted(p, c, clearance, m.park_district)
    return out


@njit(cache=True, nogil=True)
def _catches(d, town, p, column, ready, leave):  # type: ignore[no-untyped-def]
    """Is there a journey to park p that leaves at `ready` or later and keeps `column`?"""
    cell = town * (len(d.column_start) - 1) + p
    for j in range(d.cell_start[cell], d.cell_start[cell + 1]):
        if leave[j] >= ready and d.journey_column[j] <= column:
            return True
    return False


@njit(cache=True, nogil=True)
def _alone(d, units, travel, gain, young, welcome, ready, unit_ready, leave, out):  # type: ignore[no-untyped-def]
    """Reasons that hold for a member by himself, into out [members]; 0 where there is none."""
    parks = len(d.column_start) - 1
    for u in units:
        row = d.unit_row[u]
        for m in range(d.unit_start[u], d.unit_start[u + 1]):
            eligible, let_in, reached = False, False, False
            for p in range(parks):
                for c in range(d.column_start[p], d.column_start[p + 1]):
                    post = d.kind[m] >= 0 and gain[d.kind[m], c] > POSSIBLE
                    post |= c <= d.own_column[m] < d.column_start[p + 1]
                    eligible |= post
                    let_in |= post and welcome[m, p]
                    if post and welcome[m, p] and not reached:
                        reached = travel[row, c] > POSSIBLE
                        if not reached and ready[m] < unit_ready[u]:
                            reached = _catches(d, d.unit_town[u], p, c, ready[m], leave)
            if young[m]:
                out[m] = Reason.TOO_YOUNG
            elif not eligible:
                out[m] = Reason.NO_ELIGIBLE_POSTING
            elif not let_in:
                out[m] = Reason.CLEARANCE_NOT_ADMITTED
            elif not reached:
                out[m] = Reason.NO_JOURNEY_IN_TIME


@njit(cache=True, nogil=True)
def _possible(d, rides, posts, u):  # type: ignore[no-untyped-def]
    worth, _ = best_column(d, posts[0], rides[0], posts[1], rides[1], posts[2], u)
    return worth > POSSIBLE


@njit(cache=True, nogil=True)
def _together(d, units, rides, rides_left, posts, posts_left, out):  # type: ignore[no-untyped-def]
    """Reasons for whole units, for members that have none of their own.

    `rides` are a table of journeys and its best in each park, `posts` prices, a table of posts and its best in each park.
    """
    for u in units:
        a, b = d.unit_start[u], d.unit_start[u + 1]
        if out[a:b].any() or not _possible(d, rides, posts, u):
            why = Reason.GROUP_CANNOT_GO_TOGETHER
        elif _possible(d, rides_left, posts_left, u):
            why = Reason.POSTINGS_FULL if b - a > 1 else Reason.BETTER_FOR_OTHERS
        elif _possible(d, rides, posts_left, u):
            why = Reason.SEATS_FULL
        elif _possible(d, rides_left, posts, u):
            why = Reason.POSTINGS_FULL
        else:
            why = Reason.BETTER_FOR_OTHERS
        for m in range(a, b):
            if out[m] == 0:
                out[m] = why
