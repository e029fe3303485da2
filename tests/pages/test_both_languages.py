"""No page, list or message shows one language in the other: all addresses for all roles, and texts that no page showed."""
import ast
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dispatch.rosters.codes import code_of
from laborbridge import rules
from laborbridge.web.catalogue import APPS
from workers.models import Registration

from .scene import ROLES, Scene
from .test_access import TABLE, address

ROOT = Path(settings.BASE_DIR)
HAN = re.compile(r"[\u3007\u4e00-\u9fff\U00020000-\U0003ffff]+")
WORD = re.compile(r"[A-Za-z]{2,}")
SAID = re.compile(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
TRANSLATED = (r"{% blocktranslate.*?{% endblocktranslate %}|{% comment.*?{% endcomment %}|{#.*?#}|<!.*?>"
              r"|{% block body_class %}.*?{% endblock %}")
# Names of things that are the same in both languages.
SAME = {"LaborBridge", "PDF", "JSON", "REST", "HTTP", "ID", "zhang", "wei", "zw", "zip", "xlsx", "xls", "csv"}
OF_EACH = {"zh-hans": {"English"}, "en": {"中文"}}


def data() -> list[str]:
    """All names, references and codes of rows in the database: no language, or that in which somebody wrote them."""
    found = {code_of(pk) for pk in Registration.objects.values_list("pk", flat=True)}
    for model in apps.get_models():
        if model._meta.app_label not in ("sessions", "contenttypes"):
            texts = [f.name for f in model._meta.fields if isinstance(f, CharField | TextField) and not f.choices]
            found.update(str(v) for row in model._default_manager.values_list(*texts) for v in row if v)
    return sorted(found, key=len, reverse=True)


def words_of(response: HttpResponse) -> str:
    """What a reader sees or hears of an answer."""
    kind = response["Content-Type"]
    if "spreadsheet" in kind:
        with zipfile.ZipFile(BytesIO(response.content)) as book:
            parts = [book.read(n).decode() for n in book.namelist() if re.search(r"sharedStrings|worksheets/sheet", n)]
        kept = " ".join(re.findall(r"<t[^>]*>([^<]*)</t>", parts[-1] + parts[0]))
        head_and_foot = re.sub(r"&amp;[LCRPN]", " ", " ".join(re.findall(r"<odd\w+>([^<]*)<", parts[0])))
        return unescape(f"{kept} {head_and_foot}")
    text = response.content.decode()
    if "json" in kind:
        return ""
    said = " ".join(SAID.findall(text))
    text = re.sub(r"<(script|style)\b.*?</\1>|<svg.*?</svg>|<kbd.*?</kbd>", " ", text, flags=re.S)
    shown = re.sub(r'<td class="code">.*?</td>|<dd class="code">.*?</dd>', " ", text, flags=re.S)
    return unescape(said + " " + re.sub(r"<[^>]+>", " ", shown))


def foreign(text: str, language: str, known: list[str]) -> set[str]:
    for one in known:
        text = text.replace(one, " ")
    found = set((HAN if language == "en" else WORD).findall(text))
    return found - SAME - OF_EACH[language]


def answers(scene: Scene, role: str) -> Iterator[tuple[str, HttpResponse]]:
    client = scene.client(role)
    for name, method, of, wanted in TABLE:
        status = next((s for s, roles in wanted.items() if role in roles), 404)
        if status in (200, 422) and not name.startswith("api-"):
            asked = {"as": "xlsx"} if name.endswith(("-roster", "-summary")) else {}
            yield f"{name} of {of}", getattr(client, method)(address(scene, name, of), asked)
    yield "nothing", client.get("/nowhere/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_the_other_language(scene: Scene, role: str, language: str) -> None:
    for user in scene.users.values():
        user.language = language
        user.save(update_fields=["language"])
    known, looked, wrong = data(), 0, {}
    for name, response in answers(scene, role):
        looked += 1
        if found := foreign(words_of(response), language, known):
            wrong[name] = found
    assert looked > (1 if role == "stranger" else 3)
    assert wrong == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_a_guest_sees_is_in_one_language(db: None, language: str) -> None:
    guest = Client()
    guest.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for response in (guest.get(reverse("sign-in")), guest.post(reverse("sign-in"), {"username": "a", "password": "b"})):
        assert foreign(words_of(response), language, []) == set()


def test_the_look_finds_what_is_foreign(scene: Scene) -> None:
    page = HttpResponse('<h1 title="Where 桃园村 lies">登录</h1><script>nothing()</script>')
    assert foreign(words_of(page), "zh-hans", data()) == {"Where", "lies"}
    assert foreign(words_of(page), "en", ["桃园村"]) == {"登录"}


def labels() -> Iterator[tuple[str, object]]:
    for model in apps.get_models():
        if model.__module__.split(".")[0] in APPS:
            for field in model._meta.fields:
                yield from ((f"{model.__name__}.{field.name}", label) for _value, label in field.flatchoices)
    from dispatch.reasons import Reason

    yield from (("reason", label) for _value, label in Reason.choices)
    yield from rules.registered().items()


def test_choices_and_sentences_of_rules_are_in_both_languages() -> None:
    wrong = []
    for name, label in labels():
        with translation.override("zh-hans"):
            chinese = re.sub(r"\{\w+\}", "", str(label))
        with translation.override("en"):
            english = str(label)
        if WORD.search(chinese) or not HAN.search(chinese) or HAN.search(english):
            wrong.append((name, chinese, english))
    assert wrong == []


def _bare(call: ast.Call) -> bool:
    """Whether a text stands in a call that shows it, without a translation."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = {"RuleBroken": 0, "error": 1, "success": 1, "warning": 1, "info": 1, "Column": 0, "Need": 1}.get(name)
    shown = [] if place is None else call.args[place : place + 1]
    if not isinstance(call.func, ast.Attribute):
        shown += [k.value for k in call.keywords if k.arg in ("label", "help_text")]
    return any(isinstance(a, ast.JoinedStr) or isinstance(a, ast.Constant) and WORD.search(str(a.value)) for a in shown)


def test_what_services_and_views_say_goes_through_the_catalogue() -> None:
    wrong = []
    for path in [p for part in ("services", "views", "rosters") for p in (ROOT / "dispatch" / part).rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        wrong += [f"{path.name}:{n.lineno}" for n in ast.walk(tree) if isinstance(n, ast.Call) and _bare(n)]
    assert wrong == []


def test_templates_hold_no_text_of_their_own() -> None:
    wrong = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(TRANSLATED, " ", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)
        said = " ".join(SAID.findall(text))
        text = said + re.sub(r"<[^>]*>", " ", text)
        if found := (set(WORD.findall(text)) | set(HAN.findall(text))) - SAME - {"中文", "English"}:
            wrong[str(path.relative_to(ROOT))] = found
    assert wrong == {}


def test_scripts_hold_no_text_of_their_own() -> None:
    for path in (ROOT / "static" / "js").rglob("*.js"):
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(encoding="utf-8"))
        strings = re.findall(r'"([^"\n]*)"|`([^`]*)`', code)
        shown = [s for pair in strings for s in pair if HAN.search(s) or re.match(r"[A-Z][a-z]+ [a-z]+", s)]
        assert shown == [], path


@pytest.mark.parametrize(("accepts", "said"), [
    ("en-GB,en;q=0.8", "Authentication credentials were not provided."), ("zh-CN", "身份认证信息未提供。"),
    ("", "身份认证信息未提供。"), ("de", "身份认证信息未提供。"),
])
def test_a_program_without_an_account_is_refused_in_the_language_it_accepts(db: None, accepts: str, said: str) -> None:
    answer = Client(headers={"Accept-Language": accepts} if accepts else {}).get(reverse("api-campaigns"))
    assert (answer.status_code, answer.json()["detail"]) == (403, said)
    assert "Accept-Language" in answer["Vary"]


def test_a_program_with_an_account_reads_the_language_of_the_account(scene: Scene) -> None:
    client = scene.client("partner")
    answer = client.get(reverse("api-run", args=[scene.run.pk]), headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Language"]) == (404, "zh-hans")
