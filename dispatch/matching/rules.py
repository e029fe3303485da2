"""The limits of the hard rules, and the small ones of them as predicates over arrays."""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.problem import GREEN, Level, Problem

MAX_LEGS = 3
MIN_TRANSFER = 30  # minutes from arrival to departure
MAX_TRANSFER = 360
WORKING_AGE = 16  # under it nobody is matched
ADULT_AGE = 18  # under it only where the posting allows it


def too_young(p: Problem) -> NDArray[np.bool_]:
    """[W] whom no posting may take."""
    return (p.worker_age >= 0) & (p.worker_age < WORKING_AGE)


def minor(p: Problem) -> NDArray[np.bool_]:
    """[W] who needs a posting that allows minors."""
    return (p.worker_age >= WORKING_AGE) & (p.worker_age < ADULT_AGE)


def nearest_above(p: Problem, *levels: Level) -> NDArray[np.int32]:
    """[P] the place itself or its nearest ancestor of the first of `levels` that it has above it; -1 none."""
    found = np.full(p.places, -1, np.int32)
    for level in levels:
        nearest = np.full(p.places, -1, np.int32)
        at = np.arange(p.places, dtype=np.int32)
        while (at >= 0).any():
            hit = (at >= 0) & (nearest < 0) & (p.place_level[at] == level)
            nearest[hit] = at[hit]
            at = np.where(at >= 0, p.place_parent[at], -1).astype(np.int32)
        found = np.where(found >= 0, found, nearest)
    return found


def county_of(p: Problem) -> NDArray[np.int32]:
    """[P] the county that a home lies in."""
    return nearest_above(p, Level.COUNTY)


def district_of(p: Problem) -> NDArray[np.int32]:
    """[P] the district that a park lies in; near home that is the county."""
    return nearest_above(p, Level.DISTRICT, Level.COUNTY)


def admitted(p: Problem, county: int, clearance: int, districts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """For each of `districts`: does it let people of `county` with `clearance` in?"""
    if clearance == GREEN:
        return np.ones(len(districts), bool)
    rows = p.admits[(p.admits[:, 0] == county) & (p.admits[:, 2] == clearance)] if p.admits.size else p.admits
    return np.isin(districts, rows[:, 1]) if rows.size else np.zeros(len(districts), bool)
