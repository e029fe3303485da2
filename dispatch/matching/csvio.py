"""Bench folders in, plans and prices out (the CSV formats of tests/data/bench/README.md)."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from dispatch.matching.differences import Difference
from dispatch.matching.kinds import Explained
from dispatch.matching.phrases import Phrases
from dispatch.matching.pins import Kind, Leg, Pin
from dispatch.matching.problem import Level, Mode, Problem, ProblemError
from dispatch.matching.replan import Before
from dispatch.matching.result import Reason, Result
from dispatch.matching.rules import MAX_LEGS

Columns = dict[str, tuple[str, ...]]
FORBIDDING = 10_000.0  # above what anybody's whole assignment is worth
FILES = {
    "places": ("place", "level", "parent"),
    "workers": ("worker", "township", "occupations", "min_wage", "priority", "ready_at", "reserved_job", "open_to_other",
                "group", "preferred_district", "clearance"),
    "jobs": ("job", "employer", "park", "kind", "occupation", "headcount", "wage", "start_by"),
    "trips": ("trip", "mode", "capacity"),
    "stops": ("trip", "seq", "place", "arrive_at", "depart_at"),
    "access": ("from_place", "to_place", "minutes"),
    "related": ("occupation", "related_occupation"),
    "admits": ("county", "district", "clearance"),
}


class FileError(ValueError):
    """A file that cannot be read, in a sentence: what is wrong, where, and what to do."""


class Names(dict[str, int]):
    """Rows by name; an unknown name is refused in a sentence."""

    def __init__(self, what: str, defined: str, names: Iterable[str]) -> None:
        super().__init__((n, k) for k, n in enumerate(names))
        self.what, self.defined = what, defined

    def __missing__(self, name: str) -> int:
        raise FileError(f"There is no {self.what} {name!r}: {self.defined}. Correct the name, or add it there.")


CLEARANCES = Names("clearance", "green, yellow and red are known", ("green", "yellow", "red"))
LEVELS = Names("level of places", f"known are {', '.join(v.name.lower() for v in Level)}", (v.name.lower() for v in Level))
MODES = Names("mode of trips", f"known are {', '.join(v.name.lower() for v in Mode)}", (v.name.lower() for v in Mode))


def read_bench(folder: str | Path) -> Problem:
    """The instance in `folder`, as `read_named`."""
    return read_named(folder)[0]


def read_named(folder: str | Path) -> tuple[Problem, Phrases]:
    """The instance in `folder`, and its words; people of unknown age are adults there, and no group may split.

    Raises:
        FileError: a folder, file, column, name or number that is missing or cannot be read.
        ProblemError: the data are inconsistent.
    """
    if not Path(folder).is_dir():
        raise FileError(f"There is no folder {folder}. Name the folder that holds {', '.join(f'{n}.csv' for n in FILES)}.")
    files = {n: read_columns(Path(folder) / f"{n}.csv", wanted) for n, wanted in FILES.items()}
    try:
        minutes = _Minutes(files)
        problem = _problem(files, minutes)
        return problem, Phrases(problem, minutes.epoch, _trades(files))
    except FileError as wrong:
        raise FileError(f"{folder}: {wrong}") from wrong
    except (ValueError, OverflowError) as wrong:
        if isinstance(wrong, ProblemError):
            raise
        raise FileError(f"{folder}: a number or time cannot be read ({wrong}). Numbers are whole, times like "
                        "2020-03-27T05:00. Correct it there.") from wrong


def _problem(files: dict[str, Columns], minutes: "_Minutes") -> Problem:
    places, jobs, trips = files["places"], files["jobs"], files["trips"]
    place = _names("place", places["place"])
    job, trip = _names("job", jobs["job"]), _names("trip", trips["trip"])
    trades = _trades(files)
    trade = Names("trade", "workers.csv, jobs.csv and related.csv name them", trades)
    trade["any"] = -1
    related = np.zeros((len(trades), len(trades)), bool)
    for a, b in zip(files["related"]["occupation"], files["related"]["related_occupation"], strict=True):
        related[trade[a], trade[b]] = True
    admits = files["admits"]
    return Problem(
        place_level=np.array([LEVELS[v] for v in places["level"]], np.int8),
        place_parent=np.array([place[v] if v else -1 for v in places["parent"]], np.int32),
        **_workers(files["workers"], place, job, trade, minutes),
        **_jobs(jobs, place, trade, minutes),
        trip_mode=np.array([MODES[v] for v in trips["mode"]], np.int8),
        trip_capacity=np.array(trips["capacity"]).astype(np.int32),
        **_calls(files["stops"], place, trip, minutes),
        access_from=np.array([place[v] for v in files["access"]["from_place"]], np.int32),
        access_to=np.array([place[v] for v in files["access"]["to_place"]], np.int32),
        access_minutes=np.array(files["access"]["minutes"]).astype(np.int32),
        related=related,
        admits=np.array([(place[c], place[d], CLEARANCES[k]) for c, d, k in
                         zip(admits["county"], admits["district"], admits["clearance"], strict=True)],
                        np.int32).reshape(-1, 3),
        place_ids=places["place"], worker_ids=files["workers"]["worker"], job_ids=jobs["job"], trip_ids=trips["trip"],
    )


def _trades(files: dict[str, Columns]) -> list[str]:
    return sorted({o for os in files["workers"]["occupations"] for o in os.split(";")}
                  | set(files["jobs"]["occupation"]) - {"any"} | set(files["related"]["occupation"])
                  | set(files["related"]["related_occupation"]))


class _Minutes(dict[str, int]):
    """ISO time to minutes since midnight of the first day; remembers what it has parsed."""

    def __init__(self, files: dict[str, Columns]) -> None:
        all_times = files["jobs"]["start_by"] + files["workers"]["ready_at"] + files["stops"]["arrive_at"]
        first = datetime.fromisoformat(min(all_times)) if all_times else datetime(2020, 1, 1)
        self.epoch = first.replace(hour=0, minute=0)

    def __missing__(self, text: str) -> int:
        self[text] = value = (datetime.fromisoformat(text) - self.epoch) // timedelta(minutes=1)
        return value


def read_columns(path: Path, wanted: tuple[str, ...]) -> Columns:
    """The columns of a CSV file, of which it must have those `wanted`.

    Raises:
        FileError: the file is missing, is not UTF-8, lacks a column, or has a row of another length than its head.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as f:
            rows = list(csv.reader(f))
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) else wrong
        raise FileError(f"{path} cannot be read ({why}). A CSV file in UTF-8 is expected there.") from wrong
    header = rows[0] if rows else []
    if missing := [c for c in wanted if c not in header]:
        raise FileError(f"{path} lacks the column {', '.join(missing)}. Its first line must name {', '.join(wanted)}.")
    for k, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise FileError(f"{path}, row {k}: {len(row)} values under {len(header)} columns. Correct the row.")
    return dict(zip(header, list(zip(*rows[1:], strict=True)) or [()] * len(header), strict=True))


