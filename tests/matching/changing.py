"""Changes and placings put into effect, for the checker to judge: a problem with a change, a plan with one unit more."""

from collections.abc import Iterable

import numpy as np

from dispatch.matching.changes import Change, Kind
from dispatch.matching.check import Checked, check
from dispatch.matching.problem import Problem
from dispatch.matching.rules import county_of
from dispatch.matching.situation import Placing, Situation
from tests.matching.small import changed


def with_changes(p: Problem, changes: Iterable[Change]) -> Problem:
    """The problem after these changes and no others."""
    new = {
        k: getattr(p, k).copy()
        for k in ("trip_capacity", "worker_ready", "job_start_by", "worker_min_wage", "group_may_split", "job_headcount")
    }
    admits = [tuple(row) for row in p.admits.reshape(-1, 3).tolist()]
    for c in changes:
        match c.kind:
            case Kind.SEATS:
                new["trip_capacity"][c.trip] += c.amount
            case Kind.READY:
                new["worker_ready"][c.worker] -= c.amount
            case Kind.DEADLINE:
                new["job_start_by"][c.job] += c.amount
            case Kind.YUAN:
                new["worker_min_wage"][c.worker] -= c.amount
            case Kind.SPLIT:
                new["group_may_split"][p.worker_group[c.worker]] = True
            case Kind.CLEARANCE:
                county = int(county_of(p)[p.worker_township[c.worker]])
                admits.append((county, c.district, int(p.worker_clearance[c.worker])))
            case Kind.POSTS:
                new["job_headcount"][c.job] += c.amount
    return changed(p, **new, admits=np.array(sorted(set(admits)), np.int32).reshape(-1, 3))


def placed(p: Problem, s: Situation, placing: Placing) -> Checked:
    """The plan of `s` with these people moved to this placing and nobody else, judged against `p`."""
    job, count, legs = s.job.copy(), s.leg_count.copy(), s.legs.copy()
    for w, j, mine in zip(placing.workers, placing.jobs, placing.legs, strict=True):
        job[w], count[w], legs[w] = j, len(mine), -1
        for k, leg in enumerate(mine):
            legs[w, k] = leg
    return check(p, job, count, legs)


def situation(p: Problem, result: object) -> Situation:
    """The situation of a Result."""
    return Situation(p, *(getattr(result, k) for k in ("job", "leg_count", "legs")))
