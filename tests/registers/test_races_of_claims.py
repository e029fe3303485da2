"""Twenty clients answer one question, and twenty firms say that one person goes back to them; each with a control run."""
import threading

import pytest
from django.db import connection
from django.db.models import QuerySet

from jobs.models import Question, ReservedPost, ReturningEmployee
from jobs.services import claims, wishes
from jobs.services.asking import ask_what_follows
from jobs.services.claims import choose_employer
from jobs.services.wishes import record_wish
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded

from .lists import make_employee, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db(transaction=True)


def the_rest_were_told(results: list[object]) -> None:
    assert len(succeeded(results)) == 1
    for refused in results:
        if isinstance(refused, Exception):
            assert isinstance(refused, RuleBroken), repr(refused)


def answer_all(claimed: Claimed) -> list[object]:
    ask_what_follows(claimed.campaign)
    question, firms = question_of(claimed.campaign, "two_claims"), [claimed.first, claimed.second]
    return at_once(lambda n: choose_employer(question=question, employee=firms[n % 2], by=claimed.staff))


def test_of_twenty_answers_one_counts() -> None:
    for _ in range(REPEATS):
        claimed = make_claimed()
        the_rest_were_told(answer_all(claimed))
        wished = ReturningEmployee.objects.filter(registration=claimed.person).values_list("wish", flat=True)
        assert sorted(wished) == ["elsewhere", "returns"]
        assert Entry.objects.filter(campaign=claimed.campaign, action="question settled").count() == 1
        chosen = ReturningEmployee.objects.get(registration=claimed.person, wish="returns")
        assert ReservedPost.objects.get(registration=claimed.person).posting == chosen.posting


def test_control_without_the_lock_a_question_is_answered_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "lock_lists", lambda *_campaigns: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    assert any(
        Entry.objects.filter(campaign=claimed.campaign, action="question settled").count() > 1
        for claimed in [make_claimed() for _ in range(REPEATS)] if answer_all(claimed)
    )


def crowd_of_firms() -> list[ReturningEmployee]:
    campaign = make.make_campaign()
    bureau = make.make_organisation("bureau", place=campaign.origin)
    campaign.participants.set([bureau])
    person = make.make_registration(campaign)
    return [make_employee(make.make_employer(campaign), person) for _ in range(CLIENTS)]


def claim_all(monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], int]:
    """Past the lock of the person and the look at other firms, all write at the same moment: the rule itself decides."""
    firms, staff = crowd_of_firms(), make.make_user()
    all_ready = threading.Barrier(CLIENTS)
    monkeypatch.setattr(wishes, "lock_person", lambda _: None)
    monkeypatch.setattr(wishes, "_refuse_a_second_firm", lambda _: all_ready.wait(30))
    monkeypatch.setattr(wishes, "others", lambda _: ReturningEmployee.objects.none())
    results = at_once(lambda n: record_wish(employee=firms[n], wish="returns", by=staff))
    return results, ReturningEmployee.objects.filter(registration=firms[0].registration, wish="returns").count()


def test_of_twenty_firms_one_has_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(REPEATS):
        firms, staff = crowd_of_firms(), make.make_user()
        results = at_once(lambda n, firms=firms, staff=staff: record_wish(employee=firms[n], wish="returns", by=staff))
        the_rest_were_told(results)
        wished = ReturningEmployee.objects.filter(registration=firms[0].registration).values_list("wish", flat=True)
        assert sorted(wished) == ["elsewhere"] * (CLIENTS - 1) + ["returns"]
    results, returning = claim_all(monkeypatch)
    the_rest_were_told(results)
    assert returning == 1


def test_control_without_lock_and_constraint_a_person_goes_back_to_many_firms(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX returning_employee_goes_back_to_one_firm")
    _results, returning = claim_all(monkeypatch)
    assert returning > 1


def test_twenty_who_ask_what_follows_ask_once() -> None:
    for _ in range(REPEATS):
        claimed = make_claimed()
        asked = at_once(lambda _, campaign=claimed.campaign: ask_what_follows(campaign))
        assert sum(one.opened for one in succeeded(asked)) == 1
        assert Question.objects.filter(campaign=claimed.campaign).count() == 1
