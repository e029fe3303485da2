"""One solve under way: the model, the prices, the best plan so far, and the stop that is asked at every step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import Data, Plan, empty_plan, make_data
from dispatch.matching.floors import Floors
from dispatch.matching.lists import Lists, make_lists
from dispatch.matching.model import Model
from dispatch.matching.prices import Market
from dispatch.matching.result import Clock, Parameters, Progress
from dispatch.matching.sweeps import sweep, worths

CHUNK = 256  # units between two looks at the stop
LISTS_A_SWEEP = 4  # how often a sweep brings its short lists up to date
PER_CLASS, EVERY = 10, 2**30  # journeys of a class on a soft sweep's lists, and on those under hard rules
KEEP = 60.0  # points that a journey may be worse than the best of its class and stay on the list
SLACK = 5.0  # points by which an option may be better than the lists and tables promise
LEAD = 0.2  # how far the seconds may run ahead of the steps at first; at the end not at all
SAME = 1e-7  # relative difference that rounding explains
FULL = 1e7  # price of what cannot be had


@dataclass
class Search:
    """Holds what the phases share. All plans that reach `best` keep the rules."""

    model: Model
    clock: Clock
    parameters: Parameters
    report: Callable[[Progress], None] | None
    phases: dict[str, float]
    phase: str = "start"
    best: Plan | None = None
    best_score: float = -np.inf
    short: int = 0  # people whom the best plan lacks to keep the floors
    floors: Floors = field(default_factory=Floors)
    without_floor: float | None = None  # the best score before floors were looked at
    bound: float | None = None
    data: Data = field(init=False)
    market: Market = field(init=False)

    def __post_init__(self) -> None:
        m, p = self.model, self.model.problem
        self.data = make_data(m)
        self.charged = np.zeros(0)  # [K] prices of floors that unit_base holds now
        self.market = Market(self.data, self.parameters.threads)
        self.worth, self.bonus = np.zeros(len(m.units)), float(m.units.bonus.sum())
        self.part_price, self.job_price = np.zeros(len(m.capacity)), np.zeros(p.jobs)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        self.phase, begun = phase, self.clock.seconds()
        self.tell()
        try:
            yield
        finally:
            self.phases[phase] = self.phases.get(phase, 0.0) + self.clock.seconds() - begun

    def step(self, work: int) -> None:
        """Count work, tell the caller, and raise Stopped when it is time."""
        self.tell()
        self.clock.check(work)

    def tell(self) -> None:
        if self.report:
            score = self.best_score if self.best is not None else None
            gap = (self.bound - score) / self.bound if self.bound and score is not None else None
            placed = int((self.best.job >= 0).sum()) if self.best is not None else None
            self.report(Progress(self.phase, self.clock.share(), score, self.bound, gap, placed))

    def left(self, share: float) -> float:
        """The clock's share at which that share of what is left now will be over."""
        now = self.clock.share()
        return now + share * (1 - now)

    def used(self, begun: float, until: float) -> float:
        """How much of the clock's share from `begun` to `until` is over, 0..1.

        Seconds are felt only where they run well ahead: else no two solves that end by themselves would be the same.
        """
        over = min(1.0, (self.clock.share() - begun) / (until - begun)) if begun < until else 1.0
        return over if self.clock.stop.work is not None else over - LEAD * (1 - over)

    def gap(self) -> float:
        """How far the best plan may be from the best there is, as a share of the bound."""
        if self.bound is None:
            return 1.0
        return (self.bound - self.best_score) / self.bound if self.bound > 0 else 0.0

    def closed(self) -> bool:
        """Is the best plan as near to the bound as was asked for?"""
        return not self.short and self.gap() <= self.parameters.gap + SAME

    def value(self, plan: Plan) -> float:
        """The score of a plan; each unit's part of it, with what it is worth to a floor, goes to `worth`."""
        total = float(worths(self.data, plan, self.worth)) - self.bonus
        return total - float(self.charged @ self.floors.placed(plan, self.model.units.start)) if len(self.floors) else total

    def charge(self, price: NDArray[np.float64]) -> None:
        """Let everybody whose county has a floor be worth its price [K] more, from here on."""
        if len(self.floors):
            self.charged = price
            self.data.unit_base[:] = self.model.units.base + self.floors.bonus(price, self.model.units.start)

    def lacking(self, plan: Plan) -> NDArray[np.int64]:
        """[K] how many people more would have to go."""
        return np.maximum(0, self.floors.least - self.floors.placed(plan, self.model.units.start))

    def offer(self, plan: Plan) -> bool:
        """Keep a copy of a rule-keeping plan if it is the best so far: nearest to the floors, then by score."""
        score, short = self.value(plan), int(self.lacking(plan).sum())
        if (short, -score) >= (self.short, -self.best_score):
            return False
        self.short = short
        self.best = Plan(*[a.copy() for a in plan])
        self.best_score = score
        return True

    def sweep(self, plan: Plan, order: NDArray[np.int64], rho: float) -> None:
        """Units in `order` leave and re-enter (sweeps.py), with a look at the stop every CHUNK of them."""
        t, span = self.market.tables, max(CHUNK, len(order) // LISTS_A_SWEEP + 1)
        for begin in range(0, len(order), span):
            lists = self.lists(plan, rho)
            for first in range(begin, min(begin + span, len(order)), CHUNK):
                last = min(first + CHUNK, begin + span, len(order))
                sweep(self.data, lists, plan, t.travel, t.gain, order, first, last, rho, SLACK if rho > 0 else 0.0)
                self.step(last - first)

    def lists(self, plan: Plan, rho: float) -> Lists:
        """Tables and short lists at what seats and posts cost in the plan as it stands."""
        d = self.data
        over_part, over_job = plan.part_use + 1 - d.capacity, plan.job_use + 1 - d.headcount
        if rho > 0:
            part, job = (np.maximum(0.0, plan.part_price + rho * plan.part_rho * (over_part - 0.5)),
                         np.maximum(0.0, plan.job_price + rho * plan.job_rho * (over_job - 0.5)))
        else:
            part, job = np.where(over_part > 0, FULL, plan.part_price), np.where(over_job > 0, FULL, plan.job_price)
        self.market.fill(part, job)
        return make_lists(self.market, part, KEEP if rho > 0 else np.inf, PER_CLASS if rho > 0 else EVERY,
                          None if rho > 0 else over_job <= 0)

    def priced_plan(self) -> Plan:
        """An empty plan at the current prices."""
        plan = empty_plan(self.model)
        plan.part_price[:], plan.job_price[:] = self.part_price, self.job_price
        return plan
