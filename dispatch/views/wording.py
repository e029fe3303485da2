"""A run's state in words and lengths, for every page that shows one."""
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dispatch.models import Run

LONG_WAIT = timedelta(seconds=15)
# The codes that services and the matching core write into Run.phase.
PHASES: dict[str, str | Promise] = {
    "": _("Waiting for a worker"),
    "snapshot": _("Reading people, posts and trips"),
    "warm-up": _("Making the computation ready"),
    "start": _("Finding who fits which post, and ways to travel"),
    "tables": _("Finding who fits which post, and ways to travel"),
    "first plan": _("Making a first plan"),
    "prices": _("Computing what seats and posts are worth"),
    "whole": _("Putting the best parts together"),
    "plan": _("Improving the plan"),
    "floors": _("Giving each county its least share"),
    "parts": _("Solving parts that share no trip and no posting"),
    "explain": _("Finding out why people are left"),
    "changes": _("Finding out what would place them"),
    "writing": _("Writing the plan"),
}


@dataclass(frozen=True, slots=True)
class RunShown:
    run: Run
    phase: str
    lasted: timedelta | None
    limit: int

    @property
    def failure(self) -> str:
        if self.run.failure == Run.PINS_REFUSED:
            return gettext("some pins cannot be kept")
        return self.run.failure

    @property
    def percent(self) -> int:
        return round(self.run.share_done * 100)


def shown(run: Run) -> RunShown:
    """A phase that has no words here is shown by its code, never hidden."""
    end = timezone.now() if run.is_active else run.finished_at
    lasted = end - run.started_at if end and run.started_at else None
    return RunShown(run, _phase(run), lasted, int(run.parameters.get("seconds", 0)))


def _phase(run: Run) -> str:
    if run.state != Run.State.QUEUED:
        return str(PHASES.get(run.phase, run.phase))
    if run.attempts:
        return gettext("The worker was interrupted. The run is being taken up again.")
    if timezone.now() - run.requested_at > LONG_WAIT:
        return gettext(
            "No worker has taken this run up yet. If it stays so, tell the person who runs this installation."
        )
    return str(PHASES[""])
