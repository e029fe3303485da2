"""What is otherwise since a list was frozen: who, what, when, by whom, why; across plans too."""
from collections.abc import Iterator

import pytest
from django.utils import translation

from dispatch.queries import access, locks
from dispatch.queries.lock_changes import Change, changes_since
from dispatch.rosters.changes import Since, since, state_in_words
from tests import factories as make
from transport.models import Call
from transport.queries import calls_of

from .scene import Locking, make_locking, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def scene() -> Locking:
    scene = make_locking()
    scene.freeze()
    settle()
    return scene


def changes(scene: Locking) -> list[Change]:
    return changes_since([locks.standing_of(scene.lock, scene.plan)], scene.plan).get(scene.lock.pk, [])


def shown(scene: Locking, only: set[int] | None = None) -> Since:
    found, trip = locks.standing_of(scene.lock, scene.plan), scene.train
    return since({trip.pk: found}, scene.plan, calls_of([trip.pk]), {trip.pk: trip}, only)[trip.pk]


def lines(scene: Locking) -> list[tuple[str, str, str, str]]:
    return [(line.kind, line.name, line.what, line.cause.by if line.cause else "") for line in shown(scene).lines]


def test_nothing_has_changed_at_first(scene: Locking) -> None:
    assert changes(scene) == []
    assert shown(scene).found.moved.all == 0


def test_somebody_who_withdrew_is_listed_with_who_and_why(scene: Locking) -> None:
    scene.withdraw(scene.people[1])
    [one] = changes(scene)
    assert (one.registration, one.was, one.now) == (scene.people[1].pk, (0, 2, 1, scene.posting.pk), None)
    assert (one.cause.by, one.cause.why) == (scene.staff[0].name, "no longer wants to go")
    assert lines(scene) == [("off", "田小乙", "left seat 2: withdrawn", scene.staff[0].name)]


def test_another_seat_and_another_call_are_listed(scene: Locking) -> None:
    scene.move(scene.people[0], seat=30, alight=1)
    by = scene.staff[1].name
    assert lines(scene) == [
        ("other", "田小甲", "seat seat 1 → seat 31; rides 恩施站 to 杭州东站 → 恩施站 to 宜昌东站", by)]


def test_a_change_taken_back_is_none(scene: Locking) -> None:
    scene.move(scene.people[0], seat=30)
    scene.move(scene.people[0], seat=0)
    assert changes(scene) == []


def test_a_corrected_name_is_listed_though_no_plan_changed(scene: Locking) -> None:
    worker = scene.people[2].worker
    worker.name = "田小炳"
    worker.save()
    assert lines(scene) == [("other", "田小炳", "name corrected, was 田小丙", "")]


def test_each_difference_is_of_the_plan_that_made_it(scene: Locking) -> None:
    scene.withdraw(scene.people[0])
    scene.replace_plan({1: 1, 2: 20, 3: 3}, why="the second")
    scene.replace_plan({1: 11, 2: 20, 3: 3}, why="the third")
    scene.move(scene.people[3], seat=33)
    told = {change.registration: (change.cause.plan, change.cause.why) for change in changes(scene)}
    first, second, third, last = (who.pk for who in scene.people)
    assert told == {
        first: (1, "no longer wants to go"), second: (3, "the third"), third: (2, "the second"),
        last: (3, "sits with her sister"),
    }
    assert [line[0] for line in lines(scene)] == ["on", "off", "other", "other"]


def test_who_is_carried_by_another_trip_now_is_told_which(scene: Locking) -> None:
    plan = make.make_plan(scene.campaign)
    for nth, (trip, alight) in enumerate([(scene.bus, 1), (scene.train, 2), (scene.train, 2)]):
        make.place_person(plan, scene.people[nth], scene.posting, [(trip, 0, alight, nth)])
    make.publish(plan, by=scene.staff[1])
    scene.plan = plan
    [line] = shown(scene).lines
    assert line.what == f"left seat 1: rides {scene.bus.ref} instead"
    assert line.why == "plan 2 published: tests"


def test_another_time_is_told(scene: Locking) -> None:
    Call.objects.filter(trip=scene.train, seq=1).update(arrive_at=make.at(10, 30))
    assert shown(scene).calls == ["宜昌东站 Sat 21 Mar 10:25 → 宜昌东站 Sat 21 Mar 10:30"]


def test_names_that_are_not_the_readers_are_only_counted(scene: Locking) -> None:
    scene.withdraw(scene.people[0])
    scene.withdraw(scene.people[1])
    seen = shown(scene, {scene.people[1].pk})
    assert [line.name for line in seen.lines] == ["田小乙"]
    assert seen.hidden_words == "and 1 change of somebody whom you may not see"


def test_publishing_tells_which_frozen_lists_it_changes(scene: Locking) -> None:
    draft = make.make_plan(scene.campaign)
    make.place_person(draft, scene.people[0], scene.posting, [(scene.train, 0, 2, 0)])
    make.place_person(draft, scene.people[1], scene.posting, [(scene.train, 0, 2, 9)])
    make.place_person(draft, scene.people[3], scene.posting, [(scene.train, 0, 2, 10)])
    sight = access.sight(scene.staff[0], scene.campaign.pk)
    [found] = locks.frozen_lists_changed_by(sight, draft)
    assert (found.lock, found.moved) == (scene.lock, locks.Moved(on=1, off=1, other=1))
    assert locks.frozen_lists_changed_by(sight, scene.plan) == []


def test_the_sentence_names_who_is_missing(scene: Locking) -> None:
    scene.sign(0)
    words = state_in_words(locks.standing_of(scene.lock, scene.plan))
    assert words.endswith(f", signed by 1 of 2 offices, missing: {scene.offices[1].name}.")
    with translation.override("zh-hans"):
        words = state_in_words(locks.standing_of(scene.lock, scene.plan))
    assert words.endswith(f"2 个部门中已有 1 个会签，尚缺：{scene.offices[1].name}。")
