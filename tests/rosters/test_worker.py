"""Lists written by a real worker: killed in the middle and taken up again, stopped in the middle."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from dispatch.models import RosterBundle
from dispatch.services.rosters import SILENT_AFTER, cancel_bundle, start_bundle, take_up_abandoned
from tests import factories as make
from tests.celery_worker import CeleryWorker
from tests.runs.waiting import until

from .scene import Printed, make_printed


@pytest.fixture
def printed(transactional_db: None) -> Printed:
    return make_printed()


@contextmanager
def held_up() -> Iterator[None]:
    """Whoever writes lists waits at the first trip: its vehicle cannot be read."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE transport_vehicle IN ACCESS EXCLUSIVE MODE")
        yield


def begun(asked: RosterBundle) -> RosterBundle:
    until(lambda: RosterBundle.objects.filter(pk=asked.pk, state="running", total__gt=0).exists())
    asked.refresh_from_db()
    return asked


def ended(asked: RosterBundle) -> RosterBundle:
    until(lambda: not RosterBundle.objects.get(pk=asked.pk).is_active)
    asked.refresh_from_db()
    return asked


def files_of(asked: RosterBundle) -> list[str]:
    return [f"rosters/{path.name}" for path in (Path(settings.MEDIA_ROOT) / "rosters").glob(f"{asked.pk}-*")]


def test_a_killed_worker_leaves_no_half_file_and_the_lists_are_taken_up(
    printed: Printed, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    worker = start_celery_worker()
    asked = start_bundle(plan=printed.plan, by=make.make_planner(printed.campaign))
    with held_up():
        begun(asked)
        worker.kill()
    assert not [name for name in files_of(asked) if name.endswith(".zip")]
    RosterBundle.objects.filter(pk=asked.pk).update(heartbeat_at=Now() - SILENT_AFTER - timedelta(seconds=1))
    start_celery_worker()
    take_up_abandoned()  # as the clock of beat does every ten seconds
    asked = ended(asked)
    assert (asked.state, asked.failure, asked.attempts) == ("finished", "", 2)
    assert files_of(asked) == [asked.file]
    with ZipFile(Path(settings.MEDIA_ROOT) / asked.file) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 2 * asked.total


def test_a_worker_drops_lists_that_were_stopped(printed: Printed, celery_worker_process: CeleryWorker) -> None:
    planner = make.make_planner(printed.campaign)
    asked = start_bundle(plan=printed.plan, by=planner)
    with held_up():
        begun(asked)
        cancel_bundle(plan=printed.plan, by=planner)
    until(lambda: not files_of(asked))
    assert ended(asked).state == "cancelled"
    again = ended(start_bundle(plan=printed.plan, by=planner))
    assert again.state == "finished"
