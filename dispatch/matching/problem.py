"""What is to be decided, as arrays that refuse to be inconsistent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]


class Level(IntEnum):
    """Level of a place in the division tree, or the kind of stop that it is."""

    PROVINCE = 0
    PREFECTURE = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4
    DISTRICT = 5
    PARK = 6
    STATION = 7
    PICKUP = 8


class Mode(IntEnum):
    """Kind of vehicle that a trip is run with."""

    BUS = 0
    TRAIN = 1
    FEEDER = 2
    RECEPTION = 3


GREEN, YELLOW, RED = 0, 1, 2


class ProblemError(ValueError):
    """The data break a rule; `rule` names it and `index` is the first row that does (None: the whole array)."""

    def __init__(self, rule: str, index: int | None = None) -> None:
        self.rule, self.index = rule, index
        super().__init__(rule if index is None else f"{rule} (row {index})")


def _dtype(name: str) -> dict[str, str]:
    return {"dtype": name}


@dataclass(frozen=True, eq=False)
class Problem:
    """One campaign's supply, demand and transport.

    P places, W workers, J jobs, T trips, C calls, A access rows, O occupations, G groups. Times are minutes since an
    epoch of the caller's choice, wages yuan a month, -1 means "none". Arrays are copied only where their type differs.

    Raises:
        ProblemError: an array has another shape than named here, or a value breaks a rule of `validation.py`.
    """

    place_level: Ints = field(metadata=_dtype("int8"))  # [P] Level
    place_parent: Ints = field(metadata=_dtype("int32"))  # [P]

    worker_township: Ints = field(metadata=_dtype("int32"))  # [W] the place where the journey begins
    worker_min_wage: Ints = field(metadata=_dtype("int32"))  # [W]
    worker_priority: Ints = field(metadata=_dtype("int8"))  # [W] 0 ordinary, 1 single-income, 2 registered-poor
    worker_ready: Ints = field(metadata=_dtype("int32"))  # [W] earliest time to leave
    worker_reserved_job: Ints = field(metadata=_dtype("int32"))  # [W]
    worker_open_to_other: Bools = field(metadata=_dtype("bool"))  # [W]
    worker_group: Ints = field(metadata=_dtype("int32"))  # [W] dense 0..G-1
    worker_preferred_district: Ints = field(metadata=_dtype("int32"))  # [W]
    worker_clearance: Ints = field(metadata=_dtype("int8"))  # [W] 0 green, 1 yellow, 2 red
    worker_age: Ints = field(metadata=_dtype("int16"))  # [W] years; -1 not known, taken as adult
    worker_occupation_start: Ints = field(metadata=_dtype("int32"))  # [W+1]
    worker_occupation: Ints = field(metadata=_dtype("int16"))

    job_park: Ints = field(metadata=_dtype("int32"))  # [J]
    job_employer: Ints = field(metadata=_dtype("int32"))  # [J]
    job_reserved: Bools = field(metadata=_dtype("bool"))  # [J]
    job_occupation: Ints = field(metadata=_dtype("int16"))  # [J] -1: no trade needed
    job_headcount: Ints = field(metadata=_dtype("int32"))  # [J]
    job_wage: Ints = field(metadata=_dtype("int32"))  # [J]
    job_start_by: Ints = field(metadata=_dtype("int32"))  # [J] latest arrival
    job_minors_allowed: Bools = field(metadata=_dtype("bool"))  # [J] may take people of 16 and 17 years

    trip_mode: Ints = field(metadata=_dtype("int8"))  # [T] Mode
    trip_capacity: Ints = field(metadata=_dtype("int32"))  # [T] seats free for matching
    call_start: Ints = field(metadata=_dtype("int32"))  # [T+1]
    call_place: Ints = field(metadata=_dtype("int32"))  # [C]
    call_arrive: Ints = field(metadata=_dtype("int32"))  # [C]
    call_depart: Ints = field(metadata=_dtype("int32"))  # [C]

    access_from: Ints = field(metadata=_dtype("int32"))  # [A]
    access_to: Ints = field(metadata=_dtype("int32"))  # [A]
    access_minutes: Ints = field(metadata=_dtype("int32"))  # [A]
    related: Bools = field(metadata=_dtype("bool"))  # [O, O] related[a, b]: trade a helps in b
    admits: Ints = field(metadata=_dtype("int32"))  # [K, 3] county, district, clearance
    group_may_split: Bools = field(metadata=_dtype("bool"))  # [G] members have agreed to travel apart

    place_ids: Sequence[str | int] = ()
    worker_ids: Sequence[str | int] = ()
    job_ids: Sequence[str | int] = ()
    trip_ids: Sequence[str | int] = ()

    def __post_init__(self) -> None:
        from dispatch.matching.validation import validate

        for f in fields(self):
            if "dtype" in f.metadata:
                object.__setattr__(self, f.name, _as_array(getattr(self, f.name), f.name, f.metadata["dtype"]))
        counts = {"place_ids": self.places, "worker_ids": self.workers, "job_ids": self.jobs, "trip_ids": self.trips}
        for name, count in counts.items():
            if len(getattr(self, name)) == 0:
                object.__setattr__(self, name, range(count))
        validate(self)

    @property
    def places(self) -> int:
        return len(self.place_level)

    @property
    def workers(self) -> int:
        return len(self.worker_township)

    @property
    def jobs(self) -> int:
        return len(self.job_park)

    @property
    def trips(self) -> int:
        return len(self.trip_capacity)

    @property
    def calls(self) -> int:
        return len(self.call_place)

    @property
    def groups(self) -> int:
        return len(self.group_may_split)


def _as_array(values: object, name: str, dtype: str) -> NDArray[np.generic]:
    """`values` as a contiguous array of `dtype`; a value that the type cannot hold is refused, not wrapped."""
    raw = np.asarray(values)
    if raw.size == 0:
        raw = raw.astype(dtype)
    if raw.dtype.kind not in "iub":
        raise ProblemError(f"{name} must hold whole numbers, not {raw.dtype}")
    out = np.ascontiguousarray(raw, dtype=dtype)
    if out.size and dtype != "bool" and raw.dtype != out.dtype:
        wrong = np.flatnonzero(raw.ravel() != out.ravel())
        if wrong.size:
            raise ProblemError(f"{name} does not fit into {dtype}", int(wrong[0]))
    return out
