"""Merging two entries: which registration stays, what goes along, and every refusal in words."""
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from dispatch.models import Pin
from dispatch.services.pinning import lift_pin, pin_person
from dispatch.snapshot import take_snapshot
from jobs.models import Question, RegisterOutcome, ReservedPost, ReturningEmployee
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.registers.lists import make_register
from workers.invention.identity_numbers import identity_number
from workers.models import Clearance, Registration, Worker, WorkerMerge
from workers.queries.merging import end_of, entries_of, merge_plan
from workers.services.merging import merge_workers, undo_merge

from .scene import Twice, make_twice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


@pytest.fixture
def twice() -> Twice:
    return make_twice()


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def has_more(registration: Registration) -> None:
    for n in range(9):
        Clearance.objects.create(registration=registration, colour=0, source="test",
                                 valid_from=timezone.now() - timedelta(days=n + 1))


def said(**asked: Any) -> str:
    with pytest.raises(RuleBroken) as broken, transaction.atomic():
        merge_workers(**asked)
    return str(broken.value)


# --- what becomes of the registrations ---------------------------------------------------------------------------------


def test_the_older_registration_stays_and_the_other_goes_by_it(twice: Twice) -> None:
    merge = twice.merge()
    assert fresh(twice.gone).merged_into == twice.kept
    assert fresh(twice.mine).outcome is None
    second = fresh(twice.second)
    assert (second.outcome, second.worker, second.outcome_by) == ("duplicate", twice.gone, twice.staff)
    assert [m[:2] for m in merge.moved] == [["workers.registration", twice.second.pk]]
    assert Entry.objects.get(action="workers merged").campaign == twice.campaign


def test_a_registration_that_only_the_other_has_moves(twice: Twice) -> None:
    elsewhere = make.make_registration(make.make_campaign(), worker=twice.gone)
    twice.merge()
    assert fresh(elsewhere).worker == twice.kept


def test_who_has_a_seat_stays_and_becomes_the_kept_ones(twice: Twice) -> None:
    plan = make.make_plan(twice.campaign)
    make.place_person(plan, twice.second, make.make_posting(twice.campaign))
    make.publish(plan)
    make.make_reserved_post(make.make_posting(twice.campaign, kind="reserved"), twice.mine)
    twice.merge()
    assert (fresh(twice.second).worker, fresh(twice.second).outcome) == (twice.kept, None)
    assert (fresh(twice.mine).worker, fresh(twice.mine).outcome) == (twice.gone, "duplicate")
    assert ReservedPost.objects.get().registration == twice.second


def test_a_seat_of_a_draft_or_of_a_replaced_plan_is_none(twice: Twice) -> None:
    old, draft = make.make_plan(twice.campaign), None
    make.place_person(old, twice.second, make.make_posting(twice.campaign))
    make.publish(old)
    make.publish(make.make_plan(twice.campaign))
    draft = make.make_plan(twice.campaign)
    make.place_person(draft, twice.second, make.make_posting(twice.campaign))
    twice.merge()
    assert fresh(twice.mine).outcome is None


def test_who_has_more_stays(twice: Twice) -> None:
    make.make_reserved_post(make.make_posting(twice.campaign, kind="reserved"), twice.second)
    twice.merge()
    assert (fresh(twice.second).worker, fresh(twice.mine).outcome) == (twice.kept, "duplicate")


def test_who_still_goes_stays_before_who_does_not(twice: Twice) -> None:
    Registration.objects.filter(pk=twice.mine.pk).update(outcome="withdrew", outcome_at=timezone.now())
    notes = merge_plan(twice.kept, twice.gone).notes
    assert [n for n in notes if "says “withdrew”, the other one stays open" in n]
    twice.merge()
    assert (fresh(twice.second).outcome, fresh(twice.mine).outcome) == (None, "duplicate")


def test_who_is_back_already_is_so_as_a_person(twice: Twice) -> None:
    at = timezone.now() - timedelta(days=1)
    Registration.objects.filter(pk=twice.second.pk).update(outcome="already_back", outcome_at=at)
    merge = twice.merge()
    assert (fresh(twice.mine).outcome, fresh(twice.mine).outcome_at) == ("already_back", at)
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    assert (fresh(twice.mine).outcome, fresh(twice.second).outcome) == (None, "already_back")


