"""Characters that the font of printed lists does not have: they are named by their number, never printed as a box."""
import struct
from functools import cache
from pathlib import Path


@cache
def characters(font: Path) -> frozenset[int]:
    """The code points of a TrueType font: its table cmap, subtable of format 12 (OpenType 1.9, section cmap)."""
    data = font.read_bytes()
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in
              range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)}
    start = tables[b"cmap"]
    for entry in range(struct.unpack_from(">H", data, start + 2)[0]):
        table = start + struct.unpack_from(">HHI", data, start + 4 + 8 * entry)[2]
        if struct.unpack_from(">H", data, table)[0] == 12:
            groups = struct.unpack_from(">I", data, table + 12)[0]
            spans = (struct.unpack_from(">II", data, table + 16 + 12 * group) for group in range(groups))
            return frozenset(code for first, last in spans for code in range(first, last + 1))
    raise ValueError(f"{font} has no cmap of format 12")


def printable(text: str, font: Path) -> str:
    """𠮷 becomes [U+20BB7] where the font lacks it: a reader can look it up, and no two names look alike."""
    known = characters(font)
    if all(ord(sign) in known for sign in text):
        return text
    return "".join(sign if ord(sign) in known else f"[U+{ord(sign):04X}]" for sign in text)
