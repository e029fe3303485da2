"""The people behind a figure of presence: who they are, and what says that they are back or not."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from dispatch.models import Plan
from jobs.models import ReturningEmployee
from workers.models import Registration

from .access import Sight, registrations_visible_to
from .presence import EMPLOYEES, PEOPLE, Scope, State

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people a list holds: registered ones, or employees of firms; `where` is in which townships."""

    returning: bool = False
    employees: bool = False
    state: str = ""
    source: str = ""
    seat: bool = False
    where: Collection[int] | None = None
    employer: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """One person or employee, as the registers see them."""

    key: int
    registration: int | None
    employee: int | None
    state: str
    gate: date | None
    community: date | None
    insured: date | None
    looked: date | None
    going: bool
    said: bool

    @property
    def words(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True, slots=True)
class Row:
    """With names; whoever may not open the person sees what the firm's own list says."""

    presence: Presence
    person: Registration | None
    employee: ReturningEmployee | None
    open: bool

    @property
    def name(self) -> str:
        if self.person:
            return self.person.worker.name
        return self.employee.name if self.employee else ""

    @property
    def phone(self) -> str:
        if self.person and self.open:
            return self.person.contact_phone
        return self.employee.phone if self.employee else ""


_COLUMNS = "state, gate, community, insured, looked, going, said"
_OF_PEOPLE = f"WITH {PEOPLE} SELECT id, id, NULL::bigint, {_COLUMNS} FROM person"
_OF_EMPLOYEES = f"WITH {PEOPLE}, {EMPLOYEES} SELECT id, registration_id, id, {_COLUMNS} FROM employee"
SOURCES = {
    "gate": "gate IS NOT NULL", "community": "community IS NOT NULL", "insured": "insured IS NOT NULL", "said": "said"}


def listed(
    sight: Sight, scope: Scope, plan: Plan | None, asked: Asked, *, after: int = 0, limit: int = PAGE
) -> tuple[list[Row], int | None]:
    """The next ones after one key, in the order of keys; and the key to go on from where more follow."""
    told = {
        "campaign": sight.campaign.pk, "plan": plan.pk if plan else 0, "after": after, "limit": limit + 1,
        "state": asked.state, "where": list(asked.where or ()), "employer": asked.employer, "today": timezone.localdate(),
        **scope.told(),
    }
    table = _OF_EMPLOYEES if asked.employees else _OF_PEOPLE
    with connection.cursor() as cursor:
        cursor.execute(f"{table} WHERE {' AND '.join(_which(asked))} ORDER BY id LIMIT %(limit)s", told)
        found = [Presence(*row) for row in cursor.fetchall()]
    more = found[limit - 1].key if len(found) > limit else None
    return _with_names(sight, found[:limit]), more


def _which(asked: Asked) -> list[str]:
    conditions = {
        "mine": True, "id > %(after)s": True,
        "claimed": asked.returning and not asked.employees,
        "state = %(state)s": bool(asked.state),
        SOURCES.get(asked.source, "false"): bool(asked.source),
        "state = 'back' AND going": asked.seat,
        "township_id = ANY (%(where)s)": asked.where is not None,
        "employer_id = %(employer)s": asked.employer is not None,
    }
    return [condition for condition, wanted in conditions.items() if wanted]


def _with_names(sight: Sight, found: Sequence[Presence]) -> list[Row]:
    ids = [one.registration for one in found if one.registration]
    people = Registration.objects.select_related("worker", "township__parent", "village").in_bulk(ids)
    staff = [one.employee for one in found if one.employee]
    employees = ReturningEmployee.objects.select_related("employer").in_bulk(staff)
    mine = set(registrations_visible_to(sight).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        Row(one, people.get(one.registration or 0), employees.get(one.employee or 0), one.registration in mine)
        for one in found
    ]
