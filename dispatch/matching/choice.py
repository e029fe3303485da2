"""One unit's best option against the plan as it stands, and taking or leaving it.

A seat costs its price, and what it costs beyond depends on the mode. Hard (rho 0): no seat where too few are free.
Soft (rho above 0): max(0, price + rho * overuse), so that crowded parts get dearer and slack ones cheaper. Posts alike.
"""

import numpy as np
from numba import njit

from dispatch.matching.data import NEVER, POSSIBLE
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT, WAGE_MOST, YUAN_A_POINT


@njit(cache=True, nogil=True, inline="always")
def _part_cost(d, plan, c, n, rho):  # type: ignore[no-untyped-def]
    """Cost a head for n more people on part c; above -NEVER / 2 where there is no room."""
    over = plan.part_use[c] + n - d.capacity[c]
    if rho <= 0.0:
        return -np.float64(NEVER) if over > 0 else plan.part_price[c]
    return max(0.0, plan.part_price[c] + rho * plan.part_rho[c] * (over - 0.5 * n))


@njit(cache=True, nogil=True, inline="always")
def _job_cost(d, plan, j, rho):  # type: ignore[no-untyped-def]
    over = plan.job_use[j] + 1 - d.headcount[j]
    if rho <= 0.0:
        return -np.float64(NEVER) if over > 0 else plan.job_price[j]
    return max(0.0, plan.job_price[j] + rho * plan.job_rho[j] * (over - 0.5))


@njit(cache=True, nogil=True)
def ride_worth(d, plan, j, n, rho):  # type: ignore[no-untyped-def]
    """Worth a head of journey j for n people now."""
    v = np.float64(d.value[j])
    for leg in range(3):
        if d.board[j, leg] < 0:
            break
        for c in range(d.board[j, leg], d.alight[j, leg]):
            v -= _part_cost(d, plan, c, n, rho)
            if v < POSSIBLE:
                return np.float64(NEVER)
    return v


@njit(cache=True, nogil=True)
def job_points(d, m, j):  # type: ignore[no-untyped-def]
    """Points of member m in job j, for which m must be eligible, with those for a liked district."""
    liked = d.likes[m] >= 0 and d.likes[m] == d.park_district[d.job_park[j]]
    points = PREFERRED_DISTRICT if liked else 0.0
    if j == d.own_job[m]:
        return points + OWN_JOB
    k = d.kind[m]
    for t in range(d.trade_start[k], d.trade_start[k + 1]):
        if d.trade[t] == d.job_trade[j]:
            points += d.trade_points[t]
    return points + min(WAGE_MOST, (d.job_wage[j] - d.kind_wage[k]) / YUAN_A_POINT)


@njit(cache=True, nogil=True)
def option_worth(d, plan, u, journey, jobs, rho):  # type: ignore[no-untyped-def]
    """Worth of a certain journey and posts for unit u, which must be out of the plan, at what they cost now."""
    a, b = d.unit_start[u], d.unit_start[u + 1]
    total = np.float64(d.unit_base[u]) + (b - a) * ride_worth(d, plan, journey, b - a, rho)
    for m in range(a, b):
        total += job_points(d, m, jobs[m - a]) - _job_cost(d, plan, jobs[m - a], rho)
        plan.job_use[jobs[m - a]] += 1
    for m in range(a, b):
        plan.job_use[jobs[m - a]] -= 1
    return total


@njit(cache=True, nogil=True)
def rides_now(d, lists, plan, u, p, rho, slack, least, posts, out, arg):  # type: ignore[no-untyped-def]
    """The best journey to park p for unit u, by column of the park, into out and arg (-1 none).

    `posts` [width] is what the unit gets from posts at each column (a whole unit's, falling), `least` the worth a head
    that a journey and its posts must promise to matter. Returns the promise at which the look ended: journeys left out
    are not worth more.
    """
    n, row = d.unit_start[u + 1] - d.unit_start[u], d.unit_row[u]
    low = d.column_start[p]
    width = d.column_start[p + 1] - low
    out[:width] = NEVER
    arg[:width] = -1
    cell = d.unit_town[u] * (len(d.column_start) - 1) + p
    ended = np.float64(NEVER)
    for k in range(lists.start[cell], lists.start[cell + 1]):
        promise = lists.promise[k] + slack
        if promise + posts[0] / n <= least:
            ended = promise
            break
        c = lists.column[k] - low
        if lists.row[k] < row or promise <= out[c] or promise + posts[c] / n <= least:
            continue
        j = lists.journey[k]
        v = ride_worth(d, plan, j, n, rho)
        if v < POSSIBLE:
            continue
        if n == 1 and v + posts[c] > least:
            least = v + posts[c]
        while c < width and v > out[c]:
            out[c], arg[c] = v, j
            c += 1
    return ended


