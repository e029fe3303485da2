"""What a clerk reads where the work on a list fails: a sentence, never the database's words, which repeat what rows hold."""
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from jobs.models import Question
from laborbridge.rules import RuleBroken, registered, rules_in_words
from tests import factories as make
from tests.runs.waiting import until
from workers.lists.people import PeopleList
from workers.models import ListImport, Worker
from workers.services.list_imports import confirm
from workers.services.list_work import carry_on

from .scene import Scene, make_scene, number, person


@pytest.fixture
def committed(transactional_db: None) -> Scene:
    return make_scene()


def broken_by(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number(1)])


@pytest.mark.parametrize("sql", ["SELECT %s::date", "INSERT INTO workers_worker (name, name_keys, sex) VALUES (%s, '', '')"])
def test_an_unforeseen_failure_is_a_sentence_and_its_detail_is_in_the_log_without_values(
    scene: Scene, sql: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    imported = scene.send([person("张三", 1)])
    monkeypatch.setattr(PeopleList, "store", lambda *_said: broken_by(sql))
    confirm(imported=imported, by=scene.clerk)
    with caplog.at_level(logging.ERROR):
        carry_on(imported.pk)
    imported.refresh_from_db()
    said = "因系统故障，名单未能入库，任何一行都未入库。请重新确认；如仍失败，请将确认时间告知系统管理员。"
    assert (imported.state, imported.failure) == ("ready", said)
    assert "Error" in caplog.text and "broken_by" in caplog.text and number(1) not in caplog.text


def test_who_is_entered_by_somebody_else_at_this_moment_makes_the_list_confirmed_again(committed: Scene) -> None:
    imported = committed.send([person("张三", 1)])
    confirm(imported=imported, by=committed.clerk)
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():  # another campaign's list, which is stored just before
            make.make_worker(name="张三", identity=number(1))
            work = elsewhere.submit(carried_on, imported)
            until(somebody_waits)
        work.result()
    imported.refresh_from_db()
    assert (imported.state, imported.failure) == ("ready", "名单中有人刚刚在另一次返岗任务中登记，请重新确认。")
    committed.confirm(imported)
    assert Worker.objects.count() == 1


def carried_on(imported: ListImport) -> None:
    try:
        carry_on(imported.pk)
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
        (waiting,) = cursor.fetchone()
    return bool(waiting)


def test_of_two_who_wait_for_one_another_one_reads_a_sentence(transactional_db: None) -> None:
    both = Barrier(2)

    def crossing(first: int, second: int) -> str:
        try:
            with rules_in_words(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
                both.wait()
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])
        except RuleBroken as broken:
            return str(broken)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as people:
        said = list(people.map(crossing, (1, 2), (2, 1)))
    assert sorted(map(bool, said)) == [False, True]


def test_each_question_that_is_open_once_has_its_sentence() -> None:
    once = {rule.name for rule in Question._meta.constraints if rule.name.startswith("question_open_once")}
    assert len(once) == 5 and once | {"worker_identity_number_once"} <= set(registered())
