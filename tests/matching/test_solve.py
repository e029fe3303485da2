"""The door of the core: stops, determinism, corner cases, reasons, seats."""

import threading
import time

import numpy as np
import pytest

from dispatch.matching.check import check
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Progress, Reason, Result, Stop
from dispatch.matching.seats import number_seats
from dispatch.matching.solve import solve
from tests.matching.invent import invent
from tests.matching.small import DAY, HOME, OTHER_PARK, PARK, small, trips
from tests.matching.test_properties import generated


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return generated(tmp_path_factory.mktemp("town"), 1500, 2)


def same(a: Result, b: Result) -> bool:
    return (
        all(
            np.array_equal(getattr(a, k), getattr(b, k))
            for k in ("job", "leg_count", "legs", "leaves", "reaches", "reason", "job_price", "part_price")
        )
        and a.bound == b.bound
    )


@pytest.mark.parametrize("work", [0, 30_000, 500_000])
def test_the_same_seed_and_work_limit_give_the_same_plan(town: Problem, work: int) -> None:
    first = solve(town, Stop(work=work), 7, params=Parameters(threads=1))
    assert check(town, first.job, first.leg_count, first.legs).faults == []
    for threads in (1, 2):
        assert same(first, solve(town, Stop(work=work), 7, params=Parameters(threads=threads)))


def test_more_work_is_not_worse(town: Problem) -> None:
    scores = [solve(town, Stop(work=w)).score for w in (5_000, 100_000, 1_000_000)]
    assert scores == sorted(scores)
    assert scores[-1] > 1.05 * scores[0]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.5, 2.0])
def test_cancelling_ends_within_a_second_with_a_plan_that_keeps_the_rules(town: Problem, after: float) -> None:
    asked = threading.Event()
    begun = time.monotonic()
    timer = threading.Timer(after, asked.set)
    timer.start()
    result = solve(town, Stop(cancelled=asked.is_set))
    assert result.stopped_by in ("cancelled", "optimal")
    assert time.monotonic() - begun < after + 1.0
    assert check(town, result.job, result.leg_count, result.legs).faults == []


def test_the_seconds_are_kept(town: Problem) -> None:
    begun = time.monotonic()
    result = solve(town, Stop(seconds=1.5))
    assert time.monotonic() - begun < 2.5
    assert result.placed > 0


