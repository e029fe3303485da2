"""The checker: does a plan keep every rule, and what does it score? Shares no code with the solver.

The rules and the score are written out here once more, from their wording, over whole columns of people at a time.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.matching.problem import Problem

Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Fault:
    """One broken rule. `kind` says what `index` numbers: worker, job, trip or group."""

    rule: str
    kind: str
    index: int
    detail: str = ""


@dataclass
class Checked:
    """Score and number of those placed, and all faults. The score counts no row whose job or journey cannot be."""

    score: float = 0.0
    placed: int = 0
    faults: list[Fault] = field(default_factory=list)

    def blame(self, rule: str, kind: str, indexes: Ints, details: list[str] | None = None) -> None:
        for k, index in enumerate(indexes.tolist()):
            self.faults.append(Fault(rule, kind, index, details[k] if details else ""))


@dataclass(frozen=True)
class _Travel:
    """What the legs of the people in question come to."""

    possible: Bools
    leaves: Ints
    reaches: Ints
    legs: Ints


def check(problem: Problem, job: ArrayLike, leg_count: ArrayLike, legs: ArrayLike) -> Checked:
    """Check a whole plan: job [W] (-1 stays), leg_count [W], legs [W, 3, 3] (trip, board seq, alight seq)."""
    p, out = problem, Checked()
    job, leg_count = np.asarray(job, np.int64), np.asarray(leg_count, np.int64)
    legs = np.asarray(legs, np.int64).reshape(-1, 3, 3)
    if not len(job) == len(leg_count) == len(legs) == p.workers:
        raise ValueError(f"job, leg_count and legs must have {p.workers} rows")
    strange = (job >= p.jobs) | (job < -1)
    out.blame("unknown job", "worker", np.flatnonzero(strange))
    who = np.flatnonzero((job >= 0) & ~strange)
    out.placed = len(who)
    fit = _fit(p, who, job[who])
    out.blame("not eligible for the job", "worker", who[np.isnan(fit)])
    _ages(p, who, job[who], out)
    _clearances(p, who, job[who], out)
    travel = _travel(p, who, job[who], leg_count[who], legs[who], out)
    _posts(p, job[who], out)
    _seats(p, who[travel.possible], leg_count, legs, out)
    _together(p, job, leg_count, legs, out)
    good = travel.possible & ~np.isnan(fit)
    hours = (travel.reaches - travel.leaves)[good] / 60.0
    liked = p.worker_preferred_district[who] == _district(p)[p.job_park[job[who]]]
    liked &= p.worker_preferred_district[who] >= 0
    points = 1000.0 + np.array([0.0, 150.0, 300.0])[p.worker_priority[who]] + fit + 20.0 * liked
    out.score = float((points[good] - 2.0 * hours - 5.0 * np.maximum(travel.legs[good] - 1, 0)).sum())
    return out


def _fit(p: Problem, who: Ints, job: Ints) -> NDArray[np.float64]:
    """Points of each pair; nan where the person is not eligible."""
    trades, count = len(p.related), np.diff(p.worker_occupation_start)[who]
    wanted = np.repeat(p.job_occupation[job].astype(np.int64), count)
    at = np.repeat(p.worker_occupation_start[:-1][who] - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    skill = p.worker_occupation[at + np.arange(count.sum())].astype(np.int64)
    row = np.repeat(np.arange(len(who)), count)
    same, near = np.zeros(len(who), bool), np.zeros(len(who), bool)
    np.logical_or.at(same, row, (skill == wanted) & (wanted >= 0))
    if trades:
        np.logical_or.at(near, row, p.related[skill, np.maximum(wanted, 0)] & (wanted >= 0))
    points = np.where(p.job_occupation[job] < 0, 10.0, np.where(same, 60.0, np.where(near, 30.0, np.nan)))
    extra = (p.job_wage[job].astype(np.int64) - p.worker_min_wage[who]) / 100.0
    refused = p.job_reserved[job] | ~p.worker_open_to_other[who] | (extra < 0)
    points = np.where(refused, np.nan, points + np.minimum(20.0, extra))
    return np.where(p.worker_reserved_job[who] == job, 260.0, points)


def _ages(p: Problem, who: Ints, job: Ints, out: Checked) -> None:
    age = p.worker_age[who]
    out.blame("under 16", "worker", who[(age >= 0) & (age < 16)])
    out.blame("minor where the job takes none", "worker", who[(age >= 16) & (age < 18) & ~p.job_minors_allowed[job]])


def _above(p: Problem, wanted: int) -> Ints:
    """[P] the place itself or its nearest ancestor of level `wanted`; -1 none."""
    found = np.full(p.places, -1)
    for place in range(p.places):
        at = place
        while at >= 0 and p.place_level[at] != wanted:
            at = int(p.place_parent[at])
        found[place] = at
    return found


def _district(p: Problem) -> Ints:
    district, county = _above(p, 5), _above(p, 2)
    return np.where(district >= 0, district, county)


def _clearances(p: Problem, who: Ints, job: Ints, out: Checked) -> None:
    county, district = _above(p, 2)[p.worker_township[who]], _district(p)[p.job_park[job]]
    allowed = {tuple(row) for row in p.admits.reshape(-1, 3).tolist()}
    ask = np.flatnonzero(p.worker_clearance[who] > 0)
    triples = zip(county[ask].tolist(), district[ask].tolist(), p.worker_clearance[who[ask]].tolist(), strict=True)
    shut = np.array([t not in allowed for t in triples], bool)
    out.blame("clearance not admitted", "worker", who[ask[shut]])


def _travel(p: Problem, who: Ints, job: Ints, leg_count: Ints, legs: Ints, out: Checked) -> _Travel:
    n = len(who)
    park, home = p.job_park[job], p.worker_township[who]
    walk = {(a, b): m for a, b, m in zip(p.access_from.tolist(), p.access_to.tolist(), p.access_minutes.tolist(),
                                         strict=True)}
    wrong = (leg_count < 0) | (leg_count > 3)
    board, alight, ok = _calls(p, leg_count, legs)
    wrong |= ~ok
    out.blame("unreadable legs", "worker", who[wrong])
    for k in (0, 1):
        change = ~wrong & (leg_count > k + 1)
        off, on = alight[:, k], board[:, k + 1]
        gap = p.call_depart[on] - p.call_arrive[off] if p.calls else np.zeros(n)
        fine = (p.call_place[off] == p.call_place[on]) & (p.place_level[p.call_place[off]] == 7) if p.calls else change
        out.blame("impossible transfer", "worker", who[change & ~(fine & (gap >= 30) & (gap <= 360))])
    rides = ~wrong & (leg_count > 0)
    last = np.clip(leg_count - 1, 0, 2)
    first_call, last_call = board[:, 0], alight[np.arange(n), last]
    to_stop, from_stop = np.full(n, -1), np.full(n, -1)
    for i in np.flatnonzero(rides).tolist():
        start, end = int(p.call_place[first_call[i]]), int(p.call_place[last_call[i]])
        to_stop[i] = 0 if start == home[i] else walk.get((int(home[i]), start), -1)
        from_stop[i] = 0 if end == park[i] else walk.get((end, int(park[i])), -1)
    leaves, reaches = p.worker_ready[who].astype(np.int64), np.zeros(n, np.int64)
    if p.calls:
        leaves[rides] = (p.call_depart[first_call] - to_stop)[rides]
        reaches[rides] = (p.call_arrive[last_call] + from_stop)[rides]
    on_foot = ~wrong & (leg_count == 0)
    _on_foot(p, who, on_foot, park, walk, leaves, reaches, to_stop)
    lost = (rides & ((to_stop < 0) | (from_stop < 0))) | (on_foot & (to_stop < 0))
    out.blame("no way to the first stop or from the last", "worker", who[lost])
    possible = (rides | on_foot) & ~lost
    out.blame("leaves before ready", "worker", who[possible & (leaves < p.worker_ready[who])])
    out.blame("arrives after start_by", "worker", who[possible & (reaches > p.job_start_by[job])])
    return _Travel(possible, leaves, reaches, leg_count)


def _on_foot(p: Problem, who: Ints, on_foot: Bools, park: Ints, walk: dict[tuple[int, int], int], leaves: Ints,
             reaches: Ints, minutes: Ints) -> None:
    """A journey without legs: along an access row from home; a group leaves when its last member is ready."""
    last_ready = np.full(p.groups, -1, np.int64)
    tied = (p.worker_group >= 0) & ~p.group_may_split[p.worker_group] if p.groups else np.zeros(p.workers, bool)
    np.maximum.at(last_ready, p.worker_group[tied], p.worker_ready[tied])
    for i in np.flatnonzero(on_foot).tolist():
        w = int(who[i])
        minutes[i] = walk.get((int(p.worker_township[w]), int(park[i])), -1)
        leaves[i] = last_ready[p.worker_group[w]] if tied[w] else p.worker_ready[w]
        reaches[i] = leaves[i] + minutes[i]


def _calls(p: Problem, leg_count: Ints, legs: Ints) -> tuple[Ints, Ints, Bools]:
    """[n, 3] boarding and alighting calls (0 where there is no leg), and whether all legs can be read."""
    used = np.arange(3) < leg_count[:, None]
    trip, a, b = legs[:, :, 0], legs[:, :, 1], legs[:, :, 2]
    known = (trip >= 0) & (trip < p.trips)
    safe = np.where(known, trip, 0)
    length = np.diff(p.call_start)[safe] if p.trips else np.zeros_like(trip)
    fine: Bools = known & (a >= 0) & (a < b) & (b < length)
    start = p.call_start[safe] if p.trips else np.zeros_like(trip)
    keep = used & fine
    return np.where(keep, start + a, 0), np.where(keep, start + b, 0), np.asarray((fine | ~used).all(axis=1))


def _posts(p: Problem, job: Ints, out: Checked) -> None:
    taken = np.bincount(job, minlength=p.jobs)
    full = np.flatnonzero(taken > p.job_headcount)
    out.blame("more workers than posts", "job", full, [f"{taken[j]} of {p.job_headcount[j]}" for j in full])


def _seats(p: Problem, who: Ints, leg_count: Ints, legs: Ints, out: Checked) -> None:
    if not p.trips:
        return
    width = int(np.diff(p.call_start).max()) + 1
    load = np.zeros((p.trips, width), np.int64)
    for k in range(3):
        rider = who[leg_count[who] > k]
        trip, a, b = legs[rider, k, 0], legs[rider, k, 1], legs[rider, k, 2]
        np.add.at(load, (trip, a), 1)
        np.add.at(load, (trip, b), -1)
    load = np.cumsum(load, axis=1)
    over = np.argwhere(load > p.trip_capacity[:, None])
    out.blame("more passengers than seats", "trip", over[:, 0],
              [f"part {s}: {load[t, s]} of {p.trip_capacity[t]}" for t, s in over])


def _together(p: Problem, job: Ints, leg_count: Ints, legs: Ints, out: Checked) -> None:
    """Members of a group that may not split have the same legs and the same park, or none of them has anything."""
    if not p.groups:
        return
    inside = np.flatnonzero(p.worker_group >= 0)
    inside = inside[~p.group_may_split[p.worker_group[inside]]]
    placed = (job[inside] >= 0) & (job[inside] < p.jobs)
    park = np.where(placed, p.job_park[np.where(placed, job[inside], 0)] if p.jobs else -1, -1)
    count = np.where(placed, leg_count[inside], -1)
    ridden = np.where((np.arange(3) < count[:, None])[:, :, None], legs[inside], -1)
    rows = np.column_stack((park, count, ridden.reshape(len(inside), 9)))
    head = np.full(p.groups, -1)
    head[p.worker_group[inside][::-1]] = np.arange(len(inside))[::-1]
    differs = (rows != rows[head[p.worker_group[inside]]]).any(axis=1)
    out.blame("group split", "group", np.unique(p.worker_group[inside[differs]]))
