"""Reads of whom a firm wants back: how many are linked, doubtful, on no other list, and each with a door to it."""
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from jobs.models import Employer, Question, ReturningEmployee
from jobs.models.returning import Link

from .access import (
    NOTHING,
    Role,
    Sight,
    employers_visible_to,
    questions_visible_to,
    registrations_visible_to,
    returning_visible_to,
)
from .comparing import Mark, marks

# What is shown of a comparison in a list, and in which order.
SHOWN = ("number", "name", "phone", "home")


@dataclass(frozen=True, slots=True)
class Returning:
    """An employee; who it is, how it compares and what is asked of it only for those who may know."""

    employee: ReturningEmployee
    number: str
    person: int | None = None
    question: int | None = None
    compared: Sequence[Mark] = ()


def firm_of(sight: Sight, employer: int) -> Employer:
    """A firm whose list the reader may look at: staff who see it, and its own HR."""
    own = [m.organisation_id for m in sight.having(Role.HR)]
    staff = sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER)
    seen = Q(pk__in=employers_visible_to(sight).values("pk")) if staff else NOTHING
    found = Employer.objects.filter(Q(organisation__in=own) | seen, campaign=sight.campaign, pk=employer).first()
    if found is None:
        raise Http404
    return found


def may_send(sight: Sight, employer: Employer) -> bool:
    return sight.whole or any(m.organisation_id == employer.organisation_id for m in sight.having(Role.HR))


def knows_who_they_are(sight: Sight) -> bool:
    """An employer learns whether its people are registered, not which registered person they are compared with."""
    return sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER)


def employees_of(sight: Sight, employer: Employer) -> QuerySet[ReturningEmployee]:
    return returning_visible_to(sight).filter(employer=employer).order_by("pk")


def by_link(employees: QuerySet[ReturningEmployee]) -> list[tuple[str, str, int]]:
    """How many are linked, doubtful, on no other list: value, words, count."""
    counts = dict(employees.order_by().values_list("link").annotate(n=Count("pk")))
    return [(value, str(words), counts.get(value, 0)) for value, words in Link.choices]


def shown(sight: Sight, rows: Sequence[ReturningEmployee]) -> list[Returning]:
    """In two queries for any number of rows; for an employer in none."""
    if not knows_who_they_are(sight):
        return [Returning(row, _number(row)) for row in rows]
    linked = [row.registration_id for row in rows if row.registration_id]
    people = set(registrations_visible_to(sight).filter(pk__in=linked).values_list("pk", flat=True))
    asked = questions_visible_to(sight).filter(
        employee__in=rows, kind=Question.Kind.WHICH_PERSON, settled_at=None).values_list("employee", "pk")
    question_of = dict(asked)
    return [
        Returning(row, _number(row), row.registration_id if row.registration_id in people else None,
                  question_of.get(row.pk), _compared(row))
        for row in rows
    ]


def _number(row: ReturningEmployee) -> str:
    """Masked as the list showed it."""
    return str(row.row.values.get("shown", "")) if row.row else ""


def _compared(row: ReturningEmployee) -> list[Mark]:
    if row.link == Link.UNLINKED:
        return []
    found = marks(row.compared)
    return [found[field] for field in SHOWN if field in found and found[field].level != "idle"]
