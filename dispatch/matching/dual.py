"""Better prices: adaptive subgradients of the Lagrangian dual, then column generation unless the problem is large.

Each subgradient step asks what would be bought at the prices and moves them along the excess, each scaled by the root
of its running mean square, so that trunk seats wanted by hundreds and posts wanted by one move alike. The step shrinks
by a fixed schedule. What was bought on the way becomes the pool of the first master (master.py); each master's prices
are priced in turn, themselves and mixed with the best so far, and what is bought at them joins the pool.
"""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.columns import Columns, merged, near_best
from dispatch.matching.master import solve_master
from dispatch.matching.problem import Mode
from dispatch.matching.search import Search

FIRST_STEP, LAST_STEP = 400.0, 1.0  # points
STEPS = 300
LARGE_FIRST_STEP, LARGE_LAST_STEP = 10.0, 0.5  # a large problem starts near its prices and can pay for few steps
LARGE_STEPS, LARGE_MEMORY = 100, 0.95
FEWEST_STEPS, LATEST = 160, 0.6  # steps that are taken even past the time for prices, up to this share
MEMORY = 0.98  # of the running mean square
SEAT_WORTH = 1000.0  # where trunk prices start: a seat brings about one person
MOST_UNITS = 30_000  # above, a master takes longer than it is worth
ROUNDS = 8
CLOSED = 2e-5  # relative distance of bound and master at which prices are good enough
MIXES = (1.0, 0.8, 0.6, 0.4, 0.2)
NEAR = 1.0  # points below a unit's best that are still put into the pool


def starting_prices(s: Search) -> NDArray[np.float64]:
    """[C] a seat's worth on the longest part of every bus and train, nothing elsewhere."""
    p, price = s.model.problem, np.zeros(len(s.model.capacity))
    for t in np.flatnonzero((p.trip_mode == Mode.BUS) | (p.trip_mode == Mode.TRAIN)):
        a, b = p.call_start[t], p.call_start[t + 1]
        if b - a > 1:
            price[a + np.argmax(p.call_arrive[a + 1 : b] - p.call_depart[a : b - 1])] = SEAT_WORTH
    return price


def ask(s: Search, part: NDArray[np.float64], job: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """What is bought beyond what there is, of parts and of jobs; keeps the prices if they prove a better bound."""
    bound, seats, posts = s.market.demand(part, job)
    if s.bound is None or bound < s.bound:
        s.bound, s.part_price, s.job_price = bound, part.copy(), job.copy()
    return (seats - s.data.capacity).astype(float), (posts - s.data.headcount).astype(float)


def improve_prices(s: Search, until: float) -> Columns | None:
    """The subgradient schedule, as far as the clock's share `until`; leaves the best prices in s.

    Returns the pool for a first master, or None where the problem is too large for one.
    """
    part, job = starting_prices(s), np.zeros(len(s.job_price))
    large = len(s.model.units) > MOST_UNITS
    steps, first, last, memory = ((LARGE_STEPS, LARGE_FIRST_STEP, LARGE_LAST_STEP, LARGE_MEMORY) if large else
                                  (STEPS, FIRST_STEP, LAST_STEP, MEMORY))
    part_square, job_square = np.full(len(part), 1e-9), np.full(len(job), 1e-9)
    pool: Columns | None = None
    for k in range(steps):
        more_seats, more_posts = ask(s, part, job)
        if not large and k >= steps // 2 and k % 2 == 0:
            bought = near_best(s.market, job, NEAR)
            pool = merged(pool, bought) if pool is not None else bought
        step = first * (last / first) ** (k / steps)
        if large:  # the running mean starts at nothing: without this the first steps are several times too long
            step *= (1 - memory ** (k + 1)) ** 0.5
        part = _moved(part, more_seats, part_square, step, memory)
        job = _moved(job, more_posts, job_square, step, memory)
        s.step(len(s.model.units))
        if s.clock.share() > (until if k >= FEWEST_STEPS else LATEST):
            break
    return pool


def _moved(price: NDArray[np.float64], excess: NDArray[np.float64], square: NDArray[np.float64], step: float,
           memory: float) -> NDArray[np.float64]:
    """The prices after one step; `square` is brought up to date in place."""
    square *= memory
    square += (1 - memory) * excess * excess
    return np.maximum(0.0, price + step * excess / np.sqrt(square))


def close_prices(s: Search, pool: Columns, until: float) -> Columns:
    """Masters and pricing in turn, until bound and master meet or the clock's share passes `until`.

    Returns the pool.
    """
    for _ in range(ROUNDS):
        if s.clock.share() > until:
            break
        mix = solve_master(s, pool, until)
        s.step(4 * len(pool))
        if mix is None:
            break
        part, job = s.part_price, s.job_price
        for share in MIXES:
            at_part = share * mix.part_price + (1 - share) * part
            at_job = share * mix.job_price + (1 - share) * job
            ask(s, at_part, at_job)
            pool = merged(pool, near_best(s.market, at_job, NEAR))
            s.step(len(s.model.units))
        assert s.bound is not None
        if s.bound - mix.value <= CLOSED * abs(s.bound):
            break
    return pool
