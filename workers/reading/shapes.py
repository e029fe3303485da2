"""What is read of a list before anything of it is judged: sheets, where their columns stand, and lines of raw cells."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.utils.functional import Promise

Kind = Literal["name", "identity", "phone", "date", "yes", "number", "text"]
Cell = str | int | float | date | datetime | bool


class Unreadable(Exception):
    """The file as a whole is none that can be taken; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a list may say of a person. `names` are headings in all ways that people write them, the first ones win."""

    key: str
    names: tuple[str, ...]
    kind: Kind
    required: bool
    label: str | Promise


@dataclass(slots=True)
class Row:
    """One line of a grid: values by 0-based column, without empty ones; where formulas stand, whose values are not taken."""

    number: int
    cells: dict[int, Cell]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells shown as one, the last line and column included; lines count from 1, columns from 0."""

    first_line: int
    first_column: int
    last_line: int
    last_column: int


@dataclass(slots=True)
class Grid:
    """A sheet as it came, whatever its file was."""

    title: str
    rows: list[Row]
    merged: list[Merged] = field(default_factory=list)
    hidden: bool = False


def distinct(title: str, others: Iterable[str]) -> str:
    """A title by which a line can be found again; programs write sheets of one name."""
    title, taken, number = title[:90], {other.casefold() for other in others}, 1
    shown = title
    while shown.casefold() in taken:
        number += 1
        shown = f"{title} ({number})"
    return shown


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line; `number` as a spreadsheet counts. A cell that is a formula is named, its value is not taken."""

    number: int
    cells: dict[str, Cell]
    formulas: frozenset[str] = frozenset()


@dataclass(slots=True)
class Sheet:
    """One list of a file: a sheet, or a part of one where other headings begin. heading_line is 0 where there is none."""

    title: str
    heading_line: int
    columns: dict[str, int]
    headings: dict[int, str]
    # Columns that are not understood; `twice` are those of a field that another column has already.
    unknown: list[int]
    twice: dict[int, str]
    above: str
    lines: list[Line]
    # Of empty lines between others the first; the codes are those of `passing.WHY`.
    passed_over: list[tuple[int, str]]


@dataclass(slots=True)
class Workbook:
    """`ignored` are sheets without a list, with a code: "empty", "hidden", "no_list"."""

    kind: str
    sheets: list[Sheet]
    ignored: list[tuple[str, str]]

    def lines(self) -> Iterator[tuple[Sheet, Line]]:
        for sheet in self.sheets:
            for line in sheet.lines:
                yield sheet, line
