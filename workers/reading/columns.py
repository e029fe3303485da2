"""Columns told by what they hold: those without a heading that is understood, and those whose heading says too much."""
from collections.abc import Callable, Mapping, Sequence

from .headings import EXACT, Found, settle
from .looks import bare, looks_like_date, looks_like_identity, looks_like_mobile, looks_like_name
from .shapes import Cell, Field, Row

_SHARE = 0.6
_FOUND: tuple[tuple[str, Callable[[Cell], bool]], ...] = (
    ("identity", looks_like_identity), ("phone", looks_like_mobile), ("name", looks_like_name))


def _has_figures(value: Cell) -> bool:
    return any(sign.isdigit() for sign in bare(value))


# What a column must hold somewhere, unless its heading is certain.
_POSSIBLE: dict[str, Callable[[Cell], bool]] = {"identity": _has_figures, "phone": _has_figures, "date": looks_like_date}


def by_content(rows: Sequence[Row], found: Found, fields: Mapping[str, Field]) -> Found:
    """Numbers and telephones are known by themselves; a name is only where there is no heading at all."""
    seen: dict[int, list[Cell]] = {}
    for row in rows:
        for column, value in row.cells.items():
            if bare(value) or column in row.formulas:
                seen.setdefault(column, []).append(value)
    _weigh(seen, found, fields)
    for kind, looks in _FOUND:
        key = next((key for key, one in fields.items() if one.kind == kind), None)
        if key is None or key in found.columns or (kind == "name" and found.first >= 0):
            continue
        taken = {*found.columns.values(), *found.twice, *found.unwanted}
        fits = [column for column, values in sorted(seen.items())
                if column not in taken and sum(map(looks, values)) >= max(1, _SHARE * len(values))]
        if fits:
            found.columns[key] = fits[0]
            found.unknown = [column for column in found.unknown if column != fits[0]]
    return found


def _weigh(seen: Mapping[int, list[Cell]], found: Found, fields: Mapping[str, Field]) -> None:
    """Of two columns of one field an empty one loses; one that holds nothing of the kind is not understood."""
    wrong = {claim for claim in found.claims if claim.rank > EXACT and claim.column in seen and not any(
        map(_POSSIBLE.get(fields[claim.key].kind, bool), seen[claim.column]))}
    by_field: dict[str, list[int]] = {}
    for claim in found.claims:
        by_field.setdefault(claim.key, []).append(claim.column)
    empty = {claim for claim in found.claims if claim.column not in seen and any(
        column in seen for column in by_field[claim.key])}
    if not wrong and not empty:
        return
    found.unknown = sorted({*found.unknown, *(claim.column for claim in wrong)})
    kept = [claim for claim in found.claims if claim not in wrong and claim not in empty]
    lost = {claim.column: claim.key for claim in empty}
    found.claims = kept
    settle(found)
    found.twice.update(lost)
