"""The published plan as a run starts from it: who could stay as planned, and where everybody sits."""
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dispatch.matching.result import Result, Stop
from dispatch.matching.solve import solve
from dispatch.models import CarrierAnswer, Plan, PlanChange, RealNameList, SeatBooking, Ticket
from dispatch.queries.seat_changes import seat_changes
from dispatch.services import real_names
from dispatch.snapshot import take_snapshot
from dispatch.snapshot.before import PlanBefore, _stays, take_snapshot_with
from dispatch.snapshot.plans import read_plan
from dispatch.snapshot.writing import write_plan
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from transport.models import Access, Call, Trip
from workers.models import Clearance, Registration

pytestmark = pytest.mark.django_db


@dataclass
class Town:
    """Two buses from one township to a park, 甲 and 乙 on the first, the group 丙 and 丁 on the second; 戊 has no place."""

    campaign: Campaign
    township: Place
    park: Place
    posting: Posting
    first: Trip
    second: Trip
    plan: Plan
    people: dict[str, Registration] = field(default_factory=dict)

    def before(self) -> PlanBefore:
        found = take_snapshot_with(self.campaign, self.plan)[1]
        assert found is not None
        return found

    def staying(self) -> str:
        """The names of those who could stay as planned."""
        snapshot, before = take_snapshot_with(self.campaign, self.plan)
        assert before is not None
        by_id = {person.pk: name for name, person in self.people.items()}
        return "".join(by_id[pk] for pk in snapshot.registrations[before.places.job >= 0].tolist())


@pytest.fixture
def town() -> Town:
    campaign = make.make_campaign()
    township, park = make.make_township(campaign), make.make_park(campaign)
    posting = make.make_posting(campaign, park=park, start_by=make.at(20))
    buses = [make.make_trip(campaign, [township, park], seats=8, starts=make.at(hour)) for hour in (8, 9)]
    town = Town(campaign, township, park, posting, *buses, make.make_plan(campaign))
    pair = make.make_group(campaign)
    for name, bus, seat, group in (("甲", 0, 7, None), ("乙", 0, 3, None), ("丙", 1, 1, pair), ("丁", 1, 2, pair)):
        town.people[name] = make.make_registration(
            campaign, worker=make.make_worker(name=name), township=township, group=group)
        make.place_person(town.plan, town.people[name], posting, [(buses[bus], 0, 1, seat)])
    town.people["戊"] = make.make_registration(campaign, worker=make.make_worker(name="戊"), township=township)
    make.publish(town.plan)
    return town


def solved(town: Town, work: int = 20_000) -> tuple[Plan, Result]:
    """A draft from the published plan."""
    snapshot, before = take_snapshot_with(town.campaign, town.plan)
    result = solve(snapshot.problem, Stop(work=work), before=before.places if before else None)
    return write_plan(make.make_run(town.campaign), snapshot, result, before), result


def seats_of(plan: Plan) -> dict[str, tuple[str, int]]:
    rows = SeatBooking.objects.filter(plan=plan, held=True)
    return {name: (ref, seat) for name, ref, seat in
            rows.values_list("assignment__registration__worker__name", "trip__ref", "seat")}


# --- who could stay ----------------------------------------------------------------------------------------------------


def test_who_has_a_place_could_stay_and_nobody_else(town: Town) -> None:
    assert town.staying() == "甲乙丙丁"


def cancelled(town: Town) -> None:
    Trip.objects.filter(pk=town.first.pk).update(state="cancelled")


def delayed(town: Town) -> None:
    for call in Call.objects.filter(trip=town.first).order_by("-seq"):
        Call.objects.filter(pk=call.pk).update(
            arrive_at=call.arrive_at + timedelta(days=1), depart_at=call.depart_at + timedelta(days=1))


def shortened(town: Town) -> None:
    """It ends at another town: who still is booked to its last call keeps that call in the database."""
    Call.objects.filter(trip=town.first, seq=1).update(place=make.make_place("station", parent=town.campaign.destination))


