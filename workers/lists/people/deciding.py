"""What somebody has decided of a possible duplicate: a new person after all, or one who is registered already."""
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words

from ...models import ListImport, ListRow, Worker
from ...queries.merging import kept_of
from ...services.list_lock import lock_lists
from ...services.merging import merge_workers
from ..saving import account_of
from . import known
from .state import differences, wanted
from .storing import Names, make_people, make_workers, write_columns

Outcome = ListRow.Outcome


def store_one(*, row: ListRow, by: User, as_worker: Worker | None = None) -> ListRow:
    """Store a row that waited, as somebody new or as `as_worker`, whose entry its number leads to from now on."""
    with rules_in_words():
        lock_lists(row.imported.campaign_id)
        row = ListRow.objects.select_for_update(of=("self",)).select_related("imported__campaign__origin").get(pk=row.pk)
        _refuse(row)
        row.worker_id = row.registration_id = None
        names = Names(row.imported)
        names.make(row.values.get("trades", ()), filter(None, [row.values.get("group_ref")]))
        if as_worker is None:
            _store_as_new(row, names)
        else:
            _store_as(row, as_worker, names, by)
        row.save(update_fields=["outcome", "worker", "registration", "changes"])
        ListImport.objects.filter(pk=row.imported_id).update(**account_of(row.imported))
        record("possible duplicate decided", subject=row, by=by, campaign=row.imported.campaign,
               worker=row.worker_id, new=as_worker is None)
    return row


def _refuse(row: ListRow) -> None:
    if row.outcome != Outcome.POSSIBLE or row.imported.state != ListImport.State.STORED:
        raise RuleBroken(_("This row of a list has been decided already, or its list was taken back. Load the page again."))


def _known(row: ListRow) -> known.Person | None:
    number = bytes(row.identity_whole or b"")
    return known.people_by_number(row.imported.campaign, [number], for_changing=True).get(number)


def _store_as_new(row: ListRow, names: Names) -> None:
    person = _known(row)
    if person is not None and person.wish is not None:
        _apply(row, person, names)
        return
    row.worker_id = person.worker if person else None
    row.outcome = Outcome.NEW
    make_people(row.imported, [row], names)


def _store_as(row: ListRow, worker: Worker, names: Names, by: User) -> None:
    """The row's number gets an entry of its own, merged into the one that was chosen: what comes with it next is theirs."""
    person = _known(row)
    if person is None:
        make_workers([row])
    gone = Worker.objects.get(pk=person.worker if person else row.worker_id or 0)
    if gone.pk != worker.pk:
        kept, gone = kept_of(worker, gone)
        merge_workers(kept=kept, gone=gone, by=by, despite=True, why=_("One person, decided of a row of a list."))
    chosen = _known(row)
    if chosen is None:
        raise RuleBroken(_("The person whom you have chosen is no longer there. Load the page again."))
    if chosen.wish is not None:
        _apply(row, chosen, names)
        return
    row.worker_id, row.outcome = chosen.worker, Outcome.NEW
    make_people(row.imported, [row], names)


def _apply(row: ListRow, person: known.Person, names: Names) -> None:
    assert person.wish is not None
    after = wanted(row.values, person.wish.state)
    changes = differences(person.wish.state, after)
    row.worker_id, row.registration_id = person.worker, person.wish.pk
    row.changes = {**row.changes, **changes}
    row.outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    write_columns({person.wish.pk: {column: pair[1] for column, pair in changes.items()}}, names)


def possible_rows(imported: ListImport) -> list[ListRow]:
    """The rows that wait for a decision, each with whom it may be in `worker` and `registration`."""
    return list(ListRow.objects.filter(imported=imported, outcome=Outcome.POSSIBLE).order_by("pk"))
