"""Plans by sweeps: each unit in turn leaves the plan and re-enters at its best option."""

import numpy as np
from numba import njit

from dispatch.matching.choice import choose, enter, job_points, leave, option_worth
from dispatch.matching.data import POSSIBLE


@njit(cache=True, nogil=True)
def sweep(d, lists, plan, travel, gain, order, first, last, rho, slack):  # type: ignore[no-untyped-def]
    """Units order[first:last] leave and re-enter at their best option now (choice.py).

    Where the rules are hard, whoever can go does, however dear the seats: everybody placed adds to the score.
    """
    floor = 0.0 if rho > 0 else np.float64(POSSIBLE)
    longest, widest = 1, len(d.column_start)
    for u in range(len(d.unit_town)):
        longest = max(longest, d.unit_start[u + 1] - d.unit_start[u])
    for p in range(len(d.column_start) - 1):
        widest = max(widest, d.column_start[p + 1] - d.column_start[p])
    jobs, desk = np.empty(longest, np.int32), np.empty((5, widest))
    for k in range(first, last):
        u = order[k]
        least, journey = floor, plan.journey[u]
        if journey >= 0:
            n = d.unit_start[u + 1] - d.unit_start[u]
            jobs[:n] = plan.job[d.unit_start[u] : d.unit_start[u + 1]]
            leave(d, plan, u)
            least = option_worth(d, plan, u, journey, jobs, rho)
            if least <= floor:
                least, journey = floor, -1
        _, other = choose(d, lists, plan, travel, gain, u, rho, slack, least, jobs, desk)
        if other >= 0:
            journey = other
        if journey >= 0:
            enter(d, plan, u, journey, jobs)


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
def worths(d, plan, out):  # type: ignore[no-untyped-def]
    """The score of each unit as placed (0 where it stays) into `out` [U]; returns the sum."""
    total = 0.0
    for u in range(len(d.unit_town)):
        out[u] = 0.0
        j = plan.journey[u]
        if j < 0:
            continue
        a, b = d.unit_start[u], d.unit_start[u + 1]
        out[u] = np.float64(d.unit_base[u]) + (b - a) * np.float64(d.value[j])
        for m in range(a, b):
            out[u] += job_points(d, m, plan.job[m])
        total += out[u]
    return total
