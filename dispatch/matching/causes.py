"""Why somebody cannot be as a plan before had it: rules that a job and a journey no longer keep, whatever others do."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from dispatch.matching.pins import Kind as PinKind
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Level, Problem
from dispatch.matching.rules import MAX_TRANSFER, MIN_TRANSFER, admitted, county_of, district_of, minor, too_young
from dispatch.matching.situation import Legs

GONE = -2  # a job or trip of the plan before that is no row of the problem any more


class Cause(StrEnum):
    """Why. All down to FEWER_POSTS are a unit's own."""

    WITHDREW = "no longer goes"
    PINNED = "pinned"
    TRIP_CANCELLED = "trip cancelled"
    TRIP_CHANGED = "trip no longer calls there"
    POST_WITHDRAWN = "post withdrawn"
    NOT_ELIGIBLE = "no longer eligible"
    CLEARANCE = "clearance no longer admitted"
    NOT_IN_TIME = "no longer in time"
    GROUP = "goes with somebody who cannot stay"
    FEWER_SEATS = "fewer seats"
    FEWER_POSTS = "fewer posts"
    PUSHED = "needed by another"
    FREED = "left by another"
    NEW = "new in the list"
    ROOM = "there was room"
    BETTER = "better for all"


OWN = tuple(Cause)[: tuple(Cause).index(Cause.PUSHED)]


class Why(NamedTuple):
    """A unit's cause, the unit behind it (-1 none), and what it is about."""

    cause: Cause
    by: int = -1
    trip: int = -1
    job: int = -1


class Rules:
    """Could somebody still have a job by some legs, for himself?"""

    def __init__(self, p: Problem, pins: Sequence[Pin]) -> None:
        self.p, self.county, self.district = p, county_of(p), district_of(p)
        self.young, self.minor = too_young(p), minor(p)
        self.pins = defaultdict[int, list[Pin]](list)
        for pin in pins:
            self.pins[pin.worker].append(pin)
        self.walk = {(a, b): m for a, b, m in zip(p.access_from.tolist(), p.access_to.tolist(), p.access_minutes.tolist(),
                                                  strict=True)}

    def broken(self, w: int, job: int, legs: Legs) -> Why | None:
        """The first rule that forbids it."""
        p = self.p
        if w >= p.workers:
            return Why(Cause.WITHDREW)
        if any(_against(pin, job, legs) for pin in self.pins.get(w, ())):
            return Why(Cause.PINNED)
        for trip, _, _ in legs:
            if trip == GONE or p.trip_capacity[trip] == 0:
                return Why(Cause.TRIP_CANCELLED, trip=max(trip, -1))
        if job == GONE or p.job_headcount[job] == 0:
            return Why(Cause.POST_WITHDRAWN, job=max(job, -1))
        if not self._eligible(w, job):
            return Why(Cause.NOT_ELIGIBLE, job=job)
        park = int(p.job_park[job])
        if not admitted(p, int(self.county[p.worker_township[w]]), int(p.worker_clearance[w]), self.district[[park]])[0]:
            return Why(Cause.CLEARANCE)
        return self._way(w, job, park, legs)

    def _eligible(self, w: int, job: int) -> bool:
        p = self.p
        if self.young[w] or (self.minor[w] and not p.job_minors_allowed[job]):
            return False
        if p.worker_reserved_job[w] == job:
            return True
        own = p.worker_occupation[p.worker_occupation_start[w] : p.worker_occupation_start[w + 1]]
        trade = int(p.job_occupation[job])
        fits = trade < 0 or trade in own or bool(p.related[own, trade].any())
        enough = p.job_wage[job] >= p.worker_min_wage[w]
        return bool(fits and enough and p.worker_open_to_other[w] and not p.job_reserved[job])

    def _way(self, w: int, job: int, park: int, legs: Legs) -> Why | None:
        p, home = self.p, int(self.p.worker_township[w])
        if not legs:
            minutes = self._foot(home, park)
            late = minutes is None or p.worker_ready[w] + minutes > p.job_start_by[job]
            return Why(Cause.NOT_IN_TIME) if late else None
        calls = list[tuple[int, int]]()
        for trip, board, alight in legs:
            if p.call_start[trip] + alight >= p.call_start[trip + 1]:
                return Why(Cause.TRIP_CHANGED, trip=trip)
            calls.append((int(p.call_start[trip] + board), int(p.call_start[trip] + alight)))
        out, into = self._foot(home, int(p.call_place[calls[0][0]])), self._foot(int(p.call_place[calls[-1][1]]), park)
        if out is None or into is None:
            return Why(Cause.TRIP_CHANGED, trip=legs[0][0] if out is None else legs[-1][0])
        early = p.call_depart[calls[0][0]] - out < p.worker_ready[w]
        if early or p.call_arrive[calls[-1][1]] + into > p.job_start_by[job]:
            return Why(Cause.NOT_IN_TIME, trip=legs[-1][0])
        for (_, off), (on, _), leg in zip(calls, calls[1:], legs[1:], strict=False):
            if p.call_place[off] != p.call_place[on] or p.place_level[p.call_place[on]] != Level.STATION:
                return Why(Cause.TRIP_CHANGED, trip=leg[0])
            if not MIN_TRANSFER <= p.call_depart[on] - p.call_arrive[off] <= MAX_TRANSFER:
                return Why(Cause.NOT_IN_TIME, trip=leg[0])
        return None

    def _foot(self, start: int, end: int) -> int | None:
        return 0 if start == end else self.walk.get((start, end))


def _against(pin: Pin, job: int, legs: Legs) -> bool:
    """Does the pin forbid this?"""
    rides = {trip for trip, _, _ in legs}
    match pin.kind:
        case PinKind.JOB:
            return job != pin.job
        case PinKind.TRIP:
            return pin.trip not in rides
        case PinKind.ASSIGNMENT:
            return job != pin.job or legs != pin.legs
        case PinKind.NOT_JOB:
            return job == pin.job
        case PinKind.NOT_TRIP:
            return pin.trip in rides
    return True
