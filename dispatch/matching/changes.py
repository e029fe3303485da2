"""What would have to change for somebody who stays, while nobody else moves: the least change of each kind.

Every journey of the township, whatever its times, is held against every choice of posts; what a pair lacks is an amount
of each kind, and the set of kinds that it lacks is its combination. Of each combination the least is kept, by the
amounts in the order of the kinds and then by the better journey. Rules on age and trade, and posts kept for others, are
not for changing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, permutations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from dispatch.matching.situation import Placing, Situation

ORDERS = 24  # in which the members of a group that goes apart are tried
IMPOSSIBLE = 1e12


class Kind(IntEnum):
    """What could change, in the order in which it is shown."""

    SEATS = 0  # `amount` more seats on `trip` between its calls `board` and `alight`
    READY = 1  # `worker` is ready `amount` minutes earlier
    DEADLINE = 2  # `job` starts `amount` minutes later
    YUAN = 3  # `worker` takes `amount` yuan a month less
    SPLIT = 4  # the group of `worker`, `amount` people, agrees to travel apart
    CLEARANCE = 5  # `district` admits the clearance of `worker`, for people of the worker's county
    POSTS = 6  # `job` has `amount` more posts


@dataclass(frozen=True)
class Change:
    """One change; ids are those of the problem's rows, -1 where the kind has none."""

    kind: Kind
    amount: int
    worker: int = -1
    trip: int = -1
    board: int = -1
    alight: int = -1
    job: int = -1
    district: int = -1


