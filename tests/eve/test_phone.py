"""A liaison's phone at the pick-up, in a real browser: with a network, without one, and with a clipboard or none."""
from typing import Any

import pytest

from dispatch.models import Gathering
from tests import factories as make

from .conftest import Morning, make_morning

pytestmark = pytest.mark.browser


@pytest.fixture
def morning(transactional_db: None) -> Morning:
    found = make_morning()
    liaison = found.users["liaison"]
    liaison.set_password(make.PASSWORD)
    liaison.save()
    return found


def open_list(phone: Any, morning: Morning) -> None:
    phone.goto(morning.address)
    phone.get_by_label("账号").fill(morning.users["liaison"].username)
    phone.get_by_label("密码").fill(make.PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_text("应到 5 人，已到 0 人，缺 5 人").wait_for()
    phone.get_by_text("已全部保存到服务器。").wait_for()


def row(phone: Any, name: str) -> Any:
    return phone.locator(".leaver").filter(has_text=name)


def tap(phone: Any, name: str) -> None:
    row(phone, name).get_by_role("button").click()


def stored() -> set[tuple[str, bool]]:
    return set(Gathering.objects.values_list("registration__worker__name", "gathered"))


def test_a_tap_with_a_network_is_stored_and_folds_down(phone: Any, morning: Morning) -> None:
    open_list(phone, morning)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    for target in phone.locator(".leaver .btn").all():
        assert target.bounding_box()["height"] >= 48
    assert row(phone, "覃水生").get_by_role("link", name="139 0000 5678").get_attribute("href") == "tel:13900005678"
    tap(phone, "覃水生")
    phone.get_by_text("应到 5 人，已到 1 人，缺 4 人").wait_for()
    with phone.expect_response("**/gathered/**"):
        tap(phone, "谭木兰")
    phone.get_by_text("已全部保存到服务器。").wait_for()
    assert stored() == {("覃水生", True), ("谭木兰", True)}
    phone.reload()
    phone.get_by_text("应到 5 人，已到 2 人，缺 3 人").wait_for()
    assert phone.locator("[data-missing] .leaver").count() == 4  # with the one who walks
    assert not row(phone, "覃水生").is_visible()
    phone.get_by_text("已到集合点 2").click()
    tap(phone, "覃水生")
    phone.get_by_text("应到 5 人，已到 1 人，缺 4 人").wait_for()
    phone.get_by_text("已全部保存到服务器。").wait_for()
    assert Gathering.objects.count() == 3
    assert ("覃水生", False) in stored()


def test_taps_without_a_network_are_kept_and_stored_once(phone: Any, morning: Morning) -> None:
    open_list(phone, morning)
    phone.context.set_offline(True)
    for name in ("田大山", "覃水生", "谭木兰"):
        tap(phone, name)
    phone.get_by_text("没有网络，可继续点按，先存在本机。 已存在本机，待发送 3 条。").wait_for()
    phone.get_by_text("应到 5 人，已到 3 人，缺 2 人").wait_for()
    assert not Gathering.objects.exists()
    phone.context.set_offline(False)
    phone.get_by_text("已全部保存到服务器。").wait_for()
    assert stored() == {("田大山", True), ("覃水生", True), ("谭木兰", True)}
    assert Gathering.objects.count() == 3
    in_order = Gathering.objects.order_by("at").values_list("registration__worker__name", flat=True)
    assert list(in_order) == ["田大山", "覃水生", "谭木兰"]


def test_an_answer_that_is_lost_on_the_way_stores_nothing_twice(phone: Any, morning: Morning) -> None:
    open_list(phone, morning)
    lost: list[int] = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status)
        route.abort()

    phone.route("**/gathered/**", lose)
    with phone.expect_event("requestfailed"):
        tap(phone, "田大山")
    phone.get_by_text("已存在本机，待发送 1 条。").wait_for()
    assert lost == [200]
    phone.unroute("**/gathered/**")
    # The tap outlives the page, and is sent from the list of any other day.
    phone.goto(f"{morning.address}?day=2020-03-30")
    phone.get_by_text("当日无人出发").wait_for()
    phone.get_by_text("已全部保存到服务器。").wait_for()
    phone.goto(morning.address)
    phone.get_by_text("应到 5 人，已到 1 人，缺 4 人").wait_for()
    assert Gathering.objects.count() == 1