def test_a_seat_stays_though_the_other_entry_says_that_the_person_is_back(twice: Twice) -> None:
    plan = make.make_plan(twice.campaign)
    make.place_person(plan, twice.mine, make.make_posting(twice.campaign))
    make.publish(plan)
    Registration.objects.filter(pk=twice.second.pk).update(outcome="already_back", outcome_at=timezone.now())
    assert any("has a seat, which stays" in note for note in merge_plan(twice.kept, twice.gone).notes)
    twice.merge()
    assert fresh(twice.mine).outcome is None


def test_runs_see_each_person_once(twice: Twice) -> None:
    make.make_registration(twice.campaign)
    before = set(take_snapshot(twice.campaign).registrations)
    twice.merge()
    after = set(take_snapshot(twice.campaign).registrations)
    assert before - after == {twice.second.pk} and after < before


# --- what goes along ---------------------------------------------------------------------------------------------------


def test_what_the_one_that_stays_lacks_it_takes_from_the_other(twice: Twice) -> None:
    trade, group = make.make_occupation(twice.campaign), make.make_group(twice.campaign)
    district = make.make_place("district", parent=twice.campaign.destination)
    Registration.objects.filter(pk=twice.mine.pk).update(contact="none", contact_phone="", village=None)
    Registration.objects.filter(pk=twice.second.pk).update(preferred_district=district)
    twice.second.occupations.add(trade)
    Registration.objects.filter(pk=twice.second.pk).update(group=group)
    tested = Clearance.objects.create(registration=twice.second, colour=1, source="test", valid_from=timezone.now())
    has_more(twice.mine)
    merge = twice.merge()
    mine = fresh(twice.mine)
    assert (mine.outcome, mine.contact_phone, mine.preferred_district) == (None, "13800001234", district)
    assert (mine.village, mine.group) == (twice.village, group)
    assert list(mine.occupations.all()) == [trade] and fresh(tested).registration == mine
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    mine = fresh(twice.mine)
    assert (mine.contact_phone, mine.preferred_district, mine.village, mine.group) == ("", None, None, None)
    assert not mine.occupations.exists() and fresh(tested).registration == twice.second


def test_pins_of_the_duplicate_are_made_anew_where_the_other_has_none(twice: Twice) -> None:
    has_more(twice.mine)
    held = pin_person(person=twice.second, kind="out", reason="in hospital", by=twice.staff)
    merge = twice.merge()
    anew = Pin.objects.get(registration=twice.mine)
    assert (anew.kind, anew.reason, fresh(held).lifted_at) == ("out", "in hospital", None)
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    assert fresh(anew).lifted_why == "two sisters" and fresh(held).lifted_at is None


def test_pins_of_both_stay_where_they_are_and_are_named(twice: Twice) -> None:
    pin_person(person=twice.mine, kind="out", reason="in hospital", by=twice.staff)
    pin_person(person=twice.second, kind="out", reason="in hospital", by=twice.staff)
    assert any("“held out” of the other registration rests" in n for n in merge_plan(twice.kept, twice.gone).notes)
    twice.merge()
    assert Pin.objects.filter(lifted_at=None).count() == 2


def test_two_posts_kept_for_one_person_are_named(twice: Twice) -> None:
    for one in (twice.mine, twice.second):
        make.make_reserved_post(make.make_posting(twice.campaign, kind="reserved"), one)
    assert any("two posts are kept for 向桂英" in note for note in merge_plan(twice.kept, twice.gone).notes)
    twice.merge()
    assert {p.registration_id for p in ReservedPost.objects.all()} == {twice.mine.pk, twice.second.pk}


