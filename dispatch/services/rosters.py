"""All lists of a plan as one file: asked for, claimed, written, taken up again."""
import logging
import time
import uuid
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.models import Plan, RosterBundle
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=60)  # the longest single list, a train of 1,220 people, takes a second
MOST_ATTEMPTS = 3
_EVERY = 0.5  # seconds between two notes of progress
State = RosterBundle.State


class ClaimLost(Exception):
    """Another worker has taken this up; what was written here is dropped."""


def start_bundle(*, plan: Plan, by: User) -> RosterBundle:
    """Queue the writing of a published plan's lists; RuleBroken where it is under way or the plan is no longer that."""
    if plan.state != Plan.State.PUBLISHED:
        raise RuleBroken(_("Lists are made of the published plan, and plan %(number)s is not that.") % {
            "number": plan.number})
    with rules_in_words():
        language = translation.get_language() or by.language
        bundle = RosterBundle.objects.create(plan=plan, requested_by=by, language=language)
        record("lists asked for", subject=bundle, by=by, campaign=plan.campaign, plan=plan.number)
        transaction.on_commit(lambda: hand_over(bundle.pk))
    return bundle


def hand_over(bundle: int) -> None:
    """Tell a worker. Where the message cannot be sent, take_up_abandoned finds the row by itself."""
    try:
        current_app.send_task("dispatch.tasks.write_rosters", [bundle], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("roster bundle %s: no message to the workers (%s); it is taken up by the clock", bundle, error)


def _claim(bundle: int) -> uuid.UUID | None:
    claim = uuid.uuid4()
    claimed = RosterBundle.objects.filter(pk=bundle, state=State.QUEUED).update(
        state=State.RUNNING, claim=claim, attempts=F("attempts") + 1, heartbeat_at=Now(), done=0, total=0
    )
    return claim if claimed else None


def write_bundle(bundle: int) -> None:
    """Carry a queued bundle to its end; safe to call twice, and for one that somebody else has."""
    claim = _claim(bundle)
    if claim is None:
        return
    mine = RosterBundle.objects.filter(pk=bundle, claim=claim, state=State.RUNNING)
    try:
        _write(RosterBundle.objects.select_related("plan__campaign").get(pk=bundle), claim)
    except ClaimLost:
        log.warning("roster bundle %s was taken up elsewhere; the work here is dropped", bundle)
    except RuleBroken as broken:
        mine.update(state=State.FAILED, failure=" ".join(broken.sentences), finished_at=Now())
    except Exception as error:
        log.exception("roster bundle %s failed", bundle)
        mine.update(state=State.FAILED, failure=f"{type(error).__name__}: {error}"[:2000], finished_at=Now())


def _write(bundle: RosterBundle, claim: uuid.UUID) -> None:
    from dispatch.rosters.bundle import write

    name = f"rosters/{bundle.pk}-{claim}.zip"
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    mine = RosterBundle.objects.filter(pk=bundle.pk, claim=claim, state=State.RUNNING)
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told < _EVERY:
            return
        told = time.monotonic()
        if not mine.update(done=done, total=total, heartbeat_at=Now()):
            raise ClaimLost

    try:
        with translation.override(bundle.language):
            write(bundle.plan, unfinished, timezone.now(), tell)
        unfinished.rename(path)
        if not mine.update(
            state=State.FINISHED, file=name, done=F("total"), heartbeat_at=Now(), finished_at=Now()
        ):
            path.unlink()
            raise ClaimLost
    finally:
        unfinished.unlink(missing_ok=True)
    _remove_older(bundle)


def _remove_older(bundle: RosterBundle) -> None:
    """Of each campaign the newest file is kept; paper of an older one is not printed again."""
    older = RosterBundle.objects.filter(plan__campaign=bundle.plan.campaign_id, pk__lt=bundle.pk).exclude(file="")
    for name in older.values_list("file", flat=True):
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
    older.update(file="")


def take_up_abandoned() -> None:
    """Bundles whose worker has died, or whose message was lost, are handed over again, or failed after three deaths."""
    silent = Now() - SILENT_AFTER
    dead = RosterBundle.objects.filter(state=State.RUNNING, heartbeat_at__lt=silent)
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, finished_at=Now(),
        failure=_("The worker died {times} times during this run; see its log for why.").format(times=MOST_ATTEMPTS),
    )
    dead.update(state=State.QUEUED, claim=None, heartbeat_at=None)
    waiting = RosterBundle.objects.filter(state=State.QUEUED).filter(
        Q(heartbeat_at=None, requested_at__lt=Now() - timedelta(seconds=5)) | Q(heartbeat_at__lt=silent)
    )
    for bundle in list(waiting.values_list("pk", flat=True)):
        RosterBundle.objects.filter(pk=bundle, state=State.QUEUED).update(heartbeat_at=Now())
        hand_over(bundle)
