"""Floors: of each county at least so many people go, and what a floor costs the others.

A floor is one more resource with a price: everybody of the county who goes is worth the price more, which score and bound
do not show. The price rises while too few go (the subgradient, and after each sweep the multiplier's step, price +=
PACE rho (least - placed)), so the floor is bought where it costs least. With prices f of the floors, weak duality gives

    best score that keeps the floors <= L(p, f) - sum of f least
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.data import POSSIBLE, Plan
from dispatch.matching.model import Model
from dispatch.matching.prices import Market, bests
from dispatch.matching.rules import county_of

NO_SEAT = 1e7  # price of a seat on a trip that has none
RHO = 30.0  # points a head that are missing, over the root of the floor


@dataclass(eq=False)
class Floors:
    """K counties with a floor. Without any, all methods cost nothing and change nothing."""

    counties: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))  # [K] places
    able: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # [K] people who could go at all
    least: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # [K]
    aim: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # [K] whom sweeps seek: a repair drops some
    of: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # [members] 0..K-1, K in no county
    price: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # [K] the best known

    def __len__(self) -> int:
        return len(self.counties)

    def placed(self, plan: Plan, start: NDArray[np.int32]) -> NDArray[np.int64]:
        """[K] how many of each county go."""
        return self.counted(plan.journey >= 0, start)

    def counted(self, goes: NDArray[np.bool_], start: NDArray[np.int32]) -> NDArray[np.int64]:
        if not len(self):
            return np.zeros(0, np.int64)
        return np.bincount(self.of[np.repeat(goes, np.diff(start))], minlength=len(self) + 1)[:-1]

    def bonus(self, price: NDArray[np.float64], start: NDArray[np.int32]) -> NDArray[np.float64]:
        """[U] what each unit is worth more at these prices."""
        return np.add.reduceat(np.append(price, 0.0)[self.of], start[:-1])

    @property
    def rho(self) -> NDArray[np.float64]:
        return RHO / np.sqrt(np.maximum(1, self.least))


def floors_of(m: Model, market: Market, share: float) -> Floors:
    """The floor of `share` (0..1) of those of each county who could go if all seats and posts were theirs, rounded up."""
    county = county_of(m.problem)[m.problem.worker_township[m.units.member]]
    counties, of = np.unique(np.append(county, -1), return_inverse=True)  # those in no county come first
    of = np.where(of[:-1] > 0, of[:-1] - 1, len(counties) - 1)
    none = np.zeros(len(counties) - 1)
    floors = Floors(counties[1:].astype(np.int32), none.astype(int), none.astype(int), none, of, none)
    floors.able = floors.counted(_could_go(m, market), m.units.start)
    floors.least = np.ceil(np.round(share * floors.able, 6)).astype(np.int64)
    floors.aim = floors.least.astype(float)
    return floors


def _could_go(m: Model, market: Market) -> NDArray[np.bool_]:
    """[U] who has any option, everything empty."""
    d, free, out = market.d, np.zeros(m.problem.jobs), np.zeros(len(m.units))
    t = market.fill(np.where(d.capacity > 0, 0.0, NO_SEAT), free)
    bests(d, free, t.travel, t.gain, t.reach, t.offer, out)
    return out > POSSIBLE
