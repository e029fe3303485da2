"""Identity numbers that stand where none belongs: masked before anything of a line is kept or said."""
import re
from dataclasses import replace
from math import isfinite
from unicodedata import normalize

from laborbridge.identity import masked

from ..reading import Line, Workbook
from ..reading.answers import UNSEEN
from ..reading.shapes import Cell

IDENTITY = "identity"  # the field that is sealed, and never said
_SHORTEST, _WHOLE = 15, 18
_LONGEST = 1000
# As a spreadsheet shows a long figure; fifteen of its signs are right.
_SCIENTIFIC = re.compile(r"[1-9]\.\d{9,}[eE]\+?\d{1,2}")
# A nought begins no identity number, but a telephone that is dialled abroad.
_TOGETHER = re.compile(r"[1-9]\d{14,}[Xx]?")
_APART = re.compile(r"\d+(?:[\s\-–—_.·]{1,3}\d+)+(?:[\s\-–—_.·]{0,3}[Xx])?")
_GROUP = re.compile(r"\d+(?:[\s\-–—_.·]{0,3}[Xx])?")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_BORN = {_WHOLE: re.compile(r"\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"),
         _SHORTEST: re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}")}


def without_numbers(line: Line) -> Line:
    """The line with every run masked that looks like an identity number, but for the identity column's own."""
    cells = {key: cell if key == IDENTITY else _cell(cell) for key, cell in line.cells.items()}
    return line if cells == line.cells else replace(line, cells=cells)


def without_numbers_above(book: Workbook) -> Workbook:
    """A person's line is sometimes taken for headings, and names stand in titles: these are kept and shown too."""
    for sheet in book.sheets:
        sheet.above = masked_within(sheet.above)
        sheet.headings = {at: masked_within(text) for at, text in sheet.headings.items()}
    return book


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, float) and isfinite(cell) and abs(cell) >= 10 ** (_SHORTEST - 1):
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 10 ** (_SHORTEST - 1):
        return masked(str(abs(cell)))
    return masked_within(cell) if isinstance(cell, str) else cell


def masked_within(text: str) -> str:
    """The text as it is, unless something in it looks like an identity number, however it is typed."""
    if len(text) < _SHORTEST:
        return text
    said = UNSEEN.sub("", normalize("NFKC", text[:_LONGEST]))
    shown = _TOGETHER.sub(lambda found: masked(found[0]), _SCIENTIFIC.sub(lambda found: masked(found[0]), said))
    shown = _APART.sub(lambda found: _masked_groups(found[0]), shown)
    return text if shown == said else shown


def _masked_groups(run: str) -> str:
    """Of figures in groups those that make up one number: where it begins and ends, a group does."""
    groups = list(_GROUP.finditer(run))
    for first, begin in enumerate(groups):
        for last in range(first + 1, min(len(groups), first + _WHOLE)):
            within = [re.sub(r"[^\dXx]", "", group[0]).upper() for group in groups[first : last + 1]]
            if _is_number(within):
                rest = _APART.sub(lambda found: _masked_groups(found[0]), run[groups[last].end():])
                return run[: begin.start()] + masked("".join(within)) + rest
    return run


def _is_number(groups: list[str]) -> bool:
    """Two telephones side by side have as many figures: what holds a mobile needs a date of birth in its place."""
    number = "".join(groups)
    if len(number) not in _BORN or not number[:-1].isdecimal() or number[0] == "0":
        return False
    if _BORN[len(number)].fullmatch(number):
        return True
    return len(number) == _WHOLE and not any(_MOBILE.fullmatch(group) for group in groups)
