"""Twenty lists of the same people at once end as one after the other; one list is confirmed, dropped and carried on once.

Each with a control run in which the test takes the lock away: it must go wrong.
"""
from collections.abc import Sequence

import pytest

from laborbridge.accounts.models import Organisation
from laborbridge.rules import RuleBroken
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded
from workers.models import ListImport, Occupation, Registration, Worker
from workers.services import list_imports, list_work
from workers.services.list_imports import confirm, drop
from workers.services.list_work import carry_on

from .scene import Scene, account, everybody, make_scene, person

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛")
PEOPLE = 8


def overlapping(number: int) -> list[list[object]]:
    """Everybody, told by each list up to what only some lists know, in an order of its own; nothing contradicts."""
    rows = [
        person(f"王{NAMES[who]}", who + 1, f"1380000{who:04d}", trade="绣花工" if (number + who) % 3 else None,
               poor="是" if (number + who) % 4 == 0 else None, ready="4月1日" if number % 5 == who % 5 else None)
        for who in range(PEOPLE)
    ]
    return rows[number % PEOPLE :] + rows[: number % PEOPLE]


def confirmed(scene: Scene) -> list[ListImport]:
    lists = [scene.send(overlapping(number)) for number in range(CLIENTS)]
    for imported in lists:
        confirm(imported=imported, by=scene.clerk)
    return lists


def store_at_once(lists: Sequence[ListImport]) -> None:
    at_once(lambda client: carry_on(lists[client].pk))


def one_after_the_other() -> dict[str, tuple[object, ...]]:
    scene = make_scene()
    lists = confirmed(scene)
    for imported in lists:
        carry_on(imported.pk)
    wanted = everybody(scene.campaign)
    for imported in lists:
        scene.back(imported)
    return wanted


def test_twenty_lists_at_once_end_as_one_after_the_other() -> None:
    wanted = one_after_the_other()
    assert len(wanted) == PEOPLE
    for _ in range(min(REPEATS, 10)):
        scene = make_scene_again()
        lists = confirmed(scene)
        store_at_once(lists)
        assert everybody(scene.campaign) == wanted
        accounts = [account(imported) for imported in lists]
        assert sum(new for _rows, new, *_rest in accounts) == PEOPLE
        assert {imported.state for imported in lists} == {"stored"}
        assert Occupation.objects.filter(code_list=scene.campaign.code_list, name="绣花工").count() == 1
        for imported in lists:
            scene.back(imported)
        assert everybody(scene.campaign) == {} and Worker.objects.count() == 0


def make_scene_again() -> Scene:
    """Another campaign; the bureau's name is taken by the first."""
    Organisation.objects.filter(name="恩施市人社局").update(name=f"earlier {Organisation.objects.count()}")
    return make_scene()


def test_control_without_the_lock_lists_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_work, "lock_lists", lambda *_campaigns: None)
    lists = confirmed(make_scene())
    store_at_once(lists)
    for imported in lists:
        imported.refresh_from_db()
    assert {imported.state for imported in lists} != {"stored"} or sum(one.new for one in lists) != PEOPLE


def test_of_twenty_who_confirm_one_does() -> None:
    scene = make_scene()
    imported = scene.send(overlapping(0))
    results = at_once(lambda _: confirm(imported=imported, by=scene.clerk))
    assert len(succeeded(results)) == 1
    assert all(isinstance(refused, RuleBroken) for refused in results if refused is not None)


def test_control_without_the_lock_several_confirm(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene()
    imported = scene.send(overlapping(0))

    def look(one: ListImport, *states: str) -> ListImport:
        now = ListImport.objects.get(pk=one.pk)
        if now.state not in states:
            raise RuleBroken("too late")
        return now

    monkeypatch.setattr(list_imports, "_taken_at", look)
    assert len(succeeded(at_once(lambda _: confirm(imported=imported, by=scene.clerk)))) > 1


def test_a_list_is_confirmed_or_dropped_never_both() -> None:
    scene = make_scene()
    for _ in range(REPEATS):
        imported = scene.send(overlapping(0))
        results = at_once(lambda client, one=imported: (confirm if client % 2 else drop)(imported=one, by=scene.clerk))
        won = [client for client, result in enumerate(results) if not isinstance(result, Exception)]
        imported.refresh_from_db()
        assert len(won) == 1
        assert imported.state == ("storing" if won[0] % 2 else "dropped")
        assert imported.list_rows.count() == (PEOPLE if won[0] % 2 else 0)


def test_a_list_is_carried_on_by_one_worker() -> None:
    scene = make_scene()
    imported = scene.send(overlapping(0))
    confirm(imported=imported, by=scene.clerk)
    at_once(lambda _: carry_on(imported.pk))
    imported.refresh_from_db()
    assert (imported.state, imported.attempts, Registration.objects.count()) == ("stored", 1, PEOPLE)
