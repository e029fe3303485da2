"""Prices: a schedule that ended short of the best ones is taken up again where it ended."""

from pathlib import Path

import numpy as np
import pytest

from dispatch.matching.dual import FAR, FLOORED, NEAR, ONWARD, Schedule, improve_prices, starting_prices
from dispatch.matching.model import build_model
from dispatch.matching.result import Clock, Parameters, Stop
from dispatch.matching.search import Search
from tests.matching.test_properties import generated


def test_prices_go_on_from_the_best_so_far(tmp_path: Path) -> None:
    clock = Clock(Stop())
    s = Search(build_model(generated(tmp_path, 300, 4), clock.check), clock, Parameters(threads=1), None, {})
    improve_prices(s, 1.0, Schedule(100, *FAR[1:]))
    early = s.bound
    improve_prices(s, 1.0, ONWARD)
    first = s.bound
    improve_prices(s, 1.0, Schedule(1600, *FAR[1:]))
    assert early is not None and first is not None and s.bound is not None
    assert early > first >= s.bound
    assert first - s.bound < 0.2 * (early - s.bound)


@pytest.mark.parametrize(("schedule", "anew"), [(FAR, True), (NEAR, True), (ONWARD, False), (FLOORED, False)])
def test_where_a_schedule_begins(tmp_path: Path, schedule: Schedule, anew: bool) -> None:
    clock = Clock(Stop())
    s = Search(build_model(generated(tmp_path, 300, 4), clock.check), clock, Parameters(threads=1), None, {})
    s.part_price[:] = 7.0
    seen = []

    def demand(part: np.ndarray, job: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        seen.append(part.copy())
        return real(part, job)

    real, s.market.demand = s.market.demand, demand  # type: ignore[method-assign]
    improve_prices(s, 0.0, schedule)
    assert (seen[0] == (starting_prices(s) if anew else 7.0)).all() and starting_prices(s).any()