def withdrawn(town: Town) -> None:
    other = make.make_posting(town.campaign, park=town.park)
    ids = [town.people[name].pk for name in ("甲", "乙")]
    PlanChange.objects.create(plan=town.plan, kind="manual", reason="tests")
    town.plan.assignments.filter(registration__in=ids).update(posting=other)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    Posting.objects.filter(pk=other.pk).update(withdrawn_at=timezone.now())


def without_clearance(town: Town) -> None:
    Clearance.objects.filter(registration__in=[town.people["甲"], town.people["乙"]]).update(colour=2)


def later_ready(town: Town) -> None:
    Registration.objects.filter(pk__in=[town.people["甲"].pk, town.people["乙"].pk]).update(ready_at=make.at(8, 30))


@pytest.mark.parametrize("happens", [cancelled, delayed, shortened, withdrawn, without_clearance, later_ready])
def test_a_place_that_is_gone_is_no_place_to_stay(town: Town, happens: Callable[[Town], None]) -> None:
    happens(town)
    assert town.staying() == "丙丁"
    assert (town.before().people, town.before().places.job[:2].tolist()) == (4, [-1, -1])


def test_who_refused_or_has_found_another_way_has_none(town: Town) -> None:
    PlanChange.objects.create(plan=town.plan, kind="manual", reason="tests")
    for name, state in (("甲", "refused"), ("乙", "withdrawn")):
        assignment = town.plan.assignments.filter(registration=town.people[name])
        SeatBooking.objects.filter(assignment__in=assignment).update(held=False)
        assignment.update(state=state)
    person = town.people["乙"]
    Registration.objects.filter(pk=person.pk).update(outcome="own_means", outcome_at=timezone.now())
    assert town.staying() == "丙丁"
    assert town.before().people == 2


def test_where_one_of_a_group_cannot_stay_nobody_of_it_can_unless_they_agreed(town: Town) -> None:
    Clearance.objects.filter(registration=town.people["丙"]).update(colour=2)
    assert town.staying() == "甲乙"
    group = town.people["丙"].group
    assert group is not None
    group.split_agreed_at, group.split_agreed_by, group.split_note = timezone.now(), make.make_user(), "同意"
    group.save()
    assert town.staying() == "甲乙丁"


def test_a_cancelled_bus_is_not_taken_for_a_walk(town: Town) -> None:
    """Somebody without any leg goes on foot; who lost the only leg does not."""
    Access.objects.create(campaign=town.campaign, from_place=town.township, to_place=town.park, minutes=5)
    cancelled(town)
    assert town.staying() == "丙丁"


def test_calls_that_a_trip_does_not_have_are_not_those_of_the_next_trip(town: Town) -> None:
    """All trips' calls are counted through: call 3 of the first bus would be call 1 of the second, to the same park."""
    snapshot = take_snapshot(town.campaign)
    rows = read_plan(town.plan, snapshot)
    rows.legs[0, 0, 1:] = 2, 3
    assert _stays(rows, snapshot).tolist() == [False, True, True, True, False]


# --- the plan made from it ---------------------------------------------------------------------------------------------


def test_nobody_is_moved_without_need_and_seats_stay(town: Town) -> None:
    draft, _result = solved(town)
    old, new = seats_of(town.plan), seats_of(draft)
    assert {name: new[name] for name in old} == old
    assert "戊" not in old and len({*new.values()}) == 5
    assert draft.counts["before"] == {
        "plan": 1, "people": 4, "could_stay": 4, "moved": 0, "dropped": 0, "seats_changed": 0}


def test_who_lost_the_bus_is_seated_anew_beside_the_others(town: Town) -> None:
    cancelled(town)
    draft, _result = solved(town)
    old, new = seats_of(town.plan), seats_of(draft)
    assert set(new) == set("甲乙丙丁戊") and {new[name] for name in "丙丁"} == {old[name] for name in "丙丁"}
    assert {ref for ref, _seat in new.values()} == {town.second.ref}
    assert draft.counts["before"]["could_stay"] == 2


def test_the_digest_is_of_campaign_and_plan(town: Town) -> None:
    alone = take_snapshot(town.campaign).digest
    first, again = (take_snapshot_with(town.campaign, town.plan)[0].digest for _ in range(2))
    assert first == again != alone
    assert take_snapshot_with(town.campaign, None)[0].digest == alone
    PlanChange.objects.create(plan=town.plan, kind="manual", reason="tests")
    SeatBooking.objects.filter(assignment__registration=town.people["甲"]).update(seat=6)
    assert take_snapshot_with(town.campaign, town.plan)[0].digest not in (first, alone)
    assert take_snapshot(town.campaign).digest == alone


