"""The list of a day of departure: who is on it, who may mark whom, and its paper."""
import io
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from dispatch.models import Gathering
from tests import factories as make
from workers.models import Registration

from .conftest import PHONE, Morning


def tap(morning: Morning, role: str, person: Registration, trip: object = "bus", **changes: object) -> int:
    trip_id = morning.bus.pk if trip == "bus" else trip
    asked = {"wish": str(uuid4()), "registration": person.pk, "trip": trip_id or "", "gathered": "1"}
    answer = morning.client(role).post(f"{morning.address}gathered/", {**asked, **changes},
                                       headers={"Accept": "application/json"})
    return answer.status_code


def page_of(morning: Morning, role: str = "liaison", query: str = "") -> str:
    return morning.client(role).get(morning.address + query).content.decode()


def test_a_liaison_sees_who_leaves_by_pick_up_and_how_to_reach_them(morning: Morning) -> None:
    text = page_of(morning)
    assert "桃园村委会" in text
    assert "应到 5 人，已到 0 人，缺 5 人" in text
    assert "最早 08:35 离家" in text
    assert 'href="tel:13900005678"' in text
    assert "覃家大嫂" in text
    assert "无电话：请用广播通知，或上门。" in text
    assert "无需乘车，步行" in text
    assert "杭州纺织" in text
    assert "邻村人" not in text
    assert text.count(PHONE) == 5 + 2  # five have a telephone of their own or of a relative, one has hers in his name


def test_a_tap_without_scripts_comes_back_to_the_list(morning: Morning) -> None:
    client = morning.client("liaison")
    asked = {"wish": str(uuid4()), "registration": morning.riders[0].pk, "trip": morning.bus.pk, "gathered": "1"}
    answer = client.post(f"{morning.address}gathered/?day=2020-03-21", asked)
    assert answer.status_code == 302
    assert answer["Location"] == f"{morning.address}?day=2020-03-21"
    text = client.get(answer["Location"]).content.decode()
    assert "应到 5 人，已到 1 人，缺 4 人" in text
    client.post(f"{morning.address}gathered/", asked)  # the page loaded again sends it again
    assert Gathering.objects.count() == 1
    row = Gathering.objects.get()
    assert (row.by, row.at) == (morning.users["liaison"], row.told_at)


@pytest.mark.parametrize(("role", "own", "neighbour"), [
    ("liaison", 200, 404), ("planner", 200, 200), ("county", 200, 404), ("escort", 200, 200), ("case", 404, 404),
    ("hr", 404, 404)])
def test_who_may_mark_whom(morning: Morning, role: str, own: int, neighbour: int) -> None:
    assert tap(morning, role, morning.riders[0]) == own
    assert tap(morning, role, morning.neighbour) == neighbour
    assert Gathering.objects.count() == (own == 200) + (neighbour == 200)


def test_an_escort_marks_on_their_own_trip_alone(morning: Morning) -> None:
    rides = morning.plan.bookings.filter(trip=morning.train).select_related("assignment__registration").first()
    assert rides is not None
    assert tap(morning, "escort", rides.assignment.registration, morning.train.pk) == 404
    assert tap(morning, "planner", rides.assignment.registration, morning.train.pk) == 200


def test_a_case_officer_reads(morning: Morning) -> None:
    text = page_of(morning, "case")
    assert "田大山" in text
    assert "data-tap" not in text


def test_a_tap_for_a_vehicle_that_they_no_longer_take_is_refused_in_words(morning: Morning) -> None:
    assert tap(morning, "liaison", morning.riders[0], morning.train.pk) == 422
    assert tap(morning, "liaison", morning.riders[0], None) == 422
    assert tap(morning, "liaison", morning.walker, None) == 200
    assert tap(morning, "liaison", morning.riders[0], wish="no id") == 422
    assert tap(morning, "liaison", morning.riders[0], gathered="perhaps") == 422
    assert Gathering.objects.count() == 1
    assert "应到 1 人，已到 1 人，缺 0 人" in page_of(morning)


def test_the_time_of_the_phone_decides(morning: Morning) -> None:
    person = morning.riders[0]
    assert tap(morning, "liaison", person, gathered="0", at="1585000000000") == 200
    assert tap(morning, "escort", person, gathered="1", at="1584000000000") == 200
    assert "已到 0 人" in page_of(morning)


