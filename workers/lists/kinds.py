"""The contract between the intake of lists and a kind of list. Apps register their kinds in their ready()."""
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from django.utils.functional import Promise

from laborbridge.accounts.models import User

from ..models import ListImport, ListRow
from ..reading import Field, Line, Sheet

# Called with the rows that are done; raises where the work has been stopped, or taken up elsewhere.
Tell = Callable[[int], None]


class ListKind(ABC):
    """One kind of list. It keeps nothing between calls: all it knows stands in the import and in its rows.

    read_row, then judge for every chunk of rows in the order of the file: the preview. On confirming, judge for every
    chunk again and store, in one transaction under the campaign's list lock.
    """

    key: ClassVar[str]
    # What it is called where somebody sends a list, and whether it is sent from the page of lists; others have their own.
    words: ClassVar[str | Promise]
    sent_with_others: ClassVar[bool] = True
    # What the columns may mean; the headings of a file are matched with these.
    fields: ClassVar[tuple[Field, ...]]

    @abstractmethod
    def read_row(self, sheet: Sheet, line: Line, imported: ListImport) -> ListRow:
        """A line's cells in our forms, as an unsaved row with its remarks; asks the database nothing.

        Identity numbers outside the identity column have been masked before (whole_numbers.py).
        """

    @abstractmethod
    def judge(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        """Set outcome, worker, registration, changes and remarks of a chunk, and save nothing.

        The rows of the whole list are in the database: those of earlier chunks as they were judged, those of later
        ones as they were read. Begin each with remarks.judge_afresh. Queries do not grow in number with the rows.
        """

    @abstractmethod
    def store(self, imported: ListImport, by: User, tell: Tell) -> None:
        """Do what the rows, which have just been judged and saved, say."""

    @abstractmethod
    def take_back(self, imported: ListImport, by: User) -> list[str]:
        """Undo what store did, however much time has passed; what cannot be undone is named, a sentence each."""

    def told(self, imported: ListImport) -> list[str]:
        """What the preview says of the list as a whole, a sentence each."""
        return []

    def would_take_back(self, imported: ListImport) -> list[str]:
        """What take_back would do, before it is done, a sentence each; nothing where the kind cannot tell."""
        return []


_KINDS: dict[str, ListKind] = {}


def register_kind(kind: ListKind) -> None:
    if kind.key not in ListImport.Kind.values:
        raise ValueError(f"no list is of kind {kind.key!r}")
    _KINDS[kind.key] = kind


def registered_kinds() -> Mapping[str, ListKind]:
    return _KINDS


def kind_of(imported: ListImport) -> ListKind:
    return _KINDS[imported.kind]


# Called in the transaction that stores a list or takes it back, after the kind has done its part.
Then = Callable[[ListImport, User], None]
_when_stored: list[Then] = []
_when_taken_back: list[Then] = []


def after_storing(then: Then) -> None:
    _when_stored.append(then)


def after_taking_back(then: Then) -> None:
    _when_taken_back.append(then)


def when_stored(imported: ListImport, by: User) -> None:
    for then in _when_stored:
        then(imported, by)


def when_taken_back(imported: ListImport, by: User) -> None:
    for then in _when_taken_back:
        then(imported, by)