def test_a_tap_that_the_server_refuses_is_said_and_taken_back(phone: Any, morning: Morning) -> None:
    open_list(phone, morning)
    person = morning.riders[0]
    plan = make.make_plan(morning.campaign)
    make.place_person(plan, person, morning.posting, [(morning.train, 0, 1, 900)])
    make.publish(plan)
    tap(phone, "田大山")
    phone.get_by_text("田大山 的行程已变更，未作记录。请重新打开本页。").wait_for()
    phone.get_by_text("应到 5 人，已到 0 人，缺 5 人").wait_for()
    phone.get_by_text("已全部保存到服务器。").wait_for()
    assert not Gathering.objects.exists()


def test_who_was_signed_out_loses_no_tap(phone: Any, morning: Morning) -> None:
    open_list(phone, morning)
    cookies = [c for c in phone.context.cookies() if c["name"] != "sessionid"]
    phone.context.clear_cookies()
    phone.context.add_cookies(cookies)
    tap(phone, "田大山")
    phone.get_by_text("已存在本机，待发送 1 条。请重新打开本页并登录，随后自动发送。").wait_for()
    phone.goto(morning.address)
    phone.get_by_label("账号").fill(morning.users["liaison"].username)
    phone.get_by_label("密码").fill(make.PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_text("已全部保存到服务器。").wait_for()
    assert stored() == {("田大山", True)}


def test_without_scripts_the_button_stores_too(browser: Any, live_server: Any, morning: Morning) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(morning.address)
    page.get_by_label("账号").fill(morning.users["liaison"].username)
    page.get_by_label("密码").fill(make.PASSWORD)
    page.get_by_role("button", name="登录").click()
    tap(page, "谭木华")
    page.get_by_text("应到 5 人，已到 1 人，缺 4 人").wait_for()
    context.close()
    assert stored() == {("谭木华", True)}


def test_the_list_goes_to_the_clipboard(phone: Any, morning: Morning) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_list(phone, morning)
    phone.get_by_role("link", name="复制到群").click()
    phone.get_by_text("已复制，共 6 人。请粘贴到群里。").wait_for()
    pasted = phone.evaluate("navigator.clipboard.readText()")
    assert pasted.startswith("【3月21日 周六出发名单：桃园村】")
    assert "谭木兰 10号座、谭木华 13号座（同行 2 人）" in pasted


@pytest.mark.parametrize("old_way", [True, False])
def test_without_a_clipboard_the_text_is_selected(phone: Any, morning: Morning, old_way: bool) -> None:
    phone.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined});")
    if not old_way:
        phone.add_init_script("document.execCommand = () => false;")
    open_list(phone, morning)
    phone.get_by_role("link", name="复制到群").click()
    phone.get_by_text("已复制，共 6 人" if old_way else "文字已选中，请长按并选“复制”。").wait_for()
    selected = phone.locator(".messages textarea").evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert selected.startswith("【3月21日 周六出发名单：桃园村】")
    assert selected.endswith("。")


def test_a_long_list_has_a_button_for_each_message(phone: Any, morning: Morning) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plan = make.make_plan(morning.campaign)
    posting = make.make_posting(morning.campaign, headcount=200)
    for seat in range(200):
        person = make.make_registration(morning.campaign, village=morning.village)
        make.place_person(plan, person, posting, [(morning.train, 0, 1, seat)])
    make.publish(plan)
    phone.goto(f"/trips/{morning.train.pk}/")
    phone.get_by_label("账号").fill(morning.users["liaison"].username)
    phone.get_by_label("密码").fill(make.PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_role("link", name="复制到群").click()
    second = phone.get_by_role("button", name="复制第 2 条，共")
    second.click()
    phone.wait_for_function("async () => (await navigator.clipboard.readText()).includes('(2/')")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
