"""A wish is said of a person: where it is not known who that is, or not any more, nobody has said it."""
from collections.abc import Collection

from laborbridge.audit.services import record

from ..models import ReturningEmployee

Wish = ReturningEmployee.Wish
# Who is known by nobody may still be said not to come: the firm has heard it of its own employee.
NEEDS_A_PERSON = (Wish.RETURNS, Wish.ELSEWHERE)


def forget_wishes(employees: Collection[int], *wishes: str) -> list[int]:
    """Those of some employees with such a wish are open again, each on record; who they are is the answer."""
    held = list(ReturningEmployee.objects.select_for_update(of=("self",)).filter(
        pk__in=employees, wish__in=wishes).select_related("employer__campaign").order_by("pk"))
    for employee in held:
        record("wish forgotten", subject=employee, by=None, campaign=employee.employer.campaign,
               wish=[employee.wish, Wish.OPEN.value], employer=employee.employer.name, registration=employee.registration_id)
        employee.wish, employee.wish_by, employee.wish_at = Wish.OPEN, None, None
    ReturningEmployee.objects.bulk_update(held, ["wish", "wish_by", "wish_at"], batch_size=500)
    return [employee.pk for employee in held]
