"""Which trips lead from a township to a park, and until when one can leave: answered without listing the journeys.

From every call at which somebody boards, the parks that are reached in time with one, two or three legs are found once, from
the end of the timetable to its start; they are kept as bits. Then a walk from each township over the calls that it can
board meets every trip that it may use, each call once a leg, and the bits say for which parks.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dispatch.matching.problem import Ints, Problem
from dispatch.matching.rules import MAX_TRANSFER, MIN_TRANSFER
from dispatch.matching.travel import Network

TOO_LATE = np.int32(-(2**31))  # no journey, however early somebody is ready
NEVER = np.int32(2**31 - 1)


class Timetable(NamedTuple):
    """Calls, and the network for boarding and for the last way (travel.py), as compiled loops take them."""

    call_start: Ints
    call_trip: Ints
    call_place: Ints
    call_arrive: Ints
    station: NDArray[np.bool_]
    board_start: Ints
    board_call: Ints
    board_depart: Ints
    last_start: Ints
    last_park: Ints
    last_minutes: Ints
    park: Ints  # [P] dense, -1 no park
    latest: Ints  # [parks] the latest deadline of any job there
    out_start: Ints  # [towns+1] the stops of a town (dense), itself first, and the minutes to them
    out_stop: Ints
    out_minutes: Ints
    town: Ints  # [towns] places


def make_timetable(p: Problem, n: Network, towns: NDArray[np.int32], park: NDArray[np.int32],
                   latest: NDArray[np.int32]) -> Timetable:
    """`towns`: the places where journeys begin, in rising order; `park` [P] dense parks; `latest` [parks] minutes."""
    leads = np.flatnonzero(np.isin(p.access_from, towns))
    town = np.concatenate((np.arange(len(towns)), np.searchsorted(towns, p.access_from[leads])))
    stop = np.concatenate((towns, p.access_to[leads]))
    minutes = np.concatenate((np.zeros(len(towns), np.int32), p.access_minutes[leads]))
    order = np.argsort(town, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(town, minlength=len(towns))))).astype(np.int32)
    return Timetable(p.call_start, n.call_trip, p.call_place, p.call_arrive, n.station, n.board_start, n.board_call,
                     n.board_depart, n.last_start, n.last_park, n.last_minutes, park, latest, starts,
                     stop[order].astype(np.int32), minutes[order].astype(np.int32), towns)


def parks_onward(t: Timetable) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]:
    """[C, words] for one, two and three legs: bit p: who boards at the call reaches park p by its latest deadline."""
    words = len(t.latest) // 64 + 1
    ends = _ends(t, words)
    nothing = np.zeros((len(t.call_place), words), np.uint64)
    one = _onward(t, ends, nothing)
    two = _onward(t, ends, one)
    return one, two, _onward(t, ends, two)


@njit(cache=True, nogil=True)
def _ends(t, words):  # type: ignore[no-untyped-def]
    """Parks reached in time by whoever gets off at a call and goes on without a seat."""
    out = np.zeros((len(t.call_place), words), np.uint64)
    for c in range(len(t.call_place)):
        for k in range(t.last_start[t.call_place[c]], t.last_start[t.call_place[c] + 1]):
            park = t.last_park[k]
            if t.call_arrive[c] + t.last_minutes[k] <= t.latest[park]:
                out[c, park >> 6] |= np.uint64(1) << np.uint64(park & 63)
    return out


@njit(cache=True, nogil=True)
def changes_at(t, c):  # type: ignore[no-untyped-def]
    """First and last entry of the boarding list that somebody who gets off at call c may change to."""
    place = t.call_place[c]
    low, high = t.board_start[place], t.board_start[place + 1]
    if not t.station[place]:
        return low, low
    departs = t.board_depart[low:high]
    return (low + np.searchsorted(departs, t.call_arrive[c] + MIN_TRANSFER),
            low + np.searchsorted(departs, t.call_arrive[c] + MAX_TRANSFER, side="right"))


@njit(cache=True, nogil=True)
def _onward(t, ends, fewer):  # type: ignore[no-untyped-def]
    """As `fewer`, with one leg more."""
    out = np.zeros_like(ends)
    for trip in range(len(t.call_start) - 1):
        first, after = t.call_start[trip], t.call_start[trip + 1]
        for c in range(after - 2, first - 1, -1):
            off = c + 1
            a, b = changes_at(t, off)
            for w in range(out.shape[1]):
                out[c, w] = out[off, w] | ends[off, w]
                for k in range(a, b):
                    if t.call_trip[t.board_call[k]] != trip:
                        out[c, w] |= fewer[t.board_call[k], w]
    return out


@njit(cache=True, nogil=True)
def last_departures(t, three, ready):  # type: ignore[no-untyped-def]
    """[towns, parks] the latest minute at which a journey leaves for a park; TOO_LATE where none leaves from `ready` on."""
    parks = len(t.latest)
    out = np.full((len(t.town), parks), TOO_LATE, np.int32)
    for town in range(len(t.town)):
        for s in range(t.out_start[town], t.out_start[town + 1]):
            near = t.park[t.out_stop[s]]
            if near >= 0 and t.out_stop[s] != t.town[town] and t.latest[near] - t.out_minutes[s] >= ready[town]:
                out[town, near] = max(out[town, near], t.latest[near] - t.out_minutes[s])
            for k in range(t.board_start[t.out_stop[s]], t.board_start[t.out_stop[s] + 1]):
                leave = t.board_depart[k] - t.out_minutes[s]
                if leave < ready[town]:
                    continue
                bits = three[t.board_call[k]]
                for p in range(parks):
                    if bits[p >> 6] >> np.uint64(p & 63) & np.uint64(1):
                        out[town, p] = max(out[town, p], leave)
    return out


@njit(cache=True, nogil=True)
def find(root, x):  # type: ignore[no-untyped-def]
    """The lowest node that x is joined with."""
    while root[x] != x:
        root[x] = root[root[x]]
        x = root[x]
    return x


@njit(cache=True, nogil=True)
def unite(root, a, b):  # type: ignore[no-untyped-def]
    a, b = find(root, a), find(root, b)
    root[max(a, b)] = min(a, b)


@njit(cache=True, nogil=True)
def _meet(t, c, bits, root, first_trip, first_way):  # type: ignore[no-untyped-def]
    """The trip of call c serves the ways to the parks of `bits`."""
    for p in range(len(t.latest)):
        if bits[p >> 6] >> np.uint64(p & 63) & np.uint64(1):
            unite(root, first_trip + t.call_trip[c], first_way + p)


@njit(cache=True, nogil=True)
def _change(t, calls, seen, fewer, then, met):  # type: ignore[no-untyped-def]
    """From boarding at `calls`, with the parks in `seen`, to what can be boarded next: into `then`; returns these calls."""
    n = 0
    for c in calls:
        for off in range(c + 1, t.call_start[t.call_trip[c] + 1]):
            a, b = changes_at(t, off)
            for k in range(a, b):
                onto = t.board_call[k]
                if t.call_trip[onto] == t.call_trip[c]:
                    continue
                new, before = np.uint64(0), np.uint64(0)
                for w in range(seen.shape[1]):
                    before |= then[onto, w]
                    then[onto, w] |= seen[c, w] & fewer[onto, w]
                    new |= then[onto, w]
                if new and not before:
                    met[n] = onto
                    n += 1
    return met[:n].copy()


@njit(cache=True, nogil=True)
def join_trips(t, one, two, three, since, root, first_trip, first_way):  # type: ignore[no-untyped-def]
    """Unite each way (town, park) with the trips of its journeys that leave at `since` [towns, parks] or later.

    `root` is the forest; trips are its nodes from first_trip on, ways those from first_way on.
    """
    calls, words = one.shape
    seen = np.zeros((3, calls, words), np.uint64)
    board, met, parks = np.empty(calls, np.int64), np.empty(calls, np.int64), len(t.latest)
    for town in range(len(t.town)):
        n = 0
        for s in range(t.out_start[town], t.out_start[town + 1]):
            for k in range(t.board_start[t.out_stop[s]], t.board_start[t.out_stop[s] + 1]):
                c, some = t.board_call[k], seen[0, t.board_call[k]].any()
                for p in range(parks):
                    if t.board_depart[k] - t.out_minutes[s] >= since[town, p]:
                        seen[0, c, p >> 6] |= np.uint64(1) << np.uint64(p & 63) & three[c, p >> 6]
                if seen[0, c].any() and not some:
                    board[n] = c
                    n += 1
        first = board[:n].copy()
        second = _change(t, first, seen[0], two, seen[1], met)
        third = _change(t, second, seen[1], one, seen[2], met)
        for leg, on in enumerate((first, second, third)):
            for c in on:
                _meet(t, c, seen[leg, c], root, first_trip, first_way + town * parks)
                seen[leg, c] = 0
