"""Runs as staff and the engine see them: started, stopped, claimed, taken up again."""
import logging
import uuid
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.models import Plan, Run, RunPart
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=20)  # a live worker writes every second
MESSAGE_UNDER_WAY = timedelta(seconds=5)
MOST_ATTEMPTS = 3
SHORTEST, LONGEST = 2, 3600
# Points that moving somebody has to bring; a placed person is worth a thousand and more, an hour on the way two.
CHANGE_COST, DEAREST = 30, 10_000


class ClaimLost(Exception):
    """Another worker has taken this up; what was computed here is dropped."""


def start_run(
    *, campaign: Campaign, by: User | None, seconds: int, seed: int = 1, before: Plan | None = None,
    change_cost: int = CHANGE_COST, floor: int = 0,
) -> Run:
    """Queue a run; RuleBroken where one of this campaign is under way or the limits make no sense.

    From the published plan `before` nobody is moved unless that brings more than `change_cost` points. `floor` is the least
    share, in percent, of those of each county who could go.
    """
    if not SHORTEST <= seconds <= LONGEST:
        raise RuleBroken(
            _("A run takes between {low} seconds and {high} minutes, not {given} seconds.").format(
                low=SHORTEST, high=LONGEST // 60, given=seconds
            )
        )
    if not 0 <= seed < 2**31:
        raise RuleBroken(_("The seed is a whole number from 0 to {high}.").format(high=2**31 - 1))
    if not 0 <= floor <= 100 or (floor and before):
        raise RuleBroken(_("A least share of each county is 0 to 100 percent, and only where everybody is planned anew."))
    parameters = {"seconds": seconds} | (_from(campaign, before, change_cost) if before else {})
    parameters |= {"floor": floor} if floor else {}
    with rules_in_words():
        run = Run.objects.create(campaign=campaign, requested_by=by, seed=seed, parameters=parameters)
        record("run started", subject=run, by=by, campaign=campaign, seed=seed, **parameters)
        transaction.on_commit(lambda: hand_over(run.pk))
    return run


def _from(campaign: Campaign, before: Plan, change_cost: int) -> dict[str, int]:
    if not Plan.objects.filter(pk=before.pk, campaign=campaign, state=Plan.State.PUBLISHED).exists():
        raise RuleBroken(
            _("Plan {number} is not the published one by now. Look at the published plan and start again.").format(
                number=before.number
            )
        )
    if not 0 <= change_cost <= DEAREST:
        raise RuleBroken(
            _("What moving somebody has to bring is 0 to {high} points, not {given}.").format(
                high=f"{DEAREST:,}", given=change_cost
            )
        )
    return {"plan_before": before.pk, "change_cost": change_cost}


def cancel_run(*, run: Run, by: User | None) -> None:
    """Ask a run to stop and keep its best plan; one that has ended already stays as it is."""
    with rules_in_words():
        asked = Run.objects.filter(pk=run.pk, state__in=Run.ACTIVE, cancel_requested_at=None).update(
            cancel_requested_at=Now(), cancel_requested_by=by
        )
        if asked:
            record("run stopped", subject=run, by=by, campaign=run.campaign)
        # Nobody works on it yet, so nobody would notice.
        Run.objects.filter(pk=run.pk, state=Run.State.QUEUED).update(
            state=Run.State.FAILED, finished_at=Now(), failure=_("Stopped before it began.")
        )


def hand_over(run: int) -> None:
    """Tell a worker. Where the message cannot be sent, take_up_abandoned finds the run by itself."""
    try:
        current_app.send_task("dispatch.tasks.execute_run", [run], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("run %s: no message to the workers (%s); it is taken up by the clock", run, error)


def claim_run(run: int) -> uuid.UUID | None:
    """Make a queued run ours by one conditional update; None where somebody else has it or it is over."""
    claim = uuid.uuid4()
    claimed = Run.objects.filter(pk=run, state=Run.State.QUEUED).update(
        state=Run.State.RUNNING, claim=claim, attempts=F("attempts") + 1, started_at=Now(), heartbeat_at=Now(),
        phase="snapshot", share_done=0, best_score=None, bound=None, gap=None, placed=None,
    )
    return claim if claimed else None


def fail_run(run: int, claim: uuid.UUID, reason: str) -> bool:
    """False where the run is no longer ours."""
    return bool(Run.objects.filter(pk=run, claim=claim, state=Run.State.RUNNING).update(
        state=Run.State.FAILED, failure=reason, finished_at=Now()
    ))


def take_up_abandoned() -> list[int]:
    """Runs whose worker has died, or whose message was lost, are handed over again, or failed after three deaths."""
    # All by the database's clock, which writes the heartbeats: this machine's may be minutes off.
    silent = Now() - SILENT_AFTER
    # A run in parts lives as long as these do, and they are taken up one by one (parting.py).
    unfinished = RunPart.objects.filter(run=OuterRef("pk")).exclude(state=RunPart.State.DONE)
    dead = Run.objects.filter(~Exists(unfinished), state=Run.State.RUNNING, heartbeat_at__lt=silent)
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=Run.State.FAILED, finished_at=Now(),
        failure=_("The worker died {times} times during this run; see its log for why.").format(times=MOST_ATTEMPTS),
    )
    dead.filter(cancel_requested_at__isnull=False).update(
        state=Run.State.FAILED, finished_at=Now(), failure=_("The worker died after the run was told to stop.")
    )
    # A heartbeat may fall silent between these statements: what the two above are for is left to the next round.
    dead.filter(attempts__lt=MOST_ATTEMPTS, cancel_requested_at=None).update(
        state=Run.State.QUEUED, claim=None, heartbeat_at=None, phase=""
    )
    waiting = Run.objects.filter(state=Run.State.QUEUED).filter(
        Q(heartbeat_at=None, requested_at__lt=Now() - MESSAGE_UNDER_WAY)
        | Q(heartbeat_at=None, requested_at__gt=Now())  # the clock of whoever asked is ahead
        | Q(heartbeat_at__lt=silent)
    )
    again = list(waiting.values_list("pk", flat=True))
    for run in again:
        # While it waits, the heartbeat is the last time that it was handed over.
        Run.objects.filter(pk=run, state=Run.State.QUEUED).update(heartbeat_at=Now())
        hand_over(run)
    return again