def test_progress_tells_of_better_plans_and_bounds(town: Problem) -> None:
    told: list[Progress] = []
    result = solve(town, Stop(work=300_000), progress=told.append)
    assert {"tables", "prices", "plan"} <= {t.phase for t in told}
    scores = [t.best_score for t in told if t.best_score is not None]
    assert scores == sorted(scores) and scores[-1] <= result.score
    bounds = [t.bound for t in told if t.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert all(0 <= t.share <= 1 for t in told)


def test_no_workers_no_jobs_no_trips() -> None:
    assert solve(small(0), Stop()).placed == 0
    none = {k: [] for k in Problem.__dataclass_fields__ if k.startswith("job_")}
    assert set(solve(small(2, **none), Stop()).reason) == {Reason.NO_ELIGIBLE_POSTING}
    still = {k: [] for k in ("trip_mode", "trip_capacity", "call_place", "call_arrive", "call_depart")}
    assert set(solve(small(2, **still, call_start=[0]), Stop()).reason) == {Reason.NO_JOURNEY_IN_TIME}


def test_one_group_of_sixty_fills_a_coach_that_holds_it() -> None:
    group = {"worker_group": [0] * 60, "group_may_split": [False], "job_headcount": [60]}
    assert solve(small(60, trip_capacity=[60], **group), Stop(work=10_000)).placed == 60
    result = solve(small(60, trip_capacity=[59], **group), Stop(work=10_000))
    assert set(result.reason) == {Reason.GROUP_CANNOT_GO_TOGETHER}


def test_many_people_and_one_posting() -> None:
    result = solve(small(500, trip_capacity=[500], job_headcount=[1]), Stop(work=100_000))
    assert result.placed == 1
    assert set(result.reason) == {Reason.PLACED, Reason.POSTINGS_FULL}


def test_seats_and_posts_are_told_apart() -> None:
    jobs = {
        "job_park": [PARK, OTHER_PARK],
        "job_employer": [0, 0],
        "job_reserved": [False] * 2,
        "job_occupation": [0, 1],
        "job_headcount": [1, 1],
        "job_wage": [4000] * 2,
        "job_start_by": [DAY] * 2,
        "job_minors_allowed": [False] * 2,
        "related": np.zeros((2, 2), bool),
    }
    ways = trips([(HOME, 100), (PARK, 200)], [(HOME, 100), (OTHER_PARK, 200)])
    problem = small(4, worker_occupation=[0, 0, 1, 1], **jobs, **ways | {"trip_capacity": [5, 1]})
    result = solve(problem, Stop(work=10_000))
    reasons = sorted(result.reason.tolist())
    assert reasons == [Reason.PLACED, Reason.PLACED, Reason.POSTINGS_FULL, Reason.BETTER_FOR_OTHERS]


def seats_clash(problem: Problem, result: Result, seats: np.ndarray) -> bool:
    taken: set[tuple[int, int, int]] = set()
    for w in range(problem.workers):
        for k in range(result.leg_count[w]):
            t, a, b = result.legs[w, k].tolist()
            assert 0 <= seats[w, k] < problem.trip_capacity[t]
            spots = {(t, int(seats[w, k]), part) for part in range(a, b)}
            if taken & spots:
                return True
            taken |= spots
    return False


def test_no_seat_has_two_people_at_once(town: Problem) -> None:
    result = solve(town, Stop(work=300_000))
    seats = number_seats(town, result)
    assert not seats_clash(town, result, seats)
    assert ((seats >= 0).sum(axis=1) == result.leg_count).all()


def test_groups_sit_side_by_side() -> None:
    problem = small(
        6, trip_capacity=[6], job_headcount=[6], worker_group=[-1, 0, 1, 1, 0, 1], group_may_split=[False] * 2
    )
    result = solve(problem, Stop(work=10_000))
    seats = number_seats(problem, result)[:, 0]
    assert sorted(seats) == [0, 1, 2, 3, 4, 5]
    for members in ([1, 4], [2, 3, 5]):
        assert np.ptp(seats[members]) == len(members) - 1


def test_withheld_seats_are_passed_over() -> None:
    problem = small(4, trip_capacity=[4], job_headcount=[4])
    result = solve(problem, Stop(work=10_000))
    assert sorted(number_seats(problem, result)[:, 0]) == [0, 1, 2, 3]
    withheld = np.array([[0, 0], [0, 3], [0, 6]])
    assert sorted(number_seats(problem, result, withheld)[:, 0]) == [1, 2, 4, 5]


def test_each_trip_passes_over_its_own_withheld_seats(town: Problem) -> None:
    result = solve(town, Stop(work=300_000))
    plain = number_seats(town, result)
    withheld = np.array([[t, s] for t in range(0, town.trips, 2) for s in (0, 2)])
    moved = number_seats(town, result, withheld)
    trips = np.where(plain >= 0, result.legs[:, :, 0], -1)
    assert (moved[trips % 2 == 1] == plain[trips % 2 == 1]).all()
    even = (trips >= 0) & (trips % 2 == 0)
    assert even.any()
    assert not np.isin(moved[even], (0, 2)).any()


def test_random_worlds_have_seats_and_reasons_for_everybody() -> None:
    for seed in range(30):
        problem = invent(np.random.default_rng(seed), 8, 5, 8)
        result = solve(problem, Stop(work=3_000), params=Parameters(threads=1))
        assert not seats_clash(problem, result, number_seats(problem, result))
        assert ((result.job >= 0) == (result.reason == Reason.PLACED)).all()
