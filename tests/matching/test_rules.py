"""Each hard rule with two or three people: solver and checker agree on what is possible, and on what is not."""

from typing import Any

import numpy as np
import pytest

from dispatch.matching.check import check
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Reason, Result, Stop
from dispatch.matching.solve import solve
from tests.matching.small import (
    COUNTY,
    DAY,
    DISTRICT,
    HOME,
    HOUR,
    OTHER_PARK,
    OTHER_STATION,
    PARK,
    STATION,
    small,
    trips,
)


def solved(problem: Problem) -> Result:
    result = solve(problem, Stop(work=20_000), params=Parameters(threads=1))
    checked = check(problem, result.job, result.leg_count, result.legs)
    assert checked.faults == []
    assert checked.score == pytest.approx(result.score, abs=0.01)
    assert checked.placed == result.placed
    return result


def broken(problem: Problem, job: list[int], legs: list[Any]) -> set[str]:
    """The rules that a plan by hand breaks; legs as lists of (trip, board, alight)."""
    table = np.full((problem.workers, 3, 3), -1)
    for w, mine in enumerate(legs):
        for k, leg in enumerate(mine):
            table[w, k] = leg
    return {f.rule for f in check(problem, job, [len(x) for x in legs], table).faults}


RIDE = [(0, 0, 1)]


def test_two_people_and_two_seats_are_brought() -> None:
    result = solved(small())
    assert result.job.tolist() == [0, 0]
    assert result.legs[0, 0].tolist() == [0, 0, 1] and result.leg_count.tolist() == [1, 1]
    assert result.leaves.tolist() == [600, 600] and result.reaches.tolist() == [1200, 1200]
    assert result.score == pytest.approx(2 * (1000 + 60 - 20))


def test_a_job_has_at_most_headcount_people() -> None:
    problem = small(job_headcount=[1])
    result = solved(problem)
    assert sorted(result.job.tolist()) == [-1, 0]
    assert Reason.POSTINGS_FULL in result.reason
    assert broken(problem, [0, 0], [RIDE, RIDE]) == {"more workers than posts"}


def test_a_part_has_at_most_as_many_people_as_seats() -> None:
    problem = small(3, job_headcount=[3])
    result = solved(problem)
    assert result.placed == 2 and Reason.SEATS_FULL in result.reason
    assert broken(problem, [0, 0, 0], [RIDE] * 3) == {"more passengers than seats"}


def test_a_trip_without_free_seats_carries_nobody() -> None:
    result = solved(small(trip_capacity=[0]))
    assert result.placed == 0 and set(result.reason) == {Reason.NO_JOURNEY_IN_TIME}


def test_a_seat_is_used_again_after_its_holder_got_off() -> None:
    problem = small(
        2,
        worker_township=[HOME, STATION],
        job_park=[PARK, OTHER_PARK],
        job_employer=[0, 0],
        job_reserved=[False] * 2,
        job_occupation=[0, 0],
        job_headcount=[1, 1],
        job_wage=[4000] * 2,
        job_start_by=[DAY] * 2,
        job_minors_allowed=[False] * 2,
        **trips([(HOME, 100), (OTHER_PARK, 200), (STATION, 300), (PARK, 400)], seats=1),
    )
    assert solved(problem).placed == 2


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({"job_occupation": [1]}, True),  # trade 0 helps in trade 1
        ({"job_occupation": [0], "worker_occupation": [1, 1]}, False),  # but not the other way round
        ({"job_occupation": [-1], "worker_occupation": [1, 1]}, True),
        ({"job_wage": [3999]}, False),
        ({"worker_open_to_other": [False, False]}, False),
        ({"job_reserved": [True]}, False),
        (
            {
                "job_reserved": [True],
                "worker_reserved_job": [0, 0],
                "worker_open_to_other": [False] * 2,
                "job_wage": [1],
            },
            True,
        ),
    ],
)
def test_only_the_eligible_are_placed(changes: dict[str, Any], fits: bool) -> None:
    problem = small(**changes)
    result = solved(problem)
    assert result.placed == (2 if fits else 0)
    assert broken(problem, [0, 0], [RIDE, RIDE]) == (set() if fits else {"not eligible for the job"})
    if not fits:
        assert set(result.reason) == {Reason.NO_ELIGIBLE_POSTING}