@njit(cache=True, nogil=True)
def posts_now(d, lists, plan, m, p, rho, out, arg):  # type: ignore[no-untyped-def]
    """The best posts in park p for member m (own one apart from those open to its kind), by column, as above."""
    low = d.column_start[p]
    width = d.column_start[p + 1] - low
    out[:width] = NEVER
    arg[:width] = -1
    k = d.kind[m]
    if k >= 0:
        trades = (len(lists.open_start) - 1) // (len(d.column_start) - 1)
        for t in range(d.trade_start[k], d.trade_start[k + 1]):
            cell = p * trades + d.trade[t]
            for o in range(lists.open_start[cell + 1] - 1, lists.open_start[cell] - 1, -1):
                extra = lists.open_wage[o] - d.kind_wage[k]
                if extra < 0:
                    break
                if d.kind_minor[k] and not lists.open_minors[o]:
                    continue
                v = d.trade_points[t] + min(WAGE_MOST, extra / YUAN_A_POINT)
                c = lists.open_due[o]
                if v > out[c]:
                    v -= _job_cost(d, plan, lists.open_job[o], rho)
                    if v > out[c] and v > POSSIBLE:
                        out[c], arg[c] = v, lists.open_job[o]
        for c in range(width - 2, -1, -1):
            if out[c + 1] > out[c]:
                out[c], arg[c] = out[c + 1], arg[c + 1]


@njit(cache=True, nogil=True)
def add_own(d, plan, m, p, rho, out, arg):  # type: ignore[no-untyped-def]
    """Let the post kept for member m stand beside the open ones of `posts_now`."""
    low, high = d.column_start[p], d.column_start[p + 1]
    if low <= d.own_column[m] < high:
        v = OWN_JOB - _job_cost(d, plan, d.own_job[m], rho)
        for c in range(d.own_column[m] - low + 1):
            if v > out[c] and v > POSSIBLE:
                out[c], arg[c] = v, d.own_job[m]


@njit(cache=True, nogil=True)
def hopes(d, plan, travel, gain, u, rho, out):  # type: ignore[no-untyped-def]
    """What unit u may hope for in each park by the tables, into `out` [parks]."""
    a, b = d.unit_start[u], d.unit_start[u + 1]
    n, row = b - a, d.unit_row[u]
    for p in range(len(d.column_start) - 1):
        out[p] = NEVER
        low, high = d.column_start[p], d.column_start[p + 1]
        if not d.welcome[d.unit_welcome[u], p] or travel[row, high - 1] < POSSIBLE:
            continue
        fixed = np.float64(d.unit_base[u])
        for m in range(a, b):
            if d.likes[m] >= 0 and d.likes[m] == d.park_district[p]:
                fixed += PREFERRED_DISTRICT
        for c in range(low, high):
            v = fixed + n * np.float64(travel[row, c])
            for m in range(a, b):
                mine = np.float64(gain[d.kind[m], c]) if d.kind[m] >= 0 else np.float64(NEVER)
                if c <= d.own_column[m] < high:
                    mine = max(mine, OWN_JOB - _job_cost(d, plan, d.own_job[m], rho))
                v += mine
            if v > out[p]:
                out[p] = v


@njit(cache=True, nogil=True)
def staff(d, lists, plan, u, p, c, rho, jobs, width_out, width_arg):  # type: ignore[no-untyped-def]
    """Posts for all members of u in park p at column c, one after the other; returns their worth, posts in `jobs`.

    The posts are counted as used while the next members choose, and given back before returning.
    """
    a, b = d.unit_start[u], d.unit_start[u + 1]
    low = d.column_start[p]
    total = 0.0
    for m in range(a, b):
        posts_now(d, lists, plan, m, p, rho, width_out, width_arg)
        add_own(d, plan, m, p, rho, width_out, width_arg)
        jobs[m - a] = width_arg[c - low]
        total += width_out[c - low]
        if jobs[m - a] >= 0:
            plan.job_use[jobs[m - a]] += 1
    for m in range(a, b):
        if jobs[m - a] >= 0:
            plan.job_use[jobs[m - a]] -= 1
    return total


