"""A stored list's deeds undone: whom it brought goes, what it changed is as before; what others rely on stays and is named.

Who is spoken of by another stored list stays until that one is taken back too. A value that somebody changed later
stays; one that another list wrote over, or speaks of as well, becomes that list's to take back.
"""
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from laborbridge.web.words import count

from ...models import ListImport, ListRow, Occupation, Registration, TravelGroup, Worker
from ...services import leaving
from ..remarks import has_remark, remark, sentence_of
from ..saving import CHUNK, Noticed
from . import known
from .state import COLUMNS, State, wanted
from .storing import LIST_TRADE, Names, write_columns

COUNTS = ("new", "updated", "unchanged")
# Whom the list speaks of, whom a list has made, and of whom no other stored list speaks.
_LEAVERS = """
    SELECT DISTINCT o.registration_id FROM workers_listrow o
     WHERE o.imported_id = %(list)s AND o.outcome IN ('new', 'updated', 'unchanged') AND o.registration_id > %(after)s
       AND EXISTS (SELECT FROM workers_listrow made WHERE made.registration_id = o.registration_id AND made.outcome = 'new')
       AND NOT EXISTS (
         SELECT FROM workers_listrow other JOIN workers_listimport i ON i.id = other.imported_id
          WHERE other.registration_id = o.registration_id AND other.imported_id <> %(list)s AND i.kind = 'people'
            AND i.state = 'stored' AND other.outcome IN ('new', 'updated', 'unchanged'))
     ORDER BY 1 LIMIT %(many)s"""


@dataclass(slots=True)
class Leavers:
    """Of a chunk of those who would leave: who goes, who is held by a published plan, who withdraws instead."""

    going: list[int] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)
    withdrawing: dict[int, str] = field(default_factory=dict)


