"""Columns without a heading that is understood, told by what they hold."""
from collections.abc import Callable, Mapping, Sequence

from .headings import Found
from .looks import looks_like_identity, looks_like_mobile, looks_like_name
from .shapes import Cell, Field, Row

_SAMPLE, _SHARE = 300, 0.6
_LOOKS: tuple[tuple[str, Callable[[Cell], bool]], ...] = (
    ("identity", looks_like_identity), ("phone", looks_like_mobile), ("name", looks_like_name))


def by_content(rows: Sequence[Row], found: Found, fields: Mapping[str, Field]) -> Found:
    """Adds numbers and phones to what the headings said; a name too, but only where there is no heading at all."""
    seen: dict[int, list[Cell]] = {}
    taken = set(found.columns.values()) | set(found.twice)
    for row in rows[:_SAMPLE]:
        for column, value in row.cells.items():
            if column not in taken:
                seen.setdefault(column, []).append(value)
    for kind, looks in _LOOKS:
        key = next((key for key, one in fields.items() if one.kind == kind), None)
        if key is None or key in found.columns or (kind == "name" and found.first >= 0):
            continue
        fits = [column for column, values in sorted(seen.items())
                if column not in found.columns.values() and sum(map(looks, values)) >= max(1, _SHARE * len(values))]
        if fits:
            found.columns[key] = fits[0]
            found.unknown = [column for column in found.unknown if column != fits[0]]
    return found
