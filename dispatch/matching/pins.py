"""What staff have settled before a solve: a person in a job, on a trip, on a whole journey; never there; not at all.

Pins cost nobody else anything, because they become ordinary data of the few people whom they are about. Who is tied to a
job has that job as the only one; a job that somebody is barred from stands under a trade of its own, which that person
lacks; who is tied to trips or barred from them has a township of his own, a copy with the journeys that are left. That a
pinned person goes is worth BONUS more than any plan can gain by leaving him out, which no score and no bound shows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.objective import ANY_TRADE, OWN_JOB, OWN_TRADE, RELATED_TRADE, WAGE_MOST, YUAN_A_POINT
from dispatch.matching.problem import Problem
from dispatch.matching.rules import admitted, county_of, district_of, minor, too_young

BONUS, BONUS_A_HEAD = 10_000.0, 2_000.0

Leg = tuple[int, int, int]  # trip, boarding and alighting call


class Kind(StrEnum):
    """What a pin says of its person."""

    JOB = "job"
    TRIP = "trip"
    ASSIGNMENT = "assignment"
    NOT_JOB = "not-job"
    NOT_TRIP = "not-trip"
    OUT = "out"


@dataclass(frozen=True)
class Pin:
    """`job` for kinds about a job, `trip` for those about a trip, `job` and `legs` for an assignment."""

    worker: int
    kind: Kind
    job: int = -1
    trip: int = -1
    legs: tuple[Leg, ...] = ()


class Rule(StrEnum):
    """What a pin can break; {about} is the job or the trip that it breaks it with."""

    CONTRADICTION = "pins that contradict each other"
    NOT_ELIGIBLE = "not eligible for the job {about}"
    UNDER_16 = "under 16"
    MINOR = "minor where the job {about} takes none"
    CLEARANCE = "clearance not admitted where the job {about} is"
    JOB_GONE = "the job {about} is not open any more"
    TRIP_GONE = "the trip {about} does not run any more"
    FEWER_POSTS = "more pinned workers than posts in {about}"
    FEWER_SEATS = "more pinned passengers than seats on {about}"
    NO_JOURNEY = "no journey in time"
    NO_ROOM = "no seat or post beside the other pinned workers"
    GROUP_JOURNEYS = "group split by pins to different journeys"
    GROUP_APART = "group split: not all of the group can go there together"


@dataclass(frozen=True)
class Refusal:
    """A pin that cannot be kept, and the rule that it breaks; `about` is the id of a job or trip."""

    worker: int
    broken: Rule
    about: str | int | None = None

    @property
    def rule(self) -> str:
        return self.broken.format(about=self.about)


class PinsRefused(ValueError):
    """Pins that cannot be kept, all that were found; `named` has worker, rule and job or trip by the caller's ids."""

    def __init__(self, problem: Problem, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(dict.fromkeys(refusals))
        self.named = [(problem.worker_ids[r.worker], r.broken, r.about) for r in self.refusals]
        said = [f"{problem.worker_ids[r.worker]}: {r.rule}" for r in self.refusals[:20]]
        more = f" and {len(self.refusals) - 20} more" if len(self.refusals) > 20 else ""
        super().__init__(f"These pins cannot be kept: {'; '.join(said)}{more}. Change or remove them.")


@dataclass(frozen=True)
class Way:
    """Which journeys are left: with all trips of `on`, none of `off`, and, where `legs` is given, these alone."""

    on: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()
    legs: tuple[Leg, ...] | None = None

    def keeps(self, p: Problem, board: NDArray[np.int32], alight: NDArray[np.int32],
              call_trip: NDArray[np.int32]) -> NDArray[np.bool_]:
        """[N] for journeys as calls [N, 3], -1 filler."""
        trip = np.where(board >= 0, call_trip[board] if len(call_trip) else -1, -1)
        keep = np.array(~np.isin(trip, list(self.off)).any(axis=1))
        for t in self.on:
            keep &= (trip == t).any(axis=1)
        if self.legs is not None:
            calls = np.full((2, 3), -1)
            for k, (t, a, b) in enumerate(self.legs):
                calls[:, k] = p.call_start[t] + a, p.call_start[t] + b
            keep &= (board == calls[0]).all(axis=1) & (np.where(board >= 0, alight, -1) == calls[1]).all(axis=1)
        return np.asarray(keep)


ANY_WAY = Way()


@dataclass(frozen=True, eq=False)
class Settled:
    """Pins as the model needs them. Nobody is pinned in an empty one."""

    out: NDArray[np.bool_]  # [W]
    goes: NDArray[np.bool_]  # [W] has to be in the plan
    job: NDArray[np.int32]  # [W] the only job, -1 none named
    extra: NDArray[np.float64]  # [W] points by which that job differs from an own one
    trade: NDArray[np.int32]  # [J] the trade under which a job stands; the number after the last is "any"
    alone: Sequence[int] = ()  # jobs that stand under a trade of their own
    barred: dict[int, frozenset[int]] = field(default_factory=dict)  # jobs by worker
    ways: dict[int, Way] = field(default_factory=dict)  # by worker


class _People(NamedTuple):
    """What is asked of everybody with a pin, found once."""

    too_young: NDArray[np.bool_]  # [W]
    minor: NDArray[np.bool_]  # [W]
    county: NDArray[np.int32]  # [P]
    district: NDArray[np.int32]  # [P]


def settle(p: Problem, pins: Sequence[Pin] = ()) -> Settled:
    """Put all pins of a person together.

    Raises:
        PinsRefused: pins that contradict each other, that the person's rules forbid, or that need more posts than there are.
    """
    trade = np.where(p.job_occupation < 0, len(p.related), p.job_occupation).astype(np.int32)
    s = Settled(np.zeros(p.workers, bool), np.zeros(p.workers, bool), np.full(p.workers, -1, np.int32),
                np.zeros(p.workers), trade, sorted({x.job for x in pins if x.kind is Kind.NOT_JOB}))
    trade[s.alone] = len(p.related) + 1 + np.arange(len(s.alone))
    if not pins:
        return s
    by_worker: dict[int, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_worker[pin.worker].append(pin)
    people = _People(too_young(p), minor(p), county_of(p), district_of(p))
    wrong = [Refusal(w, *broken) for w, mine in by_worker.items() for broken in _take(p, s, w, mine, people)]
    posts = np.bincount(s.job[s.job >= 0], minlength=p.jobs)
    wrong += [Refusal(w, Rule.FEWER_POSTS, p.job_ids[s.job[w]])
              for w in np.flatnonzero(s.job >= 0).tolist() if posts[s.job[w]] > p.job_headcount[s.job[w]]]
    if wrong:
        raise PinsRefused(p, wrong)
    return s


def refuse_who_goes(p: Problem, pins: Sequence[Pin]) -> None:
    """Where there is no job at all, nobody can be pinned to go: PinsRefused names all who are."""
    going = [pin.worker for pin in pins if pin.kind in (Kind.JOB, Kind.TRIP, Kind.ASSIGNMENT)]
    if going:
        raise PinsRefused(p, [Refusal(w, Rule.NO_JOURNEY) for w in going])


def _take(p: Problem, s: Settled, w: int, mine: Sequence[Pin], people: _People) -> list[tuple[Rule, str | int | None]]:
    """Write one person's pins into `s`; returns the rules that they break, with the job."""
    jobs = {x.job for x in mine if x.kind in (Kind.JOB, Kind.ASSIGNMENT)}
    legs = {x.legs for x in mine if x.kind is Kind.ASSIGNMENT}
    way = Way(frozenset(x.trip for x in mine if x.kind is Kind.TRIP),
              frozenset(x.trip for x in mine if x.kind is Kind.NOT_TRIP), next(iter(legs), None))
    barred = frozenset(x.job for x in mine if x.kind is Kind.NOT_JOB)
    s.out[w], s.goes[w] = any(x.kind is Kind.OUT for x in mine), bool(jobs or legs or way.on)
    used = {t for t, _, _ in way.legs} if way.legs is not None else way.on
    if len(jobs) > 1 or len(legs) > 1 or jobs & barred or (s.out[w] and s.goes[w]) or way.off & (way.on | used) or (
            not way.on <= used):
        return [(Rule.CONTRADICTION, None)]
    if barred:
        s.barred[w] = barred
    if way != ANY_WAY:
        s.ways[w] = way
    if s.goes[w] and people.too_young[w]:
        return [(Rule.UNDER_16, None)]
    if not jobs:
        return []
    s.job[w] = job = jobs.pop()
    points = fit(p, w, job)
    if points is None:
        return [(Rule.NOT_ELIGIBLE, p.job_ids[job])]
    s.extra[w] = points - OWN_JOB
    if people.minor[w] and not p.job_minors_allowed[job]:
        return [(Rule.MINOR, p.job_ids[job])]
    district = people.district[[p.job_park[job]]]
    if not admitted(p, int(people.county[p.worker_township[w]]), int(p.worker_clearance[w]), district).all():
        return [(Rule.CLEARANCE, p.job_ids[job])]
    return []


def fit(p: Problem, w: int, job: int) -> float | None:
    """Points of a person in a job; None where not eligible."""
    if p.worker_reserved_job[w] == job:
        return OWN_JOB
    more = (int(p.job_wage[job]) - int(p.worker_min_wage[w])) / YUAN_A_POINT
    if p.job_reserved[job] or not p.worker_open_to_other[w] or more < 0:
        return None
    trades = p.worker_occupation[p.worker_occupation_start[w] : p.worker_occupation_start[w + 1]]
    wanted = p.job_occupation[job]
    if wanted < 0:
        points = ANY_TRADE
    elif wanted in trades:
        points = OWN_TRADE
    elif p.related[trades, wanted].any():
        points = RELATED_TRADE
    else:
        return None
    return points + min(WAGE_MOST, more)


def ways_of_units(p: Problem, s: Settled, members: NDArray[np.int32], start: NDArray[np.int32]) -> dict[int, Way]:
    """Which units may not take every journey: what is said of one of a group holds for all of it.

    Raises:
        PinsRefused: what is said of two of a group does not go together.
    """
    if not s.ways and not s.goes.any():
        return {}
    unit = np.empty(p.workers, np.int64)
    unit[members] = np.repeat(np.arange(len(start) - 1), np.diff(start))
    ways, wrong = dict[int, Way](), list[Refusal]()
    for w, way in s.ways.items():
        other = ways.get(int(unit[w]), ANY_WAY)
        both = Way(other.on | way.on, other.off | way.off, way.legs if way.legs is not None else other.legs)
        if both.on & both.off or (other.legs is not None and both.legs != other.legs) or (
                both.legs is not None and not both.on <= {t for t, _, _ in both.legs}) or (
                both.legs is not None and both.off & {t for t, _, _ in both.legs}):
            wrong.append(Refusal(w, Rule.GROUP_JOURNEYS))
        ways[int(unit[w])] = both
    for w in np.flatnonzero(s.goes).tolist():
        mates = members[start[unit[w]] : start[unit[w] + 1]]
        parks = p.job_park[s.job[mates][s.job[mates] >= 0]]
        if s.out[mates].any() or too_young(p)[mates].any() or len(np.unique(parks)) > 1:
            wrong.append(Refusal(w, Rule.GROUP_APART))
    if wrong:
        raise PinsRefused(p, wrong)
    return ways


__all__ = ["BONUS", "BONUS_A_HEAD", "Kind", "Leg", "Pin", "PinsRefused", "Refusal", "Rule", "Settled", "Way",
           "refuse_who_goes", "settle"]
