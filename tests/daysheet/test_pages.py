"""The pages of days, the rules' form, and the printed sheet, in both languages."""
import io
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from dispatch.models import SeatBooking, StationRules
from dispatch.queries import access, days
from dispatch.queries.day_sheet import day_sheet
from dispatch.rosters import day_words
from dispatch.services.stations import FIELDS, drop_station_rules, set_station_rules
from laborbridge.accounts.models import User
from laborbridge.audit.models import Entry
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken, broken_rule
from tests import factories as make
from tests.factories import at
from transport.models import Trip

from .scene import Station, make_station

DAY = date(2020, 3, 21)
USUAL = {name: getattr(StationRules(), name) for name in FIELDS}


@pytest.fixture
def station(db: None) -> Station:
    cache.clear()
    return make_station()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def planner(station: Station) -> Client:
    return client_of(make.make_planner(station.campaign, language="en"))


def sheet_url(station: Station, place: Place | None = None, day: str = "2020-03-21", name: str = "day-sheet") -> str:
    return reverse(name, args=[station.campaign.pk, day]) + (f"?place={place.pk}" if place else "")


def rules_url(station: Station, place: Place | None = None) -> str:
    return reverse("station-rules", args=[station.campaign.pk]) + (f"?place={place.pk}" if place else "")


def test_the_page_says_first_what_has_to_be_known(station: Station, planner: Client) -> None:
    page = planner.get(sheet_url(station, station.away))
    assert page.context["headlines"] == [
        "2 trains and 1 bus; 5 people arrive, 2 people leave.",
        "At most 3 people wait at once, from 20:00 on.",
        "3 people go on by another trip; the tightest change is D1 to R1: 60 minutes.",
        "杭州东站 needs 1 bus bay, at 20:30: how many there are is not known.",
        "At most 2 guides at once, from 20:00; 0 meals and 2 masks to hand out.",
        "1 bed is needed tonight.",
    ]
    text = page.content.decode()
    for trip in (station.train, station.reception, station.other_train, station.next_day):
        assert reverse("trip", args=[trip.pk]) in text


def test_too_few_bays_are_said_with_the_hour(station: Station, planner: Client) -> None:
    StationRules.objects.create(campaign=station.campaign, place=station.away, bays=0)
    page = planner.get(sheet_url(station, station.away))
    assert page.context["warnings"] == ["杭州东站: 1 bays needed of 0 at 20:30: 1 bus too many."]
    StationRules.objects.update(bays=1)
    assert planner.get(sheet_url(station, station.away)).context["warnings"] == []


def test_the_same_in_chinese(station: Station) -> None:
    client = client_of(make.make_planner(station.campaign))
    page = client.get(sheet_url(station, station.away))
    assert page.context["headlines"][0] == "2 趟专列、1 辆大巴；到达 5 人，出发 2 人。"
    assert "计算办法" in page.content.decode()
    for url in (reverse("days", args=[station.campaign.pk]), rules_url(station, station.away)):
        assert client.get(url).status_code == 200


def test_the_trips_of_a_day_lead_to_its_sheet(station: Station, planner: Client) -> None:
    trips = reverse("trips", args=[station.campaign.pk])
    assert sheet_url(station) in planner.get(trips, {"day": "2020-03-21"}).content.decode()
    assert sheet_url(station) not in planner.get(trips).content.decode()
    carrier = make.make_organisation("carrier")
    type(station.train).objects.filter(pk=station.train.pk).update(carrier=carrier)
    other = client_of(make.make_member("carrier", organisation=carrier))
    assert sheet_url(station) not in other.get(trips, {"day": "2020-03-21"}).content.decode()


def test_a_day_without_trips_says_so(station: Station, planner: Client) -> None:
    page = planner.get(sheet_url(station, station.away, "2020-04-01"))
    assert page.context["headlines"] == ["No trip calls here on this day."]
    assert "<svg class=\"load" not in page.content.decode()


