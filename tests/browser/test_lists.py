"""A clerk's list with faults in a real browser: seen before it is stored, given back, mended, stored, taken back."""
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import factories as make
from tests.lists.scene import Scene, make_scene, number, person, workbook
from workers.models import ListImport, Registration

from .test_journey import sign_in
from .test_narrow import _TOO_LOW

pytestmark = pytest.mark.browser

FAULTY = [
    person("张三丰", 1), person("李四光", 2, "1380000", village="没有的村"),
    person("王五福", 3, "13800005679", identity=number(3)[:-2]),
]


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    scene = make_scene()
    scene.clerk.set_password(make.PASSWORD)
    scene.clerk.save()
    return scene


def send(page: Any, scene: Scene, file: Path) -> None:
    page.goto(f"/campaigns/{scene.campaign.pk}/lists/")
    page.get_by_label("所属地区").select_option("恩施市")
    page.get_by_label("表格文件（xlsx、xls、csv）").set_input_files(file)
    page.get_by_role("button", name="读取并预览").click()
    page.wait_for_url("**/lists/*/")
    see(page)


def see(page: Any) -> None:
    """Wait until the worker has done its part, and open what came of it."""
    page.locator("#list-progress progress").wait_for(state="detached", timeout=60_000)
    ended = page.get_by_role("link", name="查看结果")
    if ended.count():
        ended.click()


def mended(given_back: Path) -> Path:
    """As a clerk does it: the remark beside the row says what is wrong."""
    book = openpyxl.load_workbook(given_back)
    sheet = book.active
    assert sheet is not None
    line, column = next(
        (cell.row, cell.column) for row in sheet.iter_rows() for cell in row if "身份证号为 16 位" in str(cell.value))
    assert sheet.cell(2, column).value == "办理情况" and sheet.cell(line, 1).value == "王五福"
    sheet.cell(line, 2).value = number(3)
    path = given_back.with_name("改正.xlsx")
    book.save(path)
    return path


def test_from_a_faulty_list_to_a_stored_one_and_back(
    page: Any, scene: Scene, celery_worker_process: Any, tmp_path: Path
) -> None:
    file = tmp_path / "务工人员.xlsx"
    file.write_bytes(workbook(FAULTY))
    sign_in(page, scene.clerk)
    page.get_by_role("navigation", name="返岗行动").get_by_role("link", name="名单", exact=True).click()
    send(page, scene, file)
    page.get_by_text("身份证号为 16 位，应为 18 位，请对照身份证核对。").wait_for()
    page.get_by_role("navigation", name="显示哪些行").get_by_role("link", name="需核对").click()
    page.get_by_text("龙凤镇没有“没有的村”这个村（社区）").wait_for()
    assert not Registration.objects.exists()

    page.get_by_role("button", name="确认入库 2 行").click()
    see(page)
    page.get_by_role("heading", name="入库", level=2).wait_for()
    assert Registration.objects.count() == 2
    with page.expect_download() as download:
        page.get_by_role("button", name="下载附办理情况的表格").click()
    given_back = tmp_path / download.value.suggested_filename
    download.value.save_as(given_back)
    assert given_back.name == "务工人员（附办理情况）.xlsx"

    send(page, scene, mended(given_back))
    page.get_by_role("button", name="确认入库 3 行").click()
    see(page)
    page.get_by_role("heading", name="入库", level=2).wait_for()
    second = ListImport.objects.order_by("-pk")[0]
    assert (second.new, second.unchanged, second.rejected) == (1, 2, 0)
    assert Registration.objects.count() == 3

    page.get_by_role("link", name="撤回名单…").click()
    page.get_by_text("删除 1 人，其他名单中没有这些人。").wait_for()
    page.get_by_label("原因（记录在案）").fill("重复上报")
    page.get_by_role("button", name="撤回名单").click()
    see(page)
    page.get_by_role("heading", name="撤回", level=2).wait_for()
    assert sorted(Registration.objects.values_list("worker__name", flat=True)) == ["张三丰", "李四光"]


def test_lists_on_a_phone(phone: Any, scene: Scene, celery_worker_process: Any, tmp_path: Path) -> None:
    file = tmp_path / "务工人员.xlsx"
    file.write_bytes(workbook(FAULTY))
    sign_in(phone, scene.clerk)
    phone.wait_for_url("**/campaigns/**")
    send(phone, scene, file)
    phone.get_by_text("身份证号为 16 位，应为 18 位，请对照身份证核对。").wait_for()
    for address in ("", f"/campaigns/{scene.campaign.pk}/lists/"):
        if address:
            phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        assert phone.evaluate(_TOO_LOW) == []
