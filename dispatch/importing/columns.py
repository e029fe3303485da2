"""Which files and columns a campaign's folder has, and how each value is read: text in, what COPY takes out."""
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

LEVELS = ("province", "prefecture", "county", "township", "village", "district", "park", "station", "pickup")
MODES = ("bus", "train", "feeder", "reception")
COLOURS = {"green": 0, "yellow": 1, "red": 2}
# A mistyped year would carry the campaign's days off, or what the matching counts in minutes.
YEARS = range(2000, 2100)
_ID = re.compile(r"[^\s:;,\x00]{1,40}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]*)?", re.ASCII)
_ZONE = ZoneInfo(settings.TIME_ZONE)

Read = Callable[[str], object]


@dataclass(frozen=True)
class Column:
    """`read` gives the value for the database or raises ValueError; `expected` says in words what it takes."""

    name: str
    sql: str
    read: Read
    expected: str
    required: bool = True


@dataclass(frozen=True)
class File:
    """`becomes` is the table whose ids its rows draw as they arrive, in the order of the lines."""

    name: str
    columns: tuple[Column, ...]
    becomes: str = ""
    required: bool = True

    @property
    def table(self) -> str:
        return "in_" + self.name.removesuffix(".csv")


def _identifier(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError
    return text


def _label(text: str) -> str:
    if not 1 <= len(text.strip()) <= 120 or "\x00" in text:
        raise ValueError
    return text.strip()


def _optional(read: Read) -> Read:
    return lambda text: read(text) if text else None


def _whole(low: int, high: int) -> Read:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _one_of(*words: str) -> Read:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return read


def _colour(text: str) -> int:
    if text not in COLOURS:
        raise ValueError
    return COLOURS[text]


def _flag(text: str) -> str:
    return {"0": "f", "1": "t"}.get(text) or _refuse()


def _refuse() -> str:
    raise ValueError


def _degrees(limit: float) -> Read:
    def read(text: str) -> float:
        if not _DEGREES.fullmatch(text):
            raise ValueError
        value = float(text)
        if not -limit <= value <= limit:
            raise ValueError
        return value

    return read


@lru_cache(maxsize=100_000)
def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None or at.second or at.microsecond or len(text) < 16 or at.year not in YEARS:
        raise ValueError
    return at.replace(tzinfo=_ZONE).isoformat()


def _ids(text: str) -> str:
    return "{" + ",".join(f'"{_identifier(part)}"' for part in dict.fromkeys(text.split(";"))) + "}"


def _id(name: str, expected: str = "a code of 1 to 40 characters without spaces, ; : or ,") -> Column:
    return Column(name, "text NOT NULL", _identifier, expected)


def _id_or_empty(name: str, required: bool = True) -> Column:
    return Column(name, "text", _optional(_identifier), "a code or nothing", required)


def _count(name: str, low: int, high: int, unit: str) -> Column:
    return Column(name, "integer NOT NULL", _whole(low, high), f"a whole number of {unit} from {low} to {high}")


def _seats_kept(name: str) -> Column:
    return Column(name, "integer", _optional(_whole(0, 3_000)), "a whole number of seats from 0 to 3000, or nothing", False)


def _time(name: str) -> Column:
    expected = f"a local time to the minute such as 2020-03-21T08:35, in the years {YEARS[0]} to {YEARS[-1]}"
    return Column(name, "timestamptz NOT NULL", _moment, expected)


_NAME = "a text of 1 to 120 characters"

PLACES = File("places.csv", (
    _id("place"),
    Column("level", "text NOT NULL", _one_of(*LEVELS), "one of " + ", ".join(LEVELS)),
    _id_or_empty("parent"),
    Column("lat", "double precision", _optional(_degrees(90)), "degrees from -90 to 90"),
    Column("lon", "double precision", _optional(_degrees(180)), "degrees from -180 to 180"),
    Column("name", "text", _optional(_label), _NAME, required=False),
), becomes="places_place")
OCCUPATIONS = File("occupations.csv", (
    _id("occupation"),
    Column("name", "text NOT NULL", _label, _NAME),
), required=False)
WORKERS = File("workers.csv", (
    _id("worker"),
    _id("township"),
    Column("occupations", "text[] NOT NULL", _ids, "codes of trades joined by ;"),
    _count("min_wage", 0, 1_000_000, "yuan a month"),
    Column("priority", "smallint NOT NULL", _whole(0, 2), "0, 1 or 2"),
    _time("ready_at"),
    _id_or_empty("reserved_job"),
    Column("open_to_other", "boolean NOT NULL", _flag, "0 or 1"),
    _id_or_empty("group"),
    _id_or_empty("preferred_district"),
    Column("clearance", "smallint NOT NULL", _colour, "green, yellow or red"),
    _id_or_empty("village", required=False),
), becomes="workers_registration")
JOBS = File("jobs.csv", (
    _id("job"),
    _id("employer"),
    _id("park"),
    Column("kind", "text NOT NULL", _one_of("open", "reserved"), "open or reserved"),
    _id("occupation"),
    _count("headcount", 0, 100_000, "posts"),
    _count("wage", 0, 1_000_000, "yuan a month"),
    _time("start_by"),
    Column("employer_name", "text", _optional(_label), _NAME, required=False),
    Column("minors_allowed", "boolean", _optional(_flag), "0 or 1", required=False),
), becomes="jobs_posting")
TRIPS = File("trips.csv", (
    _id("trip"),
    Column("mode", "text NOT NULL", _one_of(*MODES), "one of " + ", ".join(MODES)),
    _count("capacity", 0, 3_000, "seats"),
    _seats_kept("escort_seats"),
    _seats_kept("isolation_seats"),
), becomes="transport_trip")
STOPS = File("stops.csv", (
    _id("trip"),
    _count("seq", 0, 60, "calls before this one"),
    _id("place"),
    _time("arrive_at"),
    _time("depart_at"),
))
ACCESS = File("access.csv", (_id("from_place"), _id("to_place"), _count("minutes", 0, 2_880, "minutes")))
RELATED = File("related.csv", (_id("occupation"), _id("related_occupation")))
ADMITS = File("admits.csv", (
    _id("county"),
    _id("district"),
    Column("clearance", "smallint NOT NULL", lambda text: _colour(text) or _refuse(), "yellow or red"),
))
FILES = (PLACES, OCCUPATIONS, WORKERS, JOBS, TRIPS, STOPS, ACCESS, RELATED, ADMITS)
