"""In a browser: two entries are merged by hand and parted again; a question is decided and taken back by the keyboard."""
from typing import Any

import pytest

from jobs.models import Question
from jobs.services.doubles import ask_about_doubles
from tests import factories as make
from tests.browser.keys import press
from tests.browser.test_journey import sign_in
from tests.browser.test_narrow import _TOO_LOW
from workers.models import Registration, WorkerMerge

from .scene import Twice, make_twice

pytestmark = pytest.mark.browser


@pytest.fixture
def twice(transactional_db: None) -> Twice:
    twice = make_twice()
    twice.staff.language = "zh-hans"
    twice.staff.set_password(make.PASSWORD)
    twice.staff.save()
    return twice


def test_merged_by_hand_and_parted_again(page: Any, twice: Twice) -> None:
    sign_in(page, twice.staff)
    page.goto(f"/people/{twice.mine.pk}/")
    page.get_by_role("link", name="与同一人的另一条记录合并").click()
    page.get_by_label("另一条记录：姓名、电话或身份证号").fill("向桂英")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("cell", name="向桂英").get_by_role("link").click()
    page.get_by_text(f"保留登记 {twice.mine.ref}，{twice.second.ref} 按它安排。").wait_for()
    page.get_by_label("为何是同一人，留存备查").fill("同村同户")
    page.get_by_role("button", name="合并", exact=True).click()
    page.get_by_text("已合并为一人：向桂英。").wait_for()
    assert Registration.objects.get(pk=twice.second.pk).outcome == "duplicate"

    page.goto(f"/people/{twice.second.pk}/")
    page.get_by_role("link", name=f"向桂英 {twice.mine.ref}").click()
    page.get_by_text("同村同户").first.wait_for()
    page.get_by_role("link", name="撤销及其影响").click()
    page.get_by_text("恢复原样：终止或恢复的登记（1）").wait_for()
    page.get_by_label("为何是两个人，留存备查").fill("姐妹两人")
    page.get_by_role("button", name="恢复为两个人").click()
    page.get_by_text("已恢复为两个人").wait_for()
    assert WorkerMerge.objects.get().undone_at is not None
    assert Registration.objects.get(pk=twice.second.pk).outcome is None


def test_decided_and_taken_back_by_the_keyboard(page: Any, twice: Twice) -> None:
    ask_about_doubles(campaign=twice.campaign, by=twice.staff)
    question = Question.objects.get()
    sign_in(page, twice.staff)
    page.goto(f"/questions/{question.pk}/")
    page.get_by_role("button", name="同一人：合并").wait_for()
    press(page, "1")
    page.get_by_text("同一人，已合并").wait_for()
    assert WorkerMerge.objects.get().undone_at is None
    press(page, "u")
    page.get_by_role("button", name="两个人").wait_for()
    assert WorkerMerge.objects.get().undone_at is not None
    press(page, "2")
    page.locator(".question .last").get_by_text("两个人").wait_for()
    assert Question.objects.get().answer == "two_people"


def test_on_a_phone_everything_can_be_touched(phone: Any, twice: Twice) -> None:
    merge = twice.merge("同村同户")
    sign_in(phone, twice.staff)
    for address in (f"/people/{twice.mine.pk}/", f"/people/{twice.second.pk}/merge/",
                    f"/people/{twice.mine.pk}/merges/{merge.pk}/undo/"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert phone.evaluate(_TOO_LOW) == [], address
