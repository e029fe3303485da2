"""From a load rule to a published plan: matching, seat numbers and the database's own checks follow the one rule."""
import pytest

from dispatch.matching.check import check
from dispatch.matching.result import Stop
from dispatch.matching.solve import solve
from dispatch.models import Plan, SeatBooking
from dispatch.services.publishing import publish_plan
from dispatch.snapshot import take_snapshot
from dispatch.snapshot.writing import write_plan
from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import BUS, TRAIN_8, StandardSeatMap, seats_in_order
from workers.models import Registration

pytestmark = pytest.mark.django_db


def planned(trip: Trip, **fields: object) -> Plan:
    """A plan of the trip's campaign under some rule, published; a plan that broke the rule could not be."""
    Trip.objects.filter(pk=trip.pk).update(**fields)
    snapshot = take_snapshot(trip.campaign)
    result = solve(snapshot.problem, Stop(work=50_000))
    assert check(snapshot.problem, result.job, result.leg_count, result.legs).faults == []
    plan = write_plan(make.make_run(trip.campaign), snapshot, result)
    return publish_plan(plan=plan, by=None, note="tests")


def a_trip(people: int, standard: StandardSeatMap, seats: int, pairs: int = 0) -> Trip:
    """One vehicle on which everybody could go, and more who want to; the first ones travel in pairs."""
    campaign = make.make_campaign()
    township, park = make.make_township(campaign), make.make_park(campaign)
    make.make_posting(campaign, park=park, headcount=people)
    seat_map = SeatMap.objects.get(code=standard.code)
    groups = [make.make_group(campaign) for _ in range(pairs)]
    for n in range(people):
        make.make_registration(campaign, township=township, group=groups[n // 2] if n < 2 * pairs else None)
    return make.make_trip(campaign, [township, park], seats=seats, seat_map=seat_map)


def seats_of(plan: Plan) -> list[int]:
    return sorted(SeatBooking.objects.filter(plan=plan).values_list("seat", flat=True))


def neighbours(seats: list[int], standard: StandardSeatMap) -> set[tuple[int, int]]:
    """Pairs of seats that are next to each other in a row and both taken."""
    lie = seats_in_order(standard.coaches)
    return {
        (s, s + 1) for s in seats
        if s + 1 in set(seats) and (lie[s].coach, lie[s].row) == (lie[s + 1].coach, lie[s + 1].row)
    }


@pytest.mark.parametrize(("fields", "people"), [
    ({"load_rule": "full"}, 45), ({"load_rule": "half"}, 22),
    ({"load_rule": "half", "escort_seats": 2, "isolation_seats": 5}, 20),
    ({"load_rule": "alternate"}, 23), ({"load_rule": "alternate", "escort_seats": 2, "isolation_seats": 3}, 18),
    ({"load_rule": "rows"}, 25),
])
def test_a_bus_takes_as_many_as_its_rule_lets_in(fields: dict[str, object], people: int) -> None:
    trip = a_trip(50, BUS, 45)
    plan = planned(trip, **fields)
    trip.refresh_from_db()
    assert len(set(seats_of(plan))) == plan.counts["placed"] == people == trip.places
    assert not set(seats_of(plan)) & {*trip.escort_on, *trip.isolation_on, *trip.empty_on}


@pytest.mark.parametrize("standard", [BUS, TRAIN_8])
def test_on_every_second_seat_nobody_has_a_neighbour_not_even_an_escort(standard: StandardSeatMap) -> None:
    trip = a_trip(40, standard, 45, pairs=6)
    plan = planned(trip, load_rule="alternate", escort_seats=3, isolation_seats=2)
    trip.refresh_from_db()
    taken = [*seats_of(plan), *trip.escort_on, *trip.isolation_on]
    assert plan.counts["placed"] == trip.places and neighbours(taken, standard) == set()


def test_at_half_load_only_people_who_travel_together_sit_side_by_side() -> None:
    trip = a_trip(30, BUS, 45, pairs=3)
    plan = planned(trip, load_rule="half")
    by_seat = dict(SeatBooking.objects.filter(plan=plan).values_list("seat", "assignment__registration"))
    groups = dict(Registration.objects.values_list("pk", "group"))
    together = {(groups[by_seat[a]], groups[by_seat[b]]) for a, b in neighbours(seats_of(plan), BUS)}
    assert all(one is not None and one == other for one, other in together)
