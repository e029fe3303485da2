"""A sheet as a workbook: A4, its heading on each page. A list is bounded by its trip; temporary files would cost half."""
import io
from collections.abc import Sequence
from math import ceil
from unicodedata import east_asian_width

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .sheet import Cell, Column, Sheet

_A4 = 9
_FONT = "Microsoft YaHei"
_PER_MM = 0.5  # a column's width in characters, of a millimetre
_LONG, _SHORT = 277, 190  # millimetres of A4 between its margins
_LINE = 17.0  # points
_LARGE = 14 / 11  # large type, of the usual one


def write(sheet: Sheet) -> bytes:
    """The same sheet gives the same bytes: times inside are those of the print, of the zip fixed ones."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.title, "comments": sheet.edition.version,
                         "created": timezone.localtime(sheet.edition.printed_at).replace(tzinfo=None)})
    page = book.add_worksheet()
    formats = {name: book.add_format({"font_name": _FONT, "font_size": 10.5, **look}) for name, look in _LOOKS.items()}
    if sheet.is_large:
        page.set_default_row(_LINE * _LARGE)
        for look in formats.values():
            look.set_font_size(look.font_size * _LARGE)
    _set_page(page, sheet)
    last = len(sheet.columns) - 1
    page.merge_range(0, 0, 0, last, sheet.title, formats["title"])
    facts = "  ·  ".join([*sheet.facts, sheet.edition.campaign, sheet.edition.version, sheet.edition.printed])
    page.merge_range(1, 0, 1, last, facts, formats["facts"])
    page.set_row(0, 28)
    page.set_row(1, _LINE * _lines([facts], [sum(_widths(sheet))]))
    for place, column in enumerate(sheet.columns):
        page.write_string(2, place, column.heading, formats["head_number" if column.is_number else "head"])
    page.set_row(2, _LINE + 3)
    _write_rows(page, sheet, formats)
    book.close()
    return out.getvalue()


_BORDER = {"border": 1, "text_wrap": True, "valign": "vcenter"}
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16},
    "facts": {"text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 2, **_BORDER},
    "head_number": {"bold": True, "align": "right", **_BORDER},
    "section": {"bold": True, "font_size": 12, **_BORDER},
    "text": _BORDER,
    "number": {"align": "right", "num_format": "#,##0", **_BORDER},
    # A thick frame around the cells of one group.
    **{f"group_{part}": {**_BORDER, "left": 5, "right": 5, "bg_color": "#EDEDED", **edges} for part, edges in {
        "first": {"top": 5}, "inner": {}, "last": {"bottom": 5}, "only": {"top": 5, "bottom": 5}}.items()},
    "tick": {"align": "center", "font_size": 14, **_BORDER},
    "total": {"bold": True, **_BORDER},
    "total_number": {"bold": True, "align": "right", "num_format": "#,##0", **_BORDER},
}


def _set_page(page: Worksheet, sheet: Sheet) -> None:
    page.set_paper(_A4)
    if _is_wide(sheet):
        page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.freeze_panes(3, 0)
    edition = f"{sheet.edition.version}  {sheet.edition.printed}"
    page.set_footer(f"&L{edition}&R&P / &N")
    for place, width in enumerate(_widths(sheet)):
        page.set_column(place, place, width)


def _widths(sheet: Sheet) -> list[float]:
    """In characters; one column takes what the others leave of the page."""
    rest = (_LONG if _is_wide(sheet) else _SHORT) - sum(column.width for column in sheet.columns)
    return [(column.width or rest) * _PER_MM for column in sheet.columns]


def _is_wide(sheet: Sheet) -> bool:
    return len(sheet.columns) > 6


def _lines(row: Sequence[Cell], widths: Sequence[float]) -> int:
    """How many lines the fullest cell takes: programs do not all make room for wrapped text by themselves."""
    spans = (sum(2 if east_asian_width(sign) in "WF" else 1 for sign in str(cell)) for cell in row)
    return max(ceil((span + 1) / width) for span, width in zip(spans, widths, strict=True))


def _write_rows(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    line, last, scale = 3, len(sheet.columns) - 1, _LARGE if sheet.is_large else 1
    widths = [width / scale for width in _widths(sheet)]
    own = [(place, place) for place in range(last + 1)]
    if not sheet.rows and sheet.empty:
        page.merge_range(line, 0, line, last, sheet.empty, formats["section"])
        line += 1
    for section in sheet.sections:
        page.merge_range(line, 0, line, last, section.heading, formats["section"])
        page.set_row(line, _LINE * scale + 3)
        line += 1
        columns = section.columns or sheet.columns
        spans = _spans(section.columns, widths) if section.columns else own
        if section.columns:
            _write_row(page, line, [column.heading for column in columns], columns, spans, formats, "head")
            line += 1
        wide = [sum(widths[first : end + 1]) for first, end in spans]
        for number, row in enumerate(section.rows):
            page.set_row(line, _LINE * scale * _lines(row, wide))
            _write_row(page, line, row, columns, spans, formats, "", _part(section.groups, number))
            line += 1
        if section.total:
            _write_row(page, line, section.total, columns, spans, formats, "total")
            line += 1
    if sheet.total:
        _write_row(page, line, sheet.total, sheet.columns, own, formats, "total")


def _part(groups: Sequence[int], number: int) -> str:
    """Which part of a group a row is; a group of one, the others of which are elsewhere, is framed as well."""
    if not groups or not groups[number]:
        return ""
    before = number > 0 and groups[number - 1] == groups[number]
    after = number + 1 < len(groups) and groups[number + 1] == groups[number]
    return {(False, True): "first", (True, True): "inner", (True, False): "last", (False, False): "only"}[before, after]


def _spans(columns: Sequence[Column], widths: Sequence[float]) -> list[tuple[int, int]]:
    """First and last column of the page for each of a section's own: as many as its width asks for.

    Text is merged over them; a column is never wider on paper than the page's own.
    """
    spans: list[tuple[int, int]] = []
    place = 0
    for number, column in enumerate(columns, 1):
        furthest = max(place, len(widths) - 1 - (len(columns) - number))
        asked = column.width * _PER_MM or sum(widths)
        last = place
        if number == len(columns) and not column.is_number:
            last = furthest
        while last < furthest and sum(widths[place : last + 1]) < asked:
            last += 1
        spans.append((place, last))
        place = last + 1
    return spans


def _write_row(
    page: Worksheet, line: int, row: Sequence[Cell], columns: Sequence[Column], spans: Sequence[tuple[int, int]],
    formats: dict[str, Format], kind: str, part: str = "",
) -> None:
    for cell, column, (first, last) in zip(row, columns, spans, strict=True):
        number = column.is_number and kind in ("head", "total")
        look = formats[f"{kind}_number" if number else kind or ("number" if isinstance(cell, int) else "text")]
        if column.is_group and part:
            look = formats[f"group_{part}"]
        if last > first:
            page.merge_range(line, first, line, last, "", look)
        if isinstance(cell, int):
            page.write_number(line, first, cell, look)
        elif column.is_tick and not kind:
            page.write_string(line, first, "☐", formats["tick"])
        else:
            # A text stays a text, whatever it begins with.
            page.write_string(line, first, cell, look)
