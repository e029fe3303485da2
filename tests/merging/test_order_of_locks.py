"""A row is decided while its list is taken back: one after the other, whoever comes first; each with a control run."""
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from jobs.models import Question
from jobs.services import doubles
from jobs.services.doubles import decide
from laborbridge.rules import RuleBroken
from tests.lists.scene import Scene, make_scene, person
from workers.lists.people import deciding
from workers.models import ListImport, Registration
from workers.services import list_work
from workers.services.list_imports import take_back
from workers.services.list_work import carry_on

pytestmark = pytest.mark.django_db(transaction=True)
LONG = 30


def waiting() -> tuple[Scene, Question]:
    scene = make_scene()
    scene.store([person("张三", 1)])
    sent = scene.store([person("张三", 3), person("李四", 2, "13900001234")])
    return scene, Question.objects.get(row__imported=sent)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Of those at work in this database alone: other test processes wait in theirs.
        cursor.execute("""
            SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (
                SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                 WHERE d.datname = current_database())""")
        return bool(cursor.fetchone()[0])


def first_then(act: Callable[..., Any], inside: threading.Event, other: Callable[[], Future[Any]]) -> Callable[..., Any]:
    """Once in the middle of the one, the other begins; the one goes on when the other waits, or is done."""
    def paused(*given: Any) -> Any:
        if not inside.is_set():
            inside.set()
            begun, until = other(), time.monotonic() + LONG
            while not begun.done() and not somebody_waits() and time.monotonic() < until:
                time.sleep(0.02)
        return act(*given)

    return paused


def alone(act: Callable[[], Any]) -> Any:
    """What came of it, in a thread with a connection of its own."""
    try:
        with override("en"):
            return act()
    except Exception as error:  # what came of it is the result
        return error
    finally:
        connection.close()


def taken_back(question: Question, scene: Scene) -> ListImport:
    assert question.row is not None
    imported = question.row.imported
    take_back(imported=imported, by=scene.clerk, reason="sent by mistake")
    carry_on(imported.pk)
    imported.refresh_from_db()
    return imported


def decide_first(monkeypatch: pytest.MonkeyPatch) -> ListImport:
    scene, question = waiting()
    with ThreadPoolExecutor(2) as threads:
        begun: list[Future[Any]] = []

        def other() -> Future[Any]:
            begun.append(threads.submit(alone, lambda: taken_back(question, scene)))
            return begun[0]

        monkeypatch.setattr(deciding, "make_people", first_then(deciding.make_people, threading.Event(), other))
        decided = alone(lambda: decide(question=question, answer="two_people", why="", by=scene.clerk))
        assert isinstance(decided, Question), repr(decided)
        back: ListImport = begun[0].result(LONG)
    return back


def test_who_is_decided_on_goes_with_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide_first(monkeypatch).state == "taken_back"
    assert Registration.objects.count() == 1


def test_control_under_another_lock_somebody_of_a_list_that_is_gone_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_work, "lock_lists", lambda *_campaigns: None)
    assert decide_first(monkeypatch).state == "taken_back"
    assert Registration.objects.count() == 2


def take_back_first(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    scene, question = waiting()
    with ThreadPoolExecutor(2) as threads:
        begun: list[Future[Any]] = []

        def other() -> Future[Any]:
            begun.append(threads.submit(
                alone, lambda: decide(question=question, answer="two_people", why="", by=scene.clerk)))
            return begun[0]

        closing = first_then(list_work.when_taken_back, threading.Event(), other)
        monkeypatch.setattr(list_work, "when_taken_back", closing)
        return alone(lambda: taken_back(question, scene)), begun[0].result(LONG)


def test_who_decides_too_late_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    back, decided = take_back_first(monkeypatch)
    assert (back.state, back.failure) == ("taken_back", "")
    assert isinstance(decided, RuleBroken) and "no longer" in str(decided), repr(decided)
    assert Registration.objects.count() == 1


def test_control_with_the_question_first_both_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubles, "lock_lists", lambda *_campaigns: None)
    back, decided = take_back_first(monkeypatch)
    # A deadlock, as its loser is told.
    assert "changing the same thing right now" in f"{back.failure} {decided}"
