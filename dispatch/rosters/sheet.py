"""What a printed list is, before it is a workbook or a PDF."""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.models import Plan

# A whole number is written as one, so that a workbook can add it up.
Cell = str | int
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a width of 0 takes what the others leave, else it is in millimetres of the printed page.

    A PDF measures its texts, and takes the width for those columns whose texts want more room than there is.
    """

    heading: str
    width: int = 0
    is_number: bool = False
    is_tick: bool = False
    is_group: bool = False
    is_whole: bool = False  # its texts are never broken


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading; in columns of their own where they tell of something else than the rest of the list."""

    heading: str
    rows: Sequence[Sequence[Cell]]
    columns: Sequence[Column] = ()
    total: Sequence[Cell] = ()
    groups: Sequence[int] = ()  # of each row the number of its group, 0 where it has none; a group's rows stand together


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of the plan a list is of, and when it was printed; the same on each sheet."""

    campaign: str
    plan: int
    published_at: datetime
    printed_at: datetime

    @classmethod
    def of(cls, plan: Plan, printed_at: datetime) -> "Edition":
        if plan.published_at is None:
            raise ValueError(f"plan {plan.number} is a draft; lists are made of a published plan")
        return cls(plan.campaign.name, plan.number, plan.published_at, printed_at)

    @property
    def version(self) -> str:
        at = f"{timezone.localtime(self.published_at):%Y-%m-%d %H:%M}"
        return _("Plan %(number)s, published %(at)s") % {"number": self.plan, "at": at}

    @property
    def printed(self) -> str:
        return _("Printed %(at)s") % {"at": f"{timezone.localtime(self.printed_at):%Y-%m-%d %H:%M:%S}"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list: who it is for, its columns and its rows, in sections each with a heading."""

    name: str  # of its file, without an ending
    title: str
    facts: Sequence[str]
    columns: Sequence[Column]
    sections: Sequence[Section]
    edition: Edition
    empty: str = ""
    total: Sequence[Cell] = ()
    is_large: bool = False  # in large type

    @property
    def rows(self) -> int:
        return sum(len(section.rows) for section in self.sections)


def file_name(*parts: str) -> str:
    """Names as part of a file's name on any system: no separators, no dots at its ends, not too long."""
    words = [_UNSAFE.sub("_", part).strip(" .")[:_LONGEST] for part in parts]
    return " ".join(word for word in words if word) or "-"
