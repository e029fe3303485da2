"""Whole folders of lists as offices send them (tests/data/rosters): every row of the truth is found at its line and read."""
import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from workers.reading import Line, read
from workers.reading.values import read_date, read_identity, read_name, read_phone, read_yes

from .fields import FIELDS

MAKER = Path(__file__).parent.parent / "data" / "rosters" / "make.py"
NEAR = date(2020, 3, 20)


@pytest.fixture(scope="module", params=[3, 11])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lists")
    options = ["--people", "1500", "--seed", str(request.param), "--out", str(out)]
    subprocess.run([sys.executable, str(MAKER), *options], check=True)
    return out


def read_all(folder: Path) -> dict[tuple[str, int], Line]:
    found = {}
    for path in [folder / "county.xlsx", *sorted((folder / "employers").glob("*.xlsx"))]:
        book = read(path.read_bytes(), path.name, FIELDS, {})
        assert book.ignored == []
        for sheet, line in book.lines():
            name = f"county.xlsx/{sheet.title}" if path.name == "county.xlsx" else f"employers/{path.name}"
            found[name, line.number] = line
    return found


def verdict(line: Line) -> str:
    """What the cells alone say of a row of the county's list."""
    cells = line.cells
    name, number, phone = read_name(cells.get("name")), read_identity(cells.get("identity")), read_phone(cells.get("phone"))
    if name.value is None or number.value is None or number.shape != "whole":
        return "reject"
    others = (read_date(cells.get("leave"), NEAR).fault, read_yes(cells.get("poor")).fault)
    return "accept-flagged" if any((name.fault, number.fault, phone.fault, *others)) else "accept"


def test_every_row_is_found_at_its_line_and_nothing_else_is(folder: Path) -> None:
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        truth = {(row["file"], int(row["row"])) for row in csv.DictReader(file)}
    assert len(truth) > 1_500
    assert read_all(folder).keys() == truth


def test_verdicts_that_come_from_cells_alone_agree(folder: Path) -> None:
    found, said = read_all(folder), Counter[tuple[str, str]]()
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["file"].startswith("county"):
                said[row["verdict"], verdict(found[row["file"], int(row["row"])])] += 1
    assert {wanted for wanted, _got in said} == {"accept", "accept-flagged", "reject"}
    assert [(pair, count) for pair, count in said.items() if pair[0] != pair[1]] == []


def test_numbers_of_employers_are_whole_masked_or_the_last_four(folder: Path) -> None:
    shapes = Counter(read_identity(line.cells.get("identity")).shape for (name, _line), line in read_all(folder).items()
                     if name.startswith("employers"))
    assert set(shapes) == {"whole", "masked", "last4"}
