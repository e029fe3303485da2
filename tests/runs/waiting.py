"""Waiting for what a worker does, with a limit."""
import time
from collections.abc import Callable

from dispatch.models import Run


def until(true: Callable[[], bool], seconds: float = 60) -> float:
    """Wait until something is true; the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def ended(run: Run, seconds: float = 90) -> Run:
    """The run, once it is over."""
    until(lambda: not Run.objects.get(pk=run.pk).is_active, seconds)
    run.refresh_from_db()
    return run


def under_way(run: Run) -> Run:
    """The run, once it has a plan to improve on."""
    until(lambda: Run.objects.filter(pk=run.pk, best_score__isnull=False).exists())
    run.refresh_from_db()
    return run
