"""Rows of lists into the database and back, many at once."""
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from laborbridge.copying import copy_rows

from ..models import ListImport, ListRow

CHUNK = 2000
_KEPT = ("outcome", "flagged", "remarks", "values", "worker_id", "registration_id", "changes")
_COLUMNS = ("imported_id", "sheet", "line", "identity_cipher", "identity_whole", *_KEPT)
_UPDATE = """
    UPDATE workers_listrow r
       SET outcome = j.outcome, flagged = j.flagged, remarks = j.remarks, values = j.values, worker_id = j.worker_id,
           registration_id = j.registration_id, changes = j.changes
      FROM judged_rows j WHERE j.id = r.id"""


def as_bytea(value: bytes | memoryview | None) -> str | None:
    return None if value is None else "\\x" + bytes(value).hex()


def as_json(value: Any) -> str:
    """PostgreSQL keeps every character but the one that ends texts in C."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\\u0000", "")


def _kept(row: ListRow) -> tuple[Any, ...]:
    return (row.outcome, row.flagged, as_json(row.remarks), as_json(row.values), row.worker_id, row.registration_id,
            as_json(row.changes))


def save_rows(rows: Iterable[ListRow]) -> None:
    """New rows by COPY, in their order; ids grow with it."""
    with connection.cursor() as cursor:
        copy_rows(cursor, "workers_listrow", _COLUMNS, (
            (row.imported_id, row.sheet, row.line, as_bytea(row.identity_cipher), as_bytea(row.identity_whole), *_kept(row))
            for row in rows
        ))


def chunks_of(imported: ListImport, wanted: Q | None = None) -> Iterator[list[ListRow]]:
    """The import's rows in the order of the file, so many at once."""
    last = 0
    while rows := list(ListRow.objects.filter(wanted or Q(), imported=imported, pk__gt=last).order_by("pk")[:CHUNK]):
        last = rows[-1].pk
        yield rows


class Noticed:
    """Rows as they were, so that only those that change are written."""

    def __init__(self, rows: Sequence[ListRow]) -> None:
        self.rows = rows
        self.before = [_kept(row) for row in rows]

    def save_changed(self) -> None:
        changed = [
            (row.pk, *now) for row, before in zip(self.rows, self.before, strict=True) if (now := _kept(row)) != before]
        if not changed:
            return
        with connection.cursor() as cursor:
            cursor.execute("""
                CREATE TEMPORARY TABLE judged_rows (
                  id bigint, outcome text, flagged boolean, remarks jsonb, values jsonb, worker_id bigint,
                  registration_id bigint, changes jsonb) ON COMMIT DROP""")
            copy_rows(cursor, "judged_rows", ("id", *_KEPT), changed)
            cursor.execute(_UPDATE)
            cursor.execute("DROP TABLE judged_rows")


def account_of(imported: ListImport) -> dict[str, int]:
    """How many rows there are of each outcome; together all rows."""
    Outcome = ListRow.Outcome
    return ListRow.objects.filter(imported=imported).aggregate(
        rows=Count("pk"), flagged=Count("pk", filter=Q(flagged=True)),
        **{outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome},
    )
