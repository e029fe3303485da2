"""The land of the demo: real divisions, stations and parks, and how long buses take between them."""
import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
ORIGIN, DESTINATION = "4228", "3301"
ORIGIN_STATION, DESTINATION_STATION = "S-ES", "S-HZE"
# The village whose liaison has a demo account: Longma in Longfeng, Enshi.
LIAISON_VILLAGE = "422801100212"


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    level: str
    parent: str
    lat: str
    lon: str


@dataclass(frozen=True, slots=True)
class Park:
    """An industrial park; minutes are those by bus from Hangzhou East, 0 for a park near home."""

    code: str
    district: str
    weight: int
    minutes: int

    @property
    def near_home(self) -> bool:
        return self.district.startswith(ORIGIN)


@dataclass(frozen=True, slots=True)
class Township:
    """minutes are those by bus to Enshi station."""

    code: str
    county: str
    villages: tuple[str, ...]
    minutes: int


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _level(code: str, level: str) -> str:
    if level == "city":
        return "prefecture"
    return "district" if level == "county" and code.startswith(DESTINATION) else level


def _short(name: str) -> str:
    """龙马村 for 龙马村委会, 官坡社区 for 官坡社区居委会: the place, not its committee."""
    for committee in ("村民委员会", "村委会", "社区居民委员会", "社区居委会", "居民委员会", "居民委会", "居委会"):
        if name.endswith(committee):
            place = name.removesuffix(committee)
            kind = "村" if committee.startswith("村") else "社区"
            return place if place.endswith(kind) else place + kind
    return name


@cache
def places() -> tuple[Place, ...]:
    """All places of the campaign, each after its parent."""
    divisions = sorted(rows("divisions.csv"), key=lambda r: (len(r["code"]), r["code"]))
    found = [
        Place(r["code"], _short(r["name"]), _level(r["code"], r["level"]), r["parent"], r["lat"], r["lon"])
        for r in divisions
    ]
    found += [Place(r["code"], r["name"], r["level"], r["parent"], r["lat"], r["lon"]) for r in rows("sites.csv")]
    return tuple(found)


@cache
def parks() -> tuple[Park, ...]:
    return tuple(
        Park(r["code"], r["parent"], int(r["weight"]), int(r["minutes"]))
        for r in rows("sites.csv")
        if r["level"] == "park"
    )


@cache
def county_weights() -> dict[str, int]:
    return {r["county"]: int(r["weight"]) for r in rows("counties.csv")}


def _off_the_road(code: str, spread: int) -> int:
    """Minutes from the county's seat, invented but the same for the same township, in steps of five."""
    return 10 + int.from_bytes(hashlib.blake2b(code.encode(), digest_size=4).digest(), "big") % spread // 5 * 5


@cache
def townships() -> tuple[Township, ...]:
    seat = {r["county"]: int(r["minutes_to_station"]) for r in rows("counties.csv")}
    villages: dict[str, list[str]] = {p.code: [] for p in places() if p.level == "township"}
    for place in places():
        if place.level == "village":
            villages[place.parent].append(place.code)
    return tuple(
        Township(code, code[:6], tuple(below), seat[code[:6]] + _off_the_road(code, 55))
        for code, below in villages.items()
        if below
    )
