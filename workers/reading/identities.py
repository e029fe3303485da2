"""Identity numbers as people type them and spreadsheets break them: nothing is guessed, each damage has its own name."""
import re
from datetime import date

from . import areas
from .answers import Identity, is_error, plain
from .shapes import Cell

_WEIGHTS, _CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
_BETWEEN = re.compile(r"[\s\-–—_.,:;/'\"“”‘’`()\[\]]+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_HIDDEN = re.compile(r"[*●○•·×■□▇█?#_]")
_MASKED = re.compile(r"(\d{6})\*{4,12}(\d{3}[\dX])")
_ENDS = re.compile(r"\d{0,8}\*{3,16}(\d{3}[\dX])")
_OLDEST = 120
FAULTS = ("formula", "spreadsheet_error", "identity_digits_lost", "identity_is_a_date",
          "identity_masked_too_far", "identity_old", "identity_too_short", "identity_too_long", "identity_other_document",
          "identity_signs", "identity_birth_date", "identity_checksum", "identity_area_unknown")
REMARKS = ("identity_zeros_added", "identity_ends_in_noughts")


def read_identity(raw: Cell | None, *, today: date | None = None) -> Identity:
    """Of all faults only "identity_area_unknown" comes with a value: somebody has to look at it."""
    if isinstance(raw, bool):
        return Identity(fault="identity_signs")
    if isinstance(raw, date):
        return Identity(fault="identity_is_a_date")
    if isinstance(raw, float) and abs(raw) >= 10**15:
        return Identity(fault="identity_digits_lost")
    text = plain(raw)
    if is_error(text):
        return Identity(fault="spreadsheet_error")
    return _read(_BETWEEN.sub("", text).upper(), text, isinstance(raw, int | float), today or date.today())


def _read(number: str, text: str, was_number: bool, today: date) -> Identity:
    if not number:
        return Identity()
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return Identity(fault="identity_digits_lost")
    hidden = _HIDDEN.sub("*", text.replace(" ", "").upper())
    if "*" in hidden:
        return _masked(hidden)
    if re.fullmatch(r"\d{3}[\dX]", number):
        return Identity(number, shape="last4")
    if was_number and len(number) < 4:
        return Identity(number.zfill(4), remarks=("identity_zeros_added",), shape="last4")
    if re.fullmatch(r"\d{15}", number):
        return Identity(fault="identity_old")
    if re.fullmatch(r"\d{17}[\dX]", number):
        return _whole(number, was_number, today)
    return Identity(fault=_what_is_wrong(number))


def _masked(number: str) -> Identity:
    if found := _MASKED.fullmatch(number):
        return Identity(f"{found[1]}********{found[2]}", shape="masked")
    if found := _ENDS.fullmatch(number):
        return Identity(found[1], shape="last4")
    return Identity(fault="identity_masked_too_far")


def _what_is_wrong(number: str) -> str:
    if re.fullmatch(r"[A-Z]{1,3}\d{6,10}", number):
        return "identity_other_document"
    if not re.fullmatch(r"\d+X?", number):
        return "identity_signs"
    return "identity_too_short" if len(number) < 18 else "identity_too_long"


def _whole(number: str, was_number: bool, today: date) -> Identity:
    # Fifteen figures are all that a spreadsheet keeps of a number; what follows are noughts.
    if number.endswith("000") and (was_number or check_sign(number) != number[17] or number[14:17] == "000"):
        return Identity(fault="identity_digits_lost")
    born = birth_date(number, today)
    if born is None:
        return Identity(fault="identity_birth_date")
    if check_sign(number) != number[17]:
        return Identity(fault="identity_checksum")
    fault = "" if areas.is_known(number[:6], born.year) else "identity_area_unknown"
    # One broken number in eleven has the right check sign by chance, and one right number in a thousand ends so.
    remarks = ("identity_ends_in_noughts",) if number.endswith("000") else ()
    return Identity(number, fault, remarks, "whole", born)


def check_sign(number: str) -> str:
    """GB 11643: the 18th sign for the first 17."""
    return _CHECKS[sum(int(figure) * weight for figure, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def birth_date(number: str, today: date) -> date | None:
    """None where the day does not exist, is still to come, or lies 120 years back."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    too_old = (born.year + _OLDEST, born.month, born.day) <= (today.year, today.month, today.day)
    return None if too_old or born > today else born
