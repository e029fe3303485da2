"""Another vehicle for a trip: who keeps a seat, who gets another, who has none any more.

The rule, in this order:

1. Whom nobody may move (aboard already, or arrived) keeps the seat.
2. As few people as possible lose the seat; a party (people who travel together) loses it as a whole. Seats may be too few,
   or the places for people at once.
3. Of all ways to do that, the parties are gone through in the order of their claim, the strongest first, and each is
   kept if the rest can still be done with equally few people leaving. The claim: highest priority of its members, then a
   post kept for one of them, then the earliest registration.
4. Of those who stay, as few as possible change the seat.
5. Who changes it sits with the party in one row, else in adjoining seats, as far as the free seats allow.

2 to 4 are exact. Who rides the same parts of the trip is alike for them, so both are small integer programs: people per
kind of ride, not per person.
"""
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

Ride = tuple[int, int]  # from one call to another
Claim = tuple[int, int, int]  # priority, own post, how early: the larger, the stronger


@dataclass(frozen=True, slots=True)
class Rider:
    """One booking. `party` is shared by who travels together; `fixed`: nobody may move them."""

    booking: int
    person: int
    party: int
    ride: Ride
    seat: int
    fixed: bool
    claim: Claim


@dataclass(frozen=True, slots=True)
class Seats:
    """The new vehicle: `free` are the seats that may be booked, `row` says of each seat of the map in which row it is.
    At most `places` people may ride at once; None: as many as there are seats."""

    free: frozenset[int]
    row: Mapping[int, Hashable]
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Reseating:
    """Seats of those who stay, by booking, and the parties that lose theirs."""

    seat: dict[int, int]
    leaving: frozenset[int]


class SeatsMissing(Exception):
    """Somebody whom nobody may move has no seat on the new vehicle; `riders` are these."""

    def __init__(self, riders: Sequence[Rider]) -> None:
        super().__init__(f"{len(riders)} riders cannot be moved and have no seat")
        self.riders = list(riders)


def reseat(riders: Sequence[Rider], seats: Seats) -> Reseating:
    """Apply the rule above.

    Raises:
        SeatsMissing: a rider who is fixed sits where the vehicle has no seat that may be booked, or more of them ride than
            may.
    """
    stranded = [r for r in riders if r.fixed and r.seat not in seats.free]
    if stranded:
        raise SeatsMissing(stranded)
    leaving = _leaving(riders, seats)
    staying = [r for r in riders if r.party not in leaving]
    seat = _fewest_changes(staying, seats)
    return Reseating(_together(staying, seat, seats), leaving)


# --- who loses the seat ------------------------------------------------------------------------------------------------

Kind = tuple[int, tuple[tuple[Ride, int], ...]]  # people of a party, and how many of its bookings are which ride


def _leaving(riders: Sequence[Rider], seats: Seats) -> frozenset[int]:
    parties: dict[int, list[Rider]] = defaultdict(list)
    for rider in riders:
        parties[rider.party].append(rider)
    held = {party for party, members in parties.items() if any(r.fixed for r in members)}
    kind = {party: _kind(members) for party, members in parties.items() if party not in held}
    room = Counter(kind.values())
    gaps = _gaps_beside((r for r in riders if r.fixed), seats.free)
    demand = Counter(r.ride for r in riders if not r.fixed)
    beside = Counter(r.ride for r in riders if r.fixed)

    def fewest_leave(room: Counter[Kind]) -> Counter[Kind] | None:
        return _fewest_leave(demand, gaps, room, None if seats.places is None else _surplus(demand, beside, seats.places))

    best = fewest_leave(room)
    if best is None:
        raise SeatsMissing([r for r in riders if r.party in held])
    out: set[int] = set()
    used_up: set[Kind] = set()
    order = sorted(kind, key=lambda party: (_claim(parties[party]), -party), reverse=True)
    for party in order:
        its = kind[party]
        if its not in used_up and best[its] >= room[its]:
            without = fewest_leave(room - Counter([its]))
            if without is not None and _people(without) == _people(best):
                best = without
            else:
                used_up.add(its)
        room[its] -= 1
        if its in used_up:
            out.add(party)
            best[its] -= 1
            demand = demand - Counter(dict(its[1]))
    return frozenset(out)


