"""Rows of registers that say the same: one sighting stands for them all, for as long as one of their registers is stored."""
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from workers.models import ListImport, ListRow

from ..models import Register, RegisterOutcome, Sighting

Key = tuple[Any, ...]
CHUNK = 2000


def key_of_row(row: ListRow) -> Key:
    """Rows that say the same have this in common."""
    said = row.values
    whole = bytes(row.identity_whole).hex() if row.identity_whole else ""
    return (said.get("name"), whole or said.get("last4", ""), said.get("phone", ""), said.get("seen_on"),
            said.get("place", ""), said.get("firm", ""))


def key_of(sighting: Sighting) -> Key:
    shown = sighting.identity_whole or sighting.identity_last4
    return (sighting.name, bytes(shown).hex() if shown else "", sighting.phone, sighting.seen_on.isoformat(),
            sighting.place, sighting.firm)


def said_again(register: Register, sightings: QuerySet[Sighting]) -> Iterator[list[tuple[Sighting, ListRow]]]:
    """Of some sightings of a register those that another stored one of the same office has too, with its row, in chunks."""
    others = ListImport.objects.filter(
        campaign=register.imported.campaign_id, state=ListImport.State.STORED, register__source=register.source,
        register__office=register.office).exclude(pk=register.imported_id)
    standing = list(others.values_list("pk", flat=True))
    ids = list(sightings.order_by("pk").values_list("pk", flat=True)) if standing else []
    for start in range(0, len(ids), CHUNK):
        some = list(Sighting.objects.filter(pk__in=ids[start:start + CHUNK]).order_by("pk"))
        rows = ListRow.objects.filter(
            imported__in=standing, outcome=ListRow.Outcome.UNCHANGED, sighting=None,
            values__name__in=list({sighting.name for sighting in some}))
        same = {key_of_row(row): row for row in rows.select_related("imported__register").order_by("-pk")}
        yield [(sighting, same[key_of(sighting)]) for sighting in some if key_of(sighting) in same]


def hand_over(register: Register) -> None:
    """What another stored register says too is from now on of that one: with its link, its questions and what it gave."""
    for pairs in said_again(register, register.sightings.all()):
        moved: dict[Register, list[int]] = {}
        for sighting, row in pairs:
            sighting.row, sighting.register = row, row.imported.register
            moved.setdefault(sighting.register, []).append(sighting.pk)
        Sighting.objects.bulk_update([sighting for sighting, _row in pairs], ["row", "register"], batch_size=1000)
        for other, ids in moved.items():
            RegisterOutcome.objects.filter(sighting__in=ids).update(register=other)
