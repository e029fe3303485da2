"""Floors by county: kept where they can be, at the least cost; said where they cannot."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.check import check
from dispatch.matching.csvio import read_bench
from dispatch.matching.problem import Level, Problem
from dispatch.matching.replan import Before
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.rules import county_of
from dispatch.matching.solve import solve
from tests.bench import generate
from tests.matching.invent import best_score, invent
from tests.matching.small import COUNTY, HOME, PARK, changed, small

OTHER_COUNTY, OTHER_HOME = 8, 9


def two_counties(seats: int = 2) -> Problem:
    """Two single-income people at HOME and an ordinary one in another county; one bus calls at both homes."""
    p = small(3, worker_priority=[1, 1, 0], job_headcount=[3], trip_capacity=[seats])
    return changed(
        p, place_level=[*p.place_level, Level.COUNTY, Level.TOWNSHIP], place_parent=[*p.place_parent, -1, OTHER_COUNTY],
        worker_township=[HOME, HOME, OTHER_HOME], call_start=[0, 3], call_place=[HOME, OTHER_HOME, PARK],
        call_arrive=[600, 660, 1200], call_depart=[600, 660, 1200], place_ids=(),
    )


def solved(p: Problem, floor: float, **stop: int) -> Result:
    result = solve(p, Stop(**stop), params=Parameters(threads=1, floor=floor))
    checked = check(p, result.job, result.leg_count, result.legs)
    assert checked.faults == [] and checked.score == pytest.approx(result.score, abs=0.01)
    return result


def test_a_county_gets_its_share_though_others_are_worth_more() -> None:
    p = two_counties()
    free, result = solved(p, 0.0), solved(p, 0.5)
    assert (free.job >= 0).tolist() == [True, True, False] and (free.floors, free.score_without_floor) == ((), None)
    assert (result.job >= 0)[2] and result.placed == 2
    assert result.score_without_floor == free.score
    assert free.score - result.score == pytest.approx(150 - 2)  # a priority less, and an hour less on the way
    assert [(f.county, f.able, f.least, f.placed) for f in result.floors] == [(COUNTY, 2, 1, 1), (OTHER_COUNTY, 1, 1, 1)]


def test_a_floor_that_the_plan_keeps_anyway_costs_nothing() -> None:
    p = two_counties(seats=3)
    result = solved(p, 1.0)
    assert result.placed == 3 and result.score == result.score_without_floor
    assert [f.placed for f in result.floors] == [f.least for f in result.floors] == [2, 1]


def test_a_floor_beyond_all_seats_is_said_and_costs_nobody_a_place() -> None:
    p = two_counties(seats=1)
    result = solved(p, 1.0)
    assert result.placed == 1 and sum(f.least for f in result.floors) == 3
    assert result.bound is not None and result.bound >= result.score - 0.01


def test_who_could_not_go_at_all_does_not_count() -> None:
    p = changed(two_counties(seats=3), worker_occupation=[0, 1, 0])
    assert [(f.able, f.least) for f in solved(p, 1.0).floors] == [(1, 1), (1, 1)]


def test_a_floor_does_not_go_with_a_plan_before() -> None:
    p = two_counties()
    nobody = Before(np.full(3, -1, np.int32), np.zeros(3, np.int8), np.full((3, 3, 3), -1, np.int32))
    with pytest.raises(ValueError, match="plan before"):
        solve(p, Stop(), params=Parameters(floor=0.5), before=nobody)
    with pytest.raises(ValueError, match="floor"):
        Parameters(floor=1.5)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.5, 1.0]))
def test_on_random_worlds_the_best_plan_that_keeps_the_floors(seed: int, share: float) -> None:
    p = invent(np.random.default_rng(seed), people=4, jobs=3, trips=5)
    result = solved(p, share, work=4000)
    least, county = {f.county: f.least for f in result.floors}, county_of(p)[p.worker_township]

    def fits(job: np.ndarray, count: np.ndarray, legs: np.ndarray) -> bool:
        return all(((job >= 0) & (county == c)).sum() >= n for c, n in least.items())

    best = best_score(p, 3000, fits)
    if best is None:
        return
    kept = all(f.placed >= f.least for f in result.floors)
    assert kept == (best >= 0)
    if kept:
        assert result.score == pytest.approx(best, abs=0.01)
        assert result.bound is None or result.bound >= best - 0.01


def test_on_a_generated_campaign_every_county_has_its_half(tmp_path: Path) -> None:
    p = read_bench(generate(tmp_path, 1400))
    result = solved(p, 0.5, work=2_500_000)
    assert all(f.placed >= f.least > 0 for f in result.floors) and len(result.floors) == 8
    assert sum(f.price > 0 for f in result.floors) >= 3
    assert result.score_without_floor is not None and result.gap is not None
    assert 0.99 * result.score_without_floor < result.score < result.score_without_floor
    assert result.gap < 0.002
