"""How well people sit: groups in adjoining rows, colleagues in one coach. Shares no code with the loops that seat them."""
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.layout import SeatLayout, in_use, widest_rows
from dispatch.matching.problem import Mode, Problem
from dispatch.matching.result import Result
from dispatch.matching.seats import rides_of

Ints = NDArray[np.integer]


@dataclass(frozen=True)
class SeatReport:
    """Groups are counted once for each leg that at least two of them ride; `seatable` are those whose vehicle has a place
    where they could be together if nobody else rode it. Clusters are those of trains, of two people or more."""

    groups: int
    seatable: int
    together: int
    in_one_row: int
    clusters: int
    in_one_coach: int

    @property
    def share(self) -> float:
        return self.together / self.groups if self.groups else 1.0

    @property
    def share_of_seatable(self) -> float:
        return self.together / self.seatable if self.seatable else 1.0


def report_seats(
    problem: Problem, result: Result, seats: Ints, layout: SeatLayout, withheld: Ints | None = None
) -> SeatReport:
    """`seats` [W, 3], and layout and withheld as they were given to number_seats."""
    closed: dict[int, set[int]] = defaultdict(set)
    shut = np.zeros(len(layout.row), bool)
    for trip, seat in () if withheld is None else withheld.tolist():
        closed[trip].add(seat)
        shut[layout.start[trip] + seat] = True
    layout = in_use(layout, shut)
    rides, widest = rides_of(problem, result), widest_rows(layout, shut)
    seat = seats[rides.worker, rides.leg]
    seatable: dict[tuple[int, int], bool] = {}
    groups = together = in_one_row = there = 0
    for members in _of_two(rides.party):
        trip = int(rides.trip[members[0]])
        rows = layout.row[layout.start[trip]:layout.start[trip + 1]]
        groups += 1
        sits = _adjoin(rows[seat[members]].tolist(), int(widest[trip]))
        together += sits
        in_one_row += len(set(rows[seat[members]].tolist())) == 1
        if (trip, len(members)) not in seatable:
            open_rows = [row for s, row in enumerate(rows.tolist()) if s not in closed[trip]]
            seatable[trip, len(members)] = any(
                _adjoin(open_rows[at:at + len(members)], int(widest[trip]))
                for at in range(len(open_rows) - len(members) + 1)
            )
        there += seatable[trip, len(members)]
    coaches = [
        len(set(layout.coach[layout.start[rides.trip[its]] + seat[its]].tolist()))
        for its in _of_two(rides.cluster) if problem.trip_mode[rides.trip[its[0]]] == Mode.TRAIN
    ]
    return SeatReport(groups, there, together, in_one_row, len(coaches), sum(n == 1 for n in coaches))


def _of_two(number: Ints) -> list[Ints]:
    """The rows of each number that at least two have."""
    order = np.argsort(number, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    return [part for part in parts if len(part) > 1]


def _adjoin(rows: list[int], widest: int) -> bool:
    """In one row or in adjoining ones: at most one more than the fewest that hold so many, and none left out."""
    taken = set(rows)
    return max(taken) - min(taken) < len(taken) and len(taken) <= -(-len(rows) // widest) + 1
