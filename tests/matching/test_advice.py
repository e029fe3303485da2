"""Advice: what it names is worth adding, and solving with it brings about as many people as were forecast."""

import numpy as np
import pytest

from dispatch.matching.advice import Advice, What, advise, with_additions
from dispatch.matching.csvio import read_bench
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.solve import solve
from tests.bench import generate
from tests.matching.small import HOME, HOUR, PARK, small

EXACT = 0.25  # of a forecast
ONE = 1  # person, where the forecast is below 4


def solved(p: Problem) -> Result:
    return solve(p, Stop(work=250_000), params=Parameters(threads=1))


def advice(p: Problem, **how: object) -> list[Advice]:
    return advise(p, solved(p), **how)


def test_where_seats_are_few_seats_and_a_bus_are_named_and_no_posts() -> None:
    found = advice(small(6, job_headcount=[6]))
    assert {a.addition.what for a in found} == {What.BUS, What.SEATS}
    bus, seats = sorted(found, key=lambda a: a.addition.what)
    to = bus.addition
    assert (to.place, to.park, to.depart % 1440, to.arrive - to.depart) == (HOME, PARK, 10 * HOUR, 10 * HOUR)
    assert bus.people == pytest.approx(4, abs=0.1)
    assert seats.people == pytest.approx(4, abs=0.1)
    assert (seats.addition.trip, seats.addition.amount) == (0, 10)


def test_the_list_adds_up_where_each_alone_would_bring_the_same_people() -> None:
    found = advice(small(6, job_headcount=[6]))
    assert [a.people_on_top for a in found] == pytest.approx([4, 0], abs=0.1)
    assert [a.people for a in found] == pytest.approx([4, 4], abs=0.1)


def test_where_posts_are_few_posts_are_named() -> None:
    found = advice(small(6, trip_capacity=[6]))
    assert [(a.addition.what, a.addition.park, a.addition.occupation) for a in found] == [(What.POSTS, PARK, 0)]
    assert found[0].people == pytest.approx(4, abs=0.1)


def test_a_bus_to_posts_that_soon_run_out_brings_no_more_than_there_are_posts() -> None:
    found = advice(small(30, job_headcount=[5]), kinds=[What.BUS])
    assert [a.people for a in found] == pytest.approx([3], abs=0.1)


def test_nothing_is_worth_adding_where_all_go() -> None:
    assert advice(small()) == []


def test_a_plan_that_places_nobody_tells_nothing() -> None:
    with pytest.raises(ValueError, match="places somebody"):
        advice(small(1, worker_age=[15]))


def test_additions_keep_the_rows_that_there_were() -> None:
    p = small(6)
    found = advice(small(6, job_headcount=[6])) + advice(small(6, trip_capacity=[6]))
    both = with_additions(p, [a.addition for a in found])
    assert (both.trips, both.jobs, both.calls) == (2, 2, 4)
    assert both.trip_capacity.tolist() == [12, 45] and both.job_headcount.tolist() == [2, 10]
    assert both.call_place.tolist() == [HOME, PARK, HOME, PARK] and both.job_park.tolist() == [PARK, PARK]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """Posts for half of the people in fewer parks: where a bus is easily too large for its park."""
    return read_bench(generate(tmp_path_factory.mktemp("town"), 700, "--post-share", "0.6", "--counties", "10"))


@pytest.fixture(scope="module")
def before(town: Problem) -> Result:
    return solved(town)


def test_solving_with_each_brings_the_people_forecast(town: Problem, before: Result) -> None:
    found = advise(town, before, 8)
    assert len(found) == 8 and len({a.addition.what for a in found}) >= 2
    for a in found:
        after = solved(with_additions(town, [a.addition]))
        assert after.placed - before.placed == pytest.approx(a.people, rel=EXACT, abs=ONE if a.people < 4 else 0)
        assert after.score - before.score == pytest.approx(a.points, rel=EXACT, abs=1_000 if a.people < 4 else 0)


def test_the_list_is_in_the_order_of_what_each_adds_and_its_sum_is_what_all_bring(town: Problem, before: Result) -> None:
    found = advise(town, before, 10, [What.BUS])
    more = np.array([a.points_on_top for a in found])
    assert (more[1:] <= more[:-1] / 0.97).all() and more.sum() < sum(a.points for a in found)
    after = solved(with_additions(town, [a.addition for a in found]))
    assert sum(a.people_on_top for a in found) == pytest.approx(after.placed - before.placed, rel=EXACT)
    assert more.sum() == pytest.approx(after.score - before.score, rel=EXACT)
