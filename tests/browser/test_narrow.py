"""The main pages on a phone: nothing reaches over the edge, and what is pressed is as large as a thumb."""
from typing import Any

import pytest

from tests import factories as make
from tests.rosters.scene import Printed, make_printed

from .test_journey import sign_in

pytestmark = pytest.mark.browser

_TOO_LOW = """() => [...document.querySelectorAll('button, a.btn, summary, select, textarea, .rail a, .beside a, input')]
  .filter((e) => !['hidden', 'checkbox', 'radio'].includes(e.type))
  .map((e) => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 120)])
  .filter(([height]) => height > 0 && height < 47.5)"""


@pytest.fixture
def printed(transactional_db: None) -> Printed:
    return make_printed()


def begin(phone: Any, printed: Printed) -> None:
    planner = make.make_planner(printed.campaign)
    planner.set_password(make.PASSWORD)
    planner.save()
    sign_in(phone, planner)
    phone.wait_for_url("**/campaigns/**")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_main_pages_fit_a_phone(phone: Any, printed: Printed, language: str) -> None:
    begin(phone, printed)
    if language == "en":
        phone.get_by_role("button", name="English").tap()
        phone.get_by_role("heading", name="What needs you now").wait_for()
    here = f"/campaigns/{printed.campaign.pk}/"
    pages = [f"/plans/{printed.plan.pk}/", f"/trips/{printed.train.pk}/", f"/trips/{printed.bus.pk}/"]
    pages += [here + tail for tail in (
        "", "runs/", "trips/", "days/", "people/", "employers/all/", "places/", "village/eve/", "locks/", "station-rules/",
        "pins/",
    )]
    faults = {}
    for address in pages:
        answer = phone.goto(address)
        assert answer.status == 200, address
        wide = phone.evaluate("document.documentElement.scrollWidth")
        faults[address] = ([f"{wide} px wide"] if wide > 390 else []) + phone.evaluate(_TOO_LOW)
    assert not {address: found for address, found in faults.items() if found}


def test_a_phone_has_few_entries_below_and_the_others_above_the_page(phone: Any, printed: Printed) -> None:
    begin(phone, printed)
    rail = phone.get_by_role("navigation", name="返岗行动")
    assert rail.get_by_role("link").all_inner_texts() == ["返岗行动", "人员", "企业", "名单", "班次", "批次与方案"]
    rail.get_by_role("link", name="班次").tap()
    phone.wait_for_url("**/trips/")
    beside = phone.get_by_role("navigation", name="同栏目页面")
    assert beside.get_by_role("link").all_inner_texts() == ["班次", "出发", "日程", "名单锁定"]
    beside.get_by_role("link", name="日程").tap()
    phone.wait_for_url("**/days/")
    assert beside.locator("[aria-current]").inner_text() == "日程"
