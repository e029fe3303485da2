"""Advice: what it names is worth adding, and solving with it brings about as many people as were forecast."""

import numpy as np
import pytest

from dispatch.matching.advice import Addition, What, advise, with_addition
from dispatch.matching.model import build_model
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.solve import solve
from tests.matching.small import HOME, HOUR, PARK, small
from tests.matching.test_properties import generated


def solved(p: Problem) -> Result:
    return solve(p, Stop(work=400_000), params=Parameters(threads=1))


def advice(p: Problem, **how: object) -> list[Addition]:
    return advise(build_model(p, lambda work: None), solved(p), **how)


def test_where_seats_are_few_seats_and_a_bus_are_named_and_no_posts() -> None:
    found = advice(small(6, job_headcount=[6]))
    assert {a.what for a in found} == {What.BUS, What.SEATS}
    bus, seats = sorted(found, key=lambda a: a.what)
    assert (bus.place, bus.park, bus.depart % 1440, bus.arrive - bus.depart) == (HOME, PARK, 10 * HOUR, 10 * HOUR)
    assert bus.people == pytest.approx(4, abs=0.3)
    assert seats.people == pytest.approx(4, abs=0.3)
    assert (seats.trip, seats.amount) == (0, 10)


def test_where_posts_are_few_posts_are_named() -> None:
    found = advice(small(6, trip_capacity=[6]))
    assert [(a.what, a.park, a.occupation) for a in found] == [(What.POSTS, PARK, 0)]
    assert found[0].people == pytest.approx(4, abs=0.3)


def test_nothing_is_worth_adding_where_all_go() -> None:
    assert advice(small()) == []


def test_a_plan_that_places_nobody_tells_nothing() -> None:
    p = small(1, worker_age=[15])
    with pytest.raises(ValueError, match="places somebody"):
        advice(p)


@pytest.mark.parametrize("changes", [{"job_headcount": [6]}, {"trip_capacity": [6]}])
def test_solving_with_seats_or_posts_brings_the_people_forecast(changes: dict[str, list[int]]) -> None:
    p = small(6, **changes)
    for addition in advice(p):
        assert addition.people == pytest.approx(solved(with_addition(p, addition)).placed - 2, rel=0.25)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return generated(tmp_path_factory.mktemp("town"), 900, 1)


def test_solving_with_a_bus_brings_the_people_forecast(town: Problem) -> None:
    before = solved(town)
    for bus in advise(build_model(town, lambda work: None), before, 2, [What.BUS]):
        after = solved(with_addition(town, bus))
        assert bus.people == pytest.approx(after.placed - before.placed, rel=0.25)
        assert bus.points == pytest.approx(after.score - before.score, rel=0.25)


def test_additions_are_sorted_and_each_township_has_one_bus(town: Problem) -> None:
    found = advice(town, most=15)
    assert [a.points for a in found] == sorted((a.points for a in found), reverse=True)
    assert all(0 < a.people <= a.amount for a in found)
    homes = [a.place for a in found if a.what == What.BUS]
    assert len(set(homes)) == len(homes) > 1
    assert set(homes) <= set(np.unique(town.worker_township).tolist())
