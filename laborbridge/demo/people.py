"""Who registered: 1,400 people of all eight counties, most of them with a post kept for them."""
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from .firms import Firm, Post, keeps_posts, start_by, usual_wages
from .land import LIAISON_VILLAGE, Township, county_weights, parks, townships

PEOPLE = 1400
RESERVED_SHARE = 0.78
# 240 of the 1,071 people on the train came from registered-poor households.
POOR_SHARE = 0.22


@dataclass(slots=True)
class Person:
    """One row of workers.csv."""

    code: str
    township: Township
    village: str
    trades: tuple[str, ...]
    min_wage: int
    priority: int
    ready_at: datetime
    firm: Firm | None
    reserved: str
    open_to_other: bool
    group: str
    preferred_district: str
    clearance: str


def _home(rng: random.Random) -> tuple[Township, str]:
    weights = county_weights()
    county = rng.choices(list(weights), list(weights.values()))[0]
    likely = [t for t in townships() if t.county == county]
    township = rng.choices(likely, [len(t.villages) for t in likely])[0]
    # A few villages of each township have most of those who leave.
    return township, township.villages[min(len(township.villages) - 1, int(rng.expovariate(0.3)))]


def _ready(rng: random.Random) -> datetime:
    """From when: half of them for the first buses, nearly all for the train, a few only after it."""
    day, hour = rng.choices([(18, 18), (20, 12), (20, 20), (23, 6)], [48, 30, 19, 3])[0]
    return datetime(2020, 3, day, hour)


def _anchors(rng: random.Random, firms: list[Firm]) -> list[Firm]:
    """The firm of each returning household, every firm once at first, then by size."""
    keeping = [f for f in firms if keeps_posts(f)]
    first = rng.sample(keeping, len(keeping))
    return first + rng.choices(keeping, [f.size for f in keeping], k=PEOPLE)


def make_people(rng: random.Random, firms: list[Firm]) -> list[Person]:
    anchors, people = iter(_anchors(rng, firms)), list[Person]()
    liaison = next(t for t in townships() if LIAISON_VILLAGE in t.villages)
    while len(people) < PEOPLE:
        size = min(rng.choices([1, 2, 3, 4], [74, 19, 5, 2])[0], PEOPLE - len(people))
        home = (liaison, LIAISON_VILLAGE) if len(people) < 14 else _home(rng)
        firm = next(anchors) if rng.random() < RESERVED_SHARE else None
        people += _household(rng, size, home, firm, len(people))
    return people


def _household(
    rng: random.Random, size: int, home: tuple[Township, str], firm: Firm | None, before: int
) -> list[Person]:
    """People who travel together, or one alone: one home, one day, and with few exceptions one firm."""
    wages = usual_wages()
    ready, clearance = _ready(rng), rng.choices(["green", "yellow", "red"], [94, 5, 1])[0]
    priority = 2 if rng.random() < POOR_SHARE else rng.choices([0, 1], [85, 15])[0]
    far = [p.district for p in parks() if not p.near_home]
    preferred = rng.choice(far) if rng.random() < 0.35 else ""
    found = []
    for number in range(before, before + size):
        own = firm if firm and (number == before or rng.random() < 0.9) else None
        trades = rng.sample(list(own.trades if own else wages), rng.choice([1, 1, 2]))
        found.append(
            Person(
                code=f"E{number + 1:04d}",
                township=home[0],
                village=home[1],
                trades=tuple(trades),
                min_wage=round(wages[trades[0]] * rng.uniform(0.62, 0.95) / 100) * 100,
                priority=priority,
                ready_at=ready,
                firm=own,
                reserved="",
                open_to_other=own is None or rng.random() < 0.35,
                group=f"T{before + 1:04d}" if size > 1 else "",
                preferred_district=preferred,
                clearance=clearance,
            )
        )
    return found


def reserve(rng: random.Random, people: list[Person]) -> list[Post]:
    """One posting for each firm and trade that returning people have; it has as many posts as they are."""
    wages = usual_wages()
    heads: Counter[tuple[str, str]] = Counter()
    firms: dict[str, Firm] = {}
    for person in people:
        if person.firm:
            firms[person.firm.code] = person.firm
            heads[person.firm.code, person.trades[0]] += 1
    codes = {key: f"R{number:04d}" for number, key in enumerate(sorted(heads), 1)}
    for person in people:
        if person.firm:
            person.reserved = codes[person.firm.code, person.trades[0]]
    begins = {code: start_by(rng) for code in sorted(firms)}
    return [
        Post(codes[key], firms[key[0]], "reserved", key[1], heads[key], wages[key[1]], begins[key[0]])
        for key in sorted(heads)
    ]
