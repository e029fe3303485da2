"""Somebody is held out in a real browser, a real run keeps to it, and the person's page says why there is no place."""
from typing import Any

import pytest

from dispatch.models import Pin, Plan
from tests import factories as make
from tests.pins.scene import Pinning, make_pinning

from .test_journey import sign_in
from .test_narrow import _TOO_LOW

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db: None) -> Pinning:
    scene = make_pinning()
    scene.staff.set_password(make.PASSWORD)
    scene.staff.save()
    return scene


def hold_out(page: Any, scene: Pinning, reason: str) -> None:
    page.goto(f"/people/{scene.who.pk}/")
    page.get_by_text("没有锁定，由匹配自由安排。").wait_for()
    page.get_by_text("锁定、排除或暂缓安排").click()
    page.get_by_label("决定事项").select_option("暂缓安排：解除前不作安排")
    page.get_by_label("原因（记录在案）").fill(reason)
    page.get_by_role("button", name="确认决定").click()
    page.get_by_text(f"已对{scene.who.worker.name}作出决定。").wait_for()


def test_from_holding_somebody_out_to_the_reason(page: Any, scene: Pinning, celery_worker_process: Any) -> None:
    sign_in(page, scene.staff)
    hold_out(page, scene, "住院，等待复查")
    assert Pin.objects.get().reason == "住院，等待复查"

    page.get_by_role("navigation", name="返岗行动").get_by_role("link", name="返岗行动").click()
    page.get_by_role("link", name="1项锁定生效中").wait_for()
    page.get_by_label("时限").select_option("10")
    page.get_by_role("button", name="开始匹配").click()
    page.get_by_role("link", name="查看方案1").click(timeout=120_000)
    plan = Plan.objects.get()
    assert list(plan.assignments.values_list("registration", flat=True)) == [scene.colleague.pk]

    page.get_by_role("link", name="本人或同行人员已由工作人员暂缓安排").click()
    page.get_by_role("link", name=scene.who.worker.name).click()
    drawer = page.get_by_label("详情")
    drawer.get_by_text("本人或同行人员已由工作人员暂缓安排").wait_for()
    drawer.get_by_text("住院，等待复查").wait_for()

    page.goto(f"/campaigns/{scene.campaign.pk}/pins/")
    page.get_by_role("link", name=scene.who.worker.name).click()
    page.get_by_text("解除", exact=True).click()
    page.get_by_label("原因（记录在案）").first.fill("复查合格")
    page.get_by_role("button", name="解除此项锁定").click()
    page.get_by_text("锁定已解除，下次匹配重新自由安排。").wait_for()
    page.get_by_text("已解除的锁定").click()
    page.get_by_text("复查合格").wait_for()


def test_pins_on_a_phone(phone: Any, scene: Pinning) -> None:
    sign_in(phone, scene.staff)
    phone.wait_for_url("**/campaigns/**")
    hold_out(phone, scene, "住院，等待复查")
    phone.get_by_text("锁定、排除或暂缓安排").click()
    phone.get_by_text("解除", exact=True).click()
    for address in ("", f"/campaigns/{scene.campaign.pk}/pins/"):
        if address:
            phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert phone.evaluate(_TOO_LOW) == []
