"""Walking through the seats of a train, by keyboard at a desk and by taps on a phone."""
from typing import Any

import pytest
from django.db import transaction

from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import TRAIN_8

from .test_journey import sign_in

pytestmark = pytest.mark.browser
DESK = {"width": 1366, "height": 768}


@pytest.fixture
def train(transactional_db: None) -> Any:
    """A train of eight coaches, with one person in the first coach and a group of two in the third; and who looks at it."""
    with transaction.atomic():
        campaign = make.make_campaign()
        user = make.make_planner(campaign)
        user.set_password(make.PASSWORD)
        user.save()
        seat_map = SeatMap.objects.create(
            code=f"train8-{make.number()}", name=TRAIN_8.name, coaches=list(TRAIN_8.coaches), seats=TRAIN_8.seats
        )
        places = [make.make_place("station", code_list=campaign.code_list, name=name) for name in ("恩施站", "杭州东站")]
        trip = make.make_trip(campaign, places, mode="train", seats=610, seat_map=seat_map)
        plan, group, posting = make.make_plan(campaign), make.make_group(campaign), make.make_posting(campaign)
        for name, seat, together in (("田一", 1, None), ("向二", 155, group), ("谭三", 156, group)):
            person = make.make_registration(campaign, worker=make.make_worker(name=name), group=together)
            make.place_person(plan, person, posting, [(trip, 0, 1, seat)])
        make.publish(plan)
    return user, trip


def opened(page: Any, train: tuple[Any, Trip], asked: str = "") -> None:
    user, trip = train
    sign_in(page, user)
    page.wait_for_url("**/campaigns/**")
    page.goto(f"/trips/{trip.pk}/{asked}")


def here(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def press(page: Any, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    return here(page)


def test_the_keyboard_walks_the_seats_and_opens_a_person(page: Any, train: tuple[Any, Trip]) -> None:
    page.set_viewport_size(DESK)
    opened(page, train)
    page.get_by_text("610座中3座有人，607座空闲").wait_for()
    # The last coach's link is followed by the seats: the whole map is one stop of the tab key.
    page.get_by_role("navigation", name="车厢").get_by_role("link").last.focus()
    assert press(page, "Tab") == "01车 1A号，空闲"
    assert press(page, "ArrowRight") == "01车 1B号 田一，恩施站–杭州东站"
    page.get_by_text("01车 1B号 田一，恩施站–杭州东站").wait_for()
    assert press(page, "ArrowRight", "ArrowRight") == "01车 1D号，空闲"
    assert press(page, "ArrowDown") == "01车 2D号，空闲"
    assert press(page, "End") == "01车 2F号，空闲"
    assert press(page, "Home", "ArrowUp") == "01车 1A号，空闲"
    assert press(page, "ArrowUp") == "01车 1A号，空闲"
    assert press(page, "Control+End") == "08车 13F号，空闲"
    assert press(page, "Control+Home", "PageDown", "PageDown") == "03车 1A号 向二，同行组A，恩施站–杭州东站"
    assert press(page, "ArrowUp") == "02车 20A号，空闲"
    assert press(page, "ArrowDown", "ArrowRight") == "03车 1B号 谭三，同行组A，恩施站–杭州东站"
    assert page.locator(".spot.same").count() == 2

    page.keyboard.press("Enter")
    page.get_by_label("详情").get_by_role("heading", name="谭三").wait_for()
    page.keyboard.press("Escape")
    page.get_by_label("详情").get_by_role("heading", name="谭三").wait_for(state="detached")
    assert here(page) == "03车 1B号 谭三，同行组A，恩施站–杭州东站"
    # Leaving the map and coming back finds the same seat.
    page.keyboard.press("Tab")
    assert press(page, "Shift+Tab") == "03车 1B号 谭三，同行组A，恩施站–杭州东站"
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK["width"]


def test_a_desk_shows_all_coaches_and_a_person_leads_to_the_seat(page: Any, train: tuple[Any, Trip]) -> None:
    page.set_viewport_size(DESK)
    opened(page, train)
    assert page.locator(".coach:visible").count() == 8
    coaches = page.get_by_role("navigation", name="车厢")
    coaches.get_by_role("link", name="06").click()
    # The list stays below the page's bar, to go on from.
    page.wait_for_function("() => document.querySelector('#coach-06').getBoundingClientRect().top < 300")
    assert coaches.bounding_box()["y"] == 52
    page.get_by_role("gridcell").get_by_role("link", name="向二").click()
    page.get_by_label("详情").get_by_role("link", name="03车 1A号").click()
    chosen = page.locator('.spot[aria-current="true"]')
    chosen.wait_for()
    assert chosen.get_attribute("aria-label") == "03车 1A号 向二，同行组A，恩施站–杭州东站"


def test_a_phone_shows_one_coach_and_a_tap_opens_a_person(phone: Any, train: tuple[Any, Trip]) -> None:
    opened(phone, train)
    assert phone.locator(".coach:visible").count() == 1
    phone.get_by_role("navigation", name="车厢").get_by_role("link", name="03").tap()
    assert phone.locator(".coach:visible").get_attribute("id") == "coach-03"
    seat = phone.get_by_role("gridcell").get_by_role("link", name="谭三")
    box = seat.bounding_box()
    assert min(box["width"], box["height"]) >= 48
    seat.tap()
    phone.get_by_label("详情").get_by_role("heading", name="谭三").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_phone_opens_the_coach_of_the_seat_that_is_looked_for(phone: Any, train: tuple[Any, Trip]) -> None:
    opened(phone, train, "?seat=155#seat-155")
    assert phone.locator(".coach:visible").get_attribute("id") == "coach-03"
    assert phone.locator("#seat-155").is_visible()
