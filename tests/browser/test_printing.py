"""The card of printed lists in a real browser with a real worker: asked for, stopped, asked for again, fetched, opened."""
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests import factories as make
from tests.rosters.scene import Printed, make_printed
from tests.rosters.test_worker import held_up

from .test_journey import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def printed(transactional_db: None) -> Printed:
    return make_printed()


def test_lists_from_the_plan_page(page: Any, printed: Printed, celery_worker_process: Any, tmp_path: Path) -> None:
    planner = make.make_planner(printed.campaign)
    planner.set_password(make.PASSWORD)
    planner.save()
    sign_in(page, planner)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"/plans/{printed.plan.pk}/")
    with held_up():
        page.get_by_role("button", name="生成全部名单").click()
        page.get_by_role("progressbar", name="已生成的名单").wait_for()
        page.get_by_role("button", name="停止生成").click()
        page.get_by_text("未保留任何文件").wait_for()
    page.get_by_role("button", name="生成全部名单").click()
    link = page.get_by_role("link", name="下载全部名单")
    link.wait_for(timeout=60_000)
    with page.expect_download() as fetched:
        link.click()
    fetched.value.save_as(tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        assert any(name.startswith("1 班次/") and name.endswith(".pdf") for name in archive.namelist())
