"""A line of a register in our forms, by itself."""
import re
from calendar import monthrange
from datetime import date, timedelta

from workers.lists.remarks import remark
from workers.models import ListImport, ListRow
from workers.reading import Line, Sheet
from workers.reading.values import read_date

from .rows import Reader

_LONGEST = {"place": 120, "firm": 120}
_MONTH = re.compile(r"(\d{4})\s*(?:[-./年]\s*)?(\d{1,2})\s*月?(?:份)?")
# A trip is reported before it is made; so far ahead it may be fixed.
_AHEAD = timedelta(days=31)


class RegisterReader(Reader):
    """The day is the register's own where a line gives none; a month, as insurance counts, is its last day."""

    def __init__(self, sheet: Sheet, line: Line, imported: ListImport) -> None:
        super().__init__(sheet, line, imported)
        register = imported.register
        self.as_of, self.source = register.as_of, register.source

    def read(self) -> ListRow:
        self._name()
        self._identity()
        self._phone()
        for key, longest in _LONGEST.items():
            if text := self._text(key):
                self.values[key] = text[:longest]
        self._day()
        if not self.values.get("last4") and not self.values.get("phone"):
            self._say("only_a_name")
        return self.row

    def _day(self) -> None:
        raw, text = self.line.cells.get("seen"), self._text("seen")
        found = _month(text) or read_date(raw, self.as_of).value
        if found is None and (text or "seen" in self.line.formulas):
            column = self.sheet.columns.get("seen")
            said = self.sheet.headings.get(column, "") if column is not None else ""
            remark(self.row, "register_day", value=text[:40], column=" ".join(str(said).split())[:40])
            return
        day = found or self.as_of
        latest = self.as_of + _AHEAD if self.source == "community" else self.as_of
        if _month(text) and day > latest:
            # Of a month that is not over the register tells as of its own day.
            day = self.as_of if date(day.year, day.month, 1) <= self.as_of else day
        self.values["seen_on"] = day.isoformat()
        if day > latest:
            remark(self.row, "register_later", day=day.isoformat())


def _month(text: str) -> date | None:
    """The last day of a month, where nothing but a month is given."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and year >= 1990 else None
