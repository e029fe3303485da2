"""Tickets of a vehicle that no longer comes end on record; seats of the carrier that do not fit the plan are named."""
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from dispatch.importing.answers import compare
from dispatch.importing.returned import Returned, Row
from dispatch.models import EndedTicket, PlanChange, Ticket
from dispatch.queries.real_names import misfits
from dispatch.queries.seating import seating_of
from dispatch.queries.swaps import Preview, Target, preview, target_of
from dispatch.services import real_names as services
from dispatch.services.swapping import PreviewChanged, swap_vehicle
from transport.models import SeatMap, Trip, Vehicle
from transport.seat_maps import TRAIN_16

from .scene import Names, make_names, replan


def give(names: Names, *rows: tuple[int, str, str]) -> None:
    """Tickets by person, coach and seat."""
    named = names.train.real_name_lists.first() or names.released()
    returned = Returned([Row(n, names.code(who), coach, seat, f"E{who}") for n, (who, coach, seat) in enumerate(rows, 1)])
    services.take_over(names=named, returned=returned, by=names.clerk)


def longer(names: Names) -> Target:
    seat_map = SeatMap.objects.create(
        code="t16", name=TRAIN_16.name, coaches=list(TRAIN_16.coaches), seats=TRAIN_16.seats)
    vehicle = Vehicle.objects.create(plate="CRH-2", seat_map=seat_map, carrier=names.carrier)
    return Target(TRAIN_16.seats, 0, 0, seat_map, vehicle)


def shown(names: Names, target: Target) -> Preview:
    return preview(trip=Trip.objects.get(pk=names.train.pk), plan=names.plan, target=target)


def swap(names: Names, target: Target, digest: str = "") -> PlanChange:
    return swap_vehicle(trip=names.train, plan=names.plan, target=target, shown=digest or shown(names, target).digest,
                        by=names.asker, reason="换车")


def words(names: Names) -> list[str]:
    trip = Trip.objects.select_related("seat_map", "vehicle__seat_map").get(pk=names.train.pk)
    seats = seating_of([trip])[trip.pk]
    bookings = names.plan.bookings.filter(held=True).order_by("assignment__registration")
    return [seats.words(who, seat) for who, seat in bookings.values_list("assignment__registration", "seat")]


def test_another_vehicle_ends_the_tickets_and_keeps_them_on_record(names: Names) -> None:
    give(names, (0, "03", "12F"), (2, "03", "2A"))
    answered = Ticket.objects.get(registration=names.people[0]).answer
    target = longer(names)
    with override("en"):
        assert shown(names, target).sentences == [
            "2 tickets of the carrier end: our own seats count until the carrier gives new ones.",
            "2 people keep their seats."]
        assert [(e.before, e.after) for e in shown(names, target).ended] == [
            ("coach 03, seat 12F", "coach 01, seat 1A"), ("coach 03, seat 2A", "coach 01, seat 1C")]
    change = swap(names, target)
    assert not Ticket.objects.exists()
    kept = EndedTicket.objects.order_by("registration")
    assert [(t.registration, t.coach, t.seat, t.number, t.answer, t.change) for t in kept] == [
        (names.people[0], "03", "12F", "E0", answered, change), (names.people[2], "03", "2A", "E2", answered, change)]
    assert words(names) == ["01车 1A号", "01车 1B号", "01车 1C号", "01车 1C号"]


def test_more_withheld_seats_end_the_tickets_of_those_who_move_alone(names: Names) -> None:
    give(names, (0, "03", "12F"), (1, "03", "12D"))
    now = target_of(Trip.objects.select_related("seat_map").get(pk=names.train.pk))
    target = Target(now.seats, 1, 0, now.seat_map)
    swap(names, target)
    # Seat 1A of coach 01 is an escort's now.
    assert [t.registration for t in EndedTicket.objects.all()] == [names.people[0]]
    assert [t.registration for t in Ticket.objects.all()] == [names.people[1]]


