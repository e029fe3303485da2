"""How much a file may hold: counted while it is read, so that nothing grows without end."""
from collections.abc import Mapping

from django.utils.translation import gettext as _

from .shapes import Cell, Unreadable

LARGEST = 40 * 1024 * 1024
MOST_ROWS = 300_000
# Lines that hold nothing but a format; Excel writes each of them down.
MOST_EMPTY = 100_000
MOST_COLUMNS = 256
LONGEST_CELL = 32_767  # of a spreadsheet's own format
MOST_SHEETS = 200
MOST_MERGED = 200_000


class Counting:
    """What has been read of one file so far; refuses in words what is more than a list."""

    def __init__(self) -> None:
        self.rows = self.empty = self.merged = 0

    def row(self, sheet: str, number: int, cells: Mapping[int, Cell]) -> None:
        if not cells:
            self.empty += 1
            if self.empty > MOST_EMPTY:
                raise Unreadable(_("The sheet %(sheet)s has more than 100,000 empty lines with a format. Mark the lines "
                                   "below the list, delete them, save the workbook and send it again.") % {"sheet": sheet})
            return
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise Unreadable(_("The file has more than 300,000 lines. Send it in several parts."))
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(_("Line %(line)s of the sheet %(sheet)s has more than 256 filled columns. Delete what does "
                               "not belong to the list and send it again.") % {"line": number, "sheet": sheet})
        for value in cells.values():
            if isinstance(value, str) and len(value) > LONGEST_CELL:
                raise Unreadable(_("A cell in line %(line)s of the sheet %(sheet)s has more than 32,767 characters. Shorten "
                                   "it and send the file again.") % {"line": number, "sheet": sheet})

    def merge(self, sheet: str) -> None:
        self.merged += 1
        if self.merged > MOST_MERGED:
            raise Unreadable(_("The sheet %(sheet)s has more than 200,000 merged cells. Take the merging off and send it "
                               "again.") % {"sheet": sheet})
