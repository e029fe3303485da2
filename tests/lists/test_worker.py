"""Lists in the hands of a real worker: killed while storing and taken up again, stopped while reading."""
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from tests.celery_worker import CeleryWorker
from tests.runs.waiting import until
from workers.models import ListImport, Registration, Worker
from workers.services.list_imports import confirm, drop, receive_list, take_back
from workers.services.list_work import MOST_ATTEMPTS, SILENT_AFTER
from workers.tasks import take_up_abandoned_lists

from .scene import Scene, account, make_scene, person, workbook

ROWS = [person("张三", 1), person("李四", 2, "13800005678"), person("王五", 3, "13800005679")]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


@contextmanager
def locked(table: str, mode: str) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def is_waiting_for(table: str) -> bool:
    """Whether somebody waits for the lock: whoever stores has come so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        (waiting,) = cursor.fetchone()
    return bool(waiting)


def state_of(imported: ListImport) -> str:
    imported.refresh_from_db()
    return imported.state


def test_a_list_goes_its_way_through_a_worker(scene: Scene, celery_worker_process: CeleryWorker) -> None:
    imported = received(scene)
    until(lambda: state_of(imported) == "ready")
    confirm(imported=imported, by=scene.clerk)
    until(lambda: state_of(imported) == "stored")
    assert account(imported) == (3, 3, 0, 0, 0, 0) and Registration.objects.count() == 3
    take_back(imported=imported, by=scene.clerk, reason="sent by mistake")
    until(lambda: state_of(imported) == "taken_back")
    assert Registration.objects.count() == Worker.objects.count() == 0


def received(scene: Scene) -> ListImport:
    return receive_list(campaign=scene.campaign, kind="people", sender=scene.bureau, by=scene.clerk, data=workbook(ROWS),
                        file_name="县.xlsx", place=scene.county)


def test_a_worker_killed_while_storing_leaves_nothing_and_the_list_is_taken_up(
    scene: Scene, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    imported = scene.send(ROWS)
    confirm(imported=imported, by=scene.clerk)
    table = "workers_registrationoccupation"
    with locked(table, "SHARE ROW EXCLUSIVE"):  # people are written, their trades cannot be
        worker = start_celery_worker()
        until(lambda: is_waiting_for(table))
        worker.kill()
    until(lambda: not is_waiting_for(table))
    assert Registration.objects.count() == Worker.objects.count() == 0
    assert state_of(imported) == "storing"
    ListImport.objects.filter(pk=imported.pk).update(heartbeat_at=Now() - SILENT_AFTER - timedelta(seconds=1))
    start_celery_worker()
    take_up_abandoned_lists()  # as the clock of beat does every ten seconds
    until(lambda: state_of(imported) != "storing")
    assert (imported.state, imported.failure, imported.attempts) == ("stored", "", 2)
    assert account(imported) == (3, 3, 0, 0, 0, 0) and Registration.objects.count() == 3


def test_a_worker_drops_a_list_that_was_stopped_while_it_read(
    scene: Scene, start_celery_worker: Callable[..., CeleryWorker]
) -> None:
    imported = received(scene)
    with locked("workers_learnedheading", "ACCESS EXCLUSIVE"):  # asked before anything is read
        start_celery_worker()
        until(lambda: is_waiting_for("workers_learnedheading"))
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(_drop, imported, scene).result()
    another = received(scene)  # the one worker comes to it when it has ended with the first
    until(lambda: state_of(another) == "ready")
    assert state_of(imported) == "dropped" and not imported.list_rows.exists()


def _drop(imported: ListImport, scene: Scene) -> None:
    try:
        drop(imported=imported, by=scene.clerk)
    finally:
        connection.close()


def test_a_list_that_has_cost_three_workers_is_given_back_with_a_reason(scene: Scene) -> None:
    imported = scene.send(ROWS)
    confirm(imported=imported, by=scene.clerk)
    ListImport.objects.filter(pk=imported.pk).update(
        claim="00000000-0000-0000-0000-000000000001", attempts=MOST_ATTEMPTS,
        heartbeat_at=Now() - SILENT_AFTER - timedelta(seconds=1))
    take_up_abandoned_lists()
    assert state_of(imported) == "ready" and imported.failure and imported.stored_by is None