@njit(cache=True, nogil=True)
def choose(d, lists, plan, travel, gain, u, rho, slack, floor, jobs, desk):  # type: ignore[no-untyped-def]
    """The best option of unit u (which must not be in the plan) that is worth more than `floor`.

    Parks are looked at in the order of what the tables promise, until no promise beats what was found; what is learned
    about journeys and posts goes into the tables. `desk` [6, widest] is room to work. Returns worth, journey (-1 none)
    and fills `jobs` [members].
    """
    a, b = d.unit_start[u], d.unit_start[u + 1]
    n, row = b - a, d.unit_row[u]
    hope, ride, post, posts, worth = desk[0], desk[1], desk[2], desk[3], desk[4]
    parks = len(d.column_start) - 1
    hopes(d, plan, travel, gain, u, rho, hope)
    ride_arg, post_arg = np.empty(len(ride), np.int64), np.empty(len(ride), np.int64)
    trial = np.empty(n, np.int32)
    best, journey = np.float64(floor), np.int64(-1)
    while parks > 0:
        p = np.argmax(hope[:parks])
        if hope[p] + slack <= best or hope[p] < POSSIBLE:
            break
        hope[p] = NEVER
        low, high = d.column_start[p], d.column_start[p + 1]
        width = high - low
        fixed = np.float64(d.unit_base[u])
        posts[:width] = 0.0
        for m in range(a, b):
            if d.likes[m] >= 0 and d.likes[m] == d.park_district[p]:
                fixed += PREFERRED_DISTRICT
            posts_now(d, lists, plan, m, p, rho, post, post_arg)
            if d.kind[m] >= 0:
                gain[d.kind[m], low:high] = post[:width]
            add_own(d, plan, m, p, rho, post, post_arg)
            posts[:width] += post[:width]
        if posts[0] < POSSIBLE:
            continue
        ended = rides_now(d, lists, plan, u, p, rho, slack, (best - fixed) / n, posts, ride, ride_arg)
        for c in range(width):
            worth[c] = n * ride[c] + posts[c]
            if n == 1:
                travel[row, low + c] = min(travel[row, low + c], max(ride[c], ended))
        while True:  # a group's members may want the same post: then the promise is not kept, and the next is tried
            c = int(np.argmax(worth[:width]))
            v = worth[c] + fixed
            if v <= best or v < POSSIBLE:
                break
            if n == 1:
                trial[0] = post_arg[c]
            else:
                v = fixed + n * ride[c] + staff(d, lists, plan, u, p, c + low, rho, trial, post, post_arg)
            if v > best:
                best, journey = v, ride_arg[c]
                jobs[:n] = trial
            worth[c] = NEVER
    return best, journey


@njit(cache=True, nogil=True)
def count(d, plan, u, sign):  # type: ignore[no-untyped-def]
    """Count unit u's seats and posts in (1) or out (-1)."""
    j = plan.journey[u]
    a, b = d.unit_start[u], d.unit_start[u + 1]
    for leg in range(3):
        if d.board[j, leg] < 0:
            break
        for c in range(d.board[j, leg], d.alight[j, leg]):
            plan.part_use[c] += sign * (b - a)
    for m in range(a, b):
        plan.job_use[plan.job[m]] += sign


@njit(cache=True, nogil=True)
def leave(d, plan, u):  # type: ignore[no-untyped-def]
    """Take unit u out of the plan."""
    if plan.journey[u] >= 0:
        count(d, plan, u, -1)
        plan.journey[u] = -1
        plan.job[d.unit_start[u] : d.unit_start[u + 1]] = -1


@njit(cache=True, nogil=True)
def enter(d, plan, u, journey, jobs):  # type: ignore[no-untyped-def]
    """Put unit u, which must be out, on `journey` and into `jobs`."""
    plan.journey[u] = journey
    for m in range(d.unit_start[u], d.unit_start[u + 1]):
        plan.job[m] = jobs[m - d.unit_start[u]]
    count(d, plan, u, 1)
