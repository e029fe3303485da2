"""Whoever was entered twice is shown and found once, and what comes with the other entry's number is theirs."""
from typing import Any

import pytest
from django.urls import reverse

from dispatch.queries import access, search
from dispatch.queries.campaign import standing
from dispatch.queries.people import one_each
from laborbridge.identity import seal
from tests import factories as make
from workers.invention.identity_numbers import identity_number
from workers.models import Registration, Worker
from workers.services.merging import merge_workers

from .scene import Twice, make_twice

pytestmark = pytest.mark.django_db
ITS_NUMBER = identity_number("422801", make.FIRST_DAY.replace(year=1985), 123)


@pytest.fixture
def merged() -> Twice:
    """The one that is gone has a name, a number and a telephone of its own."""
    twice = make_twice()
    for worker, number in ((twice.kept, identity_number("422801", make.FIRST_DAY.replace(year=1985), 455)),
                           (twice.gone, ITS_NUMBER)):
        sealed = seal(number)
        Worker.objects.filter(pk=worker.pk).update(
            identity_cipher=sealed.cipher, identity_whole=sealed.whole, identity_first6_last4=sealed.first6_last4,
            identity_last4=sealed.last4)
    twice.gone = Worker.objects.get(pk=twice.gone.pk)
    twice.gone.name = "向贵英"
    twice.gone.save()
    Registration.objects.filter(pk=twice.second.pk).update(contact_phone="13900005678")
    twice.kept = Worker.objects.get(pk=twice.kept.pk)
    twice.merge()
    return twice


def found(twice: Twice, text: str, by: Any = None) -> list[int]:
    sight = access.sight(by or twice.staff, twice.campaign.pk)
    return search.search(access.registrations_visible_to(sight), text).ids


@pytest.mark.parametrize("text", ["向桂英", "向贵英", "xiangguiying", ITS_NUMBER, ITS_NUMBER[-4:], "13900005678", "5678"])
def test_by_name_number_or_telephone_of_either_the_person_is_found_once(merged: Twice, text: str) -> None:
    assert found(merged, text) == [merged.mine.pk]


def test_by_the_reference_of_the_other_registration(merged: Twice) -> None:
    assert found(merged, merged.second.ref) == [merged.mine.pk]


@pytest.mark.parametrize("text", ["向贵英", ITS_NUMBER])
def test_also_where_only_the_kept_one_is_registered(merged: Twice, text: str) -> None:
    elsewhere = make.make_campaign(participants=[merged.staff.memberships.get().organisation])
    there = make.make_registration(elsewhere, worker=merged.kept)
    sight = access.sight(merged.staff, elsewhere.pk)
    assert search.search(access.registrations_visible_to(sight), text).ids == [there.pk]


def test_through_a_second_merge_too(merged: Twice) -> None:
    last = make.make_worker(name="向桂花", identity=identity_number("422801", make.FIRST_DAY.replace(year=1985), 777))
    merge_workers(kept=last, gone=Worker.objects.get(pk=merged.kept.pk), why="one person", by=merged.staff)
    for text in ("向贵英", "向桂英", ITS_NUMBER):
        assert found(merged, text) == [merged.mine.pk]


def test_lists_and_counts_have_each_person_once(merged: Twice, client: Any) -> None:
    sight = access.sight(merged.staff, merged.campaign.pk)
    assert list(one_each(access.registrations_visible_to(sight))) == [merged.mine]
    assert (standing(sight).registered, standing(sight).settled) == (1, 0)
    client.force_login(merged.staff)
    page = client.get(reverse("people", args=[merged.campaign.pk])).content.decode()
    assert page.count(f'href="/people/{merged.mine.pk}/') == 1 and f"/people/{merged.second.pk}/" not in page


def test_who_sees_only_the_other_registration_still_sees_it(merged: Twice) -> None:
    """A liaison of another village: the person does not vanish from it."""
    village = make.make_village(merged.campaign)
    Registration.objects.filter(pk=merged.second.pk).update(village=village, township=village.parent)
    liaison = make.make_member("liaison", organisation=make.make_organisation("village", place=village), place=village)
    sight = access.sight(liaison, merged.campaign.pk)
    assert list(one_each(access.registrations_visible_to(sight))) == [merged.second]
    assert found(merged, ITS_NUMBER, liaison) == [merged.second.pk]
