"""Who keeps a seat on another vehicle: against trying everything on tiny ones, and by single rules."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.matching.reseating import Reseating, Rider, Seats, SeatsMissing, reseat
from transport.seat_maps import BUS, TRAIN_16, seats_in_order


def rider(n: int, seat: int, *, party: int | None = None, ride: tuple[int, int] = (0, 1), fixed: bool = False,
          claim: tuple[int, int, int] = (0, 0, 0)) -> Rider:
    return Rider(n, n, -n if party is None else party, ride, seat, fixed, (*claim[:2], claim[2] or -n))


def plain(count: int, withheld: Iterable[int] = (), places: int | None = None) -> Seats:
    return Seats(frozenset(range(count)) - set(withheld), {}, places)


# --- trying everything -------------------------------------------------------------------------------------------------


def clash(riders: Sequence[Rider], seats: Sequence[int]) -> bool:
    return any(
        a == b and one.ride[0] < two.ride[1] and two.ride[0] < one.ride[1]
        for (one, a), (two, b) in combinations(list(zip(riders, seats, strict=True)), 2)
    )


def fewest_changes(riders: Sequence[Rider], free: Iterable[int]) -> int | None:
    """Over all ways to seat everybody; None where there is none."""
    choices = [[r.seat] if r.fixed else sorted(free) for r in riders]
    if any(r.fixed and r.seat not in set(free) for r in riders):
        return None
    ways = (way for way in product(*choices) if not clash(riders, way))
    return min((sum(r.seat != s for r, s in zip(riders, way, strict=True)) for way in ways), default=None)


def crowded(riders: Sequence[Rider], places: int | None) -> bool:
    """Whether more of them ride any part than may."""
    aboard = [sum(r.ride[0] <= part < r.ride[1] for r in riders) for part in range(3)]
    return places is not None and max(aboard) > places


def best_leaving(riders: Sequence[Rider], seats: Seats) -> frozenset[int] | None:
    """The rule word by word: the fewest people, then the strongest claims kept, one after the other."""
    parties: dict[int, list[Rider]] = defaultdict(list)
    for r in riders:
        parties[r.party].append(r)
    order = sorted(parties, key=lambda p: (*(max(r.claim[i] for r in parties[p]) for i in range(3)), -p), reverse=True)
    loose = [p for p in order if not any(r.fixed for r in parties[p])]
    ways = []
    for n in range(len(loose) + 1):
        for gone in combinations(loose, n):
            staying = [r for r in riders if r.party not in gone]
            if not crowded(staying, seats.places) and fewest_changes(staying, seats.free) is not None:
                people = len({r.person for p in gone for r in parties[p]})
                ways.append((people, [p in gone for p in order], frozenset(gone)))
    return min(ways)[2] if ways else None


@st.composite
def tiny(draw: st.DrawFn) -> tuple[list[Rider], Seats]:
    """A plan that holds on up to five seats and three parts, and a vehicle of up to four seats, some withheld."""
    riders: list[Rider] = []
    taken: set[tuple[int, int]] = set()
    for n in range(1, draw(st.integers(1, 6)) + 1):
        board = draw(st.integers(0, 2))
        ride, seat = (board, draw(st.integers(board + 1, 3))), draw(st.integers(0, 4))
        parts = {(seat, part) for part in range(*ride)}
        if taken & parts:
            continue
        taken |= parts
        party = draw(st.sampled_from([None, 100, 101]))
        claim = (draw(st.integers(0, 2)), draw(st.integers(0, 1)), -n)
        riders.append(rider(n, seat, party=party, ride=ride, fixed=draw(st.integers(0, 9)) == 0, claim=claim))
    count = draw(st.integers(0, 4))
    withheld = draw(st.sets(st.integers(0, 3), max_size=2))
    return riders, plain(count, withheld, draw(st.one_of(st.none(), st.integers(0, 3))))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(tiny())
def test_any_swap_is_the_best_by_the_rule(given_: tuple[list[Rider], Seats]) -> None:
    riders, seats = given_
    leaving = best_leaving(riders, seats)
    if leaving is None:
        with pytest.raises(SeatsMissing):
            reseat(riders, seats)
        return
    found = reseat(riders, seats)
    staying = [r for r in riders if r.party not in found.leaving]
    chosen = [found.seat[r.booking] for r in staying]
    assert found.leaving == leaving
    assert set(found.seat) == {r.booking for r in staying}
    assert set(chosen) <= seats.free
    assert not clash(staying, chosen) and not crowded(staying, seats.places)
    assert all(r.seat == seat for r, seat in zip(staying, chosen, strict=True) if r.fixed)
    assert changed(found, riders) == fewest_changes(staying, seats.free)


def changed(found: Reseating, riders: Sequence[Rider]) -> int:
    return sum(r.booking in found.seat and found.seat[r.booking] != r.seat for r in riders)


# --- single rules ------------------------------------------------------------------------------------------------------


def test_on_a_bigger_vehicle_nobody_is_touched() -> None:
    riders = [rider(n, n) for n in range(1, 6)]
    assert reseat(riders, plain(50)) == Reseating({n: n for n in range(1, 6)}, frozenset())


def test_who_sits_beyond_gets_the_free_seat_and_all_others_keep_theirs() -> None:
    assert reseat([rider(1, 0), rider(2, 2), rider(3, 9)], plain(3)).seat == {1: 0, 2: 2, 3: 1}


def test_the_lowest_priority_leaves_then_the_open_post_then_the_latest() -> None:
    poor, kept, early, late = (
        rider(1, 0, claim=(2, 0, -9)), rider(2, 1, claim=(0, 1, -8)), rider(3, 2, claim=(0, 0, -1)),
        rider(4, 3, claim=(0, 0, -2)),
    )
    everybody = [poor, kept, early, late]
    assert [reseat(everybody, plain(n)).leaving for n in (3, 2, 1)] == [{-4}, {-4, -3}, {-4, -3, -2}]


def test_a_group_leaves_as_a_whole_and_only_where_no_fewer_people_would_do() -> None:
    pair = [rider(1, 0, party=50), rider(2, 1, party=50)]
    alone = rider(3, 2, claim=(2, 1, -1))
    assert reseat([*pair, alone], plain(2)).leaving == {-3}
    assert reseat([*pair, alone], plain(1)).leaving == {50}


def test_a_member_with_a_strong_claim_keeps_the_whole_group() -> None:
    first = [rider(1, 0, party=50), rider(2, 1, party=50, claim=(2, 0, -2))]
    second = [rider(3, 2, party=60, claim=(1, 0, -3)), rider(4, 3, party=60, claim=(1, 0, -4))]
    assert reseat([*first, *second], plain(2)).leaving == {60}


def test_one_person_leaves_rather_than_two() -> None:
    through, near, far = rider(1, 0, ride=(0, 2)), rider(2, 1, ride=(0, 1)), rider(3, 1, ride=(1, 2))
    found = reseat([through, near, far], plain(1))
    assert found.leaving == {-1}, "one person instead of two"
    assert found.seat == {2: 0, 3: 0}


def test_somebody_moves_so_that_all_find_a_seat() -> None:
    """Two seats, each free for half of the way; who rides all of it needs one whole."""
    riders = [rider(1, 0, ride=(0, 1)), rider(2, 1, ride=(1, 2)), rider(3, 5, ride=(0, 2))]
    found = reseat(riders, plain(2))
    assert not found.leaving
    assert changed(found, riders) == 2
    assert found.seat[3] in (0, 1)


def test_nobody_aboard_is_moved_whatever_the_claims_of_others() -> None:
    aboard, strong = rider(1, 1, fixed=True), rider(2, 0, claim=(2, 1, -1))
    found = reseat([aboard, strong], plain(2, withheld={0}))
    assert (found.leaving, found.seat) == ({-2}, {1: 1})


def test_somebody_aboard_whose_seat_is_not_there_is_named() -> None:
    with pytest.raises(SeatsMissing) as missing:
        reseat([rider(1, 0), rider(2, 7, fixed=True)], plain(5))
    assert [r.booking for r in missing.value.riders] == [2]


def test_a_group_that_moves_sits_in_one_row() -> None:
    seats = seats_in_order(BUS.coaches)
    rows = {n: (seat.coach, seat.row) for n, seat in enumerate(seats)}
    alone = [rider(n, n) for n in (0, 1, 2, 4, 5, 8, 9)]
    pair = [rider(n, 50 + n, party=70) for n in (30, 31)]
    found = reseat([*alone, rider(29, 60), *pair], Seats(frozenset(range(14)), rows))
    assert {rows[found.seat[30]], rows[found.seat[31]]} in ({("", 2)}, {("", 3)}, {("", 4)})
    assert abs(found.seat[30] - found.seat[31]) == 1


def test_who_moves_joins_the_group_where_it_sits() -> None:
    rows = {n: n // 4 for n in range(16)}
    riders = [rider(1, 9, party=70), rider(2, 30, party=70)]
    assert reseat(riders, Seats(frozenset(range(16)), rows)).seat == {1: 9, 2: 8}


def test_a_train_of_1_220_becomes_one_of_610_as_quickly_as_a_bus() -> None:
    """Five calls, groups of up to five, all parts full."""
    riders, n = [], 0
    for seat in range(len(seats_in_order(TRAIN_16.coaches))):
        rides = ([(0, 4)], [(0, 2), (2, 4)], [(0, 1), (1, 3), (3, 4)], [(1, 4)], [(0, 3)])[seat % 5]
        for ride in rides:
            n += 1
            party = 10_000 + seat // 5 if seat % 3 == 0 and ride == (0, 4) else None
            riders.append(rider(n, seat, ride=ride, party=party, claim=(n % 3, n % 2, -n)))
    found = reseat(riders, plain(610, withheld=range(16)))
    staying = [r for r in riders if r.party not in found.leaving]
    assert not clash(staying, [found.seat[r.booking] for r in staying])
    assert all(16 <= seat < 610 for seat in found.seat.values())
    for part in range(4):
        assert sum(r.ride[0] <= part < r.ride[1] for r in staying) <= 594


def test_a_load_rule_takes_out_the_weakest_and_moves_nobody() -> None:
    riders = [rider(n, n, claim=(0, 0, -n)) for n in range(1, 6)]
    assert reseat(riders, plain(9, places=3)) == Reseating({1: 1, 2: 2, 3: 3}, frozenset({-4, -5}))
    aboard = [rider(n, n, fixed=True) for n in range(1, 4)]
    with pytest.raises(SeatsMissing):
        reseat([*aboard, rider(4, 4)], plain(9, places=2))
    assert reseat([*aboard, rider(4, 4)], plain(9, places=3)).leaving == {-4}
