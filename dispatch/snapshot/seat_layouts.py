"""The seat maps of trips as the arrays that the matching core numbers seats by."""
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.layout import SeatLayout
from transport.models import SeatMap
from transport.seat_maps import Coaches, rows_of

_ROW = 4  # seats a row where there is no map

Columns = tuple[NDArray[np.int32], NDArray[np.int32]]  # row and coach of each seat


def read_layout(maps: NDArray[np.int64], seats: NDArray[np.integer]) -> SeatLayout:
    """maps [T]: the id of each trip's seat map, its own or its vehicle's, 0 for none; seats [T] as the trip has them."""
    coaches = dict(SeatMap.objects.filter(pk__in=np.unique(maps).tolist()).values_list("pk", "coaches"))
    return layout_of_maps(coaches, maps, seats)


def layout_of_maps(
    coaches: Mapping[int, Coaches], maps: NDArray[np.int64], seats: NDArray[np.integer]
) -> SeatLayout:
    """A trip has the first seats of its map; seats beyond it are one more coach."""
    known: dict[tuple[int, int], Columns] = {}
    found = []
    for seat_map, count in zip(maps.tolist(), seats.tolist(), strict=True):
        if (seat_map, count) not in known:
            known[seat_map, count] = _columns(coaches.get(seat_map, ()), count)
        found.append(known[seat_map, count])
    rows, numbers = zip(*found, strict=True) if found else ((), ())
    none = np.empty(0, np.int32)
    start = np.concatenate(([0], np.cumsum(seats))).astype(np.int64)
    return SeatLayout(start, np.concatenate((none, *rows)), np.concatenate((none, *numbers)))


def _columns(coaches: Coaches, count: int) -> Columns:
    """Row and coach of the first `count` seats; between two coaches a row's number is left out."""
    rows: list[int] = []
    numbers: list[int] = []
    row = 0
    for number, coach in enumerate(coaches):
        for letters in rows_of(coach):
            width = len(letters.replace(" ", ""))
            rows += [row] * width
            numbers += [number] * width
            row += 1
        row += 1
    beyond = np.arange(max(0, count - len(rows)))
    return (
        np.concatenate((rows[:count], row + beyond // _ROW)).astype(np.int32),
        np.concatenate((numbers[:count], np.full(len(beyond), len(coaches)))).astype(np.int32),
    )
