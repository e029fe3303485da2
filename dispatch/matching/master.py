"""The restricted master of column generation: the best mix of the options in a pool, as a linear program.

    maximise sum score x, so that each unit is placed at most once, each part has its seats, each job its posts

Solved by HiGHS' interior point without crossover, whose duals lie in the middle of the best ones and therefore make
steadier prices than a vertex. Its status is then often "unknown": the duals are only ever used as prices, which prove
what they prove whatever they are.
"""

import threading
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from dispatch.matching.columns import Columns, scores, uses
from dispatch.matching.search import Search

PATIENCE = 0.05  # seconds between two looks at the stop
TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Mix:
    """Value of the master, its prices by call [C] and job [J], and the share [N] of each column."""

    value: float
    part_price: NDArray[np.float64]
    job_price: NDArray[np.float64]
    share: NDArray[np.float64]


def solve_master(s: Search, pool: Columns, until: float, whole: bool = False) -> Mix | None:
    """The master over `pool`; None when the clock's share passed `until`, or HiGHS gave no solution.

    `whole` asks for whole columns (an integer program, for small pools); its prices are zero.

    Raises:
        Stopped: the stop has been met meanwhile.
    """
    d, calls = s.data, len(s.data.capacity)
    value, matrix, limit = _program(s, pool)
    used = np.unique(matrix.indices)
    dense = np.full(len(limit), -1, np.int32)
    dense[used] = np.arange(len(used))
    highs = _highs(value, matrix, dense, limit[used], whole)
    if not _run(s, highs, until):
        return None
    solution = highs.getSolution()
    share = np.array(solution.col_value)
    if len(share) != len(pool):
        return None
    dual = np.zeros(len(limit))
    if not whole:
        dual[used] = np.abs(np.array(solution.row_dual))
    return Mix(float(value @ share), dual[:calls], dual[calls : calls + len(d.headcount)], share)


def _program(s: Search, pool: Columns) -> tuple[NDArray[np.float64], csc_matrix, NDArray[np.float64]]:
    """Scores of the columns, the matrix (parts, then jobs, then units), and the limits of its rows."""
    d = s.data
    calls, jobs, units = len(d.capacity), len(d.headcount), len(d.unit_town)
    start = np.empty(len(pool) + 1, np.int64)
    args = d, pool.unit, pool.journey, pool.start, pool.jobs, calls, start
    rows = np.empty(uses(*args, np.empty(0, np.int32)), np.int32)
    uses(*args, rows)
    column = np.repeat(np.arange(len(pool)), np.diff(start))
    heads = np.where(rows < calls, np.diff(pool.start)[column], 1.0)
    matrix = csc_matrix((np.concatenate((heads, np.ones(len(pool)))),
                         (np.concatenate((rows, calls + jobs + pool.unit)),
                          np.concatenate((column, np.arange(len(pool)))))), shape=(calls + jobs + units, len(pool)))
    matrix.sum_duplicates()
    return scores(d, pool), matrix, np.concatenate((d.capacity, d.headcount, np.ones(units))).astype(float)


def _highs(value: NDArray[np.float64], matrix: csc_matrix, dense: NDArray[np.int32], limit: NDArray[np.float64],
           whole: bool) -> highspy.Highs:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(value), len(limit)
    lp.col_cost_, lp.col_lower_ = -value, np.zeros(len(value))
    lp.col_upper_ = np.full(len(value), 1.0 if whole else highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = np.full(len(limit), -highspy.kHighsInf), limit
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, dense[matrix.indices]
    lp.a_matrix_.value_ = matrix.data
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(value)
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)  # the same answer on every machine
    if whole:
        highs.setOptionValue("mip_max_nodes", 200)
        highs.setOptionValue("mip_rel_gap", 1e-6)
    else:
        highs.setOptionValue("solver", "ipm")
        highs.setOptionValue("run_crossover", "off")
        highs.setOptionValue("ipm_optimality_tolerance", TOLERANCE)
    highs.passModel(lp)
    return highs


def _run(s: Search, highs: highspy.Highs, until: float) -> bool:
    """Solve in a thread of its own, so that the stop is looked at meanwhile; was it solved to the end?

    HiGHS is asked to give up when the stop is met; it does so at its next iteration, and is not waited for.
    """
    give_up = threading.Event()

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if give_up.is_set():
            event.interrupt()

    highs.cbIpmInterrupt.subscribe(ask)
    highs.cbMipInterrupt.subscribe(ask)
    highs.cbSimplexInterrupt.subscribe(ask)
    worker = threading.Thread(target=highs.run, daemon=True)
    worker.start()
    try:
        while worker.is_alive():
            worker.join(PATIENCE)
            s.step(0)
            if s.clock.share() >= until and s.clock.stop.seconds is not None:
                return False
    finally:
        give_up.set()
    return True
