"""A firm's list that is taken back undoes what it did, and nothing that others did or say as well."""
import pytest

from jobs.models import Question, ReservedPost, ReturningEmployee
from tests import factories as make
from workers.models import Registration

from .scene import TwoLists
from .test_returning_lists import A, B, C, back, masked, store


@pytest.fixture
def ada(lists: TwoLists) -> Registration:
    return lists.register("覃凤仙", A, "13800001234")


def test_posts_that_were_kept_otherwise_stay(lists: TwoLists, ada: Registration) -> None:
    """Kept before the list, by the list, and after it for somebody without one."""
    posting = make.make_posting(lists.campaign, employer=lists.firm, kind="reserved", headcount=2)
    before = make.make_reserved_post(posting, ada)
    brought, after = lists.register("向国华", B), lists.register("李小梅", C)
    imported = store(lists, [("覃凤仙", A, ""), ("向国华", B, ""), ("李小梅", C, "")])
    assert set(posting.reserved_posts.values_list("registration", flat=True)) == {ada.pk, brought.pk}
    type(posting).objects.filter(pk=posting.pk).update(headcount=3)
    answered = make.make_reserved_post(posting, after)
    back(lists, imported)
    assert not ReturningEmployee.objects.exists()
    assert set(ReservedPost.objects.all()) == {before, answered}


def test_two_firms_no_longer_claim_whom_one_lets_go(lists: TwoLists, ada: Registration) -> None:
    lists.employee("覃凤仙", A, firm=make.make_employer(lists.campaign))
    lists.link()
    imported = store(lists, [("覃凤仙", A, "")])
    assert Question.objects.get(settled_at=None).kind == "two_claims"
    back(lists, imported)
    assert not Question.objects.filter(settled_at=None).exists()


def test_what_a_later_list_says_too_stays(lists: TwoLists) -> None:
    store(lists, [("覃凤仙", A[-4:], ""), ("向国华", B[-4:], "")])
    fuller = store(lists, [("覃凤仙", A, "13800001234"), ("向国华", masked(B), "13900005678")])
    store(lists, [("覃凤仙", A, "13800001234")])
    back(lists, fuller)
    ada, bo = ReturningEmployee.objects.order_by("pk")
    assert (bool(ada.identity_whole), bool(ada.identity_cipher), ada.phone) == (True, True, "13800001234")
    assert (bo.identity_first6_last4, bool(bo.identity_last4), bo.phone) == (None, True, "")


def test_a_number_that_is_another_one_now_stays(lists: TwoLists) -> None:
    store(lists, [("覃凤仙", A[-4:], "")])
    fuller = store(lists, [("覃凤仙", A, "")])
    ReturningEmployee.objects.update(identity_whole=b"another")
    back(lists, fuller)
    assert bytes(ReturningEmployee.objects.get().identity_whole or b"") == b"another"
