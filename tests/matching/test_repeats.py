"""The same input, seed and work limit give the same files byte for byte, in processes of their own, with 1 and 2 threads and
beside others that keep the machine busy; a solve that ends by itself as well as one that its limit cuts."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import generate

ROOT = Path(__file__).parent.parent.parent
ANSWERS = ("plan.csv", "prices.csv", "unplaced.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = ("--seed", "2", "--counties", "2", "--districts", "3", "--days", "4")
    return generate(tmp_path_factory.mktemp("bench"), 400, *options)


def answers(folder: Path, out: Path, runs: list[tuple[int, str]]) -> tuple[set[str], set[str]]:
    """All runs (threads, work) at once, each beside the others: the digests of their answers, and what ended them."""
    command = [sys.executable, "manage.py", "solve_bench", folder, "--seed", "7"]
    said = [
        subprocess.Popen([*command, "--out", out / str(k), "--threads", str(threads), "--work", work], cwd=ROOT,
                         stdout=subprocess.DEVNULL)
        for k, (threads, work) in enumerate(runs)
    ]  # fmt: skip
    assert [process.wait() for process in said] == [0] * len(runs)
    places = [out / str(k) for k in range(len(runs))]
    digests = {hashlib.sha256(b"".join((at / name).read_bytes() for name in ANSWERS)).hexdigest() for at in places}
    return digests, {json.loads((at / "report.json").read_text())["stopped_by"] for at in places}


def test_repeats_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    found = set[str]()
    for work, ended in (("60000", "work"), ("100000000", "optimal")):
        alone, _ = answers(folder, tmp_path / work / "alone", [(1, work)])
        digests, why = answers(folder, tmp_path / work / "beside", [(1, work), (2, work)])
        assert (digests, why) == (alone, {ended})
        found |= digests
    assert len(found) == 2  # or this would hold whatever is done
