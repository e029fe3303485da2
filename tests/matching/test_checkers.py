"""check.py of the bench and the product's own checker say the same of 500 plans, most of them spoilt in one rule or more.

Half of them are a good plan with its rows changed; the other half is the good plan against a campaign that was changed under
it, mostly by just enough to break a rule, or by one minute, seat or yuan less.
"""

import csv
import runpy
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dispatch.matching.check import Checked, check
from dispatch.matching.csvio import FileError, read_bench, read_plan, write_plan
from dispatch.matching.problem import Problem
from dispatch.matching.replan import Before, moves
from dispatch.matching.result import Result, Stop
from dispatch.matching.solve import solve
from tests.bench import BENCH, generate

PLANS = 500
RULES = {  # the bench's words, and ours
    "not eligible for the job": {"not eligible for the job"},
    "clearance not admitted": {"clearance not admitted"},
    # A journey without legs is none on the bench, and here one that needs a way on foot from home to the park.
    "unreadable legs": {"unreadable legs", "no way to the first stop or from the last"},
    "too many legs, or a leg that runs backwards": {"unreadable legs"},
    "impossible transfer": {"impossible transfer"},
    "leaves before ready": {"leaves before ready"},
    "no way to the first stop or from the last": {"no way to the first stop or from the last"},
    "arrives after start_by": {"arrives after start_by"},
    "more workers than posts": {"more workers than posts"},
    "more passengers than seats": {"more passengers than seats"},
    "group split": {"group split"},
}
Rows = list[dict[str, str]]
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


class Campaign:
    """A folder of the bench, its good plan, and both checkers."""

    def __init__(self, folder: Path) -> None:
        self.folder = generate(folder, 150, "--seed", "5", "--days", "8", "--counties", "6", "--districts", "5")
        self.bench = runpy.run_path(str(BENCH / "check.py"))
        self.problem = read_bench(folder)
        self.result: Result = solve(self.problem, Stop(work=20_000))
        self.instance = self.bench["Instance"](folder)

    def plan(self) -> Arrays:
        return self.result.job.copy(), self.result.leg_count.copy(), self.result.legs.copy()

    def read(self, name: str) -> Rows:
        with (self.folder / name).open(newline="", encoding="utf-8") as f:
            return list(csv.DictReader(f))

    def write(self, name: str, rows: Rows) -> None:
        with (self.folder / name).open("w", newline="", encoding="utf-8") as f:
            out = csv.DictWriter(f, rows[0], lineterminator="\n")
            out.writeheader()
            out.writerows(rows)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return Campaign(tmp_path_factory.mktemp("bench"))


def rows_of(p: Problem, job: np.ndarray, count: np.ndarray, legs: np.ndarray) -> Rows:
    """Plan rows as the bench reads them; a fourth leg is the third again."""
    text = lambda t, a, b: f"{p.trip_ids[t] if t >= 0 else 'none'}:{a}:{b}"  # noqa: E731
    return [
        {
            "worker": str(p.worker_ids[w]),
            "job": str(p.job_ids[job[w]]),
            "legs": ";".join(text(*legs[w, min(k, 2)].tolist()) for k in range(count[w])),
        }
        for w in np.flatnonzero(job >= 0).tolist()
    ]


def agree(bench: dict[str, Any], instance: Any, p: Problem, plan: Arrays) -> set[str]:
    """Hold both checkers' verdicts against each other; returns the rules that the bench finds broken."""
    ours: Checked = check(p, *plan)
    total, placed, faults = bench["check"](instance, rows_of(p, *plan))
    blamed = defaultdict(set)
    for f in ours.faults:
        ids = {"worker": p.worker_ids, "job": p.job_ids, "trip": p.trip_ids}.get(f.kind)
        blamed[f.rule].add(ids[f.index] if ids else f.index)
    for rule, cases in faults.items():
        for case in cases:
            who = case[0] if isinstance(case, tuple) else case
            assert any(rule == "group split" and blamed[our] or who in blamed[our] for our in RULES[rule]), (rule, case)
    # The bench leaves a row at its first fault, and counts no seats for it then: whom we blame, it blames for something.
    there = {case[0] if isinstance(case, tuple) else case for cases in faults.values() for case in cases}
    for f in ours.faults:
        assert f.kind in ("trip", "group") or {"worker": p.worker_ids, "job": p.job_ids}[f.kind][f.index] in there, f
    assert bool(faults) == bool(ours.faults)
    assert (placed, total) == (ours.placed, pytest.approx(ours.score, abs=0.01))
    return set(faults)


