"""First come, first served: what an office does by hand, and the measure that every plan is held against."""

from collections.abc import Sequence

import numpy as np

from dispatch.matching.assemble import make_result, nothing
from dispatch.matching.explain import reasons
from dispatch.matching.holding import hold
from dispatch.matching.model import build_model
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.result import Clock, Parameters, Result, Stop
from dispatch.matching.search import Search


def first_come_first_served(problem: Problem, pins: Sequence[Pin] = ()) -> Result:
    """Units in the order of the list, after those pinned to go; each gets the best option that is left, for good."""
    clock = Clock(Stop())
    if not problem.workers or not problem.jobs:
        return nothing(problem, np.full(problem.workers, 2, np.int8), "optimal", {}, clock)
    s = Search(build_model(problem, clock.check, pins), clock, Parameters(threads=1), None, {})
    serve(s)
    assert s.best is not None
    return make_result(s.model, s.best, s.best_score, None, s.part_price, s.job_price,
                       reasons(s.model, s.data, s.best, s.market), "optimal", s.phases, clock)


def serve(s: Search) -> None:
    """Make the plan, with all prices at zero, and offer it."""
    plan = hold(s)
    try:
        s.sweep(plan, np.flatnonzero(plan.journey < 0), 0.0)
    finally:
        s.offer(plan)
