"""A sheet as PDF, with its fonts inside."""
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .glyphs import printable
from .sheet import Cell, Column, Section, Sheet

_TEMPLATE = Path(__file__).with_name("roster.typ")
_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


class FontsMissing(Exception):
    """Without its fonts a list would print blank boxes, so it is not printed at all."""


@cache
def _compiler() -> typst.Compiler:
    """Kept, since it reads the fonts: 21 MB. Those of the machine are left out, so that all machines print the same."""
    missing = [name for name in _FONTS if not (settings.FONTS_DIR / name).exists()]
    if missing:
        raise FontsMissing(_("%(files)s is missing in %(folder)s. Run bin/start once; it fetches the fonts.") % {
            "files": ", ".join(missing), "folder": settings.FONTS_DIR})
    return typst.Compiler(
        str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=[str(settings.FONTS_DIR)], ignore_system_fonts=True,
        sys_inputs={},
    )


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else printable(cell, settings.FONTS_DIR / _FONTS[0])


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [{"heading": column.heading, "width": column.width, "number": column.is_number, "tick": column.is_tick}
            for column in columns]


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": _shown(section.heading), "columns": _columns(section.columns),
        "rows": [[_shown(cell) for cell in row] for row in section.rows],
        "total": [_shown(cell) for cell in section.total],
    }


def write(sheet: Sheet) -> bytes:
    """The same sheet gives the same bytes."""
    compiler = _compiler()
    told = {
        "title": _shown(sheet.title), "facts": [_shown(fact) for fact in sheet.facts],
        "campaign": _shown(sheet.edition.campaign),
        "version": sheet.edition.version, "printed": sheet.edition.printed, "page": _("Page {n} of {m}"),
        "lang": "zh" if (get_language() or "").startswith("zh") else "en", "wide": len(sheet.columns) > 6,
        "columns": _columns(sheet.columns), "sections": [_section(section) for section in sheet.sections],
        "empty": "" if sheet.rows else sheet.empty, "total": [_shown(cell) for cell in sheet.total],
    }
    made = compiler.compile(format="pdf", sys_inputs={"sheet": json.dumps(told)}, timestamp=0, pdf_tags=False)
    assert isinstance(made, bytes)
    return made
