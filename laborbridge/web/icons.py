"""Tabler's icons, drawn into the page: no request for each, and they take the text's colour."""
import re
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static" / "vendor" / "icons"


@cache
def drawing(name: str) -> str:
    """The svg of one icon, hidden from screen readers since the words beside it say the same."""
    path = FOLDER / f"{name}.svg"
    if not path.exists():
        raise FileNotFoundError(f"icon {name!r}: no {path}. List it in static/icons.txt and run bin/start once.")
    svg = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    inside = re.sub(r"\s+", " ", svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]).strip()
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{inside}</svg>'
    )
