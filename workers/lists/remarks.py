"""What is said of a row: a code with what its sentence names; the sentence is made for its reader, in their language.

A row is rejected because a remark rejects it, and flagged because somebody must look at one; nothing else decides that.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from laborbridge.web import words

from ..models import ListRow, Registration

Outcome = ListRow.Outcome


class Weight(IntEnum):
    TOLD = 0
    LOOK = 1  # the row counts, and somebody must look at it
    REJECTS = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """`sentence` names its parameters as %(column)s. `judged`: found against what is known, and found anew each time."""

    sentence: str | Promise
    weight: Weight
    judged: bool = False


# What of a person's wish a list may change.
COLUMN_WORDS: dict[str, str | Promise] = {
    "contact": _("whose telephone"), "contact_phone": _("telephone"), "township": _("township"), "village": _("village"),
    "group": _("travels with"), "min_wage": _("least wage"), "priority": _("household"), "ready_at": _("ready from"),
    "occupations": _("trades"), "outcome": _("outcome"),
}
_REMARKS: dict[str, Remark] = {}
# What is named by a code or as a figure, in words.
_WORDED: dict[str, Callable[[Any], str]] = {
    "day": lambda day: words.day(date.fromisoformat(day)),
    "outcome": lambda outcome: str(Registration.Outcome(outcome).label),
    "what": lambda column: str(COLUMN_WORDS[column]),
}


def register_remarks(remarks: Mapping[str, Remark]) -> None:
    """Each kind of list tells what its codes mean."""
    _REMARKS.update(remarks)


def registered_remarks() -> Mapping[str, Remark]:
    return _REMARKS


def sentence_of(code: str, named: Mapping[str, Any]) -> str:
    worded = {name: _WORDED[name](value) if name in _WORDED else value for name, value in named.items()}
    return str(_REMARKS[code].sentence) % worded


def sentences(row: ListRow) -> list[str]:
    """All that is said of a row, the gravest first."""
    ordered = sorted(row.remarks, key=lambda remark: -_REMARKS[remark[0]].weight)
    return [sentence_of(code, named) for code, named in ordered]


def has_remark(row: ListRow, code: str) -> bool:
    return any(said == code for said, _named in row.remarks)


def remark(row: ListRow, code: str, /, **named: Any) -> None:
    """Say something of a row. What is named is text or a number, never an identity number that is not masked."""
    row.remarks.append([code, named])
    weight = _REMARKS[code].weight
    if weight == Weight.REJECTS:
        row.outcome, row.flagged = Outcome.REJECTED, False
    elif weight == Weight.LOOK and row.outcome != Outcome.REJECTED:
        row.flagged = True


def judge_afresh(row: ListRow) -> bool:
    """Forget what an earlier judgement found; whether the row as it was read can be stored at all."""
    said = [(code, named) for code, named in row.remarks if not _REMARKS[code].judged]
    row.remarks, row.flagged, row.changes = [], False, {}
    row.worker_id = row.registration_id = None
    row.outcome = Outcome.UNCHANGED
    for code, named in said:
        remark(row, code, **named)
    return row.outcome != Outcome.REJECTED
