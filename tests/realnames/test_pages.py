"""The bureau's page, the carrier's own and the one behind a link: what each shows, and what it never shows."""
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import CarrierAnswer, RealNameList, RealNameTaking, Ticket
from dispatch.services import real_names as services
from tests import factories as make

from .scene import LONG, NUMBERS, Names, filled, replan


def page_of(names: Names) -> str:
    return reverse("real-names", args=[names.train.pk])


def link_of(names: Names) -> str:
    return reverse("carrier-link", args=[services.make_link(names=names.released(), by=names.asker)])


def upload(client: Client, address: str, data: bytes, name: str = "back.xlsx"):
    return client.post(address, {"do": "file", "file": SimpleUploadedFile(name, data)})


def store(client: Client, address: str, preview):
    return client.post(address, {"do": "store", "kept": preview.context["kept"]}, follow=True)


def test_asking_and_releasing_by_the_pages(names: Names) -> None:
    asker, second = names.client(names.asker), names.client(names.second)
    empty = asker.post(page_of(names), {"purpose": " "})
    assert empty.status_code == 422
    assert "请用1至400字写明完整证件号的用途" in empty.content.decode()
    said = asker.post(page_of(names), {"purpose": "专列实名制购票"}, follow=True).content.decode()
    assert "您已申请此名单，须由另一人批准" in said
    assert f"<strong>{names.second.name}</strong>" in said
    release = reverse("real-names-release", args=[RealNameList.objects.get().pk])
    assert release not in said
    assert "名单由您本人申请，须由另一人批准。" in asker.post(release, follow=True).content.decode()
    assert RealNameList.objects.get().state == "asked"
    assert release in second.get(page_of(names)).content.decode()
    assert "名单已批准" in second.post(release, follow=True).content.decode()
    close = reverse("real-names-close", args=[RealNameList.objects.get().pk])
    assert "请用1至400字写明原因" in second.post(close, {"why": ""}, follow=True).content.decode()
    assert "已收回" in second.post(close, {"why": "改签"}, follow=True).content.decode()


def test_a_link_is_shown_once(names: Names) -> None:
    released = names.released()
    client = names.client(names.asker)
    made = client.post(reverse("real-names-link", args=[released.pk]))
    address = made.context["address"]
    assert address in made.content.decode()
    assert address not in client.get(page_of(names)).content.decode()
    assert Client().get(address).status_code == 200
    client.post(reverse("real-names-revoke", args=[released.pk]))
    assert Client().get(address).status_code == 410


def test_behind_the_link_no_name_and_no_number_is_shown(names: Names) -> None:
    address = link_of(names)
    text = Client().get(address).content.decode()
    for secret in (*NUMBERS, LONG, "13800000000", names.code(0)):
        assert secret not in text
    for shown in ("D3205", "恩施站", "杭州东站", "4 人", "专列实名制购票"):
        assert shown in text
    assert not RealNameTaking.objects.exists()
    assert "/trips/" not in text
    english = Client(headers={"cookie": "django_language=en"}).get(address).content.decode()
    assert "Take the list (workbook)" in english


def test_whole_numbers_are_on_no_page(names: Names) -> None:
    address = link_of(names)
    services.take_names(names=RealNameList.objects.get(), by=names.clerk)
    asker, clerk, trip = names.client(names.asker), names.client(names.clerk), [names.train.pk]
    for client, url in ((asker, page_of(names)), (clerk, reverse("carrier-trip", args=trip)), (Client(), address),
                        (asker, reverse("trip", args=trip))):
        answer = client.get(url)
        assert answer.status_code == 200
        assert not any(number in answer.content.decode() for number in NUMBERS), url


