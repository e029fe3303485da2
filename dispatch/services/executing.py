"""Executing a run: claim, snapshot, solve, check, write. Nothing is seen of the plan until all of it is there.

Where the campaign falls apart into independent parts, each is solved by a task of its own (parting.py), and whoever ends the
last of them adds up, checks and writes.
"""
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from platform import python_version

import numpy as np
from django.db import connection, transaction
from django.db.models.functions import Now

from dispatch.matching import VERSION
from dispatch.matching.changes import Explained, explain
from dispatch.matching.check import check
from dispatch.matching.joining import join, rows_of
from dispatch.matching.kept import broken_pins
from dispatch.matching.parts import parts_of
from dispatch.matching.pins import PinsRefused
from dispatch.matching.result import Parameters, Progress, Result, Stop
from dispatch.matching.situation import Situation
from dispatch.matching.solve import refuse_pins, solve
from dispatch.matching.warm import warm_up
from dispatch.models import Run, RunInput, RunPart
from dispatch.snapshot import Snapshot, require_possible_pins
from dispatch.snapshot.before import PlanBefore, take_snapshot_with
from dispatch.snapshot.keeping import Kept, Task, read_input, read_result, read_task
from dispatch.snapshot.writing import write_plan

from .parting import fan_out, finish_part, tasks_of
from .pinning import fail_for_pins
from .run_parts import claim_part, drop_parts, fail_run_of, seconds_for
from .runs import ClaimLost, claim_run, fail_run
from .watching import Watch, watched, watched_part

EXPLAINING = 120.0  # M takes two of them

log = logging.getLogger(__name__)


def execute_run(run: int) -> None:
    """Carry a queued run to its end, or to its parts; safe to call twice, and for a run that somebody else has."""
    claim = claim_run(run)
    if claim is not None:
        with _guarded_run(run, claim), _refusals_named(run, claim), watched(run, claim) as watch:
            # One that was taken up again, with all its parts done, lost whoever was to add them up.
            (_join if RunInput.objects.filter(run=run).exists() else _execute)(_row(run), watch)


def execute_run_part(part: int) -> None:
    """Solve one part of a run, and after the last one carry the run to its end; safe to call twice."""
    claim = claim_part(part)
    if claim is None:
        return
    row, last = RunPart.objects.select_related("run").get(pk=part), None
    with _guarded(f"part {part} of run {row.run_id}", lambda reason: fail_run_of(row, claim, reason)):
        with watched_part(row, claim) as watch:
            watch.beat()  # the run may have been told to stop while the part waited
            warm_up()
            result = _solve(read_task(row.problem), row.run, seconds_for(row), watch)
        _connect_anew()
        last = finish_part(part=row, claim=claim, result=result)
    if last is not None:
        _join_claimed(row.run_id, last)


def _join_claimed(run: int, claim: uuid.UUID) -> None:
    with _guarded_run(run, claim), watched(run, claim) as watch:
        _join(_row(run), watch)


def _guarded_run(run: int, claim: uuid.UUID) -> AbstractContextManager[None]:
    return _guarded(f"run {run}", lambda reason: fail_run(run, claim, reason))


@contextmanager
def _guarded(what: str, fail: Callable[[str], object]) -> Iterator[None]:
    """Whatever goes wrong inside ends the run with its reason, unless somebody else has taken it up."""
    try:
        yield
    except ClaimLost:
        log.warning("%s was taken up elsewhere; the work here is dropped", what)
    except Exception as error:
        log.exception("%s failed", what)
        fail(f"{type(error).__name__}: {error}"[:2000])


@contextmanager
def _refusals_named(run: int, claim: uuid.UUID) -> Iterator[None]:
    """Pins that cannot be kept end the run before it solves, each with its person and rule."""
    try:
        yield
    except PinsRefused as refused:
        log.info("run %s: %s", run, refused)
        _connect_anew()
        fail_for_pins(run, claim, refused)


def _row(run: int) -> Run:
    return Run.objects.select_related("campaign").get(pk=run)


def _execute(run: Run, watch: Watch) -> None:
    seconds: dict[str, float] = {}
    began = time.monotonic()
    snapshot, before = take_snapshot_with(run.campaign, run.plan_before)
    seconds["snapshot"] = time.monotonic() - began
    _keep_what_it_saw(run, watch, snapshot)
    require_possible_pins(snapshot)
    watch.tell(Progress("warm-up", 0.0))
    warm_up()
    seconds["warm-up"] = time.monotonic() - began - sum(seconds.values())
    parts = parts_of(snapshot.problem, snapshot.pins)
    task = Task(snapshot.problem, parts, snapshot.pins, before.places if before else None)
    tasks = tasks_of(task.parts)
    if tasks.count > 1 and not _parameters(run).floor:  # a county's floor may lie across parts
        refuse_pins(task.problem, task.parts, task.pins)
        watch.tell(Progress("parts", 0.0))
        fan_out(run=run, claim=watch.claim, task=task, kept=Kept(snapshot, tasks, before))
        return
    result = _solve(task, run, run.parameters["seconds"], watch)
    seconds["solve"] = time.monotonic() - began - sum(seconds.values())
    _conclude(run, watch, snapshot, before, result, seconds)


