"""What each journey and each choice of posts lacks for a unit, in tables small enough to be held against each other.

A *column* is a park with one time by which to be there. Of journeys and posts only those are kept that no other one beats
in everything: whoever lacks more of each thing is never among the least changes.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.problem import Problem
from dispatch.matching.travel import Journeys

NONE = 2**60
POST = 1000  # a yuan less weighs more than any number of members without a post


class Columns(NamedTuple):
    """Parks by the times of their jobs: `start` [parks + 1] bounds a park's columns, later times after earlier ones."""

    start: NDArray[np.int64]
    due: NDArray[np.int64]
    jobs_start: NDArray[np.int64]  # [columns + 1]
    jobs: NDArray[np.int64]  # by column
    park: NDArray[np.int64]  # [columns]


class Rides(NamedTuple):
    """[columns, 8] the least journey of each case (bits: lacks seats, must leave earlier, arrives late), -1 none, and
    [columns, 8, 3] what it lacks: seats, minutes before, minutes after.
    """

    journey: NDArray[np.int64]
    lacks: NDArray[np.int64]


class Staff(NamedTuple):
    """[columns, 4] yuan (-1: no choice) and posts that the least choice lacks, without and with (bit 0) more posts than
    there are, without and with (bit 1) less wage; [columns, 4, members] the jobs and each member's yuan.
    """

    yuan: NDArray[np.int64]
    posts: NDArray[np.int64]
    jobs: NDArray[np.int64]
    pay: NDArray[np.int64]


class JobRows(NamedTuple):
    """What decides who may have a job."""

    wage: NDArray[np.int64]
    trade: NDArray[np.int64]  # the last of `Wishes.trade` where none is needed
    reserved: NDArray[np.bool_]
    minors: NDArray[np.bool_]


class Wishes(NamedTuple):
    """Members [M]: trades that help them [M, O + 1], least wage, own job, and whether they take others and are minors.
    `barred` [M, B]: jobs that they may not have, -1 filler.
    """

    trade: NDArray[np.bool_]
    wage: NDArray[np.int64]
    own: NDArray[np.int64]
    open: NDArray[np.bool_]
    minor: NDArray[np.bool_]
    young: NDArray[np.bool_]
    barred: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Few:
    """Journeys of one town worth looking at, by dense park: `at` [K] their numbers, and the seats that each lacks."""

    journeys: Journeys
    start: NDArray[np.int64]  # [parks + 1]
    at: NDArray[np.int64]
    short: NDArray[np.int64]  # [K]


def columns_of(p: Problem, park_of_place: NDArray[np.int32], parks: int) -> Columns:
    park = park_of_place[p.job_park].astype(np.int64)
    jobs = np.lexsort((np.arange(p.jobs), p.job_start_by, park))
    keys = np.column_stack((park, p.job_start_by))[jobs]
    new = np.ones(len(jobs), bool)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    first = np.flatnonzero(new)
    own = keys[first, 0]
    return Columns(np.searchsorted(own, np.arange(parks + 1)), keys[first, 1].astype(np.int64),
                   np.append(first, len(jobs)).astype(np.int64), jobs.astype(np.int64), own)


def job_rows(p: Problem) -> JobRows:
    trade = np.where(p.job_occupation < 0, len(p.related), p.job_occupation)
    return JobRows(p.job_wage.astype(np.int64), trade.astype(np.int64), p.job_reserved, p.job_minors_allowed)


def wishes_of(p: Problem, unit: tuple[int, ...], barred: dict[int, frozenset[int]], minor: NDArray[np.bool_],
              young: NDArray[np.bool_]) -> Wishes:
    """`minor`, `young` [W]: of everybody, counted once."""
    who = list(unit)
    trade = np.zeros((len(who), len(p.related) + 1), bool)
    for k, w in enumerate(who):
        own = p.worker_occupation[p.worker_occupation_start[w] : p.worker_occupation_start[w + 1]]
        trade[k, own] = True
        trade[k, :-1] |= p.related[own].any(axis=0)
    trade[:, -1] = True
    bars = np.full((len(who), max((len(barred.get(w, ())) for w in who), default=0)), -1, np.int64)
    for k, w in enumerate(who):
        bars[k, : len(barred.get(w, ()))] = sorted(barred.get(w, ()))
    return Wishes(trade, p.worker_min_wage[who].astype(np.int64), p.worker_reserved_job[who].astype(np.int64),
                  p.worker_open_to_other[who], minor[who], young[who], bars)


def few(journeys: Journeys, short: NDArray[np.int64], usable: NDArray[np.bool_]) -> Few:
    """Of those `usable` [N] the journeys that no other to the same park beats in seats, leaving later, arriving earlier and
    value. One without a seat always stays.
    """
    park = np.repeat(np.arange(len(journeys.start) - 1), np.diff(journeys.start))
    order = np.lexsort((-journeys.value, short, -journeys.leave.astype(np.int64), journeys.reach, park))
    keep = np.zeros(len(order), bool)
    _unbeaten(journeys.start, order, journeys.leave, journeys.reach, journeys.value, journeys.board[:, 0] < 0, short, usable,
              keep)
    at = order[keep[order]]
    return Few(journeys, np.searchsorted(park[at], np.arange(len(journeys.start))), at, short[at])