@pytest.mark.parametrize("day", ["2020-02-30", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_leads_to_the_days_with_a_sentence(station: Station, planner: Client, day: str) -> None:
    page = planner.get(sheet_url(station, station.away, day), follow=True)
    assert f"“{day}” is no day; expected is one like 2020-03-21." in page.content.decode()


@pytest.mark.parametrize("place", ["x", "0", "²", "99999999999999999999"])
def test_a_place_that_is_none_is_not_there(station: Station, planner: Client, place: str) -> None:
    assert planner.get(f"{sheet_url(station)}?place={place}").status_code == 404


def test_without_a_place_the_busiest_one_is_shown(station: Station, planner: Client) -> None:
    assert planner.get(sheet_url(station))["Location"] == sheet_url(station, station.home)


def test_places_are_offered_by_how_many_people_move_there(station: Station, planner: Client) -> None:
    choice = planner.get(sheet_url(station, station.away)).context["choice"]
    assert [(busy.place.name, busy.people) for busy in choice.stops] == [
        ("恩施站", 8), ("杭州东站", 8), ("桃园村", 3), ("萧山园区", 3)]
    assert {busy.place: busy.people for busy in choice.cities}[station.away.parent] == 8
    assert [(row.day, row.trains, row.buses, row.arriving, row.leaving) for row in choice.days] == [
        (DAY, 2, 1, 5, 2), (DAY + timedelta(days=1), 0, 1, 0, 1)]


def test_the_days_of_a_campaign_add_up_with_the_plan(station: Station, planner: Client) -> None:
    page = planner.get(reverse("days", args=[station.campaign.pk]))
    rows = [(row.day, row.trains, row.buses, row.starting, row.leaving, row.arriving, beds)
            for row, beds in page.context["rows"]]
    assert rows == [(DAY, 2, 2, 5, 10, 10, 1), (DAY + timedelta(days=1), 0, 1, 0, 1, 1, 0)]
    bookings = SeatBooking.objects.filter(plan=station.plan, held=True).count()
    assert page.context["leaving"] == page.context["arriving"] == bookings
    assert page.context["starting"] == station.plan.assignments.count()


def test_a_bureau_with_a_place_has_sheets_of_its_own_places_only(station: Station) -> None:
    user = make.make_planner(station.campaign, place=station.away.parent)
    client = client_of(user)
    assert client.get(sheet_url(station, station.away)).status_code == 200
    assert client.get(sheet_url(station, station.home)).status_code == 404
    assert client.get(sheet_url(station, station.campaign.destination)).status_code == 404
    assert client.get(sheet_url(station, station.away, name="day-sheet-roster")).status_code == 200
    assert client.get(sheet_url(station, station.home, name="day-sheet-roster")).status_code == 404
    assert client.get(rules_url(station, station.away)).status_code == 404
    seen = days.choice(access.sight(user, station.campaign.pk), station.plan, None)
    assert [busy.place for busy in seen.stops] == [station.away]
    assert [(row.arriving, row.leaving) for row in seen.days] == [(5, 2), (0, 1)]


def test_another_campaigns_place_is_not_there(station: Station, planner: Client) -> None:
    assert planner.get(sheet_url(station, make.make_place("station"))).status_code == 404


def test_the_number_of_queries_does_not_grow_with_trips(station: Station, planner: Client) -> None:
    def count() -> int:
        found = 0
        for url in (sheet_url(station, station.away), reverse("days", args=[station.campaign.pk])):
            with CaptureQueriesContext(connection) as caught:
                assert planner.get(url).status_code == 200
            found += len(caught)
        return found

    count()
    before = count()
    for n in range(3):
        stop = make.make_place("station", parent=station.away.parent)
        make.make_trip(station.campaign, [station.away, stop], starts=at(15, day=n))
    assert count() == before


# --- printed ---------------------------------------------------------------------------------------------------------


def test_the_workbook_says_what_the_page_says(station: Station, planner: Client) -> None:
    answer = planner.get(sheet_url(station, station.away, name="day-sheet-roster") + "&as=xlsx")
    page = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]
    assert rows[0] == ["杭州东站, Sat 21 Mar"]
    assert "Plan 1" in rows[1][0]
    assert "5 people arrive, 2 people leave." in rows[1][0]
    assert ["20:00–21:00", 5, 0, 3, 3, 1, 2, 0, 0] in rows
    assert ["D1", "20:00", "R1", "21:00", 60, 2] in rows
    assert ["Hostel tonight: 1 person"] in rows


def test_seats_for_escorts_and_for_isolation_stand_apart(station: Station, planner: Client) -> None:
    Trip.objects.filter(ref="R1").update(seats=45, isolation_seats=3)
    page = planner.get(sheet_url(station, station.away)).content.decode()
    assert '<td class="num none" data-label="For escorts">0</td>' in page
    assert '<td class="num" data-label="For isolation">3</td>' in page
    answer = planner.get(sheet_url(station, station.away, name="day-sheet-roster") + "&as=xlsx")
    rows = [[cell for cell in row if cell is not None] for row in load_workbook(io.BytesIO(answer.content)).active.values]
    assert rows[rows.index(["Seats withheld"]) + 1 :][:2] == [
        ["Trip", "From and to", "For escorts", "For isolation"], ["reception bus R1", "杭州东站 – 萧山园区", 0, 3]]


def test_a_citys_workbook_names_the_stops(station: Station, planner: Client) -> None:
    answer = planner.get(sheet_url(station, station.campaign.destination, name="day-sheet-roster") + "&as=xlsx")
    rows = [[cell for cell in row if cell is not None] for row in load_workbook(io.BytesIO(answer.content)).active.values]
    assert ["D1", "20:00", "杭州东站", "R1", "21:00", 60, 2] in rows
    assert ["reception bus R1", "萧山园区", "22:00", "", "杭州东站 – 萧山园区", 2, 0, 0, "1"] in rows


def test_the_pdf_is_one(station: Station, planner: Client) -> None:
    answer = planner.get(sheet_url(station, station.away, name="day-sheet-roster"))
    assert answer.content.startswith(b"%PDF-")
    assert planner.get(sheet_url(station, station.away, name="day-sheet-roster") + "&as=doc").status_code == 404
    assert planner.get(sheet_url(station, name="day-sheet-roster")).status_code == 404


def test_without_a_published_plan_nothing_is_printed(db: None) -> None:
    campaign = make.make_campaign()
    place = make.make_place("station", parent=campaign.destination)
    make.make_trip(campaign, [place, make.make_park(campaign)])
    client = client_of(make.make_planner(campaign))
    address = reverse("day-sheet", args=[campaign.pk, "2020-03-21"])
    assert client.get(f"{address}?place={place.pk}").status_code == 200
    assert client.get(f"{address}roster/?place={place.pk}").status_code == 404


# --- rules -----------------------------------------------------------------------------------------------------------


def post(client: Client, url: str, **changed: object) -> object:
    values = USUAL | {"bays": ""} | changed
    return client.post(url, values)


def test_rules_are_set_with_an_audit_row_and_taken_back(station: Station, planner: Client) -> None:
    url = rules_url(station, station.away)
    assert post(planner, url, bays=10, people_per_guide=20)["Location"] == url
    assert StationRules.objects.get(place=station.away).people_per_guide == 20
    entry = Entry.objects.get(action="station rules set")
    assert (entry.detail["place"], entry.detail["changed"]["people_per_guide"]) == ("杭州东站", [None, 20])
    post(planner, url, bays=11, people_per_guide=20)
    assert Entry.objects.filter(action="station rules set").latest("pk").detail["changed"] == {"bays": [10, 11]}
    planner.post(url, {"drop": "1"})
    assert not StationRules.objects.exists()
    assert Entry.objects.get(action="station rules dropped").detail["before"]["bays"] == 11


def test_a_campaigns_rules_count_where_no_place_has_its_own(station: Station, planner: Client) -> None:
    post(planner, rules_url(station), people_per_guide=1)
    assert StationRules.objects.get().place is None
    assert day_sheet(station.campaign, station.plan, station.away, DAY).hours[20].guides == 5


@pytest.mark.parametrize(("name", "value", "said"), [
    ("people_per_guide", 0, "One guide looks after 1 to 1,000 people in an hour."),
    ("bays", 501, "A place has 0 to 500 bus bays"),
    ("boarding_minutes", 241, "A bus stands at most 240 minutes"),
    ("mask_hours", 0, "One more mask is for 1 to 24 hours"),
    ("bed_after_hours", 25, "A bed is for those who wait"),
    ("night_from", 5, "The night begins between 12 and 23"),
    ("lunch_from", 7, "Breakfast, lunch and dinner follow one another"),
    ("dinner_until", 17, "Breakfast, lunch and dinner follow one another"),
    ("night_until", "x", "Enter a whole number."),
    ("mask_hours", "", "This field is required."),
])
def test_what_contradicts_itself_changes_nothing_and_is_said(
    station: Station, planner: Client, name: str, value: object, said: str
) -> None:
    answer = post(planner, rules_url(station, station.away), **{name: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not StationRules.objects.exists()
    assert not Entry.objects.filter(action="station rules set").exists()


def test_nothing_to_take_back_is_said(station: Station, planner: Client) -> None:
    answer = planner.post(rules_url(station, station.away), {"drop": "1"})
    assert "There are no rules of its own here" in answer.content.decode()
    user = make.make_planner(station.campaign)
    with pytest.raises(RuleBroken):
        drop_station_rules(campaign=station.campaign, place=None, by=user)
    with pytest.raises(RuleBroken, match="station"):
        set_station_rules(campaign=station.campaign, place=make.make_place("station"), by=user, values={})


@pytest.mark.parametrize(("values", "rule"), [
    ({"people_per_guide": 0}, "station_rules_guide_for_1_to_1000_people"),
    ({"bays": 501}, "station_rules_bays_0_to_500"),
    ({"boarding_minutes": 241}, "station_rules_boarding_up_to_4_hours"),
    ({"mask_hours": 25}, "station_rules_mask_every_1_to_24_hours"),
    ({"bed_after_hours": 0}, "station_rules_bed_after_1_to_24_hours"),
    ({"night_until": 13}, "station_rules_night_spans_midnight"),
    ({"breakfast_until": 12}, "station_rules_meals_in_order"),
    ({"place": None, "bays": 3}, "station_rules_bays_belong_to_a_place"),
])
def test_the_database_refuses_each_by_its_name(station: Station, values: dict, rule: str) -> None:
    row = StationRules.objects.create(campaign=station.campaign, place=station.away)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        StationRules.objects.filter(pk=row.pk).update(**values)
    assert broken_rule(error.value) == rule


@pytest.mark.parametrize("with_place", [True, False])
def test_a_place_has_its_rules_once(station: Station, with_place: bool) -> None:
    place = station.away if with_place else None
    StationRules.objects.create(campaign=station.campaign, place=place)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        StationRules.objects.create(campaign=station.campaign, place=place)
    assert broken_rule(error.value) == "station_rules_once_per_place"


def test_footnotes_give_the_figures_of_the_rules() -> None:
    said = " ".join(day_words.footnotes(StationRules(people_per_guide=37, mask_hours=5, lunch_from=10)))
    assert all(figure in said for figure in ("37", "10–13"))
