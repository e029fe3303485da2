"""A problem taken apart into smaller ones, and their results added up to one of the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.assemble import part_starts
from dispatch.matching.parts import Parts
from dispatch.matching.pins import Kind, Pin
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before
from dispatch.matching.result import Reason, Result
from dispatch.matching.rules import admitted, county_of, district_of, minor

LISTS = ("worker_occupation_start", "worker_occupation")
ENDINGS = ("optimal", "work", "seconds", "cancelled")  # the whole ended as that of its parts did that stands last here


@dataclass(frozen=True, eq=False)
class Rows:
    """Which rows of the whole a smaller problem has, each in rising order. Its places and trades are those of the whole."""

    workers: NDArray[np.int32]
    jobs: NDArray[np.int32]
    trips: NDArray[np.int32]


def rows_of(parts: Parts) -> list[Rows]:
    """The rows of each part."""
    split = [_split(of, parts.count) for of in (parts.worker, parts.job, parts.trip)]
    return [Rows(*rows) for rows in zip(*split, strict=True)]


def _split(part: NDArray[np.integer], count: int) -> list[NDArray[np.int32]]:
    order = np.argsort(part, kind="stable").astype(np.int32)
    return np.split(order, np.searchsorted(part[order], np.arange(1, count)))


def sub_problem(p: Problem, rows: Rows) -> Problem:
    """The problem of these rows alone. A kept job that is not among them is one that its worker cannot get to."""
    columns: dict[str, Any] = {}
    of = {"worker": rows.workers, "job": rows.jobs, "trip": rows.trips}
    for name in (f.name for f in fields(p) if f.name not in LISTS):
        taken, values = of.get(name.split("_")[0]), getattr(p, name)
        if taken is not None:
            columns[name] = [values[k] for k in taken.tolist()] if name.endswith("_ids") else values[taken]
    groups, columns["worker_group"] = _dense(columns["worker_group"])
    columns["worker_reserved_job"] = _position(rows.jobs, p.jobs)[columns["worker_reserved_job"]]
    columns["worker_occupation_start"], columns["worker_occupation"] = _lists(
        p.worker_occupation_start, rows.workers, p.worker_occupation)
    for name in ("call_place", "call_arrive", "call_depart"):
        columns["call_start"], columns[name] = _lists(p.call_start, rows.trips, getattr(p, name))
    return replace(p, **columns, group_may_split=p.group_may_split[groups])


def _position(rows: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """[count + 1] where each row of the whole is among `rows`; -1 where it is not, and for -1."""
    out = np.full(count + 1, -1, np.int32)
    out[rows] = np.arange(len(rows))
    return out


def _dense(group: NDArray[np.integer]) -> tuple[NDArray[np.integer], NDArray[np.int32]]:
    """The groups that are left, and everybody's number among them; -1 none."""
    groups = np.unique(group[group >= 0])
    return groups, np.where(group >= 0, np.searchsorted(groups, group), -1).astype(np.int32)


def _lists(start: NDArray[np.integer], rows: NDArray[np.int32], values: NDArray[Any],
           ) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Starts and values of the lists of some rows, one after the other."""
    length = np.diff(start)[rows]
    begin = np.concatenate(([0], np.cumsum(length))).astype(np.int32)
    at = np.arange(begin[-1]) + np.repeat(start[rows] - begin[:-1], length)
    return begin, values[at]


def sub_pins(p: Problem, rows: Rows, pins: Sequence[Pin]) -> list[Pin]:
    """The pins of these workers. Whoever is barred from what is not among the rows cannot get there anyway."""
    worker, job, trip = (_position(of, n).tolist() for of, n in
                         ((rows.workers, p.workers), (rows.jobs, p.jobs), (rows.trips, p.trips)))
    mine = [replace(x, worker=worker[x.worker], job=job[x.job], trip=trip[x.trip],
                    legs=tuple((trip[t], a, b) for t, a, b in x.legs)) for x in pins if worker[x.worker] >= 0]
    return [x for x in mine if (x.kind is not Kind.NOT_JOB or x.job >= 0) and (x.kind is not Kind.NOT_TRIP or x.trip >= 0)]


def sub_before(p: Problem, rows: Rows, before: Before) -> Before:
    """The plan before, of these workers. Who had what is not among the rows has lost it."""
    count, legs = before.leg_count[rows.workers], before.legs[rows.workers].copy()
    used = np.arange(legs.shape[1]) < count[:, None]
    legs[:, :, 0] = np.where(used, _position(rows.trips, p.trips)[np.where(used, legs[:, :, 0], -1)], -1)
    job = _position(rows.jobs, p.jobs)[before.job[rows.workers]]
    job[(used & (legs[:, :, 0] < 0)).any(axis=1)] = -1
    return Before(job, np.where(job >= 0, count, 0).astype(np.int8), legs)


def join(p: Problem, pieces: Sequence[tuple[Rows, Result]], pinned: Iterable[int] = ()) -> Result:
    """One result of the whole, from those of pieces that have each row once.

    Score, bound, work and seconds are added up in the order of the pieces. `pinned` are workers of whom pins speak: their
    reasons stay as they are.
    """
    starts = part_starts(p)
    whole = Result(
        np.full(p.workers, -1, np.int32), np.zeros(p.workers, np.int8), np.full((p.workers, 3, 3), -1, np.int32),
        np.full(p.workers, -1, np.int32), np.full(p.workers, -1, np.int32), float(sum(r.score for _, r in pieces)),
        _sum([r.bound for _, r in pieces]), np.zeros(p.jobs), np.zeros(int(starts[-1])), starts,
        np.zeros(p.workers, np.int8), max((r.stopped_by for _, r in pieces), key=ENDINGS.index),
        _phases([r for _, r in pieces]), sum(r.work for _, r in pieces))
    for rows, r in pieces:
        _write(whole, rows, r)
    _look_elsewhere(p, whole.reason, np.fromiter(pinned, np.int64))
    return whole


def _sum(bounds: Sequence[float | None]) -> float | None:
    known = [b for b in bounds if b is not None]
    return float(sum(known)) if len(known) == len(bounds) else None


def _phases(results: Sequence[Result]) -> dict[str, float]:
    out: dict[str, float] = {}
    for r in results:
        for phase, seconds in r.phases.items():
            out[phase] = out.get(phase, 0.0) + seconds
    return out


def _write(whole: Result, rows: Rows, r: Result) -> None:
    """One piece's rows into the arrays of the whole."""
    jobs, trips = np.append(rows.jobs, -1), np.append(rows.trips, -1)
    legs = r.legs.copy()
    legs[:, :, 0] = trips[legs[:, :, 0]]
    for to, values in ((whole.job, jobs[r.job]), (whole.leg_count, r.leg_count), (whole.legs, legs),
                       (whole.leaves, r.leaves), (whole.reaches, r.reaches), (whole.reason, r.reason)):
        to[rows.workers] = values
    whole.job_price[rows.jobs] = r.job_price
    length = np.diff(r.part_start)
    whole.part_price[np.repeat(whole.part_start[rows.trips] - r.part_start[:-1], length) + np.arange(len(r.part_price))] = (
        r.part_price)


