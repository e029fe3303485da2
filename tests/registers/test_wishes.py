"""What a returning employee wants: recorded with who and when, and what follows from it for posts and questions."""
from datetime import date, timedelta

import pytest
from django.utils import timezone

from jobs.models import Posting, Question, ReservedPost
from jobs.services.asking import Asked, ask_what_follows
from jobs.services.claims import keep_until, name_another, open_post, take_back_answer
from jobs.services.wishes import record_wish
from laborbridge.rules import RuleBroken
from tests import factories as make

from .lists import asked, make_employee, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Claimed:
    return make_claimed()


def refused(claimed: Claimed) -> Question:
    record_wish(employee=claimed.first, wish="refuses", by=claimed.staff)
    return question_of(claimed.campaign, "refuses")


def test_who_goes_back_to_one_firm_goes_elsewhere_for_the_other(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    record_wish(employee=claimed.second, wish="returns", by=claimed.staff)
    claimed.first.refresh_from_db()
    assert (claimed.first.wish, claimed.first.wish_by) == ("elsewhere", claimed.staff)
    assert ReservedPost.objects.get().posting == claimed.second_posting
    assert asked(claimed.campaign) == []


def test_who_no_longer_goes_back_to_it_is_open_to_the_other_again(claimed: Claimed) -> None:
    record_wish(employee=claimed.second, wish="returns", by=claimed.staff)
    record_wish(employee=claimed.second, wish="refuses", by=claimed.staff)
    claimed.first.refresh_from_db()
    assert claimed.first.wish == "open"
    assert not ReservedPost.objects.exists()
    assert asked(claimed.campaign) == ["refuses"]


def test_a_second_firm_is_refused_in_words(claimed: Claimed) -> None:
    record_wish(employee=claimed.first, wish="returns", by=claimed.staff)
    with pytest.raises(RuleBroken, match=claimed.first.employer.name):
        record_wish(employee=claimed.second, wish="returns", by=claimed.staff)


def test_of_whom_it_is_not_known_who_they_are_only_a_refusal_is_recorded(claimed: Claimed) -> None:
    unknown = make_employee(claimed.first.employer, link="doubtful")
    with pytest.raises(RuleBroken):
        record_wish(employee=unknown, wish="returns", by=claimed.staff)
    record_wish(employee=unknown, wish="refuses", by=claimed.staff)
    assert question_of(claimed.campaign, "refuses").employee == unknown


def test_elsewhere_and_nonsense_are_not_said_by_anybody(claimed: Claimed) -> None:
    for wish in ("elsewhere", "perhaps"):
        with pytest.raises(RuleBroken):
            record_wish(employee=claimed.first, wish=wish, by=claimed.staff)


def test_a_refusal_is_asked_of_the_employer_and_without_an_account_of_the_destinations_bureau(claimed: Claimed) -> None:
    assert refused(claimed).owner == claimed.first.employer.organisation
    record_wish(employee=claimed.second, wish="refuses", by=claimed.staff)
    assert Question.objects.get(employee=claimed.second).owner == claimed.destination
    assert not ReservedPost.objects.exists()


def test_who_changes_their_mind_has_the_post_again_and_nothing_is_asked(claimed: Claimed) -> None:
    refused(claimed)
    record_wish(employee=claimed.first, wish="returns", by=claimed.staff)
    assert ReservedPost.objects.get().posting == claimed.first_posting
    assert asked(claimed.campaign) == []


def test_a_place_in_the_published_plan_stands_against_a_refusal(claimed: Claimed) -> None:
    plan = make.make_plan(claimed.campaign)
    make.place_person(plan, claimed.person, claimed.first_posting)
    make.publish(plan)
    with pytest.raises(RuleBroken, match=claimed.first.employer.name):
        record_wish(employee=claimed.first, wish="refuses", by=claimed.staff)
    claimed.first.refresh_from_db()
    assert claimed.first.wish == "open"


def test_the_post_is_opened_for_others_and_kept_again(claimed: Claimed) -> None:
    question = open_post(question=refused(claimed), by=claimed.staff)
    claimed.first_posting.refresh_from_db()
    opened = Posting.objects.get(kind="open")
    assert (claimed.first_posting.headcount, opened.headcount) == (2, 1)
    assert (opened.site, opened.wage, opened.start_by) == (
        claimed.first_posting.site, claimed.first_posting.wage, claimed.first_posting.start_by)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)
    take_back_answer(question=question, by=claimed.staff)
    claimed.first_posting.refresh_from_db()
    opened.refresh_from_db()
    assert (claimed.first_posting.headcount, opened.headcount) == (3, 0)
    assert asked(claimed.campaign) == ["refuses"]


def test_posts_that_are_kept_for_others_are_not_opened(claimed: Claimed) -> None:
    question = refused(claimed)
    for _ in range(3):
        make.make_reserved_post(claimed.first_posting, make.make_registration(claimed.campaign))
    with pytest.raises(RuleBroken):
        open_post(question=question, by=claimed.staff)
    assert not Posting.objects.filter(kind="open").exists()


def test_the_post_is_kept_for_somebody_else_of_the_firm(claimed: Claimed) -> None:
    question = refused(claimed)
    other = make_employee(claimed.first.employer, make.make_registration(claimed.campaign))
    name_another(question=question, employee=other, by=claimed.staff)
    other.refresh_from_db()
    assert (other.posting, other.registration.reserved_post.posting) == (claimed.first_posting, claimed.first_posting)
    take_back_answer(question=question, by=claimed.staff)
    other.refresh_from_db()
    assert other.posting is None
    assert not ReservedPost.objects.exists()


def test_no_more_posts_are_kept_than_there_are(claimed: Claimed) -> None:
    question = refused(claimed)
    other = make_employee(claimed.first.employer, make.make_registration(claimed.campaign))
    for _ in range(3):
        make.make_reserved_post(claimed.first_posting, make.make_registration(claimed.campaign))
    with pytest.raises(RuleBroken):
        name_another(question=question, employee=other, by=claimed.staff)
    with pytest.raises(RuleBroken):
        record_wish(employee=claimed.first, wish="returns", by=claimed.staff)
    assert claimed.first_posting.reserved_posts.count() == 3


def test_only_who_is_registered_and_without_a_post_is_named(claimed: Claimed) -> None:
    question = refused(claimed)
    of_another_firm = make_employee(make.make_employer(claimed.campaign), make.make_registration(claimed.campaign))
    unknown = make_employee(claimed.first.employer)
    for somebody in (of_another_firm, unknown, claimed.first):
        with pytest.raises(RuleBroken):
            name_another(question=question, employee=somebody, by=claimed.staff)


def test_a_post_kept_till_a_day_is_asked_for_again_after_it(claimed: Claimed, monkeypatch: pytest.MonkeyPatch) -> None:
    type(claimed.campaign).objects.filter(pk=claimed.campaign.pk).update(last_day=date(2099, 1, 1))
    question = refused(claimed)
    today = timezone.localdate()
    for day in (today, date(2099, 1, 2)):
        with pytest.raises(RuleBroken):
            keep_until(question=question, day=day, by=claimed.staff)
    keep_until(question=question, day=today + timedelta(days=2), by=claimed.staff)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=3))
    assert ask_what_follows(claimed.campaign) == Asked(1, 0)
