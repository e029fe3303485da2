"""A real Chromium for tests: `page` is a desk, `phone` is a phone; both look at pytest-django's live_server."""
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
_HAND = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
PHONE = DESK | _HAND


def find_browser() -> str:
    """The browser of this machine; without one the test fails, with what to do."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("No Chromium on this machine. bin/test installs one, or: apt-get install chromium", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        # /dev/shm is small in containers, and Chromium would die of it.
        chromium = playwright.chromium.launch(
            executable_path=find_browser(), args=[*options, "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def _opened(browser: Any, live_server: Any, options: dict[str, Any]) -> Iterator[Any]:
    context = browser.new_context(base_url=live_server.url, **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, f"scripts failed on the page: {problems}"


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A desk: page.goto("/") opens the product."""
    yield from _opened(browser, live_server, DESK)


@pytest.fixture
def phone(browser: Any, live_server: Any) -> Iterator[Any]:
    """A phone."""
    yield from _opened(browser, live_server, PHONE)
