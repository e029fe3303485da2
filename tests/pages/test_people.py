"""Finding people, and what one person's page says."""
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils.html import escape

from dispatch.reasons import Reason
from tests import factories as make

from .scene import NUMBER, Scene


def found(scene: Scene, role: str = "planner", **asked: object) -> list[str]:
    page = scene.client(role).get(reverse("people", args=[scene.campaign.pk]), asked)
    assert page.status_code == 200
    return [row.registration.worker.name for row in page.context["shown"].rows]


@pytest.mark.parametrize("text", [
    "迪丽", "迪丽·木拉提", "迪丽•木", "13800001234", "138 0000 1234", "+86 138-0000-1234", "1234", NUMBER, NUMBER.lower(),
])
def test_a_person_is_found(scene: Scene, text: str) -> None:
    assert found(scene, q=text) == ["迪丽·木拉提"]


def test_a_person_is_found_by_the_senders_reference(scene: Scene) -> None:
    assert found(scene, q=scene.own.ref) == ["迪丽·木拉提"]


@pytest.mark.parametrize("name", [
    "王五", "欧阳修远", "阿卜杜热西提·买买提吐尔逊阿卜杜拉江艾力", "䶮𬭚", "\U00020bb7野\U00031350", "O'Neil <b>&amp;",
    "张%_\\",
])
def test_a_name_survives_input_search_and_output(scene: Scene, name: str) -> None:
    who = make.make_registration(scene.campaign, worker=make.make_worker(name=name))
    for text in (name, name[:2]):
        assert name in found(scene, q=text)
    client = scene.client("planner")
    for page in (reverse("people", args=[scene.campaign.pk]) + f"?q={quote(name)}", reverse("person", args=[who.pk])):
        assert escape(name) in client.get(page).content.decode()
    rows = client.get(reverse("api-registrations", args=[scene.campaign.pk])).json()["results"]
    assert name in [row["name"] for row in rows]


@pytest.mark.parametrize("text", ["拉木提", "1235", "422801198505171235", "13800001235", "W0", "%", "_"])
def test_nobody_is_found_by_what_does_not_fit(scene: Scene, text: str) -> None:
    assert found(scene, q=text) == []


def test_a_check_letter_is_found_in_either_case(scene: Scene) -> None:
    make.make_registration(scene.campaign, worker=make.make_worker(name="田家富", identity="42280119850517123X"))
    assert found(scene, q="123x") == ["田家富"]


def test_a_search_stays_within_what_one_may_see(scene: Scene) -> None:
    assert found(scene, "liaison", q="欧阳") == []
    assert found(scene, "planner", q="欧阳") == ["欧阳修远"]


def test_by_state_and_reason_and_place(scene: Scene) -> None:
    assert found(scene, show="placed") == ["迪丽·木拉提", "欧阳修远"]
    assert found(scene, show="left") == [scene.left.worker.name]
    assert found(scene, reason=Reason.SEATS_FULL) == [scene.left.worker.name]
    assert found(scene, reason=Reason.POSTINGS_FULL) == []
    assert found(scene, at="桃园") == ["迪丽·木拉提"]
    assert found(scene, show="left", plan=scene.draft.pk) == []


def test_more_people_than_a_page_holds(scene: Scene) -> None:
    names = [make.make_registration(scene.campaign).worker.name for _ in range(60)]
    first = scene.client("planner").get(reverse("people", args=[scene.campaign.pk])).context["shown"]
    assert len(first.rows) == 50
    rest = found(scene, after=first.next_after)
    assert [row.registration.worker.name for row in first.rows][3:] + rest == names


def test_a_page_shows_the_journey_with_the_seat(scene: Scene) -> None:
    page = scene.client("worker").get(reverse("person", args=[scene.own.pk]))
    leg = page.context["legs"][0]
    assert (leg.board.place, leg.alight.place, leg.seat, leg.open) == (
        scene.village.parent, scene.park, "5号座", True,
    )
    text = page.content.decode()
    assert "08:35" in text
    assert "138 0000 1234" in text
    assert "422801********1234" in text


def test_an_employer_and_an_escort_do_not_learn_wish_and_poverty(scene: Scene) -> None:
    scene.own.priority, scene.own.min_wage = 2, 4321
    scene.own.save()
    url = reverse("person", args=[scene.own.pk])
    for role, known in (("planner", True), ("liaison", True), ("worker", True), ("hr", False), ("escort", False)):
        text = scene.client(role).get(url).content.decode()
        assert ("4,321" in text, "建档立卡贫困户" in text) == (known, known), role


def test_a_page_says_why_somebody_is_left(scene: Scene) -> None:
    text = scene.client("case").get(reverse("person", args=[scene.left.pk])).content.decode()
    assert "未安排：来得及的车次均已满座。" in text


def test_a_draft_is_marked_as_one(scene: Scene) -> None:
    url = f"{reverse('person', args=[scene.left.pk])}?plan={scene.draft.pk}"
    assert "来自草案：尚未告知任何人，仍可能变动。" in scene.client("planner").get(url).content.decode()


def test_a_post_near_home_needs_no_seat(scene: Scene) -> None:
    near = make.make_registration(scene.campaign)
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, near, make.make_posting(scene.campaign))
    url = f"{reverse('person', args=[near.pk])}?plan={plan.pk}"
    assert "无需座位：岗位离家近。" in scene.client("planner").get(url).content.decode()


def test_the_drawer_is_a_part_and_the_page_a_whole(scene: Scene) -> None:
    url = reverse("person", args=[scene.own.pk])
    drawer = scene.client("planner").get(url, headers={"HX-Target": "drawer"}).content.decode()
    assert "<html" not in drawer
    assert "data-drawer-close" in drawer
    assert "<html" in scene.client("planner").get(url).content.decode()


def test_markup_in_a_name_is_text(scene: Scene) -> None:
    person = make.make_registration(scene.campaign, worker=make.make_worker(name="<b>覃</b>"))
    text = scene.client("planner").get(reverse("person", args=[person.pk])).content.decode()
    assert "<b>覃</b>" not in text
    assert "&lt;b&gt;覃&lt;/b&gt;" in text
