"""Wherever a seat or a plate is shown, the carrier's goes before ours; without one it is ours."""
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.importing.returned import Returned, Row
from dispatch.models import Ticket
from dispatch.queries.seating import Given, seating_of
from dispatch.rosters import chat, eve, lists, reading
from dispatch.rosters.sheet import Edition
from dispatch.services import real_names as services
from laborbridge.accounts.models import Organisation
from tests import factories as make
from transport.models import Trip, Vehicle
from transport.queries import calls_of, trips_matching

from .scene import Names, replan


def give(names: Names) -> None:
    ours = Vehicle.objects.create(plate="鄂Q00001", seat_map=names.train.seat_map)
    Trip.objects.filter(pk=names.train.pk).update(vehicle=ours)
    rows = [Row(1, names.code(0), "05", "12F", "E100"), Row(2, names.code(2), "05", "无座", "")]
    rows.append(Row(3, names.code(3), "", "", "E103"))
    services.take_over(names=names.released(), returned=Returned(rows, {"plate": "鄂Q99999", "driver": "覃师傅"}),
                       by=names.clerk)
    names.train.refresh_from_db()


def manifest(names: Names, plan: object = None) -> list[str]:
    plan = plan or names.plan
    rows = reading.riders(plan, [names.train.pk])[names.train.pk]
    sheet = lists.manifest(names.train, calls_of([names.train.pk])[names.train.pk], rows, Edition.of(plan, make.at(3)), 4)
    assert "鄂Q99999" in sheet.facts
    return [row[1] for section in sheet.sections for row in section.rows]


def test_on_the_manifest_and_after_a_newer_plan(names: Names) -> None:
    give(names)
    assert manifest(names) == ["05车 12F号", "01车 1B号", "05车 无座", "01车 1C号"]
    assert manifest(names, replan(names, 0, 1, seats={0: (0, 2, 30)})) == ["01车 1B号", "05车 12F号"]


def test_on_the_lists_of_villages_and_employers(names: Names) -> None:
    give(names)
    home = names.people[0].village_id
    sheet = lists.departures(reading.departures(names.plan, [home])[home], Edition.of(names.plan, make.at(3)))
    assert "鄂Q99999" in sheet.sections[0].heading
    employer = names.plan.assignments.first().posting.site.employer_id
    rows = reading.arrivals(names.plan, [employer])[employer]
    assert {row.plate for row in rows} == {"鄂Q99999"}


def test_on_the_pages(names: Names) -> None:
    give(names)
    asker = names.client(names.asker)
    trip = asker.get(reverse("trip", args=[names.train.pk])).content.decode()
    for shown in ("05车 12F号", "01车 1B号", "鄂Q99999", "覃师傅"):
        assert shown in trip
    assert "鄂Q00001" not in trip
    person = asker.get(reverse("person", args=[names.people[0].pk])).content.decode()
    assert "05车 12F号" in person
    assert "票号E100" in person
    assert "鄂Q99999" in person
    liaison = make.make_member("liaison", organisation=make.make_organisation("village", place=names.people[0].village))
    village = names.client(liaison).get(reverse("village", args=[names.campaign.pk])).content.decode()
    assert "鄂Q99999" in village
    escort = make.make_member("escort", organisation=make.make_organisation())
    names.train.escorts.add(escort)
    assert "鄂Q99999" in names.client(escort).get(reverse("escort", args=[names.campaign.pk])).content.decode()
    employer = names.plan.assignments.first().posting.site.employer
    employer.organisation = Organisation.objects.create(name="firm", kind="employer")
    employer.save(update_fields=["organisation"])
    hr = names.client(make.make_member("hr", organisation=employer.organisation))
    assert "鄂Q99999" in hr.get(reverse("employer", args=[names.campaign.pk])).content.decode()
    assert "覃师傅" not in hr.get(reverse("trip", args=[names.train.pk])).content.decode()


def drawn(names: Names) -> dict[int, str]:
    page = names.client(names.asker).get(reverse("trip", args=[names.train.pk])).content.decode()
    return {int(seat): said for seat, said in re.findall(r'id="seat-(\d+)"[^>]*? aria-label="(0[^"]*)"', page)}


