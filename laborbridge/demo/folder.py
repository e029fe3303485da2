"""The demo campaign as a folder of CSV files, the same ones that a bureau would send."""
import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from .firms import make_firms, open_posts
from .land import county_weights, parks, places, rows
from .people import Person, make_people, reserve
from .timetable import access, make_trips

SEED = "enshi-hangzhou-2020"


def _write(folder: Path, name: str, header: str, lines: Iterable[Sequence[object]]) -> None:
    with (folder / name).open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(lines)


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _worker(p: Person) -> Sequence[object]:
    return (
        p.code, p.township.code, ";".join(p.trades), p.min_wage, p.priority, _at(p.ready_at), p.reserved,
        int(p.open_to_other), p.group, p.preferred_district, p.clearance, p.village,
    )


def _admissions(rng: random.Random) -> list[tuple[str, str, str]]:
    """Which districts take people with a yellow code, and from which county; near home nobody asks."""
    districts = sorted({p.district for p in parks() if not p.near_home})
    away = [(c, d, "yellow") for c in county_weights() for d in districts if rng.random() < 0.4]
    home = sorted({p.district for p in parks() if p.near_home})
    return away + [(county, county, "yellow") for county in home]


def write_folder(folder: Path) -> None:
    """Write all files; equal programs write equal ones."""
    rng = random.Random(SEED)
    firms = make_firms(rng)
    people = make_people(rng, firms)
    posts = [*reserve(rng, people), *open_posts(rng, firms)]
    trips = make_trips(rng, people)
    trades = rows("occupations.csv")
    _write(folder, "places.csv", "place level parent lat lon name",
           [(p.code, p.level, p.parent, p.lat, p.lon, p.name) for p in places()])
    _write(folder, "occupations.csv", "occupation name", [(t["occupation"], t["name"]) for t in trades])
    _write(folder, "workers.csv", "worker township occupations min_wage priority ready_at reserved_job open_to_other"
           " group preferred_district clearance village", map(_worker, people))
    _write(folder, "jobs.csv", "job employer park kind occupation headcount wage start_by employer_name minors_allowed",
           [(j.code, j.firm.code, j.firm.park.code, j.kind, j.trade, j.headcount, j.wage, _at(j.start_by), j.firm.name,
             int(j.minors)) for j in posts])
    _write(folder, "trips.csv", "trip mode capacity escort_seats isolation_seats",
           [(t.code, t.mode, t.seats, *t.kept) for t in trips])
    _write(folder, "stops.csv", "trip seq place arrive_at depart_at",
           [(t.code, seq, c.place, _at(c.arrives), _at(c.leaves)) for t in trips for seq, c in enumerate(t.calls)])
    _write(folder, "access.csv", "from_place to_place minutes", access())
    _write(folder, "related.csv", "occupation related_occupation",
           [(t["occupation"], other) for t in trades for other in t["helps_in"].split(";")])
    _write(folder, "admits.csv", "county district clearance", _admissions(rng))
