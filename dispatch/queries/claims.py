"""Which firms want a person back, what other offices' registers have of them, and where an outcome came from."""
from dataclasses import dataclass

from django.db.models import QuerySet

from jobs.models import RegisterOutcome, ReturningEmployee, Sighting
from workers.models import Registration

from .access import Role, Sight, returning_visible_to
from .comparing import NONE, Mark, marks

# Who is told what registers say of a person: an employer or an escort has no part in it.
_TOLD = (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON)


@dataclass(frozen=True, slots=True)
class Claim:
    employee: ReturningEmployee
    # How each field compares, in words.
    marks: tuple[Mark, ...]

    @property
    def by_itself(self) -> bool:
        return self.employee.linked_by_id is None


def claims_of(sight: Sight, person: Registration) -> list[Claim]:
    """The firm's own for an employer; the surest first."""
    rows = returning_visible_to(sight).filter(registration=person).select_related(
        "employer", "posting", "wish_by", "linked_by", "row__imported")
    return [
        Claim(employee, tuple(m for m in marks(employee.compared).values() if m.level != NONE))
        for employee in rows.order_by("-score", "pk")
    ]


def is_told(sight: Sight) -> bool:
    return any(sight.has(role) for role in _TOLD)


def sees_back(sight: Sight) -> bool:
    """Who looks after presence: staff with a part of the campaign; a liaison is told of it."""
    return sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER)


def seen_of(sight: Sight, person: Registration) -> list[Sighting]:
    """The newest first."""
    if not is_told(sight):
        return []
    rows = Sighting.objects.filter(registration=person).select_related("register", "employer", "linked_by", "set_aside_by")
    return list(rows.order_by("-seen_on", "-pk")[:20])


def gave(sight: Sight, person: Registration) -> RegisterOutcome | None:
    """The register that the person's outcome came from, while nobody has decided otherwise since."""
    if person.outcome_at is None or not is_told(sight):
        return None
    found = RegisterOutcome.objects.filter(
        registration=person, outcome=person.outcome, given_at=person.outcome_at, withdrawn_at=None)
    return found.select_related("register").first()


def own_employees(sight: Sight) -> QuerySet[ReturningEmployee]:
    """Whom the reader's firms want back, in the order of their lists."""
    own = [m.organisation_id for m in sight.having(Role.HR)]
    rows = returning_visible_to(sight).filter(employer__organisation__in=own)
    return rows.select_related("employer", "registration", "posting").order_by("employer", "name", "pk")