def _names(what: str, names: tuple[str, ...]) -> Names:
    found = Names(what, f"no row of {what}s.csv has this name", names)
    if len(found) < len(names):
        twice = next(n for k, n in enumerate(names) if found[n] != k)
        raise FileError(f"The {what} {twice!r} stands twice in {what}s.csv. Leave one row of it.")
    return found


def _workers(w: Columns, place: Names, job: Names, trade: Names, minutes: _Minutes) -> dict[str, Any]:
    _names("worker", w["worker"])
    group = {g: k for k, g in enumerate(dict.fromkeys(g for g in w["group"] if g))}
    parsed = {text: [trade[o] for o in text.split(";")] for text in set(w["occupations"])}
    skills = [parsed[text] for text in w["occupations"]]
    count = len(skills)
    return {
        "worker_township": np.array([place[v] for v in w["township"]], np.int32),
        "worker_min_wage": np.array(w["min_wage"]).astype(np.int32),
        "worker_priority": np.array(w["priority"]).astype(np.int8),
        "worker_ready": np.array([minutes[v] for v in w["ready_at"]], np.int32),
        "worker_reserved_job": np.array([job[v] if v else -1 for v in w["reserved_job"]], np.int32),
        "worker_open_to_other": np.array([v == "1" for v in w["open_to_other"]], bool),
        "worker_group": np.array([group[v] if v else -1 for v in w["group"]], np.int32),
        "worker_preferred_district": np.array([place[v] if v else -1 for v in w["preferred_district"]], np.int32),
        "worker_clearance": np.array([CLEARANCES[v] for v in w["clearance"]], np.int8),
        "worker_age": np.full(count, -1, np.int16),
        "worker_occupation_start": np.concatenate(([0], np.cumsum([len(s) for s in skills]))).astype(np.int32),
        "worker_occupation": np.array([o for s in skills for o in s], np.int16),
        "group_may_split": np.zeros(len(group), bool),
    }


