"""The worklist's pages of claims, dates and refusals: what they show, how they are answered and taken back."""
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Posting, Question, ReservedPost
from jobs.services.asking import ask_what_follows
from jobs.services.wishes import record_wish
from tests import factories as make

from .lists import make_employee, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Claimed:
    claimed = make_claimed()
    ask_what_follows(claimed.campaign)
    return claimed


@pytest.fixture
def client(claimed: Claimed) -> Client:
    client = Client()
    client.force_login(claimed.staff)
    return client


def text(client: Client, question: Question) -> str:
    answer = client.get(reverse("question", args=[question.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def settle(client: Client, question: Question, answer: str, status: int = 302, **fields: str) -> str:
    given = client.post(reverse("question-settle", args=[question.pk]), {"answer": answer, **fields})
    assert given.status_code == status
    question.refresh_from_db()
    return given.content.decode()


def test_two_firms_stand_beside_the_person_and_one_is_chosen(claimed: Claimed, client: Client) -> None:
    question = question_of(claimed.campaign, "two_claims")
    page = text(client, question)
    assert page.index("覃长福") < page.index("钱塘制衣有限公司") < page.index("湘湖电子有限公司")
    assert f'value="firm:{claimed.second.pk}" data-key="2"' in page
    settle(client, question, f"firm:{claimed.second.pk}")
    assert (question.answer, question.settled_by) == ("firm", claimed.staff)
    assert "回湘湖电子有限公司" in text(client, question)
    assert client.post(reverse("question-undo", args=[question.pk])).status_code == 200
    question.refresh_from_db()
    assert question.settled_at is None


def test_a_firm_that_is_not_offered_is_no_answer(claimed: Claimed, client: Client) -> None:
    question = question_of(claimed.campaign, "two_claims")
    stranger = make_employee(make.make_employer(claimed.campaign))
    settle(client, question, f"firm:{stranger.pk}", status=422)
    assert question.settled_at is None


def test_a_place_in_the_plan_is_said_on_the_page(claimed: Claimed, client: Client) -> None:
    plan = make.make_plan(claimed.campaign)
    make.place_person(plan, claimed.person, claimed.first_posting)
    make.publish(plan)
    page = settle(client, question_of(claimed.campaign, "two_claims"), f"firm:{claimed.second.pk}", status=409)
    assert "覃长福在已发布方案中安排到钱塘制衣有限公司" in page


def late(claimed: Claimed) -> Question:
    claimed.second.delete()
    type(claimed.person).objects.filter(pk=claimed.person.pk).update(ready_at=make.at(8, day=6))
    ask_what_follows(claimed.campaign)
    return question_of(claimed.campaign, "dates")


def test_dates_are_offered_and_the_employer_waits(claimed: Claimed, client: Client) -> None:
    question = late(claimed)
    page = text(client, question)
    assert 'name="start_by" id="id_start_by" value="2020-03-28T20:00"' in page
    assert 'name="ready_at" id="id_ready_at" value="2020-03-25T08:00"' in page
    assert "请按2020-03-21 08:00的格式填写" in settle(client, question, "wait", status=409, start_by="bald")
    settle(client, question, "wait", start_by="2020-03-28T20:00")
    claimed.first_posting.refresh_from_db()
    assert claimed.first_posting.start_by == make.at(20, day=7)
    assert "企业同意等到3月28日 周六 20:00" in text(client, question)


@pytest.mark.parametrize(("answer", "said"), [("earlier", "本人自3月25日 周三 08:00起可出发"), ("let_go", "放弃该岗位")])
def test_or_the_person_comes_earlier_or_lets_the_post_go(
    claimed: Claimed, client: Client, answer: str, said: str
) -> None:
    question = late(claimed)
    settle(client, question, answer, ready_at="2020-03-25T08:00")
    assert said in text(client, question)
    assert ReservedPost.objects.exists() == (answer == "earlier")


def hr_of(claimed: Claimed) -> Client:
    client = Client()
    client.force_login(make.make_member("hr", organisation=claimed.first.employer.organisation))
    return client


def test_an_employer_answers_for_its_posts_and_sees_no_other_question(claimed: Claimed) -> None:
    record_wish(employee=claimed.first, wish="refuses", by=claimed.staff)
    hr, question = hr_of(claimed), question_of(claimed.campaign, "refuses")
    worklist = hr.get(reverse("questions", args=[claimed.campaign.pk])).content.decode()
    assert "覃长福 · 钱塘制衣有限公司" in worklist
    record_wish(employee=claimed.second, wish="refuses", by=claimed.staff)
    other = Question.objects.get(employee=claimed.second)
    assert hr.get(reverse("question", args=[other.pk])).status_code == 404
    settle(hr, question, "open")
    assert Posting.objects.get(kind="open").headcount == 1
    assert "岗位已开放" in text(hr, question)


def test_the_post_is_kept_for_the_one_chosen_or_till_a_day(claimed: Claimed, client: Client) -> None:
    type(claimed.campaign).objects.filter(pk=claimed.campaign.pk).update(last_day=date(2099, 1, 1))
    record_wish(employee=claimed.first, wish="refuses", by=claimed.staff)
    other = make_employee(claimed.first.employer, make.make_registration(claimed.campaign), name="向阳花")
    question = question_of(claimed.campaign, "refuses")
    assert f'<option value="{other.pk}">向阳花' in text(client, question)
    settle(client, question, "another", status=409, another="x")
    settle(client, question, "another", another=str(other.pk))
    assert "岗位为向阳花保留" in text(client, question)
    client.post(reverse("question-undo", args=[question.pk]))
    settle(client, question, "keep", status=409, until="morgen")
    settle(client, question, "keep", until=(timezone.localdate() + timedelta(days=3)).isoformat())
    assert question.answer == "keep"


def test_nobody_to_name_is_not_offered(claimed: Claimed, client: Client) -> None:
    record_wish(employee=claimed.first, wish="refuses", by=claimed.staff)
    assert 'data-key="2"' not in text(client, question_of(claimed.campaign, "refuses"))
