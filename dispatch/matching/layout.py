"""Where the seats of each trip are: which of them share a row, which rows adjoin, where a coach ends."""
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROW = 4  # seats a row where nothing else is known


@dataclass(frozen=True, eq=False)
class SeatLayout:
    """All seats of all trips, trip by trip, those included that nobody gets; T trips, S seats.

    Seat s of trip t is at start[t] + s. Rows are counted through a trip, rows that adjoin one apart; between two coaches
    one number is left out.
    """

    start: NDArray[np.int64]  # [T+1]
    row: NDArray[np.int32]  # [S]
    coach: NDArray[np.int32]  # [S] from 0 in each trip

    @property
    def seats(self) -> NDArray[np.int64]:
        """[T]"""
        return np.diff(self.start)


def rows_of_four(seats: NDArray[np.integer]) -> SeatLayout:
    """Trips of which only the number of seats [T] is known: one coach, four seats a row."""
    start = np.concatenate(([0], np.cumsum(seats))).astype(np.int64)
    place = np.arange(start[-1]) - np.repeat(start[:-1], seats)
    return SeatLayout(start, (place // _ROW).astype(np.int32), np.zeros(len(place), np.int32))


def in_use(layout: SeatLayout, closed: NDArray[np.bool_]) -> SeatLayout:
    """The same seats; `closed` [S] are those that nobody gets. A row of them is passed over in counting, so rows adjoin
    between which all seats are closed, but for the end of a coach."""
    trip = np.repeat(np.arange(len(layout.start) - 1), layout.seats)
    begins = np.append(True, (np.diff(trip) != 0) | (np.diff(layout.row) != 0))[: len(trip)]
    line = np.cumsum(begins) - 1
    used = np.bincount(line, weights=~closed, minlength=line[-1] + 1 if len(line) else 0) > 0
    coach = np.append(False, (np.diff(trip) == 0) & (np.diff(layout.coach) != 0))[: len(trip)]
    row = np.cumsum((begins & used[line]).astype(np.int32) + coach)
    return SeatLayout(layout.start, row.astype(np.int32), layout.coach)


def widest_rows(layout: SeatLayout, closed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[T] the seats of each trip's longest row, at least 1, without those that are `closed` [S]."""
    trips = len(layout.start) - 1
    trip = np.repeat(np.arange(trips), layout.seats)
    widest = np.ones(trips, np.int64)
    if len(trip):
        begins = np.flatnonzero(np.append(True, (np.diff(trip) != 0) | (np.diff(layout.row) != 0)))
        np.maximum.at(widest, trip[begins], np.add.reduceat((~closed).astype(np.int64), begins))
    return widest