# ---------------------------------------------------------------- plans spoilt by their rows
def rides_between(p: Problem) -> list[tuple[tuple[int, int, int], tuple[int, int, int], int]]:
    """Pairs of rides of which the second begins where the first one ends, with the minutes between."""
    call, found = p.call_start, []
    starts = defaultdict(list)
    for t in range(p.trips):
        for a in range(int(call[t + 1] - call[t]) - 1):
            starts[int(p.call_place[call[t] + a])].append((t, a))
    for t in range(p.trips):
        for b in range(1, int(call[t + 1] - call[t])):
            for other, a in starts[int(p.call_place[call[t] + b])]:
                gap = int(p.call_depart[call[other] + a] - p.call_arrive[call[t] + b])
                found.append(((t, 0, b), (other, a, a + 1), gap))
    return found


def spoil(rng: np.random.Generator, p: Problem, plan: Arrays, pairs: list[Any]) -> None:
    """One random change to a plan, by way of its people."""
    job, count, legs = plan
    placed = np.flatnonzero((job >= 0) & (count > 0))
    if len(placed) < 2:
        return
    w, other = rng.choice(placed, 2, replace=False)
    free = np.flatnonzero(job < 0)
    leg = int(rng.integers(0, count[w])) if count[w] <= 3 else 0
    match int(rng.integers(0, 15)):
        case 0:
            job[w] = rng.integers(0, p.jobs)
        case 1:
            job[w], count[w], legs[w] = job[other], count[other], legs[other]
        case 2:
            job[w] = -1
        case 3:
            legs[w, leg, 1:] = legs[w, leg, [2, 1]]
        case 4:
            legs[w, leg, 0] = rng.integers(0, p.trips)
        case 5:  # several people more where one is
            for x in rng.permutation(free)[:8]:
                job[x], count[x], legs[x] = job[w], count[w], legs[w]
        case 6:
            legs[w, leg, rng.integers(1, 3)] += rng.choice([-1, 1])
        case 7:
            count[w] = rng.integers(0, 5)
        case 8:  # no such call, no such trip
            legs[w, leg, 2] += 40 if rng.random() < 0.7 else 0
            legs[w, leg, 0] = legs[w, leg, 0] if rng.random() < 0.7 else -1
        case 9 | 10:  # a change of any length, at any place
            first, second, _ = pairs[rng.integers(0, len(pairs))]
            legs[w, 0], legs[w, 1], count[w] = first, second, 2
        case 11:  # a change that is nearly long enough or short enough
            near = [x for x in pairs if -60 <= x[2] < 30 or 360 < x[2] <= 500]
            first, second, _ = near[rng.integers(0, len(near))]
            legs[w, 0], legs[w, 1], count[w] = first, second, 2
        case 12:  # somebody's kept post
            job[w] = rng.choice(np.flatnonzero(p.job_reserved))
        case 13:  # one of a group has another job of the same park
            inside = np.flatnonzero((job >= 0) & (p.worker_group >= 0))
            if len(inside):
                w = rng.choice(inside)
                job[w] = rng.choice(np.flatnonzero(p.job_park == p.job_park[job[w]]))
        case 14 if len(free):
            x = rng.choice(free)
            job[x], count[x], legs[x] = job[w], count[w], legs[w]


