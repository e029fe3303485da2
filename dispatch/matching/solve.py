"""The door: one problem in, one plan out, with its proven bound."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.matching.assemble import floors_kept, make_result, nothing
from dispatch.matching.baseline import serve
from dispatch.matching.columns import Columns
from dispatch.matching.dual import FAR, FLOORED, MANY_UNITS, NEAR, improve_prices
from dispatch.matching.explain import reasons
from dispatch.matching.floors import Floors, floors_of
from dispatch.matching.holding import hold
from dispatch.matching.improve import improve_plan
from dispatch.matching.joining import Rows, join, rows_of, sub_before, sub_pins, sub_problem
from dispatch.matching.model import Model, build_model
from dispatch.matching.parts import Parts, parts_of
from dispatch.matching.pins import Pin, PinsRefused, Refusal, refuse_who_goes, settle
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before, replan
from dispatch.matching.result import Clock, Parameters, Progress, Reason, Result, Stop, Stopped
from dispatch.matching.search import Search
from dispatch.matching.sharing import Told, share_of
from dispatch.matching.whole import every_option, whole_plan

PRICES, FAR_PRICES = 0.35, 0.6  # shares of the time or work still left that finding prices may take
WITHOUT_FLOORS = 0.5  # share of the time or work that goes into the plan without floors, where some are asked for
ALWAYS = 30_000  # people up to whom tables and first plan take less than half a second, and are made in any case
FAR_OFF = 0.01  # gap after a round of plans that tells of prices that began too far away


def solve(problem: Problem, stop: Stop, seed: int = 0, *, params: Parameters | None = None,
          progress: Callable[[Progress], None] | None = None, pins: Sequence[Pin] = (),
          before: Before | None = None, parts: Parts | None = None) -> Result:
    """Find a plan near the best, and prices that prove how near.

    Independent parts (parts.py) are solved one after the other, each as if it were alone, with its people's share of the
    work and of the seconds that are left.

    Args:
        stop: when to end. Whatever ends it, the best rule-keeping plan found so far is returned.
        seed: orders what is equal. The same problem, seed and work limit give the same plan.
        progress: called from this thread, at least about every second.
        pins: what has been settled already (pins.py). Score and bound are those of the pinned problem.
        before: the plan that this one replaces; few of its people are moved, and nobody is dropped whose place is left.
        parts: the problem's parts, where they have been found already.

    Raises:
        PinsRefused: pins that cannot be kept.
        ValueError: a floor beside a plan before: nobody of that plan may be dropped for a floor.
    """
    params, clock = params or Parameters(), Clock(stop)
    if params.floor and before is not None:
        raise ValueError("a floor cannot be asked for together with a plan before. Leave one of them out.")
    if not problem.workers or not problem.jobs:
        refuse_who_goes(problem, pins)
        return nothing(problem, np.full(problem.workers, Reason.NO_ELIGIBLE_POSTING, np.int8), "optimal", {}, clock)
    parts = parts or parts_of(problem, pins)
    if parts.count == 1 or params.floor:  # a county's floor may lie across parts
        return _solve(problem, clock, seed, params, progress, pins, before)
    refuse_pins(problem, parts, pins)
    return _one_by_one(problem, parts, clock, seed, params, progress, pins, before)


def _solve(problem: Problem, clock: Clock, seed: int, params: Parameters, progress: Callable[[Progress], None] | None,
           pins: Sequence[Pin], before: Before | None) -> Result:
    """One part."""
    phases: dict[str, float] = {}
    if not problem.jobs:
        return nothing(problem, np.full(problem.workers, Reason.NO_ELIGIBLE_POSTING, np.int8), "optimal", phases, clock)

    def tables(work: int) -> None:
        if progress:
            progress(Progress("tables", clock.share()))
        clock.check(work)

    # Without those who are settled no plan would be an answer.
    certain = bool(pins) or before is not None or problem.workers <= ALWAYS
    try:
        with clock.undisturbed(certain):
            model = build_model(problem, tables, pins)
    except Stopped as ended:
        return nothing(problem, np.full(problem.workers, Reason.BETTER_FOR_OTHERS, np.int8), ended.why, phases, clock)
    phases["tables"] = clock.seconds()
    search = Search(model, clock, params, progress, phases)
    try:
        return _finish(search, _run(search, np.random.default_rng(seed), before))
    finally:
        search.market.close()


def refuse_pins(problem: Problem, parts: Parts, pins: Sequence[Pin]) -> None:
    """Look at the pins of all parts before any of them is solved.

    Raises:
        PinsRefused: pins that cannot be kept, of all parts.
    """
    settle(problem, pins)
    pinned = set(parts.worker[[x.worker for x in pins]].tolist())
    refusals = list[Refusal]()
    for rows in (rows for k, rows in enumerate(rows_of(parts)) if k in pinned):
        try:
            model = build_model(sub_problem(problem, rows), lambda work: None, sub_pins(problem, rows, pins))
            search = Search(model, Clock(Stop()), Parameters(threads=1), None, {})
            hold(search)
        except PinsRefused as refused:
            refusals += [replace(r, worker=int(rows.workers[r.worker])) for r in refused.refusals]
    if refusals:
        raise PinsRefused(problem, refusals)


def _one_by_one(problem: Problem, parts: Parts, clock: Clock, seed: int, params: Parameters,
                progress: Callable[[Progress], None] | None, pins: Sequence[Pin], before: Before | None) -> Result:
    told, pieces = Told(parts.people, progress), list[tuple[Rows, Result]]()
    for k, rows in enumerate(rows_of(parts)):
        piece = _solve(
            sub_problem(problem, rows), Clock(share_of(clock, parts.people, k)), seed, params, told.tell,
            sub_pins(problem, rows, pins), sub_before(problem, rows, before) if before is not None else None,
        )
        told.ended(piece)
        pieces.append((rows, piece))
    return join(problem, pieces, {x.worker for x in pins})


def _run(s: Search, rng: np.random.Generator, before: Before | None) -> str:
    """All phases; returns why they ended."""
    try:
        if before is not None:
            replan(s, before, rng)
            return "optimal"
        floors = floors_of(s.model, s.market, s.parameters.floor) if s.parameters.floor else None
        with s.timed("first plan"), s.clock.undisturbed(s.model.problem.workers <= ALWAYS):
            serve(s)
        s.step(0)
        pool = every_option(s)
        _best_plan(s, rng, pool, s.left(WITHOUT_FLOORS if floors else 1.0))
        if floors:
            _keep_floors(s, rng, pool, floors)
    except Stopped as ended:
        return ended.why
    return "optimal"


def _best_plan(s: Search, rng: np.random.Generator, pool: Columns | None, until: float) -> None:
    """The best plan that the clock's share `until` allows."""
    large = len(s.model.units) > MANY_UNITS
    with s.timed("prices"):
        improve_prices(s, min(until, s.left(PRICES)), NEAR if large else FAR)
    if pool is not None:
        with s.timed("whole"):
            whole_plan(s, pool)
    with s.timed("plan"):
        if s.closed() or (large and improve_plan(s, rng, 1, until)):
            return
    if large and s.gap() > FAR_OFF:
        with s.timed("prices"):
            improve_prices(s, min(until, s.left(FAR_PRICES)), FAR)
    with s.timed("plan"):
        improve_plan(s, rng, until=until)