def test_a_reserved_post_is_for_its_own_person_only() -> None:
    problem = small(job_reserved=[True], worker_reserved_job=[-1, 0])
    assert solved(problem).job.tolist() == [-1, 0]
    assert broken(problem, [0, -1], [RIDE, []]) == {"not eligible for the job"}


@pytest.mark.parametrize(
    ("rows", "placed"),
    [([], 1), ([[COUNTY, DISTRICT, 1]], 2), ([[COUNTY, DISTRICT, 2]], 1), ([[DISTRICT, COUNTY, 1]], 1)],
)
def test_a_clearance_needs_its_admission_rule(rows: list[list[int]], placed: int) -> None:
    problem = small(worker_clearance=[0, 1], admits=np.array(rows, np.int32).reshape(-1, 3))
    result = solved(problem)
    assert result.placed == placed
    if placed == 1:
        assert result.reason.tolist() == [Reason.PLACED, Reason.CLEARANCE_NOT_ADMITTED]
        assert broken(problem, [0, 0], [RIDE, RIDE]) == {"clearance not admitted"}


def test_a_county_is_found_above_a_village() -> None:
    problem = small(
        1, worker_township=[7], worker_clearance=[1], admits=[[COUNTY, DISTRICT, 1]], **trips([(7, 100), (PARK, 200)])
    )
    assert solved(problem).placed == 1


def test_nobody_leaves_before_ready() -> None:
    problem = small(worker_ready=[10 * HOUR, 10 * HOUR + 1])
    result = solved(problem)
    assert result.job.tolist() == [0, -1] and result.reason[1] == Reason.NO_JOURNEY_IN_TIME
    assert broken(problem, [0, 0], [RIDE, RIDE]) == {"leaves before ready"}


def test_nobody_arrives_after_start_by() -> None:
    assert solved(small(job_start_by=[20 * HOUR])).placed == 2
    late = small(job_start_by=[20 * HOUR - 1])
    assert solved(late).placed == 0
    assert broken(late, [0, 0], [RIDE, RIDE]) == {"arrives after start_by"}


def test_ways_without_a_seat_lead_to_the_first_stop_and_from_the_last() -> None:
    problem = small(
        1,
        access_from=[HOME, OTHER_STATION],
        access_to=[STATION, PARK],
        access_minutes=[45, 30],
        **trips([(STATION, 600), (OTHER_STATION, 900)]),
    )
    result = solved(problem)
    assert (result.leaves[0], result.reaches[0]) == (555, 930)
    assert broken(small(1, **trips([(STATION, 600), (PARK, 900)])), [0], [RIDE]) == {
        "no way to the first stop or from the last"
    }


def change(arrive: int, depart: int, place: int = STATION, place_b: int = STATION) -> Problem:
    return small(1, **trips([(HOME, 600), (place, arrive)], [(place_b, depart), (PARK, 1300)]))


@pytest.mark.parametrize(
    ("problem", "fine"),
    [
        (change(700, 730), True),
        (change(700, 729), False),
        (change(700, 1060), True),
        (change(700, 1061), False),
        (change(700, 800, OTHER_PARK, OTHER_PARK), False),
        (change(700, 800, STATION, OTHER_STATION), False),
    ],
)
def test_a_change_is_at_one_station_within_30_minutes_to_6_hours(problem: Problem, fine: bool) -> None:
    assert solved(problem).placed == fine
    assert broken(problem, [0], [[(0, 0, 1), (1, 0, 1)]]) == (set() if fine else {"impossible transfer"})


def test_three_legs_are_allowed_and_a_fourth_is_not() -> None:
    chain = [[(HOME, 0), (STATION, 100)], [(STATION, 200), (OTHER_STATION, 300)], [(OTHER_STATION, 400), (PARK, 500)]]
    result = solved(small(1, **trips(*chain)))
    assert result.leg_count[0] == 3
    assert result.score == pytest.approx(1060 - 2 * 500 / 60 - 10)
    longer = [*chain[:2], [(OTHER_STATION, 400), (STATION, 500)], [(STATION, 600), (PARK, 700)]]
    assert solved(small(1, **trips(*longer))).placed == 0
    assert "unreadable legs" in {f.rule for f in check(small(1), [0], [4], np.zeros((1, 3, 3))).faults}