@dataclass(frozen=True)
class Way:
    """Changes that together place a unit, and the placing that they make possible. No changes: there is room now."""

    changes: tuple[Change, ...]
    placing: Placing

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of change in their order, each once."""
        return tuple(sorted({c.kind for c in self.changes}))


@dataclass(frozen=True)
class _Posts:
    """Choices of posts for a unit, sorted by dense park: due [B] minutes, yuan [B] and posts [B] lacking, and of each
    member the job and the yuan that it lacks.
    """

    start: NDArray[np.int64]
    due: NDArray[np.int64]
    yuan: NDArray[np.int64]
    posts: NDArray[np.int64]
    jobs: list[tuple[int, ...]]
    pay: list[tuple[int, ...]]


def least_changes(situation: Situation, workers: Iterable[int]) -> dict[int, list[Way]]:
    """For each of `workers` what `ways` says; people of one unit share one answer, townships are taken in turn."""
    out: dict[int, list[Way]] = {}
    for w in sorted(workers, key=lambda w: (int(situation.problem.worker_township[w]), w)):
        if w not in out:
            out |= dict.fromkeys(situation.unit(w), ways(situation, w))
    return {w: out[w] for w in workers}


def ways(situation: Situation, worker: int) -> list[Way]:
    """The least change of each kind that alone would place the worker's unit, in the order of the kinds.

    Where none suffices alone, the shortest combination by itself; an empty list where nothing of all this helps.

    Raises:
        ValueError: the worker has a place.
    """
    unit = situation.unit(worker)
    if (situation.job[list(unit)] >= 0).any():
        raise ValueError(f"worker {worker} or somebody who goes along has a place")
    found = _combinations(situation, unit)
    if () in found:
        return [found[()]]
    if len(unit) > 1 and (apart := _apart(situation, unit)) is not None:
        found.setdefault(apart.kinds, apart)
    alone = [found[key] for key in sorted(found) if len(key) == 1]
    return alone or [found[key] for key in sorted(found, key=lambda key: (len(key), key))[:1]]


def _combinations(s: Situation, unit: tuple[int, ...]) -> dict[tuple[Kind, ...], Way]:
    """The least of each combination of kinds, for the unit as it stands (together)."""
    p, n = s.problem, len(unit)
    journeys = s.journeys(int(p.worker_township[unit[0]]))
    posts = _posts(s, unit, np.diff(journeys.start) > 0)
    closed = _closed(s, unit)
    ready = int(p.worker_ready[list(unit)].max())
    masks = 2 ** len(Kind)
    best, arg = np.full((masks, len(Kind) + 1), np.inf), np.full((masks, 4), -1, np.int64)
    _least(journeys.start, journeys.leave, journeys.reach, journeys.board[:, 0] < 0, s.shortage(journeys, n),
           journeys.value, ready, closed, posts.start, posts.due, posts.yuan, posts.posts, best, arg)
    out = {}
    for mask in np.flatnonzero(arg[:, 0] >= 0).tolist():
        j, b, early, late = arg[mask].tolist()
        jobs, legs = posts.jobs[b], s.as_legs(journeys, j)
        leaving = ready - early
        changes = _seats(s, legs, n)
        changes += [Change(Kind.READY, int(p.worker_ready[w]) - leaving, worker=w)
                    for w in unit if early and p.worker_ready[w] > leaving]
        if late:
            reach = int(journeys.reach[j]) if legs else leaving + int(journeys.reach[j] - journeys.leave[j])
            changes += [Change(Kind.DEADLINE, reach - int(p.job_start_by[k]), job=k)
                        for k in sorted(set(jobs)) if p.job_start_by[k] < reach]
        changes += _of_posts(s, unit, jobs, posts.pay[b])
        way = Way(tuple(sorted(changes, key=lambda c: c.kind)), Placing(unit, jobs, (legs,) * n))
        out[way.kinds] = way
    return out


def _of_posts(s: Situation, unit: tuple[int, ...], jobs: tuple[int, ...], lacks: tuple[int, ...]) -> list[Change]:
    """What the unit lacks for these jobs, besides time: yuan (`lacks`, each member's), clearance, posts."""
    changes = [Change(Kind.YUAN, int(lack), worker=w, job=j) for w, j, lack in zip(unit, jobs, lacks, strict=True) if lack]
    district = s.district[s.problem.job_park[list(jobs[:1])]]
    changes += [Change(Kind.CLEARANCE, 1, worker=w, district=int(district[0])) for w in unit if not s.let_in(w, district)[0]]
    for j in sorted(set(jobs)):
        over = int(s.job_use[j] + jobs.count(j) - s.headcount[j])
        changes += [Change(Kind.POSTS, over, job=j)] if over > 0 else []
    return changes


def _seats(s: Situation, legs: tuple[tuple[int, int, int], ...], people: int) -> list[Change]:
    out = []
    for trip, a, b in legs:
        first = int(s.problem.call_start[trip])
        lacks = people - (s.capacity - s.part_use)[first + a : first + b]
        short = np.flatnonzero(lacks > 0)
        if len(short):
            out.append(Change(Kind.SEATS, int(lacks.max()), trip=trip, board=a + int(short[0]),
                              alight=a + int(short[-1]) + 1))
    return out


def _closed(s: Situation, unit: tuple[int, ...]) -> NDArray[np.int64]:
    """[parks] how many of the unit the park's district does not admit."""
    district = s.district[s.parks]
    return np.array([~s.let_in(w, district) for w in unit]).sum(axis=0)


def _posts(s: Situation, unit: tuple[int, ...], reached: NDArray[np.bool_]) -> _Posts:
    """All choices of one post for a person alone; for a group the cheapest of each park, due time and pair of needs."""
    p = s.problem
    fits, lacks = (np.array(x) for x in zip(*[s.fits(w) for w in unit], strict=True))
    can = ~np.isnan(fits)
    park = s.park_of_place[p.job_park]
    rows: list[tuple[int, int, tuple[int, ...], int, tuple[int, ...]]] = []
    if len(unit) == 1:
        some = np.flatnonzero(can[0] & reached[park])
        full = np.maximum(0, s.job_use + 1 - s.headcount)
        rows = [(int(park[j]), int(p.job_start_by[j]), (int(lacks[0, j]),), int(full[j]), (j,)) for j in some.tolist()]
    else:
        anyone = can.any(axis=0)
        for k in np.flatnonzero(reached).tolist():
            here = np.flatnonzero((park == k) & anyone)
            if can[:, here].any(axis=1).all():
                for due in np.unique(p.job_start_by[here]).tolist():
                    late = here[p.job_start_by[here] >= due]
                    rows += [(k, due, *chosen) for chosen in _staff(s, can[:, late], lacks[:, late], late)]
    rows.sort(key=lambda row: row[0])
    start = np.searchsorted([row[0] for row in rows], np.arange(len(s.parks) + 1))
    due, yuan, over = np.array([(row[1], sum(row[2]), row[3]) for row in rows], np.int64).reshape(-1, 3).T.copy()
    return _Posts(start, due, yuan, over, [row[4] for row in rows], [row[2] for row in rows])


def _staff(s: Situation, can: NDArray[np.bool_], lacks: NDArray[np.int64],
           jobs: NDArray[np.int64]) -> list[tuple[tuple[int, ...], int, tuple[int, ...]]]:
    """Posts for all members among `jobs`: without and with less wage, without and with more posts than there are."""
    n = len(can)
    free = np.clip((s.headcount - s.job_use)[jobs], 0, n)
    slot, extra = np.repeat(np.arange(len(jobs)), free), np.repeat(np.arange(len(jobs)), n - free)
    out = dict[tuple[tuple[int, ...], int, tuple[int, ...]], None]()
    for less in (False, True):
        for more in (False, True):
            at = np.concatenate((slot, extra)) if more else slot
            if len(at) < n:
                continue
            cost = np.where(can & (less | (lacks == 0)), lacks * 1000.0, IMPOSSIBLE)[:, at]
            cost[:, len(slot):] += 1
            who, taken = linear_sum_assignment(cost)
            if cost[who, taken].max() < IMPOSSIBLE:
                pay = tuple(lacks[who, at[taken]].tolist())
                out[pay, int((taken >= len(slot)).sum()), tuple(jobs[at[taken]].tolist())] = None
    return list(out)


@njit(cache=True, nogil=True)
def _least(  # type: ignore[no-untyped-def]
    start, leave, reach, on_foot, short, value, ready, closed, posts_start, due, yuan, posts, best, arg
):
    """Of each combination (bits of Kind) the least costs into `best` [masks, 8] and journey, choice, minutes into `arg`."""
    cost = np.zeros(best.shape[1])
    for p in range(len(start) - 1):
        for j in range(start[p], start[p + 1]):
            for b in range(posts_start[p], posts_start[p + 1]):
                for turn in range(2):
                    early, late = 0, 0
                    if on_foot[j]:
                        over = max(0, ready + reach[j] - leave[j] - due[b])
                        early, late = (over, 0) if turn == 0 else (0, over)
                    elif turn == 0:
                        early, late = max(0, ready - leave[j]), max(0, reach[j] - due[b])
                    else:
                        break
                    cost[0], cost[1], cost[2], cost[3] = short[j], early, late, yuan[b]
                    cost[5], cost[6], cost[7] = closed[p], posts[b], -value[j]
                    mask, less = 0, False
                    for k in range(7):
                        mask += (1 << k) if cost[k] > 0 else 0
                    for k in range(8):
                        if cost[k] != best[mask, k]:
                            less = cost[k] < best[mask, k]
                            break
                    if less:
                        best[mask] = cost
                        arg[mask] = j, b, early, late


def _apart(s: Situation, unit: tuple[int, ...]) -> Way | None:
    """The members one after the other, each with the shortest combination; of the orders tried, the fewest changes."""
    best: Way | None = None
    for order in islice(permutations(unit), ORDERS):
        way = _one_by_one(s, order)
        if way is not None and (best is None or len(way.changes) < len(best.changes)):
            best = way
        if way is None or len(way.changes) == 1:
            break
    return best


def _one_by_one(s: Situation, order: tuple[int, ...]) -> Way | None:
    """Each in turn takes the seats and posts that those before have left; None where somebody finds no way."""
    changes, placed = [Change(Kind.SPLIT, len(order), worker=min(order))], list[Placing]()
    before = s.part_use.copy(), s.job_use.copy(), s.capacity, s.headcount
    s.capacity, s.headcount = s.capacity.copy(), s.headcount.copy()
    try:
        for w in order:
            found = _combinations(s, (w,))
            if not found:
                return None
            way = found[min(found, key=lambda key: (len(key), key))]
            changes += way.changes
            placed.append(way.placing)
            for c in way.changes:
                if c.kind == Kind.SEATS:
                    s.capacity[s.call_trip == c.trip] += c.amount
                if c.kind == Kind.POSTS:
                    s.headcount[c.job] += c.amount
            s.count(way.placing.jobs[0], way.placing.legs[0], 1)
    finally:
        s.part_use, s.job_use, s.capacity, s.headcount = before
    placing = Placing(order, tuple(x.jobs[0] for x in placed), tuple(x.legs[0] for x in placed))
    later = {c.job: c for c in sorted(changes, key=lambda c: c.amount) if c.kind == Kind.DEADLINE}
    changes = [c for c in changes if c.kind != Kind.DEADLINE] + list(later.values())
    return Way(tuple(sorted(changes, key=lambda c: c.kind)), placing)


