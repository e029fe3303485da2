"""The course of a lock: set, frozen, signed, objected to, frozen anew, lifted; each step on record."""
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from dispatch.models import RosterLock
from dispatch.queries import access, locks
from dispatch.services import locking
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from transport.models import Trip

from .scene import Locking, make_locking, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def scene() -> Locking:
    return make_locking()


def standing(scene: Locking) -> locks.Locked:
    return locks.standing_of(RosterLock.objects.get(pk=scene.lock.pk), scene.plan)


def test_from_set_to_locked(scene: Locking) -> None:
    scene.set()
    assert scene.lock.locks_at == scene.train.departs_at - timedelta(hours=14)
    assert standing(scene).state == "due"
    locking.freeze_due()
    settle()
    found = standing(scene)
    assert found.state == "frozen"
    assert [office.name for office in found.missing] == [office.name for office in scene.offices]
    seats = scene.newest.seats.order_by("seat").values_list("name", "board", "alight", "seat")
    assert list(seats) == [("田小甲", 0, 2, 0), ("田小乙", 0, 2, 1), ("田小丙", 0, 2, 2)]
    assert [call["place"] for call in scene.newest.calls] == ["恩施站", "宜昌东站", "杭州东站"]
    scene.sign(0)
    assert standing(scene).missing == [scene.offices[1]]
    scene.sign(1)
    found = standing(scene)
    assert (found.state, found.missing) == ("locked", [])
    assert found.locked_at == max(office.signed.at for office in found.offices)
    actions = list(Entry.objects.filter(subject="dispatch.rosterlock").order_by("id").values_list("action", "by"))
    first, second = (user.pk for user in scene.staff)
    assert actions == [("list lock set", first), ("list frozen", None), ("list signed", first), ("list signed", second)]


def test_a_list_is_frozen_when_it_is_due_and_not_before(scene: Locking) -> None:
    soon = timezone.now() + timedelta(hours=2)
    trip = make.make_trip(scene.campaign, [call.place for call in scene.train.calls.all()], starts=soon + timedelta(hours=2))
    locking.set_locks(campaign=scene.campaign, trips=[trip], offices=scene.offices, by=scene.staff[0], at=soon)
    assert locking.freeze_due() == []
    RosterLock.objects.update(locks_at=timezone.now() - timedelta(seconds=1))
    assert len(locking.freeze_due()) == 1
    assert locking.freeze_due() == []


def test_without_a_published_plan_a_list_waits_for_one(scene: Locking) -> None:
    scene.set()
    other = make_locking()
    draft = make.make_plan(make.make_campaign())
    assert draft.state == "draft"
    places = [call.place for call in scene.train.calls.all()]
    trip = make.make_trip(draft.campaign, places)
    draft.campaign.participants.add(*scene.offices)
    [lock] = locking.set_locks(campaign=draft.campaign, trips=[trip], offices=scene.offices, by=scene.staff[0], hours=5)
    other.set()
    assert sorted(locking.freeze_due()) == sorted([scene.lock.pk, other.lock.pk])
    make.publish(draft)
    assert locking.freeze_due() == [lock.pk]


def test_a_trip_that_is_cancelled_is_not_frozen(scene: Locking) -> None:
    scene.set(scene.bus)
    Trip.objects.filter(pk=scene.bus.pk).update(state="cancelled")
    assert locking.freeze_due() == []


def test_freezing_anew_asks_all_offices_again_and_refuses_who_signs_the_old_list(scene: Locking) -> None:
    old = scene.freeze()
    scene.sign(0)
    scene.withdraw(scene.people[1])
    new = locking.freeze_again(lock=scene.lock, by=scene.staff[0], why="one left")
    settle()
    assert (new.number, new.people, new.why, new.by) == (2, 2, "one left", scene.staff[0])
    assert new.digest != old.digest
    assert standing(scene).missing == scene.offices
    with pytest.raises(RuleBroken, match="Another list is frozen by now than the one that was shown to you"):
        scene.sign(1, old.digest)
    scene.sign(0)
    assert standing(scene).missing == [scene.offices[1]]


