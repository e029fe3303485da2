"""Independent parts: found as by trying everything, solved as if alone, and added up."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch.matching.check import check
from dispatch.matching.csvio import read_bench, write_plan, write_prices
from dispatch.matching.joining import rows_of, sub_before, sub_problem
from dispatch.matching.parts import MOST, Parts, parts_of
from dispatch.matching.pins import Kind, Pin, PinsRefused
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Clock, Parameters, Progress, Reason, Result, Stop
from dispatch.matching.sharing import share_of
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve
from tests.bench import BENCH, checked, generate
from tests.matching.invent import PARKS, invent
from tests.matching.joined import join_folders
from tests.matching.small import DAY, HOME, OTHER_PARK, OTHER_STATION, PARK, STATION, changed, small, trips

ARRAYS = ("job", "leg_count", "legs", "leaves", "reaches", "reason", "job_price", "part_price")


PLACES = ("worker_township", "worker_preferred_district", "job_park", "call_place", "access_from", "access_to")


def side_by_side(problems: list[Problem], common: Sequence[int] = ()) -> Problem:
    """Copies of one map beside each other, each with its problem; the places of `common` are those of the first for all."""
    first, count = problems[0], problems[0].places
    data: dict[str, Any] = {f.name: getattr(first, f.name) for f in fields(Problem)}
    for name in data:
        kind, odd = name.split("_")[0], ("worker_occupation_start", "call_start", "worker_occupation")
        if kind not in ("worker", "job", "trip", "call", "access") or name in odd or name.endswith("_ids"):
            continue
        shift = {"worker_reserved_job": "jobs", "worker_group": "groups"}.get(name, "places" if name in PLACES else "")
        before = np.cumsum([0, *(getattr(p, shift) if shift else 0 for p in problems)])
        parts = [getattr(p, name) for p in problems]
        moved = [np.where((v >= 0) & ~(np.isin(v, common) & (shift == "places")), v + n, v) if shift else v
                 for v, n in zip(parts, before, strict=False)]
        data[name] = np.concatenate(moved)
    for name, values in (("worker_occupation_start", "worker_occupation"), ("call_start", "")):
        lengths = np.concatenate([np.diff(getattr(p, name)) for p in problems])
        data[name] = np.concatenate(([0], np.cumsum(lengths)))
        if values:
            data[values] = np.concatenate([getattr(p, values) for p in problems])
    _, once = np.unique(np.column_stack((data["access_from"], data["access_to"])), axis=0, return_index=True)
    data |= {name: data[name][once] for name in ("access_from", "access_to", "access_minutes")}
    data["place_level"] = np.tile(first.place_level, len(problems))
    data["place_parent"] = np.concatenate([np.where(first.place_parent >= 0, first.place_parent + k * count, -1)
                                           for k in range(len(problems))])
    data["group_may_split"] = np.concatenate([p.group_may_split for p in problems])
    return Problem(**data | dict.fromkeys(("place_ids", "worker_ids", "job_ids", "trip_ids"), ()))


def uses(p: Problem) -> list[tuple[set[int], set[int]]]:
    """What each person could use alone in an empty world, by listing all journeys: jobs and trips."""
    world, out = Situation(p, np.full(p.workers, -1), np.zeros(p.workers), np.full((p.workers, 3, 3), -1)), []
    for w in range(p.workers):
        journeys, jobs, rides = world.journeys(int(p.worker_township[w])), set[int](), set[int]()
        seated = p.trip_capacity[np.where(journeys.board >= 0, world.call_trip[journeys.board], 0)] > 0
        seated = (seated | (journeys.board < 0)).all(axis=1)
        for j in np.flatnonzero(~np.isnan(world.fits(w)[0]) & (world.fits(w)[1] == 0)).tolist():
            kept = p.worker_reserved_job[w] == j
            if not (kept or p.job_headcount[j] > 0) or not world.let_in(w, world.district[p.job_park[[j]]]).all():
                continue
            k = int(world.park_of_place[p.job_park[j]])
            here = np.arange(journeys.start[k], journeys.start[k + 1])
            walk = journeys.board[here, 0] < 0
            minutes = journeys.reach[here] - journeys.leave[here]
            fine = np.where(walk, p.worker_ready[w] + minutes <= p.job_start_by[j],
                            (journeys.leave[here] >= p.worker_ready[w]) & (journeys.reach[here] <= p.job_start_by[j]))
            for n in here[fine & seated[here]]:
                jobs.add(j)
                rides |= {int(world.call_trip[c]) for c in journeys.board[n] if c >= 0}
        out.append((jobs, rides))
    return out


def pieces(p: Problem, used: list[tuple[set[int], set[int]]]) -> list[set[int]]:
    """People put together while any two share a trip, a job or a group that does not split."""
    marks = []
    for w, (jobs, rides) in enumerate(used):
        group = int(p.worker_group[w])
        mates = {("group", group)} if group >= 0 and not p.group_may_split[group] else set()
        marks.append({("job", j) for j in jobs} | {("trip", t) for t in rides} | mates)
    found: list[tuple[set[int], set[Any]]] = []
    for w, mine in enumerate(marks):
        touching = [x for x in found if x[1] & mine]
        found = [x for x in found if not x[1] & mine]
        found.append(({w}.union(*(x[0] for x in touching)), mine.union(*(x[1] for x in touching))))
    return [people for people, mark in found if any(kind == "job" for kind, _ in mark)]


def test_parts_never_separate_what_belongs_together_and_come_apart_as_by_trying_everything() -> None:
    apart = exact = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        p = side_by_side([invent(rng, 4, 4, 6) for _ in range(3)], PARKS if seed % 2 else ())
        parts, used = parts_of(p), uses(p)
        for w, (jobs, rides) in enumerate(used):
            assert (parts.job[list(jobs)] == parts.worker[w]).all()
            assert (parts.trip[list(rides)] == parts.worker[w]).all()
        for g in np.flatnonzero(~p.group_may_split):
            assert len(set(parts.worker[p.worker_group == g])) == 1
        found = pieces(p, used)
        assert parts.count <= max(1, len(found)) + 2  # regions in which nobody can go
        apart += len(found) > 1
        exact += len({parts.worker[min(people)] for people in found}) == len(found)
    assert apart > 20 and exact > 50, (apart, exact)


def two(**changes: Any) -> Problem:
    """Two people, each with a kept job in a park of its own and a bus there."""
    jobs = {"job_park": [PARK, OTHER_PARK], "job_employer": [0, 0], "job_reserved": [True, True], "job_occupation": [0, 0],
            "job_headcount": [1, 1], "job_wage": [4000] * 2, "job_start_by": [2 * DAY] * 2,
            "job_minors_allowed": [False] * 2}
    ways = trips([(HOME, 100), (PARK, 200)], [(HOME, 100), (OTHER_PARK, 200)])
    return small(2, **jobs | ways | {"worker_reserved_job": [0, 1]} | changes)


def test_a_township_an_employer_and_a_trade_join_nobody() -> None:
    assert parts_of(two()).count == 2


def test_a_park_joins_nobody_and_a_trip_there_does() -> None:
    same = {"job_park": [PARK, PARK]}
    apart = trips([(HOME, 100), (PARK, 200)], [(HOME, DAY + 100), (PARK, DAY + 200)])
    early = {"worker_ready": [0, DAY], "job_start_by": [DAY, 2 * DAY]}
    assert parts_of(two(**same, **apart)).count == 1  # the first bus serves one, the second both
    assert parts_of(two(**same, **apart, **early)).count == 1  # of deadlines only the park's latest is looked at
    one = trips([(HOME, 100), (PARK, 200), (OTHER_PARK, 300)])
    assert parts_of(two(**one)).count == 1


def test_a_job_that_both_could_take_and_reach_joins_them() -> None:
    third = {"job_park": [PARK, OTHER_PARK, PARK], "job_employer": [0] * 3, "job_reserved": [True, True, False],
             "job_occupation": [0, 0, 1], "job_headcount": [1] * 3, "job_wage": [4000] * 3, "job_start_by": [2 * DAY] * 3,
             "job_minors_allowed": [False] * 3}
    skilled = {"worker_occupation": [0, 1]}
    assert parts_of(two(**third)).count == 1
    assert parts_of(two(**third, **skilled, related=np.zeros((2, 2), bool))).count == 1
    shut = {"worker_open_to_other": [True, False]}
    assert parts_of(two(**third, **shut)).count == 2
    assert parts_of(two(**third, worker_min_wage=[4000, 4100])).count == 2


def test_a_group_joins_and_a_group_that_may_split_does_not() -> None:
    assert parts_of(two(worker_group=[0, 0], group_may_split=[False])).count == 1
    assert parts_of(two(worker_group=[0, 0], group_may_split=[True])).count == 2


def test_a_change_joins_the_trips_where_somebody_can_take_both() -> None:
    feeder, train = [(HOME, 100), (STATION, 200)], [(STATION, 240), (OTHER_STATION, 400)]
    late = [(STATION, 215), (PARK, 300)]
    last = [(OTHER_STATION, 440), (PARK, 500)]
    ways = trips(feeder, train, last, late, [(HOME, 100), (OTHER_PARK, 200)])
    parts = parts_of(two(**ways))
    assert parts.count == 2
    assert parts.trip.tolist() == [0, 0, 0, 0, 1]  # the one that nobody catches is with the first part of the region
    used = parts_of(two(**ways, worker_ready=[101, 0]))
    assert used.count == 1


def test_a_pin_stays_with_its_person_and_all_refusals_are_named() -> None:
    p = two()
    pins = [Pin(0, Kind.TRIP, trip=1), Pin(1, Kind.TRIP, trip=0)]
    assert parts_of(p, pins).count == 1
    blocked = two(**trips([(HOME, 100), (PARK, 3 * DAY)], [(HOME, 100), (OTHER_PARK, 200)]) | {"job_headcount": [1, 0]})
    third = side_by_side([blocked, two(), two()])
    assert parts_of(third).count == 5  # the one who cannot go is with the first of the region
    pins = [Pin(0, Kind.JOB, job=0), Pin(2, Kind.JOB, job=2), Pin(4, Kind.ASSIGNMENT, job=4, legs=((4, 1, 0),))]
    told: list[Progress] = []
    with pytest.raises(PinsRefused) as refused:
        solve(third, Stop(work=1000), pins=pins, progress=told.append)
    assert [r.worker for r in refused.value.refusals] == [0, 4] and not told
    kept = solve(third, Stop(work=1000), pins=[Pin(2, Kind.OUT), Pin(3, Kind.NOT_JOB, job=2), Pin(5, Kind.NOT_TRIP, trip=5)])
    assert kept.reason.tolist()[2:] == [Reason.PINNED_OUT, Reason.PLACED, Reason.PLACED, Reason.NO_JOURNEY_IN_TIME]


def test_what_fits_in_another_part_is_told_from_what_fits_nowhere() -> None:
    jobs = {"worker_open_to_other": [True, False, True, True], "worker_occupation": [0, 0, 1, 1],
            "worker_clearance": [0, 0, 0, 2], "worker_reserved_job": [0, 1, -1, -1], "job_reserved": [True, False],
            "job_occupation": [0, 1], "worker_township": [HOME, OTHER_STATION, HOME, HOME]}
    way = trips([(HOME, 100), (PARK, 200)], [(OTHER_STATION, 100), (OTHER_PARK, 200)])
    p = changed(two(), **{f.name: np.tile(getattr(two(), f.name), 2) for f in fields(Problem)
                          if f.name.startswith("worker_") and f.name not in ("worker_ids", "worker_occupation_start")},
                worker_occupation_start=range(5), worker_ids=())
    p = changed(p, **jobs, **way)
    assert parts_of(p).count == 2
    assert solve(p, Stop(work=1000)).reason.tolist() == [
        Reason.PLACED, Reason.PLACED, Reason.NO_JOURNEY_IN_TIME, Reason.CLEARANCE_NOT_ADMITTED]


def test_more_parts_than_are_worth_their_while_are_taken_together() -> None:
    p = side_by_side([two() for _ in range(MOST)])
    parts = parts_of(p)
    assert parts.count == MOST and sorted(parts.people)[-1] == MOST + 1
    assert solve(p, Stop(work=20_000), params=Parameters(threads=1)).placed == 2 * MOST


def test_work_and_seconds_are_shared_by_people() -> None:
    people, clock = np.array([5, 1, 1]), Clock(Stop(seconds=70, work=100))
    clock.begun -= 49
    shares = [share_of(clock, people, k) for k in range(3)]
    assert [s.work for s in shares] == [71, 14, 15]
    assert [s.seconds for s in shares] == pytest.approx([15, 10.5, 21], abs=0.1)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [generate(tmp_path_factory.mktemp("one"), 300, "--seed", str(seed)) for seed in range(1, 5)]


@pytest.fixture(scope="module")
def four(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return join_folders(folders, tmp_path_factory.mktemp("four"))


def test_four_joined_instances_are_solved_as_if_each_were_alone(folders: list[Path], four: Path, tmp_path: Path) -> None:
    p, alone = read_bench(four), [read_bench(f) for f in folders]
    parts = parts_of(p)
    assert parts.count == 4 and parts.people.tolist() == [300] * 4
    told: list[Progress] = []
    whole = solve(p, Stop(work=400_000), 3, progress=told.append)
    each, elsewhere = [solve(q, Stop(work=100_000), 3) for q in alone], 0
    for name, first in enumerate(np.cumsum([0] + [q.jobs for q in alone])[:-1]):
        mine = slice(300 * name, 300 * (name + 1))
        assert np.array_equal(whole.job[mine], np.where(each[name].job >= 0, each[name].job + first, -1))
        nowhere = np.isin(each[name].reason, (Reason.NO_ELIGIBLE_POSTING, Reason.CLEARANCE_NOT_ADMITTED))
        assert np.array_equal(whole.reason[mine][~nowhere], each[name].reason[~nowhere])
        elsewhere += int((whole.reason[mine][nowhere] == Reason.NO_JOURNEY_IN_TIME).sum())
    assert elsewhere  # who would take a posting without a trade in another part
    assert np.array_equal(np.concatenate([r.part_price for r in each]), whole.part_price)
    assert np.array_equal(np.concatenate([r.job_price for r in each]), whole.job_price)
    assert np.array_equal(np.concatenate([r.legs[:, :, 1:] for r in each]), whole.legs[:, :, 1:])
    assert (whole.score, whole.bound) == (sum(r.score for r in each), sum(r.bound or 0 for r in each))
    assert whole.work == sum(r.work for r in each)
    assert [t.share for t in told] == sorted(t.share for t in told)
    assert told[-1].best_score == pytest.approx(whole.score) and told[-1].bound == pytest.approx(whole.bound)
    write_plan(p, whole, tmp_path / "plan.csv")
    write_prices(p, whole, tmp_path / "prices.csv")
    status, said = checked(four, tmp_path / "plan.csv")
    assert (status, said) == (0, f"workers 1200  assigned {whole.placed}  score {whole.score:.1f}\n")
    proven = subprocess.run([sys.executable, BENCH / "bound.py", four, tmp_path / "prices.csv"], capture_output=True,
                            text=True, check=True).stdout
    assert float(proven.split()[-1]) == pytest.approx(whole.bound, abs=0.1)


def test_a_part_taken_out_is_the_instance_that_was_put_in(folders: list[Path], four: Path) -> None:
    p = read_bench(four)
    for folder, rows in zip(folders, rows_of(parts_of(p)), strict=True):
        part, alone = sub_problem(p, rows), read_bench(folder)
        for name in ("worker_min_wage", "worker_reserved_job", "worker_group", "worker_occupation_start", "job_headcount",
                     "job_reserved", "trip_capacity", "call_start", "group_may_split"):
            assert np.array_equal(getattr(part, name), getattr(alone, name)), name
        assert [w[2:] for w in part.worker_ids] == list(alone.worker_ids)


def test_a_plan_before_is_kept_in_its_parts(four: Path) -> None:
    p = read_bench(four)
    first = solve(p, Stop(work=100_000))
    before = Before(first.job, first.leg_count, first.legs)
    trip = int(np.bincount(first.legs[first.leg_count > 0, 0, 0]).argmax())
    seats = p.trip_capacity.copy()
    seats[trip] = 0
    lost = changed(p, trip_capacity=seats)
    again = solve(lost, Stop(work=200_000), before=before)
    could, _, dropped = moves(before, again, [trip])
    assert dropped == 0 and could < first.placed
    assert check(lost, again.job, again.leg_count, again.legs).faults == []
    other = rows_of(parts_of(lost))[int(parts_of(p).worker[np.flatnonzero(first.legs[:, 0, 0] == trip)[0]])]
    kept = sub_before(lost, other, before)
    assert (kept.job >= 0).sum() <= (first.job[other.workers] >= 0).sum()


def same(a: Result, b: Result) -> bool:
    return all(np.array_equal(getattr(a, k), getattr(b, k)) for k in ARRAYS) and (a.score, a.bound) == (b.score, b.bound)


def test_parts_found_before_and_any_threads_give_the_same_plan(four: Path) -> None:
    p = read_bench(four)
    first = solve(p, Stop(work=60_000), 5)
    assert same(first, solve(p, Stop(work=60_000), 5, parts=parts_of(p), params=Parameters(threads=1)))
    whole = Parts(1, *(np.zeros(n, np.int32) for n in (p.workers, p.jobs, p.trips)))
    assert whole.people.tolist() == [1200]
    assert not same(first, solve(p, Stop(work=60_000), 5, parts=whole))


def test_seconds_that_are_not_used_up_change_nothing(four: Path) -> None:
    p = read_bench(four)
    assert same(solve(p, Stop(seconds=3600), 5), solve(p, Stop(), 5))
