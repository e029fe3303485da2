"""Plans by sweeps: each unit in turn leaves the plan and re-enters at its best option."""

import numpy as np
from numba import njit

from dispatch.matching.choice import choose, enter, leave
from dispatch.matching.data import NEVER
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT, WAGE_MOST, YUAN_A_POINT


@njit(cache=True, nogil=True)
def sweep(d, plan, travel, gain, order, first, last, rho):  # type: ignore[no-untyped-def]
    """Units order[first:last] leave and re-enter.

    Returns where it ended.
    """
    longest = 1
    for u in range(len(d.unit_town)):
        longest = max(longest, d.unit_start[u + 1] - d.unit_start[u])
    jobs = np.empty(longest, np.int32)
    for k in range(first, last):
        u = order[k]
        leave(d, plan, u)
        _, journey = choose(d, plan, travel, gain, u, rho, 0.0, jobs)
        if journey >= 0:
            enter(d, plan, u, journey, jobs)
    return last


@njit(cache=True, nogil=True)
def drop_overuse(d, plan, order):  # type: ignore[no-untyped-def]
    """Take units out, in the given order, while they sit on a part or post that is overused."""
    for u in order:
        j = plan.journey[u]
        if j < 0:
            continue
        over = False
        for leg in range(3):
            if d.board[j, leg] < 0:
                break
            for c in range(d.board[j, leg], d.alight[j, leg]):
                over |= plan.part_use[c] > d.capacity[c]
        for m in range(d.unit_start[u], d.unit_start[u + 1]):
            over |= plan.job_use[plan.job[m]] > d.headcount[plan.job[m]]
        if over:
            leave(d, plan, u)


@njit(cache=True, nogil=True)
def trade_points(d, k, trade):  # type: ignore[no-untyped-def]
    """Points of kind k for a job of `trade`; NEVER if not eligible."""
    for t in range(d.trade_start[k], d.trade_start[k + 1]):
        if d.trade[t] == trade:
            return np.float64(d.trade_points[t])
    return np.float64(NEVER)


@njit(cache=True, nogil=True)
def worths(d, plan, job_wage, job_trade, job_park, out):  # type: ignore[no-untyped-def]
    """The score of each unit as placed (0 where it stays) into `out` [U]; returns the sum."""
    total = 0.0
    for u in range(len(d.unit_town)):
        out[u] = 0.0
        j = plan.journey[u]
        if j < 0:
            continue
        a, b = d.unit_start[u], d.unit_start[u + 1]
        v = np.float64(d.unit_base[u]) + (b - a) * np.float64(d.value[j])
        for m in range(a, b):
            w = plan.job[m]
            if d.likes[m] >= 0 and d.likes[m] == d.park_district[job_park[w]]:
                v += PREFERRED_DISTRICT
            if w == d.own_job[m]:
                v += OWN_JOB
            else:
                v += trade_points(d, d.kind[m], job_trade[w])
                v += min(WAGE_MOST, (job_wage[w] - d.kind_wage[d.kind[m]]) / YUAN_A_POINT)
        out[u] = v
        total += v
    return total
