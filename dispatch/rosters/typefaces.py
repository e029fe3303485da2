"""The fonts of printed lists, which bin/start fetches; without them a list would print blank boxes."""
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from laborbridge.rules import RuleBroken

REGULAR, BOLD = settings.PRINT_FONTS


class FontsMissing(RuleBroken):
    """A list is then not printed at all; says which and what to do."""


def font(name: str) -> Path:
    return Path(settings.FONTS_DIR) / name


def missing_fonts() -> list[str]:
    return [name for name in (REGULAR, BOLD) if not font(name).is_file()]


def must_have_fonts() -> None:
    if missing := missing_fonts():
        raise FontsMissing(_("%(files)s is missing in %(folder)s. Run bin/start once; it fetches the fonts.") % {
            "files": ", ".join(missing), "folder": settings.FONTS_DIR})
