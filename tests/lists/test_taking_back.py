"""A stored list taken back: whom it brought goes, what it changed is as before, what others rely on stays and is named."""
from collections.abc import Iterator

import pytest

from tests import factories as make
from workers.lists.kinds import kind_of
from workers.models import ListRow, Occupation, Registration, TravelGroup, Worker
from workers.services import leaving, list_work
from workers.services.list_imports import confirm
from workers.services.list_work import carry_on

from .scene import HEADINGS, Scene, account, codes, everybody, number, outcomes, person


def test_whom_a_list_brought_goes_with_it(scene: Scene) -> None:
    earlier = make.make_registration(scene.campaign, village=scene.villages["桃园"])
    before = everybody(scene.campaign)
    imported = scene.store([[*person("张三", 1), "1组"], [*person("李四", 2, "139"), "1组"]],
                           headings=[*HEADINGS, "同行组号"])
    assert TravelGroup.objects.count() == 1 and Occupation.objects.count() == 1
    scene.back(imported)
    assert everybody(scene.campaign) == before
    assert list(Worker.objects.all()) == [earlier.worker]
    assert TravelGroup.objects.count() == Occupation.objects.count() == 0
    assert outcomes(imported) == ["new", "new"]  # what it had said stays on record
    assert not ListRow.objects.filter(imported=imported, registration__isnull=False).exists()


def test_who_was_known_before_stays_known(scene: Scene) -> None:
    earlier = make.make_registration(make.make_campaign(), worker=make.make_worker(name="张三", identity=number(1)))
    imported = scene.store([person("张三", 1)])
    assert account(imported) == (1, 1, 0, 0, 0, 0)
    scene.back(imported)
    assert list(Worker.objects.all()) == [earlier.worker] and list(Registration.objects.all()) == [earlier]


def test_what_a_list_changed_is_as_before(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    before = everybody(scene.campaign)
    update = scene.store([person("张三", 1, "13900000000", village="柑子坪", trade="缝纫工", poor="是", ready="4月2日")])
    assert account(update) == (1, 0, 1, 0, 0, 0) and everybody(scene.campaign) != before
    scene.back(update)
    assert everybody(scene.campaign) == before


def test_a_later_change_stays_and_is_named(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    update = scene.store([person("张三", 1, "13900000000", poor="是")])
    Registration.objects.update(contact_phone="13700000000")
    scene.back(update)
    assert everybody(scene.campaign)["张三"][0] == "13700000000"
    assert everybody(scene.campaign)["张三"][4] == 0
    row = ListRow.objects.get(imported=update)
    assert row.remarks == [["changed_later", {"what": "contact_phone"}]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_person_stays_while_a_stored_list_names_them(scene: Scene, order: tuple[int, int]) -> None:
    lists = [scene.store([person("张三", 1)]), scene.store([person("张三", 1)])]
    scene.back(lists[order[0]])
    assert set(everybody(scene.campaign)) == {"张三"}
    scene.back(lists[order[1]])
    assert everybody(scene.campaign) == {} and Worker.objects.count() == 0


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_lists_that_wrote_over_one_another_are_taken_back_in_any_order(scene: Scene, order: tuple[int, int]) -> None:
    lists = [scene.store([person("张三", 1, phone)]) for phone in ("13800000001", "13800000002", "13800000003")]
    scene.back(lists[order[0]])
    assert everybody(scene.campaign)["张三"][0] == ("13800000003" if order[0] == 1 else "13800000002")
    scene.back(lists[order[1]])
    assert everybody(scene.campaign)["张三"][0] == "13800000001"


def test_a_value_that_another_list_says_too_is_kept_until_that_one_goes(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    update = scene.store([person("张三", 1, "13900000000")])
    same = scene.store([person("张三", 1, "13900000000")])
    assert account(same) == (1, 0, 0, 1, 0, 0)
    scene.back(update)
    assert everybody(scene.campaign)["张三"][0] == "13900000000"
    scene.back(same)
    assert everybody(scene.campaign)["张三"][0] == "13800001234"


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The hooks of other apps, as a test sets them."""
    for name in ("_held", "_spoken_of", "_before"):
        monkeypatch.setattr(leaving, name, [])
    return iter(())


def test_whom_a_plan_holds_stays_and_is_named(scene: Scene, hooks: None) -> None:
    imported = scene.store([person("张三", 1), person("李四", 2, "139"), person("王五", 3, "137")])
    ids = dict(Registration.objects.values_list("worker__name", "pk"))
    gone: list[int] = []
    leaving.held_by(lambda asked: {ids["张三"]: "on train G1"} if ids["张三"] in asked else {})
    leaving.spoken_of_by(lambda asked: {ids["李四"]: "in draft 2"} if ids["李四"] in asked else {})
    leaving.before_leaving(gone.extend)
    assert len(kind_of(imported).would_take_back(imported)) == 3
    scene.back(imported)
    assert gone == [ids["王五"]]
    now = everybody(scene.campaign)
    assert set(now) == {"张三", "李四"} and now["张三"][6] is None and now["李四"][6] == "withdrew"
    assert [said[-1:] for said in codes(imported)][:2] == [["stays_held"], ["withdrew_instead"]]
    again = scene.store([person("李四", 2, "139")])
    assert account(again) == (1, 0, 1, 0, 0, 0)
    assert everybody(scene.campaign)["李四"][6] is None  # goes again, since a list says so again
    scene.back(again)
    assert everybody(scene.campaign)["李四"][6] == "withdrew"


def test_published_plans_hold_and_drafts_keep_on_record(scene: Scene) -> None:
    imported = scene.store([person("张三", 1), person("李四", 2, "139"), person("王五", 3, "137")])
    people = {r.worker.name: r for r in Registration.objects.select_related("worker")}
    plan, posting = make.make_plan(scene.campaign), make.make_posting(scene.campaign)
    make.place_person(plan, people["张三"], posting)
    make.publish(plan)
    make.place_person(make.make_plan(scene.campaign), people["李四"], posting)
    scene.back(imported)
    now = everybody(scene.campaign)
    assert {name: state[6] for name, state in now.items()} == {"张三": None, "李四": "withdrew"}
    assert [said[-1:] for said in codes(imported)] == [["stays_held"], ["withdrew_instead"], ["phone_too_short"]]


def test_a_published_group_neither_grows_nor_changes_by_a_list(scene: Scene) -> None:
    headings = [*HEADINGS, "同行组号"]
    scene.store([[*person("张三", 1), "1组"]], headings=headings)
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, Registration.objects.get(), make.make_posting(scene.campaign))
    make.publish(plan)
    imported = scene.store([[*person("张三", 1), "2组"], [*person("李四", 2, "139"), "1组"]], headings=headings)
    assert account(imported) == (2, 1, 0, 1, 0, 0)
    assert ["group_is_planned" in said for said in codes(imported)] == [True, True]
    assert list(TravelGroup.objects.values_list("ref", "members__worker__name")) == [
        (TravelGroup.objects.get().ref, "张三")]


def test_a_rule_that_is_broken_at_the_end_is_told_and_nothing_is_stored(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another account than the rows have, as no code of ours would write it: the database refuses it, in words."""
    imported = scene.send([person("张三", 1)])
    monkeypatch.setattr(list_work, "account_of", lambda _imported: {"rows": 2, "new": 1})
    confirm(imported=imported, by=scene.clerk)
    carry_on(imported.pk)
    imported.refresh_from_db()
    assert imported.state == "ready" and imported.failure == "名单各项合计不符，未入库，请重新上报。"
    assert not Registration.objects.exists() and not Worker.objects.exists()
