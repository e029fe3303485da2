"""Independent parts of a problem: found, taken out, and their results added up.

Two people are in one part when some trip or some posting could serve both, each alone in an empty world, or when they travel
together; and so on from one to the next. A park, a station, a township, an employer or a trade that two have in common does
not join them; a posting that both could take and reach does. Of times only each person's readiness and each park's latest
deadline are looked at, and of a way that one person may use, all trips from its first user's readiness on. So two parts may
be taken for one, never one for two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dispatch.matching.pins import Kind, Pin
from dispatch.matching.problem import GREEN, Ints, Problem
from dispatch.matching.rules import admitted, county_of, district_of, minor, too_young
from dispatch.matching.travel import build_network
from dispatch.matching.ways import (
    NEVER,
    TOO_LATE,
    find,
    join_trips,
    last_departures,
    make_timetable,
    parks_onward,
    unite,
)

GOES = (Kind.JOB, Kind.TRIP, Kind.ASSIGNMENT)
MOST = 64  # parts: where there are more, all but the largest are taken as one


@dataclass(frozen=True, eq=False)
class Parts:
    """The part of each row, in the order of their first workers. Every row is in one; with one part it is all zeros."""

    count: int
    worker: Ints  # [W]
    job: Ints  # [J]
    trip: Ints  # [T]

    @property
    def people(self) -> NDArray[np.int64]:
        """[count]"""
        return np.bincount(self.worker, minlength=self.count)


def parts_of(p: Problem, pins: Sequence[Pin] = ()) -> Parts:
    """The parts of a problem. What nobody could use, and who could use nothing, is with the first part of the region."""
    one = Parts(1, *(np.zeros(n, np.int32) for n in (p.workers, p.jobs, p.trips)))
    if not p.workers or not p.jobs:
        return one
    root = _joined(p, pins)
    worker, job, trip = np.split(root[: p.workers + p.jobs + p.trips], (p.workers, p.workers + p.jobs))
    heads = np.unique(job[job < p.workers])
    if len(heads) < 2:
        return one
    number = np.full(len(root), -1, np.int32)
    number[heads] = np.arange(len(heads))
    return _with_the_rest(p, number[worker], number[job], number[trip], trip)


class _People(NamedTuple):
    """Who could take which open job: jobs by cell (park, trade), cheapest first; the last trade is "any"."""

    town: Ints
    ready: Ints
    young: NDArray[np.bool_]
    minor: NDArray[np.bool_]
    open_to_other: NDArray[np.bool_]
    least: Ints
    own: Ints
    papers: Ints  # [W] row of let_in
    let_in: NDArray[np.bool_]  # [classes, parks]
    skill_start: Ints
    skill: Ints
    helps_start: Ints  # [O+1] the trades in which a trade may work
    helps: Ints
    cell_start: Ints
    job: Ints
    wage: Ints
    minors: NDArray[np.bool_]
    job_park: Ints
    job_minors: NDArray[np.bool_]


def _joined(p: Problem, pins: Sequence[Pin]) -> NDArray[np.int64]:
    """The forest's roots: of workers, jobs, trips, ways (town, park) and groups, each the lowest node of its tree."""
    parks, towns = np.unique(p.job_park).astype(np.int32), np.unique(p.worker_township).astype(np.int32)
    park = np.full(p.places, -1, np.int32)
    park[parks] = np.arange(len(parks))
    latest = np.full(len(parks), -NEVER, np.int32)
    np.maximum.at(latest, park[p.job_park], p.job_start_by)
    people = _people(p, parks, park, np.searchsorted(towns, p.worker_township).astype(np.int32))
    ready = np.full(len(towns), NEVER, np.int32)
    np.minimum.at(ready, people.town, people.ready)
    t = make_timetable(p, build_network(p, park), towns, park, latest)
    one, two, three = parks_onward(t)
    trip, way = p.workers + p.jobs, p.workers + p.jobs + p.trips
    group = way + len(towns) * len(parks)
    root = np.arange(group + p.groups)
    since = _join_people(people, last_departures(t, three, ready), root, p.workers, way)
    join_trips(t, one, two, three, since, root, trip, way)
    together = np.flatnonzero((p.worker_group >= 0) & ~p.group_may_split[p.worker_group] if p.groups else [])
    _join_pairs(together, group + p.worker_group[together].astype(np.int64), root)
    _join_pairs(*_pinned(p, pins, trip), root)
    return _roots(root)


