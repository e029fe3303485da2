"""The pages: who is back, the people behind a figure, and what a person's page says and lets staff do."""
import io
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from jobs.models import Register
from jobs.services.presence import settle_outcomes
from tests import factories as make
from workers.models import Registration

from .lists import make_employee, make_register, make_sighting
from .scene import Claimed, make_claimed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def claimed() -> Claimed:
    return make_claimed()


@pytest.fixture
def client(claimed: Claimed) -> Client:
    client = Client()
    client.force_login(claimed.staff)
    return client


def gate(claimed: Claimed) -> Register:
    return make_register(claimed.campaign, office="萧山园区卡口", as_of=date(2020, 3, 25))


def back(claimed: Claimed, query: str = "") -> str:
    return reverse("back", args=[claimed.campaign.pk]) + query


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def seated(claimed: Claimed) -> None:
    plan = make.make_plan(claimed.campaign)
    make.place_person(plan, claimed.person, claimed.first_posting)
    make.publish(plan)


def test_the_table_names_its_sources_and_each_figure_opens_its_people(claimed: Claimed, client: Client) -> None:
    make_sighting(gate(claimed), claimed.person)
    county = claimed.person.township.parent
    page = text(client, back(claimed))
    assert "萧山园区卡口" in page
    people = reverse("back-people", args=[claimed.campaign.pk])
    assert f'href="{people}?place={county.pk}&amp;state=back"' in page
    assert f'href="?place={county.pk}"' in page
    assert "覃长福" in text(client, f"{people}?place={county.pk}&state=back")
    assert "覃长福" not in text(client, f"{people}?place={county.pk}&state=unknown")
    assert claimed.person.township.name in text(client, back(claimed, f"?place={county.pk}"))
    firms = text(client, back(claimed, "?by=employer"))
    assert f"?employer={claimed.first.employer_id}&amp;state=back" in firms
    assert "湘湖电子有限公司" not in text(client, back(claimed, "?by=employer&q=钱塘"))


def test_nonsense_in_the_address_is_not_found(claimed: Claimed, client: Client) -> None:
    people = reverse("back-people", args=[claimed.campaign.pk])
    for query in ("?state=perhaps", "?employer=999999", "?place=999999", "?after=x"):
        assert client.get(people + query).status_code == 404
    assert client.get(back(claimed, "?place=999999")).status_code == 404


def test_without_registers_the_page_says_so(claimed: Claimed, client: Client) -> None:
    assert "尚未入库任何外部门名册" in text(client, back(claimed))


def cells(answer: object) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(answer.content)).active  # type: ignore[attr-defined]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_table_and_people_are_taken_as_workbooks(claimed: Claimed, client: Client) -> None:
    make_sighting(gate(claimed), claimed.person)
    table = cells(client.get(back(claimed, "?as=xlsx")))
    assert [claimed.person.township.parent.name, 1, 1, 0, 0, 0, 1, "2020-03-24", 0, "–", 0, "–"] in table
    people = cells(client.get(reverse("back-people", args=[claimed.campaign.pk]) + "?state=back&as=xlsx"))
    assert any(row[0] == "覃长福" and row[4] == "2020-03-24" for row in people)
    assert client.get(back(claimed, "?as=pdf")).content.startswith(b"%PDF")


def test_who_was_seen_and_has_a_seat_is_a_line_that_staff_act_on(claimed: Claimed, client: Client) -> None:
    seated(claimed)
    make_sighting(gate(claimed), claimed.person)
    settle_outcomes(claimed.campaign, by=claimed.staff)
    page = text(client, back(claimed))
    assert "1 人已在输入地出现，但仍占有座位" in page
    assert "覃长福" in text(client, reverse("back-people", args=[claimed.campaign.pk]) + "?seat=1")
    person = reverse("person", args=[claimed.person.pk])
    assert "萧山园区卡口" in text(client, person)
    answer = client.post(reverse("person-place-back", args=[claimed.person.pk]), {"reason": "厂门已核实", "is_back": "1"})
    assert answer["Location"] == f"{person}#seen"
    claimed.person.refresh_from_db()
    assert (claimed.person.outcome, claimed.person.outcome_by) == ("already_back", claimed.staff)
    again = client.post(reverse("person-place-back", args=[claimed.person.pk]), {"reason": "再次"}, follow=True)
    assert "该人员在已发布方案中已无安排" in again.content.decode()


def test_an_outcome_says_which_register_it_came_from(claimed: Claimed, client: Client) -> None:
    make_sighting(gate(claimed), claimed.person)
    settle_outcomes(claimed.campaign, by=claimed.staff)
    assert "依据萧山园区卡口" in text(client, reverse("person", args=[claimed.person.pk]))
    Registration.objects.filter(pk=claimed.person.pk).update(outcome_at=make.at(9))
    assert "依据萧山园区卡口" not in text(client, reverse("person", args=[claimed.person.pk]))


