"""The pages of lists: sending, the preview with its rows, headings that are asked about, giving back, taking back."""
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from laborbridge.audit.models import Entry
from tests import factories as make
from workers.models import LearnedHeading, ListImport, Registration
from workers.services.list_work import carry_on

from .scene import HEADINGS, Scene, account, everybody, number, person, workbook

FAULTY = [person("张三", 1), person("李四", 2, "1380000", village="不存在的村"), person("王五", 3, identity="123")]


@pytest.fixture
def client(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.clerk)
    return client


def page_of(client: Client, imported: ListImport, query: str = "") -> str:
    answer = client.get(reverse("list-import", args=[imported.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, scene: Scene, **said: object) -> ListImport:
    answer = client.post(reverse("list-imports", args=[scene.campaign.pk]), said)
    assert answer.status_code == 302, answer.content.decode()
    imported = ListImport.objects.order_by("-pk")[0]
    carry_on(imported.pk)
    imported.refresh_from_db()
    return imported


def test_a_list_is_sent_seen_confirmed_and_taken_back(scene: Scene, client: Client) -> None:
    imported = send(client, scene, file=SimpleUploadedFile("县.xlsx", workbook(FAULTY)), place=scene.county.pk)
    assert account(imported) == (3, 2, 0, 0, 0, 1) and imported.place == scene.county
    shown = page_of(client, imported)
    assert "王五" in shown and "身份证号为 3 位" in shown  # rejected rows first
    shown = page_of(client, imported, "?rows=flagged")
    assert "李四" in shown and "不存在的村" in shown and number(2) not in shown
    assert f"{number(2)[:6]}********{number(2)[-4:]}" in shown
    for act in ("list-import-confirm", "list-import-take-back"):
        if act == "list-import-take-back":
            assert "删除 2 人" in page_of(client, imported, "?back=1")
        answer = client.post(reverse(act, args=[imported.pk]), {"reason": "重复上报"})
        assert answer.status_code == 302
        carry_on(imported.pk)
    imported.refresh_from_db()
    assert imported.state == "taken_back" and Registration.objects.count() == 0
    assert Entry.objects.filter(action="list to be taken back", detail__reason="重复上报").exists()


def test_taking_back_asks_why(scene: Scene, client: Client) -> None:
    imported = scene.store([person("张三", 1)])
    answer = client.post(reverse("list-import-take-back", args=[imported.pk]), {"reason": " "})
    assert answer.status_code == 409
    imported.refresh_from_db()
    assert imported.state == "stored"


def test_cells_are_pasted_and_several_files_sent_at_once(scene: Scene, client: Client) -> None:
    cells = "\n".join("\t".join(str(cell or "") for cell in row) for row in [HEADINGS, person("张三", 1)])
    imported = send(client, scene, cells=cells)
    assert (imported.file_name, imported.digest) == ("", "") and account(imported) == (1, 1, 0, 0, 0, 0)
    files = [SimpleUploadedFile(f"{n}.xlsx", workbook([person("张三", n)])) for n in (1, 2)]
    assert client.post(reverse("list-imports", args=[scene.campaign.pk]), {"file": files}).status_code == 302
    assert ListImport.objects.filter(state="reading").count() == 2


def test_an_unknown_heading_is_asked_once_and_remembered(scene: Scene, client: Client) -> None:
    rows = [[*person("张三", 1), "6000", "x"]]
    headings = [*HEADINGS, "心理价位", "内部编码甲"]
    imported = scene.send(rows, headings=headings)
    shown = page_of(client, imported)
    assert "心理价位" in shown and "内部编码甲" in shown
    answer = client.post(reverse("list-import", args=[imported.pk]), {"heading0": "wage", "heading1": "-"})
    assert answer.status_code == 302
    carry_on(imported.pk)
    scene.confirm(imported)
    assert everybody(scene.campaign)["张三"][3] == 6000
    assert dict(LearnedHeading.objects.values_list("heading", "field")) == {"心理价位": "wage", "内部编码甲": ""}
    again = scene.send(rows, headings=headings)
    assert account(again) == (1, 0, 0, 1, 0, 0) and 'name="heading0"' not in page_of(client, again)


def test_the_very_same_file_says_so(scene: Scene, client: Client) -> None:
    data = workbook([person("张三", 1)])
    scene.store(data)
    again = scene.send(data)
    assert account(again) == (1, 0, 0, 1, 0, 0)
    assert "这个文件已于" in page_of(client, again)


def test_the_workbook_comes_back_with_remarks_on_record_and_is_understood_when_sent_again(
    scene: Scene, client: Client
) -> None:
    imported = scene.store(FAULTY)
    answer = client.post(reverse("list-import-file", args=[imported.pk]))
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    column = sheet.max_column
    assert sheet.cell(2, column).value == "办理情况"
    said = [str(sheet.cell(line, column).value) for line in (3, 4, 5)]
    assert said[0] == "新增" and said[1].startswith("新增：") and said[2].startswith("退回：")
    assert Entry.objects.filter(action="list given back", subject_id=imported.pk).exists()
    sheet.cell(5, 2).value = number(3)
    out = io.BytesIO()
    sheet.parent.save(out)
    mended = scene.send(out.getvalue())
    assert account(mended) == (3, 1, 0, 2, 0, 0)
    assert [heading for one in mended.layout["sheets"] for heading in one["unknown"]] == []


def test_where_it_came_out_otherwise_the_page_says_so(scene: Scene, client: Client) -> None:
    mine = scene.send([person("张三", 1), person("李四", 2, "13800005678")])
    scene.store([person("张三", 1)])
    scene.confirm(mine)
    assert "新增 1 行（预览时为 2 行）" in page_of(client, mine)


@pytest.mark.parametrize("which", ["overview", "rows"])
def test_pages_ask_as_often_for_three_as_for_one(scene: Scene, client: Client, which: str) -> None:
    asked = []
    for count in (1, 3):
        rows = [person(f"王{'甲乙丙'[n]}", 10 * count + n, f"1390000{count}00{n}", village="无此村") for n in range(count)]
        imported = scene.store(rows)
        address = reverse("list-imports", args=[scene.campaign.pk]) if which == "overview" else (
            reverse("list-import", args=[imported.pk]) + "?rows=all")
        client.get(address)
        with CaptureQueriesContext(connection, ) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_liaison_sends_for_the_own_village_alone(scene: Scene) -> None:
    village = scene.villages["龙凤村"]
    office = make.make_organisation("village", place=village)
    liaison = Client()
    liaison.force_login(make.make_member("liaison", organisation=office))
    whole = scene.send([person("张三", 1)])
    assert liaison.get(reverse("list-import", args=[whole.pk])).status_code == 404
    data = workbook([person("张三", 1), person("李四", 2, "139", village="柑子坪")])
    imported = send(liaison, scene, file=SimpleUploadedFile("村.xlsx", data), place=scene.county.pk)
    assert imported.place == village and account(imported) == (2, 1, 0, 0, 0, 1)
    assert liaison.get(reverse("list-import", args=[imported.pk])).status_code == 200