def _look_elsewhere(p: Problem, reason: NDArray[np.int8], pinned: NDArray[np.int64]) -> None:
    """Whoever fits no posting of the own piece may fit one of another, which cannot be reached: that is the reason then."""
    found = np.isin(reason, (Reason.NO_ELIGIBLE_POSTING, Reason.CLEARANCE_NOT_ADMITTED))
    found[pinned] = False
    if not found.any():
        return
    district, of_park = np.unique(district_of(p)[p.job_park], return_inverse=True)
    dearest = _dearest(p, of_park, len(district))
    county, minors, helps = county_of(p)[p.worker_township], minor(p), p.related | np.eye(len(p.related), dtype=bool)
    for w in np.flatnonzero(found).tolist():
        fits, kept = np.zeros(len(district), bool), int(p.worker_reserved_job[w])
        if p.worker_open_to_other[w]:
            skills = p.worker_occupation[p.worker_occupation_start[w] : p.worker_occupation_start[w + 1]]
            trades = np.append(helps[skills].any(axis=0), True)
            fits = dearest[int(minors[w]), trades].max(axis=0) >= p.worker_min_wage[w]
        if kept >= 0 and (p.job_minors_allowed[kept] or not minors[w]):
            fits[of_park[kept]] = True
        if fits.any():
            let_in = admitted(p, int(county[w]), int(p.worker_clearance[w]), district[fits]).any()
            reason[w] = Reason.NO_JOURNEY_IN_TIME if let_in else Reason.CLEARANCE_NOT_ADMITTED


def _dearest(p: Problem, district: NDArray[np.intp], districts: int) -> NDArray[np.int32]:
    """[2, O + 1, districts] the best wage of an open job, of those alone that take minors in the second; -1 none."""
    out = np.full((2, len(p.related) + 1, districts), -1, np.int32)
    for least in (0, 1):
        here = ~p.job_reserved & (p.job_headcount > 0) & (p.job_minors_allowed | (least == 0))
        np.maximum.at(out[least], (p.job_occupation[here], district[here]), p.job_wage[here])
    return out


def together(parts: Parts, least: int) -> Parts:
    """Parts put together, in their order, until each has at least `least` people: what is worth a task of its own."""
    number, task, waiting = np.zeros(parts.count, np.int32), 0, 0
    people = parts.people.tolist()
    for k, here in enumerate(people):
        number[k], waiting = task, waiting + here
        if waiting >= least and sum(people[k + 1 :]) >= least:
            task, waiting = task + 1, 0
    return Parts(task + 1, number[parts.worker], number[parts.job], number[parts.trip])


def parts_among(parts: Parts, rows: Rows) -> Parts:
    """The parts to which these rows belong, counted anew."""
    numbers = np.unique(parts.worker[rows.workers])
    return Parts(len(numbers), *(np.searchsorted(numbers, of).astype(np.int32) for of in
                                 (parts.worker[rows.workers], parts.job[rows.jobs], parts.trip[rows.trips])))