def test_an_employer_who_wants_the_duplicate_wants_the_person(twice: Twice) -> None:
    wanted = {"name": "向桂英", "link": "linked", "linked_at": timezone.now()}
    firm, both = make.make_employer(twice.campaign), make.make_employer(twice.campaign)
    moves = ReturningEmployee.objects.create(employer=firm, registration=twice.second, **wanted)
    first = ReturningEmployee.objects.create(employer=both, registration=twice.mine, **wanted)
    stays = ReturningEmployee.objects.create(employer=both, registration=twice.second, **wanted)
    has_more(twice.mine)
    asked = Question.objects.create(campaign=twice.campaign, kind="dates", registration=twice.second,
                                    owner=twice.staff.memberships.get().organisation)
    merge = twice.merge()
    assert fresh(moves).registration == twice.mine
    assert (fresh(first).registration, fresh(stays).registration) == (twice.mine, twice.second)
    assert (fresh(asked).answer, fresh(asked).settled_by) == ("merged", twice.staff)
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    assert fresh(moves).registration == twice.second and fresh(asked).settled_at is None


def test_birth_date_sex_and_account_go_to_who_has_none(twice: Twice) -> None:
    Worker.objects.filter(pk=twice.kept.pk).update(birth_date=None, sex="")
    account = make.make_user()
    Worker.objects.filter(pk=twice.gone.pk).update(user=account)
    merge = twice.merge()
    kept = fresh(twice.kept)
    assert (kept.birth_date, kept.sex, kept.user, fresh(twice.gone).user) == (twice.gone.birth_date, "m", account, None)
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    kept = fresh(twice.kept)
    assert (kept.birth_date, kept.sex, kept.user, fresh(twice.gone).user) == (None, "", None, account)


# --- what stands against it --------------------------------------------------------------------------------------------


def test_both_have_a_seat(twice: Twice) -> None:
    plan = make.make_plan(twice.campaign)
    for one in (twice.mine, twice.second):
        make.place_person(plan, one, make.make_posting(twice.campaign))
    make.publish(plan)
    words = said(kept=twice.kept, gone=twice.gone, why="one person", by=twice.staff)
    assert "both have a seat" in words and twice.mine.ref in words and "Hold one of them out by a pin" in words
    assert not WorkerMerge.objects.exists() and fresh(twice.second).outcome is None


def test_valid_numbers_that_contradict_each_other_need_an_answer(twice: Twice) -> None:
    kept = make.make_worker(identity=identity_number("422801", twice.kept.birth_date, 123))
    gone = make.make_worker(identity=identity_number("422801", twice.kept.birth_date + timedelta(days=9), 122))
    words = said(kept=kept, gone=gone, why="one person", by=twice.staff)
    assert "born on 1985-05-17, the other on 1985-05-26" in words and "one is a man, the other a woman" in words
    assert "not one because they share a telephone" in words and "42280119850517" not in words
    merge = merge_workers(kept=kept, gone=gone, why="a lent card; the village confirms it", by=twice.staff, despite=True)
    assert Entry.objects.get(action="workers merged", subject_id=merge.pk).detail["doubts"]


def test_a_number_that_fails_its_check_contradicts_nobody() -> None:
    campaign = make.make_campaign()
    right = identity_number("422801", make.FIRST_DAY.replace(year=1985), 123)
    kept = make.make_worker(identity=right)
    gone = make.make_worker(identity=right[:6] + "19860517124" + ("1" if right[-1] != "1" else "2"))
    merge_workers(kept=kept, gone=gone, why="one person", by=make.make_planner(campaign))


def test_the_entry_with_a_number_is_kept(twice: Twice) -> None:
    numbered = make.make_worker(name="向桂英", identity=identity_number("422801", twice.kept.birth_date, 123))
    words = said(kept=twice.kept, gone=numbered, why="one person", by=twice.staff)
    assert "Only 向桂英 422801********1232 has an identity number" in words


def test_not_in_a_circle_and_not_with_who_was_merged_away(twice: Twice) -> None:
    third = make.make_worker(name="向桂英")
    twice.merge()
    for kept, gone in ((twice.gone, twice.kept), (twice.kept, twice.gone), (twice.kept, twice.kept)):
        assert "is one person already" in said(kept=kept, gone=gone, why="one person", by=twice.staff)
    for kept, gone in ((twice.gone, third), (third, twice.gone)):
        assert "was merged into 向桂英 before" in said(kept=kept, gone=gone, why="one person", by=twice.staff)
    merge_workers(kept=third, gone=fresh(twice.kept), why="one person", by=twice.staff)
    assert end_of(fresh(twice.gone)) == third
    assert [w.pk for w in entries_of(third)] == [third.pk, twice.kept.pk, twice.gone.pk]


