"""bin/prove: solve_bench on other instances, again and again, and cut short; judged by check.py and bound.py alone.

    bin/prove instances [--large]          12 instances of 1,400 people, or 6 of 13,500: gap to the bound of the own prices
    bin/prove repeats [--runs 10]          the same seed and work limit, with 1 and 2 threads, with and without load
    bin/prove limits [--seconds 1 2 5]     what is there when the time is over

Each solve is a process of its own. Exits with 1 where a rule is broken, a gap too wide, or a repeat differs.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .layout import ROOT, VENV_PYTHON
from .words import Refusal, complain, say

PROGRAMS = ROOT / "tests" / "data" / "bench"
SMALL = (
    "--seed 2",
    "--seed 3 --counties 6 --days 5",
    "--seed 4 --counties 30 --days 20",
    "--seed 5 --seat-share 0.4",
    "--seed 6 --seat-share 1.2",
    "--seed 7 --post-share 0.4",
    "--seed 8 --post-share 1.2",
    "--seed 9 --counties 6 --days 20 --seat-share 0.4 --post-share 1.2",
    "--seed 10 --counties 30 --days 5 --seat-share 1.2 --post-share 0.4",
    "--seed 11 --counties 20 --days 10 --seat-share 0.6 --post-share 0.6",
    "--seed 12 --counties 12 --days 8 --seat-share 1.2 --post-share 1.2",
    "--seed 13 --counties 30 --days 20 --seat-share 0.4 --post-share 0.4",
)
LARGE = (
    "--seed 3",
    "--seed 4 --counties 30 --days 20",
    "--seed 5 --counties 6 --days 5 --seat-share 0.4",
    "--seed 6 --counties 20 --seat-share 1.2 --post-share 0.4",
    "--seed 7 --counties 12 --days 5 --seat-share 0.6 --post-share 1.2",
    "--seed 8 --counties 30 --days 20 --seat-share 1.2 --post-share 1.2",
)
PEOPLE, LARGE_PEOPLE = 1_400, 13_500
SECONDS, LARGE_SECONDS = 5.0, 90.0
GAP, LARGE_GAP = 0.001, 0.0015
SAME = 1e-6  # relative difference of bounds that rounding explains
ANSWERS = ("plan.csv", "prices.csv", "unplaced.csv")


@dataclass(frozen=True)
class Solved:
    """What a solve_bench process wrote, and what it took."""

    report: dict[str, Any]
    seconds: float  # of the clock, for the whole process
    processor: float
    load: float  # of the machine in the minute when it ended

    def row(self, *others: object) -> str:
        r = self.report
        cells = (*others, f"{self.seconds:.1f}", f"{self.processor:.1f}", f"{self.load:.1f}", r["stopped_by"])
        return "| " + " | ".join(map(str, cells)) + " |"


def main(arguments: Sequence[str]) -> int:
    asked = _parse(arguments)
    if not VENV_PYTHON.exists():
        complain("bin/prove: nothing is installed here. Run bin/start or bin/test once.")
        return 1
    try:
        with tempfile.TemporaryDirectory(prefix="laborbridge-prove-") as folder:
            return 0 if asked.prove(asked, Path(folder)) else 1
    except Refusal as error:
        complain(f"bin/prove: {error}")
        return 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/prove", description=__doc__.splitlines()[0] if __doc__ else "")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("instances", help="other seeds, counties, days, seats and posts")
    one.add_argument("--large", action="store_true", help=f"{LARGE_PEOPLE:,} people instead of {PEOPLE:,}")
    one.add_argument("--seconds", type=float, help=f"time limit; {SECONDS:.0f}, or {LARGE_SECONDS:.0f} with --large")
    one.add_argument("--work", type=int, help="limit in work units instead: what a busy machine does not cut short")
    one.add_argument("--only", type=int, nargs="+", metavar="N", help="these of the list, counted from 1")
    one.set_defaults(prove=instances)
    two = commands.add_parser("repeats", help="the same plan byte for byte")
    two.add_argument("--folder", type=Path, help="an instance; otherwise one is generated")
    two.add_argument("--workers", type=int, default=5_000)
    two.add_argument("--work", type=int, default=1_000_000)
    two.add_argument("--runs", type=int, default=10)
    two.add_argument("--load", type=int, default=4, metavar="N", help="busy processes beside every second pair of runs")
    two.set_defaults(prove=repeats)
    three = commands.add_parser("limits", help="the plan when the time is over")
    three.add_argument("--folder", type=Path, help="an instance; otherwise one is generated")
    three.add_argument("--workers", type=int, default=PEOPLE)
    three.add_argument("--seconds", type=float, nargs="+", default=[1, 2, 5, 10, 30])
    three.add_argument("--runs", type=int, default=3)
    three.set_defaults(prove=limits)
    return parser.parse_args(arguments)


def instances(asked: argparse.Namespace, folder: Path) -> bool:
    chosen, people, limit, most = (LARGE, LARGE_PEOPLE, LARGE_SECONDS, LARGE_GAP) if asked.large else (
        SMALL, PEOPLE, SECONDS, GAP)
    fine = True
    _compile()
    say("| instance | placed | score | own bound | gap | seconds | processor s | load | ended by |\n|" + "---|" * 9)
    for k, options in enumerate(chosen, 1):
        if asked.only and k not in asked.only:
            continue
        instance = generate(folder / str(k), people, options)
        stop = ("--work", str(asked.work)) if asked.work else ("--time-limit", str(asked.seconds or limit))
        solved = solve(instance, folder / "out", *stop)
        score, bound = judge(instance, folder / "out")
        fine &= bound - score <= most * bound
        say(solved.row(f"{people:,}: {options}", f"{solved.report['placed']:,}", f"{score:,.0f}", f"{bound:,.0f}",
                       f"{100 * (bound - score) / bound:.3f} %"))
    return fine


def repeats(asked: argparse.Namespace, folder: Path) -> bool:
    instance = asked.folder or generate(folder / "in", asked.workers, "--seed 1")
    found = set[str]()
    say("| run | threads | busy beside | sha256 of " + ", ".join(ANSWERS) + " | seconds | processor s | load | ended by |\n|"
        + "---|" * 8)
    for run in range(asked.runs):
        threads, beside = 1 + run % 2, asked.load if run % 4 >= 2 else 0
        with _busy(beside):
            solved = solve(instance, folder / "out", "--work", str(asked.work), "--threads", str(threads), "--seed", "7")
        digest = hashlib.sha256(b"".join((folder / "out" / name).read_bytes() for name in ANSWERS)).hexdigest()
        found.add(digest)
        say(solved.row(run + 1, threads, beside, digest[:16]))
    judge(instance, folder / "out")
    return len(found) == 1


def limits(asked: argparse.Namespace, folder: Path) -> bool:
    instance = asked.folder or generate(folder / "in", asked.workers, "--seed 1")
    _compile()
    say("| limit | placed | score | own bound | gap | seconds | processor s | load | ended by |\n|" + "---|" * 9)
    for seconds in asked.seconds:
        for _ in range(asked.runs):
            solved = solve(instance, folder / "out", "--time-limit", str(seconds))
            score, bound = judge(instance, folder / "out")
            say(solved.row(f"{seconds:g} s", f"{solved.report['placed']:,}", f"{score:,.0f}", f"{bound:,.0f}",
                           f"{100 * (bound - score) / bound:.3f} %"))
    return True


def _compile() -> None:
    """So that no table shows what it takes to compile."""
    subprocess.run([VENV_PYTHON, "-m", "dispatch.matching.warm"], cwd=ROOT, check=True)


def solve(instance: Path, out: Path, *options: str) -> Solved:
    """Raises Refusal where it fails."""
    began = time.monotonic()
    command = [str(VENV_PYTHON), "manage.py", "solve_bench", str(instance), "--out", str(out), *options]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        if process.returncode:
            said.seek(0)
            raise Refusal(f"{' '.join(command[1:])} failed: {said.read()[-2000:]}")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return Solved(report, seconds, usage.ru_utime + usage.ru_stime, os.getloadavg()[0])


def judge(instance: Path, out: Path) -> tuple[float, float]:
    """Score and proven bound, by check.py and bound.py; Refusal where a rule is broken or another bound was reported."""
    checked, proven = (
        subprocess.run([VENV_PYTHON, PROGRAMS / name, instance, out / answer], capture_output=True, text=True, check=False)
        for name, answer in (("check.py", "plan.csv"), ("bound.py", "prices.csv"))
    )
    for said in (checked, proven):
        if said.returncode:
            raise Refusal(f"{' '.join(map(str, said.args[1:]))} says: {said.stdout[-2000:]}{said.stderr[-2000:]}")
    score, bound = (float(said.stdout.split()[-1]) for said in (checked, proven))
    reported = json.loads((out / "report.json").read_text(encoding="utf-8"))["bound"]
    if reported is not None and abs(bound - reported) > max(0.1, SAME * bound):
        raise Refusal(f"bound.py proves {bound:,.1f} of {out}/prices.csv; report.json says {reported:,.1f}")
    return score, bound


def generate(folder: Path, people: int, options: str) -> Path:
    command: list[str | Path] = [sys.executable, PROGRAMS / "generate.py", "--workers", str(people), "--out", folder]
    command += options.split()
    subprocess.run(command, check=True)
    return folder


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    """So many processes that only count."""
    beside = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in beside:
            process.kill()
            process.wait()
