"""Every change between two plans: who, from where, to where, and what pushed it.

A cause is a unit's own where the plan before is no longer possible for it (its trip is cancelled, its post withdrawn, a rule
forbids it, a pin says otherwise) or where fewer seats or posts are left than people had. From there causes spread: whoever
arrives where there is no room for all pushes somebody out, and whoever leaves lets somebody in. The shortest chain is told.
What nothing has pushed is better for all, and may push others in turn.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.causes import GONE, OWN, Cause, Rules, Why
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.situation import Legs

__all__ = ["GONE", "Cause", "Difference", "Kind", "Planned", "differences"]


class Kind(StrEnum):
    """What is another for somebody."""

    PLACED = "newly placed"
    DROPPED = "dropped"
    JOB = "other job"
    JOURNEY = "other journey"
    BOTH = "other job and journey"


class Planned(NamedTuple):
    """A plan: job [W] (-1 stays, GONE), leg_count [W], legs [W, 3, 3] (trip, possibly GONE, board seq, alight seq). There
    may be more rows than the problem has people: those of people who no longer go.
    """

    job: NDArray[np.integer]
    leg_count: NDArray[np.integer]
    legs: NDArray[np.integer]

    def legs_of(self, worker: int) -> Legs:
        return tuple((t, a, b) for t, a, b in self.legs[worker, : self.leg_count[worker]].tolist())


@dataclass(frozen=True)
class Difference:
    """One person's change. `because_of`: who needed or left the place, the nearest first, a person of each unit; `root`: the
    cause of the last of them (of the person, where nobody is named). `trip` or `job`: what the cause is about, -1 none.
    """

    worker: int
    kind: Kind
    cause: Cause
    because_of: tuple[int, ...]
    root: Cause
    trip: int = -1
    job: int = -1


def differences(p: Problem, before: Planned, after: Planned, pins: Sequence[Pin] = (),
                new: Collection[int] = ()) -> list[Difference]:
    """Everybody whose job or journey is another, in the order of the problem.

    Args:
        p: as things are now.
        before, after: two plans with the same rows; only `after` has to keep the rules of `p`.
        pins: what `after` had to keep.
        new: workers whom the plan before did not know.
    """
    changed = _changed(before, after)
    if not len(changed):
        return []
    causes = _Causes(p, before, after, changed, pins, frozenset(new))
    return [causes.difference(w) for w in changed.tolist()]


def _changed(before: Planned, after: Planned) -> NDArray[np.intp]:
    used = np.arange(3) < np.maximum(before.leg_count, after.leg_count)[:, None]
    other = (before.job != after.job) | (before.leg_count != after.leg_count)
    other |= ((before.legs != after.legs).any(axis=2) & used).any(axis=1)
    return np.flatnonzero(other & ((before.job != -1) | (after.job != -1)))


class _Causes:
    """Units whose plan is another, the room that they had and have, and why."""

    def __init__(self, p: Problem, before: Planned, after: Planned, changed: NDArray[np.intp], pins: Sequence[Pin],
                 new: frozenset[int]) -> None:
        self.p, self.before, self.after, self.new = p, before, after, new
        self.label = np.concatenate((_units(p), np.arange(len(before.job) - p.workers) + p.workers + p.groups))
        self.members = defaultdict[int, list[int]](list)
        for w in np.flatnonzero(np.isin(self.label, self.label[changed])).tolist():
            self.members[int(self.label[w])].append(w)
        self.rules = Rules(p, pins)
        self.capacity = np.concatenate((np.repeat(p.trip_capacity, np.diff(p.call_start)), p.job_headcount)).astype(np.int64)
        self.old_room = {u: self._room(who, before) for u, who in self.members.items()}
        self.new_room = {u: self._room(who, after) for u, who in self.members.items()}
        self.why = {u: why for u, who in self.members.items() if (why := self._own(who))}
        self._spread()

    def difference(self, w: int) -> Difference:
        chain, seen, u = list[int](), {int(self.label[w])}, int(self.label[w])
        own = self._of_member(w, u)
        if own is not None:
            return Difference(w, self._kind(w), Cause.GROUP, (own,), self.why[u].cause, self.why[u].trip, self.why[u].job)
        root = first = self.why[u]
        while root.by >= 0 and root.by not in seen:
            seen.add(root.by)
            chain.append(self.members[root.by][0])
            root = self.why[root.by]
        ended = root.cause if root.cause not in (Cause.PUSHED, Cause.FREED) else Cause.BETTER
        return Difference(w, self._kind(w), first.cause, tuple(chain), ended, first.trip, first.job)

    def _of_member(self, w: int, u: int) -> int | None:
        """Another member of the unit, where the unit's own cause is that one's alone."""
        if len(self.members[u]) == 1 or self.why[u].cause not in OWN[: OWN.index(Cause.GROUP)]:
            return None
        concerned = [m for m in self.members[u] if self.before.job[m] != -1
                     and self.rules.broken(m, int(self.before.job[m]), self.before.legs_of(m))]
        return concerned[0] if concerned and w not in concerned else None

    def _kind(self, w: int) -> Kind:
        if self.before.job[w] == -1:
            return Kind.PLACED
        if self.after.job[w] == -1:
            return Kind.DROPPED
        if self.before.legs_of(w) == self.after.legs_of(w):
            return Kind.JOB
        return Kind.JOURNEY if self.before.job[w] == self.after.job[w] else Kind.BOTH

    def _room(self, who: list[int], plan: Planned) -> dict[int, int]:
        """How many seats of each part (by call) and posts (C + job) the people use; what is gone is left out."""
        p, out = self.p, defaultdict[int, int](int)
        for w in who:
            if plan.job[w] == -1:
                continue
            if plan.job[w] >= 0:
                out[p.calls + int(plan.job[w])] += 1
            for trip, board, alight in plan.legs_of(w):
                if trip >= 0 and p.call_start[trip] + alight < p.call_start[trip + 1]:
                    for part in range(p.call_start[trip] + board, p.call_start[trip] + alight):
                        out[int(part)] += 1
        return out

    def _own(self, who: list[int]) -> Why | None:
        """Why these people cannot be as they were, whatever others do."""
        had = [w for w in who if self.before.job[w] != -1]
        for w in had:
            if why := self.rules.broken(w, int(self.before.job[w]), self.before.legs_of(w)):
                return why
        if had and (len(had) < len(who) or len({self.before.legs_of(w) for w in who}) > 1):
            return Why(Cause.GROUP)  # they go together now
        return None

    def _spread(self) -> None:
        """From own causes along the shortest chains, being pushed before being let in; then from those newly placed, then
        from those who moved unpushed.
        """
        self._measure()
        for u in self.members:
            cut = [] if u in self.why else [r for r in self.blocked[u] if self.kept[r] > self.capacity[r]]
            if cut:
                self.why[u] = self._about(Cause.FEWER_SEATS, Cause.FEWER_POSTS, cut[0])
        self._reach(list(self.why))
        self._reach(list(self.why), though_pushed=True)
        self._reach([u for u in self.members if u not in self.why and self._begin(u, placed=True)])
        self._reach([u for u in self.members if u not in self.why and self._begin(u, placed=False)])
        for u in self.members:
            if u not in self.why:  # pushed in a circle
                r = self.blocked[u][0]
                by = next((v for v in self.arriving[r] if v != u), -1)
                self.why[u] = self._about(Cause.PUSHED, Cause.PUSHED, r, by) if by >= 0 else Why(Cause.BETTER)

    def _measure(self) -> None:
        """Of each unit the room that it had and could not have back, and the room that it has and could not have had."""
        old_use, new_use = self._use(self.before), self._use(self.after)
        self.kept = old_use.copy()  # by those who could still be there
        for u in self.why:
            for r, n in self.old_room[u].items():
                self.kept[r] -= n
        arriving, leaving = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        self.blocked, self.scarce = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for u in self.members:
            old, new = self.old_room[u], self.new_room[u]
            for r in old.keys() | new.keys():
                more = new.get(r, 0) - old.get(r, 0)
                if more > 0:
                    arriving[r].append(u)
                    if old_use[r] + more > self.capacity[r]:
                        self.scarce[u].append(r)
                elif more < 0:
                    leaving[r].append(u)
                    if new_use[r] - more > self.capacity[r]:
                        self.blocked[u].append(r)
        self.arriving, self.leaving = arriving, leaving

    def _use(self, plan: Planned) -> NDArray[np.int64]:
        """[C + J] people on each part and in each job."""
        p, steps = self.p, np.zeros(self.p.calls + 1, np.int64)
        for k in range(3):
            trip, board, alight = plan.legs[(plan.leg_count > k) & (plan.job != -1), k].T
            here = (trip >= 0) & (alight < np.diff(p.call_start)[np.maximum(trip, 0)])
            np.add.at(steps, p.call_start[trip[here]] + board[here], 1)
            np.add.at(steps, p.call_start[trip[here]] + alight[here], -1)
        return np.concatenate((np.cumsum(steps)[:-1], np.bincount(plan.job[plan.job >= 0], minlength=p.jobs)))

    def _begin(self, u: int, *, placed: bool) -> bool:
        """Whoever has not been reached and had no place, or had one and was not pushed, is where a chain begins."""
        had = any(self.before.job[w] != -1 for w in self.members[u])
        if placed and not had:
            known = not self.new.intersection(self.members[u])
            self.why[u] = Why(Cause.NEW if not known else Cause.BETTER if self.scarce[u] else Cause.ROOM)
        elif not placed and not self.blocked[u]:
            self.why[u] = Why(Cause.BETTER)
        return u in self.why

    def _reach(self, begin: Iterable[int], *, though_pushed: bool = False) -> None:
        """Breadth first: whom these push and let in, whom those do, and so on. `though_pushed`: also whoever could not be
        back is let in.
        """
        pushed, let_in = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for u in self.members:
            if u not in self.why:
                for r in self.blocked[u]:
                    pushed[r].append(u)
                for r in () if self.blocked[u] and not though_pushed else self.scarce[u]:
                    let_in[r].append(u)
        queue = deque(begin)
        while queue:
            v = queue.popleft()
            for cause, room, waiting in ((Cause.PUSHED, self.new_room[v], pushed), (Cause.FREED, self.old_room[v], let_in)):
                for r in room:
                    if v not in (self.arriving if cause == Cause.PUSHED else self.leaving).get(r, ()):
                        continue
                    for u in waiting.pop(r, ()):
                        if u not in self.why:
                            self.why[u] = self._about(cause, cause, r, v)
                            queue.append(u)

    def _about(self, seats: Cause, posts: Cause, room: int, by: int = -1) -> Why:
        if room >= self.p.calls:
            return Why(posts, by, job=room - self.p.calls)
        return Why(seats, by, trip=int(np.searchsorted(self.p.call_start, room, side="right")) - 1)


def _units(p: Problem) -> NDArray[np.int64]:
    """[W] the same number for those who go together."""
    alone = np.arange(p.workers)
    group = np.maximum(p.worker_group, 0)
    together = (p.worker_group >= 0) & ~(p.group_may_split[group] if p.groups else np.zeros(p.workers, bool))
    return np.where(together, p.workers + group, alone).astype(np.int64)
