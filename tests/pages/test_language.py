"""Both languages: a complete catalogue, dates and numbers as a clerk writes them, and the reader's choice kept."""
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from laborbridge.web import catalogue, words
from laborbridge.web.icons import drawing
from tests import factories as make


def test_every_text_has_a_chinese_translation() -> None:
    assert catalogue.missing() == []


def test_no_translation_loses_or_invents_a_placeholder() -> None:
    chinese = catalogue.translated()
    wrong = [(message.id, [str(e) for e in message.check(chinese)]) for message in chinese if message.id]
    assert [(text, errors) for text, errors in wrong if errors] == []
    for message in chinese:
        if isinstance(message.id, str) and message.id:
            assert sorted(re.findall(r"\{\w+\}", message.id)) == sorted(re.findall(r"\{\w+\}", str(message.string)))


def test_the_catalogue_says_nothing_that_no_source_says() -> None:
    ids = {message.id for message in catalogue.texts()}
    assert [message.id for message in catalogue.translated() if message.id and message.id not in ids] == []


@pytest.mark.parametrize(("language", "when", "people", "long"), [
    ("zh-hans", "3月21日 周六 08:35", "1,071 人", "3小时20分"),
    ("en", "Sat 21 Mar 08:35", "1,071 people", "3 h 20 min"),
])
def test_times_and_numbers_in_words(language: str, when: str, people: str, long: str) -> None:
    with translation.override(language):
        assert words.when(make.at(8, 35)) == when
        assert words.people(1071) == people
        assert words.lasting(timedelta(hours=3, minutes=20)) == long


@pytest.mark.parametrize(("language", "short", "over_new_year"), [
    ("zh-hans", "2020年3月21日 – 4月10日", "2020年12月30日 – 2021年1月5日"),
    ("en", "21 Mar – 10 Apr 2020", "30 Dec 2020 – 5 Jan 2021"),
])
def test_the_days_of_a_campaign(language: str, short: str, over_new_year: str) -> None:
    with translation.override(language):
        assert words.days(date(2020, 3, 21), date(2020, 4, 10)) == short
        assert words.days(date(2020, 12, 30), date(2021, 1, 5)) == over_new_year


def test_one_person_is_not_people() -> None:
    with translation.override("en"):
        assert words.people(1) == "1 person"


def test_figures() -> None:
    assert words.count(1071.4) == "1,071"
    assert words.count(None) == "–"
    assert [words.percent(share) for share in (None, 0, 0.0004, 0.034, 0.5, 1)] == [
        "–", "0.0 %", "0.04 %", "3.4 %", "50.0 %", "100 %",
    ]
    assert words.phone("13800001234") == "138 0000 1234"
    assert words.phone("0718-8222222") == "0718-8222222"


def test_a_guest_reads_chinese_until_they_choose(db: None) -> None:
    guest = Client(headers={"Accept-Language": "en"})
    assert "登录" in guest.get(reverse("sign-in")).content.decode()
    answer = guest.post(reverse("set-language"), {"language": "en", "next": "/sign-in"})
    assert answer["Location"] == "/sign-in"
    assert "Sign in" in guest.get(reverse("sign-in")).content.decode()


def test_the_choice_goes_with_the_user(db: None) -> None:
    user = make.make_user()
    client = Client()
    client.force_login(user)
    client.post(reverse("set-language"), {"language": "en", "next": "/campaigns/"})
    user.refresh_from_db()
    assert user.language == "en"
    elsewhere = Client()
    elsewhere.force_login(user)
    assert "Campaigns" in elsewhere.get(reverse("campaigns")).content.decode()


def test_what_a_guest_chose_is_kept_at_signing_in_and_nobody_elses_choice_is(db: None) -> None:
    first, second = make.make_user(), make.make_user()
    for user in (first, second):
        user.set_password(make.PASSWORD)
        user.save()
    client = Client()
    client.post(reverse("set-language"), {"language": "en", "next": "/sign-in"})
    for user, language in ((first, "en"), (second, "zh-hans")):
        client.post(reverse("sign-in"), {"username": user.username, "password": make.PASSWORD})
        user.refresh_from_db()
        assert user.language == language
        client.post(reverse("sign-out"))


@pytest.mark.parametrize("bad", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_a_choice_leads_to_no_other_site(db: None, bad: str) -> None:
    answer = Client().post(reverse("set-language"), {"language": "en", "next": bad})
    assert answer["Location"] == "/"


def test_an_unknown_language_changes_nothing(db: None) -> None:
    user = make.make_user()
    client = Client()
    client.force_login(user)
    client.post(reverse("set-language"), {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "zh-hans"


def test_the_icons_that_pages_use_are_those_of_the_list() -> None:
    root = Path(settings.BASE_DIR)
    texts = [path.read_text(encoding="utf-8") for path in (root / "templates").rglob("*.html")]
    used = {name for text in texts for name in re.findall(r'{% icon "([^"]+)" %}', text)}
    listed = (root / "static" / "icons.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(used)
    assert all(drawing(name).startswith("<svg") for name in listed)
