"""How much a file may hold: counted while it is read, so that nothing grows without end."""
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from .archives import damaged
from .shapes import Cell, Unreadable

LARGEST = 40 * 1024 * 1024
# Also those that hold nothing but a format.
MOST_CELLS = 12_000_000
MOST_FILLED = 8_000_000
# All texts of a file together.
MOST_TEXT = 200_000_000
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
        self.rows = self.empty = self.merged = self.text = self.filled = 0

    def texts(self, length: int) -> None:
        self.text += length
        if self.text > MOST_TEXT:
            raise Unreadable(_("The file holds far more text than a list. Copy the list alone into a new workbook and send "
                               "that."))

    def row(self, sheet: str, number: int, cells: Mapping[int, Cell]) -> None:
        sheet = sheet or "1"
        if not cells:
            self.empty += 1
            if self.empty > MOST_EMPTY:
                raise Unreadable(_("The sheet %(sheet)s has more than 100,000 empty lines with a format. Mark the lines "
                                   "below the list, delete them, save the workbook and send it again.") % {"sheet": sheet})
            return
        self.rows += 1
        self.filled += len(cells)
        if self.filled > MOST_FILLED:
            raise Unreadable(_("The file has more than 8 million filled cells. Send the list in several parts, without the "
                               "columns that nobody needs here."))
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


def too_many_cells(count: int) -> None:
    if count > MOST_CELLS:
        raise Unreadable(_("A sheet has more than 12 million cells with a format. Copy the list alone into a new workbook "
                           "and send that."))


def too_many_elements(count: int) -> None:
    """Of what is no cell: a list has pieces of texts, rules and links, but not without end."""
    if count > MOST_CELLS:
        raise damaged()


def too_long(pieces: Sequence[str]) -> None:
    """Of a text that comes in pieces of at most 8,192 signs."""
    if len(pieces) > 16 and sum(map(len, pieces)) > 4 * LONGEST_CELL:
        raise Unreadable(_("A cell has more than 32,767 characters. Shorten it and send the file again."))
