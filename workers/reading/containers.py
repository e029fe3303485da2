"""Streams out of the container that old workbooks lie in (MS-CFB): each sector is followed once, so no chain is endless.

xlrd follows a chain that comes back to itself for ever.
"""
import struct
from dataclasses import dataclass

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # a sector's number is below
_ENTRY = 128


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    first: int
    size: int


class Container:
    """ValueError, IndexError or struct.error where it is broken."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise ValueError("sectors of no known size")
        self.size = 1 << shift
        facts = struct.unpack_from("<IIIIIIIII", data, 44)
        _tables, directory, _transaction, self.least, small_table, _smalls, more, _more_count, first = facts
        self.table = self._table([first, *struct.unpack_from("<108I", data, 80)], more)
        entries = self._chained(directory)
        self.entries = [_entry(entries[at : at + _ENTRY]) for at in range(0, len(entries) - _ENTRY + 1, _ENTRY)]
        self.small_table = _numbers(self._chained(small_table))
        root = next((entry for entry in self.entries if entry.kind == 5), None)
        self.small = self._chained(root.first)[: root.size] if root else b""

    @property
    def names(self) -> set[str]:
        return {entry.name.lower() for entry in self.entries if entry.kind in (1, 2)}

    def stream(self, name: str) -> bytes | None:
        for entry in self.entries:
            if entry.kind == 2 and entry.name.lower() == name.lower():
                if entry.size >= self.least:
                    return self._chained(entry.first)[: entry.size]
                parts = (self.small[at << 6 : (at + 1) << 6] for at in _chain(entry.first, self.small_table))
                return b"".join(parts)[: entry.size]
        return None

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def _table(self, places: list[int], more: int) -> list[int]:
        """The table of chains; where it lies is told in the head and, of large files, in a chain of its own."""
        seen: set[int] = set()
        while more < _LAST and more not in seen:
            seen.add(more)
            numbers = _numbers(self._sector(more))
            places += numbers[:-1]
            more = numbers[-1]
        table: list[int] = []
        for place in dict.fromkeys(place for place in places if place < _LAST):
            table += _numbers(self._sector(place))
        return table

    def _chained(self, first: int) -> bytes:
        return b"".join(map(self._sector, _chain(first, self.table)))


def _chain(first: int, table: list[int]) -> list[int]:
    found: list[int] = []
    seen = bytearray(len(table))
    while first < _LAST:
        if seen[first]:
            raise ValueError("a chain that comes back to itself")
        seen[first] = 1
        found.append(first)
        first = table[first]
    return found


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _entry(said: bytes) -> _Entry:
    length, kind = struct.unpack_from("<HB", said, 64)
    first, size = struct.unpack_from("<II", said, 116)
    return _Entry(said[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace"), kind, first, size)
