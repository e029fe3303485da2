"""Signing in and out, and the pages of what goes wrong."""
import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from laborbridge.web import errors
from tests import factories as make

from .scene import Scene


def test_signing_in_leads_to_ones_campaign(scene: Scene) -> None:
    user = scene.users["liaison"]
    user.set_password(make.PASSWORD)
    user.save()
    answer = Client().post(
        reverse("sign-in"), {"username": user.username, "password": make.PASSWORD}, follow=True
    )
    assert [url for url, _status in answer.redirect_chain] == [
        "/", f"/campaigns/{scene.campaign.pk}/", f"/campaigns/{scene.campaign.pk}/village/",
    ]


HOMES = {"county": "area", "case": "area", "liaison": "village", "hr": "employer", "escort": "escort",
         "carrier": "trips", "partner": "partner"}


@pytest.mark.parametrize("role", HOMES)
def test_home_leads_each_role_to_its_page(scene: Scene, role: str) -> None:
    answer = scene.client(role).get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse(HOMES[role], args=[scene.campaign.pk])


def test_home_leads_a_worker_to_their_journey(scene: Scene) -> None:
    answer = scene.client("worker").get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("person", args=[scene.own.pk])


def test_a_wrong_password_says_what_to_check(db: None) -> None:
    answer = Client().post(reverse("sign-in"), {"username": "nobody", "password": "wrong"})
    assert "账号或密码不正确。请核对后重试，注意区分大小写。" in answer.content.decode()


def test_signing_out_is_a_post(scene: Scene) -> None:
    client = scene.client("planner")
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out"))["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_somebody_without_a_campaign_is_told_what_to_do(scene: Scene) -> None:
    text = scene.client("stranger").get("/", follow=True).content.decode()
    assert "暂无可查看的返岗行动" in text


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "没有找到"), ("en", "Not found")])
def test_what_is_not_there(scene: Scene, language: str, words: str) -> None:
    user = scene.users["planner"]
    user.language = language
    user.save()
    answer = scene.client("planner").get("/campaigns/999999/")
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_with_what_to_do(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "页面停留时间过长" in answer.content.decode()


@pytest.mark.parametrize(("page", "status", "chinese", "english"), [
    (errors.bad_request, 400, "无法识别该请求", "The request was not understood"),
    (errors.forbidden, 403, "您无权进行此操作", "This is not open to you"),
    (errors.broken, 500, "系统出现故障", "Something broke on our side"),
])
def test_error_pages_need_no_session_and_no_database(page: object, status: int, chinese: str, english: str) -> None:
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            answer = page(RequestFactory().get("/"))
        assert answer.status_code == status
        assert words in answer.content.decode()
