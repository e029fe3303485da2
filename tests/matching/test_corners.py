"""Corner cases through solve_bench: rules kept, the bound proven, a reason for everybody who stays."""

import csv
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from dispatch.matching.result import Reason
from tests.bench import BENCH, checked, generate
from tests.matching.corners import CORNERS, Corner, Folder

PEOPLE = 120


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = ("--seed", "2", "--counties", "2", "--districts", "3", "--days", "4")
    return generate(tmp_path_factory.mktemp("bench"), PEOPLE, *options)


@pytest.mark.parametrize("corner", CORNERS, ids=lambda c: c.change.__name__)
def test_a_corner_case(usual: Path, tmp_path: Path, corner: Corner) -> None:
    changed = Folder(usual)
    corner.change(changed)
    folder, out = changed.write(tmp_path / "in"), tmp_path / "out"
    call_command("solve_bench", str(folder), "--out", str(out), "--work", "2000000", stdout=StringIO())
    report = json.loads((out / "report.json").read_text())
    people = len(changed["workers"])

    assert checked(folder, out / "plan.csv") == (
        0, f"workers {people}  assigned {report['placed']}  score {report['score']:.1f}\n")  # fmt: skip
    wanted = {"none": 0, "all": people}.get(str(corner.placed), corner.placed)
    assert report["placed"] == wanted if wanted is not None else 0 < report["placed"] < people

    with (out / "unplaced.csv").open(newline="", encoding="utf-8") as f:
        left = list(csv.DictReader(f))
    assert len({r["worker"] for r in left}) == people - report["placed"]
    assert {Reason[r["reason"].split(":")[0]] for r in left} <= corner.reasons

    assert report["stopped_by"] == "optimal"
    assert report["bound"] is not None and report["score"] <= report["bound"] + 0.01
    # No price shows that a group is larger than a bus: half of it might have gone in the relaxation.
    assert report["gap"] <= (1 if Reason.GROUP_CANNOT_GO_TOGETHER in corner.reasons and people <= 60 else 0.002)
    if people and changed["jobs"]:
        command = [sys.executable, BENCH / "bound.py", folder, out / "prices.csv"]
        proven = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert float(proven.split()[-1]) == pytest.approx(report["bound"], abs=0.1)
