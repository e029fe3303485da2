"""Charters of the demo: one train, its feeder and reception buses, and six direct buses two days before."""
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from .land import DESTINATION_STATION, ORIGIN_STATION, Park, Township, county_weights, parks, townships
from .people import Person

TRAIN = "专列D0321"
# People that a vehicle takes; the seats of its escorts and of isolation come on top.
TRAIN_SEATS, BUS_SEATS = 1071, 39
# Every second seat stayed empty on the long buses: 146 people came in six of them.
DIRECT_BUS_SEATS = 25
# Two escorts in each of sixteen coaches, and the last two rows; one in a bus, and its last row.
TRAIN_KEPT, BUS_KEPT, DIRECT_BUS_KEPT = (32, 10), (1, 5), (1, 0)
TRAIN_LEAVES, TRAIN_ARRIVES = datetime(2020, 3, 21, 9, 58), datetime(2020, 3, 21, 20, 8)
FEEDER_SHARE, RECEPTION_SHARE = 0.88, 1.14
FIRST_DAY = datetime(2020, 3, 19)
_DWELL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Call:
    place: str
    arrives: datetime
    leaves: datetime


@dataclass(frozen=True, slots=True)
class Trip:
    code: str
    mode: str
    places: int
    calls: tuple[Call, ...]
    kept: tuple[int, int] = BUS_KEPT  # for escorts, for isolation

    @property
    def seats(self) -> int:
        return self.places + sum(self.kept)


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=round(count / 5) * 5)


def _call(place: str, arrives: datetime) -> Call:
    return Call(place, arrives, arrives + _DWELL)


def _train() -> Trip:
    return Trip(TRAIN, "train", TRAIN_SEATS, (
        Call(ORIGIN_STATION, TRAIN_LEAVES - timedelta(minutes=18), TRAIN_LEAVES),
        Call(DESTINATION_STATION, TRAIN_ARRIVES, TRAIN_ARRIVES + timedelta(minutes=22)),
    ), TRAIN_KEPT)


def _backwards(route: list[Township], arrives: datetime) -> tuple[Call, ...]:
    """Calls at the townships of a route, the farthest first, so that the bus reaches Enshi station in time."""
    calls, nearer = [_call(ORIGIN_STATION, arrives)], 0
    for township in sorted(route, key=lambda t: (t.minutes, t.code)):
        drive = township.minutes if not nearer else max(15, township.minutes - nearer + 10)
        nearer = township.minutes
        calls.append(_call(township.code, calls[-1].arrives - _minutes(drive) - _DWELL))
    return tuple(reversed(calls))


def _feeders(rng: random.Random, people: list[Person]) -> list[Trip]:
    """Buses of each county in proportion to its people; each township is on the route of at least one."""
    trips, names = [], {c: f"{n:02d}" for n, c in enumerate(county_weights(), 1)}
    living = Counter(p.township for p in people if not walks_to_station(p.township))
    for county in county_weights():
        here = sorted((t for t in living if t.county == county), key=lambda t: (t.minutes, t.code))
        buses = max(1, round(sum(living[t] for t in here) * FEEDER_SHARE / BUS_SEATS))
        share = -(-len(here) // buses)
        for bus in range(buses):
            route = here[bus * share : (bus + 1) * share] or rng.sample(here, min(2, len(here)))
            arrives = datetime(2020, 3, 21, 8, 20) + timedelta(minutes=5 * rng.randrange(0, 13))
            trips.append(Trip(f"接站{names[county]}-{bus + 1:02d}", "feeder", BUS_SEATS, _backwards(route, arrives)))
    return trips


def _onwards(route: list[Park], leaves: datetime) -> tuple[Call, ...]:
    calls, passed = [Call(DESTINATION_STATION, leaves - _DWELL, leaves)], 0
    for park in sorted(route, key=lambda p: (p.minutes, p.code)):
        drive = park.minutes if not passed else max(15, park.minutes - passed + 10)
        passed = park.minutes
        calls.append(_call(park.code, calls[-1].leaves + _minutes(drive)))
    return tuple(calls)


def _receptions(rng: random.Random, people: list[Person]) -> list[Trip]:
    """Buses from Hangzhou East: whole ones for the districts with most people, shared ones for the rest."""
    awaited = Counter(p.firm.park for p in people if p.firm)
    trips, rest = list[Trip](), list[Park]()
    for park in sorted(awaited, key=lambda p: p.code):
        whole, left = divmod(round(awaited[park] * RECEPTION_SHARE), BUS_SEATS)
        trips += [_reception(rng, len(trips) + 1 + n, [park]) for n in range(whole)]
        rest += [park] if left else []
    order = sorted(rest, key=lambda p: (p.district, p.code))
    for start in range(0, len(order), 2):
        trips.append(_reception(rng, len(trips) + 1, order[start : start + 2]))
    return trips


def _reception(rng: random.Random, number: int, route: list[Park]) -> Trip:
    leaves = TRAIN_ARRIVES + timedelta(minutes=42 + 5 * rng.randrange(0, 11))
    return Trip(f"接驳{number:02d}", "reception", BUS_SEATS, _onwards(route, leaves))


def _direct(rng: random.Random, people: list[Person]) -> list[Trip]:
    """Six buses at dawn of 19 March, through townships of six counties to the parks where their people work."""
    early = [p for p in people if p.ready_at < FIRST_DAY]
    living = Counter(p.township for p in early)
    trips = []
    for number, county in enumerate(sorted(county_weights())[:6], 1):
        here = sorted((t for t in living if t.county == county), key=lambda t: (-living[t], t.code))[:4]
        awaited = Counter(p.firm.park for p in early if p.firm and p.township in here)
        gates = sorted(awaited, key=lambda park: (-awaited[park], park.code))[:4]
        trips.append(Trip(f"直达0319-{number}", "bus", DIRECT_BUS_SEATS, _overland(rng, here, gates), DIRECT_BUS_KEPT))
    return trips


def _overland(rng: random.Random, townships_on_it: list[Township], gates: list[Park]) -> tuple[Call, ...]:
    now, calls = FIRST_DAY + timedelta(hours=5, minutes=40), list[Call]()
    for township in townships_on_it:
        calls.append(_call(township.code, now))
        now = calls[-1].leaves + timedelta(minutes=25)
    now += _minutes(60 * 14 + rng.randrange(0, 60))
    for park in sorted(gates, key=lambda p: (p.minutes, p.code)):
        calls.append(_call(park.code, now))
        now = calls[-1].leaves + timedelta(minutes=30)
    return tuple(calls)


def walks_to_station(township: Township) -> bool:
    """In the town of Enshi everybody comes to the station by own means."""
    return township.county == "422801" and township.minutes <= 40


def access() -> list[tuple[str, str, int]]:
    """Ways without a seat: to Enshi station, from Hangzhou East to the park beside it, and to posts near home."""
    ways = [(t.code, ORIGIN_STATION, t.minutes) for t in townships() if walks_to_station(t)]
    ways += [(DESTINATION_STATION, p.code, p.minutes + 25) for p in parks() if 0 < p.minutes <= 25]
    for park in parks():
        if park.near_home:
            near = sorted((t for t in townships() if t.county == park.district), key=lambda t: (t.minutes, t.code))
            ways += [(t.code, park.code, 25 + 10 * rank) for rank, t in enumerate(near[:5])]
    return ways


def make_trips(rng: random.Random, people: list[Person]) -> list[Trip]:
    return [*_direct(rng, people), *_feeders(rng, people), _train(), *_receptions(rng, people)]