def test_where_no_single_seat_is_free_one_gives_up_a_seat_and_it_is_named(town: Town) -> None:
    """Seat 1 is free until the second stop and seat 2 after it: who comes for the whole way needs one of them whole."""
    campaign = make.make_campaign()
    homes, parks = [make.make_township(campaign) for _ in range(2)], [make.make_park(campaign) for _ in range(2)]
    trip = make.make_trip(campaign, [homes[0], parks[0], homes[1], parks[1]], seats=2)
    plan = make.make_plan(campaign)
    for home, park, board, seat in ((homes[0], parks[0], 0, 0), (homes[1], parks[1], 2, 1)):
        person = make.make_registration(campaign, township=home)
        posting = make.make_posting(campaign, park=park, headcount=1)
        make.place_person(plan, person, posting, [(trip, board, board + 1, seat)])
    make.publish(plan)
    make.make_posting(campaign, park=parks[1], headcount=1)
    make.make_registration(campaign, township=homes[0])
    draft, _result = solved(replace(town, campaign=campaign, plan=plan))
    assert draft.counts["placed"] == 3
    assert draft.counts["before"] == {
        "plan": 1, "people": 2, "could_stay": 2, "moved": 0, "dropped": 0, "seats_changed": 1}
    found = seat_changes(before=plan, after=draft)
    assert found.people == 1 and {found.listed[0].before, found.listed[0].after} == {"1号座", "2号座"}


# --- the carrier's tickets ---------------------------------------------------------------------------------------------


def ticket(town: Town, name: str, seat: str) -> None:
    names = RealNameList.objects.filter(trip=town.first).first() or real_names.release_names(
        names=real_names.ask_for_names(trip=town.first, purpose="购票", by=make.make_planner(town.campaign)),
        by=make.make_planner(town.campaign))
    answer = CarrierAnswer.objects.create(names=names, by=names.requested_by)
    Ticket.objects.create(trip=town.first, registration=town.people[name], seat=seat, given_at=timezone.now(), answer=answer)


def kept_seats(town: Town) -> dict[str, int]:
    snapshot, before = take_snapshot_with(town.campaign, town.plan)
    assert before is not None
    seats = dict(zip(snapshot.registrations.tolist(), before.seats.seats[:, 0].tolist(), strict=True))
    return {name: seats[person.pk] for name, person in town.people.items()}


def test_without_tickets_our_numbers_are_kept(town: Town) -> None:
    assert kept_seats(town) == {"甲": 7, "乙": 3, "丙": 1, "丁": 2, "戊": -1}


def test_who_has_a_ticket_is_kept_on_it_and_whoever_we_had_there_is_not(town: Town) -> None:
    ticket(town, "甲", "4")
    assert kept_seats(town) == {"甲": 3, "乙": -1, "丙": 1, "丁": 2, "戊": -1}
    draft, _result = solved(town)
    seats = seats_of(draft)
    assert seats["甲"] == (town.first.ref, 3)
    assert len({*seats.values()}) == 5
    assert [one.person for one in seat_changes(before=town.plan, after=draft).listed] == [town.people["乙"]]


def test_a_ticket_that_the_map_does_not_have_or_that_is_withheld_leaves_our_number(town: Town) -> None:
    ticket(town, "甲", "无座")
    ticket(town, "乙", "1")
    Trip.objects.filter(pk=town.first.pk).update(escort_seats=1)
    assert kept_seats(town) == {"甲": 7, "乙": 3, "丙": 1, "丁": 2, "戊": -1}


def test_the_snapshot_costs_the_same_queries_for_one_and_for_three_tickets(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket(town, "甲", "8")
    with CaptureQueriesContext(connection) as one:
        take_snapshot_with(town.campaign, town.plan)
    ticket(town, "乙", "7")
    with django_assert_num_queries(len(one)):
        take_snapshot_with(town.campaign, town.plan)
