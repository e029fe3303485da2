"""A published plan with one bus to swap, and what else its people hold."""
from dataclasses import dataclass, field

from dispatch.models import Assignment, Plan, PlanChange, SeatBooking
from dispatch.queries.swaps import Preview, Target, preview
from dispatch.services.swapping import swap_vehicle
from jobs.models import Posting
from laborbridge.accounts.models import User
from tests import factories as make
from transport.models import SeatMap, Trip, Vehicle
from workers.models import Registration


@dataclass
class Bus:
    """Calls at a township, a station and a park; `people` sit on it by name, all the way where nothing else is said."""

    trip: Trip
    onward: Trip
    plan: Plan
    by: User
    open: Posting
    kept: Posting
    people: dict[str, Registration] = field(default_factory=dict)

    def seats(self) -> dict[str, int]:
        """Who sits where, by name."""
        held = SeatBooking.objects.filter(plan=self.plan, trip=self.trip, held=True)
        return dict(held.values_list("assignment__registration__worker__name", "seat"))

    def state(self, name: str) -> str:
        return Assignment.objects.get(plan=self.plan, registration=self.people[name]).state

    def preview(self, target: Target) -> Preview:
        return preview(trip=Trip.objects.get(pk=self.trip.pk), plan=self.plan, target=target)

    def swap(self, target: Target, reason: str = "坏了一辆车") -> PlanChange:
        shown = self.preview(target).digest
        return swap_vehicle(trip=self.trip, plan=self.plan, target=target, shown=shown, by=self.by, reason=reason)


def counted(seats: int, escorts: int = 0, isolation: int = 0) -> Target:
    return Target(seats, escorts, isolation, None)


def smaller(seats: int, carrier: object = None, rows: str = "AB CD") -> tuple[Vehicle, Target]:
    letters = len(rows.replace(" ", ""))
    seat_map = SeatMap.objects.create(
        code=f"s{make.number()}", name="小车", coaches=[{"rows": [rows] * (seats // letters)}], seats=seats)
    vehicle = Vehicle.objects.create(plate=f"鄂Q{make.number()}", seat_map=seat_map, carrier=carrier)
    return vehicle, Target(seats, 0, 0, seat_map, vehicle)


Sitting = tuple[str, int, dict[str, object]]


def make_bus(*sitting: Sitting, seats: int = 45, published: bool = True) -> Bus:
    """`sitting`: name, seat, and of board, alight, onward (a seat there), priority, own, group, phone what differs."""
    campaign = make.make_campaign(name=f"返岗 {make.number()}")
    township, park = make.make_township(campaign, name="龙凤镇"), make.make_park(campaign, name="萧山园区")
    station = make.make_place("station", parent=campaign.origin, name="恩施站")
    trip = make.make_trip(campaign, [township, station, park], seats=seats, ref=f"B{make.number()}")
    onward = make.make_trip(campaign, [park, make.make_park(campaign)], mode="reception", starts=make.at(16))
    open_ = make.make_posting(campaign, park=park, headcount=90, employer=make.make_employer(campaign, name="针织厂"))
    kept = make.make_posting(campaign, park=park, kind="reserved", headcount=90)
    bus = Bus(trip, onward, make.make_plan(campaign), make.make_planner(campaign), open_, kept)
    groups: dict[str, object] = {}
    for name, seat, given in sitting:
        of = {"board": 0, "alight": 2, "onward": None, "priority": 0, "own": False, "group": "", "phone": "", **given}
        group = groups.setdefault(str(of["group"]), make.make_group(campaign)) if of["group"] else None
        person = make.make_registration(
            campaign, worker=make.make_worker(name=name), township=township, group=group, priority=of["priority"],
            phone=str(of["phone"]),
        )
        if of["own"]:
            make.make_reserved_post(kept, person)
        legs = [(trip, of["board"], of["alight"], seat)]
        if of["onward"] is not None:
            legs.append((onward, 0, 1, of["onward"]))
        make.place_person(bus.plan, person, kept if of["own"] else open_, legs)
        bus.people[name] = person
    if published:
        make.publish(bus.plan, by=bus.by)
    return bus
