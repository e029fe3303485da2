"""What a raw cell was read as, and how text is made plain before."""
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from unicodedata import normalize

from .shapes import Cell

Shape = Literal["whole", "masked", "last4", "none"]
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_LONGEST = 500
_QUOTES = "'’‘`´′＇"
ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!"])


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` in our form, None where nothing can be used. `fault` says why, or with a value that somebody has to look.

    Neither: the cell is empty. `remarks` are facts beside it, such as a second telephone that was not taken.
    """

    value: str | None = None
    fault: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity(Answer):
    """`value` is 18 signs, or 422801********1234, or the last four, as `shape` says."""

    shape: Shape = "none"
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    value: date | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    value: int | float | None = None
    fault: str = ""


def plain(raw: Cell | None) -> str:
    """Narrow signs, single spaces, without what cannot be seen and the apostrophe that keeps a number a text."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15:
        raw = int(raw)
    # No value of a person is as long; what is would only cost.
    text = UNSEEN.sub("", normalize("NFKC", str(raw)[:_LONGEST]))
    return re.sub(r"\s+", " ", text).strip().strip(_QUOTES).strip()


def is_error(text: str) -> bool:
    return text.upper() in ERRORS
