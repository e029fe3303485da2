"""The worklist's question whether two entries are one person: asked once, answered by one key, taken back."""
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from jobs.models import Question, ReturningEmployee
from jobs.queries.doubles import doubles_in
from jobs.services.doubles import ask_about_doubles, decide, take_back
from laborbridge.audit.models import Entry
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.lists.scene import make_scene, number
from tests.lists.scene import person as row
from workers.invention.identity_numbers import identity_number
from workers.lists.people.taking_back import remove
from workers.models import Registration, Worker, WorkerMerge
from workers.services.merging import merge_workers, undo_merge

pytestmark = pytest.mark.django_db
BORN = make.FIRST_DAY.replace(year=1985)


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


@pytest.fixture
def campaign() -> Campaign:
    return make.make_campaign()


@pytest.fixture
def staff(campaign: Campaign) -> Any:
    return make.make_planner(campaign, language="en")


def entry(campaign: Campaign, order: int, born: Any = BORN, phone: str = "13800001234", **said: Any) -> Registration:
    worker = make.make_worker(name="向桂英", identity=identity_number("422801", born, order), birth_date=born)
    return make.make_registration(campaign, worker=worker, phone=phone, **said)


@pytest.fixture
def asked(campaign: Campaign, staff: Any) -> Question:
    village = make.make_village(campaign)
    entry(campaign, 123, village=village)
    entry(campaign, 655, village=village)
    assert ask_about_doubles(campaign=campaign, by=staff) == 1
    return Question.objects.get()


def test_it_is_the_bureaus_and_asked_once(campaign: Campaign, staff: Any, asked: Question) -> None:
    assert (asked.kind, asked.owner) == ("same_person", staff.memberships.get().organisation)
    assert asked.candidates[0]["compared"]["phone"] == "same" and asked.candidates[0]["score"] > 90
    ask_about_doubles(campaign=campaign, by=staff)
    assert Question.objects.count() == 1
    assert Entry.objects.filter(action="double entries looked for", by=staff).count() == 2


def test_merged_by_hand_from_either_side_it_is_asked_no_more(staff: Any, asked: Question) -> None:
    other = Worker.objects.get(pk=asked.candidates[0]["worker"])
    assert asked.worker
    merge = merge_workers(kept=asked.worker, gone=other, why="seen together", by=staff)
    assert Question.objects.get().answer == "merged"
    undo_merge(merge=merge, by=staff, why="two after all")
    assert Question.objects.get().settled_at is None


def test_one_person_is_merged_and_taken_back(campaign: Campaign, staff: Any, asked: Question) -> None:
    settled = decide(question=asked, answer="same", why="", by=staff)
    merge = WorkerMerge.objects.get()
    assert (settled.answer, settled.answer_detail["merge"], merge.gone) == ("same", merge.pk, asked.worker)
    assert "one person, entered twice" in merge.why and doubles_in(campaign) == []
    assert Registration.objects.filter(outcome="duplicate").count() == 1
    with pytest.raises(RuleBroken, match="decided this already"):
        decide(question=asked, answer="two_people", why="", by=staff)
    opened = take_back(question=Question.objects.get(pk=asked.pk), by=staff)
    assert opened.settled_at is None and not Registration.objects.filter(outcome="duplicate").exists()
    decide(question=opened, answer="same", why="", by=staff)
    assert WorkerMerge.objects.filter(undone_at=None).count() == 1


def test_two_people_are_never_asked_about_again(campaign: Campaign, staff: Any, asked: Question) -> None:
    decide(question=asked, answer="two_people", why="", by=staff)
    assert ask_about_doubles(campaign=campaign, by=staff) == 0
    assert not WorkerMerge.objects.exists() and Question.objects.count() == 1
    take_back(question=Question.objects.get(), by=staff)
    assert Question.objects.get().settled_at is None
    assert ask_about_doubles(campaign=campaign, by=staff) == 1 and Question.objects.count() == 1


def test_of_three_the_next_pair_is_asked_about(campaign: Campaign, staff: Any) -> None:
    village = make.make_village(campaign)
    for n in range(40):
        make.make_registration(campaign, village=village, phone=f"1370000{n:04d}")
    first, second, third = (entry(campaign, order, village=village) for order in (123, 655, 877))
    ask_about_doubles(campaign=campaign, by=staff)
    question = Question.objects.get(worker=third.worker)
    assert {c["worker"] for c in question.candidates} == {first.worker_id, second.worker_id}
    settled = decide(question=question, answer="two_people", why="", by=staff)
    again = Question.objects.get(worker=third.worker, settled_at=None)
    assert again.candidates == question.candidates[1:]
    take_back(question=settled, by=staff)
    assert Question.objects.get(worker=third.worker).candidates == question.candidates


