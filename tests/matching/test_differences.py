"""Every change between two plans has a cause: the person's own, or the shortest chain to somebody who has one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.causes import OWN
from dispatch.matching.check import check
from dispatch.matching.csvio import without_trips
from dispatch.matching.differences import GONE, Cause, Difference, Kind, Planned, differences
from dispatch.matching.pins import Kind as PinKind
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before
from dispatch.matching.result import Parameters, Result, Stop
from dispatch.matching.solve import solve
from tests.matching.invent import invent
from tests.matching.small import DAY, DISTRICT, HOME, PARK, changed, small, trips

THREE = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)], [(HOME, 500), (PARK, 600)], seats=1)
FOUR_POSTS = {"job_headcount": [4]}


def plan(*trip_of: int | None, job: int = 0) -> Planned:
    """Each worker on one leg of a trip to the job; None stays."""
    legs = np.full((len(trip_of), 3, 3), -1)
    for w, t in enumerate(trip_of):
        if t is not None:
            legs[w, 0] = t, 0, 1
    on = np.array([t is not None for t in trip_of])
    return Planned(np.where(on, job, -1), on.astype(int), legs)


def told(p: Problem, before: Planned, after: Planned, *pins: Pin, new: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
    """Worker, kind, cause, because of whom, root."""
    return [(d.worker, d.kind, d.cause, d.because_of, d.root) for d in differences(p, before, after, pins, new)]


def one(p: Problem, before: Planned, after: Planned, *pins: Pin) -> Difference:
    found = differences(p, before, after, pins)
    assert len(found) == 1
    return found[0]


def test_nothing_is_said_of_who_stays_as_before() -> None:
    assert told(small(3, **THREE, **FOUR_POSTS), plan(0, 1, None), plan(0, 1, None)) == []


def test_a_cancelled_trip_and_the_chain_that_it_pushes() -> None:
    p = changed(small(3, **THREE, **FOUR_POSTS), trip_capacity=[0, 1, 1])
    assert told(p, plan(0, 1, 2), plan(1, 2, None)) == [
        (0, Kind.JOURNEY, Cause.TRIP_CANCELLED, (), Cause.TRIP_CANCELLED),
        (1, Kind.JOURNEY, Cause.PUSHED, (0,), Cause.TRIP_CANCELLED),
        (2, Kind.DROPPED, Cause.PUSHED, (1, 0), Cause.TRIP_CANCELLED),
    ]
    pushed = differences(p, plan(0, 1, 2), plan(1, 2, None))[2]
    assert (pushed.trip, pushed.job) == (2, -1)


def test_a_trip_or_a_post_that_is_no_row_any_more() -> None:
    p = small(1, **THREE)
    assert one(p, plan(GONE), plan(0)).cause == Cause.TRIP_CANCELLED
    assert one(p, plan(0, job=GONE), plan(0)).cause == Cause.POST_WITHDRAWN
    assert one(p, plan(0, job=GONE), plan(0)).kind == Kind.JOB


@pytest.mark.parametrize(("change", "cause"), [
    ({"job_headcount": [0]}, Cause.POST_WITHDRAWN),
    ({"job_wage": [3000]}, Cause.NOT_ELIGIBLE),
    ({"worker_clearance": [1]}, Cause.CLEARANCE),
    ({"worker_ready": [101]}, Cause.NOT_IN_TIME),
    ({"job_start_by": [199]}, Cause.NOT_IN_TIME),
    ({"call_place": [HOME, PARK, HOME, PARK, HOME, PARK][::-1]}, Cause.TRIP_CHANGED),
])
def test_what_is_no_longer_possible_is_its_own_cause(change: dict[str, Any], cause: Cause) -> None:
    found = one(changed(small(1, **THREE), **change), plan(0), plan(None))
    assert (found.kind, found.cause, found.because_of) == (Kind.DROPPED, cause, ())


def test_a_clearance_that_is_admitted_is_no_cause() -> None:
    p = changed(small(1, **THREE), worker_clearance=[1], admits=[(0, DISTRICT, 1)])
    assert one(p, plan(0), plan(1)).cause == Cause.BETTER


def test_a_shortened_trip() -> None:
    long = small(1, **trips([(HOME, 100), (4, 150), (PARK, 200)], [(HOME, 100), (PARK, 200)]))
    before = Planned(np.array([0]), np.array([1]), np.array([[[0, 0, 3], [-1] * 3, [-1] * 3]]))
    assert one(long, before, plan(1)).cause == Cause.TRIP_CHANGED


def test_pins_are_a_cause() -> None:
    p = small(1, **THREE)
    for pin in (Pin(0, PinKind.NOT_TRIP, trip=0), Pin(0, PinKind.TRIP, trip=1), Pin(0, PinKind.NOT_JOB, job=0),
                Pin(0, PinKind.ASSIGNMENT, job=0, legs=((1, 0, 1),))):
        assert one(p, plan(0), plan(1), pin).cause == Cause.PINNED
    assert one(p, plan(0), plan(None), Pin(0, PinKind.OUT)).cause == Cause.PINNED
    assert one(p, plan(0), plan(1), Pin(0, PinKind.JOB, job=0)).cause == Cause.BETTER


def test_a_group_goes_because_of_its_member() -> None:
    p = small(2, **trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)]), worker_group=[0, 0],
              group_may_split=[False], worker_ready=[0, 150])
    assert told(p, plan(0, 0), plan(1, 1)) == [
        (0, Kind.JOURNEY, Cause.GROUP, (1,), Cause.NOT_IN_TIME),
        (1, Kind.JOURNEY, Cause.NOT_IN_TIME, (), Cause.NOT_IN_TIME),
    ]


def test_fewer_seats_and_fewer_posts() -> None:
    two = small(2, **trips([(HOME, 100), (PARK, 200)]))
    assert one(changed(two, trip_capacity=[1]), plan(0, 0), plan(0, None)).cause == Cause.FEWER_SEATS
    less = one(changed(two, job_headcount=[1]), plan(0, 0), plan(0, None))
    assert (less.cause, less.job, less.trip) == (Cause.FEWER_POSTS, 0, -1)


def test_who_no_longer_goes_stands_after_the_problems_people() -> None:
    p = small(1, **THREE)
    assert told(p, plan(None, 0), plan(0, None)) == [
        (0, Kind.PLACED, Cause.FREED, (1,), Cause.WITHDREW), (1, Kind.DROPPED, Cause.WITHDREW, (), Cause.WITHDREW)]


def test_who_leaves_lets_others_in() -> None:
    p = changed(small(3, **THREE, **FOUR_POSTS), worker_age=[15, -1, -1])
    assert told(p, plan(0, 1, None), plan(None, 0, 1)) == [
        (0, Kind.DROPPED, Cause.NOT_ELIGIBLE, (), Cause.NOT_ELIGIBLE),
        (1, Kind.JOURNEY, Cause.FREED, (0,), Cause.NOT_ELIGIBLE),
        (2, Kind.PLACED, Cause.FREED, (1, 0), Cause.NOT_ELIGIBLE),
    ]


def test_newly_placed_into_room_by_list_or_because_it_is_better() -> None:
    p = small(2, **THREE, **FOUR_POSTS)
    assert told(p, plan(0, None), plan(0, 1)) == [(1, Kind.PLACED, Cause.ROOM, (), Cause.ROOM)]
    assert told(p, plan(0, None), plan(0, 1), new=(1,)) == [(1, Kind.PLACED, Cause.NEW, (), Cause.NEW)]
    assert told(p, plan(0, None), plan(None, 0)) == [
        (0, Kind.DROPPED, Cause.PUSHED, (1,), Cause.BETTER), (1, Kind.PLACED, Cause.BETTER, (), Cause.BETTER)]


def test_a_circle_and_a_move_to_where_there_was_room_are_better_for_all() -> None:
    p = small(2, **THREE, **FOUR_POSTS)
    assert told(p, plan(0, 1), plan(1, 0)) == [
        (0, Kind.JOURNEY, Cause.PUSHED, (1,), Cause.BETTER), (1, Kind.JOURNEY, Cause.PUSHED, (0,), Cause.BETTER)]
    assert told(p, plan(0, None), plan(1, 0)) == [
        (0, Kind.JOURNEY, Cause.PUSHED, (1,), Cause.BETTER), (1, Kind.PLACED, Cause.BETTER, (), Cause.BETTER)]
    assert told(p, plan(0, None), plan(1, None)) == [(0, Kind.JOURNEY, Cause.BETTER, (), Cause.BETTER)]


def test_another_job_on_the_same_bus() -> None:
    p = small(1, **THREE, job_park=[PARK, PARK], job_employer=[0, 0], job_reserved=[False] * 2, job_occupation=[0, 0],
              job_headcount=[0, 1], job_wage=[4000] * 2, job_start_by=[DAY] * 2, job_minors_allowed=[False] * 2)
    found = one(p, plan(0), plan(0, job=1))
    assert (found.kind, found.cause, found.job) == (Kind.JOB, Cause.POST_WITHDRAWN, 0)
    assert one(p, plan(0), plan(2, job=1)).kind == Kind.BOTH


def as_planned(r: Result) -> Planned:
    return Planned(r.job, r.leg_count, r.legs)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_causes_hold_when_people_are_put_back(seed: int) -> None:
    """Back at their old place in the new plan: a rule is broken for who has a cause of their own, room is lacking for who
    was pushed, and for the others nothing stands against it.
    """
    rng = np.random.default_rng(seed)
    old = invent(rng, people=10, jobs=5, trips=6)
    before = first_come_first_served(old)
    now, _ = without_trips(old, [str(rng.integers(0, 6))])
    now = changed(now, job_headcount=np.maximum(0, now.job_headcount - (rng.random(5) < 0.2)))
    near = Before(before.job, before.leg_count, before.legs) if seed % 2 else None
    after = solve(now, Stop(work=3000), seed, params=Parameters(threads=1), before=near)
    found = {d.worker: d for d in differences(now, as_planned(before), as_planned(after))}
    same = (before.job == after.job) & (before.legs == after.legs).all(axis=(1, 2))
    assert set(found) == set(np.flatnonzero(~same).tolist())
    for w, d in found.items():
        assert len(set(d.because_of)) == len(d.because_of) and w not in d.because_of
        if before.job[w] < 0:
            continue
        job, count, legs = after.job.copy(), after.leg_count.copy(), after.legs.copy()
        unit = [m for m in range(now.workers) if m == w or (
            now.worker_group[m] == now.worker_group[w] >= 0 and not now.group_may_split[now.worker_group[w]])]
        for m in unit:
            job[m], count[m], legs[m] = before.job[m], before.leg_count[m], before.legs[m]
        rules = {f.rule for f in check(now, job, count, legs).faults}
        if d.cause == Cause.PUSHED:
            assert rules & {"more workers than posts", "more passengers than seats"}
        elif d.cause in (Cause.FREED, Cause.BETTER):
            assert rules <= ({"more workers than posts", "more passengers than seats"} if d.cause == Cause.FREED else set())
        else:
            assert rules and d.cause in OWN
