"""A village on the morning of a departure: two buses, somebody on foot, a group, and neighbours of another village."""
from dataclasses import dataclass, field

import pytest
from django.test import Client

from dispatch.models import Plan
from jobs.models import Posting
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import TRAIN_16
from workers.models import Registration

PHONE = "13900005678"
NUMBER = "422801198505171234"


@dataclass
class Morning:
    campaign: Campaign
    village: Place
    plan: Plan
    bus: Trip
    train: Trip
    # On the bus from the village: three alone, then a pair.
    riders: list[Registration]
    walker: Registration
    neighbour: Registration
    posting: Posting
    users: dict[str, User] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(self.users[role])
        return client

    @property
    def address(self) -> str:
        return f"/campaigns/{self.campaign.pk}/village/eve/"

    def trip_address(self, trip: Trip) -> str:
        return f"/trips/{trip.pk}/roster/"


def _bus_from_the_village(campaign: Campaign, plan: Plan, village: Place, posting: Posting, stop: Place,
                          train: Trip) -> tuple[Trip, list[Registration]]:
    bus = make.make_trip(campaign, [stop, posting.site.place], seat_map=make.make_seat_map(), ref="K7")
    pair = make.make_group(campaign)
    names = ("田大山", f"向{PHONE}小河", "覃水生", "谭木兰", "谭木华")
    riders = []
    for seat, name in enumerate(names):
        worker = make.make_worker(name=name, identity=NUMBER if seat == 0 else None)
        rider = make.make_registration(campaign, worker=worker, village=village, phone=PHONE,
                                       group=pair if seat > 2 else None)
        make.place_person(plan, rider, posting, [(bus, 0, 1, seat * 3)])
        riders.append(rider)
    type(riders[2]).objects.filter(pk=riders[2].pk).update(contact="relative", contact_name="覃家大嫂")
    type(riders[0]).objects.filter(pk=riders[0].pk).update(contact="none", contact_phone="")
    return bus, riders


def make_morning(on_train: int = 3) -> Morning:
    campaign = make.make_campaign(name="恩施返岗杭州")
    village, park = make.make_village(campaign, name="桃园村"), make.make_park(campaign, name="萧山园区")
    firm, bureau = make.make_organisation("employer"), make.make_organisation("bureau")
    posting = make.make_posting(campaign, employer=make.make_employer(campaign, organisation=firm, name="杭州纺织"),
                                park=park, headcount=on_train + 20)
    stop = make.make_place("pickup", parent=village.parent, name="桃园村委会")
    station = make.make_place("station", parent=campaign.origin, name="恩施站")
    seat_map = SeatMap.objects.create(code="t16", name=TRAIN_16.name, coaches=list(TRAIN_16.coaches), seats=TRAIN_16.seats)
    train = make.make_trip(campaign, [station, park], mode="train", seats=TRAIN_16.seats, seat_map=seat_map, ref="D3205")
    plan = make.make_plan(campaign)
    bus, riders = _bus_from_the_village(campaign, plan, village, posting, stop, train)
    walker = make.make_registration(campaign, village=village, phone=PHONE, ready_at=make.at(7))
    make.place_person(plan, walker, posting)
    other = make.make_village(campaign, name="龙凤村")
    neighbour = make.make_registration(campaign, village=other, phone=PHONE, worker=make.make_worker(name="邻村人"))
    make.place_person(plan, neighbour, posting, [(bus, 0, 1, 30)])
    for seat in range(on_train):
        person = make.make_registration(campaign, village=other, phone=PHONE)
        make.place_person(plan, person, posting, [(train, 0, 1, seat)])
    make.publish(plan)
    county, office = village.parent.parent, make.make_organisation("village", place=village)
    campaign.participants.set([bureau])
    users = {
        "planner": make.make_member("planner", organisation=bureau),
        "county": make.make_member("planner", organisation=bureau, place=county),
        "case": make.make_member("case_officer", organisation=bureau, place=county),
        "liaison": make.make_member("liaison", organisation=office),
        "hr": make.make_member("hr", organisation=firm),
        "escort": make.make_member("escort", organisation=bureau),
    }
    bus.escorts.add(users["escort"])
    return Morning(campaign, village, plan, bus, train, riders, walker, neighbour, posting, users)


@pytest.fixture
def morning(db: None) -> Morning:
    return make_morning()
