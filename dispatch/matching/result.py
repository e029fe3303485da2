"""What goes into a solve beside the problem, and what comes out of it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.compiling import compile_seconds


class Reason(IntEnum):
    """Why a person has no place, from the rules themselves (explain.py); PLACED for those who have one."""

    PLACED = 0
    TOO_YOUNG = 1
    NO_ELIGIBLE_POSTING = 2
    CLEARANCE_NOT_ADMITTED = 3
    NO_JOURNEY_IN_TIME = 4
    POSTINGS_FULL = 5
    SEATS_FULL = 6
    GROUP_CANNOT_GO_TOGETHER = 7
    BETTER_FOR_OTHERS = 8
    PINNED_OUT = 9  # or somebody whom the person does not travel without


@dataclass(frozen=True)
class Parameters:
    """What a run may choose beside data and seed. `threads` changes the speed only, never the plan."""

    threads: int = 2
    gap: float = 0.0  # stop when (bound - score) / bound is at most this
    change_cost: float = 30.0  # points that moving somebody out of the plan before has to bring (replan.py)
    floor: float = 0.0  # least share of each county's people, of those who could go at all, who do (floors.py)

    def __post_init__(self) -> None:
        if self.threads < 1 or not 0 <= self.gap < 1 or self.change_cost < 0 or not 0 <= self.floor <= 1:
            raise ValueError("threads must be at least 1, gap and floor in 0..1, and change_cost not below 0")


@dataclass(frozen=True)
class Progress:
    """Where a solve is: phase, share of the allowed time or work done (0..1), and the best found so far."""

    phase: str
    share: float
    best_score: float | None = None
    bound: float | None = None
    gap: float | None = None
    placed: int | None = None


@dataclass
class Stop:
    """When to end: after `seconds`, after `work` units (the same on every machine), or when `cancelled()` says so.

    One work unit is about the effort of looking at one person once; None means no limit.
    """

    seconds: float | None = None
    work: int | None = None
    cancelled: Callable[[], bool] = field(default=lambda: False)

    def __post_init__(self) -> None:
        if (self.seconds is not None and self.seconds < 0) or (self.work is not None and self.work < 0):
            raise ValueError("seconds and work must not be below 0")


@dataclass(frozen=True)
class Floor:
    """Of `able` people of a county (a place) `least` were to go, `placed` do; one more would cost about `price` points."""

    county: int
    able: int
    least: int
    placed: int
    price: float


@dataclass(frozen=True, eq=False)
class Result:
    """A plan that keeps all rules, the prices that bound what any plan could score, and why others stay.

    W workers, J jobs; times in minutes since the problem's epoch; -1 is a filler. Part k of trip t (from its call k to
    the next) has the price part_price[part_start[t] + k].
    """

    job: NDArray[np.int32]  # [W] -1 unplaced
    leg_count: NDArray[np.int8]  # [W]
    legs: NDArray[np.int32]  # [W, 3, 3] trip, board seq, alight seq
    leaves: NDArray[np.int32]  # [W]
    reaches: NDArray[np.int32]  # [W]
    score: float
    bound: float | None
    job_price: NDArray[np.float64]  # [J]
    part_price: NDArray[np.float64]
    part_start: NDArray[np.int32]  # [T+1]
    reason: NDArray[np.int8]  # [W] Reason
    stopped_by: str  # work, seconds, cancelled, optimal
    phases: dict[str, float]  # seconds by phase
    work: int = 0
    floors: Sequence[Floor] = ()  # one for each county where a floor was asked for
    score_without_floor: float | None = None  # of the best plan that was found before the floor was looked at

    @property
    def placed(self) -> int:
        return int((self.job >= 0).sum())

    @property
    def gap(self) -> float | None:
        """How far the plan may be from the best, as a share of the bound."""
        if self.bound is None:
            return None
        return max(0.0, self.bound - self.score) / self.bound if self.bound > 0 else 0.0


class Stopped(Exception):
    """Raised inside a solve when its Stop has been met; `why` is work, seconds or cancelled."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Clock:
    """Counts time and work against a Stop. The seconds decide only where a solve ends, never what it does.

    Compiling does not count: it is done once on a machine, and a short limit would otherwise end before the first plan.
    """

    def __init__(self, stop: Stop) -> None:
        self.stop, self.work = stop, 0
        self.deaf = False  # to the stop, for a while (undisturbed)
        self.begun = time.monotonic() - compile_seconds()

    def seconds(self) -> float:
        return time.monotonic() - compile_seconds() - self.begun

    @contextmanager
    def undisturbed(self, wanted: bool = True) -> Iterator[None]:
        """What is done meanwhile is counted, but ends for nothing."""
        before = self.deaf
        try:
            self.deaf = before or wanted
            yield
        finally:
            self.deaf = before

    def met(self) -> str | None:
        """Why to stop now, or None."""
        if self.deaf:
            return None
        if self.stop.cancelled():
            return "cancelled"
        if self.stop.work is not None and self.work >= self.stop.work:
            return "work"
        if self.stop.seconds is not None and self.seconds() >= self.stop.seconds:
            return "seconds"
        return None

    def check(self, work: int = 0) -> None:
        """Count `work` and raise Stopped when the Stop has been met."""
        self.work += work
        if (why := self.met()) is not None:
            raise Stopped(why)

    def share(self) -> float:
        """How much of the allowed time or work is used, 0..1."""
        shares = [0.0]
        if self.stop.seconds:
            shares.append(self.seconds() / self.stop.seconds)
        if self.stop.work:
            shares.append(self.work / self.stop.work)
        return min(1.0, max(shares))