def all_of(journeys: Journeys, short: NDArray[np.int64], usable: NDArray[np.bool_]) -> Few:
    """All that are `usable` [N]."""
    at = np.flatnonzero(usable)
    return Few(journeys, np.searchsorted(at, journeys.start), at, short[at])


@njit(cache=True, nogil=True)
def _unbeaten(start, order, leave, reach, value, foot, short, usable, keep):  # type: ignore[no-untyped-def]
    for p in range(len(start) - 1):
        kept = np.empty(start[p + 1] - start[p], np.int64)
        n = 0
        for i in range(start[p], start[p + 1]):
            j = order[i]
            if not usable[j]:
                continue
            if foot[j]:
                keep[j] = True
                continue
            beaten = False
            for k in range(n - 1, -1, -1):  # those that arrive last are the likeliest to beat it
                f = kept[k]
                if short[f] <= short[j] and leave[f] >= leave[j] and reach[f] <= reach[j] and value[f] >= value[j]:
                    beaten = True
                    break
            if not beaten:
                keep[j] = True
                kept[n] = j
                n += 1


def rides(some: Few, ready: int, c: Columns) -> Rides:
    """For a unit that is ready at `ready`."""
    j = some.journeys
    out = Rides(np.full((len(c.due), 8), -1, np.int64), np.full((len(c.due), 8, 3), NONE, np.int64))
    _rides(some.start, some.at, some.short, j.leave, j.reach, j.value, j.board[:, 0] < 0, ready, c, out)
    return out


@njit(cache=True, nogil=True)
def _rides(start, at, short, leave, reach, value, foot, ready, c, out):  # type: ignore[no-untyped-def]
    for p in range(len(start) - 1):
        for i in range(start[p], start[p + 1]):
            j = at[i]
            for k in range(c.start[p], c.start[p + 1]):
                if foot[j]:
                    over = max(0, ready + reach[j] - leave[j] - c.due[k])
                    _keep_ride(out, k, 0, over, 0, j, value)
                    if over > 0:
                        _keep_ride(out, k, 0, 0, over, j, value)
                else:
                    _keep_ride(out, k, short[i], max(0, ready - leave[j]), max(0, reach[j] - c.due[k]), j, value)


@njit(cache=True, nogil=True)
def _keep_ride(out, k, seats, early, late, j, value):  # type: ignore[no-untyped-def]
    case = (1 if seats > 0 else 0) + (2 if early > 0 else 0) + (4 if late > 0 else 0)
    now, best = out.journey[k, case], out.lacks[k, case]
    less = seats < best[0]
    if seats == best[0]:
        less = early < best[1]
        if early == best[1]:
            less = late < best[2] or (late == best[2] and value[j] > value[now])
    if less:
        best[0], best[1], best[2] = seats, early, late
        out.journey[k, case] = j


def staff(w: Wishes, c: Columns, jobs: JobRows, headcount: NDArray[np.int64], use: NDArray[np.int64],
          reached: NDArray[np.bool_]) -> Staff:
    """The least choices of posts for all members at once, in the parks that are `reached` [parks]."""
    shape, n = (len(c.due), 4), len(w.wage)
    out = Staff(np.full(shape, -1, np.int64), np.zeros(shape, np.int64), np.full((*shape, n), -1, np.int64),
                np.zeros((*shape, n), np.int64))
    _staff(w, c, jobs, headcount, use, reached, out)
    return out


@njit(cache=True, nogil=True)
def _lacks(w, jobs, m, j):  # type: ignore[no-untyped-def]
    """Yuan that member m lacks for job j; -1 where it may not have it."""
    for b in range(w.barred.shape[1]):
        if w.barred[m, b] == j:
            return -1
    if w.young[m] or (w.minor[m] and not jobs.minors[j]):
        return -1
    if w.own[m] == j:
        return 0
    if jobs.reserved[j] or not w.open[m] or not w.trade[m, jobs.trade[j]]:
        return -1
    return max(0, w.wage[m] - jobs.wage[j])


