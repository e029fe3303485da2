"""The arrays of a model as flat tuples, which compiled loops take as one argument."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.model import Model

NEVER = np.float32(-1e6)  # worth of what is impossible: far below any score of a group
POSSIBLE = np.float32(-1e5)  # anything above is possible

Array = NDArray[Any]


class Data(NamedTuple):
    """What does not change during a solve. See model.py for the meaning of rows, columns and units."""

    unit_start: Array
    unit_town: Array
    unit_row: Array
    unit_base: Array
    unit_welcome: Array
    kind: Array
    own_job: Array
    own_column: Array
    likes: Array
    welcome: Array
    park_district: Array
    column_start: Array
    row_start: Array
    cell_start: Array
    value: Array
    board: Array
    alight: Array
    journey_row: Array
    journey_column: Array
    kind_wage: Array
    kind_minor: Array
    trade_start: Array
    trade: Array
    trade_points: Array
    open_start: Array
    open_job: Array
    open_wage: Array
    open_due: Array
    open_minors: Array
    capacity: Array
    headcount: Array
    job_wage: Array
    job_trade: Array
    job_park: Array


class Plan(NamedTuple):
    """A plan under way, and the prices that it answers to. Use may exceed capacity while `hard` is not asked for."""

    journey: Array  # [U] -1 stays
    job: Array  # per member; -1
    part_use: Array  # [C]
    job_use: Array  # [J]
    part_price: Array  # [C]
    job_price: Array  # [J]
    part_rho: Array  # [C] how steeply overuse is priced, before the sweep's own factor
    job_rho: Array  # [J]


def make_data(m: Model) -> Data:
    u, k, o, j, p = m.units, m.kinds, m.open, m.journeys, m.problem
    park_of_place = np.full(p.places, -1, np.int32)
    park_of_place[m.parks] = np.arange(len(m.parks))
    return Data(
        u.start, u.town, u.row, u.base.copy(), u.welcome, u.kind, u.own_job, u.own_column, u.likes, m.welcome,
        m.park_district, m.column_start, m.row_start, j.start, j.value, j.board, j.alight, m.journey_row,
        m.journey_column, k.wage, k.minor, k.trade_start, k.trade, k.points, o.start, o.job, o.wage, o.due, o.minors,
        m.capacity, np.array(p.job_headcount, copy=True), np.array(p.job_wage, copy=True), m.settled.trade,
        park_of_place[p.job_park],
    )


def empty_plan(m: Model) -> Plan:
    calls, jobs = len(m.capacity), m.problem.jobs
    return Plan(np.full(len(m.units), -1, np.int64), np.full(len(m.units.member), -1, np.int32),
                np.zeros(calls, np.int32), np.zeros(jobs, np.int32), np.zeros(calls), np.zeros(jobs),
                np.ones(calls), np.ones(jobs))
