"""What could change for somebody who stays: kinds of change, ways made of them, and why there is none (see changes.py)."""

from dataclasses import dataclass
from enum import IntEnum

from dispatch.matching.situation import Placing


class Kind(IntEnum):
    """What could change, in the order in which it is shown."""

    SEATS = 0  # `amount` more seats on `trip` between its calls `board` and `alight`
    READY = 1  # `worker` is ready `amount` minutes earlier
    DEADLINE = 2  # `job` starts `amount` minutes later
    YUAN = 3  # `worker` takes `amount` yuan a month less
    SPLIT = 4  # the group of `worker`, `amount` people, agrees to travel apart
    CLEARANCE = 5  # `district` admits the clearance of `worker`, for people of the worker's county
    POSTS = 6  # `job` has `amount` more posts


@dataclass(frozen=True)
class Change:
    """One change; ids are those of the problem's rows, -1 where the kind has none."""

    kind: Kind
    amount: int
    worker: int = -1
    trip: int = -1
    board: int = -1
    alight: int = -1
    job: int = -1
    district: int = -1


@dataclass(frozen=True)
class Way:
    """Changes that together place a unit, and the placing that they make possible. No changes: there is room now."""

    changes: tuple[Change, ...]
    placing: Placing

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of change in their order, each once."""
        return tuple(sorted({c.kind for c in self.changes}))


class Nothing(IntEnum):
    """Why no change of all these kinds would place somebody."""

    TOO_YOUNG = 1  # or somebody who goes along is
    NO_POSTING = 2  # none takes the trades, whatever the wage: for somebody of the unit
    NO_WAY_THERE = 3  # no trip and no way leads from the township to where such postings are, whatever the time
    NO_COMMON_PLACE = 4  # each member for himself, but no park has posts for all
    HELD_OUT = 5  # by a pin


@dataclass(frozen=True)
class Explained:
    """Ways in the order of their kinds, or `nothing` where there is none; and what is full now that would be enough by
    itself: legs (trip, board, alight) and jobs, the nearest first, `NAMED` at most.
    """

    ways: tuple[Way, ...] = ()
    nothing: Nothing | None = None
    full_legs: tuple[tuple[int, int, int], ...] = ()
    full_jobs: tuple[int, ...] = ()


def kinds_in(mask: int) -> tuple[Kind, ...]:
    return tuple(k for k in Kind if mask >> k & 1)
