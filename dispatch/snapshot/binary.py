"""PostgreSQL's binary COPY format and numpy: fixed-width columns without nulls pass through without a Python loop.

Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format". A stream is a 19-byte header, then for
each row a 16-bit count of fields and each field as a 32-bit length and its bytes, all big-endian, then a count of -1.
"""
import io
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = _SIGNATURE + bytes(8)
_TRAILER = b"\xff\xff"


class Cursor(Protocol):
    def copy_expert(self, sql: str, file: Any, size: int = ...) -> Any: ...


def _layout(types: Mapping[str, str]) -> np.dtype[Any]:
    """types: column to numpy type, e.g. {"id": "i8", "wage": "i4", "open": "?", "state": "S7"}."""
    fields: list[tuple[str, str]] = [("_count", ">i2")]
    for name, kind in types.items():
        fields += [(f"_{name}_bytes", ">i4"), (name, kind if kind[0] in "?S" else f">{kind}")]
    return np.dtype(fields)


def fetch(cursor: Cursor, sql: str, types: Mapping[str, str]) -> dict[str, NDArray[Any]]:
    """The columns of a query as native arrays; the query must cast each column to the type that is named for it.

    Raises ValueError where a row does not have that width, as with a null.
    """
    stream = io.BytesIO()
    cursor.copy_expert(f"COPY ({sql}) TO STDOUT (FORMAT binary)", stream, 1 << 20)
    view = stream.getbuffer()
    row = _layout(types)
    body = len(view) - len(_HEADER) - len(_TRAILER)
    if body % row.itemsize:
        raise ValueError("a row of the query is null or wider than its types say")
    rows = np.frombuffer(view, row, body // row.itemsize, len(_HEADER))
    for name in types:
        if len(rows) and (rows[f"_{name}_bytes"] != row[name].itemsize).any():
            raise ValueError(f"column {name} holds a null or another type than {types[name]}")
    return {name: rows[name].astype(row[name].newbyteorder("=")) for name in types}


def write(cursor: Cursor, table: str, columns: Mapping[str, tuple[str, NDArray[Any]]]) -> None:
    """Rows into a table; columns: name to (numpy type on the wire, values)."""
    row = _layout({name: kind for name, (kind, _) in columns.items()})
    count = len(next(iter(columns.values()))[1])
    rows = np.empty(count, row)
    rows["_count"] = len(columns)
    for name, (_, values) in columns.items():
        rows[f"_{name}_bytes"] = row[name].itemsize
        rows[name] = values
    names = ", ".join(columns)
    stream = io.BytesIO(b"".join((_HEADER, rows.tobytes(), _TRAILER)))
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", stream, 1 << 20)


def timestamps(minutes: NDArray[np.integer], epoch_minutes: int) -> NDArray[np.int64]:
    """Minutes since an epoch (itself minutes since 1970, UTC) as PostgreSQL counts: microseconds since 2000."""
    return (minutes.astype(np.int64) + epoch_minutes - MINUTES_1970_TO_2000) * 60_000_000


MINUTES_1970_TO_2000 = 10_957 * 24 * 60
