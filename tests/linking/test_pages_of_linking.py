"""The worklist's pages and a firm's page: what is shown to whom, in how many queries, and what a decision answers with."""
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.models import Question, ReturningEmployee
from jobs.services.linking import choose_nobody
from laborbridge.accounts.models import User
from tests import factories as make

from .scene import QIN, XIANG, TwoLists

HTMX = {"HX-Request": "true"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def doubtful(lists: TwoLists, count: int) -> list[Question]:
    for n in range(count):
        name = f"覃凤{'一二三四五六七八九'[n % 9]}{'仙英华'[n // 9]}"
        for _ in range(3):
            lists.register(name)
        lists.employee(name)
    lists.link()
    return list(Question.objects.filter(settled_at=None).order_by("pk"))


def answer(question: Question, at: int = 0) -> str:
    return f"person:{question.candidates[at]['registration']}"


def test_side_by_side_with_marks_in_words_and_numbers_masked(lists: TwoLists) -> None:
    lists.register("覃凤仙", QIN, "13800001234")
    lists.employee("覃凤先", XIANG[:-4] + QIN[-4:], "13800001234", shows="last4")
    lists.employee("覃凤仙", XIANG, "13800001234")
    lists.link()
    question = lists.question()
    page = signed_in(lists.staff).get(reverse("question", args=[question.pk])).content.decode()
    assert "422801********1234" in page
    assert QIN not in page
    assert XIANG not in page
    for words in ("姓名一致", "号码不同", "电话一致", "覃凤仙"):
        assert words in page
    assert page.count("data-key") == 3  # the person, nobody, skip


def test_deciding_answers_with_the_next_one_and_the_way_back(lists: TwoLists) -> None:
    first, second = doubtful(lists, 2)
    client = signed_in(lists.staff)
    part = client.post(reverse("question-settle", args=[first.pk]), {"answer": answer(first)}, headers=HTMX).content.decode()
    assert reverse("question-settle", args=[second.pk]) in part
    assert reverse("question-undo", args=[first.pk]) in part
    assert "<html" not in part
    part = client.post(reverse("question-settle", args=[second.pk]), {"answer": "nobody"}, headers=HTMX).content.decode()
    assert "此类事项已全部处理" in part
    part = client.post(reverse("question-undo", args=[second.pk]), headers=HTMX).content.decode()
    assert reverse("question-settle", args=[second.pk]) in part
    assert Question.objects.filter(settled_at=None).get() == second


def test_without_scripts_the_same_works_by_whole_pages(lists: TwoLists) -> None:
    first, second = doubtful(lists, 2)
    client = signed_in(lists.staff)
    page = client.post(reverse("question-settle", args=[first.pk]), {"answer": answer(first, 1)})
    assert "<html" in page.content.decode()
    assert reverse("question-settle", args=[second.pk]) in page.content.decode()
    assert client.post(reverse("question-settle", args=[second.pk]), {"answer": "nobody"}).status_code == 302


def test_an_answer_that_is_none_changes_nothing(lists: TwoLists) -> None:
    stranger = lists.register("向国华", XIANG)
    (question,) = doubtful(lists, 1)
    for given in ("", f"person:{stranger.pk}", "person:", "refuse"):
        said = signed_in(lists.staff).post(reverse("question-settle", args=[question.pk]), {"answer": given})
        assert said.status_code == 422
    assert ReturningEmployee.objects.get().link == "doubtful"


def test_who_comes_second_reads_who_decided_what_and_goes_on(lists: TwoLists) -> None:
    first, second = doubtful(lists, 2)
    other = make.make_planner(lists.campaign)
    choose_nobody(question=first, by=other)
    said = signed_in(lists.staff).post(reverse("question-settle", args=[first.pk]), {"answer": answer(first)}, headers=HTMX)
    assert other.name in said.content.decode()
    assert reverse("question-settle", args=[second.pk]) in said.content.decode()
    assert Question.objects.get(pk=first.pk).settled_by == other


@pytest.mark.parametrize("address", ["questions", "question", "employer-returning"])
def test_pages_take_as_many_queries_for_many_rows(lists: TwoLists, address: str) -> None:
    def queries() -> int:
        first = Question.objects.order_by("pk")[0]
        args = {"questions": [lists.campaign.pk], "question": [first.pk],
                "employer-returning": [lists.campaign.pk, lists.firm.pk]}[address]
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(address, args=args)).status_code == 200
        return len(seen)

    client = signed_in(lists.staff)
    doubtful(lists, 1)
    queries()
    one = queries()
    doubtful(lists, 12)
    assert queries() == one