def _jobs(j: Columns, place: Names, trade: Names, minutes: _Minutes) -> dict[str, Any]:
    employer = {e: k for k, e in enumerate(dict.fromkeys(j["employer"]))}
    return {
        "job_park": np.array([place[v] for v in j["park"]], np.int32),
        "job_employer": np.array([employer[v] for v in j["employer"]], np.int32),
        "job_reserved": np.array([v == "reserved" for v in j["kind"]], bool),
        "job_occupation": np.array([trade[v] for v in j["occupation"]], np.int16),
        "job_headcount": np.array(j["headcount"]).astype(np.int32),
        "job_wage": np.array(j["wage"]).astype(np.int32),
        "job_start_by": np.array([minutes[v] for v in j["start_by"]], np.int32),
        "job_minors_allowed": np.zeros(len(j["job"]), bool),
    }


def _calls(s: Columns, place: Names, trip: Names, minutes: _Minutes) -> dict[str, Any]:
    of = np.array([trip[v] for v in s["trip"]], np.int64)
    seq = np.array(s["seq"]).astype(np.int64)
    order = np.lexsort((seq, of)) if len(of) else np.zeros(0, np.int64)
    pick = lambda values: np.array(values, np.int32)[order]  # noqa: E731
    return {
        "call_start": np.concatenate(([0], np.cumsum(np.bincount(of, minlength=len(trip))))).astype(np.int32),
        "call_place": pick([place[v] for v in s["place"]]),
        "call_arrive": pick([minutes[v] for v in s["arrive_at"]]),
        "call_depart": pick([minutes[v] for v in s["depart_at"]]),
    }


def write_plan(problem: Problem, result: Result, path: str | Path) -> None:
    """PLAN.csv: worker, job, legs; one row for each person placed, in the order of the problem."""
    trips, jobs = problem.trip_ids, problem.job_ids
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("worker", "job", "legs"))
        for w in np.flatnonzero(result.job >= 0).tolist():
            legs = ";".join(f"{trips[t]}:{a}:{b}" for t, a, b in result.legs[w, : result.leg_count[w]].tolist())
            out.writerow((problem.worker_ids[w], jobs[result.job[w]], legs))


def write_prices(problem: Problem, result: Result, path: str | Path) -> None:
    """PRICES.csv: kind, id, price; from these alone bound.py proves the bound. Prices of zero are left out.

    Nobody can buy a seat or a post that does not exist: the solver lists none, so these are written at a forbidding price.
    """
    forbidden = np.where(problem.job_headcount == 0, FORBIDDING, 0.0)
    job_price = np.maximum(result.job_price, forbidden)
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("kind", "id", "price"))
        out.writerows(("job", problem.job_ids[j], repr(float(job_price[j]))) for j in np.flatnonzero(job_price > 0).tolist())
        for t in range(problem.trips):
            least = FORBIDDING if problem.trip_capacity[t] == 0 else 0.0
            for seq, k in enumerate(range(result.part_start[t], result.part_start[t + 1])):
                price = max(least, float(result.part_price[k]))
                if price > 0:
                    out.writerow(("seat", f"{problem.trip_ids[t]}:{seq}", repr(price)))


PIN_VALUES = {
    Kind.JOB: "a job", Kind.TRIP: "a trip", Kind.ASSIGNMENT: "job|trip:board:alight;...", Kind.NOT_JOB: "a job",
    Kind.NOT_TRIP: "a trip", Kind.OUT: "nothing",
}


def read_pins(problem: Problem, path: str | Path) -> list[Pin]:
    """PINS.csv: worker, kind, value.

    Raises:
        FileError: a kind, worker, job, trip or call that there is not, or a value that does not fit its kind.
    """
    rows, pins = read_columns(Path(path), ("worker", "kind", "value")), list[Pin]()
    worker, job, trip = _known(problem)
    kinds = Names("kind of pin", f"known are {', '.join(Kind)}", Kind)
    for k, (who, kind, value) in enumerate(zip(rows["worker"], rows["kind"], rows["value"], strict=True), 2):
        try:
            pins.append(_pin(problem, worker[who], list(Kind)[kinds[kind]], value, job, trip))
        except FileError as wrong:
            raise FileError(f"{path}, row {k}: {wrong}") from wrong
        except ValueError as wrong:
            raise FileError(f"{path}, row {k}: {value!r} is no value for {kind!r}, which takes {PIN_VALUES[Kind(kind)]}. "
                            "Correct the row.") from wrong
    return pins


def _pin(p: Problem, worker: int, kind: Kind, value: str, job: Names, trip: Names) -> Pin:
    match kind:
        case Kind.JOB | Kind.NOT_JOB:
            return Pin(worker, kind, job=job[value])
        case Kind.TRIP | Kind.NOT_TRIP:
            return Pin(worker, kind, trip=trip[value])
        case Kind.ASSIGNMENT:
            name, legs = value.split("|")
            return Pin(worker, kind, job=job[name], legs=read_legs(p, legs, trip))
    if value:
        raise ValueError
    return Pin(worker, kind)


