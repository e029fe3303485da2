"""One box for names, readings, telephones and numbers: who is found, in which order, what is said when it is too much."""
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.queries import search
from dispatch.rosters.codes import code_of
from tests import factories as make
from tests.pages.scene import NUMBER, Scene


def answer(scene: Scene, role: str = "planner", **asked: object) -> Any:
    response = scene.client(role).get(reverse("people", args=[scene.campaign.pk]), asked)
    assert response.status_code == 200
    return response


def found(scene: Scene, role: str = "planner", **asked: object) -> list[str]:
    return [row.registration.worker.name for row in answer(scene, role, **asked).context["shown"].rows]


def register(scene: Scene, *names: str, **fields: object) -> None:
    for name in names:
        make.make_registration(scene.campaign, worker=make.make_worker(name=name), **fields)


@pytest.mark.parametrize("text", [
    "迪丽·木拉提", "迪丽", "木拉提", "丽木", "丽·木", "dili mulati", "Dili·Mulati", "dilim", "dlmlt", "DLM", "迪",
    "13800001234", "138-0000-1234", "+86 138 0000 1234", "0086 13800001234", "0000 1234", "1234", "01234",
    NUMBER, "422801 1985 0517 1234", "１３８００００１２３４",
])
def test_one_person_by_all_that_they_are_known_by(scene: Scene, text: str) -> None:
    assert found(scene, q=text) == ["迪丽·木拉提"]


@pytest.mark.parametrize(("text", "name"), [
    ("shan xiong", "单雄信"), ("zengguo", "曾国藩"), ("xie xue", "解学文"), ("qiu he", "仇和平"), ("zha l", "查良明"),
    ("ou j", "区建军"), ("yuchi", "尉迟恭"), ("tan guo", "覃国强"), ("qin guo", "覃国强"), ("ran g", "冉光辉"),
    ("xiang d", "向代兵"), ("lü j", "吕军"), ("lv jun", "吕军"), ("\U00020bb7", "\U00020bb7野"), ("ji ye", "\U00020bb7野"),
])
def test_names_that_are_read_in_their_own_way(scene: Scene, text: str, name: str) -> None:
    register(scene, "单雄信", "曾国藩", "解学文", "仇和平", "查良明", "区建军", "尉迟恭", "覃国强", "冉光辉", "向代兵",
             "吕军", "\U00020bb7野", "张三")
    assert found(scene, q=text) == [name]


def test_a_contact_persons_telephone_finds_the_person(scene: Scene) -> None:
    who = make.make_registration(scene.campaign, worker=make.make_worker(name="田家富"), phone="0718-822 2222")
    who.contact, who.contact_name = "relative", "田大军"
    who.save()
    for text in ("07188222222", "0718-8222222", "2222"):
        assert found(scene, q=text) == ["田家富"]


def test_last_four_of_a_telephone_or_of_an_identity_number(scene: Scene) -> None:
    register(scene, "号码同尾", phone="13912344321")
    make.make_registration(scene.campaign, worker=make.make_worker(name="身份同尾", identity="422801198505174321"))
    make.make_registration(scene.campaign, worker=make.make_worker(name="尾号是叉", identity="42280119850517123X"))
    assert found(scene, q="4321") == ["身份同尾", "号码同尾"]
    assert found(scene, q="123x") == found(scene, q="123X") == ["尾号是叉"]


def test_a_reference_and_the_code_of_a_printed_row(scene: Scene) -> None:
    for text in (scene.own.ref, scene.own.ref.lower(), code_of(scene.own.pk), code_of(scene.own.pk).lower()):
        assert found(scene, q=text) == ["迪丽·木拉提"]
    assert found(scene, "liaison", q=code_of(scene.other.pk)) == []


def test_a_code_of_letters_is_read_as_one_only_as_it_is_printed(scene: Scene) -> None:
    from workers.models import Registration

    number = next(n for n in range(250_000, 800_000) if code_of(n).isalpha())
    Registration.objects.filter(pk=scene.left.pk).update(ref="moved")
    make.make_registration(scene.campaign, worker=make.make_worker(name="码上人"), pk=number)
    assert found(scene, q=code_of(number)) == ["码上人"]
    assert found(scene, q=code_of(number).lower()) == []


def test_exact_ones_first_then_those_that_begin_so_then_by_pinyin(scene: Scene) -> None:
    register(scene, "张国强", "国强", "国强盛", "赵国强", "安国强")
    assert found(scene, q="国强") == ["国强", "国强盛", "安国强", "张国强", "赵国强"]
    register(scene, "张伟", "张卫军", "章伟")
    assert found(scene, q="zhangwei") == ["张伟", "章伟", "张卫军"]


def test_a_search_goes_together_with_the_other_filters(scene: Scene) -> None:
    register(scene, "欧阳丹")
    assert found(scene, q="欧阳", show="placed") == ["欧阳修远"]
    assert found(scene, q="ouyang", at=scene.other.township.name) == ["欧阳修远"]


def test_a_search_is_shown_page_by_page(scene: Scene) -> None:
    register(scene, *[f"田{chr(0x4E00 + n)}" for n in range(60)])
    first = answer(scene, q="tian").context["shown"]
    assert len(first.rows) == 50
    rest = answer(scene, q="tian", after=first.next_after).context["shown"]
    assert rest.next_after is None
    ids = [row.registration.pk for row in (*first.rows, *rest.rows)]
    assert len(ids) == len(set(ids)) == 60


def test_too_many_are_said_to_be_too_many_and_the_exact_ones_are_among_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST", 3)
    register(scene, "王伟明", "王伟国", "王伟军", "王伟平", "王伟")
    page = answer(scene, q="王伟")
    assert "超过 3 人" in page.content.decode()
    assert page.context["shown"].rows[0].registration.worker.name == "王伟"
    assert page.context["shown"].next_after is None
    assert "超过" not in answer(scene, q="王伟明").content.decode()


def test_too_few_digits_are_said_to_be_too_few(scene: Scene) -> None:
    for text in ("123", "%", "·"):
        assert "太短" in answer(scene, q=text).content.decode()
    assert "太短" not in answer(scene, q="99999").content.decode()


def test_one_letter_is_enough(scene: Scene) -> None:
    assert found(scene, q="d") == ["迪丽·木拉提"]


@pytest.mark.parametrize("field", ["q", "at"])
def test_what_is_too_long_is_said_to_be_too_long_and_shows_nobody(scene: Scene, field: str) -> None:
    page = answer(scene, **{field: "张" * 61})
    assert page.context["shown"].rows == []
    assert "长" in str(page.context["form"].errors[field])
    assert str(page.context["form"].errors[field][0]) in page.content.decode()


def test_people_who_are_not_ones_own_are_not_found(scene: Scene) -> None:
    for text in ("欧阳修远", "ouyang", "oyxy", scene.other.ref):
        assert found(scene, "planner", q=text) == ["欧阳修远"]
        for role in ("county", "liaison", "hr", "escort"):
            assert found(scene, role, q=text) == []


def queries(scene: Scene) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer(scene, q="zw")
    return len(asked)


def test_as_many_queries_for_one_as_for_three(scene: Scene) -> None:
    register(scene, "张伟")
    queries(scene)
    one = queries(scene)
    register(scene, "张武", "章文")
    assert queries(scene) == one
