"""Beside long work: its progress to the database twice a second, and from there whether it should stop."""
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models.functions import Now

from dispatch.matching.result import Progress
from dispatch.models import Run, RunPart
from laborbridge.beating import Beating, beating

from .run_parts import tell_run


class Watch(Beating):
    """What the solving thread tells and asks; both without waiting for the database."""

    def __init__(self, run: int, claim: uuid.UUID) -> None:
        super().__init__()
        self.run, self.claim = run, claim
        self.progress = Progress("snapshot", 0.0)
        self.stop_asked = threading.Event()

    def tell(self, progress: Progress) -> None:
        self.progress = progress

    def cancelled(self) -> bool:
        return self.stop_asked.is_set() or self.claim_lost.is_set()

    def beat(self) -> None:
        """One line to the row, if it is still ours; and a look at what is asked of us."""
        p = self.progress
        ours = Run.objects.filter(pk=self.run, claim=self.claim, state=Run.State.RUNNING)
        if not ours.update(
            heartbeat_at=Now(), phase=p.phase, share_done=p.share, best_score=p.best_score, bound=p.bound, gap=p.gap,
            placed=p.placed,
        ):
            self.claim_lost.set()
        elif ours.filter(cancel_requested_at__isnull=False).exists():
            self.stop_asked.set()


class PartWatch(Watch):
    """The same for one part of a run; what all its parts tell together goes to the run's row."""

    def __init__(self, run: int, part: int, claim: uuid.UUID) -> None:
        super().__init__(run, claim)
        self.part = part

    def beat(self) -> None:
        p, run = self.progress, Run.objects.filter(pk=self.run, state=Run.State.RUNNING)
        if not run.exists() or not RunPart.objects.filter(
            pk=self.part, claim=self.claim, state=RunPart.State.RUNNING
        ).update(heartbeat_at=Now(), share_done=p.share, best_score=p.best_score, bound=p.bound, placed=p.placed):
            self.claim_lost.set()
            return
        tell_run(self.run)
        if run.filter(cancel_requested_at__isnull=False).exists():
            self.stop_asked.set()


@contextmanager
def watched(run: int, claim: uuid.UUID) -> Iterator[Watch]:
    watch = Watch(run, claim)
    with beating(watch, f"watch run {run}"):
        yield watch


@contextmanager
def watched_part(part: RunPart, claim: uuid.UUID) -> Iterator[PartWatch]:
    watch = PartWatch(part.run_id, part.pk, claim)
    with beating(watch, f"watch part {part.pk} of run {part.run_id}"):
        yield watch
