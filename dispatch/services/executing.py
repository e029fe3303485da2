"""Executing a run: claim, snapshot, solve, check, write. Nothing is seen of the plan until all of it is there."""
import logging
import time
from importlib.metadata import version
from platform import python_version

import numpy as np
from django.db import connection, transaction
from django.db.models.functions import Now

from dispatch.matching import VERSION
from dispatch.matching.changes import Explained, explain
from dispatch.matching.check import check
from dispatch.matching.kept import broken_pins
from dispatch.matching.pins import PinsRefused
from dispatch.matching.result import Parameters, Progress, Result, Stop
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve
from dispatch.matching.warm import warm_up
from dispatch.models import Run
from dispatch.snapshot import Snapshot, require_possible_pins
from dispatch.snapshot.before import take_snapshot_with
from dispatch.snapshot.writing import write_plan

from .pinning import fail_for_pins
from .runs import claim_run, fail_run
from .watching import Watch, watched

EXPLAINING = 120.0  # M takes two of them

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another worker has taken this run up; what was computed here is dropped."""


def execute_run(run: int) -> None:
    """Carry a queued run to its end; safe to call twice, and for a run that somebody else has."""
    claim = claim_run(run)
    if claim is None:
        return
    try:
        with watched(run, claim) as watch:
            _execute(Run.objects.select_related("campaign").get(pk=run), watch)
    except ClaimLost:
        log.warning("run %s was taken up elsewhere; the work here is dropped", run)
    except PinsRefused as refused:
        log.info("run %s: %s", run, refused)
        _connect_anew()
        fail_for_pins(run, claim, refused)
    except Exception as error:
        log.exception("run %s failed", run)
        fail_run(run, claim, f"{type(error).__name__}: {error}"[:2000])


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
    result = solve(
        snapshot.problem, Stop(seconds=run.parameters["seconds"], cancelled=watch.cancelled), run.seed,
        params=_parameters(run), progress=watch.tell, pins=snapshot.pins, before=before.places if before else None,
    )
    seconds["solve"] = time.monotonic() - began - sum(seconds.values())
    _refuse_broken(snapshot, result)
    seconds["check"] = time.monotonic() - began - sum(seconds.values())
    watch.tell(Progress("changes", 1.0, result.score, result.bound, result.gap, result.placed))
    explained = _explain(snapshot, result, watch)
    seconds["changes"] = time.monotonic() - began - sum(seconds.values())
    watch.tell(Progress("writing", 1.0, result.score, result.bound, result.gap, result.placed))
    _connect_anew()
    with transaction.atomic():
        write_plan(run, snapshot, result, before, explained)
        seconds["write"] = time.monotonic() - began - sum(seconds.values())
        _finish(run, watch, result, seconds)


def _parameters(run: Run) -> Parameters:
    return Parameters(change_cost=run.parameters.get("change_cost", Parameters.change_cost),
                      floor=run.parameters.get("floor", 0) / 100)


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
    ended = Run.objects.filter(pk=run.pk, claim=watch.claim, state=Run.State.RUNNING).update(
        state=Run.State.STOPPED if watch.stop_asked.is_set() else Run.State.FINISHED,
        finished_at=Now(), phase="", share_done=1.0, best_score=result.score, bound=result.bound, gap=result.gap,
        placed=result.placed, seconds={**{k: round(v, 2) for k, v in seconds.items()}, "phases": result.phases},
    )
    if not ended:
        raise ClaimLost
