"""A folder of CSV files solved, explained and written, with a report of what it took."""

import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dispatch.matching import VERSION
from dispatch.matching.advice import advise
from dispatch.matching.advice_file import write_advice
from dispatch.matching.baseline import first_come_first_served
from dispatch.matching.changes import Explained, explain
from dispatch.matching.compiling import compile_seconds
from dispatch.matching.csvio import (
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
from dispatch.matching.fairness import fairness
from dispatch.matching.phrases import Phrases
from dispatch.matching.pins import Pin
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Parameters, Reason, Result, Stop
from dispatch.matching.situation import Situation
from dispatch.matching.solve import solve

WRITING = 0.5  # of the seconds that reading took: what writing the answer takes
# Set aside for finding least changes: loading the code; seconds for each person of the problem; and of the limit so much at
# the least and at the most.
LOADING, A_PERSON, AT_LEAST, AT_MOST = 0.2, 0.00012, 0.06, 0.2

Figures = dict[str, Any]


class Watch:
    """Seconds since `began` (time.monotonic), without those that went into compiling."""

    def __init__(self, began: float | None) -> None:
        """Where `began` is not known, from now on."""
        self.compiled = compile_seconds() if began is None else 0.0
        self.began = time.monotonic() if began is None else began

    def seconds(self) -> float:
        return time.monotonic() - self.began - self.compiling()

    def compiling(self) -> float:
        return compile_seconds() - self.compiled


@dataclass(frozen=True)
class Asked:
    """A problem with what is settled of it, and the plan that a new one replaces."""

    problem: Problem
    phrases: Phrases
    pins: Sequence[Pin]
    before: Before | None
    cancelled: Sequence[int]


def read(folder: Path, pins: Path | None, before: Path | None, cancelled: str) -> Asked:
    """FileError and ProblemError say what is wrong in which file."""
    problem, phrases = read_named(folder)
    problem, gone = without_trips(problem, filter(None, cancelled.split(",")))
    return Asked(problem, phrases, read_pins(problem, pins) if pins else [],
                 read_plan(problem, before) if before else None, gone)


def answer(asked: Asked, stop: Stop, seed: int, parameters: Parameters, watch: Watch, reading: float,
           ) -> tuple[Result, dict[int, Explained], Figures]:
    """Solve and explain within the seconds of `stop`, of which some are left for writing; returns seconds by phase, too.

    Raises:
        PinsRefused: pins that cannot be kept.
    """
    p, phases = asked.problem, {"start": watch.seconds() - reading, "read": reading}
    until = None if stop.seconds is None else stop.seconds - WRITING * reading
    if stop.seconds is not None and until is not None:
        share = min(AT_MOST * stop.seconds, max(AT_LEAST * stop.seconds, A_PERSON * p.workers))
        stop = Stop(max(0.0, until - watch.seconds() - LOADING - share), stop.work, stop.cancelled)
    result = solve(p, stop, seed, params=parameters, pins=asked.pins, before=asked.before)
    begun = watch.seconds()
    explained = _explain(asked, result, lambda: until is not None and watch.seconds() > until)
    return result, explained, phases | result.phases | {"changes": watch.seconds() - begun}


def _explain(asked: Asked, result: Result, late: Callable[[], bool]) -> dict[int, Explained]:
    """The least changes of all who stay; of as many as there is time for."""
    situation = Situation(asked.problem, result.job, result.leg_count, result.legs)
    return explain(situation, np.flatnonzero(result.job < 0).tolist(), asked.pins, late)


def write(asked: Asked, result: Result, explained: dict[int, Explained], out: Path) -> Figures:
    """plan.csv, prices.csv, unplaced.csv, and where there was a plan before changes.csv; returns what that one counts."""
    p = asked.problem
    _safely(out / "plan.csv", partial(write_plan, p, result))
    _safely(out / "prices.csv", partial(write_prices, p, result))
    _safely(out / "unplaced.csv", partial(write_unplaced, p, result, phrases=asked.phrases, explained=explained))
    if asked.before is None:
        return {}
    before, could, moved, dropped = asked.before, *moves(asked.before, result, asked.cancelled)
    found = differences(p, Planned(before.job, before.leg_count, before.legs),
                        Planned(result.job, result.leg_count, result.legs), asked.pins)
    _safely(out / "changes.csv", lambda part: write_changes(p, found, before, result, part))
    return {"before": {"placed": int((before.job >= 0).sum()), "could_stay": could, "moved": moved, "dropped": dropped,
                       "causes": dict(Counter(str(d.cause) for d in found).most_common())}}


def _safely(path: Path, writer: Callable[[Path], None]) -> None:
    """Beside its place and then renamed: whoever reads a file never sees half of it."""
    part = path.with_suffix(".csv.part")
    writer(part)
    part.replace(path)


def report(asked: Asked, result: Result, explained: dict[int, Explained], seed: int) -> Figures:
    p, phrases = asked.problem, asked.phrases
    codes, people = np.unique(result.reason, return_counts=True)
    return {
        "version": VERSION, "seed": seed, "workers": p.workers, "placed": result.placed, "score": result.score,
        "bound": result.bound, "gap": result.gap, "stopped_by": result.stopped_by, "work": result.work,
        "floors": [{"county": p.place_ids[f.county], "able": f.able, "least": f.least, "placed": f.placed, "price": f.price}
                   for f in result.floors],
        "score_without_floor": result.score_without_floor,
        "reasons": {Reason(code).name: int(n) for code, n in zip(codes, people, strict=True)},
        "changes": _looked_at(p.workers - result.placed, explained), "fairness": _fairness(p, phrases, result),
    }


def _looked_at(stay: int, explained: dict[int, Explained]) -> Figures:
    looked: Figures = {"unplaced": stay, "looked_at": len(explained),
                       "with_a_change": sum(bool(x.ways) for x in explained.values())}
    if len(explained) < stay:
        looked["why_not_all"] = (f"Least changes were sought for {len(explained):,} of the {stay:,} people who stay, "
                                 "township by township: the time limit came first. A longer one, or none, reaches all.")
    return looked


def _fairness(p: Problem, phrases: Phrases, result: Result) -> Figures:
    """Of each kind, lowest share first: name, people, placed."""
    names: dict[str, Callable[[int], object]] = {
        "county": lambda k: p.place_ids[k] if k >= 0 else None, "township": lambda k: p.place_ids[k] if k >= 0 else None,
        "trade": lambda k: phrases.trades[k] if k >= 0 else None,
    }
    return {kind: [[names.get(kind, int)(s.key), s.people, s.placed] for s in shares]
            for kind, shares in fairness(p, result.job).items()}


def advice(asked: Asked, result: Result, most: int, out: Path) -> Figures:
    """advice.csv; empty where nothing is proven."""
    began = time.monotonic()
    found = advise(asked.problem, result, most, pins=asked.pins) if result.placed and result.bound is not None else []
    _safely(out / "advice.csv", lambda part: write_advice(asked.phrases, found, part))
    return {"advice": {"additions": len(found), "people": sum(a.people_on_top for a in found),
                       "seconds": time.monotonic() - began}}


def conclude(asked: Asked, figures: Figures, first_come: bool, out: Path) -> None:
    """report.json, with the peak of memory, and first come, first served beside it where asked for."""
    figures["peak_memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    if first_come:
        figures["first_come_first_served"] = first_come_first_served(asked.problem, asked.pins).score
    (out / "report.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
