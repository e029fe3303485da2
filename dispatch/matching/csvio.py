"""Bench folders in, plans and prices out (the CSV formats of tests/data/bench/README.md)."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.matching.problem import Level, Mode, Problem

if TYPE_CHECKING:
    from dispatch.matching.result import Result

CLEARANCES = {"green": 0, "yellow": 1, "red": 2}
Columns = dict[str, tuple[str, ...]]


def read_bench(folder: str | Path) -> Problem:
    """The instance in `folder`; people of unknown age are adults there, and no group may split.

    Raises:
        KeyError: a name that another file does not define. OSError, ValueError: a file or a number cannot be read.
        ProblemError: the data are inconsistent.
    """
    files = {n: _columns(Path(folder) / f"{n}.csv") for n in
             ("places", "workers", "jobs", "trips", "stops", "access", "related", "admits")}
    places, jobs, trips = files["places"], files["jobs"], files["trips"]
    place = _numbers(places["place"])
    job, trip = _numbers(jobs["job"]), _numbers(trips["trip"])
    trades = sorted({o for os in files["workers"]["occupations"] for o in os.split(";")}
                    | set(jobs["occupation"]) - {"any"} | set(files["related"]["occupation"])
                    | set(files["related"]["related_occupation"]))
    trade = {o: k for k, o in enumerate(trades)} | {"any": -1}
    minutes = _Minutes(jobs["start_by"] + files["workers"]["ready_at"] + files["stops"]["arrive_at"])
    related = np.zeros((len(trades), len(trades)), bool)
    for a, b in zip(files["related"]["occupation"], files["related"]["related_occupation"], strict=True):
        related[trade[a], trade[b]] = True
    admits = files["admits"]
    return Problem(
        place_level=np.array([Level[v.upper()] for v in places["level"]], np.int8),
        place_parent=np.array([place[v] if v else -1 for v in places["parent"]], np.int32),
        **_workers(files["workers"], place, job, trade, minutes),
        **_jobs(jobs, place, trade, minutes),
        trip_mode=np.array([Mode[v.upper()] for v in trips["mode"]], np.int8),
        trip_capacity=np.array(trips["capacity"]).astype(np.int32),
        **_calls(files["stops"], place, trip, minutes),
        access_from=np.array([place[v] for v in files["access"]["from_place"]], np.int32),
        access_to=np.array([place[v] for v in files["access"]["to_place"]], np.int32),
        access_minutes=np.array(files["access"]["minutes"]).astype(np.int32),
        related=related,
        admits=np.array([(place[c], place[d], CLEARANCES[k]) for c, d, k in
                         zip(admits["county"], admits["district"], admits["clearance"], strict=True)],
                        np.int32).reshape(-1, 3),
        worker_ids=files["workers"]["worker"], job_ids=jobs["job"], trip_ids=trips["trip"],
    )


class _Minutes(dict[str, int]):
    """ISO time to minutes since midnight of the first day; remembers what it has parsed."""

    def __init__(self, all_times: tuple[str, ...]) -> None:
        first = datetime.fromisoformat(min(all_times)) if all_times else datetime(2020, 1, 1)
        self.epoch = first.replace(hour=0, minute=0)

    def __missing__(self, text: str) -> int:
        self[text] = value = (datetime.fromisoformat(text) - self.epoch) // timedelta(minutes=1)
        return value


def _columns(path: Path) -> Columns:
    with path.open(newline="", encoding="utf-8") as f:
        rows = csv.reader(f)
        header = next(rows)
        columns = list(zip(*rows, strict=True))
    return dict(zip(header, columns or [()] * len(header), strict=True))


def _numbers(names: tuple[str, ...]) -> dict[str, int]:
    return {n: k for k, n in enumerate(names)}


def _workers(w: Columns, place: dict[str, int], job: dict[str, int], trade: dict[str, int],
             minutes: _Minutes) -> dict[str, Any]:
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


def _jobs(j: Columns, place: dict[str, int], trade: dict[str, int], minutes: _Minutes) -> dict[str, Any]:
    employer = _numbers(tuple(dict.fromkeys(j["employer"])))
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


def _calls(s: Columns, place: dict[str, int], trip: dict[str, int], minutes: _Minutes) -> dict[str, Any]:
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


def write_plan(problem: Problem, result: "Result", path: str | Path) -> None:
    """PLAN.csv: worker, job, legs; one row for each person placed, in the order of the problem."""
    trips, jobs = problem.trip_ids, problem.job_ids
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("worker", "job", "legs"))
        for w in np.flatnonzero(result.job >= 0).tolist():
            legs = ";".join(f"{trips[t]}:{a}:{b}" for t, a, b in result.legs[w, : result.leg_count[w]].tolist())
            out.writerow((problem.worker_ids[w], jobs[result.job[w]], legs))


def write_prices(problem: Problem, result: "Result", path: str | Path) -> None:
    """PRICES.csv: kind, id, price; from these alone bound.py proves the bound. Prices of zero are left out."""
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(("kind", "id", "price"))
        out.writerows(("job", problem.job_ids[j], repr(float(result.job_price[j])))
                      for j in np.flatnonzero(result.job_price > 0).tolist())
        for t in range(problem.trips):
            for seq, k in enumerate(range(result.part_start[t], result.part_start[t + 1])):
                if result.part_price[k] > 0:
                    out.writerow(("seat", f"{problem.trip_ids[t]}:{seq}", repr(float(result.part_price[k]))))