def test_both_have_an_account(twice: Twice) -> None:
    for worker in (twice.kept, twice.gone):
        Worker.objects.filter(pk=worker.pk).update(user=make.make_user())
    assert "Both have an account" in said(kept=twice.kept, gone=twice.gone, why="one person", by=twice.staff)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_it_says_why(twice: Twice, why: str) -> None:
    assert "Say in 1 to 200 characters why" in said(kept=twice.kept, gone=twice.gone, why=why, by=twice.staff)
    merge = twice.merge()
    with pytest.raises(RuleBroken, match="Say in 1 to 200 characters why"):
        undo_merge(merge=merge, by=twice.staff, why=why)


# --- undoing -----------------------------------------------------------------------------------------------------------


def test_what_was_changed_since_stays_and_is_named(twice: Twice) -> None:
    elsewhere = make.make_registration(make.make_campaign(), worker=twice.gone)
    Registration.objects.filter(pk=twice.mine.pk).update(contact="none", contact_phone="")
    has_more(twice.mine)
    merge = twice.merge()
    Registration.objects.filter(pk=twice.mine.pk).update(contact_phone="13900009999")
    undone = undo_merge(merge=merge, by=twice.staff, why="two sisters")
    assert [(label, pk, sorted(fields)) for label, pk, fields in undone.left] == [
        ("workers.registration", twice.mine.pk, ["contact", "contact_name", "contact_phone"])]
    assert fresh(twice.mine).contact_phone == "13900009999"
    assert fresh(elsewhere).worker == twice.gone and fresh(twice.second).outcome is None
    assert fresh(twice.gone).merged_into is None and fresh(merge).undone_by == twice.staff


def test_the_later_merge_is_undone_first(twice: Twice) -> None:
    elsewhere = make.make_campaign()
    make.make_registration(elsewhere, worker=twice.gone)
    third = make.make_worker()
    make.make_registration(elsewhere, worker=third, phone="13800005555", village=make.make_village(elsewhere))
    first = twice.merge()
    second = merge_workers(kept=fresh(twice.kept), gone=third, why="one person", by=twice.staff)
    with pytest.raises(RuleBroken, match=f"A later merge, with {third.name}, moved the same rows"):
        undo_merge(merge=first, by=twice.staff, why="two sisters")
    on = merge_workers(kept=make.make_worker(name="向桂花"), gone=fresh(twice.kept), why="one person", by=twice.staff)
    with pytest.raises(RuleBroken, match="向桂英 was merged on since"):
        undo_merge(merge=second, by=twice.staff, why="two sisters")
    for merge in (on, second, first):
        assert undo_merge(merge=merge, by=twice.staff, why="two sisters").left == []
    with pytest.raises(RuleBroken, match="was undone already"):
        undo_merge(merge=first, by=twice.staff, why="two sisters")


def test_a_pin_that_was_lifted_since_is_not_touched(twice: Twice) -> None:
    has_more(twice.mine)
    pin_person(person=twice.second, kind="out", reason="in hospital", by=twice.staff)
    merge = twice.merge()
    lift_pin(pin=Pin.objects.get(registration=twice.mine), by=twice.staff, why="well again")
    assert [one[0] for one in undo_merge(merge=merge, by=twice.staff, why="two sisters").left] == ["dispatch.pin"]


def test_what_a_register_gave_goes_along_and_with_the_registers_row(twice: Twice) -> None:
    at = timezone.now()
    Registration.objects.filter(pk=twice.second.pk).update(outcome="already_back", outcome_at=at)
    register = make_register(twice.campaign)
    given = RegisterOutcome.objects.create(register=register, registration=twice.second, outcome="already_back", given_at=at)
    merge = twice.merge()
    assert fresh(given).registration == twice.mine and fresh(twice.mine).outcome_at == fresh(given).given_at
    undo_merge(merge=merge, by=twice.staff, why="two sisters")
    assert fresh(given).registration == twice.second
