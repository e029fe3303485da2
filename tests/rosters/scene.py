"""A published plan with what makes lists hard: long and rare names, groups, a train of 16 coaches, an empty trip."""
from dataclasses import dataclass

from dispatch.models import Plan
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import SeatMap, Trip
from transport.seat_maps import TRAIN_16

LONG = "买买提·阿卜杜热合曼·吾布力卡斯木江大毛"
RARE = "𠮷䶮㛃"
NUMBER = "422801198505171234"


@dataclass
class Printed:
    campaign: Campaign
    plan: Plan
    train: Trip
    bus: Trip
    empty: Trip
    going: int
    left: int


def make_printed(people: int = 60) -> Printed:
    assert len(LONG) == 20
    campaign = make.make_campaign(name="恩施返岗杭州 / 春")
    villages = [make.make_village(campaign, name=name) for name in ("桃园村", "龙凤村")]
    park = make.make_park(campaign, name="萧山园区")
    firms = [make.make_employer(campaign, name=name) for name in ("杭州市萧山区某某精密机械制造有限责任公司", "=1+1 针织厂")]
    posts = [make.make_posting(campaign, employer=firm, park=park, headcount=people) for firm in firms]
    stops = [make.make_place("station", parent=campaign.origin, name="恩施站"),
             make.make_place("station", parent=campaign.origin, name="宜昌东站"),
             make.make_place("station", parent=campaign.destination, name="杭州东站")]
    seat_map = SeatMap.objects.create(code="t16", name=TRAIN_16.name, coaches=list(TRAIN_16.coaches), seats=TRAIN_16.seats)
    train = make.make_trip(campaign, stops, mode="train", seats=TRAIN_16.seats, seat_map=seat_map, ref="D3205")
    bus = make.make_trip(campaign, [stops[2], park], mode="reception", seats=people, starts=make.at(16), ref="R7")
    empty = make.make_trip(campaign, [stops[0], stops[1]], ref="空车")
    plan = make.make_plan(campaign)
    pair = make.make_group(campaign)
    for n in range(people):
        worker = make.make_worker(name={0: LONG, 1: RARE}.get(n, ""), identity=NUMBER if n == 0 else None)
        # The group sits in two rows, with a stranger between its seats.
        person = make.make_registration(campaign, worker=worker, village=villages[n % 2], phone="13800001234",
                                        group=pair if n in (4, 6) else None)
        legs = [(train, n % 2, 2, n * 20), (bus, 0, 1, n)] if n < people - 1 else []
        make.place_person(plan, person, posts[n % 3 == 0], legs)
    for _ in range(7):
        make.leave_person(plan, make.make_registration(campaign, village=villages[0]))
    make.publish(plan)
    return Printed(campaign, plan, train, bus, empty, people, 7)
