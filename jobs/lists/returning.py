"""The kind of list by which an employer names whom it wants back; storing it links them with registered people."""
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, ngettext

from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from workers.lists.kinds import ListKind, Tell
from workers.lists.remarks import judge_afresh, remark
from workers.lists.saving import chunks_of
from workers.models import ListImport, ListRow
from workers.reading import Line, Sheet

from ..models import Employer, Posting, ReservedPost, ReturningEmployee, ReturningList
from ..queries.owners import origin_bureau
from ..services.asking import ask_what_follows
from ..services.linking import link
from ..services.places_held import employers_in_plan
from . import employees
from .employees import NUMBERS, Named
from .fields import FIELDS, OWN
from .rows import Reader

Outcome = ListRow.Outcome
Wish = ReturningEmployee.Wish


class ReturningKind(ListKind):
    """Employees whom an employer wants back."""

    key = ListImport.Kind.RETURNING.value
    words = gettext_lazy("employees whom my firm wants back")
    fields = FIELDS

    def read_row(self, sheet: Sheet, line: Line, imported: ListImport) -> ListRow:
        return Reader(sheet, line, imported).read()

    def judge(self, imported: ListImport, rows: Sequence[ListRow]) -> None:
        _Chunk(imported, employer_of(imported), rows).judge()

    def store(self, imported: ListImport, by: User, tell: Tell) -> None:
        employer, done, named = employer_of(imported), 0, set[int]()
        for rows in chunks_of(imported):
            named |= _store_chunk(employer, rows)
            done += len(rows)
            tell(done)
        link(ReturningEmployee.objects.filter(pk__in=named), campaign=imported.campaign,
             owner=origin_bureau(imported.campaign) or imported.sender)

    def take_back(self, imported: ListImport, by: User) -> list[str]:
        named: list[str] = []
        for rows in chunks_of(imported):
            named += _take_chunk_back(imported, rows)
        return named

    def told(self, imported: ListImport) -> list[str]:
        said = gettext("These are employees of %(employer)s. They are linked with registered people as the list is stored.")
        return [said % {"employer": Employer.objects.get(pk=employer_of(imported)).name}]

    def would_take_back(self, imported: ListImport) -> list[str]:
        new = imported.new
        return [ngettext(
            "%(n)s employee whom this list named first is removed, with the link and the post that was kept; who has been"
            " asked or has a place in the published plan stays.",
            "%(n)s employees whom this list named first are removed, with their links and the posts that were kept; who"
            " has been asked or has a place in the published plan stays.", new) % {"n": new}] if new else []


def employer_of(imported: ListImport) -> int:
    """The firm that was named with the list, else the sender's own."""
    named = ReturningList.objects.filter(imported=imported).values_list("employer", flat=True).first()
    own = Employer.objects.filter(campaign=imported.campaign_id, organisation=imported.sender_id).order_by("pk")
    found = named or own.values_list("pk", flat=True).first()
    if found is None:
        raise RuleBroken(gettext("The list names no firm: send it from the page of the firm's returning employees."))
    return found


class _Chunk:
    """Some rows of a list, judged beside the employees whom the employer has named before and the rows before them."""

    def __init__(self, imported: ListImport, employer: int, rows: Sequence[ListRow]) -> None:
        self.rows = [row for row in rows if judge_afresh(row)]
        self.known = employees.known_employees(employer, self.rows)
        self.before: Named = employees.earlier_rows(imported.pk, self.rows)
        self.employer = employer

    @cached_property
    def postings(self) -> set[str]:
        reserved = Posting.objects.filter(site__employer=self.employer, kind=Posting.Kind.RESERVED, withdrawn_at=None)
        return set(reserved.values_list("ref", flat=True))

    def judge(self) -> None:
        for row in self.rows:
            row.values.pop("employee", None)
            self._judge(row)
            if row.values.get("posting") and row.values["posting"] not in self.postings:
                remark(row, OWN + "posting_unknown", value=row.values["posting"])

    def _judge(self, row: ListRow) -> None:
        shown = employees.shown_by_row(row)
        earlier = self.before.find(shown)
        if earlier is not None:
            remark(row, OWN + "again", line=earlier.line, sheet=earlier.sheet)
            return
        self.before.add(row, shown)
        employee = self.known.find(shown)
        if employee is None:
            row.outcome = Outcome.NEW
            return
        row.values["employee"] = employee.pk
        row.changes = employees.differences(employee, row)
        row.outcome = Outcome.UPDATED if row.changes else Outcome.UNCHANGED


