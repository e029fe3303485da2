"""One solve under way: the model, the prices, the best plan so far, and the stop that is asked at every step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import Data, Plan, empty_plan, make_data
from dispatch.matching.model import Model
from dispatch.matching.prices import Market
from dispatch.matching.result import Clock, Parameters, Progress
from dispatch.matching.sweeps import sweep, worths

CHUNK = 256  # units between two looks at the stop


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
    best_score: float = -1.0
    bound: float | None = None
    data: Data = field(init=False)
    market: Market = field(init=False)

    def __post_init__(self) -> None:
        m, p = self.model, self.model.problem
        self.data = make_data(m)
        self.market = Market(self.data, self.parameters.threads)
        park_of_place = np.full(p.places, -1, np.int32)
        park_of_place[m.parks] = np.arange(len(m.parks))
        self.job_wage = np.array(p.job_wage, copy=True)
        self.job_trade = np.where(p.job_occupation < 0, len(p.related), p.job_occupation).astype(np.int32)
        self.job_park = park_of_place[p.job_park]
        self.worth = np.zeros(len(m.units))
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

    def value(self, plan: Plan) -> float:
        """The score of a plan; each unit's part of it goes to `worth`."""
        return float(worths(self.data, plan, self.job_wage, self.job_trade, self.job_park, self.worth))

    def offer(self, plan: Plan) -> bool:
        """Keep a copy of a rule-keeping plan if it is the best so far."""
        score = self.value(plan)
        if score <= self.best_score:
            return False
        self.best = Plan(*[a.copy() for a in plan])
        self.best_score = score
        return True

    def sweep(self, plan: Plan, order: NDArray[np.int64], rho: float) -> None:
        """Units in `order` leave and re-enter (sweeps.py), with a look at the stop every CHUNK of them."""
        t = self.market.tables
        for first in range(0, len(order), CHUNK):
            last = min(first + CHUNK, len(order))
            sweep(self.data, plan, t.travel, t.gain, order, first, last, rho)
            self.step(last - first)

    def priced_plan(self) -> Plan:
        """An empty plan at the current prices."""
        plan = empty_plan(self.model)
        plan.part_price[:], plan.job_price[:] = self.part_price, self.job_price
        return plan
