"""Every journey from a township to a park: one to three legs with changes at stations, or a way without a seat.

A journey's value is what it takes from the score (objective.py). A way without a seat has no departure of its own: it
is listed once for each deadline of the park, as leaving just early enough, so that "leaves at or after ready" and
"reaches in time" mean the same for it as for a ride.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.objective import change_cost, minute_cost
from dispatch.matching.pins import Way
from dispatch.matching.problem import Level, Problem
from dispatch.matching.rules import MAX_LEGS, MAX_TRANSFER, MIN_TRANSFER

assert MAX_LEGS == 3, "the loops below are written for three legs"


@dataclass(frozen=True, eq=False)
class Network:
    """Calls sorted for boarding, and the ways that lead from places to parks (CSR by place)."""

    board_start: NDArray[np.int32]  # [P+1]
    board_call: NDArray[np.int32]  # calls at which one may board, by departure
    board_depart: NDArray[np.int32]
    last_start: NDArray[np.int32]  # [P+1] parks reached from a place
    last_park: NDArray[np.int32]  # dense park
    last_minutes: NDArray[np.int32]
    call_trip: NDArray[np.int32]  # [C]
    station: NDArray[np.bool_]  # [P]


@dataclass(frozen=True, eq=False)
class Journeys:
    """N journeys, sorted by cell (dense town, dense park); legs as global call indexes, -1 filler.

    `start` [towns * parks + 1] bounds the cells. `leave` and `reach` are minutes; `value` is at most 0.
    """

    start: NDArray[np.int64]
    leave: NDArray[np.int32]
    reach: NDArray[np.int32]
    value: NDArray[np.float32]
    board: NDArray[np.int32]  # [N, 3]
    alight: NDArray[np.int32]  # [N, 3]


def build_network(p: Problem, park_of_place: NDArray[np.int32]) -> Network:
    """`park_of_place` [P]: dense number of a park, -1 for other places."""
    call_trip = np.repeat(np.arange(p.trips, dtype=np.int32), np.diff(p.call_start))
    last_call = np.zeros(p.calls, bool)
    ends = p.call_start[1:][np.diff(p.call_start) > 0] - 1
    last_call[ends] = True
    boarding = np.flatnonzero(~last_call & (p.trip_capacity[call_trip] > 0))
    order = boarding[np.lexsort((boarding, p.call_depart[boarding], p.call_place[boarding]))].astype(np.int32)
    counts = np.bincount(p.call_place[order], minlength=p.places)
    places = np.arange(p.places)
    here = park_of_place >= 0
    walk = park_of_place[p.access_to] >= 0
    origin = np.concatenate((places[here], p.access_from[walk]))
    park = np.concatenate((park_of_place[here], park_of_place[p.access_to[walk]]))
    minutes = np.concatenate((np.zeros(here.sum(), np.int32), p.access_minutes[walk]))
    by_place = np.lexsort((park, origin))
    return Network(
        _offsets(counts), order, p.call_depart[order].astype(np.int32),
        _offsets(np.bincount(origin, minlength=p.places)), park[by_place].astype(np.int32),
        minutes[by_place].astype(np.int32), call_trip, p.place_level == Level.STATION,
    )


def _offsets(counts: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


def find_journeys(p: Problem, network: Network, towns: NDArray[np.int32], park_of_place: NDArray[np.int32],
                  earliest: NDArray[np.int32], deadlines: list[NDArray[np.int32]],
                  check: Callable[[int], None], copies: Sequence[tuple[int, Way]] = ()) -> Journeys:
    """All journeys from `towns` (places) that leave at `earliest` [towns] or later and keep some deadline.

    `deadlines` lists, for each dense park, its start_by times in rising order. `check` is called for every town with
    the work done and may raise to stop. Each of `copies` is one more town: which one again, with which of its journeys.
    """
    latest = np.array([d[-1] for d in deadlines], np.int32)
    cells, parts = [np.zeros(1, np.int64)], []
    for town, ready in zip(towns, earliest, strict=True):
        stops, walks = _ways_out(p, int(town))
        args = (stops, walks, ready, latest, network.board_start, network.board_call, network.board_depart,
                network.last_start, network.last_park, network.last_minutes, network.call_trip, network.station,
                p.call_start, p.call_place, p.call_arrive, p.call_depart)
        rows = np.empty((_ride(*args, np.empty((0, 9), np.int32)), 9), np.int32)
        _ride(*args, rows)
        near = _without_seat(p, int(town), int(ready), park_of_place, deadlines)
        rows = np.concatenate((rows, near)) if len(near) else rows
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        cells.append(np.bincount(rows[:, 0], minlength=len(deadlines)))
        parts.append(rows)
        check(len(rows))
    for town, way in copies:
        rows = parts[town][way.keeps(p, parts[town][:, 3:6], parts[town][:, 6:9], network.call_trip)]
        cells.append(np.bincount(rows[:, 0], minlength=len(deadlines)))
        parts.append(rows)
    return _gather(parts, np.cumsum(np.concatenate(cells)))


def _gather(parts: list[NDArray[np.int32]], start: NDArray[np.int64]) -> Journeys:
    """The towns' rows in one; each is let go as it is copied, so that the whole is held once."""
    n = int(start[-1])
    leave, reach = np.empty(n, np.int32), np.empty(n, np.int32)
    board, alight = np.empty((n, 3), np.int32), np.empty((n, 3), np.int32)
    value = np.empty(n, np.float32)
    at = 0
    parts.reverse()
    while parts:
        rows = parts.pop()
        to = slice(at, at + len(rows))
        leave[to], reach[to] = rows[:, 1], rows[:, 2]
        board[to], alight[to] = rows[:, 3:6], rows[:, 6:9]
        legs = (rows[:, 3:6] >= 0).sum(axis=1)
        minutes = np.where(legs > 0, rows[:, 2] - rows[:, 1], rows[:, 6])
        value[to] = -minute_cost(minutes) - change_cost(legs)
        alight[to][legs == 0] = -1
        at += len(rows)
    return Journeys(start, leave, reach, value, board, alight)


