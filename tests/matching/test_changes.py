"""The least change: each is put into effect alone and places its people; less of it, or where none is named, does not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.changes import Change, Kind, Way, least_changes, ways
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Stop
from dispatch.matching.rules import county_of, district_of
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve
from tests.matching.changing import placed, situation, with_changes
from tests.matching.invent import invent, options
from tests.matching.small import DAY, DISTRICT, HOME, PARK, changed, small, trips
from tests.matching.test_properties import generated

GROUP = {"worker_group": [0, 0], "group_may_split": [False]}


def nobody(p: Problem) -> Situation:
    """The plan in which everybody stays."""
    return Situation(p, [-1] * p.workers, [0] * p.workers, np.full((p.workers, 3, 3), -1))


def only(p: Problem, worker: int = 0) -> list[tuple[Change, ...]]:
    """The changes of each way for a worker of an empty plan; each is proven first."""
    s = nobody(p)
    found = ways(s, worker)
    for way in found:
        assert placed(with_changes(p, way.changes), s, way.placing).faults == []
    return [way.changes for way in found]


def test_who_could_go_now_needs_no_change() -> None:
    assert only(small()) == [()]


def test_seats_are_named_with_trip_calls_and_number() -> None:
    assert only(small(trip_capacity=[1], **GROUP))[0] == (Change(Kind.SEATS, 1, trip=0, board=0, alight=1),)
    assert only(small(1, trip_capacity=[0])) == [(Change(Kind.SEATS, 1, trip=0, board=0, alight=1),)]


def test_only_the_full_part_of_a_trip_lacks_seats() -> None:
    ways_there = trips([(HOME, 100), (4, 200), (5, 300), (PARK, 400)], seats=1)
    p = small(2, **ways_there)
    legs = np.full((2, 3, 3), -1)
    legs[1, 0] = 0, 1, 2
    s = Situation(p, [-1, 0], [0, 1], legs)
    assert [w.changes for w in ways(s, 0)] == [(Change(Kind.SEATS, 1, trip=0, board=1, alight=2),)]


def test_minutes_are_counted_from_readiness_and_from_the_deadline() -> None:
    assert only(small(1, worker_ready=[625])) == [(Change(Kind.READY, 25, worker=0),)]
    assert only(small(1, job_start_by=[1190])) == [(Change(Kind.DEADLINE, 10, job=0),)]
    both = only(small(1, worker_ready=[601], job_start_by=[1190]))
    assert both == [(Change(Kind.READY, 1, worker=0), Change(Kind.DEADLINE, 10, job=0))]


def test_a_way_on_foot_is_in_time_by_leaving_earlier_or_by_starting_later() -> None:
    on_foot = {"access_from": [HOME], "access_to": [PARK], "access_minutes": [50], "trip_capacity": [0]}
    found = only(small(1, worker_ready=[1000], job_start_by=[1040], **on_foot))
    assert found == [(Change(Kind.READY, 10, worker=0),), (Change(Kind.DEADLINE, 10, job=0),)]


def test_only_the_late_members_of_a_group_must_be_earlier() -> None:
    found = only(small(worker_ready=[0, 660], **GROUP))
    assert found == [(Change(Kind.READY, 60, worker=1),)]


def test_yuan_are_the_least_of_those_that_would_do() -> None:
    assert only(small(1, worker_min_wage=[4300])) == [(Change(Kind.YUAN, 300, worker=0, job=0),)]


def test_a_clearance_is_admitted_at_the_district() -> None:
    assert only(small(1, worker_clearance=[1])) == [(Change(Kind.CLEARANCE, 1, worker=0, district=DISTRICT),)]


def test_a_group_that_agrees_to_travel_apart() -> None:
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)], seats=1)
    found = only(small(**two, **GROUP))
    assert found == [
        (Change(Kind.SEATS, 1, trip=0, board=0, alight=1),),
        (Change(Kind.SPLIT, 2, worker=0),),
    ]


def test_posts_are_asked_for_when_all_are_taken() -> None:
    assert only(small(1, job_headcount=[0])) == [(Change(Kind.POSTS, 1, job=0),)]
    assert only(small(job_headcount=[1], **GROUP)) == [(Change(Kind.POSTS, 1, job=0),)]


def test_nothing_helps_who_is_too_young_or_of_another_trade() -> None:
    assert only(small(1, worker_age=[15])) == []
    assert only(small(1, worker_occupation=[1])) == []
    assert only(small(1, worker_open_to_other=[False])) == []


def test_the_shortest_combination_where_nothing_suffices_alone() -> None:
    p = small(1, worker_ready=[DAY], worker_min_wage=[4100], trip_capacity=[0])
    assert [[c.kind for c in way] for way in only(p)] == [[Kind.SEATS, Kind.READY, Kind.YUAN]]


def test_who_has_a_place_is_not_asked_about() -> None:
    p = small()
    s = situation(p, solve(p, Stop(work=10_000)))
    with pytest.raises(ValueError, match="has a place"):
        ways(s, 0)


def smaller(change: Change) -> Change | None:
    return replace(change, amount=change.amount - 1) if change.amount > 1 else None


def ample(p: Problem, worker: int, kind: Kind) -> Problem:
    """The problem with as much of one kind of change as anybody could want."""
    county = int(county_of(p)[p.worker_township[worker]])
    wages = p.worker_min_wage.copy()
    wages[worker] = 0
    ready = p.worker_ready.copy()
    ready[worker] = -100_000
    more: dict[Kind, dict[str, object]] = {
        Kind.SEATS: {"trip_capacity": p.trip_capacity + 50},
        Kind.READY: {"worker_ready": ready},
        Kind.DEADLINE: {"job_start_by": p.job_start_by + 100_000},
        Kind.YUAN: {"worker_min_wage": wages},
        Kind.POSTS: {"job_headcount": p.job_headcount + 50},
        Kind.CLEARANCE: {
            "admits": np.array([(county, d, k) for d in np.unique(district_of(p)) if d >= 0 for k in (1, 2)])
        },
    }
    return changed(p, **more[kind])


def can_go(p: Problem, s: Situation, worker: int) -> bool:
    """By trying everything: could the worker go alone, with all others where they are?"""
    taken = np.bincount(s.job[s.job >= 0], minlength=p.jobs)
    for job, legs in options(p, worker):
        if taken[job] >= p.job_headcount[job]:
            continue
        if all(s.part_use[p.call_start[t] + a : p.call_start[t] + b].max() < p.trip_capacity[t] for t, a, b in legs):
            return True
    return False


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_no_less_and_no_other_kind_would_do(seed: int) -> None:
    p = invent(np.random.default_rng(seed), people=4, jobs=3, trips=4)
    s = situation(p, solve(p, Stop(work=2000), params=Parameters(threads=1)))
    for w in np.flatnonzero(s.job < 0).tolist():
        found = ways(s, w)
        for way in found:
            assert placed(with_changes(p, way.changes), s, way.placing).faults == []
        if len(s.unit(w)) > 1:
            continue
        named = {way.kinds[0]: way for way in found if len(way.kinds) == 1}
        for kind in (Kind.SEATS, Kind.READY, Kind.DEADLINE, Kind.YUAN, Kind.CLEARANCE, Kind.POSTS):
            assert can_go(ample(p, w, kind), s, w) == (kind in named)
            if kind in (Kind.READY, Kind.DEADLINE, Kind.YUAN) and kind in named:
                _no_less_would_do(p, s, w, named[kind])
        assert all(len(way.kinds) == 1 for way in found) or len(found) == 1


def _no_less_would_do(p: Problem, s: Situation, w: int, way: Way) -> None:
    """Ready, or a wage, one less; or all deadlines later by one minute less."""
    least = way.changes[0].amount
    if way.changes[0].kind == Kind.DEADLINE:
        assert not can_go(changed(p, job_start_by=p.job_start_by + least - 1), s, w)
    else:
        less = smaller(way.changes[0])
        assert less is None or not can_go(with_changes(p, [less]), s, w)


def test_each_change_alone_places_its_people_on_a_generated_campaign(tmp_path: Path) -> None:
    p = generated(tmp_path, 1400, 1)
    s = situation(p, solve(p, Stop(work=300_000), params=Parameters(threads=1)))
    stay = np.random.default_rng(1).permutation(np.flatnonzero(s.job < 0))[:120].tolist()
    kinds = set[Kind]()
    for w, found in least_changes(s, stay).items():
        assert all(w in way.placing.workers for way in found)
        assert [way.kinds for way in found] == sorted(way.kinds for way in found)
        for way in found:
            kinds |= set(way.kinds)
            assert placed(with_changes(p, way.changes), s, way.placing).faults == []
    assert kinds >= {Kind.SEATS, Kind.READY, Kind.YUAN, Kind.CLEARANCE}
