"""Registered for later than the post allows: asked of the origin's bureau, with three answers."""
from datetime import timedelta

import pytest

from jobs.models import Question, ReservedPost
from jobs.services import asking
from jobs.services.asking import Asked, ask_what_follows
from jobs.services.claims import come_earlier, let_go, take_back_answer, wait_until
from laborbridge.rules import RuleBroken
from tests import factories as make

from .lists import asked, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def late() -> Claimed:
    """Ready on the seventh day, while the post is there until the evening of the sixth."""
    claimed = make_claimed(ready_at=make.at(8, day=6))
    claimed.second.delete()
    assert ask_what_follows(claimed.campaign) == Asked(1, 0)
    return claimed


def question(late: Claimed) -> Question:
    return question_of(late.campaign, "dates")


def test_it_says_why_and_whose_it_is(late: Claimed) -> None:
    assert (question(late).owner, question(late).registration) == (late.origin, late.person)
    (about,) = question(late).candidates
    assert (about["employee"], about["posting"], about["why"]) == (late.first.pk, late.first_posting.pk, "ready")


def test_who_is_ready_in_time_is_not_asked_about() -> None:
    claimed = make_claimed(ready_at=make.at(20, day=5))
    claimed.second.delete()
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)


def test_after_the_campaigns_last_day_it_is_asked_without_a_post_too() -> None:
    claimed = make_claimed(ready_at=make.at(0, day=21))
    claimed.second.delete()
    ReservedPost.objects.all().delete()
    claimed.first.posting = None
    claimed.first.save()
    ask_what_follows(claimed.campaign)
    assert question(claimed).candidates[0]["why"] == "campaign"
    claimed.person.ready_at = make.at(23, 59, day=20)
    claimed.person.save()
    assert ask_what_follows(claimed.campaign) == Asked(0, 1)


def test_who_cannot_arrive_in_time_by_any_vehicle_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = make_claimed()
    claimed.second.delete()
    arrives = make.at(21, day=5)
    monkeypatch.setattr(asking, "_TOO_LATE", [lambda campaign, people: {claimed.person.pk: arrives}])
    assert ask_what_follows(claimed.campaign) == Asked(1, 0)
    assert question(claimed).candidates[0]["why"] == "arrival"


def test_the_employer_waits(late: Claimed) -> None:
    asked_first = question(late)
    with pytest.raises(RuleBroken):
        wait_until(question=asked_first, start_by=make.at(7, day=6), by=late.staff)
    wait_until(question=asked_first, start_by=make.at(20, day=8), by=late.staff)
    late.first_posting.refresh_from_db()
    assert late.first_posting.start_by == make.at(20, day=8)
    assert ask_what_follows(late.campaign) == Asked(0, 0)
    take_back_answer(question=asked_first, by=late.staff)
    late.first_posting.refresh_from_db()
    assert late.first_posting.start_by == make.at(20, day=5)
    assert asked(late.campaign) == ["dates"]


def test_who_is_put_off_once_more_is_asked_about_again(late: Claimed) -> None:
    wait_until(question=question(late), start_by=make.at(20, day=8), by=late.staff)
    late.person.ready_at = make.at(8, day=10)
    late.person.save()
    assert ask_what_follows(late.campaign) == Asked(1, 0)


def test_a_firm_that_waits_beyond_the_campaign_is_asked_once() -> None:
    claimed = make_claimed(ready_at=make.at(8, day=22))
    claimed.second.delete()
    ask_what_follows(claimed.campaign)
    wait_until(question=question(claimed), start_by=make.at(20, day=30), by=claimed.staff)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)


def test_the_person_comes_earlier(late: Claimed) -> None:
    asked_first = question(late)
    for not_earlier in (make.at(8, day=6), make.at(21, day=5)):
        with pytest.raises(RuleBroken):
            come_earlier(question=asked_first, ready_at=not_earlier, by=late.staff)
    come_earlier(question=asked_first, ready_at=make.at(8, day=3), by=late.staff)
    late.person.refresh_from_db()
    assert late.person.ready_at == make.at(8, day=3)
    take_back_answer(question=asked_first, by=late.staff)
    late.person.refresh_from_db()
    assert late.person.ready_at - make.at(8, day=3) == timedelta(days=3)


def test_the_post_is_let_go_and_its_employer_is_asked(late: Claimed) -> None:
    let_go(question=question(late), by=late.staff)
    late.first.refresh_from_db()
    assert (late.first.wish, ReservedPost.objects.count()) == ("refuses", 0)
    assert asked(late.campaign) == ["refuses"]
    dates = Question.objects.get(kind="dates")
    take_back_answer(question=dates, by=late.staff)
    late.first.refresh_from_db()
    assert (late.first.wish, ReservedPost.objects.get().posting) == ("open", late.first_posting)
    assert asked(late.campaign) == ["dates"]
