"""A sheet laid out on pages of A4: every text with its place, in millimetres, so that a page break is ours to choose.

A row is never broken, a group stays on one page where it fits, and each page repeats the heads and the section.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby

from django.utils.translation import gettext as _

from .glyphs import advances, printable
from .measure import fitted, width, wrapped
from .sheet import Cell, Column, Section, Sheet
from .typefaces import BOLD, REGULAR, font

_LONG, _SHORT, _MARGIN = 297.0, 210.0, 10.0
_TOP, _FOOT = 8.5, 11.5  # where the first line begins; what is kept free for the last
_TITLE, _BODY, _HEAD, _SMALL = 16.0, 10.5, 9.5, 8.5  # points
_LINE = 4.2  # millimetres from line to line of body text
_LARGE = 14 / 11  # of a list that is read at arm's length, in the dark
_BRACKET = 1.6
_PAD_X, _PAD_Y = 1.3, 0.8
_HEADING = 6.4
_TOGETHER = 3  # rows at least stand under a section's heading
_FEW = 6  # columns that an upright page has room for


@dataclass(slots=True)
class Page:
    """What is drawn on one page: texts (x, y, points, weight, side, text), lines, thick lines, boxes to tick, shades."""

    texts: list[tuple[float, float, float, str, str, str]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    thick: list[tuple[float, float, float, float]] = field(default_factory=list)
    ticks: list[tuple[float, float]] = field(default_factory=list)
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    lines: list[list[str]]
    group: int
    height: float
    weight: str = "regular"


def is_wide(sheet: Sheet) -> bool:
    return len(sheet.columns) > _FEW


def pages_of(sheet: Sheet) -> list[Page]:
    return _Layout(sheet).pages


class _Layout:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width, self.height = (_LONG, _SHORT) if is_wide(sheet) else (_SHORT, _LONG)
        scale = _LARGE if sheet.is_large else 1.0
        self.body, self.head, self.line, self.heading_room = (
            points * scale for points in (_BODY, _HEAD, _LINE, _HEADING))
        self.room, self.bottom = self.width - 2 * _MARGIN, self.height - _FOOT
        self.fonts = {"regular": advances(font(REGULAR)), "bold": advances(font(BOLD))}
        self.measured: dict[str, float] = {}
        self.pages: list[Page] = []
        self.columns: Sequence[Column] = ()
        self.heading = ""
        self._turn()
        self._table(sheet.columns, [section for section in sheet.sections if not section.columns], sheet.total)
        for section in sheet.sections:
            if section.columns:
                self.y += 4
                self._table(section.columns, [section], ())
        self._feet()

    def _shown(self, cell: Cell) -> str:
        return f"{cell:,}" if isinstance(cell, int) else printable(cell, self.fonts["regular"])

    # --- a page ---

    def _turn(self) -> None:
        """To a new page, which repeats what it goes on with."""
        self.page, self.y = Page(), _TOP
        self.pages.append(self.page)
        if len(self.pages) == 1:
            self._say(self.sheet.title, _TITLE, "bold", 8)
            self._say("  ·  ".join([*self.sheet.facts, self.sheet.edition.campaign]), self.body, "regular", self.line + 0.4)
            self.y += 1
        else:
            self._put(_MARGIN, self.y - 2.5, self._shown(self.sheet.title), _SMALL)
            self._put(self.width - _MARGIN, self.y - 2.5, self._shown(self.sheet.edition.campaign), _SMALL, side="right")
            self.y += 3

    def _say(self, text: str, points: float, weight: str, line: float) -> None:
        for part in wrapped(self._shown(text), self.room, points, self.fonts[weight]):
            self._put(_MARGIN, self.y, part, points, weight)
            self.y += line

    def _put(self, x: float, y: float, text: str, points: float, weight: str = "regular", side: str = "left") -> None:
        if text:
            self.page.texts.append((round(x, 2), round(y, 2), points, weight, side, text))

    def _feet(self) -> None:
        edition, y = self.sheet.edition, self.height - 8
        for number, page in enumerate(self.pages, 1):
            self.page = page
            self._put(_MARGIN, y, edition.version, _SMALL)
            middle = self.width / 2 - width(self._shown(edition.printed), _SMALL, self.fonts["regular"]) / 2
            self._put(middle, y, edition.printed, _SMALL)
            said = _("Page {n} of {m}").format(n=number, m=len(self.pages))
            self._put(self.width - _MARGIN, y, said, _SMALL, side="right")

    # --- a table ---

    def _table(self, columns: Sequence[Column], sections: Sequence[Section], total: Sequence[Cell]) -> None:
        """Nothing where a sheet has no section in its own columns and no word for that."""
        empty = self.sheet.empty if columns is self.sheet.columns and not self.sheet.rows else ""
        if not sections and not total and not empty:
            return
        self.columns, self.heading = columns, ""
        self._set_widths(sections, total)
        self.heads = self._row([column.heading for column in columns], "bold", self.head)
        first = next((self._heights(section) for section in sections), self.line)
        if self.y + self.heads.height + first > self.bottom:
            self._turn()
        self._draw_heads()
        if empty:
            self._draw_heading(empty)
        for section in sections:
            self._section(section)
        if total:
            self._draw_together([self._row(total, "bold")])
        self._close()

    def _set_widths(self, sections: Sequence[Section], total: Sequence[Cell]) -> None:
        rows = [[column.heading for column in self.columns], *(row for section in sections for row in section.rows)]
        rows += [row for row in (total, *(section.total for section in sections)) if row]
        wants = [[self._width(cell) + column.is_group * _BRACKET + 2 * _PAD_X + 0.1 for cell in cells]
                 for column, cells in zip(self.columns, zip(*rows, strict=True), strict=True)]
        for column, texts in zip(self.columns, wants, strict=True):
            if column.is_tick:
                texts[:] = [column.width]
        widths = fitted([column.width for column in self.columns], [column.is_whole for column in self.columns], wants,
                        self.room)
        self.places = list(zip(accumulate([0.0, *widths[:-1]]), widths, strict=True))
        self.rooms = [room - 2 * _PAD_X - column.is_group * _BRACKET
                      for room, column in zip(widths, self.columns, strict=True)]

    def _width(self, cell: Cell) -> float:
        """In bold, which is the wider; heads and sums have room in it as well."""
        text = self._shown(cell)
        if text not in self.measured:
            self.measured[text] = width(text, self.body, self.fonts["bold"])
        return self.measured[text]

    def _heights(self, section: Section) -> float:
        """Of a section's heading with the rows that must stand under it."""
        return self.heading_room + sum(row.height for row in next(self._blocks(section), [])[:_TOGETHER])

    def _section(self, section: Section) -> None:
        self.heading = ""
        if self.y + self._heights(section) > self.bottom:
            self._next_page()
        self._draw_heading(section.heading)
        self.heading = section.heading
        for block in self._blocks(section):
            self._draw_together(block)
        if section.total:
            self._draw_together([self._row(section.total, "bold")])

    def _blocks(self, section: Section) -> Iterator[list[_Row]]:
        """A row alone, or all rows of a group."""
        groups = section.groups or [0] * len(section.rows)
        for group, found in groupby(zip(groups, section.rows, strict=True), key=lambda pair: pair[0]):
            rows = (self._row(row, group=group) for _group, row in found)
            if group:
                yield list(rows)
            else:
                yield from ([row] for row in rows)

    def _row(self, cells: Sequence[Cell], weight: str = "regular", points: float = 0.0, group: int = 0) -> _Row:
        lines = [wrapped(self._shown(cell), room, points or self.body, self.fonts[weight])
                 for cell, room in zip(cells, self.rooms, strict=True)]
        return _Row(lines, group, max(map(len, lines)) * self.line + 2 * _PAD_Y, weight)

    def _draw_together(self, rows: Sequence[_Row]) -> None:
        """On this page, on the next, or, where no page has room for all of them, row by row."""
        needed = sum(row.height for row in rows)
        fits_a_page = needed <= self.bottom - _TOP - 3 - self.heads.height - self.heading_room
        if self.y + needed > self.bottom and fits_a_page:
            self._next_page()
        begun = self.y
        for row in rows:
            if self.y + row.height > self.bottom:
                self._bracket(row.group, begun)
                self._next_page()
                begun = self.y
            self._draw_row(row, self.body)
        self._bracket(rows[0].group, begun)

    def _next_page(self) -> None:
        self._close()
        self._turn()
        self._draw_heads()
        if self.heading:
            self._draw_heading(_("%(heading)s (continued)") % {"heading": self.heading})

    # --- ink ---

    def _draw_heads(self) -> None:
        self.began = self.y
        self._rule()
        self._draw_row(self.heads, self.head)
        self._rule()

    def _draw_heading(self, text: str) -> None:
        self._close()
        for line in wrapped(self._shown(text), self.room - 2 * _PAD_X, self.body, self.fonts["bold"]):
            self.page.shades.append((_MARGIN, round(self.y, 2), self.room, self.heading_room))
            self._put(_MARGIN + _PAD_X, self.y + (self.heading_room - self.line) / 2 + 0.2, line, self.body, "bold")
            self.y += self.heading_room
        self._close(inner=False)
        self._rule()

    def _draw_row(self, row: _Row, points: float) -> None:
        for lines, column, (at, room) in zip(row.lines, self.columns, self.places, strict=True):
            x, side = _MARGIN + at + _PAD_X, "left"
            if column.is_number:
                x, side = _MARGIN + at + room - _PAD_X, "right"
            if column.is_group and row.group:
                x += _BRACKET
            for number, line in enumerate(lines):
                self._put(x, self.y + _PAD_Y + number * self.line + 0.2, line, points, row.weight, side)
            if column.is_tick and row.weight == "regular":
                self.page.ticks.append((round(x, 2), round(self.y + _PAD_Y + 0.1, 2)))
        self.y += row.height
        self._rule()

    def _bracket(self, group: int, begun: float) -> None:
        """Along the rows of a group, whose first row begins at this height."""
        place = next((at for (at, _room), column in zip(self.places, self.columns, strict=True) if column.is_group), None)
        if not group or place is None or begun >= self.y:
            return
        x, top, end = round(_MARGIN + place + 1.1, 2), round(begun + 0.9, 2), round(self.y - 0.9, 2)
        self.page.thick += [(x + 1, top, x, top), (x, top, x, end), (x, end, x + 1, end)]

    def _rule(self) -> None:
        self.page.lines.append((_MARGIN, round(self.y, 2), round(_MARGIN + self.room, 2), round(self.y, 2)))

    def _close(self, inner: bool = True) -> None:
        """Lines down to here at the sides, and between the columns where there are any."""
        if self.y > self.began:
            sides = [0.0, self.room]
            for at in [*sides, *(at for at, _room in self.places[1:])] if inner else sides:
                x = round(_MARGIN + at, 2)
                self.page.lines.append((x, round(self.began, 2), x, round(self.y, 2)))
        self.began = self.y
