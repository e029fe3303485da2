"""Prices: a schedule that ended short of the best ones is taken up again where it ended."""

from pathlib import Path

from dispatch.matching.dual import FAR, ONWARD, Schedule, improve_prices
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
