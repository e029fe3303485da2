"""Two firms claim one person: the bureau asks, decides by one key, takes it back and decides anew; on a phone by hand."""
from typing import Any

import pytest

from jobs.models import Question, ReservedPost
from jobs.services.asking import ask_what_follows
from jobs.services.presence import settle_outcomes
from tests import factories as make
from tests.registers.lists import make_register, make_sighting
from tests.registers.scene import Claimed, make_claimed

from .keys import press
from .test_journey import sign_in
from .test_narrow import _TOO_LOW

pytestmark = pytest.mark.browser


@pytest.fixture
def claimed(transactional_db: None) -> Claimed:
    claimed = make_claimed()
    claimed.staff.set_password(make.PASSWORD)
    claimed.staff.save()
    ask_what_follows(claimed.campaign)
    return claimed


def wishes(claimed: Claimed) -> tuple[str, str]:
    claimed.first.refresh_from_db()
    claimed.second.refresh_from_db()
    return claimed.first.wish, claimed.second.wish


def test_a_claim_is_decided_taken_back_and_decided_by_keyboard(page: Any, claimed: Claimed) -> None:
    sign_in(page, claimed.staff)
    page.goto(f"/campaigns/{claimed.campaign.pk}/questions/?kind=two_claims")
    page.get_by_role("link", name="覃长福").click()
    page.get_by_role("heading", name="钱塘制衣有限公司").wait_for()
    press(page, "2")
    page.get_by_role("button", name="回湘湖电子有限公司").wait_for(state="detached")
    assert wishes(claimed) == ("elsewhere", "returns")
    assert ReservedPost.objects.get().posting == claimed.second_posting
    press(page, "u")
    page.get_by_role("button", name="回钱塘制衣有限公司").wait_for()
    assert wishes(claimed) == ("open", "open")
    press(page, "1")
    page.get_by_role("button", name="回钱塘制衣有限公司").wait_for(state="detached")
    assert wishes(claimed) == ("returns", "elsewhere")
    assert Question.objects.get().settled_by == claimed.staff

    page.goto(f"/people/{claimed.person.pk}/")
    claims = page.locator("#claims")
    assert claims.get_by_text("回本企业").count() == 1
    claims.get_by_role("button", name="不回该企业").first.click()
    page.get_by_text("已记录：覃长福，不回本企业。").wait_for()
    assert sorted(Question.objects.filter(settled_at=None).values_list("kind", flat=True)) == ["refuses"]


def test_on_a_phone_everything_is_within_reach(phone: Any, claimed: Claimed) -> None:
    make_sighting(make_register(claimed.campaign), claimed.person)
    settle_outcomes(claimed.campaign, by=claimed.staff)
    question = Question.objects.get()
    sign_in(phone, claimed.staff)
    phone.wait_for_url("**/campaigns/**")
    here = f"/campaigns/{claimed.campaign.pk}/back/"
    faults = {}
    for address in (here, f"{here}?by=employer", f"{here}people/", f"{here}people/?by=employer", f"{here}send/",
                    f"/people/{claimed.person.pk}/", f"/questions/{question.pk}/"):
        assert phone.goto(address).status == 200, address
        wide = phone.evaluate("document.documentElement.scrollWidth")
        faults[address] = ([f"{wide} px wide"] if wide > 390 else []) + phone.evaluate(_TOO_LOW)
    assert not {address: found for address, found in faults.items() if found}