def test_a_ticket_that_comes_after_the_preview_stops_the_swap(names: Names) -> None:
    give(names, (0, "03", "12F"))
    target = longer(names)
    digest = shown(names, target).digest
    give(names, (1, "03", "12D"))
    with pytest.raises(PreviewChanged):
        swap(names, target, digest)
    assert Ticket.objects.count() == 2


def test_a_ticket_never_ends_without_a_recorded_change(transactional_db: None) -> None:
    names = make_names()
    give(names, (0, "03", "12F"))
    with pytest.raises(IntegrityError, match="03 12F"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_ticket")
    assert Ticket.objects.count() == 1


def test_an_ended_ticket_stays_as_it_was(names: Names) -> None:
    give(names, (0, "03", "12F"))
    swap(names, longer(names))
    for act in ("DELETE FROM dispatch_endedticket", "UPDATE dispatch_endedticket SET seat = '1A'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_the_pages_ask_for_new_ones_until_they_have_come(names: Names) -> None:
    give(names, (0, "03", "12F"))
    swap(names, longer(names))
    carrier, bureau = reverse("carrier-trip", args=[names.train.pk]), reverse("real-names", args=[names.train.pk])
    assert "请为 1 人重新提供座位。" in names.client(names.clerk).get(carrier).content.decode()
    page = names.client(names.asker).get(bureau).content.decode()
    for said in ("已失效的车票", "03 12F E0", "换车", "尚有 1 人需承运单位重新提供。"):
        assert said in page
    give(names, (0, "09", "2A"))
    assert "重新提供" not in names.client(names.clerk).get(carrier).content.decode()
    assert "03 12F E0" in names.client(names.asker).get(bureau).content.decode()


def test_the_preview_of_a_swap_names_the_tickets(names: Names) -> None:
    give(names, (0, "03", "12F"))
    vehicle = longer(names).vehicle
    url = reverse("trip-vehicle", args=[names.train.pk])
    page = names.client(names.asker).get(url, {"way": "known", "vehicle": vehicle.pk, "escort_seats": 0,
                                               "isolation_seats": 0}).content.decode()
    assert "车票有1张失效" in page
    assert "03车 12F号" in page


def test_a_seat_that_is_planned_for_somebody_without_a_ticket_is_warned_of(names: Names) -> None:
    named = names.released()
    found = compare(names.train, Returned([Row(1, names.code(0), "01", "1B", "")]))
    assert (found.doubled, found.faults) == ([names.code(1)], [])
    # Of the third and the fourth, each rides on where the other gets off: one seat is enough.
    assert compare(names.train, Returned([Row(1, names.code(2), "1", "1C", "")])).doubled == []
    page = names.client(names.clerk).post(
        reverse("carrier-trip", args=[names.train.pk]), {"do": "rows", "rows": f"{names.code(0)} 01 1B"}).content.decode()
    assert f"而其计划座位已给他人：{names.code(1)}。" in page
    services.take_over(names=named, returned=Returned([Row(1, names.code(0), "01", "1B", "")]), by=names.clerk)
    bureau = names.client(names.asker).get(reverse("real-names", args=[names.train.pk])).content.decode()
    assert bureau.index("计划座位已给他人") < bureau.index(names.people[1].worker.name)


def test_the_campaigns_page_counts_what_does_not_fit(names: Names) -> None:
    url = reverse("campaign", args=[names.campaign.pk])
    client = names.client(names.asker)
    assert "与方案不符" not in client.get(url).content.decode()
    give(names, (0, "01", "1B"), (3, "03", "2A"))
    assert misfits(names.campaign) == {names.train.pk: 1}
    with CaptureQueriesContext(connection) as one:
        page = client.get(url).content.decode()
    assert "承运单位给的座位有1处与方案不符。" in page
    assert reverse("real-names", args=[names.train.pk]) in page
    replan(names, 0, 1, 2)
    assert misfits(names.campaign) == {names.train.pk: 2}
    give(names, (2, "04", "2A"), (1, "04", "3A"))
    assert misfits(names.campaign) == {names.train.pk: 1}
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)
