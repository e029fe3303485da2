"""What would have to change for somebody who stays, while nobody else moves: the least change of each kind.

Every journey of the township, whatever its times, is held against every choice of posts; what a pair lacks is an amount
of each kind, and the set of kinds that it lacks is its combination. Of each combination the least is kept, by the
amounts in the order of the kinds and then by the better journey. Rules on age and trade, posts kept for others, and
pins are not for changing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, permutations

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.kinds import Change, Explained, Kind, Nothing, Way, kinds_in
from dispatch.matching.lacks import (
    Few,
    Rides,
    Staff,
    Wishes,
    all_of,
    columns_of,
    few,
    hold_against,
    job_rows,
    rides,
    staff,
    wishes_of,
)
from dispatch.matching.pins import Kind as PinKind
from dispatch.matching.pins import Pin
from dispatch.matching.problem import GREEN
from dispatch.matching.situation import Placing, Situation
from dispatch.matching.travel import Journeys

__all__ = ["Change", "Explained", "Kind", "Nothing", "Way", "explain", "least_changes", "ways"]

ORDERS = 24  # in which the members of a group that goes apart are tried
NAMED = 3  # of the trips and postings that are full


@dataclass(frozen=True, eq=False)
class _Found:
    """All that one unit lacks, of each combination the least."""

    unit: tuple[int, ...]
    rides: Rides
    staff: Staff
    closed: NDArray[np.int64]
    journeys: Journeys
    arg: NDArray[np.int64]

    @property
    def masks(self) -> list[int]:
        return np.flatnonzero(self.arg[:, 0] >= 0).tolist()


def least_changes(situation: Situation, workers: Iterable[int]) -> dict[int, list[Way]]:
    """For each of `workers` what `ways` says; people of one unit share one answer."""
    return {w: list(found.ways) for w, found in explain(situation, workers).items()}


def ways(situation: Situation, worker: int) -> list[Way]:
    """The least change of each kind that alone would place the worker's unit, in the order of the kinds.

    Where none suffices alone, the shortest combination by itself; an empty list where nothing of all this helps.

    Raises:
        ValueError: the worker has a place.
    """
    return list(_Lookout(situation).explained(worker).ways)


def explain(situation: Situation, workers: Iterable[int], pins: Sequence[Pin] = (),
            enough: Callable[[], bool] = lambda: False) -> dict[int, Explained]:
    """What would place each of `workers`, none of whom has a place; people of one unit share one answer.

    Townships are taken in turn. Whoever has not been looked at when `enough()` says so is not in the answer.

    Raises:
        ValueError: one of the workers has a place.
    """
    look, out = _Lookout(situation, pins), dict[int, Explained]()
    for w in sorted(workers, key=lambda w: (int(situation.problem.worker_township[w]), w)):
        if w not in out:
            if enough():
                break
            out |= dict.fromkeys(situation.unit(w), look.explained(w))
    return {w: out[w] for w in workers if w in out}


@dataclass
class _Lookout:
    """A situation and what has been worked out for it; the tables of one township at a time."""

    s: Situation
    pins: Sequence[Pin] = ()
    town: int = -1
    few: dict[tuple[int, frozenset[int]], Few] = field(default_factory=dict)
    rides: dict[tuple[int, int, frozenset[int]], Rides] = field(default_factory=dict)
    staff: dict[bytes, Staff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        p = self.s.problem
        self.columns, self.jobs = columns_of(p, self.s.park_of_place, len(self.s.parks)), job_rows(p)
        self.no_jobs, self.no_trips = _barred(self.pins, PinKind.NOT_JOB), _barred(self.pins, PinKind.NOT_TRIP)
        self.out = {pin.worker for pin in self.pins if pin.kind == PinKind.OUT}

    def explained(self, worker: int) -> Explained:
        s, unit = self.s, self.s.unit(worker)
        if (s.job[list(unit)] >= 0).any():
            raise ValueError(f"worker {worker} or somebody who goes along has a place")
        if self.out.intersection(unit):
            return Explained(nothing=Nothing.HELD_OUT)
        found = self.found(unit)
        ways = self._ways(found)
        if not ways:
            return Explained(nothing=self._nothing(found))
        return Explained(tuple(ways), None, *self._full(found))

    def _ways(self, found: _Found) -> list[Way]:
        masks = found.masks
        if 0 in masks:
            return [self.way(found, 0)]
        alone = {k: m for m in masks if m.bit_count() == 1 for k in kinds_in(m)}
        shortest = min(masks, key=lambda m: (m.bit_count(), kinds_in(m)), default=None)
        out = {k: self.way(found, m) for k, m in alone.items()}
        apart = self._apart(found, None if shortest is None else kinds_in(shortest)) if len(found.unit) > 1 else None
        if apart is not None and apart.kinds == (Kind.SPLIT,):
            out[Kind.SPLIT] = apart
        if out:
            return [out[k] for k in sorted(out)]
        combined = [] if shortest is None else [self.way(found, shortest)]
        combined += [] if apart is None else [apart]
        return sorted(combined, key=lambda way: (len(way.kinds), way.kinds))[:1]

    def found(self, unit: tuple[int, ...], fresh: bool = False) -> _Found:
        """The least of each combination, for the unit as it stands (together). `fresh`: as the situation is now, not as it
        was when the tables were made.
        """
        barred = frozenset(t for w in unit for t in self.no_trips.get(w, ()))
        rides, journeys = self._rides(unit, barred, fresh)
        wishes = self._wishes(unit)
        staff = self._staff(wishes, np.diff(journeys.start) > 0, fresh)
        closed = self._closed(unit)
        masks = 2 ** len(Kind)
        best, arg = np.full((masks, len(Kind) + 1), np.inf), np.full((masks, 3), -1, np.int64)
        hold_against(rides.journey, rides.lacks, journeys.value, staff.yuan, staff.posts, self.columns.park, closed, best,
                     arg)
        return _Found(unit, rides, staff, closed, journeys, arg)

    def _rides(self, unit: tuple[int, ...], barred: frozenset[int], fresh: bool) -> tuple[Rides, Journeys]:
        s, p, n = self.s, self.s.problem, len(unit)
        town, ready = int(p.worker_township[unit[0]]), int(p.worker_ready[list(unit)].max())
        if town != self.town:
            self.town = town
            self.few.clear()
            self.rides.clear()
            self.staff.clear()
        journeys = s.journeys(town)
        if fresh:
            now = all_of(journeys, s.shortage(journeys, n), self._open(journeys, barred))
            return rides(now, ready, self.columns), journeys
        if (n, barred) not in self.few:
            self.few[n, barred] = few(journeys, s.shortage(journeys, n), self._open(journeys, barred))
        if (ready, n, barred) not in self.rides:
            self.rides[ready, n, barred] = rides(self.few[n, barred], ready, self.columns)
        return self.rides[ready, n, barred], journeys

    def _open(self, journeys: Journeys, barred: frozenset[int]) -> NDArray[np.bool_]:
        """[N] which use none of these trips."""
        trip = np.where(journeys.board >= 0, self.s.call_trip[journeys.board], -1)
        return np.asarray(~np.isin(trip, list(barred)).any(axis=1))

    def _wishes(self, unit: tuple[int, ...]) -> Wishes:
        return wishes_of(self.s.problem, unit, self.no_jobs, self.s.minor, self.s.too_young)

    def _staff(self, wishes: Wishes, reached: NDArray[np.bool_], fresh: bool) -> Staff:
        s = self.s
        if fresh or len(wishes.wage) > 1:
            return staff(wishes, self.columns, self.jobs, s.headcount, s.job_use, reached)
        key = b"|".join(x.tobytes() for x in wishes)
        if key not in self.staff:
            self.staff[key] = staff(wishes, self.columns, self.jobs, s.headcount, s.job_use, reached)
        return self.staff[key]

    def _closed(self, unit: tuple[int, ...]) -> NDArray[np.int64]:
        """[parks] how many of the unit the park's district does not admit."""
        out = np.zeros(len(self.s.parks), np.int64)
        for w in unit:
            if self.s.problem.worker_clearance[w] != GREEN:
                out += ~self.s.let_in(w, self.s.district[self.s.parks])
        return out

    def way(self, found: _Found, mask: int) -> Way:
        """The least of one combination, change by change."""
        s, p, unit = self.s, self.s.problem, found.unit
        column, case, k = found.arg[mask].tolist()
        j = int(found.rides.journey[column, case])
        _, early, late = found.rides.lacks[column, case].tolist()
        jobs, legs = tuple(found.staff.jobs[column, k].tolist()), s.as_legs(found.journeys, j)
        ready = int(p.worker_ready[list(unit)].max())
        leaving = ready - early
        changes = _seats(s, legs, len(unit))
        changes += [Change(Kind.READY, int(p.worker_ready[w]) - leaving, worker=w)
                    for w in unit if early and p.worker_ready[w] > leaving]
        if late:
            reach, leave = int(found.journeys.reach[j]), int(found.journeys.leave[j])
            reach = reach if legs else leaving + reach - leave
            changes += [Change(Kind.DEADLINE, reach - int(p.job_start_by[x]), job=x)
                        for x in sorted(set(jobs)) if p.job_start_by[x] < reach]
        changes += _of_posts(s, unit, jobs, tuple(found.staff.pay[column, k].tolist()))
        return Way(tuple(sorted(changes, key=lambda c: c.kind)), Placing(unit, jobs, (legs,) * len(unit)))

    def _nothing(self, found: _Found) -> Nothing:
        s, unit = self.s, found.unit
        wishes = self._wishes(unit)
        if wishes.young.any():
            return Nothing.TOO_YOUNG
        everywhere = np.ones(len(s.parks), bool)
        single = [staff(self._wishes((w,)), self.columns, self.jobs, s.headcount, s.job_use,
                        everywhere) for w in unit]
        open_to = np.array([(x.yuan >= 0).any(axis=1) for x in single])  # [members, columns]
        if not open_to.any(axis=1).all():
            return Nothing.NO_POSTING
        there = (found.rides.journey >= 0).any(axis=1)
        return Nothing.NO_COMMON_PLACE if (open_to & there).any(axis=1).all() and len(unit) > 1 else Nothing.NO_WAY_THERE

    def _full(self, found: _Found) -> tuple[tuple[tuple[int, int, int], ...], tuple[int, ...]]:
        """Where seats are lacking and nothing else, the legs that lack them; where posts, the jobs that have none; and
        where there is no such place, both where both are lacking.
        """
        s, n, staff, journey = self.s, len(found.unit), found.staff, found.rides.journey
        welcome = (found.closed[self.columns.park] == 0) & (staff.yuan[:, 1] == 0)
        free, room = staff.yuan[:, 0] == 0, journey[:, 0] >= 0
        legs, jobs = dict[tuple[int, int, int], None](), dict[int, None]()
        for c in _nearest(welcome & (journey[:, 1] >= 0), free, found.rides.lacks[:, 1, 0]):
            if len(legs) < NAMED:
                ridden = s.as_legs(found.journeys, int(journey[c, 1]))
                legs |= {(x.trip, x.board, x.alight): None for x in _seats(s, ridden, n)}
        for c in _nearest(welcome & (journey[:, :2] >= 0).any(axis=1) & ~free, room, staff.posts[:, 1]):
            chosen = staff.jobs[c, 1].tolist()
            if len(jobs) < NAMED:
                jobs |= {j: None for j in chosen if s.job_use[j] + chosen.count(j) > s.headcount[j]}
        return tuple(legs)[:NAMED], tuple(jobs)[:NAMED]

    def _apart(self, found: _Found, together: tuple[Kind, ...] | None) -> Way | None:
        """The members one after the other, each with the shortest combination; of the orders tried, the fewest changes.

        None where somebody finds no way, or where it could not be shorter than what the group needs `together`.
        """
        needs = list[int]()
        for w in found.unit:
            masks = self.found((w,)).masks
            if not masks:
                return None
            needs.append(min(m.bit_count() for m in masks))
        least = (1 + max(needs), (Kind.SPLIT,))
        if least[0] > 1 and together is not None and (len(together), together) < least:
            return None
        best: Way | None = None
        for order in islice(permutations(found.unit), ORDERS):
            way = self._one_by_one(order)
            if way is not None and (best is None or len(way.changes) < len(best.changes)):
                best = way
            if way is None or len(way.changes) == 1:
                break
        return best

    def _one_by_one(self, order: tuple[int, ...]) -> Way | None:
        """Each in turn takes the seats and posts that those before have left; None where somebody finds no way."""
        s = self.s
        changes, placed = [Change(Kind.SPLIT, len(order), worker=min(order))], list[Placing]()
        before = s.part_use.copy(), s.job_use.copy(), s.capacity, s.headcount
        s.capacity, s.headcount = s.capacity.copy(), s.headcount.copy()
        try:
            for w in order:
                found = self.found((w,), fresh=True)
                if not found.masks:
                    return None
                way = self.way(found, min(found.masks, key=lambda m: (m.bit_count(), kinds_in(m))))
                changes += way.changes
                placed.append(way.placing)
                for c in way.changes:
                    if c.kind == Kind.SEATS:
                        s.capacity[s.call_trip == c.trip] += c.amount
                    if c.kind == Kind.POSTS:
                        s.headcount[c.job] += c.amount
                s.count(way.placing.jobs[0], way.placing.legs[0], 1)
        finally:
            s.part_use, s.job_use, s.capacity, s.headcount = before
        placing = Placing(order, tuple(x.jobs[0] for x in placed), tuple(x.legs[0] for x in placed))
        later = {c.job: c for c in sorted(changes, key=lambda c: c.amount) if c.kind == Kind.DEADLINE}
        changes = _summed([c for c in changes if c.kind != Kind.DEADLINE] + list(later.values()))
        return Way(tuple(sorted(changes, key=lambda c: c.kind)), placing)