def _store_chunk(employer: int, rows: Sequence[ListRow]) -> set[int]:
    """New employees, and what is new of the others; who of all of them may have to be linked."""
    refs = {row.values["posting"] for row in rows if row.values.get("posting")}
    postings = dict(Posting.objects.filter(
        site__employer=employer, ref__in=refs, kind=Posting.Kind.RESERVED).values_list("ref", "pk"))
    made = ReturningEmployee.objects.bulk_create(
        _employee(employer, row, postings) for row in rows if row.outcome == Outcome.NEW)
    updated = {row.values["employee"]: row for row in rows if row.outcome == Outcome.UPDATED}
    known = list(ReturningEmployee.objects.select_for_update(of=("self",)).filter(pk__in=updated).order_by("pk"))
    for employee in known:
        employees.apply(employee, updated[employee.pk], updated[employee.pk].changes)
    ReturningEmployee.objects.bulk_update(known, [*employees.TEXTS, *NUMBERS, "identity_cipher"], batch_size=500)
    seen = {row.values["employee"] for row in rows if row.values.get("employee")}
    return {employee.pk for employee in made} | seen


def _employee(employer: int, row: ListRow, postings: Mapping[str, int]) -> ReturningEmployee:
    said = row.values
    employee = ReturningEmployee(
        employer_id=employer, row=row, name=said["name"], posting_id=postings.get(said.get("posting", "")),
        **{column: said.get(column, "") for column in employees.TEXTS})
    shown = employees.shown_by_row(row)
    employees.put_number(employee, row, [c for c in NUMBERS if getattr(shown, c.removeprefix("identity_"))])
    return employee


def _take_chunk_back(imported: ListImport, rows: Sequence[ListRow]) -> list[str]:
    """Employees whom these rows named first are removed, the others are as before; who cannot be is named."""
    mine = list(ReturningEmployee.objects.select_for_update(of=("self",)).filter(row__in=rows).order_by("pk"))
    placed = employers_in_plan([e.registration_id for e in mine if e.registration_id])
    later = _named_by_others(imported, [e.pk for e in mine])
    stays = {e.pk: why for e in mine if (why := _why_it_stays(e, placed, later))}
    going = [e for e in mine if e.pk not in stays]
    people = [e.registration_id for e in going if e.registration_id]
    posts = {row.pk: row.values["post"] for row in rows if "post" in row.values}
    ReservedPost.objects.filter(
        pk__in=[posts[e.row_id] for e in going if e.row_id in posts],
        posting__site__employer=employer_of(imported), registration__in=people).delete()
    ReturningEmployee.objects.filter(pk__in=[e.pk for e in going]).delete()
    ask_what_follows(imported.campaign, registrations=people, employees=[])
    _put_back(imported, [row for row in rows if row.outcome == Outcome.UPDATED])
    return list(stays.values())


def _why_it_stays(employee: ReturningEmployee, placed: Mapping[int, int], later: set[int]) -> str:
    if placed.get(employee.registration_id or 0) == employee.employer_id:
        return gettext("%(name)s has a place at this firm in the published plan and stays.") % {"name": employee.name}
    if employee.wish != Wish.OPEN:
        return gettext("%(name)s has been asked already (%(wish)s) and stays.") % {
            "name": employee.name, "wish": employee.get_wish_display()}
    if employee.pk in later:
        return gettext("%(name)s is on a later list of the firm too and stays.") % {"name": employee.name}
    return ""


def _named_by_others(imported: ListImport, wanted: Sequence[int]) -> set[int]:
    """Who of some employees is on another stored list as well."""
    return {int(row.values["employee"]) for row in _rows_of_others(imported, wanted)}


def _rows_of_others(imported: ListImport, wanted: Sequence[int]) -> QuerySet[ListRow]:
    return ListRow.objects.filter(
        imported__kind=imported.kind, imported__campaign=imported.campaign, imported__state=ListImport.State.STORED,
        values__employee__in=list(wanted)).exclude(imported=imported)


def _put_back(imported: ListImport, rows: Sequence[ListRow]) -> None:
    """What a row changed, where it is still as the row left it and no other list says the same."""
    of = {row.values["employee"]: row for row in rows}
    found = list(ReturningEmployee.objects.select_for_update(of=("self",)).filter(pk__in=of).order_by("pk"))
    others: dict[int, list[ListRow]] = defaultdict(list)
    for row in _rows_of_others(imported, list(of)):
        others[int(row.values["employee"])].append(row)
    for employee in found:
        employees.put_back(employee, of[employee.pk], others[employee.pk])
    ReturningEmployee.objects.bulk_update(found, [*employees.TEXTS, *NUMBERS, "identity_cipher"], batch_size=500)
