"""Better prices, step by step: adaptive subgradients of the Lagrangian dual.

Each step asks what would be bought at the prices and moves them along the excess, each scaled by the root of its
running mean square, so that trunk seats wanted by hundreds and posts wanted by one move alike. The step shrinks by a
fixed schedule; the best bound and its prices are kept.
"""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.problem import Mode
from dispatch.matching.search import Search

FIRST_STEP, LAST_STEP = 200.0, 1.0  # points
STEPS = 300
MEMORY = 0.9  # of the running mean square
SEAT_WORTH = 1000.0  # where trunk prices start: a seat brings about one person


def starting_prices(s: Search) -> NDArray[np.float64]:
    """[C] a seat's worth on the longest part of every bus and train, nothing elsewhere."""
    p, price = s.model.problem, np.zeros(len(s.model.capacity))
    for t in np.flatnonzero((p.trip_mode == Mode.BUS) | (p.trip_mode == Mode.TRAIN)):
        a, b = p.call_start[t], p.call_start[t + 1]
        if b - a > 1:
            price[a + np.argmax(p.call_arrive[a + 1 : b] - p.call_depart[a : b - 1])] = SEAT_WORTH
    return price


def improve_prices(s: Search) -> None:
    """Run the whole schedule; leaves the best prices in s.part_price and s.job_price, their bound in s.bound."""
    part, job = starting_prices(s), np.zeros(len(s.job_price))
    part_square, job_square = np.full(len(part), 1e-9), np.full(len(job), 1e-9)
    for k in range(STEPS):
        bound, seats, posts = s.market.demand(part, job)
        if s.bound is None or bound < s.bound:
            s.bound, s.part_price, s.job_price = bound, part.copy(), job.copy()
        step = FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (k / STEPS)
        part = _moved(part, seats - s.data.capacity, part_square, step)
        job = _moved(job, posts - s.data.headcount, job_square, step)
        s.step(len(s.model.units))


def _moved(price: NDArray[np.float64], excess: NDArray[np.float64], square: NDArray[np.float64],
           step: float) -> NDArray[np.float64]:
    """The prices after one step; `square` is brought up to date in place."""
    square *= MEMORY
    square += (1 - MEMORY) * excess * excess
    return np.maximum(0.0, price + step * excess / np.sqrt(square))
