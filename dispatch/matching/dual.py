"""Better prices: adaptive subgradients with momentum on the Lagrangian dual.

Each step asks what would be bought at the prices and moves them along a running mean of the excess, each scaled by the
root of its running mean square, so that trunk seats wanted by hundreds and posts wanted by one move alike. The mean
keeps a direction on which single answers are noise: seats of one kind and posts of one kind that only together have the
right price. The step shrinks by a fixed schedule.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.problem import Mode
from dispatch.matching.search import Search


class Schedule(NamedTuple):
    """`steps` from `first` points down to `last`; `memory` of the running mean square of the excess."""

    steps: int
    first: float
    last: float
    memory: float


FAR = Schedule(800, 400.0, 0.2, 0.98)  # from a start that may be far away
NEAR = Schedule(240, 10.0, 0.1, 0.95)  # where a step is dear: most large problems start near their prices
MANY_UNITS = 30_000
MOMENTUM = 0.9
SEAT_WORTH = 1000.0  # where trunk prices start: a seat brings about one person


def starting_prices(s: Search) -> NDArray[np.float64]:
    """[C] a seat's worth on the longest part of every bus and train, nothing elsewhere."""
    p, price = s.model.problem, np.zeros(len(s.model.capacity))
    for t in np.flatnonzero((p.trip_mode == Mode.BUS) | (p.trip_mode == Mode.TRAIN)):
        a, b = p.call_start[t], p.call_start[t + 1]
        if b - a > 1:
            price[a + np.argmax(p.call_arrive[a + 1 : b] - p.call_depart[a : b - 1])] = SEAT_WORTH
    return price


def ask(s: Search, part: NDArray[np.float64], job: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is bought beyond what there is, parts before jobs; keeps the prices if they prove a better bound."""
    bound, seats, posts = s.market.demand(part, job)
    bound -= s.bonus
    if s.bound is None or bound < s.bound:
        s.bound, s.part_price, s.job_price = bound, part.copy(), job.copy()
    return np.concatenate((seats, posts))


def improve_prices(s: Search, until: float, schedule: Schedule) -> None:
    """A schedule from the starting prices; leaves the best prices in s.

    Where the clock would pass its share `until` before the last step, the steps shrink faster and end there.
    """
    begun = s.clock.share()
    parts = len(s.model.capacity)
    price = np.concatenate((starting_prices(s), np.zeros(len(s.job_price))))
    mean, square = np.zeros(len(price)), np.full(len(price), 1e-9)
    for k in range(schedule.steps):
        excess = ask(s, price[:parts], price[parts:])
        mean += (1 - MOMENTUM) * (excess - mean)
        square += (1 - schedule.memory) * (excess * excess - square)
        done = max(k / schedule.steps, s.used(begun, until))
        if done == 1:
            break
        price = np.maximum(0.0, price + schedule.first * (schedule.last / schedule.first) ** done * mean / np.sqrt(square))
        s.step(len(s.model.units))
