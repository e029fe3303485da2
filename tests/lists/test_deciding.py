"""A possible duplicate that somebody has decided: a new person after all, or one who is registered already."""
import pytest

from jobs.models import Question
from laborbridge.rules import RuleBroken
from workers.lists.people.deciding import store_one
from workers.models import ListRow, Registration, Worker, WorkerMerge

from .scene import Scene, account, everybody, outcomes, person


@pytest.fixture
def waiting(scene: Scene) -> ListRow:
    """Somebody of the same name and telephone as one who is registered, with another number and another trade."""
    scene.store([person("张三", 1)])
    imported = scene.store([person("张三", 3, trade="缝纫工"), person("李四", 2, "139")])
    assert account(imported) == (2, 1, 0, 0, 1, 0)
    return ListRow.objects.select_related("imported").get(outcome="possible")


def test_somebody_new_after_all(scene: Scene, waiting: ListRow) -> None:
    row = store_one(row=waiting, by=scene.clerk)
    assert row.outcome == "new" and account(row.imported) == (2, 2, 0, 0, 0, 0)
    assert Registration.objects.count() == 3 and Worker.objects.filter(name="张三").count() == 2
    again = scene.store([person("张三", 3, trade="缝纫工"), person("李四", 2, "139")])
    assert account(again) == (2, 0, 0, 2, 0, 0)
    scene.back(again)
    scene.back(row.imported)
    assert set(everybody(scene.campaign)) == {"张三"} and Worker.objects.count() == 1


def test_one_person_with_two_numbers(scene: Scene, waiting: ListRow) -> None:
    known = Registration.objects.get(worker__name="张三")
    row = store_one(row=waiting, by=scene.clerk, as_worker=known.worker)
    assert (row.outcome, row.registration_id) == ("updated", known.pk)
    assert account(row.imported) == (2, 1, 1, 0, 0, 0)
    assert everybody(scene.campaign)["张三"][7] == "缝纫工"
    assert WorkerMerge.objects.get().kept == known.worker
    again = scene.store([person("张三", 3, trade="缝纫工")])
    assert outcomes(again) == ["unchanged"]


def test_a_row_is_decided_once(scene: Scene, waiting: ListRow) -> None:
    store_one(row=waiting, by=scene.clerk)
    with pytest.raises(RuleBroken):
        store_one(row=waiting, by=scene.clerk)
    assert Registration.objects.count() == 3


def test_a_list_of_possible_duplicates_alone_is_stored_and_asked_about(scene: Scene) -> None:
    scene.store([person("张三", 1)])
    imported = scene.store([person("张三", 3)])
    assert (imported.state, account(imported)) == ("stored", (1, 0, 0, 0, 1, 0))
    assert Question.objects.get().row == ListRow.objects.get(imported=imported)
    assert Registration.objects.count() == 1