def _kind(members: Sequence[Rider]) -> Kind:
    return len({r.person for r in members}), tuple(sorted(Counter(r.ride for r in members).items()))


def _claim(members: Sequence[Rider]) -> Claim:
    return max(r.claim[0] for r in members), max(r.claim[1] for r in members), max(r.claim[2] for r in members)


def _people(leave: Counter[Kind]) -> int:
    return sum(kind[0] * parties for kind, parties in leave.items())


def _gaps_beside(riders: Iterable[Rider], free: Iterable[int]) -> Counter[Ride]:
    """What is free of the seats beside these riders, as stretches between calls; a seat with nobody is one of them all."""
    on: dict[int, list[Ride]] = {seat: [] for seat in free}
    for rider in riders:
        on[rider.seat].append(rider.ride)
    return Counter(gap for rides in on.values() for gap in _gaps(rides))


_END = 1 << 20  # beyond every call


def _gaps(rides: Iterable[Ride]) -> list[Ride]:
    found, at = [], 0
    for board, alight in sorted(rides):
        if board > at:
            found.append((at, board))
        at = alight
    return [*found, (at, _END)]


class _Program:
    """An integer program that is written down column by column."""

    def __init__(self) -> None:
        self.cost: list[int] = []
        self.most: list[float] = []
        self.entries: list[tuple[int, int, int]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def column(self, cost: int = 0, most: float = np.inf) -> int:
        self.cost.append(cost)
        self.most.append(most)
        return len(self.cost) - 1

    def row(self, entries: Iterable[tuple[int, int]], low: float, high: float) -> None:
        self.entries += [(len(self.low), column, factor) for column, factor in entries]
        self.low.append(low)
        self.high.append(high)

    def solve(self) -> list[int] | None:
        if not self.cost:
            return [] if all(low <= 0 <= high for low, high in zip(self.low, self.high, strict=True)) else None
        rows, columns, factors = np.array(self.entries, float).reshape(-1, 3).T
        matrix = csr_matrix((factors, (rows.astype(int), columns.astype(int))), (len(self.low), len(self.cost)))
        found = milp(
            self.cost, integrality=np.ones(len(self.cost)), bounds=Bounds(0, self.most),
            constraints=LinearConstraint(matrix, self.low, self.high), options={"mip_rel_gap": 0},
        )
        return None if found.x is None else [round(value) for value in found.x]


Filling = dict[tuple[Ride, Ride], int]  # gap and ride to a column of the program


def _fill(program: _Program, gaps: Iterable[Ride], rides: Iterable[Ride]) -> Filling:
    """A column for each ride that fits into each kind of gap: how many of them go there."""
    rides = list(rides)
    return {
        (gap, ride): program.column() for gap in gaps for ride in rides if gap[0] <= ride[0] and ride[1] <= gap[1]
    }


def _within_gaps(program: _Program, fills: Filling, supply: Mapping[Ride, Sequence[tuple[int, int]] | int]) -> None:
    """On no part of a gap more people than there are such gaps; supply is a number, or columns with factors."""
    for gap, there in supply.items():
        inside = [(ride, column) for (its, ride), column in fills.items() if its == gap]
        for part in sorted({ride[0] for ride, _ in inside}):
            over = [(column, 1) for ride, column in inside if ride[0] <= part < ride[1]]
            if isinstance(there, int):
                program.row(over, -np.inf, there)
            else:
                program.row([*over, *((column, -factor) for column, factor in there)], -np.inf, 0)


def _surplus(demand: Counter[Ride], beside: Counter[Ride], places: int) -> dict[int, int]:
    """On which parts of the trip more people ride than may, and how many more; people at once are most where one gets on."""
    everybody = demand + beside
    aboard = {
        part: sum(people for ride, people in everybody.items() if ride[0] <= part < ride[1])
        for part in {ride[0] for ride in everybody}
    }
    return {part: people - places for part, people in sorted(aboard.items()) if people > places}


def _fewest_leave(
    demand: Counter[Ride], gaps: Counter[Ride], room: Counter[Kind], surplus: Mapping[int, int] | None = None
) -> Counter[Kind] | None:
    """Of each kind of party how many leave, so that all others find a seat and the fewest people leave."""
    program = _Program()
    leave = {kind: program.column(kind[0], parties) for kind, parties in sorted(room.items()) if parties > 0}
    fills = _fill(program, gaps, sorted(demand))
    _within_gaps(program, fills, gaps)
    for ride, people in sorted(demand.items()):
        seated = [(column, 1) for (_gap, its), column in fills.items() if its == ride]
        gone = [(column, dict(kind[1])[ride]) for kind, column in leave.items() if ride in dict(kind[1])]
        program.row([*seated, *gone], people, people)
    for part, people in (surplus or {}).items():
        gone = [
            (column, n) for kind, column in leave.items()
            if (n := sum(times for ride, times in kind[1] if ride[0] <= part < ride[1]))
        ]
        program.row(gone, people, np.inf)
    found = program.solve()
    return None if found is None else Counter({kind: found[column] for kind, column in leave.items()})


# --- which seats change ------------------------------------------------------------------------------------------------

Pattern = tuple[tuple[Ride, ...], tuple[Ride, ...]]  # rides on one seat: those that may change, those that may not


def _fewest_changes(staying: Sequence[Rider], seats: Seats) -> dict[int, int]:
    """Booking to seat for all who stay; the fewest of them change."""
    on: dict[int, list[Rider]] = {seat: [] for seat in sorted(seats.free)}
    moving: dict[Ride, list[Rider]] = defaultdict(list)
    for rider in staying:
        (on[rider.seat] if rider.seat in on else moving[rider.ride]).append(rider)
    if not any(moving.values()):
        return {r.booking: r.seat for r in staying}
    alike: dict[Pattern, list[int]] = defaultdict(list)
    for seat, its in on.items():
        alike[_pattern(its)].append(seat)
    kept, filled = _choose(alike, Counter({ride: len(its) for ride, its in moving.items()}))
    gaps: dict[Ride, list[int]] = defaultdict(list)
    seat_of: dict[int, int] = {}
    for seat, keeps in kept.items():
        left = Counter(keeps)
        for rider in on[seat]:
            if rider.fixed or left[rider.ride] > 0:
                left[rider.ride] -= not rider.fixed
                seat_of[rider.booking] = seat
            else:
                moving[rider.ride].append(rider)
        for gap in _gaps([*keeps, *(r.ride for r in on[seat] if r.fixed)]):
            gaps[gap].append(seat)
    return seat_of | _dealt(gaps, filled, moving)


def _pattern(riders: Iterable[Rider]) -> Pattern:
    riders = list(riders)
    return (tuple(sorted(r.ride for r in riders if not r.fixed)), tuple(sorted(r.ride for r in riders if r.fixed)))


def _choose(alike: Mapping[Pattern, list[int]], moving: Counter[Ride]) -> tuple[dict[int, tuple[Ride, ...]], Filling]:
    """For each seat the rides on it that stay, and how many of each ride go into each kind of gap."""
    program = _Program()
    supply: dict[Ride, list[tuple[int, int]]] = defaultdict(list)
    freed: dict[Ride, list[tuple[int, int]]] = defaultdict(list)
    ways: dict[Pattern, list[tuple[tuple[Ride, ...], int]]] = {}
    for (loose, fast), its in sorted(alike.items()):
        subsets = chain.from_iterable(combinations(loose, n) for n in range(len(loose), -1, -1))
        ways[loose, fast] = [(keeps, program.column(len(loose) - len(keeps))) for keeps in subsets]
        program.row([(column, 1) for _, column in ways[loose, fast]], len(its), len(its))
        for keeps, column in ways[loose, fast]:
            for gap in _gaps([*keeps, *fast]):
                supply[gap].append((column, 1))
            for ride, people in (Counter(loose) - Counter(keeps)).items():
                freed[ride].append((column, -people))
    fills = _fill(program, supply, sorted({*moving, *freed}))
    _within_gaps(program, fills, supply)
    for ride in sorted({*moving, *freed}):
        seated = [(column, 1) for (_gap, its), column in fills.items() if its == ride]
        program.row([*seated, *freed[ride]], moving[ride], moving[ride])
    found = program.solve()
    assert found is not None, "who stays was chosen so that all of them find a seat"
    kept: dict[int, tuple[Ride, ...]] = {}
    for pattern, its in alike.items():
        keeping = chain.from_iterable([keeps] * found[column] for keeps, column in ways[pattern])
        kept.update(zip(its, keeping, strict=True))
    return kept, {key: found[column] for key, column in fills.items()}


def _dealt(
    gaps: Mapping[Ride, list[int]], filled: Filling, moving: Mapping[Ride, list[Rider]]
) -> dict[int, int]:
    """Seat by booking: into the gaps of each kind go as many of each ride as was chosen, in order of boarding."""
    waiting = {ride: sorted(its, key=lambda r: (r.party, r.booking)) for ride, its in moving.items()}
    seat_of = {}
    for gap, its in sorted(gaps.items()):
        until = dict.fromkeys(sorted(its), gap[0])
        for ride in sorted(ride for (there, ride), people in filled.items() if there == gap and people):
            for _ in range(filled[gap, ride]):
                seat = next(s for s, end in until.items() if end <= ride[0])
                until[seat] = ride[1]
                seat_of[waiting[ride].pop(0).booking] = seat
    return seat_of


# --- who sits beside whom ----------------------------------------------------------------------------------------------


def _together(staying: Sequence[Rider], seat_of: Mapping[int, int], seats: Seats) -> dict[int, int]:
    """Exchange seats among those who change them, and with free seats, so that parties sit in a row or adjoining."""
    found = dict(seat_of)
    mates: dict[int, list[Rider]] = defaultdict(list)
    for rider in staying:
        mates[rider.party].append(rider)
    changing: dict[Ride, list[Rider]] = defaultdict(list)
    for rider in staying:
        if found[rider.booking] != rider.seat:
            changing[rider.ride].append(rider)
    for ride, theirs in sorted(changing.items()):
        mine = {found[r.booking] for r in theirs}
        taken = {found[r.booking] for r in staying if _meet(r.ride, ride)} - mine
        pool = set(seats.free) - taken
        parties: dict[int, list[Rider]] = defaultdict(list)
        for rider in theirs:
            parties[rider.party].append(rider)
        for party, members in sorted(parties.items(), key=lambda item: (-len(mates[item[0]]), abs(item[0]))):
            beside = [found[r.booking] for r in mates[party] if r not in members]
            chosen = _adjoining(pool, len(members), beside, seats.row)
            pool -= set(chosen)
            found.update(zip((r.booking for r in sorted(members, key=lambda r: r.booking)), chosen, strict=True))
    return found


def _meet(one: Ride, other: Ride) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _adjoining(pool: Iterable[int], count: int, beside: Sequence[int], row: Mapping[int, Hashable]) -> list[int]:
    """`count` seats of the pool: in the row of who sits already, in one row, or else as close together as there are."""
    free = sorted(pool)
    rows = {row.get(seat) for seat in beside}

    def worth(chosen: Sequence[int]) -> tuple[int, int, int, int]:
        same = {row.get(seat, seat) for seat in chosen}
        everybody = [*chosen, *beside]
        return (not same <= rows if rows else len(same) > 1, max(everybody) - min(everybody), len(same), chosen[0])

    return min((free[at : at + count] for at in range(len(free) - count + 1)), key=worth)