def test_a_decision_takes_as_many_queries_however_much_is_open(lists: TwoLists) -> None:
    client = signed_in(lists.staff)

    def queries(question: Question) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.post(reverse("question-settle", args=[question.pk]), {"answer": "nobody"}, headers=HTMX)
        return len(seen)

    few = doubtful(lists, 3)
    one = queries(few[0])
    many = doubtful(lists, 20)
    assert queries(many[1]) == one


def test_an_employer_sees_its_own_names_and_their_state_alone(lists: TwoLists) -> None:
    firm = make.make_organisation("employer")
    lists.firm.organisation = firm
    lists.firm.save()
    hr = signed_in(make.make_member("hr", organisation=firm))
    person = lists.register("覃凤仙", QIN, "13800001234", min_wage=7777)
    lists.employee("覃凤仙", QIN, "13800001234", shows="last4")
    (question,) = doubtful(lists, 1)
    page = hr.get(reverse("employer-returning", args=[lists.campaign.pk, lists.firm.pk])).content.decode()
    assert "覃凤仙" in page
    assert "待核对" in page
    doors = reverse("person", args=[person.pk]), reverse("question", args=[question.pk])
    for hidden in (*doors, "7777", "422801", "后四位一致"):
        assert hidden not in page
    assert hr.get(reverse("question", args=[question.pk])).status_code == 404
    assert hr.post(reverse("question-settle", args=[question.pk]), {"answer": "nobody"}).status_code == 404


def test_a_case_officer_is_not_shown_people_of_another_county(lists: TwoLists) -> None:
    (question,) = doubtful(lists, 1)
    mine = question.candidates[0]["registration"]
    county = lists.campaign.registrations.get(pk=mine).township.parent
    officer = make.make_member("case_officer", organisation=lists.bureau, place=county)
    client = signed_in(officer)
    page = client.get(reverse("question", args=[question.pk])).content.decode()
    assert page.count("此人不在您的辖区") == 2
    others = answer(question, 1)
    for given in (others, "nobody"):  # of somebody whom one does not see nothing is decided
        assert client.post(reverse("question-settle", args=[question.pk]), {"answer": given}).status_code == 422
    part = client.post(reverse("question-settle", args=[question.pk]), {"answer": answer(question)}, headers=HTMX)
    assert "此类事项已全部处理" in part.content.decode()


def test_taking_a_question_on_and_another_day(lists: TwoLists) -> None:
    first, _second = doubtful(lists, 2)
    client = signed_in(lists.staff)
    client.post(reverse("question-take", args=[first.pk]))
    client.post(reverse("question-due", args=[first.pk]), {"due": "2020-03-28"})
    first.refresh_from_db()
    assert first.assignee == lists.staff
    assert first.due_at == make.at(18, day=7)
    mine = client.get(reverse("questions", args=[lists.campaign.pk]), {"mine": "1"}).content.decode()
    assert reverse("question", args=[first.pk]) in mine
    assert client.post(reverse("question-due", args=[first.pk]), {"due": "tomorrow"}).status_code == 422


def test_the_firms_list_is_sent_from_its_page(lists: TwoLists) -> None:
    client = signed_in(lists.staff)
    address = reverse("employer-returning", args=[lists.campaign.pk, lists.firm.pk])
    sent = client.post(address, {"cells": "姓名\t身份证号\t电话\n覃凤仙\t1234\t13800001234"})
    imported = lists.campaign.list_imports.get()
    assert sent.headers["Location"] == reverse("list-import", args=[imported.pk])
    assert imported.returning_list.employer == lists.firm
    assert imported.sender == lists.bureau