def _ways_out(p: Problem, town: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where a journey from `town` may board, and the minutes to get there."""
    out = p.access_from == town
    return (np.concatenate(([town], p.access_to[out])).astype(np.int32),
            np.concatenate(([0], p.access_minutes[out])).astype(np.int32))


def _without_seat(p: Problem, town: int, ready: int, park_of_place: NDArray[np.int32],
                  deadlines: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Rows park, leave, reach, -1 x3, minutes, -1, -1 for the ways from home straight to a park."""
    rows = []
    for k in np.flatnonzero(p.access_from == town):
        park, minutes = int(park_of_place[p.access_to[k]]), int(p.access_minutes[k])
        if park >= 0:
            rows += [(park, d - minutes, d, -1, -1, -1, minutes, -1, -1) for d in deadlines[park].tolist()
                     if d - minutes >= ready]
    return np.array(rows, np.int32).reshape(-1, 9)


@njit(cache=True, nogil=True)
def _arrive(  # type: ignore[no-untyped-def]
    call, leave, boards, alights, legs, latest, last_start, last_park, last_minutes, call_place, call_arrive, rows, n
):
    """List the parks that are reached by getting off at `call`; returns the new number of rows."""
    place = call_place[call]
    for k in range(last_start[place], last_start[place + 1]):
        reach = call_arrive[call] + last_minutes[k]
        if reach <= latest[last_park[k]]:
            if len(rows) > 0:
                rows[n, 0], rows[n, 1], rows[n, 2] = last_park[k], leave, reach
                for leg in range(3):
                    rows[n, 3 + leg] = boards[leg] if leg < legs else -1
                    rows[n, 6 + leg] = alights[leg] if leg < legs else -1
            n += 1
    return n


@njit(cache=True, nogil=True)
def _ride(  # type: ignore[no-untyped-def]
    stops, walks, ready, latest, board_start, board_call, board_depart, last_start, last_park, last_minutes, call_trip,
    station, call_start, call_place, call_arrive, call_depart, rows
):
    """Count the journeys by rides and, where `rows` has room, write them: park, leave, reach, 3 boards, 3 alights.

    A depth-first walk with one frame for each leg: `at[leg]` is the position in the boarding list, `off[leg]` the call
    to get off at next.
    """
    boards, alights = np.empty(3, np.int32), np.empty(3, np.int32)
    at, end = np.empty(3, np.int64), np.empty(3, np.int64)
    n = 0
    for s in range(len(stops)):
        leg = 0
        at[0], end[0] = board_start[stops[s]], board_start[stops[s] + 1]
        boards[0] = -1
        while leg >= 0:
            if boards[leg] < 0:  # take the next trip of this leg
                if at[leg] == end[leg]:
                    leg -= 1
                    continue
                call = board_call[at[leg]]
                late = leg > 0 and board_depart[at[leg]] > call_arrive[alights[leg - 1]] + MAX_TRANSFER
                if late:
                    at[leg] = end[leg]
                    continue
                early = leg == 0 and board_depart[at[leg]] - walks[s] < ready
                if early or (leg > 0 and call_trip[call] == call_trip[boards[leg - 1]]):
                    at[leg] += 1
                    continue
                boards[leg], alights[leg] = call, call
            alights[leg] += 1
            if alights[leg] == call_start[call_trip[boards[leg]] + 1]:
                boards[leg] = -1
                at[leg] += 1
                continue
            call = alights[leg]
            n = _arrive(call, call_depart[boards[0]] - walks[s], boards, alights, leg + 1, latest, last_start,
                        last_park, last_minutes, call_place, call_arrive, rows, n)
            place = call_place[call]
            if leg < 2 and station[place]:
                low, high = board_start[place], board_start[place + 1]
                first = low + np.searchsorted(board_depart[low:high], call_arrive[call] + MIN_TRANSFER)
                if first < high:
                    leg += 1
                    at[leg], end[leg] = first, high
                    boards[leg] = -1
    return n
