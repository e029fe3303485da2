"""Seat numbers: who sits where, once it is decided who rides what.

In this order:

1. Nobody shares a seat on any part, nobody is on a withheld seat, and everybody has one. A seat is used again after its
   holder gets off.
2. Who rode the same leg before keeps the seat, unless a new one could then not be seated: then the fewest change.
3. People of one group sit in one row or in adjoining ones.
4. On a train, who goes on with one reception bus, or else works for one employer, is in one coach; then near each other.
5. Where more seats may be had than people may ride (half of the seats, say), no coach is filled beyond half of these, and
   seats beside strangers come last.
"""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.layout import SeatLayout, in_use, rows_of_four, widest_rows
from dispatch.matching.problem import Mode, Problem
from dispatch.matching.reseating import Rider, Seats, reseat
from dispatch.matching.result import Result
from dispatch.matching.seating import CLOSED, FREE, count_together, mend, seat_parties, settle

Ints = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class SeatsBefore:
    """Who had which seat: legs [W, 3, 3] as in a result, seats [W, 3]; -1 filler. W workers of the new problem."""

    legs: Ints
    seats: Ints


def number_seats(
    problem: Problem, result: Result, withheld: Ints | None = None, layout: SeatLayout | None = None,
    before: SeatsBefore | None = None,
) -> NDArray[np.int16]:
    """[W, 3] the seat (from 0) on each leg, -1 filler.

    Works whenever the plan keeps to the capacities. `withheld` [K, 2], trip and seat: seats that a trip has besides its
    capacity and that nobody gets. Without a `layout` all trips have rows of four. A layout may have more seats than that:
    then any of them may be had, by as many people as the capacity says.

    Raises:
        ValueError: the layout has fewer seats than the trips.
    """
    shut = np.zeros((0, 2), np.int64) if withheld is None else withheld.astype(np.int64)
    size = problem.trip_capacity.astype(np.int64) + np.bincount(shut[:, 0], minlength=problem.trips)
    layout = layout or rows_of_four(size)
    if len(layout.seats) != len(size) or (layout.seats < size).any():
        raise ValueError("the layout must have the seats that each trip has for matching and those that it withholds")
    seats = np.full((problem.workers, 3), -1, np.int16)
    rides = rides_of(problem, result)
    if not len(rides.worker):
        return seats
    closed = np.zeros(len(layout.row), bool)
    closed[layout.start[shut[:, 0]] + shut[:, 1]] = True
    room = layout.seats - np.bincount(shut[:, 0], minlength=problem.trips)
    rides = rides.taken(_in_order(rides, np.bincount(rides.trip, minlength=problem.trips) <= room))
    kept = _kept(rides, before, layout, closed)
    seats[rides.worker, rides.leg] = np.concatenate([
        _seat_trip(trip, kept[rows]) for rows, trip in _trips(problem, rides, in_use(layout, closed), closed)
    ])
    return seats


@dataclass(frozen=True, eq=False)
class Rides:
    """All legs of a plan, one row each. `party` is shared by a group's members on one leg, `cluster` by who should sit in
    one coach of a trip."""

    worker: Ints
    leg: Ints
    trip: Ints
    board: Ints
    alight: Ints
    party: Ints
    cluster: Ints
    employer: Ints

    def taken(self, rows: Ints | slice) -> "Rides":
        return Rides(self.worker[rows], self.leg[rows], self.trip[rows], self.board[rows], self.alight[rows],
                     self.party[rows], self.cluster[rows], self.employer[rows])


def rides_of(problem: Problem, result: Result) -> Rides:
    """The legs of everybody who is placed."""
    worker, leg = np.nonzero(np.arange(3) < result.leg_count[:, None])
    trip, board, alight = result.legs[worker, leg].T
    group = problem.worker_group[worker]
    party = _numbered(trip, board, alight, np.where(group >= 0, group, problem.groups + worker))
    employer = np.full(party.max(initial=-1) + 1, problem.jobs, np.int64)
    if len(worker):
        np.minimum.at(employer, party, problem.job_employer[result.job[worker]])
    goes_on = (leg + 1 < result.leg_count[worker]) & (problem.trip_mode[trip] == Mode.TRAIN)
    onward = np.where(goes_on, result.legs[worker, np.minimum(leg + 1, 2), 0], problem.trips + employer[party])
    return Rides(worker, leg, trip, board, alight, party, _numbered(trip, onward), employer[party])


def _numbered(*columns: Ints) -> NDArray[np.int64]:
    """Rows that are equal get one number, from 0 in rising order."""
    order = np.lexsort(columns[::-1])
    starts = np.zeros(len(order), np.int64)
    for column in columns:
        starts[1:] |= np.diff(column[order]) != 0
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(starts)
    return number