def read_legs(p: Problem, text: str, trip: Names) -> tuple[Leg, ...]:
    """`trip:board:alight` joined by ";"; nothing for a way without a seat.

    Raises:
        FileError: an unknown trip. ValueError: anything else than three legs at most, of calls that the trips make.
    """
    legs = tuple((trip[t], int(a), int(b)) for t, a, b in (leg.rsplit(":", 2) for leg in text.split(";") if text))
    if len(legs) > MAX_LEGS or any(not 0 <= a < b < p.call_start[t + 1] - p.call_start[t] for t, a, b in legs):
        raise ValueError
    return legs


def read_plan(p: Problem, path: str | Path) -> Before:
    """PLAN.csv: worker, job, legs; whether its rows keep the rules is not looked at.

    Raises:
        FileError: a worker, job, trip or call that there is not, or two rows of one worker.
    """
    rows = read_columns(Path(path), ("worker", "job", "legs"))
    worker, job, trip = _known(p)
    before = Before(np.full(p.workers, -1, np.int32), np.zeros(p.workers, np.int8), np.full((p.workers, 3, 3), -1, np.int32))
    for k, (who, where, legs) in enumerate(zip(rows["worker"], rows["job"], rows["legs"], strict=True), 2):
        try:
            w = worker[who]
            if before.job[w] >= 0:
                raise FileError(f"{who!r} has a row above. Leave one of them.")
            before.job[w], ridden = job[where], read_legs(p, legs, trip)
        except FileError as wrong:
            raise FileError(f"{path}, row {k}: {wrong}") from wrong
        except ValueError as wrong:
            raise FileError(f"{path}, row {k}: {legs!r} is no chain of one to three legs trip:board:alight. "
                            "Correct the row.") from wrong
        before.leg_count[w] = len(ridden)
        before.legs[w, : len(ridden)] = np.reshape(ridden, (-1, 3))
    return before


def without_trips(p: Problem, names: Iterable[str]) -> tuple[Problem, list[int]]:
    """The problem with no seats on these trips, and their numbers.

    Raises:
        FileError: there is no such trip.
    """
    _, _, trip = _known(p)
    gone = [trip[n] for n in names]
    capacity = p.trip_capacity.copy()
    capacity[gone] = 0
    return replace(p, trip_capacity=capacity), gone


def _known(p: Problem) -> tuple[Names, Names, Names]:
    """Workers, jobs and trips by name."""
    worker, job, trip = (Names(what, f"{what}s.csv has none", map(str, ids)) for what, ids in (
        ("worker", p.worker_ids), ("job", p.job_ids), ("trip", p.trip_ids)))
    return worker, job, trip


def write_unplaced(problem: Problem, result: Result, path: str | Path, phrases: Phrases,
                   explained: Mapping[int, Explained]) -> None:
    """UNPLACED.csv: worker, reason, change; one row for each person who stays. `reason` begins with its code and names what
    is full; `change` is the least of each kind that would place the person, or says that there is none, and why.
    """
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("worker", "reason", "change"))
        for w in np.flatnonzero(result.job < 0).tolist():
            found, reason = explained.get(w), Reason(result.reason[w])
            out.writerow((problem.worker_ids[w], phrases.reason(reason, found), phrases.change(w, found)))


def write_changes(problem: Problem, found: Iterable[Difference], before: Before, result: Result, path: str | Path) -> None:
    """CHANGES.csv: worker, from, to, cause, because_of; one row for each person whose job or journey is another. From and to
    are `job|trip:board:alight;...`, empty where there is none; `because_of` names people, the nearest first, and ends with
    the cause of the last of them.
    """
    def place(plan: Before | Result, w: int) -> str:
        if plan.job[w] < 0:
            return ""
        legs = ";".join(f"{problem.trip_ids[t]}:{a}:{b}" for t, a, b in plan.legs[w, : plan.leg_count[w]].tolist())
        return f"{problem.job_ids[plan.job[w]]}|{legs}"

    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("worker", "from", "to", "cause", "because_of"))
        for d in found:
            about = problem.trip_ids[d.trip] if d.trip >= 0 else problem.job_ids[d.job] if d.job >= 0 else ""
            chain = ";".join(str(problem.worker_ids[w]) for w in d.because_of)
            out.writerow((problem.worker_ids[d.worker], place(before, d.worker), place(result, d.worker),
                          f"{d.cause}: {about}" if about else d.cause, f"{chain} ({d.root})" if chain else ""))
