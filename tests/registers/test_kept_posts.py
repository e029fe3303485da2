"""A post that the campaign's own lists keep is a claim too: no other firm takes it away by itself."""
import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Question, ReservedPost
from jobs.services.asking import Asked, ask_what_follows
from jobs.services.claims import choose_employer, leave_the_post, take_back_answer
from jobs.services.wishes import record_wish
from laborbridge.rules import RuleBroken
from tests import factories as make

from .lists import asked, question_of
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Claimed:
    """The first firm has sent no list: it keeps a post, and nothing else is known of it."""
    claimed = make_claimed()
    claimed.first.delete()
    return claimed


def kept(claimed: Claimed) -> int:
    return ReservedPost.objects.get(registration=claimed.person).posting_id


def wish_of(claimed: Claimed) -> str:
    claimed.second.refresh_from_db()
    return claimed.second.wish


def test_an_employer_does_not_take_the_post_of_another_nor_learns_whose_it_is(claimed: Claimed) -> None:
    with pytest.raises(RuleBroken) as broken:
        record_wish(employee=claimed.second, wish="returns", by=claimed.staff, as_employer=True)
    assert claimed.first_posting.site.employer.name not in str(broken.value.sentences)
    assert (kept(claimed), wish_of(claimed)) == (claimed.first_posting.pk, "open")


def test_of_its_own_post_an_employer_says_it(claimed: Claimed) -> None:
    ReservedPost.objects.update(posting=claimed.second_posting)
    record_wish(employee=claimed.second, wish="returns", by=claimed.staff, as_employer=True)
    assert (kept(claimed), wish_of(claimed)) == (claimed.second_posting.pk, "returns")


def test_the_bureau_is_asked_once(claimed: Claimed) -> None:
    assert ask_what_follows(claimed.campaign) == Asked(1, 0)
    assert ask_what_follows(claimed.campaign, registrations=[claimed.person.pk]) == Asked(0, 0)
    question = question_of(claimed.campaign, "two_claims")
    assert (question.owner, question.registration) == (claimed.origin, claimed.person)
    assert [(c["employee"], c["employer"]) for c in question.candidates] == [
        (claimed.second.pk, claimed.second.employer_id), (None, claimed.first_posting.site.employer_id)]


def test_one_firm_with_its_own_post_is_one_claim(claimed: Claimed) -> None:
    ReservedPost.objects.update(posting=claimed.second_posting)
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)


def test_the_post_stays_and_the_other_firm_is_told(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    leave_the_post(question=question, posting=claimed.first_posting, by=claimed.staff)
    assert (kept(claimed), wish_of(claimed), asked(claimed.campaign)) == (claimed.first_posting.pk, "elsewhere", [])
    take_back_answer(question=question, by=claimed.staff)
    assert (wish_of(claimed), asked(claimed.campaign)) == ("open", ["two_claims"])


def test_the_other_firm_is_chosen_and_the_post_goes_along(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    choose_employer(question=question, employee=claimed.second, by=claimed.staff)
    assert (kept(claimed), wish_of(claimed)) == (claimed.second_posting.pk, "returns")


def test_a_post_that_is_not_kept_any_more_is_no_answer(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    ReservedPost.objects.all().delete()
    with pytest.raises(RuleBroken):
        leave_the_post(question=question, posting=claimed.first_posting, by=claimed.staff)
    assert wish_of(claimed) == "open"


def test_the_page_offers_the_kept_post_by_its_own_key(claimed: Claimed) -> None:
    ask_what_follows(claimed.campaign)
    question = question_of(claimed.campaign, "two_claims")
    client = Client()
    client.force_login(claimed.staff)
    page = client.get(reverse("question", args=[question.pk])).content.decode()
    assert f'value="post:{claimed.first_posting.pk}" data-key="0"' in page
    assert page.index("湘湖电子有限公司") < page.index("钱塘制衣有限公司")
    settled = client.post(reverse("question-settle", args=[question.pk]), {"answer": f"post:{claimed.first_posting.pk}"})
    assert settled.status_code == 302
    assert Question.objects.get().answer == "firm"
    assert "回钱塘制衣有限公司" in client.get(reverse("question", args=[question.pk])).content.decode()


def test_somebody_for_whom_two_posts_are_no_claims_is_not_asked_about(claimed: Claimed) -> None:
    claimed.second.delete()
    make.make_reserved_post(claimed.second_posting, make.make_registration(claimed.campaign))
    assert ask_what_follows(claimed.campaign) == Asked(0, 0)
