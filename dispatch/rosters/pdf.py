"""A sheet as PDF, with its fonts inside."""
import json
from functools import cache
from pathlib import Path
from threading import Lock

import typst
from django.conf import settings
from django.utils.translation import get_language

from .glyphs import advances, printable
from .layout import is_wide, pages_of
from .sheet import Sheet
from .typefaces import REGULAR, font, must_have_fonts

_TEMPLATE = Path(__file__).with_name("roster.typ")
_one_at_a_time = Lock()  # the compiler refuses a second thread


@cache
def _compiler() -> typst.Compiler:
    """Kept, since it reads the fonts: 21 MB. Those of the machine are left out, so that all machines print the same."""
    return typst.Compiler(
        str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=[str(settings.FONTS_DIR)], ignore_system_fonts=True,
        sys_inputs={},
    )


def write(sheet: Sheet) -> bytes:
    """The same sheet gives the same bytes."""
    must_have_fonts()
    told = {
        "title": printable(sheet.title, advances(font(REGULAR))), "wide": is_wide(sheet),
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "pages": [{"texts": page.texts, "lines": page.lines, "thick": page.thick, "ticks": page.ticks,
                   "shades": page.shades} for page in pages_of(sheet)],
    }
    with _one_at_a_time:
        made = _compiler().compile(format="pdf", sys_inputs={"sheet": json.dumps(told)}, timestamp=0, pdf_tags=False)
    assert isinstance(made, bytes)
    return made