def test_contradicting_numbers_need_a_reason_of_ones_own(campaign: Campaign, staff: Any) -> None:
    village = make.make_village(campaign)
    entry(campaign, 123, village=village)
    entry(campaign, 123, born=BORN.replace(year=1991), village=village)
    ask_about_doubles(campaign=campaign, by=staff)
    question = Question.objects.get()
    with pytest.raises(RuleBroken, match="not one because they share a telephone"):
        decide(question=question, answer="same", why="  ", by=staff)
    assert Question.objects.get().settled_at is None
    decide(question=question, answer="same", why="a lent card, the village knows", by=staff)
    assert WorkerMerge.objects.get().why == "a lent card, the village knows"


def test_a_merge_by_hand_answers_the_question(campaign: Campaign, staff: Any, asked: Question) -> None:
    kept = Worker.objects.get(pk=asked.candidates[0]["worker"])
    merge = merge_workers(kept=kept, gone=Worker.objects.get(pk=asked.worker_id), why="one person", by=staff)
    assert Question.objects.get().answer == "merged"
    with pytest.raises(RuleBroken, match="merged on the person's page"):
        take_back(question=Question.objects.get(), by=staff)
    undo_merge(merge=merge, by=staff, why="two sisters")
    assert Question.objects.get().settled_at is None


def test_two_firms_that_claim_the_two_are_asked_about_at_once(campaign: Campaign, staff: Any, asked: Question) -> None:
    for one in Registration.objects.filter(campaign=campaign):
        ReturningEmployee.objects.create(employer=make.make_employer(campaign), name="向桂英", link="linked",
                                         linked_at=timezone.now(), registration=one)
    decide(question=asked, answer="same", why="", by=staff)
    claims = Question.objects.get(kind="two_claims")
    assert claims.settled_at is None and claims.registration == Registration.objects.get(campaign=campaign, outcome=None)
    take_back(question=Question.objects.get(pk=asked.pk), by=staff)
    assert Question.objects.get(pk=claims.pk).answer == "no_longer_so"


def test_storing_a_list_asks(english: None) -> None:
    scene = make_scene()
    scene.store([row("张三", 1, "13800001234")])
    second = make.make_registration(scene.campaign, worker=make.make_worker(name="张三"), phone="13800001234")
    scene.store([row("李四", 3, "13700001234")])
    assert Question.objects.get(kind="same_person").worker == second.worker


# --- its page ----------------------------------------------------------------------------------------------------------


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def client(staff: Any) -> Client:
    signed_in = Client()
    signed_in.force_login(staff)
    return signed_in


def test_side_by_side_and_decided_by_one_key(client: Client, asked: Question) -> None:
    shown = text(client.get(reverse("question", args=[asked.pk])))
    assert 'data-key="1"' in shown and 'data-key="2"' in shown
    assert "of 100 that it is one person" in shown and "the same telephone" in shown
    assert shown.count("422801********") == 2 and "42280119850321" not in shown
    client.post(reverse("question-settle", args=[asked.pk]), {"answer": "same"})
    assert WorkerMerge.objects.get().undone_at is None
    decided = text(client.get(reverse("question", args=[asked.pk])))
    assert "one person, merged" in decided
    client.post(reverse("question-undo", args=[asked.pk]))
    assert WorkerMerge.objects.get().undone_at is not None and Question.objects.get().settled_at is None


def test_what_stands_against_it_leaves_one_answer(client: Client, campaign: Campaign, asked: Question) -> None:
    plan = make.make_plan(campaign)
    for one in Registration.objects.filter(campaign=campaign):
        make.place_person(plan, one, make.make_posting(campaign))
    make.publish(plan)
    shown = text(client.get(reverse("question", args=[asked.pk])))
    assert "both have a seat" in shown and 'data-key="1"' not in shown and 'data-key="2"' in shown


