"""All lists of a plan as one file: asked for, claimed, written, taken up again."""
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.models import Plan, RosterBundle
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.beating import Beating, beating
from laborbridge.rules import RuleBroken, rules_in_words

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=20)  # a live worker writes twice a second
MOST_ATTEMPTS = 3
State = RosterBundle.State


class ClaimLost(Exception):
    """Somebody has stopped this, or another worker has taken it up; what was written here is dropped."""


class _Watch(Beating):
    """How far the writing is, told to the row while it is still ours."""

    def __init__(self, bundle: int, claim: uuid.UUID) -> None:
        super().__init__()
        self.mine = RosterBundle.objects.filter(pk=bundle, claim=claim, state=State.RUNNING)
        self.done = self.total = 0

    def tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.claim_lost.is_set():
            raise ClaimLost

    def beat(self) -> None:
        if not self.mine.update(done=self.done, total=self.total, heartbeat_at=Now()):
            self.claim_lost.set()


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


def cancel_bundle(*, plan: Plan, by: User) -> None:
    """Stop the writing of a plan's lists; one that has ended already stays as it is. Its worker notices by its heartbeat."""
    with rules_in_words():
        for bundle in RosterBundle.objects.select_for_update().filter(plan=plan, state__in=RosterBundle.ACTIVE):
            RosterBundle.objects.filter(pk=bundle.pk).update(state=State.CANCELLED, claim=None, finished_at=Now())
            record("lists stopped", subject=bundle, by=by, campaign=plan.campaign, plan=plan.number)


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
        _write(RosterBundle.objects.get(pk=bundle), claim)
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
    for left in path.parent.glob(f"{bundle.pk}-*"):
        left.unlink(missing_ok=True)  # by a worker that died
    unfinished = path.with_suffix(".unfinished")
    watch = _Watch(bundle.pk, claim)
    try:
        with beating(watch, f"watch roster bundle {bundle.pk}"), translation.override(bundle.language):
            read_at = write(bundle.plan_id, unfinished, watch.tell)
        unfinished.rename(path)
        try:
            _finish(bundle, watch, name, read_at)
        except BaseException:
            path.unlink()
            raise
    finally:
        unfinished.unlink(missing_ok=True)


@transaction.atomic
def _finish(bundle: RosterBundle, watch: _Watch, name: str, read_at: datetime) -> None:
    """Of each plan the newest file is kept; those of older bundles go once this one is certain to stay."""
    if not watch.mine.update(
        state=State.FINISHED, file=name, done=watch.done, total=watch.total, read_at=read_at, heartbeat_at=Now(),
        finished_at=Now(),
    ):
        raise ClaimLost
    older = RosterBundle.objects.filter(plan=bundle.plan_id, pk__lt=bundle.pk).exclude(file="")
    files = list(older.values_list("file", flat=True))
    older.update(file="")
    transaction.on_commit(lambda: _remove(files))


def _remove(files: Sequence[str]) -> None:
    for name in files:
        (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)


def take_up_abandoned() -> None:
    """Bundles whose worker has died, or whose message was lost, are handed over again, or failed after three deaths."""
    silent = Now() - SILENT_AFTER
    dead = RosterBundle.objects.filter(state=State.RUNNING, heartbeat_at__lt=silent)
    dead.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, finished_at=Now(),
        failure=_("The worker died {times} times while it wrote the lists; see its log for why.").format(
            times=MOST_ATTEMPTS),
    )
    dead.update(state=State.QUEUED, claim=None, heartbeat_at=None)
    waiting = RosterBundle.objects.filter(state=State.QUEUED).filter(
        Q(heartbeat_at=None, requested_at__lt=Now() - timedelta(seconds=5)) | Q(heartbeat_at__lt=silent)
        | Q(heartbeat_at=None, attempts__gt=0)  # its message went with the worker that had it
    )
    for bundle in list(waiting.values_list("pk", flat=True)):
        RosterBundle.objects.filter(pk=bundle, state=State.QUEUED).update(heartbeat_at=Now())
        hand_over(bundle)