def _nearest(possible: NDArray[np.bool_], alone: NDArray[np.bool_], lacks: NDArray[np.int64]) -> list[int]:
    """The columns where that is all that is lacking, or else all that are possible; the least lacking first."""
    here = np.flatnonzero(possible & alone) if (possible & alone).any() else np.flatnonzero(possible)
    return here[np.argsort(lacks[here], kind="stable")].tolist()


def _summed(changes: list[Change]) -> list[Change]:
    """Seats on the same part of a trip, and posts of one job, in one."""
    out = dict[Change, int]()
    for c in changes:
        key = replace(c, amount=0)
        out[key] = out.get(key, 0) + c.amount
    return [replace(c, amount=n) for c, n in out.items()]


def _barred(pins: Sequence[Pin], kind: PinKind) -> dict[int, frozenset[int]]:
    """By worker the jobs or trips that pins forbid."""
    out = dict[int, frozenset[int]]()
    for pin in pins:
        if pin.kind == kind:
            out[pin.worker] = out.get(pin.worker, frozenset()) | {pin.job if kind == PinKind.NOT_JOB else pin.trip}
    return out


def _of_posts(s: Situation, unit: tuple[int, ...], jobs: tuple[int, ...], lacks: tuple[int, ...]) -> list[Change]:
    """What the unit lacks for these jobs, besides time: yuan (`lacks`, each member's), clearance, posts."""
    changes = [Change(Kind.YUAN, int(lack), worker=w, job=j) for w, j, lack in zip(unit, jobs, lacks, strict=True) if lack]
    district = s.district[s.problem.job_park[list(jobs[:1])]]
    changes += [Change(Kind.CLEARANCE, 1, worker=w, district=int(district[0])) for w in unit if not s.let_in(w, district)[0]]
    for j in sorted(set(jobs)):
        over = int(s.job_use[j] + jobs.count(j) - s.headcount[j])
        changes += [Change(Kind.POSTS, over, job=j)] if over > 0 else []
    return changes


def _seats(s: Situation, legs: tuple[tuple[int, int, int], ...], people: int) -> list[Change]:
    out = []
    for trip, a, b in legs:
        first = int(s.problem.call_start[trip])
        lacks = people - (s.capacity - s.part_use)[first + a : first + b]
        short = np.flatnonzero(lacks > 0)
        if len(short):
            out.append(Change(Kind.SEATS, int(lacks.max()), trip=trip, board=a + int(short[0]),
                              alight=a + int(short[-1]) + 1))
    return out
