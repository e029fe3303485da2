"""The person's page with its merges, merging by hand, undoing with what it would do."""
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dispatch.services.pinning import pin_person
from laborbridge.identity import seal
from tests import factories as make
from workers.invention.identity_numbers import identity_number
from workers.models import ListImport, ListRow, Registration, Worker, WorkerMerge
from workers.services.merging import merge_workers

from .scene import Twice, make_twice

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice() -> Twice:
    return make_twice()


@pytest.fixture
def client(twice: Twice) -> Client:
    signed_in = Client()
    signed_in.force_login(twice.staff)
    return signed_in


def text(answer: Any) -> str:
    return str(answer.content.decode())


def merge_page(twice: Twice, person: Registration | None = None) -> str:
    return reverse("person-merge", args=[(person or twice.mine).pk])


def test_the_other_entry_is_found_by_name_and_the_person_itself_is_not(client: Client, twice: Twice) -> None:
    shown = text(client.get(merge_page(twice), {"q": "向桂英"}))
    assert f"?other={twice.second.pk}" in shown and f"?other={twice.mine.pk}" not in shown
    assert "Nobody else fits" in text(client.get(merge_page(twice), {"q": "路人"}))


def test_both_stand_side_by_side_with_what_merging_does(client: Client, twice: Twice) -> None:
    Registration.objects.filter(pk=twice.mine.pk).update(contact="none", contact_phone="")
    pin_person(person=twice.mine, kind="out", reason="in hospital", by=twice.staff)
    shown = text(client.get(merge_page(twice), {"other": twice.second.pk}))
    assert f"registration {twice.mine.ref} stays, {twice.second.ref} goes by it" in shown
    assert "telephones (1)" in shown and "the same name" in shown
    assert not WorkerMerge.objects.exists(), "looking changes nothing"


def test_merged_and_undone_by_hand(client: Client, twice: Twice) -> None:
    answer = client.post(merge_page(twice, twice.second), {"other": twice.mine.pk, "why": "the same house"}, follow=True)
    merge = WorkerMerge.objects.get()
    assert (merge.kept, merge.gone, merge.why, merge.by) == (twice.kept, twice.gone, "the same house", twice.staff)
    shown = text(answer)
    assert answer.redirect_chain[-1][0].startswith(f"/people/{twice.mine.pk}/")
    assert "One person from now on: 向桂英" in shown and "the same house" in shown
    undo = reverse("person-merge-undo", args=[twice.mine.pk, merge.pk])
    assert undo in shown
    before = text(client.get(undo))
    assert "Put back as it was: registrations that end or go again (1)" in before
    assert WorkerMerge.objects.get().undone_at is None
    refused = client.post(undo, {"why": " "})
    assert refused.status_code == 409 and "Say in 1 to 200 characters why" in text(refused)
    done = text(client.post(undo, {"why": "two sisters"}, follow=True))
    assert "Two people again" in done and "Undone by" in done
    assert Registration.objects.get(pk=twice.second.pk).outcome is None
    assert client.post(undo, {"why": "again"}).status_code == 409


def test_what_was_changed_since_is_named_before_and_after(client: Client, twice: Twice) -> None:
    Registration.objects.filter(pk=twice.mine.pk).update(contact="none", contact_phone="")
    pin_person(person=twice.mine, kind="out", reason="in hospital", by=twice.staff)
    merge = twice.merge()
    Registration.objects.filter(pk=twice.mine.pk).update(contact_phone="13900009999")
    undo = reverse("person-merge-undo", args=[twice.mine.pk, merge.pk])
    assert "Changed since, so it stays as it is now: telephones (1)" in text(client.get(undo))
    assert "Changed since, so left as it is: telephones (1)" in text(client.post(undo, {"why": "two sisters"}, follow=True))


def test_what_stands_against_it_is_said(client: Client, twice: Twice) -> None:
    plan = make.make_plan(twice.campaign)
    for one in (twice.mine, twice.second):
        make.place_person(plan, one, make.make_posting(twice.campaign))
    make.publish(plan)
    shown = text(client.get(merge_page(twice), {"other": twice.second.pk}))
    assert "They cannot be merged" in shown and "both have a seat" in shown and 'name="why"' not in shown
    answer = client.post(merge_page(twice), {"other": twice.second.pk, "why": "one person"})
    assert answer.status_code == 409 and "both have a seat" in text(answer)


