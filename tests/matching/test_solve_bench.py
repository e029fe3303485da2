"""manage.py solve_bench: a folder in, a checked plan and a proof out, without keys, database or broker."""

import csv
import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.bench import BENCH, checked, generate

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("bench"), 150)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def solved(folder: Path, out: Path, *arguments: str, **options: Any) -> dict[str, Any]:
    call_command("solve_bench", str(folder), "--out", str(out), *arguments, stdout=StringIO(), **options)
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def test_it_runs_where_nothing_has_been_set_up(folder: Path, tmp_path: Path) -> None:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("LABORBRIDGE_", "DATABASE_", "REDIS_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "solve_bench", folder, "--out", tmp_path / "out", "--work", "20000"],
        env=bare | {"LABORBRIDGE_VAR": str(tmp_path / "nothing")}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "of 150 placed" in done.stdout


def test_plan_proof_reasons_and_report_agree(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    report = solved(folder, out, "--work", "50000", "--first-come")
    status, said = checked(folder, out / "plan.csv")
    assert (status, said) == (0, f"workers 150  assigned {report['placed']}  score {report['score']:.1f}\n")
    proven = subprocess.run([sys.executable, BENCH / "bound.py", folder, out / "prices.csv"], capture_output=True, text=True,
                            check=True).stdout
    assert float(proven.split()[-1]) == pytest.approx(report["bound"], abs=0.1)
    assert report["first_come_first_served"] <= report["score"] <= report["bound"]
    assert report["gap"] == pytest.approx(1 - report["score"] / report["bound"])
    unplaced = rows(out / "unplaced.csv")
    assert len(unplaced) == 150 - report["placed"] and list(unplaced[0]) == ["worker", "reason", "change"]
    assert {r["worker"] for r in unplaced}.isdisjoint(r["worker"] for r in rows(out / "plan.csv"))
    for reason, count in report["reasons"].items():
        assert reason == "PLACED" or sum(r["reason"].split(":")[0] == reason for r in unplaced) == count
    assert all(r["change"] for r in unplaced) and report["changes"]["looked_at"] == len(unplaced)
    assert report["changes"]["with_a_change"] == sum(not r["change"].startswith("none:") for r in unplaced) > 0
    assert {"start", "read", "tables", "explain", "changes"} <= set(report["phases"])
    assert report["compile_seconds"] >= 0
    assert {sum(placed for _name, _people, placed in rows_) for kind, rows_ in report["fairness"].items() if kind != "trade"
            } == {report["placed"]}
    assert [name for name, _people, _placed in report["fairness"]["county"]][0].startswith("C")
    assert {name for name, _people, _placed in report["fairness"]["priority"]} <= {0, 1, 2}
    assert report["peak_memory_mib"] > 50 and report["work"] > 0 and report["version"] and report["seed"] == 0
    assert sorted(f.name for f in out.iterdir()) == ["plan.csv", "prices.csv", "report.json", "unplaced.csv"]


def test_first_come_is_reported_only_where_asked_for(folder: Path, tmp_path: Path) -> None:
    assert "first_come_first_served" not in solved(folder, tmp_path, "--work", "1000")


def test_advice_is_written_in_the_words_of_the_folder(folder: Path, tmp_path: Path) -> None:
    report = solved(folder, tmp_path, "--work", "50000", advice=6)
    found = rows(tmp_path / "advice.csv")
    places = {r["place"]: r["level"] for r in rows(folder / "places.csv")}
    assert [r["rank"] for r in found] == [str(k) for k in range(1, report["advice"]["additions"] + 1)]
    assert 1 <= len(found) <= 6 and {r["what"] for r in found} <= {"bus", "seats", "posts"}
    for r in found:
        assert bool(r["trip"]) == (r["what"] == "seats") and bool(r["from"]) == bool(r["depart"]) == (r["what"] == "bus")
        assert bool(r["trade"]) == (r["what"] == "posts")
        assert not r["from"] or (places[r["from"]], r["depart"] < r["arrive"]) == ("township", True)
        assert not r["to"] or places[r["to"]] == "park"
        assert float(r["people"]) > 0 and float(r["points"]) >= float(r["people"])
    assert sum(float(r["people_on_top"]) for r in found) == pytest.approx(report["advice"]["people"], abs=0.3)


def test_where_nothing_is_proven_the_advice_is_empty(folder: Path, tmp_path: Path) -> None:
    assert solved(folder, tmp_path, "--time-limit", "0", advice=3)["advice"]["people"] == 0
    assert rows(tmp_path / "advice.csv") == []


def test_no_time_gives_first_come_first_served(folder: Path, tmp_path: Path) -> None:
    report = solved(folder, tmp_path, "--time-limit", "0", "--first-come")
    assert report["stopped_by"] == "seconds"
    assert report["score"] == report["first_come_first_served"] > 0
    assert report["bound"] is None and report["gap"] is None
    stay = 150 - report["placed"]
    assert report["changes"]["looked_at"] == 0 and f"0 of the {stay} people" in report["changes"]["why_not_all"]
    assert {r["change"] for r in rows(tmp_path / "unplaced.csv")} == {"not looked at: the time limit came first"}
    assert checked(folder, tmp_path / "plan.csv")[0] == 0


def spoilt(folder: Path, at: Path, name: str, old: str, new: str) -> Path:
    shutil.copytree(folder, at)
    text = (at / name).read_text()
    assert old in text
    (at / name).write_text(text.replace(old, new, 1))
    return at


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("trips.csv", "capacity", "seats", "trips.csv lacks the column capacity. Its first line must name trip, mode"),
        ("trips.csv", "bus,", "rocket,", "There is no mode of trips 'rocket'"),
        ("workers.csv", "W000001,C", "W000001,X", "There is no place 'X"),
        ("workers.csv", "W000001", "W000000", "The worker 'W000000' stands twice in workers.csv. Leave one row of it."),
        ("workers.csv", ",green\n", ",green,green\n", "workers.csv, row 2: 12 values under 11 columns. Correct the row."),
        ("jobs.csv", ",4", ",four", "a number or time cannot be read"),
        ("stops.csv", "T", "-", "There is no place"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(folder: Path, tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        solved(spoilt(folder, tmp_path / "in", name, old, new), tmp_path / "out")
    assert words in str(refused.value)
    assert not list((tmp_path / "out").iterdir())


def test_a_missing_folder_or_file_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder .*nowhere"):
        solved(tmp_path / "nowhere", tmp_path / "out")
    shutil.copytree(folder, tmp_path / "in")
    (tmp_path / "in" / "admits.csv").unlink()
    with pytest.raises(CommandError, match="admits.csv cannot be read .No such file or directory."):
        solved(tmp_path / "in", tmp_path / "out")


def test_options_that_cannot_be_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="threads must be at least 1"):
        solved(folder, tmp_path, "--threads", "0")
    with pytest.raises(CommandError, match="must not be below 0"):
        solved(folder, tmp_path, "--time-limit", "-1")


def test_a_floor_and_what_it_costs_are_in_the_report(folder: Path, tmp_path: Path) -> None:
    report = solved(folder, tmp_path, "--work", "20000", "--floor", "1")
    assert report["score_without_floor"] >= report["score"]
    assert all(f["least"] == f["able"] and f["county"].startswith("C") for f in report["floors"]) and report["floors"]
    with pytest.raises(CommandError, match="--floor and --before do not go together"):
        solved(folder, tmp_path, "--floor", "1", "--before", str(tmp_path / "plan.csv"))
    with pytest.raises(CommandError, match="floor"):
        solved(folder, tmp_path, "--floor", "2")
