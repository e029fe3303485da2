"""What stands around the sheets of a workbook (.xlsx): their names, shared texts, which formats are dates."""
import posixpath
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from .archives import MOST_AROUND, Archive, damaged
from .limits import MOST_SHEETS, Counting, too_long, too_many_elements
from .shapes import Unreadable, distinct
from .xml import local, parse

_MAIN = "xl/workbook.xml"
# Numbers of formats that are dates in every Excel, the Chinese ones (27 to 36, 50 to 58) included.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SPOKEN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|General', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAYS = 2_958_466  # 9999-12-31, as a spreadsheet counts days


@dataclass(slots=True)
class Listed:
    title: str
    part: str
    hidden: bool


@dataclass(slots=True)
class Book:
    """What stands around the sheets."""

    archive: Archive
    listed: list[Listed] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    # By number of style: "date", or how many figures a number is shown with.
    formats: list[str | int | None] = field(default_factory=list)
    since_1904: bool = False
    counting: Counting = field(default_factory=Counting)

    def shown(self, style: str) -> str | int | None:
        place = int(style) if style.isascii() and style.isdigit() else 0
        return self.formats[place] if place < len(self.formats) else None


def open_book(archive: Archive) -> Book:
    _refuse_by_names(archive)
    book = Book(archive)
    _read_main(book)
    folder = posixpath.dirname(_MAIN)
    _read_strings(book, f"{folder}/sharedStrings.xml")
    _read_formats(book, f"{folder}/styles.xml")
    if not book.listed:
        raise damaged()
    return book


def _refuse_by_names(archive: Archive) -> None:
    names = archive.names
    if _MAIN not in archive:
        raise Unreadable(_no_workbook(archive))
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Unreadable(_("The workbook holds macros, so it was not opened. Save it as .xlsx (without macros) and send "
                           "that."))
    if any(name.startswith("xl/externallinks/") for name in names):
        raise Unreadable(_("The workbook takes values from other files. Copy the list, paste it as values into a new "
                           "workbook, and send that."))


def _no_workbook(archive: Archive) -> str:
    if "xl/workbook.bin" in archive or "content.xml" in archive:
        return _("This is a workbook of another kind. Open it, save it as .xlsx and send that.")
    if "word/document.xml" in archive:
        return _("This is a text document. Copy the table into a workbook, or paste its cells here.")
    return _("This file is no workbook. Send .xlsx, .xls or .csv, or paste the cells.")


def _relations(archive: Archive, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    beside = f"{folder}/_rels/{name}.rels"
    found: dict[str, str] = {}

    def start(element: str, said: dict[str, str]) -> None:
        if local(element) == "Relationship" and said.get("TargetMode") != "External":
            target = said.get("Target", "").replace("\\", "/")
            whole = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[said.get("Id", "")] = whole

    if beside in archive:
        parse(archive.pieces(beside, MOST_AROUND), start, _nothing)
    return found


def _nothing(_name: str) -> None:
    pass


def _read_main(book: Book) -> None:
    parts = _relations(book.archive, _MAIN)

    def start(element: str, said: dict[str, str]) -> None:
        name = local(element)
        if name == "workbookPr":
            book.since_1904 = said.get("date1904") in ("1", "true")
        elif name == "sheet":
            part = parts.get(next((said[key] for key in said if local(key) == "id"), ""), "")
            if part in book.archive and "chartsheet" not in part:
                title = distinct(said.get("name", ""), (other.title for other in book.listed))
                book.listed.append(Listed(title, part, said.get("state", "visible") != "visible"))
                if len(book.listed) > MOST_SHEETS:
                    raise Unreadable(_("The workbook has more than 200 sheets. Send those with lists in a workbook of their "
                                       "own."))

    parse(book.archive.pieces(_MAIN, MOST_AROUND), start, _nothing)


def _read_strings(book: Book, part: str) -> None:
    if part not in book.archive:
        return
    said: list[str] = []
    # Readings written over signs (rPh) are no part of the text.
    state = {"in": False, "reading": False}
    seen = [0]

    def start(element: str, _said: dict[str, str]) -> None:
        name = local(element)
        seen[0] += 1
        too_many_elements(seen[0])
        if name == "si":
            said.clear()
        elif name == "rPh":
            state["reading"] = True
        elif name == "t":
            state["in"] = not state["reading"]

    def end(element: str) -> None:
        name = local(element)
        if name == "t":
            state["in"] = False
        elif name == "rPh":
            state["reading"] = False
        elif name == "si":
            text = "".join(said)
            book.counting.texts(len(text))
            book.strings.append(unescaped(text))

    def take(text: str) -> None:
        if state["in"]:
            said.append(text)
            too_long(said)

    parse(book.archive.pieces(part), start, end, take)


def unescaped(text: str) -> str:
    """_x000A_ is how a workbook writes a sign that XML cannot."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _read_formats(book: Book, part: str) -> None:
    if part not in book.archive:
        return
    own: dict[str, str] = {}
    inside = {"cellXfs": False}

    def start(element: str, said: dict[str, str]) -> None:
        name = local(element)
        if name == "numFmt":
            own[said.get("numFmtId", "")] = said.get("formatCode", "")
        elif name == "cellXfs":
            inside["cellXfs"] = True
        elif name == "xf" and inside["cellXfs"]:
            number = said.get("numFmtId", "0")
            book.formats.append(_format(number, own.get(number, "")))

    def end(element: str) -> None:
        if local(element) == "cellXfs":
            inside["cellXfs"] = False

    parse(book.archive.pieces(part, MOST_AROUND), start, end)


def _format(number: str, code: str) -> str | int | None:
    if code and set(code) == {"0"}:
        return len(code)
    if number.isascii() and number.isdigit() and int(number) in _DATES and not code:
        return "date"
    bare = _SPOKEN.sub("", code.split(";")[0]).lower()
    return "date" if re.search(r"[ymdhs年月日]", bare) else None


def from_serial(value: float, since_1904: bool) -> datetime | None:
    """A day as spreadsheets count them; those of 1900 believe that there was a 29th of February."""
    if not 1 <= value < _DAYS:
        return None
    if since_1904:
        return datetime(1904, 1, 1) + timedelta(days=value)
    return datetime(1899, 12, 31 if value < 60 else 30) + timedelta(days=value)


def column_of(letters: str) -> int:
    """A is 0, XFD 16,383."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and 0 < number <= 16_384):
        raise damaged()
    return number - 1
