"""The kind of list that fills a campaign with people."""
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import User

from ...models import ListImport, ListRow
from ...reading import Line, Sheet
from ..kinds import ListKind, Tell
from . import judging, storing, taking_back
from .fields import FIELDS
from .rows import Reader


class PeopleList(ListKind):
    """Registrations of those who want to go."""

    words = _("People who want to go")
    key = ListImport.Kind.PEOPLE.value
    fields = FIELDS

    def read_row(self, sheet: Sheet, line: Line, imported: ListImport) -> ListRow:
        return Reader(sheet, line, imported).read()

    def judge(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        judging.judge(imported, rows, for_changing=imported.state == ListImport.State.STORING)

    def store(self, imported: ListImport, by: User, tell: Tell) -> None:
        storing.store(imported, tell)

    def take_back(self, imported: ListImport, by: User) -> list[str]:
        return taking_back.take_back(imported, by)

    def told(self, imported: ListImport) -> list[str]:
        return storing.told(imported)

    def would_take_back(self, imported: ListImport) -> list[str]:
        return taking_back.would_take_back(imported)
