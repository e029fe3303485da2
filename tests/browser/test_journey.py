"""One evening of bureau staff, in a real browser with a real worker: match, watch, publish, look at a person and a trip."""
from pathlib import Path
from typing import Any

import pytest

from dispatch.importing import import_campaign
from dispatch.models import Plan, Run
from tests import factories as make
from tests.bench import generate

pytestmark = pytest.mark.browser


@pytest.fixture
def planner(transactional_db: None, tmp_path: Path) -> Any:
    """Staff with a password, and 1,400 people to place."""
    campaign = import_campaign(folder=generate(tmp_path / "S", 1400), name="恩施返岗杭州", by=None, invent_people=1).campaign
    user = make.make_planner(campaign)
    user.set_password(make.PASSWORD)
    user.save()
    return user


def sign_in(page: Any, user: Any) -> None:
    page.goto("/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(make.PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_from_signing_in_to_a_seat(page: Any, planner: Any, celery_worker_process: Any) -> None:
    sign_in(page, planner)
    page.get_by_text("已登记 1,400 人，尚未匹配。").wait_for()

    page.get_by_label("时限").select_option("10")
    page.get_by_role("button", name="开始匹配").click()
    page.get_by_role("button", name="停止并保留最优方案").wait_for()
    page.get_by_role("link", name="查看方案1").wait_for(timeout=120_000)
    assert Run.objects.get().state == "finished"

    page.get_by_role("link", name="查看方案1").click()
    page.get_by_text("尚未发布过方案").wait_for()
    page.get_by_role("heading", name="按县（市）").wait_for()
    page.get_by_label("发布原因（记录在案）").fill("首批专列")
    page.get_by_role("button", name="发布方案1").click()
    page.get_by_text("方案1已发布，方案内人员的岗位和座位即时生效。").wait_for(timeout=60_000)
    plan = Plan.objects.get()
    assert (plan.state, plan.published_by, plan.note) == ("published", planner, "首批专列")

    page.get_by_role("link", name=f"已安排 {plan.counts['placed']:,}").click()
    name = page.locator("table.people tbody tr").first.get_by_role("link").first
    somebody = name.inner_text()
    name.click()
    drawer = page.get_by_label("详情")
    drawer.get_by_role("heading", name=somebody).wait_for()
    drawer.locator(".journey .ride").first.wait_for()
    assert "********" in drawer.inner_text()
    page.keyboard.press("Escape")
    drawer.get_by_role("heading", name=somebody).wait_for(state="detached")

    name.click()
    drawer.locator(".journey .ride a").first.click()
    page.get_by_role("heading", name="乘车人员").wait_for()
    page.get_by_role("img", name="各区间在车人数，数据同表格").wait_for()


def test_a_phone_needs_no_sideways_scrolling(phone: Any, planner: Any) -> None:
    sign_in(phone, planner)
    phone.get_by_text("已登记 1,400 人，尚未匹配。").wait_for()
    for entry in ("人员", "班次", "批次与方案", "返岗行动"):
        phone.get_by_role("navigation", name="返岗行动").get_by_role("link", name=entry).click()
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, entry


def test_the_key_for_searching_and_the_theme_that_stays(page: Any, planner: Any) -> None:
    sign_in(page, planner)
    page.get_by_text("已登记 1,400 人，尚未匹配。").wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.get_by_role("button", name="浅色或深色").click()
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"
