"""Two offices and a train's list in a real browser with a real worker: set, frozen, signed, somebody withdraws."""
from typing import Any

import pytest
from celery import current_app

from tests import factories as make

from .scene import Locking, make_locking

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db: None) -> Locking:
    scene = make_locking()
    for user in scene.staff:
        user.set_password(make.PASSWORD)
        user.save()
    return scene


def sign_in(page: Any, user: Any) -> None:
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(make.PASSWORD)
    page.get_by_role("button", name="登录").click()


def sign_list(page: Any, scene: Locking, nth: int) -> None:
    sign_in(page, scene.staff[nth])
    page.get_by_text("1 份名单待贵单位会签。").wait_for()
    page.get_by_role("link", name="查看并会签").click()
    page.get_by_role("link", name=scene.train.ref).click()
    page.get_by_role("button", name=f"代表{scene.offices[nth].name}会签名单").click()
    page.get_by_text(f"{scene.offices[nth].name}已会签{scene.train.ref}名单。").wait_for()


def test_from_setting_a_lock_to_a_change_after_it(page: Any, scene: Locking, celery_worker_process: Any) -> None:
    sign_in(page, scene.staff[0])
    page.get_by_role("navigation", name="返岗行动").get_by_role("link", name="名单锁定").click()
    page.get_by_label("发车日期").select_option("2020-03-21")
    page.get_by_label("类型").select_option("train")
    page.get_by_label("发车前几小时").fill("12")
    for office in scene.offices:
        page.get_by_label(office.name).check()
    page.get_by_role("button", name="锁定这些名单").click()
    page.get_by_text("已为 1 份名单设定锁定，时间已到，一分钟内自动定稿。").wait_for()

    current_app.send_task("dispatch.tasks.freeze_due_lists")
    for _ in range(40):
        if page.get_by_text("会签中").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    sign_list(page, scene, 0)
    page.get_by_text(f"2 个部门中已有 1 个会签，尚缺：{scene.offices[1].name}。").wait_for()
    sign_list(page, scene, 1)
    page.get_by_text("2 个部门全部会签。").wait_for()
    page.get_by_text("定稿以来人员无变动。").wait_for()

    scene.withdraw(scene.people[1], why="家中有事")
    page.reload()
    page.get_by_role("heading", name="名单定稿后的变动：1 人").wait_for()
    row = page.locator("table.lock-changes").get_by_role("row", name="田小乙")
    assert "退出" in row.inner_text()
    assert "家中有事" in row.inner_text()
    assert scene.staff[0].name in row.inner_text()
    page.get_by_role("link", name="查看班次").click()
    page.locator("table.lock-changes").get_by_role("row", name="田小乙").get_by_text("家中有事").wait_for()


def test_on_a_phone_a_lock_needs_no_sideways_scrolling(phone: Any, scene: Locking) -> None:
    scene.offices[0].name = "恩施土家族苗族自治州人力资源和社会保障局劳务输出办公室"
    scene.offices[0].save()
    scene.freeze()
    scene.withdraw(scene.people[1], why="家中有事，需要照顾老人，暂缓返岗")
    sign_in(phone, scene.staff[0])
    phone.get_by_text("1 份名单待贵单位会签。").wait_for()
    for address in (f"/campaigns/{scene.campaign.pk}/locks/", f"/locks/{scene.lock.pk}/", f"/trips/{scene.train.pk}/"):
        phone.goto(address)
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
