"""Who is ready in time and yet cannot be at the post by any vehicle is late; by a bound that no plan can undercut."""
from datetime import datetime

import pytest

from dispatch.queries.arriving import too_late
from jobs.models import Posting
from jobs.services.asking import Asked, ask_what_follows
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import Access
from workers.models import Registration

from .lists import make_employee, question_of

pytestmark = pytest.mark.django_db


def waited_for(ready_at: datetime, start_by: datetime) -> tuple[Campaign, Registration, Posting]:
    campaign = make.make_campaign()
    campaign.participants.set([make.make_organisation("bureau", place=campaign.origin)])
    person = make.make_registration(campaign, ready_at=ready_at)
    posting = make.make_posting(campaign, kind="reserved", start_by=start_by)
    make_employee(posting.site.employer, person, posting=posting)
    return campaign, person, posting


def test_without_vehicles_nobody_is_late() -> None:
    campaign, _person, _posting = waited_for(make.at(5), make.at(20))
    assert too_late(campaign, None) == {}


def test_the_first_vehicle_that_can_still_be_had_decides() -> None:
    campaign, person, posting = waited_for(make.at(9), make.at(20))
    home, park = person.township, posting.site.place
    make.make_trip(campaign, [home, park], starts=make.at(8, 35))  # has left by then
    late = make.make_trip(campaign, [home, park], starts=make.at(19), minutes=240)  # arrives at 22:50
    assert too_late(campaign, None) == {person.pk: make.at(22, 50)}
    assert too_late(campaign, []) == {}
    assert ask_what_follows(campaign) == Asked(1, 0)
    assert question_of(campaign, "dates").candidates[0]["why"] == "arrival"
    make.make_trip(campaign, [home, park], starts=make.at(9))
    assert too_late(campaign, None) == {}
    assert ask_what_follows(campaign) == Asked(0, 1)
    late.delete()


def test_a_way_from_the_stop_to_the_gate_takes_its_time() -> None:
    campaign, person, posting = waited_for(make.at(8), make.at(12))
    station = make.make_place("station", parent=campaign.destination)
    make.make_trip(campaign, [person.township, station], starts=make.at(8), minutes=240)  # arrives at 11:50
    assert too_late(campaign, None) == {}
    Access.objects.create(campaign=campaign, from_place=station, to_place=posting.site.place, minutes=30)
    assert too_late(campaign, None) == {person.pk: make.at(12, 20)}


def test_who_can_walk_there_needs_no_vehicle() -> None:
    campaign, person, posting = waited_for(make.at(8), make.at(9))
    make.make_trip(campaign, [person.township, posting.site.place], starts=make.at(9))
    assert list(too_late(campaign, None)) == [person.pk]
    Access.objects.create(campaign=campaign, from_place=person.township, to_place=posting.site.place, minutes=60)
    assert too_late(campaign, None) == {}
