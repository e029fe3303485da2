"""manage.py solve_bench DIR --out OUT [--time-limit S] [--work N] [--seed N] [--threads N] [--first-come] [--pins PINS]
[--before PLAN --cancelled TRIP,...] [--floor F] [--advice N]"""
import json
import resource
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from dispatch.matching import VERSION
from dispatch.matching.advice import advise
from dispatch.matching.advice_file import write_advice
from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.changes import Explained, explain
from dispatch.matching.compiling import compile_seconds, keep_bytecode
from dispatch.matching.csvio import (
    FileError,
    read_named,
    read_pins,
    read_plan,
    without_trips,
    write_changes,
    write_plan,
    write_prices,
    write_unplaced,
)
from dispatch.matching.differences import Planned, differences
from dispatch.matching.phrases import Phrases
from dispatch.matching.pins import Pin, PinsRefused
from dispatch.matching.problem import Problem, ProblemError
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Parameters, Reason, Result, Stop
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve

WRITING = 0.5  # of the seconds that reading took: what writing the answer takes
# Set aside for finding least changes: loading the code; seconds for each person of the problem; and of the limit so much at
# the least and at the most.
LOADING, A_PERSON, AT_LEAST, AT_MOST = 0.2, 0.00012, 0.06, 0.2


class Command(BaseCommand):
    help = ("Solve a folder of CSV files without a database: plan.csv, prices.csv (a proof of the bound), unplaced.csv "
            "(who stays, why, and the least change that would help) and report.json.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made where it is missing")
        parser.add_argument("--time-limit", type=float, metavar="S", help="seconds from the start to the written plan")
        parser.add_argument("--work", type=int, metavar="N", help="work units: the same plan on every machine")
        parser.add_argument("--seed", type=int, default=0, metavar="N")
        parser.add_argument("--threads", type=int, default=2, metavar="N")
        parser.add_argument("--first-come", action="store_true", help="report first come, first served too")
        parser.add_argument("--floor", type=float, default=0.0, metavar="F",
                            help="least share, 0..1, of those of each county who could go at all")
        parser.add_argument("--pins", type=Path, metavar="PINS.csv", help="worker, kind, value: what is settled already")
        parser.add_argument("--before", type=Path, metavar="PLAN.csv", help="the plan that this one replaces")
        parser.add_argument("--cancelled", default="", metavar="TRIP,...", help="trips that no longer run")
        parser.add_argument("--advice", type=int, default=0, metavar="N",
                            help="after the plan, beyond its time limit: the N most valuable additions to advice.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        # manage.py notes when it was started; called from within another program, the command starts here.
        began = getattr(sys.modules["__main__"], "BEGAN", None)
        earlier = compile_seconds() if began is None else 0.0
        began = began or time.monotonic()
        out: Path = options["out"]
        try:
            parameters = Parameters(threads=options["threads"], floor=options["floor"])
            stop = Stop(options["time_limit"], options["work"])
            out.mkdir(parents=True, exist_ok=True)
            reading = time.monotonic()
            started = reading - began
            problem, phrases = read_named(options["folder"])
            problem, gone = without_trips(problem, filter(None, options["cancelled"].split(",")))
            pins = read_pins(problem, options["pins"]) if options["pins"] else []
            before = read_plan(problem, options["before"]) if options["before"] else None
            reading = time.monotonic() - reading
        except OSError as error:
            raise CommandError(f"{out} cannot be made: {error.strerror}. Choose another --out.") from error
        except ProblemError as error:
            raise CommandError(f"{options['folder']}: {error}. Correct the row (the first is 0) and start again.") from error
        except (FileError, ValueError) as error:
            raise CommandError(str(error)) from error
        if before is not None and parameters.floor:
            raise CommandError("--floor and --before do not go together: nobody of that plan is dropped for a floor. "
                               "Leave one of them out.")

        def over() -> float:
            """Seconds since the start, without those that went into compiling."""
            return time.monotonic() - began - (compile_seconds() - earlier)

        until = None if stop.seconds is None else stop.seconds - WRITING * reading
        if stop.seconds is not None and until is not None:
            share = min(AT_MOST * stop.seconds, max(AT_LEAST * stop.seconds, A_PERSON * problem.workers))
            stop.seconds = max(0.0, until - over() - LOADING - share)
        try:
            result = solve(problem, stop, options["seed"], params=parameters, pins=pins, before=before)
        except PinsRefused as refused:
            raise CommandError(f"{options['pins']}: {refused}") from refused
        changing = time.monotonic()
        explained = _explain(problem, result, pins, lambda: until is not None and over() > until)
        changing = time.monotonic() - changing
        report = {"version": VERSION, "seed": options["seed"], **_report(problem, result, explained),
                  **_changes(before, result, gone)}
        try:
            _write(problem, result, out, phrases, explained)
            if before is not None:
                report["before"]["causes"] = _write_changes(problem, before, result, pins, out)
            report |= {"phases": {"start": started, "read": reading, **result.phases, "changes": changing},
                       "seconds": over(), "compile_seconds": compile_seconds() - earlier}
            report["peak_memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
            if options["advice"] > 0:
                report |= _advice(problem, result, pins, phrases, options)
            if options["first_come"]:
                report["first_come_first_served"] = first_come_first_served(problem, pins).score
            (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}. Choose another --out.") from error
        compiled = f" after compiling for {compile_seconds():.1f} s, once on this machine" if compile_seconds() else ""
        self.stdout.write(f"{result.placed:,} of {problem.workers:,} placed, score {result.score:,.1f}, "
                          f"{report['seconds']:.1f} s{compiled}, ended by {result.stopped_by}: {out}")
        keep_bytecode()


def _explain(problem: Problem, result: Result, pins: Sequence[Pin], late: Callable[[], bool]) -> dict[int, Explained]:
    """The least changes of all who stay; of as many as there is time for."""
    stay = np.flatnonzero(result.job < 0).tolist()
    situation = Situation(problem, result.job, result.leg_count, result.legs)
    return explain(situation, stay, pins, late)


def _report(problem: Problem, result: Result, explained: dict[int, Explained]) -> dict[str, Any]:
    codes, people = np.unique(result.reason, return_counts=True)
    stay = problem.workers - result.placed
    looked: dict[str, Any] = {"unplaced": stay, "looked_at": len(explained),
                              "with_a_change": sum(bool(x.ways) for x in explained.values())}
    if len(explained) < stay:
        looked["why_not_all"] = (f"Least changes were sought for {len(explained):,} of the {stay:,} people who stay, "
                                 "township by township: the time limit came first. A longer one, or none, reaches all.")
    return {
        "workers": problem.workers, "placed": result.placed, "score": result.score, "bound": result.bound,
        "gap": result.gap, "stopped_by": result.stopped_by, "work": result.work,
        "floors": [{"county": problem.place_ids[f.county], "able": f.able, "least": f.least, "placed": f.placed,
                    "price": f.price} for f in result.floors],
        "score_without_floor": result.score_without_floor,
        "reasons": {Reason(code).name: int(n) for code, n in zip(codes, people, strict=True)}, "changes": looked,
    }


def _advice(problem: Problem, result: Result, pins: Sequence[Pin], phrases: Phrases,
            options: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    found = advise(problem, result, options["advice"], pins=pins) if result.placed and result.bound is not None else []
    path: Path = options["out"] / "advice.csv"
    part = path.with_suffix(".csv.part")
    write_advice(phrases, found, part)
    part.replace(path)
    return {"advice": {"additions": len(found), "people": sum(a.people_on_top for a in found),
                       "seconds": time.monotonic() - began}}


def _changes(before: Before | None, result: Result, cancelled: Sequence[int]) -> dict[str, Any]:
    if before is None:
        return {}
    could, moved, dropped = moves(before, result, cancelled)
    return {"before": {"placed": int((before.job >= 0).sum()), "could_stay": could, "moved": moved, "dropped": dropped}}


def _write_changes(problem: Problem, before: Before, result: Result, pins: Sequence[Pin], out: Path) -> dict[str, int]:
    """Who is where else, and why; how many by cause."""
    found = differences(problem, Planned(before.job, before.leg_count, before.legs),
                        Planned(result.job, result.leg_count, result.legs), pins)
    write_changes(problem, found, before, result, out / "changes.csv.part")
    (out / "changes.csv.part").replace(out / "changes.csv")
    return dict(Counter(str(d.cause) for d in found).most_common())


def _write(problem: Problem, result: Result, out: Path, phrases: Phrases, explained: dict[int, Explained]) -> None:
    """Each beside its place and then renamed: whoever reads a file never sees half of it."""
    unplaced = partial(write_unplaced, phrases=phrases, explained=explained)
    for name, write in (("plan", write_plan), ("prices", write_prices), ("unplaced", unplaced)):
        part = out / f"{name}.csv.part"
        write(problem, result, part)
        part.replace(out / f"{name}.csv")
