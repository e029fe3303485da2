"""The parts of a run: claimed, watched, taken up again. As for runs, the rows hold the truth, and a message is only a hint.

A run in parts stays in state running; its heartbeat is that of whichever task is alive.
"""
import logging
import uuid
from collections.abc import Sequence

from celery import current_app
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.models import Run, RunInput, RunPart

from .runs import MOST_ATTEMPTS, SILENT_AFTER

log = logging.getLogger(__name__)

State = RunPart.State


def hand_over_part(part: int) -> None:
    """Tell a worker. Where the message cannot be sent, take_up_abandoned_parts finds the part by itself."""
    try:
        current_app.send_task("dispatch.tasks.execute_run_part", [part], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("part %s of a run: no message to the workers (%s); it is taken up by the clock", part, error)


def claim_part(part: int) -> uuid.UUID | None:
    """Make a waiting part ours by one conditional update; None where somebody else has it or its run is over."""
    claim = uuid.uuid4()
    claimed = _of_runs_under_way().filter(pk=part, state=State.WAITING).update(
        state=State.RUNNING, claim=claim, attempts=F("attempts") + 1, started_at=Now(), heartbeat_at=Now(), share_done=0,
        best_score=None, bound=None, placed=None,
    )
    return claim if claimed else None


def seconds_for(part: RunPart) -> float:
    """The part's share of the run's seconds by people; more where the time that is left allows it beside the others.

    The time left is shared among those not begun yet, as often as parts are under way. How long a part waited for a worker
    takes nothing from its share.
    """
    allowed = float(part.run.parameters["seconds"])
    gone = RunInput.objects.annotate(gone=ExpressionWrapper(Now() - F("kept_at"), DurationField())).values_list(
        "gone", flat=True).get(run=part.run_id)
    of = RunPart.objects.filter(run=part.run_id).aggregate(
        all=Sum("people"), waiting=Sum("people", filter=Q(state=State.WAITING), default=0),
        lanes=Count("pk", filter=Q(state=State.RUNNING)),
    )
    left = max(0.0, allowed - gone.total_seconds())
    return max(allowed * part.people / of["all"],
               left * min(1.0, part.people * max(1, of["lanes"]) / (of["waiting"] + part.people)))


def tell_run(run: int) -> None:
    """The progress of all parts as that of their run."""
    of = RunPart.objects.filter(run=run).aggregate(
        done=Sum(F("share_done") * F("people")), everybody=Sum("people"), score=Sum("best_score"), bounds=Sum("bound"),
        unknown=Count("pk", filter=Q(bound=None)), people=Sum("placed"),
    )
    bound = None if of["unknown"] else of["bounds"]
    gap = max(0.0, bound - of["score"]) / bound if bound and of["score"] is not None else None
    Run.objects.filter(pk=run, state=Run.State.RUNNING).update(
        heartbeat_at=Now(), phase="parts", share_done=of["done"] / of["everybody"], best_score=of["score"], bound=bound,
        gap=gap, placed=of["people"],
    )


def fail_run_of(part: RunPart, claim: uuid.UUID, reason: str) -> None:
    if RunPart.objects.filter(pk=part.pk, claim=claim, state=State.RUNNING).exists():
        _fail([part.run_id], reason)


def drop_parts(run: int) -> list[dict[str, float]]:
    """Of a run that is over; returns how many people each part had, how often it was begun, and its seconds."""
    parts = list(RunPart.objects.filter(run=run).values_list("people", "attempts", "started_at", "finished_at"))
    RunPart.objects.filter(run=run).delete()
    RunInput.objects.filter(run=run).delete()
    return [{"people": people, "attempts": attempts, "seconds": round((ended - began).total_seconds(), 2)}
            for people, attempts, began, ended in parts if began and ended]


def take_up_abandoned_parts() -> list[int]:
    """Parts whose worker has died, or whose message was lost, are handed over again; after three deaths the run fails."""
    silent = Now() - SILENT_AFTER
    dead = _of_runs_under_way().filter(state=State.RUNNING, heartbeat_at__lt=silent)
    _fail(dead.filter(attempts__gte=MOST_ATTEMPTS).values_list("run", flat=True),
          _("The worker died {times} times during this run; see its log for why.").format(times=MOST_ATTEMPTS))
    _fail(dead.filter(run__cancel_requested_at__isnull=False).values_list("run", flat=True),
          _("The worker died after the run was told to stop."))
    dead.update(state=State.WAITING, claim=None, heartbeat_at=None)
    waiting = _of_runs_under_way().filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=silent), state=State.WAITING)
    again = list(waiting.values_list("pk", flat=True))
    for part in again:
        RunPart.objects.filter(pk=part, state=State.WAITING).update(heartbeat_at=Now())
        hand_over_part(part)
    for run in Run.objects.filter(input__isnull=False).exclude(state__in=Run.ACTIVE).values_list("pk", flat=True):
        RunPart.objects.filter(run=run).delete()
        RunInput.objects.filter(run=run).delete()
    return again


def _of_runs_under_way() -> QuerySet[RunPart]:
    return RunPart.objects.filter(run__state=Run.State.RUNNING)


def _fail(runs: Sequence[int] | QuerySet[RunPart, int], reason: str) -> None:
    Run.objects.filter(pk__in=runs, state=Run.State.RUNNING).update(
        state=Run.State.FAILED, failure=reason, finished_at=Now())