@njit(cache=True, nogil=True)
def _staff(w, c, jobs, headcount, use, reached, out):  # type: ignore[no-untyped-def]
    """Columns of a park are taken from the latest on, so that the jobs to choose from only grow."""
    n = len(w.wage)
    near, need, count = np.empty((2, n, n), np.int64), np.empty((2, n, n), np.int64), np.zeros((2, n), np.int64)
    spare, spare_need = np.empty((2, n), np.int64), np.empty((2, n), np.int64)
    took = np.empty(n, np.int64)
    for p in range(len(c.start) - 1):
        if not reached[p]:
            continue
        count[:], spare[:], spare_need[:] = 0, -1, NONE
        for k in range(c.start[p + 1] - 1, c.start[p] - 1, -1):
            grown = False
            for i in range(c.jobs_start[k], c.jobs_start[k + 1]):
                j = c.jobs[i]
                for m in range(n):
                    lack = _lacks(w, jobs, m, j)
                    if lack < 0:
                        continue
                    for less in range(2):
                        if less == 0 and lack > 0:
                            continue
                        if lack < spare_need[less, m]:
                            spare[less, m], spare_need[less, m] = j, lack
                            grown = True
                        if use[j] < headcount[j]:
                            grown |= _insert(near[less, m], need[less, m], count, less, m, j, lack)
            if not grown and k + 1 < c.start[p + 1]:
                out.yuan[k], out.posts[k] = out.yuan[k + 1], out.posts[k + 1]
                out.jobs[k], out.pay[k] = out.jobs[k + 1], out.pay[k + 1]
                continue
            for less in range(2):
                for more in range(2):
                    if _assign(near[less], need[less], count[less], spare[less], spare_need[less], more == 1, headcount, use,
                               took):
                        _note(out, k, 2 * less + more, near[less], need[less], spare[less], spare_need[less], took)


@njit(cache=True, nogil=True)
def _insert(near, need, count, less, m, j, lack):  # type: ignore[no-untyped-def]
    """Into a member's list of as many cheap jobs as there are members: more are never needed."""
    n, k = len(near), count[less, m]
    if k == n and need[k - 1] <= lack:
        return False
    k = min(k, n - 1)
    count[less, m] = k + 1
    while k > 0 and need[k - 1] > lack:
        near[k], need[k] = near[k - 1], need[k - 1]
        k -= 1
    near[k], need[k] = j, lack
    return True


@njit(cache=True, nogil=True)
def _note(out, k, case, near, need, spare, spare_need, took):  # type: ignore[no-untyped-def]
    out.yuan[k, case] = 0
    out.posts[k, case] = 0
    for m in range(len(took)):
        e = took[m]
        out.jobs[k, case, m] = spare[m] if e == len(took) else near[m, e]
        out.pay[k, case, m] = spare_need[m] if e == len(took) else need[m, e]
        out.posts[k, case] += e == len(took)
        out.yuan[k, case] += out.pay[k, case, m]


@njit(cache=True, nogil=True)
def _assign(near, need, count, spare, spare_need, more, headcount, use, took):  # type: ignore[no-untyped-def]
    """The least yuan, then the fewest posts that there are not: into `took` [M] each member's place in its list (M: the
    spare one). Shortest augmenting paths, with the posts of a job as one node. False where somebody gets none.
    """
    n = len(took)
    took[:] = -1
    dist, before, by = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    for s in range(n):
        dist[:] = NONE
        dist[s], before[s] = 0, -1
        best, end, last = NONE, -1, -1
        moved = True
        while moved:
            moved = False
            for m in range(n):
                if dist[m] == NONE:
                    continue
                if more and spare[m] >= 0 and dist[m] + spare_need[m] * POST + 1 < best:
                    best, end, last = dist[m] + spare_need[m] * POST + 1, m, n
                for e in range(count[m]):
                    if took[m] == e:
                        continue
                    j, d, held = near[m, e], dist[m] + need[m, e] * POST, 0
                    for o in range(n):
                        held += 0 <= took[o] < n and near[o, took[o]] == j
                    if held < headcount[j] - use[j]:
                        if d < best:
                            best, end, last = d, m, e
                        continue
                    for o in range(n):
                        if 0 <= took[o] < n and near[o, took[o]] == j and d - need[o, took[o]] * POST < dist[o]:
                            dist[o], before[o], by[o] = d - need[o, took[o]] * POST, m, e
                            moved = True
        if end < 0:
            return False
        while end >= 0:
            took[end], last, end = last, by[end], before[end]
    return True


@njit(cache=True, nogil=True)
def hold_against(journey, lacks, value, yuan, posts, park, closed, best, arg):  # type: ignore[no-untyped-def]
    """Of each combination (bits of Kind) the least costs into `best` [masks, 8], and column, case of ride and case of staff
    into `arg` [masks, 3]. `closed` [parks]: how many members the park's district does not admit.
    """
    cost = np.zeros(8)
    for c in range(len(park)):
        for r in range(8):
            if journey[c, r] < 0:
                continue
            for k in range(4):
                if yuan[c, k] < 0:
                    continue
                cost[0], cost[1], cost[2], cost[3] = lacks[c, r, 0], lacks[c, r, 1], lacks[c, r, 2], yuan[c, k]
                cost[5], cost[6], cost[7] = closed[park[c]], posts[c, k], -value[journey[c, r]]
                mask, less = 0, False
                for i in range(7):
                    mask += (1 << i) if cost[i] > 0 else 0
                for i in range(8):
                    if cost[i] != best[mask, i]:
                        less = cost[i] < best[mask, i]
                        break
                if less:
                    best[mask] = cost
                    arg[mask] = c, r, k
