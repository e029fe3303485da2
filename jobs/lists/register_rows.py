"""A line of a register in our forms, by itself."""
import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from workers.lists.remarks import remark
from workers.models import ListRow
from workers.reading.answers import plain
from workers.reading.values import read_date

from ..models import Register
from .rows import Reader

_LONGEST = {"place": 120, "firm": 120}
_MONTH = re.compile(r"(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?(?:份)?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+")
# A trip is reported before it is made; so far ahead it may be fixed.
_AHEAD = timedelta(days=31)


class RegisterReader(Reader):
    """The day stays as it was written: which day that is, the register's own tells, which is not asked for here."""

    def read(self) -> ListRow:
        self._name()
        self._identity()
        self._phone()
        for key, longest in _LONGEST.items():
            if text := self._text(key):
                self.values[key] = text[:longest]
        self._keep_day()
        if not self.values.get("last4") and not self.values.get("phone"):
            self._say("only_a_name")
        return self.row

    def _keep_day(self) -> None:
        raw, column = self.line.cells.get("seen"), self.sheet.columns.get("seen")
        if "seen" in self.line.formulas:
            raw = "="
        if raw is None or raw == "":
            return
        said = self.sheet.headings.get(column, "") if column is not None else ""
        self.values["day"] = raw.isoformat() if isinstance(raw, date) else raw if not isinstance(raw, str) else raw[:60]
        self.values["day_under"] = " ".join(str(said).split())[:40]


def settle_day(row: ListRow, *, as_of: date, source: str) -> None:
    """The register's own day where a row gives none; of a month, as insurance counts, its last day."""
    said: dict[str, Any] = row.values
    said.pop("seen_on", None)
    raw = said.get("day")
    text = plain(raw)
    month = _month(text)
    found = month or (read_date(_as_cell(raw), as_of).value if text else as_of)
    if found is None:
        remark(row, "register_day", value=text[:40], column=said.get("day_under", ""))
        return
    if month and month.replace(day=1) <= as_of:
        # Of a month that is not over the register tells up to its own day.
        found = min(month, as_of)
    said["seen_on"] = found.isoformat()
    if found > (as_of + _AHEAD if source == Register.Source.COMMUNITY else as_of):
        remark(row, "register_later", day=found.isoformat())


def _as_cell(raw: Any) -> Any:
    """A day that the workbook had as a day was kept as 2020-03-24 or 2020-03-24T07:55:00."""
    return raw.split("T")[0] if isinstance(raw, str) and _MOMENT.fullmatch(raw) else raw


def _month(text: str) -> date | None:
    """The last day of a month, where nothing but a month is given."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and year >= 1990 else None
