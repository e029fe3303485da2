"""A row that somebody has decided waits again: whoever it brought goes, what it changed is as before."""
from typing import Any

from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words

from ...models import ListImport, ListRow
from ...services import leaving
from ...services.list_lock import lock_lists
from ..saving import account_of
from .storing import Names
from .taking_back import COUNTS, Restoring, remove

Outcome = ListRow.Outcome


def put_one_back(*, row: ListRow, was: dict[str, Any], by: User) -> None:
    """`was` is whom the row was compared with: {"worker": 2, "registration": 17}; RuleBroken where others rely on it now."""
    with rules_in_words():
        lock_lists(row.imported.campaign_id)
        row = ListRow.objects.select_for_update(of=("self",)).select_related("imported__campaign__origin").get(pk=row.pk)
        if row.imported.state != ListImport.State.STORED or row.outcome == Outcome.POSSIBLE:
            raise RuleBroken(_("The list was taken back, so this answer cannot be taken back by itself any more."))
        if row.outcome == Outcome.NEW and row.registration_id:
            _remove(row, row.registration_id)
        elif row.outcome == Outcome.UPDATED:
            Restoring(row.imported, [row]).restore(Names(row.imported))
        row.outcome, row.changes = Outcome.POSSIBLE, {}
        row.worker_id, row.registration_id = was["worker"], was["registration"]
        row.save(update_fields=["outcome", "changes", "worker", "registration"])
        ListImport.objects.filter(pk=row.imported_id).update(**account_of(row.imported))
        record("possible duplicate undecided", subject=row, by=by, campaign=row.imported.campaign)


def _remove(row: ListRow, registration: int) -> None:
    other = ListRow.objects.filter(
        registration=registration, imported__kind=row.imported.kind, imported__state=ListImport.State.STORED,
        outcome__in=COUNTS,
    ).exclude(imported=row.imported_id).select_related("imported__sender").order_by("pk").first()
    if other is not None:
        raise RuleBroken(
            _("{name} is on another stored list too ({sender}, {file}), so this answer stays. Take that list back first.")
            .format(name=row.values["name"], file=other.imported.file_name or other.imported_id,
                    sender=other.imported.sender.name))
    why = leaving.held([registration]) or leaving.spoken_of([registration])
    if why:
        raise RuleBroken(
            _("{name} is in the published plan or spoken of elsewhere, so the row stays as it was stored: {why}").format(
                name=row.values["name"], why=why[registration]))
    remove([registration])
