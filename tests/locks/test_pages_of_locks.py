"""Pages of locks: what waits for my office first, signing by a button, what is refused in words, constant queries."""
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import RosterLock, SignOff
from dispatch.rosters import codes
from dispatch.services import locking
from laborbridge.accounts.models import User
from tests import factories as make
from tests.pages.scene import NUMBER

from .scene import Locking, make_locking, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Locking:
    return make_locking()


def client(user: User, language: str = "en") -> Client:
    user.language = language
    user.save()
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def text(answer: object) -> str:
    return answer.content.decode()


def all_of(scene: Locking) -> str:
    return reverse("roster-locks", args=[scene.campaign.pk])


def one(scene: Locking, name: str = "roster-lock") -> str:
    return reverse(name, args=[scene.lock.pk])


def test_a_planner_locks_a_day_by_the_form(scene: Locking) -> None:
    asked = {"day": "2020-03-21", "mode": "train", "hours": "14", "offices": [office.pk for office in scene.offices]}
    page = client(scene.staff[0]).post(all_of(scene), asked, follow=True)
    assert "1 list is locked. The time has come already" in text(page)
    [lock] = RosterLock.objects.all()
    assert (lock.trip, lock.asked_by) == (scene.train, scene.staff[0])


def test_one_trip_at_one_time(scene: Locking) -> None:
    client(scene.staff[0]).post(all_of(scene), {
        "trip": scene.bus.ref, "at": "2020-03-20T20:00", "offices": [scene.offices[0].pk]})
    assert RosterLock.objects.get().locks_at == make.at(20, day=-1)


@pytest.mark.parametrize(("asked", "said"), [
    ({"hours": "14"}, "Choose a day, or give one trip by its number."),
    ({"day": "2020-03-21", "trip": "T1", "hours": "14"}, "Choose a day, or give one trip by its number."),
    ({"day": "2020-03-21"}, "Give either the hours before departure or a time, not both and not neither."),
    ({"day": "2020-03-21", "at": "soon"}, "The time was not understood; expected is 2020-03-20 20:00."),
    ({"trip": "no such trip", "hours": "3"}, "No trip here is without a lock."),
    ({"day": "2020-03-21", "at": "2020-03-21T20:00"}, "its list can only be locked before that"),
])
def test_what_is_asked_wrongly_is_said_and_nothing_is_locked(scene: Locking, asked: dict[str, str], said: str) -> None:
    page = client(scene.staff[0]).post(all_of(scene), asked | {"offices": [scene.offices[0].pk]})
    assert page.status_code in (409, 422)
    assert said in text(page)
    assert RosterLock.objects.count() == 0


def test_without_an_office_nothing_is_locked(scene: Locking) -> None:
    page = client(scene.staff[0]).post(all_of(scene), {"day": "2020-03-21", "hours": "14"})
    assert "Choose at least one office that must agree." in text(page)


def test_what_waits_for_my_office_is_said_on_the_campaigns_page_and_comes_first(scene: Locking) -> None:
    scene.set(scene.train, scene.bus)
    locking.freeze_due()
    scene.locks.sort(key=lambda lock: lock.trip_id != scene.train.pk)
    scene.sign(0)
    signed_in = client(scene.staff[0])
    campaign = text(signed_in.get(reverse("campaign", args=[scene.campaign.pk])))
    assert "1 list waits for your office&#x27;s signature." in campaign
    page = text(signed_in.get(all_of(scene)))
    places = [page.index(words) for words in ("Wait for my office", scene.bus.ref, "All others", scene.train.ref)]
    assert places == sorted(places)


def test_an_office_that_the_trip_does_not_touch_signs_and_sees_no_names_but_its_own(scene: Locking) -> None:
    far = make.make_organisation("bureau", place=make.make_place("county", parent=scene.campaign.origin))
    scene.campaign.participants.add(far)
    officer = make.make_member("case_officer", organisation=far)
    scene.offices.append(far)
    scene.staff.append(officer)
    frozen = scene.freeze()
    settle()
    scene.withdraw(scene.people[0])
    signed_in = client(officer)
    area = text(signed_in.get(reverse("area", args=[scene.campaign.pk])))
    assert "1 list waits for your office" in area
    assert signed_in.get(reverse("trip", args=[scene.train.pk])).status_code == 404
    page = text(signed_in.get(one(scene)))
    assert frozen.code in page
    assert "田小甲" not in page
    assert "None of the people on it is yours to see." in page
    assert "and 1 change of somebody whom you may not see" in page
    answer = signed_in.post(one(scene, "roster-lock-sign"), {"office": far.pk, "digest": frozen.digest}, follow=True)
    assert f"{far.name} has signed the list of {scene.train.ref}." in text(answer)
    assert SignOff.objects.get().by == officer


def test_the_page_shows_the_list_as_it_was_frozen(scene: Locking) -> None:
    scene.freeze()
    settle()
    scene.withdraw(scene.people[0])
    page = text(client(scene.staff[0]).get(one(scene)))
    listed = page[page.index('id="list"'):]
    assert [name in listed for name in ("田小甲", "田小乙", "田小丙", "田小丁")] == [True, True, True, False]


