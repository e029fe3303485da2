"""A partner's system sends a list by REST, looks at it row by row, and confirms it."""
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories as make
from workers.models import ListImport, Registration
from workers.services.list_work import carry_on

from .scene import Scene, number, person, workbook


@pytest.fixture
def partner(scene: Scene) -> Client:
    organisation = make.make_organisation("partner")
    scene.campaign.participants.add(organisation)
    client = Client()
    client.force_login(make.make_member("partner", organisation=organisation, language="en"))
    return client


def test_rows_are_sent_judged_and_confirmed(scene: Scene, partner: Client) -> None:
    rows = [
        {"name": "张三", "id number": number(1), "phone": "13800001234", "township": "龙凤镇", "village": "龙凤村"},
        {"name": "李四", "id number": "42280119850517", "township": "龙凤镇"},
    ]
    address = reverse("api-lists", args=[scene.campaign.pk])
    answer = partner.post(address, json.dumps({"rows": rows, "name": "march.csv"}), content_type="application/json")
    assert answer.status_code == 202 and answer.json()["state"] == "reading"
    imported = ListImport.objects.get()
    carry_on(imported.pk)
    told = partner.get(reverse("api-list", args=[imported.pk])).json()
    assert {key: told[key] for key in ("state", "rows", "new", "rejected", "file_name")} == {
        "state": "ready", "rows": 2, "new": 1, "rejected": 1, "file_name": "march.csv"}
    shown = partner.get(reverse("api-list-rows", args=[imported.pk])).json()["results"]
    assert [(row["name"], row["outcome"], row["line"]) for row in shown] == [("张三", "new", 2), ("李四", "rejected", 3)]
    assert shown[0]["identity"] == f"{number(1)[:6]}********{number(1)[-4:]}"
    assert shown[1]["remarks"][0] == {
        "code": "identity_too_short",
        "said": "The identity number has 14 figures and not 18. Compare it with the identity card."}
    rejected = partner.get(reverse("api-list-rows", args=[imported.pk]) + "?outcome=rejected").json()["results"]
    assert [row["name"] for row in rejected] == ["李四"]
    assert partner.post(reverse("api-list-confirm", args=[imported.pk])).status_code == 202
    carry_on(imported.pk)
    assert Registration.objects.count() == 1
    assert partner.post(reverse("api-list-confirm", args=[imported.pk])).status_code == 409


def test_a_file_is_sent(scene: Scene, partner: Client) -> None:
    file = SimpleUploadedFile("三月.xlsx", workbook([person("张三", 1)]))
    answer = partner.post(reverse("api-lists", args=[scene.campaign.pk]), {"file": file})
    assert answer.status_code == 202
    listed = partner.get(reverse("api-lists", args=[scene.campaign.pk])).json()["results"]
    assert [one["file_name"] for one in listed] == ["三月.xlsx"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"rows": []}', '{"rows": ["x"]}', '{"rows": [{}], "kind": "gate"}'])
def test_what_cannot_be_taken_is_refused_in_words(scene: Scene, partner: Client, body: str) -> None:
    answer = partner.post(reverse("api-lists", args=[scene.campaign.pk]), body, content_type="application/json")
    assert answer.status_code == 422 and answer.json()["refused"]
    assert not ListImport.objects.exists()


def test_others_lists_are_not_there(scene: Scene, partner: Client) -> None:
    imported = scene.send([person("张三", 1)])
    assert partner.get(reverse("api-list", args=[imported.pk])).status_code == 404
    assert partner.get(reverse("api-list-rows", args=[imported.pk])).status_code == 404
