"""What the database holds of locks, tried by raw SQL past every service."""
import pytest

from dispatch.models import FrozenSeat, SignOff
from dispatch.services import locking
from tests import factories as make
from tests.rules.world import refused

from .scene import Locking, make_locking, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Locking:
    return make_locking()


def lock_row(scene: Locking, at: str) -> str:
    return ("INSERT INTO dispatch_rosterlock (trip_id, locks_at, asked_by_id, asked_at, lifted_why) "
            f"VALUES ({scene.train.pk}, '{at}', {scene.staff[0].pk}, now(), '')")


def said(scene: Locking, *, office: int = 0, by: int | None = None, agrees: bool = True, digest: str = "",
         why: str = "", frozen: int | None = None) -> str:
    listed = scene.newest
    return ("INSERT INTO dispatch_signoff (frozen_id, organisation_id, agrees, by_id, at, digest, why) "
            f"VALUES ({frozen or listed.pk}, {scene.offices[office].pk}, {agrees}, "
            f"{by or scene.staff[office].pk}, now(), '{digest or listed.digest}', '{why}')")


def test_a_list_is_locked_before_its_trip_departs(scene: Locking) -> None:
    assert refused(lock_row(scene, scene.train.departs_at.isoformat())) == "roster_lock_is_before_departure"
    assert refused(lock_row(scene, "2020-03-20 20:00+08")) == ""


def test_a_trip_has_one_lock(scene: Locking) -> None:
    scene.set()
    assert refused(lock_row(scene, "2020-03-20 20:00+08")) == "roster_lock_one_per_trip"


def test_a_lock_is_lifted_with_who_when_and_why_and_stays_so(scene: Locking) -> None:
    lock = scene.set()
    lift = f"UPDATE dispatch_rosterlock SET lifted_at = now() WHERE id = {lock.pk}"
    assert refused(lift) == "roster_lock_lifted_says_who_when_and_why"
    locking.lift_lock(lock=lock, by=scene.staff[0], why="the train is cancelled")
    again = f"UPDATE dispatch_rosterlock SET lifted_at = NULL, lifted_by_id = NULL, lifted_why = '' WHERE id = {lock.pk}"
    assert refused(again) == "lifted_roster_lock_stays_lifted"
    assert refused(f"DELETE FROM dispatch_rosterlock WHERE id = {lock.pk}") == "roster_lock_is_never_removed"
    assert refused("TRUNCATE dispatch_signoff") == "table_is_never_emptied"


def test_the_terms_stay_once_the_list_is_frozen(scene: Locking) -> None:
    lock = scene.set()
    earlier = f"UPDATE dispatch_rosterlock SET locks_at = locks_at - interval '1 hour' WHERE id = {lock.pk}"
    assert refused(earlier) == ""
    settle()
    locking.freeze_due()
    assert refused(earlier) == "frozen_roster_lock_keeps_its_terms"
    drop = f"DELETE FROM dispatch_rosterlock_offices WHERE organisation_id = {scene.offices[1].pk}"
    assert refused(drop) == "frozen_roster_lock_keeps_its_terms"


# Each step a transaction of its own: in the one that froze it, a list may still be written.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", [
    "UPDATE dispatch_frozenlist SET people = people + 1",
    "UPDATE dispatch_frozenseat SET seat = seat + 1",
    "DELETE FROM dispatch_frozenseat",
    "DELETE FROM dispatch_frozenlist",
])
def test_a_frozen_list_never_changes(scene: Locking, statement: str) -> None:
    frozen = scene.freeze()
    assert refused(statement) == "frozen_list_never_changes"
    add = ("INSERT INTO dispatch_frozenseat (frozen_id, registration_id, name, board, alight, seat, posting_id) "
           f"VALUES ({frozen.pk}, {scene.people[-1].pk}, 'x', 0, 2, 30, {scene.posting.pk})")
    assert refused(add) == "frozen_list_never_changes"


def test_a_frozen_list_is_what_its_digest_says(scene: Locking) -> None:
    lock = scene.set()
    row = ("INSERT INTO dispatch_frozenlist (lock_id, number, plan_id, at, why, calls, people, digest) "
           f"VALUES ({lock.pk}, 1, {scene.plan.pk}, now(), '', '[]', 0, 'abc')")
    assert refused(row) == "frozen_list_is_what_its_digest_says"


def test_a_list_is_frozen_of_the_published_plan(scene: Locking) -> None:
    lock, draft = scene.set(), make.make_plan(scene.campaign)
    row = ("INSERT INTO dispatch_frozenlist (lock_id, number, plan_id, at, why, calls, people, digest) "
           f"VALUES ({lock.pk}, 1, {draft.pk}, now(), '', '[]', 0, '')")
    assert refused(row) == "frozen_list_is_of_the_published_plan"


def test_a_list_that_is_frozen_again_says_who_and_why(scene: Locking) -> None:
    scene.freeze()
    row = ("INSERT INTO dispatch_frozenlist (lock_id, number, plan_id, at, why, calls, people, digest) "
           f"VALUES ({scene.lock.pk}, 2, {scene.plan.pk}, now(), '', '[]', 0, '')")
    assert refused(row) == "frozen_list_frozen_again_says_who_and_why"


def test_an_office_signs_once_by_its_own_staff_what_is_frozen(scene: Locking) -> None:
    old = scene.freeze()
    assert refused(said(scene, by=scene.staff[1].pk)) == "sign_off_is_by_a_member_of_the_office"
    assert refused(said(scene, digest="0" * 64)) == "sign_off_is_of_the_list_that_is_frozen"
    elsewhere = make.make_organisation("bureau")
    make.make_member("planner", organisation=elsewhere)
    other = said(scene).replace(f"{old.pk}, {scene.offices[0].pk}", f"{old.pk}, {elsewhere.pk}")
    assert refused(other) == "sign_off_is_of_an_office_that_must_agree"
    assert refused(said(scene, agrees=False)) == "sign_off_that_objects_says_why"
    scene.sign(0)
    assert refused(said(scene)) == "roster_lock_signed_off_by_each_office_once"
    assert refused(said(scene, agrees=False, why="no")) == "office_that_has_signed_does_not_object"
    settle()
    scene.withdraw(scene.people[0])
    locking.freeze_again(lock=scene.lock, by=scene.staff[0], why="one left")
    assert refused(said(scene, office=1, frozen=old.pk, digest=old.digest)) == "sign_off_is_of_the_list_that_is_frozen"
    assert refused(f"UPDATE dispatch_signoff SET organisation_id = {scene.offices[1].pk}") == "sign_off_never_changes"


def test_a_lifted_lock_is_neither_signed_nor_frozen(scene: Locking) -> None:
    scene.freeze()
    locking.lift_lock(lock=scene.lock, by=scene.staff[0], why="the train is cancelled")
    assert refused(said(scene)) == "lifted_roster_lock_is_not_signed"
    row = ("INSERT INTO dispatch_frozenlist (lock_id, number, plan_id, at, by_id, why, calls, people, digest) "
           f"VALUES ({scene.lock.pk}, 2, {scene.plan.pk}, now(), {scene.staff[0].pk}, 'x', '[]', 0, '')")
    assert refused(row) == "lifted_roster_lock_freezes_nothing"


def test_nothing_is_left_of_a_refused_signature(scene: Locking) -> None:
    frozen = scene.freeze()
    refused(said(scene, by=scene.staff[1].pk))
    assert SignOff.objects.count() == 0
    assert FrozenSeat.objects.filter(frozen=frozen).count() == frozen.people == 3
