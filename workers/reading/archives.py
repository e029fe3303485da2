"""What is in a zipped workbook, looked at before anything of it is unpacked."""
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError

from django.utils.translation import gettext as _

from .shapes import Unreadable

MOST_PARTS = 1_000
MOST_UNPACKED = 600 * 1024 * 1024
# Of what stands around the sheets.
MOST_AROUND = 32 * 1024 * 1024
# Lists unpack to 10 or 20 times their size, with long repetitions to 100 times.
_SMALL, _MOST_TIMES = 64 * 1024 * 1024, 200
_CHUNK = 256 * 1024

DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LZMAError, OSError, RuntimeError, NotImplementedError, ValueError,
    EOFError, KeyError)


class Archive:
    """The parts of a workbook by name, read in pieces and never beyond the length that they declare."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED as error:
            raise damaged() from error
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > _MOST_TIMES * len(data)):
            raise Unreadable(_("Unpacked, the file would be far larger than a list can be, so it was not opened. Copy the "
                               "list alone into a new workbook and send that."))
        self._parts = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable(locked())

    @property
    def names(self) -> list[str]:
        return list(self._parts)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def parts(self) -> list[zipfile.ZipInfo]:
        return self._zip.infolist()

    def info(self, name: str) -> zipfile.ZipInfo:
        return self._parts[name.lower()]

    def packed(self, part: zipfile.ZipInfo) -> bytes:
        """A part as it lies in the file: whoever only hands it on need not look into it."""
        start = part.header_offset
        if self._data[start : start + 4] != b"PK\x03\x04":
            raise damaged()
        name, more = struct.unpack_from("<HH", self._data, start + 26)
        begin = start + 30 + name + more
        return self._data[begin : begin + part.compress_size]

    def pieces(self, name: str, most: int = MOST_UNPACKED) -> Iterator[bytes]:
        """Unreadable where the part is damaged, or longer than such a part can be."""
        if self.info(name.replace("\\", "/").lstrip("/")).file_size > most:
            raise damaged()
        try:
            with self._zip.open(self.info(name.replace("\\", "/").lstrip("/"))) as part:
                while piece := part.read(_CHUNK):
                    yield piece
        except DAMAGED as error:
            raise damaged() from error


def damaged() -> Unreadable:
    return Unreadable(_("The file cannot be read as a workbook; it may be damaged. Open it, save it anew as .xlsx and send "
                        "that."))


def locked() -> str:
    return _("The workbook has a password. Take the password off, save the workbook and send it again.")
