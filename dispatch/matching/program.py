"""The best whole choice among a pool of options, as an integer program for HiGHS.

    maximise sum score x, so that each unit is placed at most once, each part has its seats, each job its posts,
    each county its floor
"""

import threading

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from dispatch.matching.columns import Columns, scores, uses
from dispatch.matching.search import Search

PATIENCE = 0.05  # seconds between two looks at the stop
MOST_NODES, NEAR_ENOUGH = 200, 1e-6


def chosen_columns(s: Search, pool: Columns) -> NDArray[np.int64] | None:
    """Which columns of the pool make the best plan; None where HiGHS gave no solution.

    Raises:
        Stopped: the stop has been met meanwhile.
    """
    value, matrix, limit = _program(s, pool)
    used = np.unique(matrix.indices)
    dense = np.full(len(limit), -1, np.int32)
    dense[used] = np.arange(len(used))
    highs = _highs(value, matrix, dense, limit[used])
    _run(s, highs)
    share = np.array(highs.getSolution().col_value)
    return np.flatnonzero(share > 0.5) if len(share) == len(pool) else None


def _program(s: Search, pool: Columns) -> tuple[NDArray[np.float64], csc_matrix, NDArray[np.float64]]:
    """Scores of the columns, the matrix (parts, jobs, units, floors), and the limits of its rows."""
    d = s.data
    calls, jobs, units = len(d.capacity), len(d.headcount), len(d.unit_town)
    start = np.empty(len(pool) + 1, np.int64)
    args = d, pool.unit, pool.journey, pool.start, pool.jobs, calls, start
    rows = np.empty(uses(*args, np.empty(0, np.int32)), np.int32)
    uses(*args, rows)
    column = np.repeat(np.arange(len(pool)), np.diff(start))
    heads = np.where(rows < calls, np.diff(pool.start)[column], 1.0)
    # Of each county at most -floor people less than none: one entry for each member of the unit.
    member = np.repeat(d.unit_start[pool.unit] - pool.start[:-1], np.diff(pool.start)) + np.arange(pool.start[-1])
    county = s.floors.of[member] if len(s.floors) else np.zeros(0, np.int64)
    of = np.repeat(np.arange(len(pool)), np.diff(pool.start))[: len(county)][county < len(s.floors)]
    county = county[county < len(s.floors)]
    matrix = csc_matrix((np.concatenate((heads, np.ones(len(pool)), -np.ones(len(county)))),
                         (np.concatenate((rows, calls + jobs + pool.unit, calls + jobs + units + county)),
                          np.concatenate((column, np.arange(len(pool)), of)))),
                        shape=(calls + jobs + units + len(s.floors), len(pool)))
    matrix.sum_duplicates()
    limit = np.concatenate((d.capacity, d.headcount, np.ones(units), -s.floors.least)).astype(float)
    return scores(d, pool), matrix, limit


def _highs(value: NDArray[np.float64], matrix: csc_matrix, dense: NDArray[np.int32], limit: NDArray[np.float64],
           ) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(value), len(limit)
    lp.col_cost_, lp.col_lower_ = -value, np.zeros(len(value))
    lp.col_upper_ = np.ones(len(value))
    lp.row_lower_, lp.row_upper_ = np.full(len(limit), -highspy.kHighsInf), limit
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, dense[matrix.indices]
    lp.a_matrix_.value_ = matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(value)
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)  # the same answer on every machine
    highs.setOptionValue("mip_max_nodes", MOST_NODES)
    highs.setOptionValue("mip_rel_gap", NEAR_ENOUGH)
    highs.passModel(lp)
    return highs


def _run(s: Search, highs: highspy.Highs) -> None:
    """Solve in a thread of its own, so that the stop is looked at meanwhile.

    HiGHS is asked to give up when the stop is met; it does so at its next iteration, and is not waited for.
    """
    give_up = threading.Event()

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if give_up.is_set():
            event.interrupt()

    highs.cbMipInterrupt.subscribe(ask)
    highs.cbSimplexInterrupt.subscribe(ask)
    worker = threading.Thread(target=highs.run, daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(PATIENCE)
            s.step(0)
    finally:
        give_up.set()
