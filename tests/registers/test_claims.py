"""Two firms claim one person: it is asked of the origin's bureau, answered once, and can be taken back."""
import pytest

from jobs.models import Question, ReservedPost, ReturningEmployee
from jobs.services.asking import NO_LONGER_SO, Asked, ask_what_follows
from jobs.services.claims import choose_employer, take_back_answer
from jobs.services.wishes import record_wish
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make

from .lists import asked, make_employee, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Claimed:
    return make_claimed()


def wishes(claimed: Claimed) -> tuple[str, str]:
    claimed.first.refresh_from_db()
    claimed.second.refresh_from_db()
    return claimed.first.wish, claimed.second.wish


def choose_second(claimed: Claimed) -> Question:
    question = question_of(claimed.campaign, "two_claims")
    return choose_employer(question=question, employee=claimed.second, by=claimed.staff)


def test_two_claims_are_asked_of_the_origins_bureau_once(claimed: Claimed) -> None:
    assert ask_what_follows(claimed.campaign) == Asked(1, 0)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)
    question = question_of(claimed.campaign, "two_claims")
    assert (question.owner, question.registration, question.employee) == (claimed.origin, claimed.person, None)
    assert [c["employee"] for c in question.candidates] == [claimed.first.pk, claimed.second.pk]


def test_a_third_claim_is_put_to_the_open_question(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    third = make_employee(make.make_employer(claimed.campaign), claimed.person, score=12)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)
    assert [c["employee"] for c in question_of(claimed.campaign, "two_claims").candidates][-1] == third.pk


def test_what_is_no_longer_so_is_closed_without_a_person(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    claimed.second.delete()
    assert ask_what_follows(claimed.campaign) == Asked(0, 1)
    question = Question.objects.get()
    assert (question.answer, question.settled_by) == (NO_LONGER_SO, None)
    assert question.settled_at is not None


def test_somebody_with_an_outcome_is_not_asked_about(claimed: Claimed) -> None:
    claimed.person.outcome, claimed.person.outcome_at = "withdrew", make.at(8)
    claimed.person.save()
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)


def test_the_chosen_firm_has_the_person_and_the_post_goes_along(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    assert claimed.person.reserved_post.posting == claimed.first_posting
    question = choose_second(claimed)
    assert wishes(claimed) == ("elsewhere", "returns")
    assert ReservedPost.objects.get(registration=claimed.person).posting == claimed.second_posting
    assert (question.answer, question.settled_by) == ("firm", claimed.staff)
    assert claimed.first.wish_by == claimed.second.wish_by == claimed.staff
    assert asked(claimed.campaign) == []
    entry = Entry.objects.get(action="question settled")
    assert (entry.by, entry.subject_id, entry.detail["employee"]) == (claimed.staff, question.pk, claimed.second.pk)


def test_an_answer_can_be_taken_back_and_is_asked_again(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = choose_second(claimed)
    take_back_answer(question=question, by=claimed.staff)
    assert wishes(claimed) == ("open", "open")
    assert (claimed.first.wish_at, claimed.second.wish_by) == (None, None)
    assert ReservedPost.objects.get(registration=claimed.person).posting == claimed.first_posting
    assert question_of(claimed.campaign, "two_claims").pk == question.pk
    assert Question.objects.count() == 1
    choose_employer(question=question, employee=claimed.first, by=claimed.staff)
    assert wishes(claimed) == ("returns", "elsewhere")


def test_after_a_choice_another_one_can_be_chosen_and_both_be_taken_back_in_turn(claimed: Claimed) -> None:
    record_wish(employee=claimed.first, wish="returns", by=claimed.staff)
    make_employee(third := make.make_employer(claimed.campaign), claimed.person)
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    chosen = ReturningEmployee.objects.get(employer=third)
    choose_employer(question=question, employee=chosen, by=claimed.staff)
    assert wishes(claimed) == ("elsewhere", "elsewhere")
    assert not ReservedPost.objects.exists()
    take_back_answer(question=question, by=claimed.staff)
    assert wishes(claimed) == ("returns", "elsewhere")
    assert ReservedPost.objects.get(registration=claimed.person).posting == claimed.first_posting


def test_what_was_changed_since_is_not_taken_back(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = choose_second(claimed)
    record_wish(employee=claimed.second, wish="refuses", by=claimed.staff)
    with pytest.raises(RuleBroken):
        take_back_answer(question=question, by=claimed.staff)
    claimed.second.refresh_from_db()
    assert claimed.second.wish == "refuses"


def test_an_answered_question_is_not_answered_again(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    choose_employer(question=question, employee=claimed.second, by=claimed.staff)
    with pytest.raises(RuleBroken, match=claimed.staff.name):
        choose_employer(question=question, employee=claimed.first, by=claimed.staff)
    assert wishes(claimed) == ("elsewhere", "returns")


def test_a_post_under_somebodys_place_in_the_published_plan_is_not_moved(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    plan = make.make_plan(claimed.campaign)
    make.place_person(plan, claimed.person, claimed.first_posting)
    make.publish(plan)
    question = question_of(claimed.campaign, "two_claims")
    with pytest.raises(RuleBroken, match=claimed.first.employer.name):
        choose_employer(question=question, employee=claimed.second, by=claimed.staff)
    assert wishes(claimed) == ("open", "open")
    question.refresh_from_db()
    assert question.settled_at is None
    choose_employer(question=question, employee=claimed.first, by=claimed.staff)
    assert wishes(claimed) == ("returns", "elsewhere")


def test_a_firm_that_does_not_claim_the_person_is_not_chosen(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    stranger = make_employee(make.make_employer(claimed.campaign))
    with pytest.raises(RuleBroken):
        choose_employer(question=question_of(claimed.campaign, "two_claims"), employee=stranger, by=claimed.staff)
