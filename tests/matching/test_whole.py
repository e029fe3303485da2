"""Listing all options of a small problem ends soon, also where many journeys hold few or none."""

import pytest

from dispatch.matching import whole
from dispatch.matching.model import build_model
from dispatch.matching.problem import Problem
from dispatch.matching.result import Clock, Parameters, Stop
from dispatch.matching.search import Search
from dispatch.matching.whole import every_option
from tests.matching.small import HOME, PARK, small, trips


def search(problem: Problem) -> Search:
    clock = Clock(Stop())
    return Search(build_model(problem, clock.check), clock, Parameters(threads=1), None, {})


def buses(people: int, **changes: object) -> Problem:
    return small(people, **trips(*[[(HOME, 100 + k), (PARK, 700 + k)] for k in range(10)]), **changes)


def test_every_journey_and_post_is_an_option() -> None:
    options = every_option(search(buses(3)))
    assert options is not None
    assert sorted(options.unit.tolist()) == sorted([0, 1, 2] * 10)
    assert len(set(zip(options.unit.tolist(), options.journey.tolist(), strict=True))) == 30
    assert every_option(search(buses(3)), most=29) is None


def test_nobody_is_looked_through_who_has_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, ways = list[int](), whole._ways
    monkeypatch.setattr(whole, "_ways", lambda s, u: looked.append(u) or ways(s, u))
    options = every_option(search(buses(4, worker_min_wage=[9999, 4000, 9999, 9999])))
    assert options is not None and (len(options), looked) == (10, [1])


def test_looking_has_an_end() -> None:
    assert every_option(search(buses(3)), looks=31) is not None
    assert every_option(search(buses(3)), looks=30) is None
