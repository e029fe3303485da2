"""A place in the published plan is given back by staff, on record: who is back has an outcome, others wait."""
import pytest

from dispatch.models import AssignmentHistory, Plan, SeatBooking, Unplaced
from dispatch.services.giving_back import give_back
from laborbridge.accounts.models import User
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from workers.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    campaign = make.make_campaign()
    person = make.make_registration(campaign)
    posting = make.make_posting(campaign)
    trip = make.make_trip(campaign, [person.township, posting.site.place])
    plan = make.make_plan(campaign)
    make.place_person(plan, person, posting, [(trip, 0, 1, 3)])
    plan.counts["counties"] = {str(person.township.parent_id): [1, 1]}
    plan.save()
    return make.publish(plan)


@pytest.fixture
def person(plan: Plan) -> Registration:
    return plan.assignments.get().registration


@pytest.fixture
def staff(plan: Plan) -> User:
    return make.make_planner(plan.campaign)


def test_who_is_back_has_an_outcome_and_the_seat_is_free(plan: Plan, person: Registration, staff: User) -> None:
    change = give_back(person=person, by=staff, reason="厂门核验已到岗", is_back=True)
    person.refresh_from_db()
    plan.refresh_from_db()
    assert (person.outcome, person.outcome_by) == ("already_back", staff)
    assert plan.assignments.get().state == "withdrawn"
    assert not SeatBooking.objects.filter(held=True).exists()
    assert plan.counts == {"placed": 0, "unplaced": {}, "counties": {str(person.township.parent_id): [0, 1]}}
    assert (change.by, change.reason) == (staff, "厂门核验已到岗")
    assert AssignmentHistory.objects.filter(change=change, registration=person).exists()
    assert Entry.objects.get().detail["is_back"] is True


def test_anybody_else_is_left_until_a_new_plan(plan: Plan, person: Registration, staff: User) -> None:
    give_back(person=person, by=staff, reason="另有企业认领", is_back=False)
    person.refresh_from_db()
    plan.refresh_from_db()
    assert person.outcome is None
    assert Unplaced.objects.get().reason == "pinned_out"
    assert plan.counts["unplaced"] == {"pinned_out": 1}


def test_twice_or_without_a_reason_it_is_refused(plan: Plan, person: Registration, staff: User) -> None:
    with pytest.raises(RuleBroken):
        give_back(person=person, by=staff, reason="  ", is_back=True)
    assert plan.assignments.get().state == "planned"
    give_back(person=person, by=staff, reason="已到岗", is_back=True)
    with pytest.raises(RuleBroken):
        give_back(person=person, by=staff, reason="已到岗", is_back=True)


@pytest.mark.django_db(transaction=True)
def test_a_group_is_not_split_by_it_unless_who_is_back_has_left_it(plan: Plan, staff: User) -> None:
    group, posting = make.make_group(plan.campaign), make.make_posting(plan.campaign)
    first, second = (make.make_registration(plan.campaign, group=group) for _ in range(2))
    newer = make.make_plan(plan.campaign)
    for one in (first, second):
        make.place_person(newer, one, posting)
    make.publish(newer)
    with pytest.raises(RuleBroken, match=group.ref):
        give_back(person=first, by=staff, reason="另有企业认领", is_back=False)
    assert newer.assignments.filter(state="planned").count() == 2
    give_back(person=first, by=staff, reason="已到岗", is_back=True)
    assert newer.assignments.get(state="planned").registration == second
