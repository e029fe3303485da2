"""A small station whose sheet can be computed by hand: two trains, three buses, one person over night."""
from dataclasses import dataclass

from dispatch.models import Plan
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from tests.factories import at
from transport.models import Call, Trip


@dataclass
class Station:
    """Feeder F (3 aboard) and feeder E reach the station at dawn; train D leaves with them and two who walked there.

    At the other end D's people go on: two by bus R, one by bus N on the next morning; two are at their goal.
    """

    campaign: Campaign
    home: Place
    away: Place
    plan: Plan
    feeder: Trip
    train: Trip
    reception: Trip
    next_day: Trip
    other_train: Trip


def set_times(trip: Trip, *times: tuple) -> Trip:
    """Arrival and departure, call by call."""
    for seq, (arrive, depart) in enumerate(times):
        Call.objects.filter(trip=trip, seq=seq).update(arrive_at=arrive, depart_at=depart)
    trip.refresh_from_db()
    return trip


def make_station() -> Station:
    campaign = make.make_campaign(name="小站")
    village, park = make.make_village(campaign, name="桃园村"), make.make_park(campaign, name="萧山园区")
    town = make.make_place("county", parent=campaign.origin, name="恩施市")
    city = make.make_place("district", parent=campaign.destination, name="江干区")
    home = make.make_place("station", parent=town, name="恩施站")
    away = make.make_place("station", parent=city, name="杭州东站")
    feeder = set_times(make.make_trip(campaign, [village, home], mode="feeder", ref="F1"),
                       (at(5, 50), at(6)), (at(8), at(8, 10)))
    train = set_times(make.make_trip(campaign, [home, away], mode="train", seats=100, ref="D1"),
                      (at(9, 30), at(10)), (at(20), at(20, 20)))
    other = set_times(make.make_trip(campaign, [home, away], mode="train", seats=100, ref="D2"),
                      (at(9, 40), at(10, 30)), (at(20, 40), at(21)))
    reception = set_times(make.make_trip(campaign, [away, park], mode="reception", ref="R1"),
                          (at(20, 30), at(21)), (at(22), at(22)))
    next_day = set_times(make.make_trip(campaign, [away, park], mode="reception", ref="N1"),
                         (at(1, 30, day=1), at(1, 40, day=1)), (at(2, 40, day=1), at(2, 40, day=1)))
    plan = make.make_plan(campaign)
    posting = make.make_posting(campaign, park=park, headcount=20)
    near = make.make_posting(campaign, park=away, headcount=20)
    rides = [
        [(feeder, 0, 1, 0), (train, 0, 1, 0), (reception, 0, 1, 0)],
        [(feeder, 0, 1, 1), (train, 0, 1, 1), (reception, 0, 1, 1)],
        [(feeder, 0, 1, 2), (train, 0, 1, 2), (next_day, 0, 1, 0)],
        [(train, 0, 1, 3)],
        [(train, 0, 1, 4)],
    ]
    for legs in rides:
        make.place_person(plan, make.make_registration(campaign, village=village), posting if len(legs) > 1 else near, legs)
    make.publish(plan)
    return Station(campaign, home, away, plan, feeder, train, reception, next_day, other)
