"""Does a plan keep the pins? Written from their meaning: nothing here is shared with how the solver keeps them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from dispatch.matching.check import Fault
from dispatch.matching.pins import Kind, Pin

# What is said of whoever's pin of a kind is broken.
BROKEN = {
    Kind.JOB: "not in the pinned job",
    Kind.TRIP: "not on the pinned trip",
    Kind.ASSIGNMENT: "not in the pinned assignment",
    Kind.NOT_JOB: "in a barred job",
    Kind.NOT_TRIP: "on a barred trip",
    Kind.OUT: "placed though held out",
}


def broken_pins(pins: Sequence[Pin], job: ArrayLike, leg_count: ArrayLike, legs: ArrayLike) -> list[Fault]:
    """One fault for each pin that a plan breaks: job [W] (-1 stays), leg_count [W], legs [W, 3, 3]."""
    jobs, counts, ridden = np.asarray(job), np.asarray(leg_count), np.asarray(legs).reshape(-1, 3, 3)
    return [
        Fault(BROKEN[pin.kind], "worker", pin.worker) for pin in pins
        if not _keeps(pin, int(jobs[pin.worker]), ridden[pin.worker, : max(0, int(counts[pin.worker]))].tolist())
    ]


def _keeps(pin: Pin, job: int, legs: list[list[int]]) -> bool:
    """One person's job (-1 stays) and legs (trip, boarding and alighting call) against one pin."""
    goes = job >= 0
    rides = goes and pin.trip in [trip for trip, _, _ in legs]
    match pin.kind:
        case Kind.JOB:
            return job == pin.job
        case Kind.TRIP:
            return rides
        case Kind.ASSIGNMENT:
            return job == pin.job and legs == [list(leg) for leg in pin.legs]
        case Kind.NOT_JOB:
            return job != pin.job
        case Kind.NOT_TRIP:
            return not rides
        case Kind.OUT:
            return not goes
