"""The clock of a real worker freezes what is due, however often it strikes."""
import time
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from dispatch.models import FrozenList
from dispatch.tasks import freeze_due_lists

from .scene import make_locking

TASK = "dispatch.tasks.freeze_due_lists"


@pytest.mark.django_db(transaction=True)
def test_a_worker_freezes_a_due_list_once(celery_worker_process: Any) -> None:
    scene = make_locking()
    lock = scene.set()
    for _ in range(3):
        current_app.send_task(TASK)
    until = time.monotonic() + 60
    while celery_worker_process.end_of_log().count("succeeded") < 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert celery_worker_process.end_of_log().count("succeeded") == 3, celery_worker_process.end_of_log()
    [frozen] = FrozenList.objects.filter(lock=lock)
    assert (frozen.number, frozen.people, frozen.by) == (1, 3, None), celery_worker_process.end_of_log()


def test_the_clock_strikes_for_it() -> None:
    assert TASK in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert freeze_due_lists.name == TASK
