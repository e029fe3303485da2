"""Better plans: soft sweeps at the prices, then rules enforced and gaps refilled; again and again.

In a soft sweep a unit sees max(0, price + rho * (use + 1/2 - capacity)), the slope of the price's linear and the
overuse's quadratic term (an augmented Lagrangian, minimised unit by unit). rho rises over a round from near nothing,
where everybody sits at one of the best options, to where overuse does not pay.
"""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import Plan
from dispatch.matching.dual import ONWARD, improve_prices
from dispatch.matching.search import Search
from dispatch.matching.sweeps import drop_overuse

PART_RHO, JOB_RHO = 2.0, 40.0  # points a head of overuse
FIRST_RHO, LAST_RHO, AGAIN_RHO = 0.06, 6.0, 0.3  # factors on these
PACE = 0.7  # of the step that the multipliers take after a sweep
SWEEPS = 64  # in a round
REPAIR_EVERY = 4
LARGE, LARGE_SWEEPS, LARGE_FIRST_RHO = 30_000, 16, 0.2  # a sweep takes long: fewer in a round, each one repaired
HURRIED_UNTIL = 0.95  # share of the clock
AIM_HIGHER = 0.3  # of those whom a repair leaves a floor lacking, the sweeps then aim for so many more
GIVE_UP = 3  # rounds without a better plan
WIDE, AFRESH = 0.0005, 0.35  # gap after a round that bids to look for better prices, and how much of the time left for that


def soft_plan(s: Search) -> Plan:
    """An empty plan at the current prices, with a slope for every part and job."""
    plan = s.priced_plan()
    plan.part_rho[:] = PART_RHO / np.maximum(1, s.data.capacity) ** 0.2
    plan.job_rho[:] = JOB_RHO / np.maximum(1, s.data.headcount) ** 0.5
    return plan


def improve_plan(s: Search, rng: np.random.Generator, rounds: int = 1_000_000, until: float = 1.0) -> bool:
    """Rounds of soft sweeps, each round from the plan before; True when the gap asked for was reached.

    No round begins after the clock's share `until`.
    """
    large = len(s.model.units) > LARGE
    sweeps, repair_every = (LARGE_SWEEPS, 1) if large else (SWEEPS, REPAIR_EVERY)
    plan, first, idle = soft_plan(s), LARGE_FIRST_RHO if large else FIRST_RHO, 0
    for _ in range(rounds):
        before, begun = (s.short, -s.best_score), s.clock.share()
        if begun >= until:
            return False
        plan.part_price[:], plan.job_price[:] = s.part_price, s.job_price
        s.charge(s.floors.price)
        for k in range(sweeps):
            # A round that the clock would cut short hurries on: at a low rho nobody gives way yet.
            done = max(k / (sweeps - 1), s.used(begun, HURRIED_UNTIL * until))
            rho = first * (LAST_RHO / first) ** done
            s.sweep(plan, rng.permutation(len(s.model.units)), rho)
            follow(s, plan, rho)
            if k % repair_every == repair_every - 1:
                lacking = repair(s, plan)
                s.floors.aim = s.floors.aim + AIM_HIGHER * lacking
                if s.closed():
                    return True
        if not large and s.gap() > WIDE:
            improve_prices(s, s.left(AFRESH), ONWARD)
        idle = 0 if (s.short, -s.best_score) < before else idle + 1
        if idle == GIVE_UP:
            return False
        first = AGAIN_RHO
    return False


def follow(s: Search, plan: Plan, rho: float) -> None:
    """The multipliers' step: where the plan uses more than there is, the price rises, where less, it falls."""
    plan.part_price[:] = np.maximum(0.0, plan.part_price + PACE * rho * plan.part_rho * (plan.part_use - s.data.capacity))
    plan.job_price[:] = np.maximum(0.0, plan.job_price + PACE * rho * plan.job_rho * (plan.job_use - s.data.headcount))
    if len(s.floors):
        lacking = s.floors.aim - s.floors.placed(plan, s.model.units.start)
        s.charge(np.maximum(0.0, s.charged + PACE * rho * s.floors.rho * lacking))


def repair(s: Search, soft: Plan) -> NDArray[np.int64]:
    """Offer the plan that is left of `soft` when overuse is dropped and the seats and posts still free are filled.

    Returns whom it lacks to the floors, by county.
    """
    s.value(soft)
    size = np.diff(s.model.units.start)
    order: NDArray[np.int64] = np.argsort(s.worth / size, kind="stable")
    plan = Plan(*[a.copy() for a in soft])
    drop_overuse(s.data, plan, order)
    out = order[::-1][plan.journey[order[::-1]] < 0]
    try:
        s.sweep(plan, out, 0.0)
    finally:
        s.offer(plan)
    return s.lacking(plan)
