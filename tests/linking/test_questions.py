"""Questions of which person: decided once, taken back, told to who comes second; twenty at once."""
import threading
from typing import Any

import pytest

from dispatch.queries.access import sight
from dispatch.views import which_person
from jobs.models import Question, ReservedPost, ReturningEmployee
from jobs.services import linking, questions
from jobs.services.linking import choose_nobody, choose_person, take_choice_back
from jobs.services.questions import ask, set_due, take_on
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded

from .scene import QIN, XIANG, TwoLists, make_two_lists


def choices(question: Question) -> list[int]:
    return [c["registration"] for c in question.candidates]


def test_choosing_a_person_links_and_keeps_a_post_and_taking_it_back_undoes_both(lists: TwoLists) -> None:
    posting = make.make_posting(lists.campaign, employer=lists.firm, kind="reserved")
    question = lists.doubtful()
    chosen = choices(question)[1]
    choose_person(question=question, registration=chosen, by=lists.staff)
    employee = ReturningEmployee.objects.get()
    assert (employee.link, employee.registration_id, employee.linked_by) == ("linked", chosen, lists.staff)
    assert ReservedPost.objects.get().posting == posting
    question.refresh_from_db()
    assert (question.answer, question.settled_by) == ("person", lists.staff)

    take_choice_back(question=question, by=lists.staff)
    employee.refresh_from_db()
    assert (employee.link, employee.registration_id, employee.linked_by) == ("doubtful", None, None)
    assert not ReservedPost.objects.exists()
    assert lists.question() == question
    actions = set(lists.campaign.audit_entries.values_list("action", flat=True))
    assert actions >= {"question settled", "question opened again"}


def test_nobody_of_these_is_never_offered_again_until_it_is_taken_back(lists: TwoLists) -> None:
    question = lists.doubtful()
    choose_nobody(question=question, by=lists.staff)
    assert ReturningEmployee.objects.get().link == "unlinked"
    assert lists.link() == {"unlinked": 1}
    assert not Question.objects.filter(settled_at=None).exists()
    take_choice_back(question=question, by=lists.staff)
    assert ReturningEmployee.objects.get().not_these == []
    assert lists.link() == {"doubtful": 1}


def test_nobody_of_these_says_nothing_of_those_who_were_not_shown(lists: TwoLists) -> None:
    people = {lists.register("覃凤仙").pk for _ in range(5)}
    lists.employee("覃凤仙")
    lists.link()
    question = lists.question()
    shown = choices(question)
    # As questions were asked that stand in the worklist already.
    question.candidates += [{"registration": pk, "score": 1, "compared": {}} for pk in people.difference(shown)]
    question.save()
    assert len(shown) == len(which_person._show(sight(lists.staff, lists.campaign.pk), question).candidates) == 3
    choose_nobody(question=question, by=lists.staff)
    assert set(ReturningEmployee.objects.get().not_these) == set(shown)
    assert lists.link() == {"doubtful": 1}
    assert set(choices(lists.question())) == people.difference(shown)


def test_who_comes_second_is_told_who_decided_what(lists: TwoLists) -> None:
    question, other = lists.doubtful(), make.make_planner(lists.campaign)
    choose_person(question=question, registration=choices(question)[0], by=lists.staff)
    with pytest.raises(RuleBroken) as told:
        choose_nobody(question=question, by=other)
    assert lists.staff.name in str(told.value)
    assert "覃凤仙" in str(told.value)
    assert ReturningEmployee.objects.get().link == "linked"


def test_somebody_else_cannot_be_chosen_and_nobody_twice_for_one_firm(lists: TwoLists) -> None:
    question, stranger = lists.doubtful(), lists.register("向国华", XIANG)
    with pytest.raises(RuleBroken, match="."):
        choose_person(question=question, registration=stranger.pk, by=lists.staff)
    first = choices(question)[0]
    lists.employee("覃凤仙的另一行", QIN, link="linked", registration_id=first, linked_at=make.at(8))
    with pytest.raises(RuleBroken, match="覃凤仙的另一行"):
        choose_person(question=question, registration=first, by=lists.staff)
    assert lists.question() == question


def test_what_has_gone_on_since_is_not_taken_back_blindly(lists: TwoLists) -> None:
    question = lists.doubtful()
    with pytest.raises(RuleBroken, match="."):
        take_choice_back(question=question, by=lists.staff)
    choose_person(question=question, registration=choices(question)[0], by=lists.staff)
    employee = ReturningEmployee.objects.get()
    employee.wish, employee.wish_at = "returns", make.at(9)
    employee.save()
    with pytest.raises(RuleBroken, match="覃凤仙"):
        take_choice_back(question=question, by=lists.staff)
    assert ReturningEmployee.objects.get().link == "linked"


def test_the_same_question_comes_once_and_gets_the_new_candidates(lists: TwoLists) -> None:
    employee = lists.employee("覃凤仙")
    about: dict[str, Any] = {"campaign": lists.campaign, "kind": "which_person", "owner": lists.bureau, "employee": employee}
    first = ask(**about, candidates=[{"registration": 1}])
    second = ask(**about, candidates=[{"registration": 2}])
    assert first == second
    assert Question.objects.get().candidates == [{"registration": 2}]


def test_a_question_is_taken_on_and_gets_a_day(lists: TwoLists) -> None:
    question = lists.doubtful()
    take_on(question=question, by=lists.staff)
    set_due(question=question, due_at=make.at(18), by=lists.staff)
    question.refresh_from_db()
    assert (question.assignee, question.due_at) == (lists.staff, make.at(18))
    choose_nobody(question=question, by=lists.staff)
    for verb in (lambda: take_on(question=question, by=lists.staff),
                 lambda: set_due(question=question, due_at=make.at(19), by=lists.staff)):
        with pytest.raises(RuleBroken, match="."):
            verb()


# --- races ---------------------------------------------------------------------------------------------------------------


def decide_at_once(question: Question, lists: TwoLists) -> list[Any]:
    """Half of them choose the first, a quarter the second, a quarter nobody."""
    first, second = choices(question)

    def act(n: int) -> Question:
        if n % 4 == 3:
            return choose_nobody(question=question, by=lists.staff)
        return choose_person(question=question, registration=(first, first, second)[n % 4], by=lists.staff)

    return at_once(act)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_decide_one_question_one_did_and_the_others_are_told() -> None:
    for _ in range(REPEATS):
        lists = make_two_lists()
        question = lists.doubtful()
        results = decide_at_once(question, lists)
        assert len(succeeded(results)) == 1
        assert all(isinstance(r, RuleBroken) for r in results if not isinstance(r, Question))
        assert lists.campaign.audit_entries.filter(action="question settled").count() == 1
        question.refresh_from_db()
        employee = ReturningEmployee.objects.get(employer=lists.firm)
        assert employee.link == ("linked" if question.answer == "person" else "unlinked")


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_several_decide_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = make_two_lists()
    question = lists.doubtful()
    looked = threading.Barrier(CLIENTS)

    def look_and_wait(asked: Question) -> Question:
        found = Question.objects.select_related("campaign", "settled_by").get(pk=asked.pk)
        looked.wait(30)
        return found

    monkeypatch.setattr(questions, "_locked", look_and_wait)
    monkeypatch.setattr(linking, "lock_lists", lambda *_campaigns: None)
    monkeypatch.setattr(linking, "_refuse_who_is_gone", lambda row, registration: None)
    assert len(succeeded(decide_at_once(question, lists))) > 1
    assert lists.campaign.audit_entries.filter(action="question settled").count() > 1
