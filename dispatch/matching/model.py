"""The problem made ready for search: units instead of people, dense towns, parks and time classes.

Only two things about time matter: which journeys a readiness still catches, and which deadlines an arrival keeps. So
readiness becomes a row (town by class), and arrival a column (park by deadline class), of one table of journeys.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.eligibility import Kinds, OpenJobs, kinds_of, open_jobs
from dispatch.matching.objective import OWN_JOB, PREFERRED_DISTRICT, base_points
from dispatch.matching.pins import BONUS, BONUS_A_HEAD, Pin, Settled, Way, settle, ways_of_units
from dispatch.matching.problem import Problem
from dispatch.matching.rules import admitted, county_of, district_of, minor, too_young
from dispatch.matching.travel import Journeys, Network, build_network, find_journeys


@dataclass(frozen=True, eq=False)
class Units:
    """U units (people alone, or groups that go together); members are listed by unit in `member`."""

    start: NDArray[np.int32]  # [U+1]
    member: NDArray[np.int32]  # workers
    town: NDArray[np.int32]  # [U] dense
    row: NDArray[np.int32]  # [U] row of the journey table
    ready: NDArray[np.int32]  # [U] minutes, the last member's
    base: NDArray[np.float64]  # [U] points for placing all of it
    bonus: NDArray[np.float64]  # [U] what of these only makes sure that whoever is pinned goes (pins.py)
    welcome: NDArray[np.int32]  # [U] row of Model.welcome
    kind: NDArray[np.int32]  # per member; -1 takes no open job
    own_job: NDArray[np.int32]  # per member; -1 none or not allowed
    own_column: NDArray[np.int32]  # per member; last column that its own job allows, -1 none
    likes: NDArray[np.int32]  # per member; preferred district, -1 none

    def __len__(self) -> int:
        return len(self.town)


@dataclass(frozen=True, eq=False)
class Model:
    """All that the compiled loops read. N journeys, R rows, columns counted over all parks."""

    problem: Problem
    units: Units
    kinds: Kinds
    open: OpenJobs
    network: Network
    journeys: Journeys
    parks: NDArray[np.int32]  # places
    park_district: NDArray[np.int32]  # places
    column_start: NDArray[np.int32]  # [parks+1]
    row_start: NDArray[np.int32]  # [towns+1]
    journey_row: NDArray[np.int32]  # [N] last row that it serves; -1 leaves before any unit is ready
    journey_column: NDArray[np.int32]  # [N] first column that it keeps
    job_column: NDArray[np.int32]  # [J]
    welcome: NDArray[np.bool_]  # [classes, parks]
    capacity: NDArray[np.int32]  # [C] seats on the part from a call to the next
    settled: Settled

    @property
    def rows(self) -> int:
        return int(self.row_start[-1])

    @property
    def columns(self) -> int:
        return int(self.column_start[-1])


def build_model(p: Problem, check: Callable[[int], None], pins: Sequence[Pin] = ()) -> Model:
    """`check(work)` is called between the steps and may raise to stop.

    Raises:
        PinsRefused: pins that cannot be kept, where that shows before seats and times are looked at.
    """
    settled = settle(p, pins)
    parks = np.unique(p.job_park).astype(np.int32)
    park_of_place = _dense(parks, p.places)
    towns = np.unique(p.worker_township).astype(np.int32)
    job_park = park_of_place[p.job_park]
    members, start = _members(p)
    check(p.workers)
    unit_town = _dense(towns, p.places)[p.worker_township[members[start[:-1]]]]
    unit_town, copies = _towns_of_their_own(unit_town, len(towns), ways_of_units(p, settled, members, start))
    ready = np.maximum.reduceat(p.worker_ready[members], start[:-1]) if len(members) else np.zeros(0, np.int32)
    earliest = np.full(len(towns), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(earliest, _dense(towns, p.places)[p.worker_township], p.worker_ready)
    deadlines = [np.unique(p.job_start_by[job_park == k]) for k in range(len(parks))]
    network = build_network(p, park_of_place)
    journeys = find_journeys(p, network, towns, park_of_place, earliest, deadlines, check, copies)
    kinds = kinds_of(p, settled)
    check(p.workers)
    every_town = len(towns) + len(copies)
    row, row_start, journey_row = _rows(unit_town, ready, journeys, every_town, len(parks))
    job_column, column_start, journey_column = _columns(p, job_park, journeys, every_town, len(parks))
    check(len(journeys.leave))
    district = district_of(p)[parks]
    welcome, welcome_of = _welcome(p, settled, members, start, district)
    units = _units(p, settled, members, start, unit_town, row, ready, welcome_of, kinds, job_column)
    due = job_column - column_start[job_park] if p.jobs else np.zeros(0, np.int32)
    return Model(p, units, kinds, open_jobs(p, settled, park_of_place, len(parks), due.astype(np.int32)), network, journeys,
                 parks, district, column_start, row_start, journey_row, journey_column, job_column, welcome,
                 p.trip_capacity[network.call_trip].astype(np.int32), settled)


def _towns_of_their_own(town: NDArray[np.int32], towns: int,
                        ways: dict[int, Way]) -> tuple[NDArray[np.int32], list[tuple[int, Way]]]:
    """Towns of the units, and the further towns: which one is copied for those who may not take all its journeys."""
    copies = dict[tuple[int, Way], int]()
    for u, way in ways.items():
        town[u] = copies.setdefault((int(town[u]), way), towns + len(copies))
    return town, list(copies)


def _dense(places: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    dense = np.full(count, -1, np.int32)
    dense[places] = np.arange(len(places))
    return dense


def _members(p: Problem) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Workers by unit, units in the order of their first member; and where each unit starts."""
    together = p.worker_group >= 0
    if p.groups:
        together &= ~p.group_may_split[p.worker_group]
    key = np.where(together, p.workers + p.worker_group, np.arange(p.workers))
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    members = np.argsort(first[inverse], kind="stable").astype(np.int32)
    heads = first[inverse][members]
    start = np.flatnonzero(np.concatenate(([True], heads[1:] != heads[:-1]))) if len(heads) else np.zeros(0, int)
    return members, np.append(start, len(members)).astype(np.int32)


