"""Two release at once, two carriers answer at once: one counts; each with a control run that shows the race."""
import pytest
from django.db import connection
from django.db.models import QuerySet

from dispatch.importing.returned import Returned, Row
from dispatch.models import CarrierAnswer, RealNameList, SeatBooking, Ticket
from dispatch.rosters.codes import code_of
from dispatch.services import real_names as services
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def asked_for() -> RealNameList:
    """Of a train with as many riders as there are clients, who all ride the whole way."""
    campaign = make.make_campaign()
    stops = [make.make_place("station", parent=campaign.origin), make.make_place("station", parent=campaign.destination)]
    trip, plan = make.make_trip(campaign, stops), make.make_plan(campaign)
    posting = make.make_posting(campaign, headcount=CLIENTS)
    for seat in range(CLIENTS):
        make.place_person(plan, make.make_registration(campaign), posting, [(trip, 0, 1, seat)])
    make.publish(plan)
    return services.ask_for_names(trip=trip, purpose="购票", by=make.make_planner(campaign))


def release_all(names: RealNameList) -> list[object]:
    planners = [make.make_user() for _ in range(CLIENTS)]
    return at_once(lambda n: services.release_names(names=names, by=planners[n]))


def releases(names: RealNameList) -> int:
    return Entry.objects.filter(action="real names released", subject_id=names.pk).count()


def the_rest_were_told(results: list[object]) -> None:
    for refused in results:
        if isinstance(refused, Exception):
            assert isinstance(refused, RuleBroken), repr(refused)


def test_of_twenty_releases_one_counts() -> None:
    for _ in range(REPEATS):
        names = asked_for()
        results = release_all(names)
        assert len(succeeded(results)) == releases(names) == 1
        the_rest_were_told(results)


def test_control_without_locks_more_than_one_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    sql("ALTER TABLE dispatch_realnamelist DISABLE TRIGGER real_names_stay_as_recorded")
    names = asked_for()
    release_all(names)
    assert releases(names) > 1


def released() -> tuple[RealNameList, list[int]]:
    names = services.release_names(names=asked_for(), by=make.make_user())
    riding = SeatBooking.objects.filter(trip=names.trip_id).order_by("seat")
    return names, list(riding.values_list("assignment__registration", flat=True))


def answer_all(names: RealNameList, people: list[int]) -> list[object]:
    """Each client gives one and the same seat to somebody else."""
    clerk = make.make_user()
    return at_once(lambda n: services.take_over(
        names=names, returned=Returned([Row(1, code_of(people[n]), "", "17", "")]), by=clerk))


def test_of_twenty_who_give_one_seat_to_another_person_one_does() -> None:
    for _ in range(REPEATS):
        names, people = released()
        results = answer_all(names, people)
        assert len(succeeded(results)) == Ticket.objects.filter(trip=names.trip_id).count() == 1
        the_rest_were_told(results)


def test_the_database_alone_gives_one_seat_to_one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    for _ in range(REPEATS):
        names, people = released()
        results = answer_all(names, people)
        assert len(succeeded(results)) == Ticket.objects.filter(trip=names.trip_id).count() == 1
        the_rest_were_told(results)


def test_control_without_lock_and_rule_a_seat_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    sql("ALTER TABLE dispatch_ticket DISABLE TRIGGER ticket_seat_one_person_on_each_part")
    names, people = released()
    answer_all(names, people)
    assert Ticket.objects.filter(trip=names.trip_id).count() > 1


def test_one_workbook_sent_twenty_times_at_once_is_stored_once() -> None:
    for _ in range(REPEATS):
        names, people = released()
        returned = Returned([Row(n, code_of(who), "", str(n + 1), "") for n, who in enumerate(people)])
        clerk = make.make_user()
        results = at_once(lambda _n, n=names, r=returned, c=clerk: services.take_over(names=n, returned=r, by=c))
        assert sorted(found.new for found in succeeded(results)) == [0] * (CLIENTS - 1) + [CLIENTS]
        assert CarrierAnswer.objects.filter(names=names).count() == 1
        assert Ticket.objects.filter(trip=names.trip_id).count() == CLIENTS