def _in_order(rides: Rides, roomy: NDArray[np.bool_]) -> Ints:
    """Trip by trip, the largest clusters and in them the largest parties first; by boarding where seats are used again.

    Where people are seated in the order of boarding, as many seats are free as those aboard do not take. A trip that is
    `roomy` has a seat for everybody that nobody else needs, so there any order will do.
    """
    begins = np.where(roomy[rides.trip], 0, rides.board)
    clusters, parties = np.bincount(rides.cluster), np.bincount(rides.party)
    return np.lexsort((rides.worker, rides.party, -parties[rides.party], rides.employer, rides.cluster,
                       -clusters[rides.cluster], begins, rides.trip))


def _kept(rides: Rides, before: SeatsBefore | None, layout: SeatLayout, closed: NDArray[np.bool_]) -> Ints:
    """The seat that each had on the same leg before, -1 where there was none or it may not be booked any more."""
    kept = np.full(len(rides.worker), -1, np.int64)
    if before is None:
        return kept
    leg = np.column_stack((rides.trip, rides.board, rides.alight))
    for k in range(3):
        same = (before.legs[rides.worker, k] == leg).all(axis=1)
        kept[same] = before.seats[rides.worker[same], k]
    kept[kept >= layout.seats[rides.trip]] = -1
    had = np.flatnonzero(kept >= 0)
    kept[had[closed[layout.start[rides.trip[had]] + kept[had]]]] = -1
    return kept


@dataclass(frozen=True, eq=False)
class _Trip:
    """One trip's rides in the order of seating, and its seats."""

    rides: Rides
    row: NDArray[np.int32]
    coach: NDArray[np.int32]
    closed: NDArray[np.bool_]
    widest: int
    parts: int
    spread: bool  # more seats may be had than people may ride


def _trips(
    problem: Problem, rides: Rides, layout: SeatLayout, closed: NDArray[np.bool_]
) -> Iterator[tuple[slice, _Trip]]:
    """The trips that anybody rides, with the rows of their rides."""
    widest = widest_rows(layout, closed)
    ends = np.append(np.flatnonzero(np.diff(rides.trip)) + 1, len(rides.trip))
    for begin, end in zip(np.append(0, ends[:-1]).tolist(), ends.tolist(), strict=True):
        n, rows = int(rides.trip[begin]), slice(begin, end)
        of = slice(layout.start[n], layout.start[n + 1])
        parts = int(problem.call_start[n + 1] - problem.call_start[n]) - 1
        spread = bool(np.count_nonzero(~closed[of]) > problem.trip_capacity[n])
        yield rows, _Trip(rides.taken(rows), layout.row[of], layout.coach[of], closed[of], int(widest[n]), parts, spread)


def _seat_trip(trip: _Trip, kept: Ints) -> Ints:
    """The seat of each rider: aligned to rows, or else from end to end, whichever brings more parties together."""
    rides = trip.rides
    begins = np.append(np.flatnonzero(np.append(True, np.diff(rides.party) != 0)), len(rides.party))
    limit = (np.diff(begins) + trip.widest - 1) // trip.widest
    best, most = np.empty(0, np.int64), -1
    still = _settled(trip, kept)[0] >= 0
    roomy = len(rides.worker) <= np.count_nonzero(~trip.closed)
    board = np.where(roomy & ~still, 0, rides.board).astype(np.int64)
    alight = np.where(roomy & ~still, trip.parts, rides.alight).astype(np.int64)
    cluster = _numbered(rides.cluster)[begins[:-1]]
    party = np.repeat(np.arange(len(limit)), np.diff(begins))
    for aligned in (True, False):
        seat, holder = _settled(trip, kept)
        if not seat_parties(begins, cluster, board, alight, trip.row, trip.coach, limit, aligned, trip.spread, holder, seat):
            return _fewest_changes(trip, kept)
        mend(begins, party, board, alight, still, trip.row, limit, holder, seat)
        if (count := count_together(seat, begins, trip.row, limit)) > most:
            best, most = seat, count
        if most == len(limit):
            break
    return best


def _settled(trip: _Trip, kept: Ints) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The seats kept, -1 for all others, and who holds which seat on which part. Of two who kept one, the first has it."""
    holder = np.full((len(trip.row), trip.parts), FREE, np.int32)
    holder[trip.closed] = CLOSED
    seat = np.full(len(kept), -1, np.int64)
    settle(kept, trip.rides.board, trip.rides.alight, holder, seat)
    return seat, holder


def _fewest_changes(trip: _Trip, kept: Ints) -> Ints:
    """Where the seats kept leave somebody none: as few people as possible give theirs up."""
    seat, _ = _settled(trip, kept)
    rides = trip.rides
    riders = [
        Rider(r, r, r, (int(rides.board[r]), int(rides.alight[r])), int(seat[r]), False, (0, 0, 0))
        for r in range(len(seat))
    ]
    found = reseat(riders, Seats(frozenset(np.flatnonzero(~trip.closed).tolist()), dict(enumerate(trip.row.tolist()))))
    return np.array([found.seat[r] for r in range(len(seat))])