def test_a_day_or_a_place_narrows_the_list_and_nonsense_is_not_there(morning: Morning) -> None:
    client = morning.client("county")
    assert "田大山" in client.get(f"{morning.address}?place={morning.village.pk}").content.decode()
    other = morning.neighbour.village
    assert other is not None
    assert "田大山" not in client.get(f"{morning.address}?place={other.pk}").content.decode()
    assert "田大山" not in client.get(f"{morning.address}?day=2020-03-22").content.decode()
    strange = make.make_place("county")
    for query in ("day=yesterday", "place=x", f"place={strange.pk}", "trip=-1"):
        assert client.get(f"{morning.address}?{query}").status_code == 404, query
    assert "邻村人" in page_of(morning, "planner", f"?place={morning.campaign.origin_id}")
    assert "邻村人" not in page_of(morning, "planner", f"?trip={morning.train.pk}")


def test_of_a_large_campaign_a_place_is_chosen_first(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.queries.eve.MANY", 5)
    text = page_of(morning, "planner")
    assert "请选择地点" in text
    assert "田大山" not in text
    assert "田大山" in page_of(morning, "planner", f"?place={morning.village.pk}")
    assert "田大山" in page_of(morning, "county")
    assert morning.client("planner").get(f"{morning.address}roster/").status_code == 404


def test_an_escort_sees_before_arriving_how_many_have_gathered(morning: Morning) -> None:
    tap(morning, "liaison", morning.riders[0])
    tap(morning, "liaison", morning.riders[1])
    tap(morning, "liaison", morning.riders[1], gathered="0")
    text = morning.client("escort").get(f"/campaigns/{morning.campaign.pk}/escort/").content.decode()
    assert "应到 6 人，已到 1 人" in text


def test_the_page_asks_as_often_for_many_as_for_few(morning: Morning) -> None:
    def asked() -> int:
        client = morning.client("liaison")
        with CaptureQueriesContext(connection) as queries:
            client.get(morning.address)
        return len(queries)

    few = asked()
    plan = make.make_plan(morning.campaign)
    for seat in range(12):
        person = make.make_registration(morning.campaign, village=morning.village, phone=PHONE)
        bus = make.make_trip(morning.campaign, [morning.village.parent, morning.posting.site.place])
        make.place_person(plan, person, morning.posting, [(bus, 0, 1, seat)])
        tap(morning, "planner", person)
    make.publish(plan)
    assert page_of(morning).count("pick-up-count") == 12
    assert asked() == few


def test_the_paper_says_the_same_as_the_page(morning: Morning) -> None:
    client = morning.client("liaison")
    book = client.get(f"{morning.address}roster/?day=2020-03-21&as=xlsx")
    rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True)]
    people = [row for row in rows[3:] if row[2]]
    assert [row[2] for row in people] == [r.worker.name for r in [*morning.riders, morning.walker]]
    assert [row[0] for row in people] == ["☐"] * 6
    assert [row[3] for row in people] == ["", "", "", "1", "1", ""]
    assert people[1][4] == "4号座"
    assert [row[5] for row in people[:3]] == ["–", "139 0000 5678", "139 0000 5678 亲属电话 覃家大嫂"]
    assert rows[3][0] == "3月21日 周六 08:35 桃园村委会 直达大巴 K7：5 人"
    paper = PdfReader(io.BytesIO(client.get(f"{morning.address}roster/?day=2020-03-21").content))
    text = "".join(page.extract_text() for page in paper.pages)
    assert "田大山" in text
    assert "邻村人" not in text
    assert "方案 1，" in text


def test_before_a_plan_the_liaison_has_a_door_to_their_people(db: None) -> None:
    campaign = make.make_campaign()
    village = make.make_village(campaign)
    for _ in range(3):
        make.make_registration(campaign, village=village)
    make.make_registration(campaign)
    client = Client()
    client.force_login(make.make_member("liaison", organisation=make.make_organisation("village", place=village)))
    text = client.get(f"/campaigns/{campaign.pk}/village/").content.decode()
    assert "本村已登记 3 人" in text
    assert f'href="/campaigns/{campaign.pk}/people/"' in text
