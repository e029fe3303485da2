"""The workbook for a carrier: whole numbers to read, and room for what the carrier gives back."""
import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

import xlsxwriter
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .sheet import Edition

_FONT = "Microsoft YaHei"
_LINE = 19.0
# What is read again from a workbook that comes back, by the heading that it has in either language.
FILLED = {
    "code": gettext_noop("Code"), "coach": gettext_noop("Coach"), "seat": gettext_noop("Seat"),
    "number": gettext_noop("Ticket number"),
}
CREW = {
    "plate": gettext_noop("Plate"), "driver": gettext_noop("Driver"), "phone": gettext_noop("Driver's telephone"),
}
# Column, its width in characters, and whether the carrier writes in it.
_COLUMNS = (
    (gettext_noop("No."), 6, False), (gettext_noop("Name"), 24, False), (gettext_noop("Document"), 16, False),
    (gettext_noop("Document number"), 22, False), (gettext_noop("Telephone"), 30, False),
    (gettext_noop("Gets on"), 27, False), (gettext_noop("Gets off"), 27, False),
    (gettext_noop("Planned seat"), 16, False), (FILLED["coach"], 9, True), (FILLED["seat"], 9, True),
    (FILLED["number"], 18, True), (FILLED["code"], 10, False),
)
_HEADING = 3  # the line of the headings, from 0


@dataclass(frozen=True, slots=True)
class Named:
    """One person with the whole number, and what the carrier has given so far."""

    name: str
    document: str
    number: str
    phone: str
    board: str
    alight: str
    ours: str
    coach: str
    seat: str
    ticket: str
    code: str


@dataclass(frozen=True, slots=True)
class NameSheet:
    title: str
    facts: Sequence[str]
    people: Sequence[Named]
    plate: str
    driver: str
    phone: str
    edition: Edition


def said_in_all_languages(text: str) -> set[str]:
    """A heading as any of the languages says it: the workbook comes back in that of whoever took it."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(_(text))
    return found


def write(sheet: NameSheet) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.title, "comments": sheet.edition.version,
                         "created": timezone.localtime(sheet.edition.printed_at).replace(tzinfo=None)})
    looks = {name: book.add_format({"font_name": _FONT, "font_size": 11, **look}) for name, look in _LOOKS.items()}
    _write_people(book.add_worksheet(_("Names")), sheet, looks)
    _write_crew(book.add_worksheet(_("Vehicle and driver")), sheet, looks)
    for page in book.worksheets():
        page.set_footer(f"&L{sheet.edition.version}  {sheet.edition.printed}&R&P / &N")
    book.close()
    return out.getvalue()


_CELL = {"border": 1, "text_wrap": True, "valign": "vcenter"}
# A cell that the carrier writes in is of text, so that 05 stays 05.
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16}, "facts": {"text_wrap": True, "valign": "top"},
    "ask": {"text_wrap": True, "valign": "top", "bold": True},
    "head": {"bold": True, **_CELL}, "head_fill": {"bold": True, "bg_color": "#FFE9A8", **_CELL},
    "text": {"num_format": "@", **_CELL}, "fill": {"num_format": "@", "bg_color": "#FFF8DC", **_CELL},
    "number": {"align": "center", **_CELL},
}


def _write_people(page: Worksheet, sheet: NameSheet, looks: dict[str, Format]) -> None:
    widths, last = [width for _heading, width, _fill in _COLUMNS], len(_COLUMNS) - 1
    _set_page(page, widths)
    facts = "  ·  ".join(fact for fact in [*sheet.facts, sheet.edition.version, sheet.edition.printed] if fact)
    ask = _("Please fill in the yellow columns and the second sheet, and send this workbook back. "
            "Leave the codes as they are; a cell left empty takes nothing away.")
    for line, text, look in ((0, sheet.title, "title"), (1, facts, "facts"), (2, ask, "ask")):
        page.merge_range(line, 0, line, last, text, looks[look])
        page.set_row(line, 28 if line == 0 else _LINE * _lines([text], [sum(widths)]))
    for place, (heading, _width, fill) in enumerate(_COLUMNS):
        page.write_string(_HEADING, place, _(heading), looks["head_fill" if fill else "head"])
    for number, person in enumerate(sheet.people, 1):
        line = _HEADING + number
        row = [person.name, person.document, person.number, person.phone, person.board, person.alight, person.ours,
               person.coach, person.seat, person.ticket, person.code]
        page.set_row(line, _LINE * _lines(row, widths[1:]))
        page.write_number(line, 0, number, looks["number"])
        for place, text in enumerate(row, 1):
            _write(page, line, place, text, looks["fill" if _COLUMNS[place][2] else "text"])


def _write(page: Worksheet, line: int, place: int, text: str, look: Format) -> None:
    """A text stays a text, whatever it begins with."""
    if text:
        page.write_string(line, place, text, look)
    else:
        page.write_blank(line, place, None, look)


def _set_page(page: Worksheet, widths: Sequence[int]) -> None:
    page.set_paper(9)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADING)
    page.freeze_panes(_HEADING + 1, 2)
    for place, width in enumerate(widths):
        page.set_column(place, place, width)


def _write_crew(page: Worksheet, sheet: NameSheet, looks: dict[str, Format]) -> None:
    page.set_paper(9)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 40)
    for line, (key, given) in enumerate((("plate", sheet.plate), ("driver", sheet.driver), ("phone", sheet.phone))):
        page.set_row(line, 28)
        page.write_string(line, 0, _(CREW[key]), looks["head_fill"])
        _write(page, line, 1, given, looks["fill"])


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    """How many lines the fullest cell takes: programs do not all make room for wrapped text by themselves."""
    spans = (sum(2 if east_asian_width(sign) in "WF" else 1 for sign in cell) for cell in row)
    return max(ceil((span + 1) / width) for span, width in zip(spans, widths, strict=True))