def _people(p: Problem, parks: NDArray[np.int32], park: NDArray[np.int32], town: NDArray[np.int32]) -> _People:
    helps = p.related | np.eye(len(p.related), dtype=bool)
    open_job = np.flatnonzero(~p.job_reserved & (p.job_headcount > 0))
    trade = np.where(p.job_occupation < 0, len(helps), p.job_occupation)
    cell = park[p.job_park[open_job]].astype(np.int64) * (len(helps) + 1) + trade[open_job]
    order = np.lexsort((p.job_wage[open_job], cell))
    counts = np.bincount(cell, minlength=len(parks) * (len(helps) + 1))
    papers, let_in = _papers(p, district_of(p)[parks])
    open_job = open_job[order].astype(np.int32)
    return _People(town, p.worker_ready, too_young(p), minor(p), p.worker_open_to_other, p.worker_min_wage,
                   p.worker_reserved_job, papers, let_in, p.worker_occupation_start, p.worker_occupation,
                   _starts(helps.sum(axis=1)), np.nonzero(helps)[1].astype(np.int32), _starts(counts), open_job,
                   p.job_wage[open_job], p.job_minors_allowed[open_job], park[p.job_park], p.job_minors_allowed)


def _starts(counts: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def _papers(p: Problem, districts: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """[W] classes of people by what they hold, and [classes, parks] who is let in."""
    of, table = np.zeros(p.workers, np.int32), [np.ones(len(districts), bool)]
    held = np.flatnonzero(p.worker_clearance != GREEN)
    county = county_of(p)[p.worker_township[held]]
    pairs, which = np.unique(np.column_stack((county, p.worker_clearance[held])), axis=0, return_inverse=True)
    of[held] = which.ravel() + 1
    table += [admitted(p, int(c), int(clearance), districts) for c, clearance in pairs.tolist()]
    return of, np.array(table)


@njit(cache=True, nogil=True)
def _trades(skills, helps_start, helps, out):  # type: ignore[no-untyped-def]
    """The trades that somebody with these skills may work in, once each, the last "any", into `out`; returns how many."""
    out[0], n = len(helps_start) - 1, 1
    for s in skills:
        for h in helps[helps_start[s] : helps_start[s + 1]]:
            if not (out[:n] == h).any():
                out[n], n = h, n + 1
    return n


@njit(cache=True, nogil=True)
def _take(root, w, first, job, wage, minors, a, b, least, minor):  # type: ignore[no-untyped-def]
    """Unite worker w with the dearest of jobs a..b-1, a minor with all that take one; returns the cheapest that he takes."""
    if not minor:
        unite(root, w, first + job[b - 1])
        while a < b and wage[a] < least:
            a += 1
        return a
    cheapest = b
    for k in range(b - 1, a - 1, -1):
        if minors[k] and wage[k] >= least:
            unite(root, w, first + job[k])
            cheapest = k
    return cheapest


@njit(cache=True, nogil=True)
def _join_people(x, last, root, first_job, first_way):  # type: ignore[no-untyped-def]
    """Unite people with jobs, and with the ways there; returns since when each way is used, [towns, parks] minutes."""
    town, ready, papers, let_in, own, job_park = x.town, x.ready, x.papers, x.let_in, x.own, x.job_park
    cell_start, job, wage, minors = x.cell_start, x.job, x.wage, x.minors  # outside the loop: each look counts references
    parks, every = last.shape[1], len(x.helps_start)
    since, cheapest = np.full_like(last, NEVER), cell_start[1:].copy()
    trades = np.empty(every, np.int64)
    for w in np.flatnonzero(~x.young):
        n, minor, least = 0, x.minor[w], x.least[w]
        if x.open_to_other[w]:
            n = _trades(x.skill[x.skill_start[w] : x.skill_start[w + 1]], x.helps_start, x.helps, trades)
        for park in range(parks):
            leave = last[town[w], park]
            if leave == TOO_LATE or leave < ready[w] or not let_in[papers[w], park]:
                continue
            found = own[w] >= 0 and job_park[own[w]] == park and (x.job_minors[own[w]] or not minor)
            if found:
                unite(root, w, first_job + own[w])
            for k in range(n):
                cell = park * every + trades[k]
                a, b = cell_start[cell], cell_start[cell + 1]
                if a < b and wage[b - 1] >= least:
                    low = _take(root, w, first_job, job, wage, minors, a, b, least, minor)
                    found |= low < b
                    if not minor and low < cheapest[cell]:
                        cheapest[cell] = low
            if found:
                unite(root, w, first_way + town[w] * parks + park)
                since[town[w], park] = min(since[town[w], park], ready[w])
    for cell in range(len(cheapest)):
        for k in range(cheapest[cell], cell_start[cell + 1]):
            unite(root, first_job + job[k], first_job + job[cell_start[cell + 1] - 1])
    return since


@njit(cache=True, nogil=True)
def _join_pairs(a, b, root):  # type: ignore[no-untyped-def]
    for k in range(len(a)):
        unite(root, a[k], b[k])


@njit(cache=True, nogil=True)
def _roots(root):  # type: ignore[no-untyped-def]
    for x in range(len(root)):
        root[x] = find(root, x)
    return root


def _pinned(p: Problem, pins: Sequence[Pin], first_trip: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a worker and a job or trip that he is pinned to: a pin that cannot be kept is refused where its person is."""
    go = [(x.worker, x.job, [x.trip, *(t for t, _, _ in x.legs)]) for x in pins if x.kind in GOES]
    pairs = [(w, p.workers + job) for w, job, _ in go if job >= 0]
    pairs += [(w, first_trip + t) for w, _, trips in go for t in trips if t >= 0]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _with_the_rest(p: Problem, worker: NDArray[np.int32], job: NDArray[np.int32], trip: NDArray[np.int32],
                   head: NDArray[np.int64]) -> Parts:
    """The rows that are in no part (-1) go to the first part of their region; people of a region without any are one, if it
    has jobs, else with the first. `head` [T]: the worker who is pinned to a trip without leading anywhere, among others."""
    region = _regions(p)
    home, there = region[p.worker_township], region[p.job_park]
    calls = np.flatnonzero(np.diff(p.call_start) > 0)
    road = np.full(p.trips, region.max() + 1)
    road[calls] = region[p.call_place[p.call_start[calls]]]
    count = int(worker.max()) + 1
    first = np.full(int(region.max()) + 2, count, np.int32)  # the last is of trips without a call
    np.minimum.at(first, home[worker >= 0], worker[worker >= 0])
    alone = np.intersect1d(home[worker < 0], there)
    alone = alone[first[alone] == count]
    first[first == count] = 0
    first[alone] = count + np.arange(len(alone))
    worker[worker < 0] = first[home[worker < 0]]
    job[job < 0] = first[there[job < 0]]
    trip[trip < 0] = first[road[trip < 0]]
    held = head < p.workers
    trip[held] = worker[head[held]]
    return _few(Parts(count + len(alone), worker, job, trip))


def _few(parts: Parts) -> Parts:
    if parts.count <= MOST:
        return parts
    small = np.argsort(-parts.people, kind="stable")[MOST - 1 :]
    number = np.arange(parts.count)
    number[small] = small.min()
    number = np.unique(number, return_inverse=True)[1].astype(np.int32)
    return Parts(MOST, number[parts.worker], number[parts.job], number[parts.trip])


def _regions(p: Problem) -> NDArray[np.int32]:
    """[P] places that anything relates: the tree, a way, a trip, a wish, a kept post, an admission."""
    likes, kept = p.worker_preferred_district >= 0, p.worker_reserved_job >= 0
    call_trip = np.repeat(np.arange(p.trips), np.diff(p.call_start))
    on = np.flatnonzero(call_trip[1:] == call_trip[:-1]) if p.calls else np.zeros(0, int)
    children = np.flatnonzero(p.place_parent >= 0)
    admits = p.admits.reshape(-1, 3)
    pairs = [
        (children, p.place_parent[children]), (p.access_from, p.access_to), (p.call_place[on], p.call_place[on + 1]),
        (p.worker_township[likes], p.worker_preferred_district[likes]),
        (p.worker_township[kept], p.job_park[p.worker_reserved_job[kept]]), (admits[:, 0], admits[:, 1]),
    ]
    a, b = (np.concatenate([pair[k] for pair in pairs]) for k in (0, 1))
    return np.asarray(connected_components(coo_array((np.ones(len(a), bool), (a, b)), (p.places, p.places)), False)[1])