def test_whoever_sees_only_one_of_them_decides_nothing(client: Client, campaign: Campaign, asked: Question) -> None:
    Registration.objects.filter(worker=asked.worker).update(township=make.make_township(campaign), village=None)
    other = Registration.objects.exclude(worker=asked.worker).get(campaign=campaign)
    officer = make.make_member("planner", organisation=asked.owner, place=other.township.parent, language="en")
    signed_in = Client()
    signed_in.force_login(officer)
    address = reverse("question", args=[asked.pk])
    answer = signed_in.get(address)
    if answer.status_code == 200:
        assert "may not see both entries" in text(answer) and "data-key=\"1\"" not in text(answer)
        assert signed_in.post(reverse("question-settle", args=[asked.pk]), {"answer": "same"}).status_code == 422
    assert not WorkerMerge.objects.exists()


def test_the_page_asks_as_often_whatever_hangs_on_the_two(client: Client, campaign: Campaign, asked: Question) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("question", args=[asked.pk])).status_code == 200
        return len(caught)

    once = counted()
    for one in Registration.objects.filter(campaign=campaign):
        one.occupations.set([make.make_occupation(campaign) for _ in range(3)])
        make.make_reserved_post(make.make_posting(campaign, kind="reserved"), one)
    assert counted() == once


# --- a row of a list that may be somebody who is registered --------------------------------------------------------------


@pytest.fixture
def waiting() -> tuple[Any, Question]:
    """Two people of one name and telephone under two numbers: the second row waits."""
    scene = make_scene()
    scene.store([row("张三", 1)])
    sent = scene.store([row("张三", 3, trade="缝纫工"), row("李四", 2, "13900001234")])
    return scene, Question.objects.get(row__imported=sent)


def standing(imported: Any) -> tuple[int, ...]:
    imported.refresh_from_db()
    assert imported.rows == sum((imported.new, imported.updated, imported.unchanged, imported.possible, imported.rejected))
    return imported.new, imported.updated, imported.unchanged, imported.possible


def everything() -> list[Any]:
    return [
        list(Registration.objects.order_by("pk").values("pk", "worker", "contact_phone", "outcome", "township", "village")),
        sorted(Registration.objects.values_list("pk", "occupations__name")),
    ]


