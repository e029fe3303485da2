"""The least change: each is put into effect alone and places its people; less of it, or where none is named, does not."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.changes import Change, Explained, Kind, Nothing, Way, explain, ways
from dispatch.matching.csvio import read_bench
from dispatch.matching.pins import Kind as PinKind
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.result import Parameters, Reason, Stop
from dispatch.matching.rules import county_of, district_of
from dispatch.matching.situation import Legs, Situation
from dispatch.matching.solve import solve
from tests.bench import generate
from tests.matching.changing import placed, situation, with_changes
from tests.matching.invent import invent, options
from tests.matching.small import DAY, DISTRICT, HOME, OTHER_PARK, PARK, VILLAGE, changed, small, trips

GROUP = {"worker_group": [0, 0], "group_may_split": [False]}
TWO_PARKS: dict[str, Any] = {
    "job_park": [PARK, OTHER_PARK], "job_employer": [0, 0], "job_reserved": [False, False], "job_occupation": [0, 1],
    "job_headcount": [2, 2], "job_wage": [4000, 4000], "job_start_by": [DAY, DAY], "job_minors_allowed": [False, False],
    "worker_occupation": [0, 1], "related": np.zeros((2, 2), bool),
}


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


def test_a_group_apart_names_the_seats_of_one_trip_once() -> None:
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (OTHER_PARK, 400)], seats=0)
    p = small(3, **TWO_PARKS | two | {"worker_group": [0] * 3, "group_may_split": [False], "worker_occupation": [0, 0, 1]})
    way, = explain(nobody(p), [0])[0].ways
    assert Change(Kind.SEATS, 2, trip=0, board=0, alight=1) in way.changes
    assert placed(with_changes(p, way.changes), nobody(p), way.placing).faults == []


def test_posts_are_asked_for_when_all_are_taken() -> None:
    assert only(small(1, job_headcount=[0])) == [(Change(Kind.POSTS, 1, job=0),)]
    assert only(small(job_headcount=[1], **GROUP)) == [(Change(Kind.POSTS, 1, job=0),)]


def nothing(p: Problem, *pins: Pin) -> Nothing | None:
    """Why no change helps the first worker of an empty plan."""
    found = explain(nobody(p), [0], pins)[0]
    assert not found.ways
    return found.nothing


def test_nothing_helps_who_is_too_young_or_of_another_trade() -> None:
    assert nothing(small(1, worker_age=[15])) == Nothing.TOO_YOUNG
    assert nothing(small(worker_age=[-1, 15], **GROUP)) == Nothing.TOO_YOUNG
    assert nothing(small(1, worker_occupation=[1])) == Nothing.NO_POSTING
    assert nothing(small(1, worker_open_to_other=[False])) == Nothing.NO_POSTING


def test_nothing_helps_where_no_trip_leads_to_such_a_posting() -> None:
    assert nothing(small(1, worker_township=[VILLAGE])) == Nothing.NO_WAY_THERE


def test_nothing_helps_a_group_whose_postings_are_in_different_parks() -> None:
    apart = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (OTHER_PARK, 400)])
    found = explain(nobody(small(**apart, **TWO_PARKS, **GROUP)), [0])[0]
    assert [way.changes for way in found.ways] == [(Change(Kind.SPLIT, 2, worker=0),)]
    young = explain(nobody(small(**apart, **TWO_PARKS | {"job_reserved": [False, True]}, **GROUP)), [0])[0]
    assert young == Explained(nothing=Nothing.NO_POSTING)


def test_what_pins_forbid_is_never_named() -> None:
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)], seats=0)
    barred = explain(nobody(small(1, **two)), [0], [Pin(0, PinKind.NOT_TRIP, trip=0)])[0]
    assert [way.changes for way in barred.ways] == [(Change(Kind.SEATS, 1, trip=1, board=0, alight=1),)]
    assert nothing(small(1), Pin(0, PinKind.NOT_JOB, job=0)) == Nothing.NO_POSTING
    assert nothing(small(1), Pin(0, PinKind.NOT_TRIP, trip=0)) == Nothing.NO_WAY_THERE
    assert nothing(small(**GROUP), Pin(1, PinKind.OUT)) == Nothing.HELD_OUT


def test_what_is_full_is_named_where_it_alone_is_in_the_way() -> None:
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)], seats=0)
    assert explain(nobody(small(1, **two)), [0])[0].full_legs in {((0, 0, 1),), ((1, 0, 1),)}
    taken = explain(nobody(small(1, job_headcount=[0])), [0])[0]
    assert (taken.full_legs, taken.full_jobs) == ((), (0,))
    both = explain(nobody(small(1, job_headcount=[0], trip_capacity=[0])), [0])[0]
    assert (both.full_legs, both.full_jobs) == (((0, 0, 1),), (0,))


def test_whoever_has_not_been_looked_at_in_time_is_not_in_the_answer() -> None:
    p = small(3, trip_capacity=[0])
    asked = iter([False, True])
    assert list(explain(nobody(p), [0, 1, 2], enough=lambda: next(asked))) == [0]
    with pytest.raises(ValueError, match="has a place"):
        explain(Situation(p, [0, -1, -1], [0] * 3, np.full((3, 3, 3), -1)), [0])


def test_the_shortest_combination_where_nothing_suffices_alone() -> None:
    p = small(1, worker_ready=[DAY], worker_min_wage=[4100], trip_capacity=[0])
    assert [[c.kind for c in way] for way in only(p)] == [[Kind.SEATS, Kind.READY, Kind.YUAN]]


def test_who_has_a_place_is_not_asked_about() -> None:
    p = small()
    s = situation(p, solve(p, Stop(work=10_000)))
    with pytest.raises(ValueError, match="has a place"):
        ways(s, 0)


def less(way: Way) -> Iterator[tuple[Change, ...]]:
    """The changes of one kind with one of them one smaller (all of them, where they are about the time that work starts)."""
    smaller = [replace(c, amount=c.amount - 1) if c.amount > 1 else None for c in way.changes]
    if way.kinds == (Kind.DEADLINE,):
        yield tuple(c for c in smaller if c)
    elif way.kinds != (Kind.SPLIT,) and way.kinds != (Kind.CLEARANCE,):
        for k, c in enumerate(smaller):
            yield (*way.changes[:k], *([c] if c else []), *way.changes[k + 1 :])


def ample(p: Problem, unit: tuple[int, ...], *kinds: Kind) -> Problem:
    """The problem with as much of these kinds of change as anybody could want."""
    who = list(unit)
    wages, ready, split = p.worker_min_wage.copy(), p.worker_ready.copy(), p.group_may_split.copy()
    wages[who], ready[who] = 0, -100_000
    if p.worker_group[who[0]] >= 0:
        split[p.worker_group[who[0]]] = True
    rows = [(int(county_of(p)[p.worker_township[w]]), d, k) for w in who
            for d in np.unique(district_of(p)) if d >= 0 for k in (1, 2)]
    more: dict[Kind, dict[str, object]] = {
        Kind.SEATS: {"trip_capacity": p.trip_capacity + 50},
        Kind.READY: {"worker_ready": ready},
        Kind.DEADLINE: {"job_start_by": p.job_start_by + 100_000},
        Kind.YUAN: {"worker_min_wage": wages},
        Kind.POSTS: {"job_headcount": p.job_headcount + 50},
        Kind.SPLIT: {"group_may_split": split},
        Kind.CLEARANCE: {"admits": np.array(rows)},
    }
    for kind in kinds:
        p = changed(p, **more[kind])
    return p


def can_go(p: Problem, s: Situation, unit: tuple[int, ...]) -> bool:
    """By trying everything: could the unit go, with all others where they are?"""
    together = len(unit) > 1 and not p.group_may_split[p.worker_group[unit[0]]]
    for chosen in product(*(options(p, w) for w in unit)):
        park, legs = p.job_park[chosen[0][0]], chosen[0][1]
        if together and any(p.job_park[j] != park or x != legs for j, x in chosen):
            continue
        if _room(p, s, chosen):
            return True
    return False


def _room(p: Problem, s: Situation, chosen: tuple[tuple[int, Legs], ...]) -> bool:
    posts, seats = s.job_use.copy(), s.part_use.copy()
    for job, legs in chosen:
        posts[job] += 1
        for t, a, b in legs:
            seats[p.call_start[t] + a : p.call_start[t] + b] += 1
    return bool((posts <= p.job_headcount).all() and (seats <= np.repeat(p.trip_capacity, np.diff(p.call_start))).all())


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_no_less_and_no_other_kind_would_do(seed: int) -> None:
    p = invent(np.random.default_rng(seed), people=4, jobs=3, trips=3)
    s = situation(p, solve(p, Stop(work=2000), params=Parameters(threads=1)))
    for w, found in explain(s, np.flatnonzero(s.job < 0).tolist()).items():
        unit = s.unit(w)
        if w != unit[0]:
            continue
        named = {way.kinds[0]: way for way in found.ways if len(way.kinds) == 1}
        split = [] if len(unit) == 1 else [Kind.SPLIT]
        for kind in (Kind.SEATS, Kind.READY, Kind.DEADLINE, Kind.YUAN, *split, Kind.CLEARANCE, Kind.POSTS):
            assert can_go(ample(p, unit, kind), s, unit) == (kind in named)
        for way in named.values():
            assert not any(can_go(with_changes(p, changes), s, unit) for changes in less(way))
        assert len(named) == len(found.ways) or len(found.ways) == 1
        assert (found.nothing is not None) == (not found.ways) == (not can_go(ample(p, unit, *Kind), s, unit))


def proven(s: Situation, found: dict[int, Explained]) -> set[Kind]:
    """Each way put into effect by its changes alone, and judged by the checker; the kinds that were there."""
    kinds = set[Kind]()
    for w, explained in found.items():
        assert bool(explained.ways) == (explained.nothing is None)
        assert [way.kinds for way in explained.ways] == sorted(way.kinds for way in explained.ways)
        for way in explained.ways:
            assert w in way.placing.workers
            assert placed(with_changes(s.problem, way.changes), s, way.placing).faults == []
            kinds |= set(way.kinds)
    return kinds


def test_each_change_alone_places_its_people_for_a_thousand_of_them(tmp_path: Path) -> None:
    people, kinds = 0, set[Kind]()
    for seed in range(130):
        p = invent(np.random.default_rng(seed), people=12, jobs=6, trips=6)
        s = situation(p, first_come_first_served(p))
        found = explain(s, np.flatnonzero(s.job < 0).tolist())
        kinds |= proven(s, found)
        people += len(found)
    assert people >= 700 and kinds == set(Kind)
    kinds.clear()
    named = set[tuple[Reason, bool, bool]]()
    for seed, size, arguments in ((1, 1400, ()), (2, 600, ("--seat-share", "0.5")), (3, 600, ("--post-share", "0.5"))):
        p = read_bench(generate(tmp_path / str(seed), size, *arguments))
        s = situation(p, plan := first_come_first_served(p))
        stay = np.random.default_rng(seed).permutation(np.flatnonzero(s.job < 0))[:100].tolist()
        found = explain(s, stay)
        kinds |= proven(s, found)
        people += len(found)
        named |= {(Reason(plan.reason[w]), bool(found[w].full_legs), bool(found[w].full_jobs)) for w in stay}
    assert {seats for why, seats, _ in named if why == Reason.SEATS_FULL} == {True}
    assert {posts for why, _, posts in named if why == Reason.POSTINGS_FULL} == {True}
    assert people >= 1000 and kinds >= set(Kind) - {Kind.SPLIT, Kind.READY}
