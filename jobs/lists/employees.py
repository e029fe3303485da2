"""Who of a list an employer has named before: recognised by the number, as far as both show it, and by the name."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workers.models import ListRow
from workers.name_keys import folded

from ..models import ReturningEmployee

# What a later list brings up to date.
TEXTS = ("phone", "trade", "home")
NUMBERS = ("identity_whole", "identity_first6_last4", "identity_last4")


@dataclass(frozen=True, slots=True)
class Shown:
    """An employee as one row shows them; numbers as hexadecimal text."""

    name: str
    phone: str = ""
    whole: str = ""
    first6_last4: str = ""
    last4: str = ""

    def is_one_with(self, other: "Shown") -> bool:
        """The same whole number; or the same name, with a number that agrees as far as both show it, or the telephone."""
        if self.whole and other.whole:
            return self.whole == other.whole
        if folded(self.name) != folded(other.name):
            return False
        for kind in ("first6_last4", "last4"):
            one, two = getattr(self, kind), getattr(other, kind)
            if one and two:
                return bool(one == two)
        return bool(self.phone) and self.phone == other.phone


def shown_by_row(row: ListRow) -> Shown:
    said = row.values
    return Shown(said.get("name", ""), said.get("phone", ""), _hex(row.identity_whole), said.get("first6_last4", ""),
                 said.get("last4", ""))


def shown_by(employee: ReturningEmployee) -> Shown:
    return Shown(employee.name, employee.phone, *(_hex(getattr(employee, column)) for column in NUMBERS))


def _hex(hashed: bytes | memoryview | None) -> str:
    return bytes(hashed).hex() if hashed else ""


@dataclass
class Named:
    """Employees, or rows, by what they may be recognised by."""

    by_name: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Any, shown: Shown) -> None:
        self.by_name[folded(shown.name)].append((shown, one))
        if shown.whole:
            self.by_number[shown.whole].append((shown, one))

    def find(self, shown: Shown) -> Any | None:
        same = self.by_number.get(shown.whole, []) + self.by_name.get(folded(shown.name), [])
        return next((one for other, one in same if shown.is_one_with(other)), None)


def known_employees(employer: int, rows: Iterable[ListRow]) -> Named:
    """Those of the employer who bear a name or a whole number of some rows, in one query."""
    named, found = list(rows), Named()
    same = ReturningEmployee.objects.filter(employer=employer)
    names = {row.values.get("name", "") for row in named}
    numbers = {bytes(row.identity_whole) for row in named if row.identity_whole}
    for employee in same.filter(name__in=names).union(same.filter(identity_whole__in=numbers)).order_by("id"):
        found.add(employee, shown_by(employee))
    return found


def earlier_rows(imported: int, rows: Sequence[ListRow]) -> Named:
    """Rows of the same list that stand before a chunk and bear a name or number of it."""
    found = Named()
    if not rows:
        return found
    before = ListRow.objects.filter(imported=imported, pk__lt=min(row.pk for row in rows)).exclude(outcome="rejected")
    names = [row.values.get("name", "") for row in rows]
    numbers = [bytes(row.identity_whole) for row in rows if row.identity_whole]
    for row in before.filter(values__name__in=names).union(before.filter(identity_whole__in=numbers)).order_by("id"):
        found.add(row, shown_by_row(row))
    return found


def differences(employee: ReturningEmployee, row: ListRow) -> dict[str, list[Any]]:
    """What a row says newly of an employee; of a number only more than was known, never another one."""
    said = row.values
    changes = {
        column: [getattr(employee, column), said[column]]
        for column in TEXTS if said.get(column) and said[column] != getattr(employee, column)
    }
    shown = shown_by_row(row)
    fuller = [column for column in NUMBERS
              if getattr(shown, column.removeprefix("identity_")) and not getattr(employee, column)]
    if fuller:
        changes["number"] = [[], fuller]
    return changes


def apply(employee: ReturningEmployee, row: ListRow, changes: Mapping[str, Sequence[Any]]) -> None:
    for column in TEXTS:
        if column in changes:
            setattr(employee, column, changes[column][1])
    put_number(employee, row, changes["number"][1] if "number" in changes else [])


def put_number(employee: ReturningEmployee, row: ListRow, columns: Sequence[str]) -> None:
    shown = shown_by_row(row)
    for column in columns:
        setattr(employee, column, bytes.fromhex(getattr(shown, column.removeprefix("identity_"))))
        if column == "identity_whole":
            employee.identity_cipher = row.identity_cipher


def put_back(employee: ReturningEmployee, row: ListRow, others: Sequence[ListRow]) -> None:
    """What a row changed is as before; what has been changed since, or another row says as well, stays."""
    changes: Mapping[str, Sequence[Any]] = row.changes
    for column in TEXTS:
        before, after = changes.get(column, ("", None))
        if getattr(employee, column) == after and not any(other.values.get(column) == after for other in others):
            setattr(employee, column, before)
    shown, shown_by_others = shown_by_row(row), [shown_by_row(other) for other in others]
    for column in changes.get("number", [[], []])[1]:
        kind = column.removeprefix("identity_")
        said = getattr(shown, kind)
        if said == _hex(getattr(employee, column)) and not any(getattr(other, kind) == said for other in shown_by_others):
            setattr(employee, column, None)
            if column == "identity_whole":
                employee.identity_cipher = None