def _keep_floors(s: Search, rng: np.random.Generator, pool: Columns | None, floors: Floors) -> None:
    """From the best plan without floors to one that keeps them; what that costs is the difference of both scores."""
    assert s.best is not None
    s.without_floor, s.floors = s.best_score, floors
    s.short = int(s.lacking(s.best).sum())
    if not s.short:
        return
    proof, s.bound = (s.bound, s.part_price, s.job_price), None
    try:
        with s.timed("floors"):
            improve_prices(s, s.left(PRICES), FLOORED)
            if pool is not None:
                whole_plan(s, pool)
            if not s.closed():
                improve_plan(s, rng)
    finally:
        if s.short or s.bound is None:  # a bound with floors says nothing of a plan that does not keep them
            s.bound, s.part_price, s.job_price = proof


def _pinned_out(m: Model) -> NDArray[np.int32]:
    """Workers who stay because they, or somebody of their unit, are pinned out."""
    u = m.units
    out = np.logical_or.reduceat(m.settled.out[u.member], u.start[:-1])
    return u.member[np.repeat(out, np.diff(u.start))]


def _finish(s: Search, why: str) -> Result:
    assert s.best is not None
    with s.timed("explain"):
        because = reasons(s.model, s.data, s.best, s.market)
        because[_pinned_out(s.model)] = Reason.PINNED_OUT
    return make_result(s.model, s.best, s.best_score, s.bound, s.part_price, s.job_price, because, why, s.phases,
                       s.clock, *floors_kept(s))