def test_a_list_frozen_anew_without_a_change_is_still_another_list_to_sign(scene: Locking) -> None:
    old = scene.freeze()
    scene.sign(0)
    new = locking.freeze_again(lock=scene.lock, by=scene.staff[0], why="asked for by telephone")
    assert new.digest == old.digest
    assert standing(scene).missing == scene.offices


def test_an_objection_is_shown_and_taken_back_by_signing(scene: Locking) -> None:
    frozen = scene.freeze()
    locking.object_to_list(lock=scene.lock, organisation=scene.offices[1], digest=frozen.digest, by=scene.staff[1],
                           why="田小乙 is red")
    found = standing(scene)
    assert found.state == "objected"
    assert [office.objection.why for office in found.objecting] == ["田小乙 is red"]
    scene.sign(1)
    assert standing(scene).objecting == []


def test_a_lifted_lock_makes_room_for_another(scene: Locking) -> None:
    scene.freeze()
    locking.lift_lock(lock=scene.lock, by=scene.staff[0], why="wrong offices")
    with pytest.raises(RuleBroken, match="lifted already"):
        locking.lift_lock(lock=scene.lock, by=scene.staff[0], why="again")
    with pytest.raises(RuleBroken, match="This lock was lifted"):
        locking.freeze_again(lock=scene.lock, by=scene.staff[0], why="again")
    assert locking.set_locks(campaign=scene.campaign, trips=[scene.train], offices=scene.offices, by=scene.staff[0], hours=3)


def test_what_cannot_be_locked_is_said_and_changes_nothing(scene: Locking) -> None:
    def refuse(match: str, **changed: object) -> None:
        asked = {"campaign": scene.campaign, "trips": [scene.train], "offices": scene.offices, "by": scene.staff[0],
                 "hours": 12}
        with pytest.raises(RuleBroken, match=match):
            locking.set_locks(**(asked | changed))
        assert RosterLock.objects.count() == 0

    refuse("Choose at least one office", offices=[])
    refuse("take no part in the campaign: elsewhere", offices=[make.make_organisation("bureau", name="elsewhere")])
    mute = make.make_organisation("bureau", name="nobody there")
    scene.campaign.participants.add(mute)
    refuse("Nobody could sign for nobody there", offices=[mute])
    refuse("from 1 to 336 hours before departure, not 0", hours=0)
    refuse("departs Sat 21 Mar 08:35; its list can only be locked before that", hours=None, at=make.at(9))
    refuse("not both and not neither", hours=None)
    refuse("not both and not neither", at=make.at(3))
    refuse("No trip here is without a lock", trips=[])
    Trip.objects.filter(pk=scene.bus.pk).update(state="cancelled")
    refuse("does not run", trips=[Trip.objects.get(pk=scene.bus.pk)])


def test_a_day_is_locked_at_once_and_trips_that_have_a_lock_keep_it(scene: Locking) -> None:
    first = scene.set()
    made = locking.set_locks(
        campaign=scene.campaign, trips=[scene.train, scene.bus], offices=scene.offices[:1], by=scene.staff[0], hours=2)
    assert [lock.trip for lock in made] == [scene.bus]
    assert list(RosterLock.objects.get(pk=first.pk).offices.order_by("pk")) == scene.offices


def test_who_is_missing_is_counted_by_office(scene: Locking) -> None:
    scene.set(scene.train, scene.bus)
    locking.freeze_due()
    scene.sign(0)
    sights = [access.sight(user, scene.campaign.pk) for user in scene.staff]
    assert [locks.waiting_for(sight) for sight in sights] == [1, 2]
    assert locks.missing_by_office(sights[0]) == [(scene.offices[1].name, 2), (scene.offices[0].name, 1)]
    order = [[lock.trip for lock in locks.locks_of(sight)] for sight in sights]
    assert order[0] == [scene.bus, scene.train]
