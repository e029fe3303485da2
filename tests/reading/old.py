"""Old workbooks (.xls) made by hand: a container of streams, and records in one of them."""
import struct

from .making import records

_FREE, _CHAIN_END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def container(streams: dict[str, bytes]) -> bytes:
    """Each stream in sectors of its own, long enough not to be a small one."""
    table: list[int] = []
    body = b""
    entries = [_entry("Root Entry", 5, _CHAIN_END, 0, child=1)]
    for number, (name, said) in enumerate(streams.items(), 1):
        said = said.ljust(4_096, b"\x00")
        said += b"\x00" * (-len(said) % _SECTOR)
        first, count = len(table), len(said) // _SECTOR
        table += [*range(first + 1, first + count), _CHAIN_END]
        body += said
        entries.append(_entry(name, 2, first, len(said), right=number + 1 if number < len(streams) else _FREE))
    directory = b"".join(entries)
    directory += _entry("", 0, 0, 0) * (-len(entries) % 4)
    begin, count = len(table), len(directory) // _SECTOR
    table += [*range(begin + 1, begin + count), _CHAIN_END]
    body += directory
    place = len(table)
    table.append(_TABLE)
    sectors = struct.pack("<128I", *(table + [_FREE] * 128)[:128])
    head = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
            + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, begin, 0, 4096, _CHAIN_END, 0, _CHAIN_END, 0)
            + struct.pack("<109I", place, *[_FREE] * 108))
    return head + body + sectors


def _entry(name: str, kind: int, first: int, size: int, right: int = _FREE, child: int = _FREE) -> bytes:
    said = (name + "\0").encode("utf-16-le") if name else b""
    return said.ljust(64, b"\x00") + struct.pack(
        "<HBBIII16xI8x8xIII", len(said), kind, 1, _FREE, right, child, 0, first, size, 0)


def text(line: int, column: int, said: str) -> tuple[int, bytes]:
    return 0x0204, struct.pack("<HHHHB", line, column, 0, len(said), 1) + said.encode("utf-16-le")


def figure(line: int, column: int, value: float) -> tuple[int, bytes]:
    return 0x0203, struct.pack("<HHHd", line, column, 0, value)


def formula(line: int, column: int, value: float) -> tuple[int, bytes]:
    return 0x0006, struct.pack("<HHHdHIH", line, column, 0, value, 0, 0, 3) + b"\x1e\x01\x00"


def workbook(cells: list[tuple[int, bytes]], before: list[tuple[int, bytes]] | None = None, kind: int = 0) -> bytes:
    """The stream of a workbook with one sheet; `before` stands where the workbook's own facts do."""
    begin, end = (0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)), (0x000A, b"")
    name = "一".encode("utf-16-le")

    def whole(place: int) -> bytes:
        sheet = (0x0085, struct.pack("<IBBBB", place, 0, kind, 1, 1) + name)
        return records(begin, *(before or []), sheet, end)

    inner = (0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    return whole(len(whole(0))) + records(inner, *cells, end)
