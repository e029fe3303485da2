"""bin/prove: a good plan is judged by the bench's programs, a broken one refused."""
import subprocess
import sys
from pathlib import Path

import pytest
from launcher.proving import generate, judge, solve
from launcher.words import Refusal

ROOT = Path(__file__).parent.parent.parent


def prove(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "bin/prove", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_repeats_are_one_and_the_same() -> None:
    done = prove("repeats", "--workers", "60", "--work", "500", "--runs", "2", "--load", "0")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = (line.split(" | ") for line in done.stdout.splitlines()[2:])
    assert (first[1], second[1]) == ("1", "2") and first[3] == second[3]


def test_a_broken_plan_is_refused(tmp_path: Path) -> None:
    instance, out = generate(tmp_path / "in", 100, "--seed 2 --counties 2 --districts 3 --days 4"), tmp_path / "out"
    solve(instance, out, "--work", "20000")
    score, bound = judge(instance, out)
    assert 0 < score <= bound
    prices = (out / "prices.csv").read_text()
    (out / "prices.csv").write_text("kind,id,price\n")
    with pytest.raises(Refusal, match="report.json says"):
        judge(instance, out)
    (out / "prices.csv").write_text(prices)
    rows = (out / "plan.csv").read_text().splitlines()
    (out / "plan.csv").write_text("\n".join([*rows, rows[-1]]) + "\n")
    with pytest.raises(Refusal, match="worker assigned twice"):
        judge(instance, out)
    with pytest.raises(Refusal, match="There is no folder"):
        solve(tmp_path / "nowhere", out)
