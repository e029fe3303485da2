"""A line of an employer's list in our forms, by itself."""
from typing import Any

from laborbridge.identity import keyed_hash, masked, seal
from workers.lists.remarks import remark
from workers.models import ListImport, ListRow
from workers.reading import Line, Sheet
from workers.reading.answers import Identity, plain
from workers.reading.values import read_identity, read_name, read_phone

from .fields import OWN

_LONGEST = {"trade": 60, "home": 120, "posting": 40}
# As hexadecimal text in a row's values: what a list shows of a number, hashed.
HASHES = ("first6_last4", "last4")


class Reader:
    """One line, cell by cell."""

    def __init__(self, sheet: Sheet, line: Line, imported: ListImport) -> None:
        self.sheet, self.line = sheet, line
        self.row = ListRow(
            imported=imported, sheet=sheet.title[:100], line=line.number, outcome=ListRow.Outcome.UNCHANGED, remarks=[],
            values={})
        self.values: dict[str, Any] = self.row.values

    def read(self) -> ListRow:
        self._name()
        self._identity()
        self._phone()
        for key, longest in _LONGEST.items():
            if text := self._text(key):
                self.values[key] = text[:longest]
        if not self.values.get("last4") and not self.values.get("phone"):
            self._say("only_a_name")
        return self.row

    def _text(self, key: str) -> str:
        return plain(self.line.cells.get(key))

    def _say(self, code: str, key: str = "", **named: Any) -> None:
        """All that a sentence may name of a cell goes along."""
        if key:
            column = self.sheet.columns.get(key)
            said = self.sheet.headings.get(column, key) if column is not None else key
            named |= {"column": " ".join(str(said).split())[:40]}
        remark(self.row, OWN + code, **named)

    def _name(self) -> None:
        read = read_name(self.line.cells.get("name"))
        self.values["name"] = read.value or self._text("name")[:40]
        if read.value is not None:
            return
        if "name" in self.line.formulas or read.fault == "spreadsheet_error":
            self._say("name_needed", "name")
        elif read.fault:
            self._say(read.fault, "name", value=self._text("name")[:40])
        else:
            self._say("no_name")

    def _identity(self) -> None:
        read = read_identity(self.line.cells.get("identity"))
        if "identity" in self.line.formulas:
            self._say("formula", "identity")
            return
        if read.value is not None:
            self._keep_number(read)
        for code in filter(None, (read.fault, *read.remarks)):
            text = self._text("identity")
            # Of a number that cannot be read not a figure is repeated.
            self._say(code, "identity", value="…", figures=sum(sign.isalnum() for sign in text))

    def _keep_number(self, read: Identity) -> None:
        number = read.value or ""
        if read.shape == "whole":
            sealed = seal(number)
            self.row.identity_cipher, self.row.identity_whole = sealed.cipher, sealed.whole
            self.values |= {"first6_last4": sealed.first6_last4.hex(), "last4": sealed.last4.hex(), "shown": masked(number)}
            return
        self.values["last4"] = keyed_hash("last4", number[-4:]).hex()
        self.values["shown"] = number if read.shape == "masked" else "*" * 14 + number
        if read.shape == "masked":
            self.values["first6_last4"] = keyed_hash("first6last4", number[:6] + number[-4:]).hex()

    def _phone(self) -> None:
        read = read_phone(self.line.cells.get("phone"))
        if read.value:
            self.values["phone"] = read.value[:20]
        if "phone" in self.line.formulas:
            self._say("formula", "phone")
        for code in filter(None, (read.fault, *read.remarks)):
            self._say(code, "phone", value=self._text("phone")[:40])
