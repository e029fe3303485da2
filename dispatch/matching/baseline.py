"""First come, first served: what an office does by hand, and the measure that every plan is held against."""

import numpy as np

from dispatch.matching.assemble import make_result, nothing
from dispatch.matching.explain import reasons
from dispatch.matching.model import build_model
from dispatch.matching.problem import Problem
from dispatch.matching.result import Clock, Parameters, Result, Stop
from dispatch.matching.search import Search


def first_come_first_served(problem: Problem) -> Result:
    """Units in the order of the list; each gets the best option that is left, for good."""
    clock = Clock(Stop())
    if not problem.workers or not problem.jobs:
        return nothing(problem, np.full(problem.workers, 2, np.int8), "optimal", {}, clock)
    s = Search(build_model(problem, clock.check), clock, Parameters(threads=1), None, {})
    serve(s)
    assert s.best is not None
    return make_result(s.model, s.best, s.best_score, None, s.part_price, s.job_price,
                       reasons(s.model, s.data, s.best, s.market), "optimal", s.phases, clock)


def serve(s: Search) -> None:
    """Make the plan, with all prices at zero, and offer it."""
    plan = s.priced_plan()
    try:
        s.sweep(plan, np.arange(len(s.model.units)), 0.0)
    finally:
        s.offer(plan)