def test_a_possible_row_is_a_question(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    assert question.row is not None and standing(question.row.imported) == (1, 0, 0, 1)
    compared = question.candidates[0]["compared"]
    assert (compared["name"], compared["phone"], compared["number"]) == ("same", "same", "other")
    assert question.candidates[0]["registration"] == Registration.objects.get(worker__name="张三").pk


def test_the_same_person_gets_the_row_and_the_number(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    before, person = everything(), Registration.objects.get(worker__name="张三")
    settled = decide(question=question, answer="same", why="", by=scene.clerk)
    assert settled.row is not None and standing(settled.row.imported) == (1, 1, 0, 0)
    assert "缝纫工" in person.occupations.values_list("name", flat=True)
    again = scene.store([row("张三", 3, trade="缝纫工")])
    assert standing(again) == (0, 0, 1, 0), "the number leads to the person from now on"
    scene.back(again)
    take_back(question=Question.objects.get(pk=question.pk), by=scene.clerk)
    assert standing(settled.row.imported) == (1, 0, 0, 1) and everything() == before
    assert WorkerMerge.objects.get().undone_at is not None


def test_two_people_get_a_registration_each(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    before = everything()
    settled = decide(question=question, answer="two_people", why="", by=scene.clerk)
    assert settled.row is not None and standing(settled.row.imported) == (2, 0, 0, 0)
    assert Registration.objects.filter(worker__name="张三").count() == 2
    take_back(question=Question.objects.get(pk=question.pk), by=scene.clerk)
    assert standing(settled.row.imported) == (1, 0, 0, 1) and everything() == before
    decide(question=Question.objects.get(pk=question.pk), answer="two_people", why="", by=scene.clerk)
    assert standing(settled.row.imported) == (2, 0, 0, 0)


def test_who_were_said_to_be_two_are_not_asked_about_as_entries_either(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    decide(question=question, answer="two_people", why="", by=scene.clerk)
    scene.store([row("王五", 7, "13700007777")])
    assert not Question.objects.filter(kind="same_person", settled_at=None).exists()


def test_a_list_that_is_taken_back_asks_nothing_any_more(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    assert question.row is not None
    scene.back(question.row.imported)
    assert Question.objects.get(pk=question.pk).settled_at is not None


def test_a_place_in_the_plan_keeps_the_row_as_it_was_decided(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    decide(question=question, answer="two_people", why="", by=scene.clerk)
    placed = Registration.objects.filter(worker__name="张三").latest("pk")
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, placed, make.make_posting(scene.campaign))
    make.publish(plan)
    with pytest.raises(RuleBroken, match="so the row stays as it was stored"):
        take_back(question=Question.objects.get(pk=question.pk), by=scene.clerk)
    assert Registration.objects.filter(pk=placed.pk).exists()


def test_whom_another_stored_list_names_stays(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    decide(question=question, answer="two_people", why="", by=scene.clerk)
    again = scene.store([row("张三", 3, trade="缝纫工")], name="again.xlsx")
    before = everything()
    with pytest.raises(RuleBroken, match="on another stored list too .*again.xlsx"):
        take_back(question=Question.objects.get(pk=question.pk), by=scene.clerk)
    assert everything() == before and standing(again) == (0, 0, 1, 0)
    scene.back(again)
    take_back(question=Question.objects.get(pk=question.pk), by=scene.clerk)
    assert Registration.objects.filter(worker__name="张三").count() == 1


def test_a_row_whose_double_is_taken_back_is_somebody_new() -> None:
    scene = make_scene()
    first = scene.store([row("张三", 1)])
    second = scene.store([row("张三", 3), row("李四", 2, "13900001234")])
    scene.back(first)
    assert Question.objects.get(row__imported=second).answer == "no_longer_so"
    assert standing(second) == (2, 0, 0, 0) and Registration.objects.filter(worker__name="张三").count() == 1


def test_a_decided_row_whose_double_is_gone_stays_decided() -> None:
    scene = make_scene()
    first = scene.store([row("张三", 1)])
    second = scene.store([row("张三", 3), row("李四", 2, "13900001234")])
    settled = decide(question=Question.objects.get(row__imported=second), answer="two_people", why="", by=scene.clerk)
    scene.back(first)
    with pytest.raises(RuleBroken, match="no longer there"):
        take_back(question=settled, by=scene.clerk)
    assert standing(second) == (2, 0, 0, 0)


def test_a_row_gives_its_number_to_who_has_none() -> None:
    scene = make_scene()
    older = make.make_registration(scene.campaign, worker=make.make_worker(name="张三"), phone="13800001234")
    second = scene.store([row("张三", 3), row("李四", 2, "13900001234")])
    question = Question.objects.get(row__imported=second)
    settled = decide(question=question, answer="same", why="", by=scene.clerk)
    assert WorkerMerge.objects.get().gone == older.worker
    assert Registration.objects.get(worker__name="张三").worker.identity_cipher
    take_back(question=settled, by=scene.clerk)
    assert Registration.objects.get(worker__name="张三").worker == older.worker


def test_an_entry_whose_double_is_gone_is_not_asked_about(campaign: Campaign, staff: Any, asked: Question) -> None:
    older = Registration.objects.get(pk=asked.candidates[0]["registration"])
    decide(question=asked, answer="two_people", why="", by=staff)
    remove([older.pk])
    older.worker.delete()
    with pytest.raises(RuleBroken, match="no longer there"):
        take_back(question=Question.objects.get(pk=asked.pk), by=staff)


def test_the_page_of_a_row(waiting: tuple[Any, Question]) -> None:
    scene, question = waiting
    planner = make.make_planner(scene.campaign, language="en")
    signed_in = Client()
    signed_in.force_login(planner)
    shown = text(signed_in.get(reverse("question", args=[question.pk])))
    assert "row of a list" in shown and "county.xlsx" in shown and shown.count("********") == 2
    assert signed_in.post(reverse("question-settle", args=[question.pk]), {"answer": "same"}).status_code in (200, 302)
    assert Question.objects.get(pk=question.pk).answer == "same"


@pytest.mark.parametrize("serial", [1, 3])
def test_a_row_merges_nobody_of_another_bureaus_campaign(waiting: tuple[Any, Question], serial: int) -> None:
    """Neither whom the row may be (1) nor who has its number there (3)."""
    scene, question = waiting
    elsewhere = make.make_campaign(name="别处的行动")
    known = Worker.objects.filter(pk=question.candidates[0]["worker"]).first() if serial == 1 else None
    make.make_registration(elsewhere, worker=known or make.make_worker(name="张三", identity=number(serial)))
    signed_in = Client()
    signed_in.force_login(make.make_planner(scene.campaign, language="en"))
    answer = signed_in.post(reverse("question-settle", args=[question.pk]), {"answer": "same"})
    assert answer.status_code == 409 and "别处的行动, which another bureau decides of" in text(answer)
    assert not WorkerMerge.objects.exists() and Question.objects.get(pk=question.pk).settled_at is None
