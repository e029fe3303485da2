"""What one assignment is worth, in points. Placing one more person outweighs every nicety."""

import numpy as np
from numpy.typing import NDArray

PLACED = 1000.0
PRIORITY = (0.0, 150.0, 300.0)
OWN_JOB = 260.0  # the post kept for this person
OWN_TRADE, RELATED_TRADE, ANY_TRADE = 60.0, 30.0, 10.0
YUAN_A_POINT, WAGE_MOST = 100.0, 20.0  # (wage - min_wage) / 100, at most 20
PREFERRED_DISTRICT = 20.0
POINTS_AN_HOUR = 2.0
POINTS_A_CHANGE = 5.0


def minute_cost(minutes: NDArray[np.integer]) -> NDArray[np.float64]:
    """Points that a journey of so many minutes costs."""
    return np.asarray(minutes) * (POINTS_AN_HOUR / 60.0)


def change_cost(legs: NDArray[np.integer]) -> NDArray[np.float64]:
    """Points that the changes of a journey with so many legs cost; none for 0 or 1."""
    return POINTS_A_CHANGE * np.maximum(np.asarray(legs) - 1, 0)


def base_points(priority: NDArray[np.integer]) -> NDArray[np.float64]:
    """Points for placing a person at all."""
    return PLACED + np.array(PRIORITY)[priority]