def test_a_person_is_drawn_on_the_seat_of_the_ticket(names: Names) -> None:
    give(names)
    # Coach 05 has no row 12: ours is drawn, and says what the ticket does.
    assert drawn(names)[0].endswith("，车票座位：05车 12F号")
    Ticket.objects.filter(registration=names.people[0]).update(coach="03")
    seats = drawn(names)
    at = seating_of([names.train])[names.train.pk].drawn(names.people[0].pk, 0)
    first = names.people[0].worker.name
    assert seats[at].startswith(f"03车 12F号 {first}，")
    assert seats[0] == "01车 1A号，空闲"
    # "No seat" is nowhere on the map either.
    assert "车票座位：05车 无座" in seats[2]
    page = names.client(names.asker).get(reverse("trip", args=[names.train.pk])).content.decode()
    assert f"?seat={at}#seat-{at}" in page
    assert "610座中3座有人，607座空闲" in page


def test_in_a_chat_group_and_on_the_eve(names: Names) -> None:
    give(names)
    rows = reading.riders(names.plan, [names.train.pk])[names.train.pk]
    blocks = chat.of_trip(names.train, calls_of([names.train.pk])[names.train.pk], rows)
    who = [person.worker.name for person in names.people]
    assert [(block.heading[2], block.units) for block in blocks] == [
        ("01 车厢 · 1 人", [[f"{who[1]} 1B"]]), ("05 车厢 · 2 人", [[f"{who[0]} 12F"], [f"{who[2]} 无座"]]),
        ("01 车厢 · 1 人", [[f"{who[3]} 1C"]])]
    home = names.people[0].village_id
    leaving = reading.departures(names.plan, [home])[home]
    found = eve.pick_ups(leaving, eve.seats_by_trip(leaving))
    assert {one.row.name: one.seat for pick_up in found for one in pick_up.people} == {
        who[0]: "05车 12F号", who[1]: "01车 1B号", who[2]: "05车 无座", who[3]: "01车 1C号"}


def test_for_programs(names: Names) -> None:
    give(names)
    client = names.client(names.asker)
    (trip,) = client.get(reverse("api-trips", args=[names.campaign.pk])).json()["results"]
    assert trip["plate"] == "鄂Q99999"
    url = reverse("api-assignments", args=[names.campaign.pk])
    with CaptureQueriesContext(connection) as queries:
        rows = client.get(url).json()["results"]
    legs = [row["legs"][0] for row in sorted(rows, key=lambda row: row["registration"])]
    assert [(leg["seat"], leg["coach_shown"], leg["seat_shown"]) for leg in legs] == [
        (0, "05", "12F"), (1, "01", "1B"), (2, "05", "无座"), (2, "01", "1C")]
    with CaptureQueriesContext(connection) as one:
        client.get(url, {"size": 1})
    assert len(one) == len(queries)


def test_a_trip_is_found_by_the_plate_that_was_given(names: Names) -> None:
    give(names)
    for plate in ("99999", "00001"):
        assert list(trips_matching(Trip.objects.all(), plate)) == [names.train]


def test_seats_of_several_trips_cost_one_query(names: Names) -> None:
    give(names)
    bus = make.make_trip(names.campaign, [names.people[0].township, names.people[0].village])
    trips = list(Trip.objects.select_related("seat_map", "vehicle__seat_map"))
    with CaptureQueriesContext(connection) as queries:
        found = seating_of(trips)
    assert len(queries) == 1
    who = names.people[0].pk
    assert found[names.train.pk].given[who] == Given("05", "12F", "E100")
    assert (found[names.train.pk].words(who, 7), found[bus.pk].words(who, 7)) == ("05车 12F号", "8号座")
    assert (found[names.train.pk].place(who, 7), found[bus.pk].place(who, 7)) == (("05", "12F"), ("", "8"))
    assert found[names.train.pk].number(names.people[1].pk) == ""
