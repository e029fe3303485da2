"""What a Problem must satisfy. Each check names its rule and the first row that breaks it."""

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.problem import Level, Problem, ProblemError


def validate(p: Problem) -> None:
    """Refuse inconsistent data.

    Raises:
        ProblemError: with the rule and the index of the first row that breaks it.
    """
    _shapes(p)
    _places(p)
    _jobs(p)
    _workers(p)
    _groups(p)
    _trips(p)
    _access(p)
    _admits(p)


def _need(good: NDArray[np.bool_], rule: str) -> None:
    if not good.all():
        raise ProblemError(rule, int(np.flatnonzero(~good)[0]))


def _within(values: NDArray[np.integer], low: int, high: int, rule: str) -> None:
    """Each value is in low..high-1."""
    _need((values >= low) & (values < high), f"{rule} must be in {low}..{high - 1}")


def _shapes(p: Problem) -> None:
    lengths = {"place_": p.places, "worker_": p.workers, "job_": p.jobs, "trip_": p.trips}
    odd = {"worker_occupation", "worker_occupation_start"}
    for name in p.__dataclass_fields__:
        prefix = name.split("_")[0] + "_"
        if prefix in lengths and name not in odd and len(getattr(p, name)) != lengths[prefix]:
            raise ProblemError(f"{name} must have {lengths[prefix]} entries, has {len(getattr(p, name))}")
    for name in ("call_place", "call_arrive", "call_depart"):
        if len(getattr(p, name)) != p.calls:
            raise ProblemError(f"{name} must have {p.calls} entries")
    if not len(p.access_from) == len(p.access_to) == len(p.access_minutes):
        raise ProblemError("access_from, access_to and access_minutes must be equally long")
    if p.related.size and (p.related.ndim != 2 or p.related.shape[0] != p.related.shape[1]):
        raise ProblemError("related must be a square array, occupations by occupations")
    if p.admits.size and (p.admits.ndim != 2 or p.admits.shape[1] != 3):
        raise ProblemError("admits must have the columns county, district, clearance")


def _offsets(start: NDArray[np.integer], rows: int, values: int, name: str) -> None:
    if len(start) != rows + 1 or start[0] != 0 or start[-1] != values:
        raise ProblemError(f"{name} must have {rows + 1} entries from 0 to {values}")
    _need(np.diff(start) >= 0, f"{name} must not fall")


def _places(p: Problem) -> None:
    _within(p.place_level, 0, len(Level), "place_level")
    _within(p.place_parent, -1, p.places, "place_parent")
    above = p.place_parent.copy()
    for _ in range(len(Level) + 8):
        above = np.where(above >= 0, p.place_parent[above], -1) if p.places else above
    _need(above < 0, "place_parent must not run in a circle")


def _jobs(p: Problem) -> None:
    _within(p.job_park, 0, p.places, "job_park")
    _within(p.job_occupation, -1, len(p.related), "job_occupation")
    _need(p.job_headcount >= 0, "job_headcount must not be below 0")
    _need(p.job_wage >= 0, "job_wage must not be below 0")


def _workers(p: Problem) -> None:
    _within(p.worker_township, 0, p.places, "worker_township")
    _within(p.worker_priority, 0, 3, "worker_priority")
    _within(p.worker_clearance, 0, 3, "worker_clearance")
    _within(p.worker_reserved_job, -1, p.jobs, "worker_reserved_job")
    _within(p.worker_preferred_district, -1, p.places, "worker_preferred_district")
    _need((p.worker_age >= -1) & (p.worker_age <= 130), "worker_age must be -1 or in 0..130")
    _need(p.worker_min_wage >= 0, "worker_min_wage must not be below 0")
    _offsets(p.worker_occupation_start, p.workers, len(p.worker_occupation), "worker_occupation_start")
    _within(p.worker_occupation, 0, len(p.related), "worker_occupation")


def _groups(p: Problem) -> None:
    _within(p.worker_group, -1, p.groups, "worker_group")
    inside = np.flatnonzero(p.worker_group >= 0)
    group = p.worker_group[inside]
    if p.groups and np.bincount(group, minlength=p.groups).min() == 0:
        raise ProblemError("worker_group must be dense: a group without members", int(
            np.flatnonzero(np.bincount(group, minlength=p.groups) == 0)[0]))
    home = np.full(p.groups, -1, np.int64)
    home[group[::-1]] = p.worker_township[inside[::-1]]
    same = (p.worker_township[inside] == home[group]) | p.group_may_split[group]
    if not same.all():
        raise ProblemError("worker_group must lie in one township", int(inside[~same][0]))


def _trips(p: Problem) -> None:
    _need(p.trip_capacity >= 0, "trip_capacity must not be below 0")
    _offsets(p.call_start, p.trips, p.calls, "call_start")
    _within(p.call_place, 0, p.places, "call_place")
    _need(p.call_arrive <= p.call_depart, "call_depart must not be before call_arrive")
    if p.calls > 1:
        later = p.call_arrive[1:] >= p.call_depart[:-1]
        first = np.zeros(p.calls + 1, bool)
        first[p.call_start] = True
        _need(later | first[1:-1], "call_arrive of the next call must not be before call_depart")


def _access(p: Problem) -> None:
    _within(p.access_from, 0, p.places, "access_from")
    _within(p.access_to, 0, p.places, "access_to")
    _need(p.access_from != p.access_to, "access must lead to another place")
    _need(p.access_minutes >= 0, "access_minutes must not be below 0")
    pair = p.access_from.astype(np.int64) * max(p.places, 1) + p.access_to
    order = np.argsort(pair, kind="stable")
    again = np.flatnonzero(np.diff(pair[order]) == 0)
    if again.size:
        raise ProblemError("access must name a pair of places once", int(order[again[0] + 1]))


def _admits(p: Problem) -> None:
    if p.admits.size:
        _within(p.admits[:, 0], 0, p.places, "admits county")
        _within(p.admits[:, 1], 0, p.places, "admits district")
        _within(p.admits[:, 2], 0, 3, "admits clearance")
