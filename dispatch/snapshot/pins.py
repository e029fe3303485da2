"""Live pins as the matching core knows them, and those that no plan can keep."""
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.pins import Kind, Leg, Pin, Refusal, Rule

Columns = Mapping[str, NDArray[Any]]
KINDS = list(Kind)
_GOES = (Kind.JOB, Kind.TRIP, Kind.ASSIGNMENT)


def read_pins(
    pins: Columns, legs: Columns, workers: NDArray[np.int64], jobs: NDArray[np.int64], trips: NDArray[np.int64]
) -> tuple[tuple[Pin, ...], tuple[Refusal, ...]]:
    """Pins in indices, and a refusal of each whose job or trip is not part of the problem any more.

    Who is barred from what is gone anyway has nothing to keep.
    """
    if not len(pins["id"]):
        return (), ()
    who, job, trip = ({n: k for k, n in enumerate(ids.tolist())} for ids in (workers, jobs, trips))
    ridden = _legs(legs)
    read, lost = list[Pin](), list[Refusal]()
    rows = zip(*(pins[name].tolist() for name in ("id", "worker", "kind", "job", "trip")), strict=True)
    for pk, worker, code, the_job, the_trip in rows:
        kind, mine = KINDS[code], ridden.get(pk, [])
        gone = [(Rule.JOB_GONE, the_job)] if the_job and the_job not in job else []
        gone += [(Rule.TRIP_GONE, t) for t in [the_trip, *(t for t, _, _ in mine)] if t and t not in trip]
        if gone:
            lost += [Refusal(who[worker], *broken) for broken in gone if kind in _GOES]
        else:
            there = tuple((trip[t], a, b) for t, a, b in mine)
            read.append(Pin(who[worker], kind, job.get(the_job, -1), trip.get(the_trip, -1), there))
    return tuple(read), tuple(lost)


def _legs(rows: Columns) -> dict[int, list[Leg]]:
    """Trip id, boarding and alighting call, by pin, in the order of travel."""
    found = defaultdict[int, list[Leg]](list)
    for pk, *leg in zip(*(rows[name].tolist() for name in ("pin", "trip", "board", "alight")), strict=True):
        found[pk].append((leg[0], leg[1], leg[2]))
    return found