def test_of_plans_with_changed_rows(campaign: Campaign) -> None:
    rng, kinds = np.random.default_rng(3), Counter[str]()
    pairs = rides_between(campaign.problem)
    for n in range(PLANS // 2):
        plan = campaign.plan()
        for _ in range(n % 4):  # every fourth plan is left as it is
            spoil(rng, campaign.problem, plan, pairs)
        broken = agree(campaign.bench, campaign.instance, campaign.problem, plan)
        assert broken == set() or n % 4
        kinds.update(broken)
    elsewhere = {"leaves before ready", "arrives after start_by", "more passengers than seats"}  # in the test below
    assert {k for k in RULES if kinds[k] >= 3} >= set(RULES) - elsewhere, kinds


# ---------------------------------------------------------------- the same plan, the campaign changed
def minutes(text: str, more: int) -> str:
    return (datetime.fromisoformat(text) + timedelta(minutes=more)).isoformat(timespec="minutes")


Change = Callable[[np.random.Generator, Campaign, Rows, int], None]


def somebody(rng: np.random.Generator, c: Campaign, legs: int = 1) -> int:
    return int(rng.choice(np.flatnonzero((c.result.job >= 0) & (c.result.leg_count >= legs))))


def ready(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """Ready when leaving, or a minute later."""
    w = somebody(rng, c)
    mine = rows[w]
    mine["ready_at"] = minutes(mine["ready_at"], int(c.result.leaves[w] - c.problem.worker_ready[w]) + more)


def deadline(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    w = somebody(rng, c)
    j = c.result.job[w]
    rows[j]["start_by"] = minutes(rows[j]["start_by"], int(c.result.reaches[w] - c.problem.job_start_by[j]) - more)


def headcount(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    j = c.result.job[somebody(rng, c)]
    rows[j]["headcount"] = str(int((c.result.job == j).sum()) - more)


def capacity(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    t = int(c.result.legs[somebody(rng, c), 0, 0])
    load = Counter[int]()
    for w in np.flatnonzero(c.result.job >= 0):
        for trip, a, b in c.result.legs[w, : c.result.leg_count[w]].tolist():
            load.update(range(a, b) if trip == t else ())
    rows[t]["capacity"] = str(max(load.values()) - more)


def change_of_trips(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """The second trip comes so that just 30 minutes or 6 hours are left, or a minute less or more than these."""
    w, p = somebody(rng, c, 2), c.problem
    (t, _, b), (other, a, _) = c.result.legs[w, :2].tolist()
    gap = int(p.call_depart[p.call_start[other] + a] - p.call_arrive[p.call_start[t] + b])
    wanted = 30 - more if rng.random() < 0.5 else 360 + more
    for row in rows:
        if row["trip"] == p.trip_ids[other]:
            row["arrive_at"], row["depart_at"] = (minutes(row[k], wanted - gap) for k in ("arrive_at", "depart_at"))


def level(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """The place of a change is no station any more."""
    w, p = somebody(rng, c, 2), c.problem
    t, _, b = c.result.legs[w, 0].tolist()
    rows[int(p.call_place[p.call_start[t] + b])]["level"] = "park" if more else "station"


def access(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """One of the ways on foot that the plan uses."""
    p, used = c.problem, list[dict[str, str]]()
    names = [r["place"] for r in c.read("places.csv")]
    for w in np.flatnonzero(c.result.job >= 0):
        (t, a, _), (u, _, b) = c.result.legs[w, 0].tolist(), c.result.legs[w, c.result.leg_count[w] - 1].tolist()
        ways = ((int(p.worker_township[w]), int(p.call_place[p.call_start[t] + a])),
                (int(p.call_place[p.call_start[u] + b]), int(p.job_park[c.result.job[w]])))
        used += [r for r in rows for x, y in ways if (r["from_place"], r["to_place"]) == (names[x], names[y])]
    row = used[int(rng.integers(0, len(used)))]
    if more:
        rows.remove(row)
    else:
        row["minutes"] = str(int(row["minutes"]) + int(rng.choice([-20, 60, 600, 6000])))


def clearance(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    for w in rng.permutation(np.flatnonzero(c.result.job >= 0))[:6]:
        rows[w]["clearance"] = ("yellow", "red", "green")[int(rng.integers(0, 2 + (more == 0)))]


def admits(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """Somebody's rule is gone, or some others."""
    who = np.flatnonzero((c.result.job >= 0) & (c.problem.worker_clearance > 0))
    counties = {str(c.read("workers.csv")[w]["township"])[:3] for w in who}
    rows[:] = [r for k, r in enumerate(rows) if (r["county"] not in counties if more else k % 3)]


def wage(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    w = somebody(rng, c)
    rows[w]["min_wage"] = str(int(c.problem.job_wage[c.result.job[w]]) + more)


def other_wish(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    w = somebody(rng, c)
    match int(rng.integers(0, 5)):
        case 0:
            rows[w]["open_to_other"] = "01"[rows[w]["open_to_other"] == "0"]
        case 1:
            rows[w]["reserved_job"] = str(rng.choice(np.array(c.problem.job_ids)))
        case 2:
            rows[w]["occupations"] = f"occ{rng.integers(0, 24):02d}"
        case 3:
            rows[w]["preferred_district"] = f"D{rng.integers(0, 5):02d}"
        case 4:
            rows[w]["priority"] = str(rng.integers(0, 3))


def posting(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    j = c.result.job[somebody(rng, c)]
    name, value = (("kind", "reserved"), ("occupation", "any"), ("occupation", f"occ{rng.integers(0, 24):02d}"),
                   ("wage", str(int(rows[j]["wage"]) + int(rng.choice([-1500, -1, 1, 3000])))))[int(rng.integers(0, 4))]
    rows[j][name] = value


def group(rng: np.random.Generator, c: Campaign, rows: Rows, more: int) -> None:
    """Two people of one township become a group, or a group loses somebody."""
    w = somebody(rng, c)
    mates = [r for r in rows if r["township"] == rows[w]["township"] and not r["group"]]
    if more and len(mates) > 1:
        for r in rng.permutation(np.array(mates))[:2]:
            r["group"] = "G-new"
    else:
        rows[w]["group"] = ""


CHANGES: list[tuple[str, Change]] = [
    ("workers.csv", ready), ("jobs.csv", deadline), ("jobs.csv", headcount), ("trips.csv", capacity),
    ("stops.csv", change_of_trips), ("places.csv", level), ("access.csv", access), ("workers.csv", clearance),
    ("admits.csv", admits), ("workers.csv", wage), ("workers.csv", other_wish), ("jobs.csv", posting),
    ("workers.csv", group),
]  # fmt: skip


def test_of_a_plan_whose_campaign_changed(campaign: Campaign) -> None:
    rng = np.random.default_rng(4)
    kinds, clean = defaultdict(Counter), Counter[str]()
    for n in range(PLANS - PLANS // 2):
        name, change = CHANGES[n % len(CHANGES)]
        more = n // len(CHANGES) % 2  # just kept, and just broken
        rows = campaign.read(name)
        kept = (campaign.folder / name).read_bytes()
        change(rng, campaign, rows, more)
        campaign.write(name, rows)
        try:
            broken = agree(campaign.bench, campaign.bench["Instance"](campaign.folder), read_bench(campaign.folder),
                           campaign.plan())
        finally:
            (campaign.folder / name).write_bytes(kept)
        clean[change.__name__] += not broken
        kinds[change.__name__].update(broken)
    for change, rule in (
        ("ready", "leaves before ready"), ("deadline", "arrives after start_by"), ("headcount", "more workers than posts"),
        ("capacity", "more passengers than seats"), ("wage", "not eligible for the job"),
    ):
        assert kinds[change][rule] >= 5 and clean[change] >= 5, (change, kinds[change], clean[change])
    for change, rule in (
        ("change_of_trips", "impossible transfer"), ("level", "impossible transfer"),
        ("access", "no way to the first stop or from the last"), ("clearance", "clearance not admitted"),
        ("admits", "clearance not admitted"), ("group", "group split"), ("posting", "not eligible for the job"),
    ):
        assert kinds[change][rule] >= 3, (change, kinds[change])


def test_rows_that_arrays_cannot_hold_are_refused_where_the_bench_finds_a_fault(campaign: Campaign, tmp_path: Path) -> None:
    write_plan(campaign.problem, campaign.result, tmp_path / "plan.csv")
    good = (tmp_path / "plan.csv").read_text().splitlines()
    first, legs = good[1].rsplit(",", 1)
    for line, words, rule in (
        (good[1], "has a row above", "worker assigned twice"),
        (f"nobody,{good[1].split(',', 1)[1]}", "There is no worker", "unknown worker or job"),
        (f"{good[1].split(',')[0]},none,{legs}", "There is no job", "unknown worker or job"),
        (f"{first},{';'.join([legs] * 4)}", "no chain of one to three legs", "too many legs, or a leg that runs backwards"),
    ):
        rows = good + [line] if rule == "worker assigned twice" else [good[0], line, *good[2:]]
        (tmp_path / "bad.csv").write_text("\n".join(rows) + "\n")
        with pytest.raises(FileError, match=words):
            read_plan(campaign.problem, tmp_path / "bad.csv")
        _, _, faults = campaign.bench["check"](campaign.instance, campaign.bench["read"](tmp_path, "bad.csv"))
        assert rule in faults


def test_of_who_could_stay_was_moved_or_dropped(campaign: Campaign) -> None:
    """Between random plans, with random trips cancelled: what `check.py --before` counts is what moves() does."""
    rng, p, most = np.random.default_rng(5), campaign.problem, [0, 0, 0]
    pairs = rides_between(p)
    for _ in range(60):
        before, after = campaign.plan(), campaign.plan()
        for plan in (before, after):
            for _ in range(int(rng.integers(0, 9))):
                spoil(rng, p, plan, pairs)
            plan[1][:] = np.clip(plan[1], 1, 3)
        used = np.unique(before[2][before[0] >= 0, 0, 0])
        gone = [int(t) for t in rng.choice(used[used >= 0], int(rng.integers(0, 3)), replace=False)]
        counted = campaign.bench["disturbance"](rows_of(p, *before), rows_of(p, *after), {p.trip_ids[t] for t in gone})
        job, count, legs = after
        result = replace(campaign.result, job=job, leg_count=count, legs=legs)
        assert moves(Before(*before), result, gone) == counted
        most = [max(a, b) for a, b in zip(most, counted, strict=True)]
    assert most[1] > 5 and most[2] > 1