def _solve(task: Task, run: Run, seconds: float, watch: Watch) -> Result:
    """A run that is one, or one of its parts."""
    return solve(
        task.problem, Stop(seconds=seconds, cancelled=watch.cancelled), run.seed, params=_parameters(run),
        progress=watch.tell, pins=task.pins, before=task.before, parts=task.parts,
    )


def _parameters(run: Run) -> Parameters:
    return Parameters(change_cost=run.parameters.get("change_cost", Parameters.change_cost),
                      floor=run.parameters.get("floor", 0) / 100)


def _join(run: Run, watch: Watch) -> None:
    """Add up the results of all parts, each row of them from what the run saw and not from what is there now."""
    watch.tell(Progress("writing", 1.0))
    began, row = time.monotonic(), RunInput.objects.get(run=run)
    kept = read_input(row.content)
    done = RunPart.objects.filter(run=run).order_by("number").values_list("result", flat=True)
    results = [read_result(content) for content in done if content is not None]
    pinned = {pin.worker for pin in kept.snapshot.pins}
    result = join(kept.snapshot.problem, list(zip(rows_of(kept.tasks), results, strict=True)), pinned)
    ended = max(x for x in RunPart.objects.filter(run=run).values_list("finished_at", flat=True) if x is not None)
    seconds = {"solve": (ended - row.kept_at).total_seconds(), "join": time.monotonic() - began}
    _conclude(run, watch, kept.snapshot, kept.before, result, seconds)


def _conclude(run: Run, watch: Watch, snapshot: Snapshot, before: PlanBefore | None, result: Result,
              seconds: dict[str, float]) -> None:
    """Check, explain, write, end."""
    began, earlier = time.monotonic(), sum(seconds.values())

    def ends(what: str) -> None:
        seconds[what] = time.monotonic() - began + earlier - sum(seconds.values())

    _refuse_broken(snapshot, result)
    ends("check")
    watch.tell(Progress("changes", 1.0, result.score, result.bound, result.gap, result.placed))
    explained = _explain(snapshot, result, watch)
    ends("changes")
    watch.tell(Progress("writing", 1.0, result.score, result.bound, result.gap, result.placed))
    _connect_anew()
    with transaction.atomic():
        write_plan(run, snapshot, result, before, explained)
        ends("write")
        _finish(run, watch, result, seconds)


def _connect_anew() -> None:
    """The connection lay idle during the solve; a database that was restarted meanwhile has closed it."""
    if not connection.in_atomic_block:
        connection.close()


def _keep_what_it_saw(run: Run, watch: Watch, snapshot: Snapshot) -> None:
    versions = {name: version(name) for name in ("numpy", "numba", "scipy", "highspy")}
    Run.objects.filter(pk=run.pk, claim=watch.claim).update(
        input_digest=snapshot.digest, solver_version=VERSION, versions=versions | {"python": python_version()}
    )


def _refuse_broken(snapshot: Snapshot, result: Result) -> None:
    """The checker shares no code with the solver; a plan that it faults is never written."""
    checked = check(snapshot.problem, result.job, result.leg_count, result.legs)
    faults = checked.faults + broken_pins(snapshot.pins, result.job, result.leg_count, result.legs)
    if faults:
        raise RuntimeError(f"the computed plan breaks rules: {faults[:3]}")


def _explain(snapshot: Snapshot, result: Result, watch: Watch) -> dict[int, Explained]:
    """What would place whoever is left; of as many as EXPLAINING seconds allow, for a plan must not wait for it."""
    until = time.monotonic() + EXPLAINING
    situation = Situation(snapshot.problem, result.job, result.leg_count, result.legs)
    stay = np.flatnonzero(result.job < 0).tolist()
    return explain(situation, stay, snapshot.pins, lambda: time.monotonic() > until or watch.claim_lost.is_set())


def _finish(run: Run, watch: Watch, result: Result, seconds: dict[str, float]) -> None:
    stopped = watch.stop_asked.is_set() or result.stopped_by == "cancelled"
    parts = drop_parts(run.pk)
    ended = Run.objects.filter(pk=run.pk, claim=watch.claim, state=Run.State.RUNNING).update(
        state=Run.State.STOPPED if stopped else Run.State.FINISHED,
        finished_at=Now(), phase="", share_done=1.0, best_score=result.score, bound=result.bound, gap=result.gap,
        placed=result.placed, seconds={**{k: round(v, 2) for k, v in seconds.items()}, "phases": result.phases,
                                       **({"parts": parts} if parts else {})},
    )
    if not ended:
        raise ClaimLost
