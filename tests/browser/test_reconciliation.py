"""Two lists become one in a real browser: doubtful rows decided by keyboard alone, and by a thumb on a phone."""
from typing import Any

import pytest

from jobs.models import Question, ReturningEmployee
from tests import factories as make
from tests.linking.scene import TwoLists, make_two_lists

from .keys import press
from .test_journey import sign_in
from .test_narrow import _TOO_LOW

pytestmark = pytest.mark.browser
NAMES = ("覃凤仙", "向国华", "田桂英", "谭自强")


@pytest.fixture
def lists(transactional_db: None) -> TwoLists:
    """Four employees of a firm, each with two registered people of the same name."""
    lists = make_two_lists()
    lists.staff.set_password(make.PASSWORD)
    lists.staff.save()
    for name in NAMES:
        for phone in ("13800001234", "13900005678"):
            lists.register(name, phone=phone[:-1] + str(make.number() % 10))
        lists.employee(name, trade="缝纫工")
    assert lists.link() == {"doubtful": len(NAMES)}
    return lists


def links() -> dict[str, tuple[str, bool]]:
    return {e.name: (e.link, e.linked_by is not None) for e in ReturningEmployee.objects.order_by("pk")}


def asked(page: Any) -> str:
    return str(page.locator("#question .listed h2").inner_text())


def shows(page: Any, name: str) -> None:
    page.locator("#question[data-keys=ready] .listed h2", has_text=name).wait_for()


def test_a_clerk_decides_by_keyboard_alone(page: Any, lists: TwoLists) -> None:
    sign_in(page, lists.staff)
    page.wait_for_url("**/campaigns/**")
    page.get_by_role("link", name="去处理").press("Enter")
    page.get_by_role("link", name="从第一项开始").press("Enter")
    page.wait_for_url("**/questions/*/")
    shows(page, NAMES[0])

    press(page, "1")
    shows(page, NAMES[1])
    assert links()[NAMES[0]] == ("linked", True)
    press(page, "0")
    shows(page, NAMES[2])
    assert links()[NAMES[1]] == ("unlinked", False)
    press(page, "u")
    shows(page, NAMES[1])
    assert links()[NAMES[1]] == ("doubtful", False)
    press(page, "s")
    shows(page, NAMES[2])
    press(page, "2")
    shows(page, NAMES[3])
    chosen = ReturningEmployee.objects.get(name=NAMES[2])
    assert chosen.registration_id == Question.objects.get(employee=chosen).candidates[1]["registration"]
    press(page, "0")
    shows(page, NAMES[1])
    press(page, "1")
    page.get_by_role("heading", name="此类事项已全部处理").wait_for()
    assert [link for link, _by in links().values()] == ["linked", "linked", "linked", "unlinked"]
    press(page, "u")
    shows(page, NAMES[1])
    assert links()[NAMES[1]] == ("doubtful", False)


def test_a_key_pressed_twice_decides_only_what_was_seen(page: Any, lists: TwoLists) -> None:
    sign_in(page, lists.staff)
    page.goto(f"/questions/{Question.objects.order_by('pk')[0].pk}/")
    shows(page, NAMES[0])
    page.evaluate("""() => { for (let n = 0; n < 2; n++)
        document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true})); }""")
    shows(page, NAMES[1])
    assert [link for link, _by in links().values()] == ["linked", "doubtful", "doubtful", "doubtful"]


def test_somebody_else_was_faster(page: Any, lists: TwoLists) -> None:
    from jobs.services.linking import choose_nobody

    sign_in(page, lists.staff)
    first, other = Question.objects.order_by("pk")[0], make.make_planner(lists.campaign)
    page.goto(f"/questions/{first.pk}/")
    shows(page, NAMES[0])
    choose_nobody(question=first, by=other)
    press(page, "1")
    page.get_by_role("alert").get_by_text(other.name).wait_for()
    assert asked(page) == NAMES[1]
    assert links()[NAMES[0]] == ("unlinked", False)


def test_deciding_on_a_phone(phone: Any, lists: TwoLists) -> None:
    sign_in(phone, lists.staff)
    phone.wait_for_url("**/campaigns/**")
    for address in (f"/campaigns/{lists.campaign.pk}/questions/",
                    f"/campaigns/{lists.campaign.pk}/employers/{lists.firm.pk}/returning/",
                    f"/questions/{Question.objects.order_by('pk')[0].pk}/"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert phone.evaluate(_TOO_LOW) == []
    phone.get_by_role("button", name=f"就是{NAMES[0]}").nth(1).tap()
    shows(phone, NAMES[1])
    assert phone.evaluate(_TOO_LOW) == []
    phone.get_by_role("button", name="撤销", exact=True).tap()
    shows(phone, NAMES[0])
    assert links()[NAMES[0]] == ("doubtful", False)