def test_numbers_that_contradict_each_other_have_to_be_seen(client: Client, twice: Twice) -> None:
    for worker, born in ((twice.kept, 1985), (twice.gone, 1990)):
        sealed = seal(identity_number("422801", make.FIRST_DAY.replace(year=born), 123))
        Worker.objects.filter(pk=worker.pk).update(
            identity_cipher=sealed.cipher, identity_whole=sealed.whole, identity_first6_last4=sealed.first6_last4,
            identity_last4=sealed.last4)
    shown = text(client.get(merge_page(twice), {"other": twice.second.pk}))
    assert "born on 1985-03-21, the other on 1990-03-21" in shown and 'name="despite"' in shown
    assert "422801********1" in shown and "42280119850321" not in shown
    given = {"other": twice.second.pk, "why": "a lent card"}
    assert client.post(merge_page(twice), given).status_code == 409
    assert client.post(merge_page(twice), {**given, "despite": "1"}).status_code == 302


def test_the_other_one_has_to_be_chosen(client: Client, twice: Twice) -> None:
    answer = client.post(merge_page(twice), {"why": "one person"})
    assert answer.status_code == 422 and "Choose the other entry first" in text(answer)
    elsewhere = make.make_registration(make.make_campaign())
    assert client.post(merge_page(twice), {"other": elsewhere.pk, "why": "-"}).status_code == 404


def test_a_campaign_of_another_bureau_is_not_decided_here(client: Client, twice: Twice) -> None:
    elsewhere = make.make_campaign(name="别处的行动")
    make.make_registration(elsewhere, worker=twice.gone)
    answer = client.post(merge_page(twice), {"other": twice.second.pk, "why": "one person"})
    assert answer.status_code == 409 and "别处的行动, which another bureau decides of" in text(answer)
    assert not WorkerMerge.objects.exists()


def test_the_page_of_the_one_that_is_gone_leads_to_the_kept_one(client: Client, twice: Twice) -> None:
    twice.merge()
    shown = text(client.get(reverse("person", args=[twice.second.pk])))
    assert "Registered twice" in shown and f'href="/people/{twice.mine.pk}/"' in shown
    assert "Registered twice" not in text(client.get(reverse("person", args=[twice.mine.pk])))


def test_all_histories_are_one(client: Client, twice: Twice) -> None:
    plan = make.make_plan(twice.campaign)
    firm = make.make_employer(twice.campaign, name="华兴制造")
    make.place_person(plan, twice.second, make.make_posting(twice.campaign, employer=firm))
    make.publish(plan)
    sent = ListImport.objects.create(
        campaign=twice.campaign, kind="people", sender=twice.staff.memberships.get().organisation, state="stored",
        file_name="龙凤镇.xlsx", language="en", requested_by=twice.staff, stored_by=twice.staff, stored_at=timezone.now())
    ListRow.objects.create(imported=sent, sheet="", line=7, outcome="new", worker=twice.gone, registration=twice.second)
    Registration.objects.filter(pk=twice.mine.pk).update(outcome="withdrew", outcome_at=timezone.now())
    twice.merge("the same house")
    shown = text(client.get(reverse("person", args=[twice.second.pk])))
    for said in ("龙凤镇.xlsx, line 7: new", "a place in plan 1: 华兴制造 (planned)", "the same house", twice.mine.ref,
                 "registered twice, goes by the other registration"):
        assert said in shown, said


def test_whoever_may_not_decide_sees_no_merges(twice: Twice) -> None:
    merge = twice.merge("a secret of the bureau")
    officer = make.make_member("planner", organisation=twice.campaign.participants.get(), language="en",
                               place=twice.village.parent.parent)
    elsewhere = Client()
    elsewhere.force_login(officer)
    assert "a secret" not in text(elsewhere.get(reverse("person", args=[twice.mine.pk])))
    assert elsewhere.get(merge_page(twice)).status_code == 404
    assert elsewhere.get(reverse("person-merge-undo", args=[twice.mine.pk, merge.pk])).status_code == 404


def test_a_merge_of_others_is_not_reached_through_somebody(client: Client, twice: Twice) -> None:
    merge = make_twice().merge()
    assert client.get(reverse("person-merge-undo", args=[twice.mine.pk, merge.pk])).status_code == 404


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_pages_ask_as_often_for_one_merge_as_for_three(client: Client, twice: Twice) -> None:
    first = twice.merge()
    pages = [reverse("person", args=[twice.mine.pk]), reverse("people", args=[twice.campaign.pk]),
             reverse("person-merge-undo", args=[twice.mine.pk, first.pk]), merge_page(twice) + "?q=向桂英"]
    once = [queries(client, address) for address in pages]
    for _ in range(2):
        third = make.make_registration(twice.campaign, worker=make.make_worker(name="向桂英"), village=twice.village)
        merge_workers(kept=Worker.objects.get(pk=twice.kept.pk), gone=third.worker, why="one person", by=twice.staff)
    assert [queries(client, address) for address in pages] == once
