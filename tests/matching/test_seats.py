"""Seat numbers on vehicles made by hand, and on any tiny one."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matching.layout import SeatLayout, rows_of_four
from dispatch.matching.problem import Mode, Problem
from dispatch.matching.result import Result, Stop
from dispatch.matching.seat_report import report_seats
from dispatch.matching.seats import SeatsBefore, number_seats
from dispatch.matching.solve import solve
from dispatch.snapshot.seat_layouts import layout_of_maps
from tests.matching.small import DAY, HOME, PARK, changed, small
from tests.matching.test_properties import generated
from transport.seat_maps import BUS, TRAIN_16

Ride = tuple[int, int]


@dataclass(frozen=True)
class World:
    problem: Problem
    result: Result
    layout: SeatLayout
    withheld: np.ndarray

    @property
    def legs(self) -> np.ndarray:
        return self.result.legs


def vehicles(*coaches: Sequence[int]) -> SeatLayout:
    """One trip; each coach as the lengths of its rows."""
    row, coach, number = list[int](), list[int](), 0
    for c, rows in enumerate(coaches):
        for length in rows:
            row += [number] * length
            coach += [c] * length
            number += 1
        number += 1
    return SeatLayout(np.array([0, len(row)]), np.array(row, np.int32), np.array(coach, np.int32))


def world(
    rides: Sequence[Ride], groups: Sequence[int], layout: SeatLayout, withheld: Sequence[int] = (),
    employers: Sequence[int] | None = None, onward: Sequence[int] | None = None,
) -> World:
    """One trip (a train) on which everybody has a ride; from there on by one of some buses, -1 for none."""
    parts, people = max((b for _, b in rides), default=1), len(rides)
    employers = employers or [0] * people
    buses = max(onward or [-1]) + 1
    known = sorted({g for g in groups if g >= 0})
    jobs = max(employers) + 1
    problem = small(
        people, worker_group=[known.index(g) if g >= 0 else -1 for g in groups], group_may_split=[True] * len(known),
        job_park=[PARK] * jobs, job_employer=list(range(jobs)), job_reserved=[False] * jobs, job_occupation=[0] * jobs,
        job_headcount=[people] * jobs, job_wage=[4000] * jobs, job_start_by=[DAY] * jobs,
        job_minors_allowed=[False] * jobs,
        trip_mode=[Mode.TRAIN] + [Mode.RECEPTION] * buses,
        trip_capacity=[int(layout.seats[0]) - len(withheld)] + [people] * buses,
        call_start=[0, parts + 1, *(parts + 1 + 2 * (n + 1) for n in range(buses))],
        call_place=[HOME, PARK] * ((parts + 2) // 2 + buses)
        if (parts + 1) % 2 == 0 else [HOME, *([PARK, HOME] * (parts // 2)), *([HOME, PARK] * buses)],
        call_arrive=[*range(100, 101 + parts), *[500, 600] * buses],
        call_depart=[*range(100, 101 + parts), *[500, 600] * buses],
    )
    legs = np.full((people, 3, 3), -1, np.int32)
    count = np.ones(people, np.int8)
    for w, (board, alight) in enumerate(rides):
        legs[w, 0] = 0, board, alight
        if onward is not None and onward[w] >= 0:
            legs[w, 1], count[w] = (onward[w] + 1, 0, 1), 2
    nothing = np.zeros(0)
    result = Result(
        np.array(employers, np.int32), count, legs, np.zeros(people, np.int32), np.zeros(people, np.int32), 0.0, None,
        nothing, nothing, np.zeros(1, np.int32), np.zeros(people, np.int8), "optimal", {},
    )
    kept_out = np.array([(0, s) for s in withheld]).reshape(-1, 2)
    if buses:
        more = rows_of_four(np.full(buses, people))
        layout = SeatLayout(np.append(layout.start, layout.start[-1] + more.start[1:]),
                            np.append(layout.row, more.row), np.append(layout.coach, more.coach))
    return World(problem, result, layout, kept_out)


def seated(w: World, before: SeatsBefore | None = None) -> np.ndarray:
    return number_seats(w.problem, w.result, w.withheld, w.layout, before)


def clash(rides: Sequence[Ride], seats: Sequence[int]) -> bool:
    taken = [(s, part) for (a, b), s in zip(rides, seats, strict=True) for part in range(a, b)]
    return len(taken) != len(set(taken))


def had(w: World, seats: Sequence[int]) -> SeatsBefore:
    out = np.full((len(seats), 3), -1, np.int16)
    out[:, 0] = seats
    return SeatsBefore(w.legs, out)


# --- any tiny vehicle --------------------------------------------------------------------------------------------------


@st.composite
def tiny(draw: st.DrawFn, most_seats: int = 8) -> World:
    """One or two coaches of short rows, some seats withheld, up to three parts, and rides as long as seats are free."""
    rows = st.lists(st.integers(1, 3), min_size=1, max_size=3)
    coaches = draw(st.lists(rows, min_size=1, max_size=2).filter(lambda c: 1 < sum(map(sum, c)) <= most_seats))
    layout = vehicles(*coaches)
    size = int(layout.seats[0])
    withheld = draw(st.sets(st.integers(0, size - 1), max_size=size // 3))
    load = [size - len(withheld)] * 3
    rides, groups = list[Ride](), list[int]()
    for group in range(draw(st.integers(1, 6))):
        board = draw(st.integers(0, 2))
        ride = (board, draw(st.integers(board + 1, 3)))
        people = min(draw(st.integers(1, 3)), *load[ride[0]:ride[1]])
        for part in range(*ride):
            load[part] -= people
        rides += [ride] * people
        groups += [group if people > 1 else -1] * people
    rides = rides or [(0, 3)]
    return world(rides, groups or [-1], layout, sorted(withheld))


def rides_in(w: World) -> list[Ride]:
    return [(int(a), int(b)) for _, a, b in w.legs[:, 0]]


def free_seats(w: World) -> list[int]:
    return sorted(set(range(int(w.layout.seats[0]))) - set(w.withheld[:, 1].tolist()))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(tiny(), st.data())
def test_everybody_has_a_seat_that_nobody_else_has_and_that_is_not_withheld(w: World, data: st.DataObject) -> None:
    size = int(w.layout.seats[0])
    earlier = data.draw(st.none() | st.lists(st.integers(-1, size), min_size=len(w.legs), max_size=len(w.legs)))
    seats = seated(w, None if earlier is None else had(w, earlier))
    assert set(seats[:, 0].tolist()) <= set(free_seats(w))
    assert not clash(rides_in(w), seats[:, 0].tolist())
    assert (seats[:, 1:] == -1).all()


def seatings(rides: Sequence[Ride], free: Sequence[int], chosen: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    if len(chosen) == len(rides):
        yield chosen
        return
    for seat in free:
        if not clash(rides[:len(chosen) + 1], (*chosen, seat)):
            yield from seatings(rides, free, (*chosen, seat))


def report(w: World, seats: Sequence[int]) -> int:
    return report_seats(w.problem, w.result, had(w, seats).seats, w.layout, w.withheld).together


def test_nearly_as_many_groups_sit_together_as_any_seating_allows() -> None:
    """The exchange of seats is no proof, so the count over all vehicles is held, not each of them."""
    found, best, worse = 0, 0, 0

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(tiny(most_seats=5).filter(lambda w: len(w.legs) <= 6))
    def one(w: World) -> None:
        nonlocal found, best, worse
        ours = report(w, seated(w)[:, 0].tolist())
        most = max(report(w, seats) for seats in seatings(rides_in(w), free_seats(w)))
        assert ours <= most
        found, best, worse = found + ours, best + most, worse + (ours < most)

    one()
    assert best > 50
    assert found >= 0.98 * best, f"{found} of {best} groups, {worse} vehicles"


# --- the same seats again ----------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None, derandomize=True)
@given(tiny(most_seats=5).filter(lambda w: len(w.legs) <= 6), st.data())
def test_as_few_people_change_the_seat_as_can_be(w: World, data: st.DataObject) -> None:
    """Some had a seat by an earlier seating, some are new."""
    rides, free = rides_in(w), free_seats(w)
    earlier = list(seated(w)[:, 0].tolist())
    some = data.draw(st.permutations(free))
    turned = dict(zip(free, some, strict=True))
    earlier = [turned[s] for s in earlier]
    new = data.draw(st.sets(st.integers(0, len(rides) - 1)))
    # Who is new took no seat before; somebody else may have had another one then, too.
    for r in range(len(rides)):
        other = data.draw(st.sampled_from(free))
        trial = [*earlier[:r], other, *earlier[r + 1:]]
        stay = [k for k in range(len(rides)) if k not in new]
        if r not in new and not clash([rides[k] for k in stay], [trial[k] for k in stay]):
            earlier = trial
    before = [-1 if r in new else s for r, s in enumerate(earlier)]
    ours = seated(w, had(w, before))[:, 0].tolist()

    def changes(seats: Sequence[int]) -> int:
        return sum(b >= 0 and s != b for s, b in zip(seats, before, strict=True))

    assert changes(ours) == min(changes(seats) for seats in seatings(rides, free))


def test_who_has_another_leg_is_seated_anew() -> None:
    w = world([(0, 2), (0, 2)], [-1, -1], vehicles([2, 2]))
    before = SeatsBefore(w.legs.copy(), had(w, [3, 2]).seats)
    before.legs[1, 0] = 0, 0, 1
    assert seated(w, before)[:, 0].tolist() == [3, 0]


def test_a_leg_keeps_its_seat_where_it_is_now_another_of_the_journey() -> None:
    w = world([(0, 1), (0, 1)], [-1, -1], vehicles([4]))
    before = SeatsBefore(np.roll(w.legs, 1, axis=1), np.roll(had(w, [3, 2]).seats, 1, axis=1))
    assert seated(w, before)[:, 0].tolist() == [3, 2]


def test_a_newcomer_sits_with_the_group_that_keeps_its_seats() -> None:
    w = world([(0, 1)] * 3, [0, 0, 0], vehicles([2, 2], [2, 2], [2, 2]))
    assert seated(w, had(w, [8, 9, -1]))[:, 0].tolist() == [8, 9, 10]


def test_a_seat_that_is_withheld_now_is_left() -> None:
    w = world([(0, 1)] * 2, [-1, -1], vehicles([4]), withheld=[2])
    assert seated(w, had(w, [2, 3]))[:, 0].tolist() == [0, 3]


# --- single rules ------------------------------------------------------------------------------------------------------


def test_a_seat_is_used_again_after_its_holder_gets_off() -> None:
    w = world([(0, 1)] * 2 + [(1, 2)] * 2 + [(0, 2)] * 2, [0, 0, 1, 1, 2, 2], vehicles([2, 2]))
    seats = seated(w)[:, 0].tolist()
    assert sorted(seats[:2]) == sorted(seats[2:4])
    assert report(w, seats) == 3


def test_a_group_does_not_sit_across_two_coaches() -> None:
    """Three and three in coaches of three: the one who travels alone must not take the middle."""
    w = world([(0, 1)] * 6, [0, 0, 1, 1, -1, -1], vehicles([3], [3]))
    seats = seated(w)[:, 0]
    assert report(w, seats.tolist()) == 2
    assert [set(w.layout.coach[seats[g]]) for g in ([0, 1], [2, 3])] in ([{0}, {1}], [{1}, {0}])


def test_a_full_bus_of_threes_seats_them_from_end_to_end() -> None:
    w = world([(0, 1)] * 12, [n // 3 for n in range(12)], vehicles([4, 4, 4]))
    assert report(w, seated(w)[:, 0].tolist()) == 4


def test_a_row_in_which_nobody_may_sit_is_passed_over() -> None:
    """Every second row, say: those on both sides of it adjoin, unless a coach ends there."""
    w = world([(0, 1)] * 2, [0, 0], vehicles([1, 1, 1]), withheld=[1])
    said = report_seats(w.problem, w.result, seated(w), w.layout, w.withheld)
    assert (said.groups, said.seatable, said.together, said.share, said.share_of_seatable) == (1, 1, 1, 1.0, 1.0)
    apart = world([(0, 1)] * 2, [0, 0], vehicles([1, 1], [1, 1]), withheld=[0, 3])
    said = report_seats(apart.problem, apart.result, seated(apart), apart.layout, apart.withheld)
    assert (said.groups, said.seatable, said.together, said.share, said.share_of_seatable) == (1, 0, 0, 0.0, 1.0)


def test_on_every_second_seat_groups_sit_in_the_next_rows_and_nobody_has_a_neighbour() -> None:
    chequered = [r * 4 + k for r in range(8) for k in range(4) if (r + k) % 2]
    w = world([(0, 1)] * 16, [n // 4 for n in range(16)], vehicles([4] * 8), withheld=chequered)
    seats = seated(w)[:, 0].tolist()
    assert report(w, seats) == 4
    assert not {s + 1 for s in seats if s % 4 < 3} & set(seats)
    alone = world([(0, 1)] * 16, [-1] * 16, vehicles([4] * 8), withheld=chequered)
    assert sorted(seated(alone)[:, 0].tolist()) == sorted(set(range(32)) - set(chequered))


# --- more seats than people may ride ------------------------------------------------------------------------------------


def of_half(w: World) -> World:
    """The same vehicle under a rule of half of the seats."""
    capacity = w.problem.trip_capacity.copy()
    capacity[0] = w.layout.seats[0] // 2
    return replace(w, problem=changed(w.problem, trip_capacity=capacity))


def test_at_half_load_strangers_have_no_neighbour_and_groups_sit_side_by_side() -> None:
    alone = of_half(world([(0, 1)] * 8, [-1] * 8, vehicles([4] * 4)))
    seats = seated(alone)[:, 0].tolist()
    assert len(set(seats)) == 8 and not {s + 1 for s in seats if s % 4 < 3} & set(seats)
    pairs = of_half(world([(0, 1)] * 8, [n // 2 for n in range(8)], vehicles([4] * 4)))
    seats = seated(pairs)[:, 0].tolist()
    assert report(pairs, seats) == 4
    assert sorted(s // 4 for s in seats) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_at_half_load_every_second_row_fills_first() -> None:
    w = of_half(world([(0, 1)] * 4, [0, 0, 1, 1], vehicles([2] * 6)))
    assert sorted(set(w.layout.row[seated(w)[:, 0]].tolist())) in ([0, 2], [0, 4], [0, 3], [0, 5])


def test_at_half_load_no_coach_is_filled_beyond_half() -> None:
    w = of_half(world([(0, 1)] * 12, [-1] * 12, vehicles([2] * 4, [2] * 4, [2] * 4)))
    assert np.bincount(w.layout.coach[seated(w)[:, 0]]).tolist() == [4, 4, 4]


def test_at_half_load_seats_are_used_again_and_those_that_somebody_had_stay() -> None:
    rides = [(0, 1)] * 4 + [(1, 2)] * 4 + [(0, 2)] * 2
    w = of_half(world(rides, [-1] * 10, vehicles([4] * 3)))
    assert not clash(rides, seated(w)[:, 0].tolist())
    kept = [0, 1, 2, 3, 4, 5, 6, 7, 10, -1]
    assert seated(w, had(w, kept))[:9, 0].tolist() == kept[:9]


def test_who_goes_on_with_one_bus_is_in_one_coach_of_the_train() -> None:
    onward = [n % 3 for n in range(12)]
    w = world([(0, 1)] * 12, [-1] * 12, vehicles([2, 2], [2, 2], [2, 2]), onward=onward)
    coach = w.layout.coach[seated(w)[:, 0]]
    assert sorted(sorted(set(coach[bus::3].tolist())) for bus in range(3)) == [[0], [1], [2]]
    said = report_seats(w.problem, w.result, seated(w), w.layout)
    assert (said.clusters, said.in_one_coach) == (3, 3)


def test_who_works_for_one_employer_is_in_one_coach_as_far_as_it_goes() -> None:
    """Five of the first employer, in coaches of four: the fifth sits elsewhere, all others with their own."""
    employers = [0, 1, 0, 1, 0, 1, 0, 2, 0]
    w = world([(0, 1)] * 9, [-1] * 9, vehicles([2, 2], [2, 2], [2, 2]), employers=employers)
    coach = w.layout.coach[seated(w)[:, 0]]
    inside = {e: [c for c, its in zip(coach.tolist(), employers, strict=True) if its == e] for e in range(3)}
    assert len(set(inside[1])) == 1
    assert sorted(inside[0].count(c) for c in set(inside[0])) == [1, 4]


def test_colleagues_sit_near_each_other_in_a_coach() -> None:
    employers = [0, 1] * 4
    w = world([(0, 1)] * 8, [-1] * 8, vehicles([4, 4]), employers=employers)
    assert sorted(sorted(set(w.layout.row[seated(w)[e::2, 0]].tolist())) for e in (0, 1)) == [[0], [1]]


def test_without_a_map_a_row_has_four_seats() -> None:
    w = world([(0, 1)] * 8, [0, 0, 0, 1, 1, 1, 1, 0], vehicles([8]))
    seats = number_seats(w.problem, w.result)[:, 0]
    assert sorted(sorted(set((seats[g] // 4).tolist())) for g in ([0, 1, 2, 7], [3, 4, 5, 6])) == [[0], [1]]


def test_a_layout_of_other_vehicles_is_refused() -> None:
    w = world([(0, 1)] * 2, [-1, -1], vehicles([2]))
    with pytest.raises(ValueError, match="must have the seats"):
        number_seats(w.problem, w.result, None, vehicles([1]))


def test_in_a_whole_plan_nearly_all_groups_sit_together(tmp_path: Path) -> None:
    problem = generated(tmp_path, 1500, 2)
    train = problem.trip_mode == Mode.TRAIN
    withheld = np.array([(t, s) for t in range(problem.trips) for s in (range(8) if train[t] else (0, 17))])
    size = problem.trip_capacity + np.bincount(withheld[:, 0])
    layout = layout_of_maps({1: BUS.coaches, 2: TRAIN_16.coaches}, np.where(train, 2, 1), size)
    result = solve(problem, Stop(work=300_000))
    seats = number_seats(problem, result, withheld, layout)
    said = report_seats(problem, result, seats, layout, withheld)
    assert said.groups > 200
    assert said.share >= 0.98
    assert said.in_one_coach >= 0.8 * said.clusters > 0
    again = number_seats(problem, result, withheld, layout, SeatsBefore(result.legs, seats))
    assert np.array_equal(again, seats)


def test_all_ways_of_two_coaches_are_compared() -> None:
    """The report on every seating of a pair: together in one row or adjoining ones of one coach, and nowhere else."""
    w = world([(0, 1)] * 2, [0, 0], vehicles([1, 1, 1], [1]))
    together = {pair for pair in combinations(range(4), 2) if report(w, pair)}
    assert together == {(0, 1), (1, 2)}
