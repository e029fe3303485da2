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
    onward: bool = False  # from the best prices so far


FAR = Schedule(800, 400.0, 0.2, 0.98)  # from a start that may be far away
NEAR = Schedule(240, 10.0, 0.1, 0.95)  # where a step is dear: most large problems start near their prices
FLOORED = Schedule(240, 10.0, 0.1, 0.95, onward=True)  # once more, from prices that are near but for those of the floors
FLOOR_STEPS = 10.0  # how much longer the steps of floors' prices are than others'
ONWARD = Schedule(400, 10.0, 0.1, 0.98, onward=True)  # from prices that another schedule left short of the best
MANY_UNITS = 30_000
LEAST_WORK = 20  # of a step; a unit costs a tenth of what it does in a sweep
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


def ask(s: Search, price: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is bought beyond what there is, and who lacks to the floors; keeps the prices if they prove a better bound.

    `price` and the answer: parts, jobs, floors.
    """
    part, job, floor = np.split(price, np.cumsum((len(s.part_price), len(s.job_price))))
    s.charge(floor)
    bound, seats, posts = s.market.demand(part, job)
    bound -= s.bonus + float(floor @ s.floors.least)
    if s.bound is None or bound < s.bound:
        s.bound, s.part_price, s.job_price, s.floors.price = bound, part.copy(), job.copy(), floor.copy()
    return np.concatenate((seats, posts, s.floors.least - s.floors.counted(s.market.goes, s.model.units.start)))


def improve_prices(s: Search, until: float, schedule: Schedule) -> None:
    """A schedule from the starting prices, or onward from the best so far; leaves the best prices in s.

    Where the clock would pass its share `until` before the last step, the steps shrink faster and end there.
    """
    begun = s.clock.share()
    start = (s.part_price, s.job_price) if schedule.onward else (starting_prices(s), np.zeros(len(s.job_price)))
    price = np.concatenate((*start, s.floors.price))
    mean, square = np.zeros(len(price)), np.full(len(price), 1e-9)
    length = np.append(np.ones(len(price) - len(s.floors)), np.full(len(s.floors), FLOOR_STEPS))
    for k in range(schedule.steps):
        excess = ask(s, price)
        mean += (1 - MOMENTUM) * (excess - mean)
        square += (1 - schedule.memory) * (excess * excess - square)
        done = max(k / schedule.steps, s.used(begun, until))
        if done == 1:
            break
        step = schedule.first * (schedule.last / schedule.first) ** done
        price = np.maximum(0.0, price + step * length * mean / np.sqrt(square))
        s.step(min(len(s.model.units), LEAST_WORK + len(s.model.units) // 10))
