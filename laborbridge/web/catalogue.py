"""All texts that users see, read from the sources, and the Chinese catalogue beside them."""
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

APPS = ("laborbridge", "workers", "jobs", "transport", "dispatch")
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def chinese() -> Path:
    return Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[str, str]]:
    """Each file's path and its text as Python; a template becomes what Django makes of it for this end."""
    root = Path(settings.BASE_DIR)
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            yield str(path.relative_to(root)), path.read_text(encoding="utf-8")
    for path in sorted((root / "templates").rglob("*.html")):
        yield str(path.relative_to(root)), template.templatize(path.read_text(encoding="utf-8"))


def texts() -> Catalog:
    """What the sources say, each text once, with the files that say it."""
    found = Catalog(locale="zh_Hans", domain="django", charset="utf-8", fuzzy=False)
    for name, source in _sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            found.add(message, locations=[(name, 0)], context=context)
    return found


def translated() -> Catalog:
    with chinese().open("rb") as file:
        return read_po(file, locale="zh_Hans", domain="django")


def missing() -> list[str]:
    """Texts without a Chinese translation, and translations that somebody has marked as a guess."""
    have = translated()
    wanting = []
    for message in texts():
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        there = have.get(key, message.context)
        said: Any = there.string if there and not there.fuzzy else ""
        if not said or not all(said):
            wanting.append(key)
    return wanting


def _empty() -> Catalog:
    """With a header that says nothing of the day on which it was written: equal texts, equal file."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale="zh_Hans", domain="django", charset="utf-8", fuzzy=False, project="LaborBridge", version="1",
        header_comment="# LaborBridge in Chinese, in the words of labour bureaus.", creation_date=start,
        revision_date=start, last_translator="LaborBridge", language_team="LaborBridge", msgid_bugs_address="-",
    )


def renew() -> Catalog:
    """The catalogue with new texts added, empty, and those that nothing says any more taken out."""
    before = translated() if chinese().exists() else _empty()
    renewed = _empty()
    for message in texts():
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            there = before.get(key, message.context)
            string = there.string if there and isinstance(there.id, str) == isinstance(message.id, str) else None
            renewed.add(message.id, string, context=message.context)
    chinese().parent.mkdir(parents=True, exist_ok=True)
    with chinese().open("wb") as file:
        write_po(file, renewed, width=110, sort_output=True, no_location=True)
    return renewed