def leavers_of(imported: ListImport, *, lock: bool) -> Iterator[Leavers]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVERS, {"list": imported.pk, "after": after, "many": CHUNK})
            ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return
        after = ids[-1]
        if lock:  # nobody is planned, or written of, between the question and the deed
            list(Registration.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk", flat=True))
        yield _parted(ids)


def _parted(ids: Sequence[int]) -> Leavers:
    held = leaving.held(ids)
    rest = [pk for pk in ids if pk not in held]
    withdrawing = leaving.spoken_of(rest)
    return Leavers([pk for pk in rest if pk not in withdrawing], held, withdrawing)


def take_back(imported: ListImport, by: User) -> list[str]:
    named: list[str] = []
    withdrawing: dict[int, str] = {}
    for leavers in leavers_of(imported, lock=True):
        named += _name(imported, leavers.held, "stays_held")
        withdrawing.update(leavers.withdrawing)
        remove(leavers.going)
    named += _put_back(imported)
    named += _withdraw(imported, withdrawing, by)
    _remove_unused(imported)
    return named


def _name(imported: ListImport, whom: dict[int, str], code: str) -> list[str]:
    """Say on the rows why their people stay."""
    rows = list(_rows_of(imported, whom))
    before = Noticed(rows)
    for row in rows:
        remark(row, code, why=whom[row.registration_id or 0])
    before.save_changed()
    return [f"{row.values['name']}: {sentence_of(*row.remarks[-1])}" for row in rows]


def _rows_of(imported: ListImport, registrations: dict[int, str]) -> Iterator[ListRow]:
    """The first row of each."""
    seen = set()
    for row in ListRow.objects.filter(imported=imported, registration__in=registrations, outcome__in=COUNTS).order_by("pk"):
        if row.registration_id not in seen:
            seen.add(row.registration_id)
            yield row


def _withdraw(imported: ListImport, whom: dict[int, str], by: User) -> list[str]:
    """They stay on record, and no plan takes them any more."""
    going = Registration.objects.filter(pk__in=whom, outcome=None)
    ids = set(going.values_list("pk", flat=True))
    going.update(outcome=Registration.Outcome.WITHDREW, outcome_at=timezone.now(), outcome_by=by)
    rows = list(_rows_of(imported, whom))
    before = Noticed(rows)
    for row in rows:
        if row.registration_id in ids:
            row.changes["outcome"] = [None, Registration.Outcome.WITHDREW.value]
    before.save_changed()
    return _name(imported, whom, "withdrew_instead")


def remove(registrations: Sequence[int]) -> None:
    leaving.let_go(registrations)
    entries = list(ListRow.objects.filter(
        registration__in=registrations, outcome="new", changes__has_key="worker",
    ).values_list("worker", flat=True))
    try:
        Registration.objects.filter(pk__in=registrations).delete()
        Worker.objects.filter(
            pk__in=[pk for pk in entries if pk], registrations=None, user=None, merges=None, merged_away=None,
            merged_into=None,
        ).delete()
    except ProtectedError as error:
        held = next(iter(error.protected_objects))
        raise RuleBroken(_(
            "Somebody of this list is still spoken of elsewhere (%(what)s), so it cannot be taken back yet.") % {
                "what": held._meta.verbose_name}) from error


def _put_back(imported: ListImport) -> list[str]:
    """The columns of those who stay, from the last row to the first."""
    named: list[str] = []
    names = Names(imported)
    changed = Q(registration__isnull=False) & ~Q(changes={})
    for rows in reversed(list(_ids_by_chunk(imported, changed))):
        named += Restoring(imported, list(ListRow.objects.filter(pk__in=rows).order_by("-pk"))).restore(names)
    return named


def _ids_by_chunk(imported: ListImport, wanted_ones: Q) -> Iterator[list[int]]:
    ids = list(ListRow.objects.filter(wanted_ones, imported=imported).order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


class Restoring:
    """Rows of one list, the last one first, and what others say of the same people."""

    def __init__(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        self.imported, self.rows = imported, rows
        registrations = sorted({row.registration_id for row in rows if row.registration_id})
        self.wishes = known.wishes_by_id(imported.campaign, registrations)
        live = list(ListRow.objects.filter(
            registration__in=registrations, imported__state=ListImport.State.STORED, imported__kind=imported.kind,
            outcome__in=COUNTS,
        ).exclude(imported=imported).order_by("pk"))
        self.theirs = Noticed(live)
        self.live: dict[int, list[ListRow]] = defaultdict(list)
        for row in live:
            self.live[row.registration_id or 0].append(row)
        self.mine = Noticed(rows)
        self.back: dict[int, State] = defaultdict(dict)
        self.held = leaving.held(registrations)

    def restore(self, names: Names) -> list[str]:
        named: list[str] = []
        for row in self.rows:
            wish = self.wishes.get(row.registration_id or 0)
            if wish is None:
                continue
            if wish.pk not in self.held:
                named += self._restore_row(row, wish)
            elif not has_remark(row, "stays_held"):
                remark(row, "stays_held", why=self.held[wish.pk])
                named.append(f"{row.values['name']}: {sentence_of(*row.remarks[-1])}")
        said = list(self.back.values())
        names.make(
            (name for state in said for name in state.get("occupations", ())),
            sorted({state["group"] for state in said if state.get("group")}))
        write_columns(self.back, names)
        self.theirs.save_changed()
        self.mine.save_changed()
        return named

    def _restore_row(self, row: ListRow, wish: known.Wish) -> Iterator[str]:
        pairs = {column: pair for column, pair in row.changes.items() if column in (*COLUMNS, "outcome")}
        for together in _together(pairs):
            if self._taken_over(row, together, pairs):
                continue
            if any(self._now(wish, column) != pairs[column][1] for column in together):
                remark(row, "changed_later", what=together[0])
                yield f"{row.values['name']}: {sentence_of(*row.remarks[-1])}"
                continue
            for column in together:
                self._put(wish, column, pairs[column][0])

    @staticmethod
    def _now(wish: known.Wish, column: str) -> Any:
        return wish.outcome if column == "outcome" else wish.state[column]

    def _put(self, wish: known.Wish, column: str, value: Any) -> None:
        self.back[wish.pk][column] = value
        if column == "outcome":
            wish.outcome = value
        else:
            wish.state[column] = value

    def _taken_over(self, row: ListRow, together: Sequence[str], pairs: dict[str, list[Any]]) -> bool:
        """Another list wrote over it later, or says the same: from now on that one's row knows what was before."""
        for other in self.live[row.registration_id or 0]:
            theirs = other.changes
            if all(column in theirs and theirs[column][0] == pairs[column][1] for column in together):
                for column in together:
                    theirs[column] = [pairs[column][0], theirs[column][1]]
                return True
        if together == ("outcome",):
            return False
        before = {column: pair[0] for column, pair in pairs.items()}
        wish = self.wishes[row.registration_id or 0]
        for other in self.live[row.registration_id or 0]:
            said = wanted(other.values, {**wish.state, **before})
            if all(said[column] == pairs[column][1] for column in together) and any(
                    said[column] != pairs[column][0] for column in together):
                other.changes.update({column: pairs[column] for column in together})
                return True
        return False


def _together(pairs: dict[str, list[Any]]) -> Iterator[tuple[str, ...]]:
    """What goes back together or not at all."""
    for group in (("township", "village"), ("contact_phone", "contact")):
        if found := tuple(column for column in group if column in pairs):
            yield found
    for column in pairs:
        if column not in ("township", "village", "contact_phone", "contact"):
            yield (column,)


def _remove_unused(imported: ListImport) -> None:
    """Groups and trades that lists brought and that nobody names any more."""
    campaign = imported.campaign
    refs = {ref for ref in ListRow.objects.filter(imported=imported).values_list("values__group_ref", flat=True) if ref}
    TravelGroup.objects.filter(campaign=campaign, ref__in=refs, members=None).delete()
    unused = Q(code_list=campaign.code_list_id, code__startswith=LIST_TRADE)
    for relation in Occupation._meta.related_objects:
        unused &= Q(**{f"{relation.name}__isnull": True})
    Occupation.objects.filter(unused).delete()


def would_take_back(imported: ListImport) -> list[str]:
    """In sentences, before it is done."""
    going = held = withdrawing = 0
    for leavers in leavers_of(imported, lock=False):
        going += len(leavers.going)
        held += len(leavers.held)
        withdrawing += len(leavers.withdrawing)
    changed = ListRow.objects.filter(
        imported=imported, outcome="updated", registration__isnull=False).values("registration").distinct().count()
    said = [_("%(people)s people whom no other list names are removed.") % {"people": count(going)}]
    if changed:
        said.append(_("Of %(people)s people what this list changed is put back, but for what was changed later.") % {
            "people": count(changed)})
    if withdrawing:
        said.append(_("%(people)s people are in drafts or earlier plans; they stay on record as withdrawn.") % {
            "people": count(withdrawing)})
    if held:
        said.append(_("%(people)s people stay as they are, since the published plan has them; they are named.") % {
            "people": count(held)})
    return said
