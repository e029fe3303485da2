"""What the font of printed lists has: a character that it lacks is named by its number, never printed as a box."""
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path


@cache
def advances(font: Path) -> Mapping[int, float]:
    """How far each character of a TrueType font moves the pen, in ems (OpenType 1.9, tables cmap, head, hhea, hmtx)."""
    data = font.read_bytes()
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in
              range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)}
    em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    measured = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    # Each glyph has its advance and its bearing; those after the last have its advance.
    widths = struct.unpack_from(f">{2 * measured}H", data, tables[b"hmtx"])[::2]
    return {code: widths[min(glyph, measured - 1)] / em
            for first, last, start in _groups(data, tables[b"cmap"], font)
            for glyph, code in enumerate(range(first, last + 1), start)}


def _groups(data: bytes, cmap: int, font: Path) -> Iterator[tuple[int, int, int]]:
    """First and last character and first glyph of each group of the subtable of format 12."""
    for entry in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * entry)[2]
        if struct.unpack_from(">H", data, table)[0] == 12:
            for group in range(struct.unpack_from(">I", data, table + 12)[0]):
                yield struct.unpack_from(">III", data, table + 16 + 12 * group)
            return
    raise ValueError(f"{font} has no cmap of format 12")


def printable(text: str, known: Mapping[int, float]) -> str:
    """𠮷 becomes [U+20BB7] where the font lacks it: a reader can look it up, and no two names look alike."""
    if all(ord(sign) in known for sign in text):
        return text
    return "".join(sign if ord(sign) in known else f"[U+{ord(sign):04X}]" for sign in text)
