"""Races for one signature, one frozen list and the list that is signed; each with a control run that shows the race."""
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from dispatch.models import FrozenList, RosterLock, SignOff
from dispatch.services import locking
from laborbridge.rules import RuleBroken
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded

from .scene import Locking, make_locking

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def frozen() -> Locking:
    scene = make_locking()
    scene.freeze()
    return scene


# --- one signature of an office ----------------------------------------------------------------------------------------


def sign_all(scene: Locking) -> list[object]:
    digest = scene.newest.digest
    return at_once(lambda _: scene.sign(0, digest))


def test_of_twenty_signatures_for_one_office_one_counts() -> None:
    for _ in range(REPEATS):
        scene = frozen()
        results = sign_all(scene)
        assert len(succeeded(results)) == SignOff.objects.filter(frozen=scene.newest).count() == 1
        assert {type(r) for r in results if isinstance(r, Exception)} == {RuleBroken}


def test_control_without_the_constraint_more_than_one_counts() -> None:
    scene = frozen()
    sql("DROP INDEX roster_lock_signed_off_by_each_office_once")
    assert len(succeeded(sign_all(scene))) > 1


# --- one frozen list ---------------------------------------------------------------------------------------------------


def test_twenty_clocks_freeze_a_list_once() -> None:
    for _ in range(REPEATS):
        scene = make_locking()
        lock = scene.set()
        done = at_once(lambda _: locking.freeze_due())
        assert sorted(done, key=len)[-1] == [lock.pk]
        assert sum(map(len, done)) == FrozenList.objects.filter(lock=lock).count() == 1


def test_control_without_row_and_number_it_is_frozen_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_locking()
    lock = scene.set()
    sql("DROP INDEX frozen_list_numbered_once_per_lock")
    sql("DROP TRIGGER list_freezes ON dispatch_frozenlist")

    def not_held(pk: int) -> RosterLock:
        return RosterLock.objects.select_related("trip__campaign").get(pk=pk)

    monkeypatch.setattr(locking, "_held", not_held)
    at_once(lambda _: locking.freeze_due())
    assert FrozenList.objects.filter(lock=lock).count() > 1


# --- signing while somebody freezes anew -------------------------------------------------------------------------------


def sign_while_frozen_anew(scene: Locking) -> list[object]:
    """Twenty sign what they were shown, between the freezing of another list and its commit."""
    digest = scene.newest.digest
    scene.withdraw(scene.people[0])
    with ThreadPoolExecutor(CLIENTS) as crowd:
        with transaction.atomic():
            locking.freeze_again(lock=scene.lock, by=scene.staff[0], why="one left")
            signing = [crowd.submit(sign_apart, scene, number % 2, digest) for number in range(CLIENTS)]
            while sum(one.done() for one in signing) + waiting() < CLIENTS:
                wait(signing, timeout=0.05)
        return [one.result() for one in signing]


def sign_apart(scene: Locking, office: int, digest: str) -> object:
    try:
        return scene.sign(office, digest)
    except RuleBroken as broken:
        return broken
    finally:
        connection.close()


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity "
                       "WHERE wait_event_type = 'Lock' AND datname = current_database()")
        return int(cursor.fetchone()[0])


def test_who_signs_while_it_is_frozen_anew_is_told_and_signs_nothing() -> None:
    for _ in range(REPEATS):
        scene = frozen()
        assert succeeded(sign_while_frozen_anew(scene)) == []
        assert not SignOff.objects.filter(frozen__lock=scene.lock).exists()


def test_control_without_the_lock_on_the_row_a_replaced_list_is_signed() -> None:
    scene = frozen()
    sql("DROP TRIGGER office_says ON dispatch_signoff")
    assert len(succeeded(sign_while_frozen_anew(scene))) == 2
    assert SignOff.objects.filter(frozen__number=1, frozen__lock=scene.lock).count() == 2
