"""Rows into a table by COPY, while they are made."""
import io
from collections.abc import Iterable
from typing import Any, Protocol

from django.db import connection

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_COPY_CHUNK = 1 << 16


class Cursor(Protocol):
    """What is used of a psycopg2 cursor."""

    def execute(self, sql: str, params: Any = None) -> Any: ...
    def copy_expert(self, sql: str, file: Any, size: int = ...) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...


class CopyStream(io.RawIOBase):
    """Lets COPY read rows while they are made, so that memory does not grow with them."""

    def __init__(self, rows: Iterable[Iterable[object]]) -> None:
        self._lines = (self._line(row) for row in rows)
        self._rest = b""

    @staticmethod
    def _line(row: Iterable[object]) -> bytes:
        fields = ("\\N" if v is None else str(v).translate(_ESCAPES) for v in row)
        return ("\t".join(fields) + "\n").encode()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, have = [self._rest], len(self._rest)
        while size < 0 or have < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            have += len(line)
        all_of_it = b"".join(parts)
        cut = len(all_of_it) if size < 0 else size
        self._rest = all_of_it[cut:]
        return all_of_it[:cut]


def copy_rows(cursor: Cursor, table: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    names = ", ".join(f'"{c}"' for c in columns)
    # The driver's own method: its errors would be none of Django's, and a broken rule without words.
    with connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", CopyStream(rows), _COPY_CHUNK)


def next_id(table: str) -> str:
    return f"nextval(pg_get_serial_sequence('{table}', 'id')::regclass)"