def test_nobody_signs_for_another_office(scene: Locking) -> None:
    frozen = scene.freeze()
    settle()
    asked = {"office": scene.offices[1].pk, "digest": frozen.digest}
    assert client(scene.staff[0]).post(one(scene, "roster-lock-sign"), asked).status_code == 404
    assert SignOff.objects.count() == 0


def test_a_list_that_is_no_longer_the_shown_one_is_refused_in_a_sentence(scene: Locking) -> None:
    old = scene.freeze()
    settle()
    scene.withdraw(scene.people[0])
    signed_in = client(scene.staff[0])
    signed_in.post(one(scene, "roster-lock-freeze"), {"why": "one left"})
    settle()
    answer = signed_in.post(one(scene, "roster-lock-sign"), {"office": scene.offices[0].pk, "digest": old.digest})
    assert answer.status_code == 409
    assert "Another list is frozen by now than the one that was shown to you." in text(answer)


def test_an_objection_is_read_by_all_and_a_lifted_lock_is_gone_from_the_list(scene: Locking) -> None:
    frozen = scene.freeze()
    settle()
    client(scene.staff[1]).post(one(scene, "roster-lock-object"), {
        "office": scene.offices[1].pk, "digest": frozen.digest, "why": "田小乙 <red>"})
    signed_in = client(scene.staff[0])
    assert f"{scene.offices[1].name} objects: 田小乙 &lt;red&gt;" in text(signed_in.get(all_of(scene)))
    assert signed_in.post(one(scene, "roster-lock-lift"), {"why": ""}).status_code == 409
    assert signed_in.post(one(scene, "roster-lock-lift"), {"why": "wrong train"}).status_code == 302
    assert "No list is locked" in text(signed_in.get(all_of(scene)))
    assert "Lifted" in text(signed_in.get(one(scene)))


def test_a_trips_page_and_its_manifest_say_what_changed_after(scene: Locking) -> None:
    scene.freeze()
    scene.sign(0)
    settle()
    scene.withdraw(scene.people[1])
    signed_in = client(scene.staff[0])
    page = text(signed_in.get(reverse("trip", args=[scene.train.pk])))
    assert f"signed by 1 of 2 offices, missing: {scene.offices[1].name}." in page
    assert "left seat 2: withdrawn" in page
    answer = signed_in.get(reverse("trip-roster", args=[scene.train.pk]) + "?as=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[str(cell) for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]
    said = [" ".join(row) for row in rows]
    assert any(f"signed by 1 of 2 offices, missing: {scene.offices[1].name}." in line for line in said)
    heading = next(n for n, line in enumerate(said) if line.startswith("Changed after the list was frozen at"))
    assert any("1 change since, listed at the end" in line for line in said[:3])
    assert heading > next(n for n, line in enumerate(said) if line.startswith("Gets on at"))
    assert "田小乙" in said[heading + 2]
    assert codes.code_of(scene.people[1].pk) in said[heading + 2]
    assert NUMBER not in "".join(said)


def test_before_publishing_the_plans_page_tells_which_frozen_lists_change(scene: Locking) -> None:
    scene.freeze()
    settle()
    draft = make.make_plan(scene.campaign)
    make.place_person(draft, scene.people[0], scene.posting, [(scene.train, 0, 2, 9)])
    page = text(client(scene.staff[0]).get(reverse("plan-difference", args=[draft.pk])))
    assert "Publishing changes 1 frozen list." in page
    assert "(3 people, signed by 0 of 2 offices): 0 come on, 2 leave, 1 get another seat, call or job" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_languages_have_the_pages(scene: Locking, language: str) -> None:
    scene.freeze()
    settle()
    scene.withdraw(scene.people[1])
    signed_in = client(scene.staff[0], language)
    wanted = {"en": ("being signed", "Wait for my office"), "zh-hans": ("会签中", "待本单位会签")}[language]
    page = text(signed_in.get(all_of(scene)))
    assert all(word in page for word in wanted)
    assert ("定稿后的变动：1 人" in text(signed_in.get(one(scene)))) == (language == "zh-hans")


def queries(user: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert user.get(address).status_code == 200
    return len(captured)


def test_three_locks_take_as_many_queries_as_one(scene: Locking) -> None:
    scene.set()
    locking.freeze_due()
    settle()
    signed_in = client(scene.staff[0])
    scene.withdraw(scene.people[0])
    few = queries(signed_in, all_of(scene))
    places = [call.place for call in scene.train.calls.all()]
    for _ in range(3):
        scene.set(make.make_trip(scene.campaign, places))
    locking.freeze_due()
    settle()
    assert queries(signed_in, all_of(scene)) == few


def test_three_changes_take_as_many_queries_as_one(scene: Locking) -> None:
    scene.freeze()
    settle()
    signed_in = client(scene.staff[0])
    scene.withdraw(scene.people[0])
    few = queries(signed_in, one(scene))
    scene.withdraw(scene.people[1])
    scene.move(scene.people[2], seat=20)
    assert queries(signed_in, one(scene)) == few
