"""A new plan beside an older one: who rides the same leg keeps the seat."""
import pytest

from dispatch.matching.result import Result, Stop
from dispatch.matching.solve import solve
from dispatch.models import Plan, SeatBooking
from dispatch.snapshot import Snapshot, take_snapshot
from dispatch.snapshot.before import read_before
from dispatch.snapshot.plans import read_seats
from dispatch.snapshot.writing import write_plan
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import Trip

pytestmark = pytest.mark.django_db


def seats_of(plan: Plan) -> dict[int, int]:
    return dict(SeatBooking.objects.filter(plan=plan).values_list("assignment__registration", "seat"))


@pytest.fixture
def campaign() -> Campaign:
    """Four people of one township and a bus from there to their park; no other way."""
    campaign = make.make_campaign()
    township, park = make.make_township(campaign), make.make_park(campaign)
    posting = make.make_posting(campaign, park=park)
    trip = make.make_trip(campaign, [township, park], seats=12)
    people = [make.make_registration(campaign, township=township) for _ in range(4)]
    old = make.make_plan(campaign)
    for person, seat in zip(people[:3], (7, 3, 9), strict=True):
        make.place_person(old, person, posting, [(trip, 0, 1, seat)])
    return campaign


def solved(campaign: Campaign) -> tuple[Snapshot, Result]:
    snapshot = take_snapshot(campaign)
    return snapshot, solve(snapshot.problem, Stop(work=10_000))


def test_the_seats_of_the_plan_before_are_kept_and_the_fourth_gets_a_free_one(campaign: Campaign) -> None:
    old = Plan.objects.get()
    plan = write_plan(make.make_run(campaign), *solved(campaign), before=read_before(old, take_snapshot(campaign)))
    before, after = seats_of(old), seats_of(plan)
    assert len(after) == 4
    assert {person: after[person] for person in before} == before
    assert len(set(after.values())) == 4


def test_without_a_plan_before_seats_are_given_anew(campaign: Campaign) -> None:
    plan = write_plan(make.make_run(campaign), *solved(campaign))
    assert sorted(seats_of(plan).values()) == [0, 1, 2, 3]


def test_a_seat_that_is_kept_for_an_escort_since_is_given_up(campaign: Campaign) -> None:
    old = Plan.objects.get()
    Trip.objects.update(escort_seats=4)
    plan = write_plan(make.make_run(campaign), *solved(campaign), before=read_before(old, take_snapshot(campaign)))
    moved = {person for person, seat in seats_of(plan).items() if seats_of(old).get(person) not in (None, seat)}
    assert moved == {person for person, seat in seats_of(old).items() if seat == 3}
    assert min(seats_of(plan).values()) == 4


def test_who_and_what_the_snapshot_does_not_know_is_left_out(campaign: Campaign) -> None:
    old = Plan.objects.get()
    gone = old.assignments.order_by("registration").first().registration
    gone.outcome, gone.outcome_at = "own_means", gone.ready_at
    gone.save()
    snapshot = take_snapshot(campaign)
    assert sorted(read_seats(old, snapshot).seats[:, 0].tolist()) == [-1, 3, 9]