def test_a_row_is_set_aside_on_the_persons_page(claimed: Claimed, client: Client) -> None:
    sighting = make_sighting(gate(claimed), claimed.person)
    settle_outcomes(claimed.campaign, by=claimed.staff)
    client.post(reverse("sighting-aside", args=[sighting.pk]))
    claimed.person.refresh_from_db()
    sighting.refresh_from_db()
    assert (claimed.person.outcome, sighting.set_aside_by) == (None, claimed.staff)
    client.post(reverse("sighting-aside", args=[sighting.pk]), {"count": "1"})
    claimed.person.refresh_from_db()
    assert claimed.person.outcome == "already_back"


def test_the_persons_page_says_who_claims_them_and_records_the_wish(claimed: Claimed, client: Client) -> None:
    person = reverse("person", args=[claimed.person.pk])
    page = text(client, person)
    assert page.index("钱塘制衣有限公司") < page.index("湘湖电子有限公司")
    answer = client.post(reverse("employee-wish", args=[claimed.second.pk]), {"wish": "returns"}, follow=True)
    assert "已记录：覃长福，回本企业" in answer.content.decode()
    claimed.second.refresh_from_db()
    assert (claimed.second.wish, claimed.second.wish_by) == ("returns", claimed.staff)
    answer = client.post(reverse("employee-wish", args=[claimed.first.pk]), {"wish": "returns"}, follow=True)
    assert "湘湖电子有限公司" in answer.content.decode()
    claimed.first.refresh_from_db()
    assert claimed.first.wish == "elsewhere"


def hr_of(claimed: Claimed) -> Client:
    client = Client()
    client.force_login(make.make_member("hr", organisation=claimed.first.employer.organisation))
    return client


def test_an_employer_sees_its_own_and_records_a_refusal(claimed: Claimed) -> None:
    hr = hr_of(claimed)
    page = text(hr, reverse("returning", args=[claimed.campaign.pk]))
    assert "覃长福" in page
    assert "湘湖电子有限公司" not in page
    assert hr.post(reverse("employee-wish", args=[claimed.second.pk]), {"wish": "refuses"}).status_code == 404
    hr.post(reverse("employee-wish", args=[claimed.first.pk]), {"wish": "refuses", "from": "firm"})
    claimed.first.refresh_from_db()
    assert claimed.first.wish == "refuses"
    assert "覃长福" in text(hr, reverse("returning", args=[claimed.campaign.pk]) + "?wish=refuses")
    assert "覃长福" not in text(hr, reverse("returning", args=[claimed.campaign.pk]) + "?wish=returns")


def test_an_employer_does_not_decide_whose_a_person_is(claimed: Claimed) -> None:
    answer = hr_of(claimed).post(
        reverse("employee-wish", args=[claimed.first.pk]), {"wish": "returns", "from": "firm"}, follow=True)
    assert "由人社局向本人核实" in answer.content.decode()
    claimed.first.refresh_from_db()
    claimed.second.refresh_from_db()
    assert (claimed.first.wish, claimed.second.wish) == ("open", "open")


def test_an_employer_is_not_told_what_registers_say(claimed: Claimed) -> None:
    seated(claimed)
    make_sighting(gate(claimed), claimed.person)
    page = text(hr_of(claimed), reverse("person", args=[claimed.person.pk]))
    assert "钱塘制衣有限公司" in page
    assert "萧山园区卡口" not in page
    assert "湘湖电子有限公司" not in page


def test_a_firm_without_a_list_is_told_what_to_do(claimed: Claimed) -> None:
    claimed.first.delete()
    assert "本企业尚未提供返岗员工名单" in text(hr_of(claimed), reverse("returning", args=[claimed.campaign.pk]))


def test_queries_do_not_grow(claimed: Claimed, client: Client) -> None:
    register, counts = gate(claimed), []
    make_sighting(register, claimed.person)
    addresses = [back(claimed), back(claimed, "?by=employer"), reverse("back-people", args=[claimed.campaign.pk]),
                 reverse("back-people", args=[claimed.campaign.pk]) + "?by=employer"]
    for _ in range(2):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            for address in addresses:
                text(client, address)
        counts.append(len(queries))
        for _more in range(2):
            person = make.make_registration(claimed.campaign)
            make_sighting(make_register(claimed.campaign), person)
            make_employee(make.make_employer(claimed.campaign), person)
    assert counts[0] == counts[1]
