"""Who travels together, from what a list says of it."""
import re
import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ...models import ListImport

_APART = re.compile(r"[、,;/\s和与]+")
_NAME = re.compile(r"[^\W\d_]{2,6}")
_LONGEST = 40


def group_ref(imported: ListImport, values: Mapping[str, Any]) -> str:
    """One reference for all rows of a group: companions' names with one's own, else the number that the list gives it.

    It is the sender's and the village's: another list of the same people names the same group, and two villages'
    group 1 stay two groups.
    """
    said = unicodedata.normalize("NFKC", values.get("group", "")).strip()
    if not said:
        return ""
    names = [part for part in _APART.split(said) if part]
    place = values.get("village_id") or values["township_id"]
    if all(_NAME.fullmatch(name) and "组" not in name and "户" not in name for name in names):
        label = "、".join(sorted({*names, values["name"]}))
    else:
        label = "".join(said.split())
    ref = f"{imported.sender_id}-{place}-{label}"
    return ref if len(ref) <= _LONGEST else f"{ref[:_LONGEST - 9]}-{sha256(ref.encode()).hexdigest()[:8]}"
