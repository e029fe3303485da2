"""The sheet of a small station computed by hand, and sums that agree with the plan."""
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import SeatBooking, StationRules
from dispatch.queries.day_sheet import DaySheet, day_sheet
from laborbridge.places.models import Place
from tests import factories as make
from tests.factories import at

from .scene import Station, make_station

DAY = date(2020, 3, 21)


@pytest.fixture
def station(db: None) -> Station:
    return make_station()


def sheet(station: Station, place: Place, day: date = DAY) -> DaySheet:
    return day_sheet(station.campaign, station.plan, place, day)


def test_the_station_of_arrival(station: Station) -> None:
    found = sheet(station, station.away)
    assert [(line.trip, line.off, line.on, line.bay) for line in found.lines] == [
        (station.train, 5, 0, 0), (station.reception, 0, 2, 1), (station.other_train, 0, 0, 0)]
    assert (found.trains, found.buses, found.arriving, found.leaving, found.going_on) == (2, 1, 5, 2, 3)
    assert (found.peak, found.peak_at) == (3, at(20))
    assert [(hour.hour, hour.arriving, hour.leaving, hour.waiting) for hour in found.shown_hours] == [
        (20, 5, 0, 3), (21, 0, 2, 1), (22, 0, 0, 1), (23, 0, 0, 1)]
    assert [(change.came, change.goes, change.people, change.minutes) for change in found.transfers] == [
        (station.train, station.reception, 2, 60), (station.train, station.next_day, 1, 340)]
    assert found.tightest == found.transfers[0]


def test_one_person_sleeps_here_and_has_slept_here_on_the_next_day(station: Station) -> None:
    found = sheet(station, station.away)
    assert [(bed.goes, bed.people) for bed in found.beds] == [(station.next_day, 1)]
    assert (found.sleeping, found.slept) == (1, 0)
    morning = sheet(station, station.away, DAY + timedelta(days=1))
    assert (morning.sleeping, morning.slept, morning.leaving, morning.peak) == (0, 1, 1, 1)
    assert morning.hours[0].waiting == 1
    assert morning.hours[2].waiting == 0


def test_the_station_of_leaving(station: Station) -> None:
    found = sheet(station, station.home)
    assert (found.arriving, found.leaving, found.starting, found.going_on) == (3, 5, 2, 3)
    assert (found.peak, found.peak_at) == (3, at(8))
    # Three who left home at six are on the way through all meals but breakfast at home; lunch and dinner go along.
    assert found.meals == {"breakfast": 0, "lunch": 5, "dinner": 5}
    # D1 at ten: the three of the feeder are 2 hours on the way as they come and 14 as they arrive (3 marks of 4 hours);
    # the two who begin here have one, and 10 hours (2 marks).
    assert found.masks == 3 * 3 + 2 * 3
    assert [(hour.hour, hour.guides) for hour in found.hours if hour.guides] == [(8, 1), (9, 1), (10, 1)]


def test_a_city_is_all_its_stops(station: Station) -> None:
    found = sheet(station, station.campaign.destination)
    # The station's five, and at the park the two whom the bus of the evening brings.
    assert (found.arriving, found.leaving, found.buses) == (7, 2, 1)
    assert [line.row.place_name for line in found.lines] == ["杭州东站", "杭州东站", "杭州东站", "萧山园区"]
    assert sheet(station, station.away.parent).arriving == 5


def test_days_and_places_add_up_with_the_plan(station: Station) -> None:
    on = off = meals = masks = 0
    roots = [station.campaign.origin, station.campaign.destination]
    for place in roots:
        for day in range(-1, 3):
            found = sheet(station, place, DAY + timedelta(days=day))
            assert sum(hour.arriving for hour in found.hours) == found.arriving
            assert sum(hour.leaving for hour in found.hours) == found.leaving
            assert sum(hour.meals for hour in found.hours) == sum(found.meals.values())
            assert sum(hour.masks for hour in found.hours) == found.masks
            on, off = on + found.leaving, off + found.arriving
            meals, masks = meals + sum(found.meals.values()), masks + found.masks
    bookings = SeatBooking.objects.filter(plan=station.plan, held=True).count()
    assert (on, off) == (bookings, bookings)
    # By journey: three leave at six; two of them reach the site at 22:00 and one at 02:40; two ride from ten to twenty.
    assert masks == 2 * (1 + 4) + (1 + 5) + 2 * (1 + 2)
    assert meals == 3 * 3 + 2 * 2


def test_who_has_refused_is_not_counted(station: Station) -> None:
    from django.db import transaction

    from dispatch.models import PlanChange

    gone = station.plan.assignments.order_by("pk").first()
    with transaction.atomic():
        PlanChange.objects.create(plan=station.plan, kind="answer", reason="refused")
        SeatBooking.objects.filter(assignment=gone).update(held=False)
        gone.state = "refused"
        gone.save(update_fields=["state"])
    found = sheet(station, station.away)
    assert (found.arriving, found.leaving, found.peak) == (4, 1, 2)


def test_a_cancelled_trip_does_not_call(station: Station) -> None:
    station.other_train.state = "cancelled"
    station.other_train.save(update_fields=["state"])
    assert station.other_train not in [line.trip for line in sheet(station, station.away).lines]


def test_without_a_published_plan_trips_call_and_nobody_is_aboard(station: Station) -> None:
    found = day_sheet(station.campaign, None, station.away, DAY)
    assert (len(found.lines), found.arriving, found.peak, found.masks) == (3, 0, 0, 0)


def test_bays_of_the_stop_and_guides_of_the_nearest_rules(station: Station) -> None:
    for _n in range(2):
        bus = make.make_trip(station.campaign, [station.away, station.home], mode="bus", starts=at(21))
        make_times = {"arrive_at": at(20, 50), "depart_at": at(21)}
        bus.calls.filter(seq=0).update(**make_times)
    found = sheet(station, station.away)
    assert [(bays.needed, bays.at, bays.there, bays.missing) for bays in found.bays] == [(3, at(20, 45), None, 0)]
    StationRules.objects.create(campaign=station.campaign, place=station.away, bays=2)
    StationRules.objects.create(campaign=station.campaign, place=station.away.parent, people_per_guide=1)
    found = sheet(station, station.away)
    assert [(bays.needed, bays.there, bays.missing) for bays in found.bays] == [(3, 2, 1)]
    assert found.hours[20].guides == 2  # the stop's own rules: 50 for one guide, and the bus that boards from 20:30 on
    StationRules.objects.filter(place=station.away).delete()
    assert sheet(station, station.away).hours[20].guides == 5  # the district's: one for each
    assert sheet(station, station.away).bays[0].there is None  # a district has no bays to lend


def test_the_number_of_queries_does_not_grow(station: Station) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection, ) as caught:
            sheet(station, station.campaign.destination)
        return len(caught)

    before = count()
    for _n in range(3):
        make.make_trip(station.campaign, [station.away, station.away.parent], starts=at(15))
    assert count() == before == 4