def test_the_link_gives_the_workbook_and_leaves_a_record(names: Names, caplog: pytest.LogCaptureFixture) -> None:
    address = link_of(names)
    answer = Client().post(address, {"do": "take"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "no-store" in answer["Cache-Control"]
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert page.cell(5, 4).value == NUMBERS[0]
    taking = RealNameTaking.objects.get()
    assert (taking.by, taking.link_id is not None, taking.rows) == (None, True, 4)
    assert not any(number in caplog.text for number in NUMBERS)


def test_a_wrong_an_ended_and_a_revoked_link_say_so_in_a_sentence(names: Names) -> None:
    address = link_of(names)
    wrong = Client().get(reverse("carrier-link", args=["0" * 22]))
    assert (wrong.status_code, "没有与此链接对应的名单" in wrong.content.decode()) == (404, True)
    services.close_names(names=RealNameList.objects.get(), why="改签", by=names.asker)
    for answer in (Client().get(address), Client().post(address, {"do": "take"})):
        assert (answer.status_code, "名单已过期" in answer.content.decode()) == (410, True)
    assert not RealNameTaking.objects.exists()


def test_the_link_opens_nothing_else(names: Names) -> None:
    address, client = link_of(names), Client()
    client.get(address)
    for url in (page_of(names), reverse("trip", args=[names.train.pk]), reverse("carrier-trip", args=[names.train.pk])):
        assert client.get(url).status_code == 302


def test_a_filled_workbook_by_the_link_is_previewed_and_then_stored(names: Names) -> None:
    address, client = link_of(names), Client()
    data = client.post(address, {"do": "take"}).content
    back = filled(data, {names.code(0): ("05", "12F", "E1"), names.code(1): ("05", "12D", "E2")}, {1: "鄂Q12345"})
    preview = upload(client, address, back)
    text = preview.content.decode()
    assert (preview.status_code, Ticket.objects.count()) == (200, 0)
    assert names.code(0) in text
    assert "采用后，本班次仍有2 人没有您填写的座位或票号。" in text
    assert not any(secret in text or secret in preview.context["kept"] for secret in (*NUMBERS, LONG))
    stored = store(client, address, preview)
    assert "已采用：新增2，更改0，不变0，留空2，共4行。 车辆和驾驶员：车牌号 鄂Q12345。" in stored.content.decode()
    assert sorted(Ticket.objects.values_list("coach", "seat", "number")) == [("05", "12D", "E2"), ("05", "12F", "E1")]
    again = upload(client, address, back)
    assert "没有新内容" in again.content.decode()
    assert "内容与已有的一致，未作改动。" in store(client, address, again).content.decode()
    assert CarrierAnswer.objects.count() == 1


def test_what_was_seen_in_the_preview_is_what_is_stored(names: Names) -> None:
    address, client = link_of(names), Client()
    preview = client.post(address, {"do": "rows", "rows": f"{names.code(0)} 05 1A"})
    released = RealNameList.objects.get()
    other = client.post(address, {"do": "rows", "rows": f"{names.code(0)} 06 2B"})
    store(client, address, other)
    overtaken = store(client, address, preview)
    assert "期间本班次有新的保存" in overtaken.content.decode()
    assert Ticket.objects.get().coach == "06"
    store(client, address, overtaken)
    assert Ticket.objects.get().coach == "05"
    forged = client.post(address, {"do": "store", "kept": preview.context["kept"] + "x"})
    assert (forged.status_code, "预览已失效" in forged.content.decode()) == (422, True)
    services.close_names(names=released, why="改签", by=names.asker)
    second = names.released()
    another = reverse("carrier-link", args=[services.make_link(names=second, by=names.asker)])
    elsewhere = client.post(another, {"do": "store", "kept": preview.context["kept"]})
    assert (elsewhere.status_code, "预览已失效" in elsewhere.content.decode()) == (422, True)


def test_what_is_wrong_is_said_and_nothing_is_stored(names: Names) -> None:
    address, client = link_of(names), Client()
    for answer, said in (
        (upload(client, address, b"no workbook"), "这不是工作簿。"),
        (upload(client, address, bytes(5 * 1024 * 1024 + 1)), "文件超过5 MB"),
        (client.post(address, {"do": "file"}), "没有选择文件"),
        (client.post(address, {"do": "rows", "rows": "00001 05 1A"}), "第1行：“00001”不是有效代码"),
        (client.post(address, {"do": "rows", "rows": " "}), "没有填写内容"),
        (client.post(address, {"do": "crew", "plate": "鄂Q12345", "driver": "", "phone": "110"}), "“110”无法识别"),
        (client.post(address, {"do": "anything"}), "提交的表单不完整"),
    ):
        assert answer.status_code == 422, said
        assert said in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not CarrierAnswer.objects.exists()


def test_vehicle_and_driver_by_three_fields(names: Names) -> None:
    address, client = link_of(names), Client()
    crew = {"do": "crew", "plate": "鄂q·12345", "driver": "覃师傅", "phone": "138 0000 1234"}
    said = client.post(address, crew, follow=True).content.decode()
    assert "车牌号 鄂Q12345, 驾驶员 覃师傅, 驾驶员电话 138 0000 1234" in said
    client.post(address, crew | {"driver": "", "phone": "0718-8223344"})
    names.train.refresh_from_db()
    assert (names.train.plate, names.train.driver, names.train.driver_phone) == ("鄂Q12345", "", "0718-8223344")
    assert CarrierAnswer.objects.count() == 2


def test_the_carriers_own_account(names: Names) -> None:
    address = reverse("carrier-trip", args=[names.train.pk])
    clerk = names.client(names.clerk)
    assert "本班次目前没有已批准的名单" in clerk.get(address).content.decode()
    asked = services.ask_for_names(trip=names.train, purpose="购票", by=names.asker)
    assert "尚待另一人批准" in clerk.get(address).content.decode()
    clerk.post(address, {"do": "take"})
    assert not RealNameTaking.objects.exists()
    services.release_names(names=asked, by=names.second)
    assert clerk.post(address, {"do": "take"}).status_code == 200
    assert RealNameTaking.objects.get().by == names.clerk
    preview = clerk.post(address, {"do": "rows", "rows": f"{names.code(0)} 05 1A E1"})
    store(clerk, address, preview)
    assert CarrierAnswer.objects.get().by == names.clerk
    stranger = make.make_member("carrier", organisation=make.make_organisation("carrier"))
    assert names.client(stranger).get(address).status_code == 404
    assert names.client(names.asker).get(address).status_code == 404


def test_the_trips_page_leads_there(names: Names) -> None:
    trip = reverse("trip", args=[names.train.pk])
    assert page_of(names) in names.client(names.asker).get(trip).content.decode()
    text = names.client(names.clerk).get(trip).content.decode()
    assert reverse("carrier-trip", args=[names.train.pk]) in text
    assert page_of(names) not in text


def test_what_needs_a_look_after_a_newer_plan(names: Names) -> None:
    address, client = link_of(names), Client()
    client.post(address, {"do": "take"})
    rows = "\n".join(f"{names.code(n)} 05 {n + 1}A E{n}" for n in range(4))
    store(client, address, client.post(address, {"do": "rows", "rows": rows}))
    replan(names, 0, 1, 2)
    text = names.client(names.asker).get(page_of(names)).content.decode()
    assert "新增0 人，减少1 人" in text
    assert "不再乘坐者的车票" in text
    assert names.people[3].worker.name in text
    assert "请重新下载" in client.get(address).content.decode()


@pytest.mark.parametrize("door", ["bureau", "carrier", "link"])
def test_the_pages_cost_the_same_with_one_ticket_and_with_four(names: Names, door: str) -> None:
    link = link_of(names)
    url = {"bureau": page_of(names), "carrier": reverse("carrier-trip", args=[names.train.pk]), "link": link}[door]
    client = names.client({"bureau": names.asker, "carrier": names.clerk}.get(door))
    counts = []
    for n in (1, 4):
        client.post(link, {"do": "take"})
        rows = "\n".join(f"{names.code(place)} 05 {place + 1}A" for place in range(n))
        store(client, link, client.post(link, {"do": "rows", "rows": rows}))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
