"""Better plans: soft sweeps at the prices, then rules enforced and gaps refilled; again and again."""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import Plan
from dispatch.matching.search import Search
from dispatch.matching.sweeps import drop_overuse

RHO = 7.0  # points a head of overuse
ROUNDS = 12


def improve_plan(s: Search, rng: np.random.Generator) -> None:
    """Rounds of one soft sweep and one repair."""
    plan = s.priced_plan()
    for _ in range(ROUNDS):
        excess_part = plan.part_use + 1 - s.data.capacity
        excess_job = plan.job_use + 1 - s.data.headcount
        s.market.fill(np.maximum(0.0, plan.part_price + RHO * excess_part),
                      np.maximum(0.0, plan.job_price + RHO * excess_job))
        s.sweep(plan, rng.permutation(len(s.model.units)), RHO)
        repair(s, plan)


def repair(s: Search, soft: Plan) -> None:
    """Offer the plan that is left of `soft` when overuse is dropped and the seats and posts still free are filled."""
    s.value(soft)
    size = np.diff(s.model.units.start)
    order: NDArray[np.int64] = np.argsort(s.worth / size, kind="stable")
    plan = Plan(*[a.copy() for a in soft])
    drop_overuse(s.data, plan, order)
    s.market.fill(plan.part_price, plan.job_price)
    out = order[::-1][plan.journey[order[::-1]] < 0]
    try:
        s.sweep(plan, out, 0.0)
    finally:
        s.offer(plan)
