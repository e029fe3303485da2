"""A line of a list of people in our forms, by itself: what another row or the database says of it comes later."""
import re
import unicodedata
from datetime import date
from typing import Any

from laborbridge.identity import seal

from ...models import ListImport, ListRow
from ...reading import Line, Sheet
from ...reading.answers import plain
from ...reading.values import read_date, read_identity, read_name, read_number, read_phone, read_yes
from ..remarks import remark

_APART = re.compile(r"[、,;/|]+")
_TEXTS = ("county", "township", "village", "group", "note")
_LONGEST = 200
_MOST_TRADES = 8
_HIGHEST_WAGE = 200_000


class Reader:
    """One line, cell by cell."""

    def __init__(self, sheet: Sheet, line: Line, imported: ListImport) -> None:
        self.sheet, self.line, self.imported = sheet, line, imported
        self.row = ListRow(
            imported=imported, sheet=sheet.title[:100], line=line.number, outcome=ListRow.Outcome.UNCHANGED, remarks=[],
            values={})
        self.values: dict[str, Any] = self.row.values

    def read(self) -> ListRow:
        self._name()
        self._identity()
        self._phone()
        for key in _TEXTS:
            if text := self._text(key):
                self.values[key] = text[:_LONGEST]
        self._trades()
        self._ready()
        self._yes("poor")
        self._yes("single")
        self._wage()
        for key in self.line.formulas & {*_TEXTS, "trade", "ready", "poor", "single", "wage", "phone"}:
            self._say("formula", key)
        return self.row

    def _heading(self, key: str) -> str:
        """As the sender calls the column."""
        column = self.sheet.columns.get(key)
        return " ".join(str(self.sheet.headings.get(column, key)).split())[:40] if column is not None else key

    def _text(self, key: str) -> str:
        return plain(self.line.cells.get(key))

    def _say(self, code: str, key: str, **named: Any) -> None:
        remark(self.row, code, column=self._heading(key), **named)

    def _shown(self, key: str) -> str:
        return self._text(key)[:40]

    def _name(self) -> None:
        read = read_name(self.line.cells.get("name"))
        self.values["name"] = read.value or self._shown("name")
        if read.value is None:
            if "name" in self.line.formulas or read.fault == "spreadsheet_error":
                self._say("cell_needed", "name")
            elif read.fault:
                self._say(read.fault, "name", value=self._shown("name"))
            else:
                remark(self.row, "no_name")

    def _identity(self) -> None:
        read = read_identity(self.line.cells.get("identity"))
        if "identity" in self.line.formulas or read.fault == "spreadsheet_error":
            self._say("cell_needed", "identity")
        elif read.value is None:
            figures = sum(sign.isalnum() for sign in self._text("identity"))
            remark(self.row, read.fault, figures=figures) if read.fault else remark(self.row, "no_identity")
        elif read.shape != "whole":
            remark(self.row, "identity_masked")
        else:
            self._seal(read.value, read.born)
            for code in filter(None, (read.fault, *read.remarks)):
                remark(self.row, code)

    def _seal(self, number: str, born: date | None) -> None:
        sealed = seal(number)
        self.row.identity_cipher, self.row.identity_whole = sealed.cipher, sealed.whole
        if born:
            self.values["born"] = born.isoformat()
        self.values["sex"] = "m" if int(number[16]) % 2 else "f"
        said = self._text("sex")
        if said and said[:1].lower() in "男女mf" and (said[:1].lower() in "男m") != (self.values["sex"] == "m"):
            remark(self.row, "sex_differs", value=said[:10])

    def _phone(self) -> None:
        read = read_phone(self.line.cells.get("phone"))
        if read.value:
            self.values["phone"] = read.value[:20]
        if read.fault:
            self._say(read.fault, "phone", value=self._shown("phone"))
        elif not read.value and "phone" not in self.line.formulas:
            remark(self.row, "phone_missing")
        for code in read.remarks:
            remark(self.row, code)

    def _trades(self) -> None:
        said = unicodedata.normalize("NFKC", self._text("trade"))
        names = [name[:60] for part in _APART.split(said) for name in _by_spaces(part) if name]
        if names:
            self.values["trades_said"] = list(dict.fromkeys(names))[:_MOST_TRADES]

    def _ready(self) -> None:
        campaign = self.imported.campaign
        read = read_date(self.line.cells.get("ready"), campaign.first_day)
        if read.fault:
            self._say(read.fault, "ready", value=self._shown("ready"))
        elif read.value:
            self.values["ready"] = read.value.isoformat()
            if read.value > campaign.last_day:
                remark(self.row, "date_outside", day=read.value.isoformat())

    def _yes(self, key: str) -> None:
        read = read_yes(self.line.cells.get(key))
        if read.value is not None:
            self.values[key] = read.value
        elif read.fault:
            self._say(read.fault, key, value=self._shown(key))

    def _wage(self) -> None:
        read = read_number(self.line.cells.get("wage"))
        if read.value is not None and 0 <= read.value <= _HIGHEST_WAGE:
            self.values["wage"] = int(read.value)
        elif read.fault or read.value is not None:
            self._say(read.fault or "number_unreadable", "wage", value=self._shown("wage"))


def _by_spaces(text: str) -> list[str]:
    """Spaces part trades, unless they only stretch a word."""
    parts = text.split()
    return parts if all(len(part) > 1 for part in parts) else ["".join(parts)]