def _rows(town: NDArray[np.int32], ready: NDArray[np.int32], journeys: Journeys, towns: int,
          parks: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Rows of the units, where each town's rows start, and the last row that each journey serves."""
    row, start = np.empty(len(town), np.int32), np.zeros(towns + 1, np.int32)
    last = np.empty(len(journeys.leave), np.int32)
    by_town = np.argsort(town, kind="stable")
    bounds = np.searchsorted(town[by_town], np.arange(towns + 1))
    for t in range(towns):
        here = by_town[bounds[t] : bounds[t + 1]]
        rides = slice(journeys.start[t * parks], journeys.start[(t + 1) * parks])
        leaving = np.unique(journeys.leave[rides])
        classes, mine = np.unique(np.searchsorted(leaving, ready[here]), return_inverse=True)
        row[here] = start[t] + mine
        caught = np.searchsorted(leaving, journeys.leave[rides])
        serves = np.searchsorted(classes, caught, side="right") - 1
        last[rides] = np.where(serves >= 0, start[t] + serves, -1)
        start[t + 1] = start[t] + len(classes)
    return row, start, last


def _columns(p: Problem, job_park: NDArray[np.int32], journeys: Journeys, towns: int,
             parks: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Columns of the jobs, where each park's columns start, and the first column that each journey keeps."""
    column, start = np.empty(p.jobs, np.int32), np.zeros(parks + 1, np.int32)
    first = np.empty(len(journeys.leave), np.int32)
    for k in range(parks):
        here = np.flatnonzero(job_park == k)
        ends = zip(journeys.start[k::parks], journeys.start[k + 1 :: parks], strict=False)
        cells = [slice(a, b) for a, b in ends if a < b]
        reaching = np.unique(np.concatenate([np.unique(journeys.reach[c]) for c in cells])) if cells else np.zeros(0)
        classes, mine = np.unique(np.searchsorted(reaching, p.job_start_by[here], side="right"), return_inverse=True)
        column[here] = start[k] + mine
        for c in cells:
            kept = np.searchsorted(reaching, journeys.reach[c], side="right")
            first[c] = start[k] + np.searchsorted(classes, kept)
        start[k + 1] = start[k] + len(classes)
    return column, start, first


def _welcome(p: Problem, s: Settled, members: NDArray[np.int32], start: NDArray[np.int32],
             district: NDArray[np.int32]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """The parks that let a whole unit in, by class of units; none for a unit with somebody too young or pinned out."""
    county = county_of(p)[p.worker_township]
    young = too_young(p) | s.out
    red_tape = np.flatnonzero((p.worker_clearance[members] > 0) | young[members])
    unit = np.searchsorted(start, red_tape, side="right") - 1
    of = np.zeros(len(start) - 1, np.int32)
    classes: dict[tuple[tuple[int, int], ...], int] = {(): 0}
    needs: dict[int, set[tuple[int, int]]] = {}
    for u, w in zip(unit.tolist(), members[red_tape].tolist(), strict=True):
        needs.setdefault(u, set()).add((-1, -1) if young[w] else (int(county[w]), int(p.worker_clearance[w])))
    for u, pairs in needs.items():
        of[u] = classes.setdefault(tuple(sorted(pairs)), len(classes))
    table = np.ones((len(classes), len(district)), bool)
    for key, row in classes.items():
        for c, clearance in key:
            table[row] &= admitted(p, c, clearance, district) if clearance >= 0 else False
    return table, of


def _units(p: Problem, s: Settled, members: NDArray[np.int32], start: NDArray[np.int32], town: NDArray[np.int32],
           row: NDArray[np.int32], ready: NDArray[np.int32], welcome: NDArray[np.int32], kinds: Kinds,
           job_column: NDArray[np.int32]) -> Units:
    own = p.worker_reserved_job[members].copy()
    own[(own >= 0) & minor(p)[members] & ~p.job_minors_allowed[own]] = -1
    own[[own[k] in s.barred.get(w, ()) for k, w in enumerate(members.tolist())] if s.barred else []] = -1
    own = np.where(s.job[members] >= 0, s.job[members], own)
    own_column = np.where(own >= 0, job_column[own], -1) if p.jobs else np.full(len(own), -1)
    base = np.add.reduceat(base_points(p.worker_priority[members]) + s.extra[members], start[:-1])
    goes = np.logical_or.reduceat(s.goes[members], start[:-1])
    bonus = np.where(goes, BONUS + BONUS_A_HEAD * np.diff(start), 0.0)
    return Units(
        start, members, town.astype(np.int32), row, ready.astype(np.int32),
        base + bonus, bonus, welcome,
        kinds.of_worker[members], own.astype(np.int32), own_column.astype(np.int32),
        p.worker_preferred_district[members].astype(np.int32),
    )


__all__ = ["OWN_JOB", "PREFERRED_DISTRICT", "Model", "Units", "build_model"]
