"""From the search's arrays to a Result, person by person."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import Plan
from dispatch.matching.model import Model
from dispatch.matching.objective import POINTS_AN_HOUR
from dispatch.matching.problem import Problem
from dispatch.matching.result import Clock, Floor, Result
from dispatch.matching.search import Search


def part_starts(p: Problem) -> NDArray[np.int32]:
    """[T+1] where each trip's parts start: a trip of n calls has n - 1 parts."""
    return np.concatenate(([0], np.cumsum(np.maximum(np.diff(p.call_start) - 1, 0)))).astype(np.int32)


def make_result(m: Model, plan: Plan, score: float, bound: float | None, part_price: NDArray[np.float64],
                job_price: NDArray[np.float64], reason: NDArray[np.int8], stopped_by: str, phases: dict[str, float],
                clock: Clock, floors: Sequence[Floor] = (), without_floor: float | None = None) -> Result:
    """`part_price` is by call [C], as the search keeps it."""
    p, u = m.problem, m.units
    job, count = np.full(p.workers, -1, np.int32), np.zeros(p.workers, np.int8)
    legs = np.full((p.workers, 3, 3), -1, np.int32)
    leaves, reaches = np.full(p.workers, -1, np.int32), np.full(p.workers, -1, np.int32)
    unit = np.repeat(np.arange(len(u)), np.diff(u.start))
    in_plan = plan.journey[unit] >= 0
    who, unit = u.member[in_plan], unit[in_plan]
    ride = plan.journey[unit]
    job[who] = plan.job[in_plan]
    leaves[who], reaches[who] = m.journeys.leave[ride], m.journeys.reach[ride]
    board, alight = m.journeys.board[ride], m.journeys.alight[ride]
    count[who] = (board >= 0).sum(axis=1)
    for k in range(3):
        some = board[:, k] >= 0
        trip = m.network.call_trip[board[some, k]]
        legs[who[some], k] = np.column_stack((trip, board[some, k] - p.call_start[trip],
                                              alight[some, k] - p.call_start[trip]))
    walk = count[who] == 0
    minutes = np.rint(-m.journeys.value[ride[walk]].astype(float) * 60 / POINTS_AN_HOUR).astype(np.int32)
    leaves[who[walk]] = u.ready[unit[walk]]
    reaches[who[walk]] = leaves[who[walk]] + minutes
    last = np.zeros(p.calls, bool)
    last[p.call_start[1:][np.diff(p.call_start) > 0] - 1] = True
    return Result(job, count, legs, leaves, reaches, score, bound, job_price.copy(), part_price[~last],
                  part_starts(p), reason, stopped_by, phases, clock.work, floors, without_floor)


def floors_kept(s: Search) -> tuple[Sequence[Floor], float | None]:
    """How each county's floor was kept, and the score without floors where some were asked for."""
    if s.without_floor is None or s.best is None:
        return (), None
    f = s.floors
    rows = zip(f.counties.tolist(), f.able.tolist(), f.least.tolist(), f.placed(s.best, s.model.units.start).tolist(),
               f.price.tolist(), strict=True)
    return [Floor(*row) for row in rows], s.without_floor


def nothing(p: Problem, reason: NDArray[np.int8], stopped_by: str, phases: dict[str, float], clock: Clock) -> Result:
    """The empty plan, which keeps every rule; where it is the only one, nothing is proven by no prices."""
    starts, bound = part_starts(p), None if p.workers and p.jobs else 0.0
    return Result(np.full(p.workers, -1, np.int32), np.zeros(p.workers, np.int8),
                  np.full((p.workers, 3, 3), -1, np.int32), np.full(p.workers, -1, np.int32),
                  np.full(p.workers, -1, np.int32), 0.0, bound, np.zeros(p.jobs), np.zeros(int(starts[-1])), starts,
                  reason, stopped_by, phases, clock.work)