@pytest.mark.parametrize("leg", [(0, 1, 0), (0, 0, 2), (5, 0, 1), (0, -1, 1), (0, 0, 0)])
def test_the_checker_refuses_legs_that_are_none(leg: tuple[int, int, int]) -> None:
    assert broken(small(1), [0], [[leg]]) == {"unreadable legs"}


def test_the_checker_refuses_an_unknown_job() -> None:
    assert broken(small(1), [7], [RIDE]) == {"unknown job"}


def test_a_group_goes_together_or_not_at_all() -> None:
    alone = small(3, job_headcount=[3], worker_group=[-1, 0, 0], group_may_split=[False], worker_priority=[2, 0, 0])
    assert solved(alone).job.tolist() == [-1, 0, 0]
    assert broken(alone, [0, 0, -1], [RIDE, RIDE, []]) == {"group split"}
    whole = small(3, job_headcount=[3], worker_group=[0, 0, 0], group_may_split=[False])
    result = solved(whole)
    assert result.placed == 0 and set(result.reason) == {Reason.GROUP_CANNOT_GO_TOGETHER}
    assert solved(small(3, job_headcount=[3], worker_group=[0, 0, 0], group_may_split=[True])).placed == 2


def test_a_group_leaves_when_its_last_member_is_ready() -> None:
    problem = small(worker_group=[0, 0], group_may_split=[False], worker_ready=[0, 10 * HOUR + 1])
    assert solved(problem).reason.tolist() == [Reason.GROUP_CANNOT_GO_TOGETHER, Reason.NO_JOURNEY_IN_TIME]


def test_members_may_have_different_jobs_in_one_park_but_not_in_two_parks() -> None:
    jobs = {
        "job_employer": [0, 1],
        "job_reserved": [False] * 2,
        "job_occupation": [0, 1],
        "job_headcount": [1, 1],
        "job_wage": [4000] * 2,
        "job_start_by": [DAY] * 2,
        "job_minors_allowed": [False] * 2,
    }
    pair = {"worker_group": [0, 0], "group_may_split": [False]}
    assert sorted(solved(small(**pair, **jobs, job_park=[PARK, PARK])).job.tolist()) == [0, 1]
    split = small(**pair, **jobs, job_park=[PARK, OTHER_PARK], **trips([(HOME, 100), (PARK, 200), (OTHER_PARK, 300)]))
    assert solved(split).placed == 0
    assert broken(split, [0, 1], [[(0, 0, 1)], [(0, 0, 2)]]) == {"group split"}


@pytest.mark.parametrize(
    ("age", "minors", "placed"),
    [(15, True, 0), (16, True, 1), (17, True, 1), (16, False, 0), (17, False, 0), (18, False, 1), (-1, False, 1)],
)
@pytest.mark.parametrize("own", [False, True])
def test_ages(age: int, minors: bool, placed: int, own: bool) -> None:
    problem = small(
        1, worker_age=[age], job_minors_allowed=[minors], job_reserved=[own], worker_reserved_job=[0 if own else -1]
    )
    result = solved(problem)
    assert result.placed == placed
    assert bool(broken(problem, [0], [RIDE])) == (placed == 0)
    if age == 15:
        assert result.reason[0] == Reason.TOO_YOUNG


def test_a_post_near_home_needs_no_seat() -> None:
    near = {"job_park": [OTHER_PARK], "access_from": [HOME], "access_to": [OTHER_PARK], "access_minutes": [60]}
    problem = small(2, trip_capacity=[0], worker_ready=[0, DAY - 60], **near)
    result = solved(problem)
    assert result.leg_count.tolist() == [0, 0] and result.leaves.tolist() == [0, DAY - 60]
    assert result.reaches.tolist() == [60, DAY]
    assert result.score == pytest.approx(2 * (1060 - 2))
    late = small(1, worker_ready=[DAY - 59], **near)
    assert solved(late).reason.tolist() == [Reason.NO_JOURNEY_IN_TIME]
    assert broken(late, [0], [[]]) == {"arrives after start_by"}
    assert broken(small(1), [0], [[]]) == {"no way to the first stop or from the last"}
    liked = small(1, worker_preferred_district=[COUNTY], worker_clearance=[1], admits=[[COUNTY, COUNTY, 1]], **near)
    assert solved(liked).score == pytest.approx(1078)


def test_the_poorest_household_goes_first_when_a_seat_is_short() -> None:
    assert solved(small(3, job_headcount=[3], worker_priority=[0, 1, 2])).job.tolist() == [-1, 0, 0]
