"""What a returning employee wants: back to this firm, not to this one, or to another one that claims them."""
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import Registration

from ..models import Employer, ReservedPost, ReturningEmployee
from ..models.returning import Link
from .asking import ask_what_follows
from .places_held import employers_in_plan
from .traces import Trace

Wish = ReturningEmployee.Wish
MAY_BE_SAID = (Wish.OPEN, Wish.RETURNS, Wish.REFUSES)


def record_wish(*, employee: ReturningEmployee, wish: str, by: User, as_employer: bool = False) -> ReturningEmployee:
    """What the person said, or the employer has heard; what follows from it for posts and questions follows at once.

    Of somebody whom another firm claims too, or keeps a post for, no employer says by itself that they are its own; nor is
    it told which firm that is.
    """
    if wish not in MAY_BE_SAID:
        raise RuleBroken(_("Say whether the person goes back to this firm or does not."))
    with rules_in_words():
        lock_person(employee.registration_id)
        held = locked(employee)
        if as_employer and wish == Wish.RETURNS and _wanted_elsewhere(held):
            raise RuleBroken(_(
                "Another firm wants %(name)s back too. The bureau asks the person, and you will see it here.") % {
                    "name": held.name})
        before, trace = held.wish, Trace()
        set_wish(held, wish, by, trace)
        record("wish recorded", subject=held, by=by, campaign=held.employer.campaign, wish=[before, wish],
               employer=held.employer.name, moved=trace.steps)
        ask_what_follows(held.employer.campaign, employees=[held.pk], registrations=[held.registration_id])
    employee.refresh_from_db()
    return employee


def lock_person(registration: int | None) -> None:
    """Whoever decides something of a person's claims comes by here; two do it one after the other."""
    if registration is not None:
        Registration.objects.select_for_update(no_key=True, of=("self",)).get(pk=registration)


def locked(employee: ReturningEmployee) -> ReturningEmployee:
    rows = ReturningEmployee.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("employer__campaign", "posting").get(pk=employee.pk)
    if held.registration_id != employee.registration_id:
        raise RuleBroken(_("This employee has been linked anew at this moment. Load the page again."))
    return held


def set_wish(employee: ReturningEmployee, wish: str, by: User, trace: Trace) -> None:
    """The wish, what it means to other firms that claim the same person, and the post that is kept."""
    if wish == Wish.RETURNS and employee.link != Link.LINKED:
        raise RuleBroken(_("Nobody knows yet which registered person this is. Decide that first."))
    if wish == Wish.RETURNS:
        _refuse_a_second_firm(employee)
    trace.change(employee, **_said(wish, by))
    if employee.registration_id is None:
        return
    if wish == Wish.RETURNS:
        send_elsewhere(others(employee).filter(wish=Wish.OPEN), by, trace)
    elif not others(employee).filter(wish=Wish.RETURNS).exists():
        # Elsewhere was this firm: who does not go there is open to the others again.
        for other in others(employee).filter(wish=Wish.ELSEWHERE):
            trace.change(other, **_said(Wish.OPEN, by))
    _keep_the_post(employee, wish, trace)


def others(employee: ReturningEmployee) -> QuerySet[ReturningEmployee]:
    """The same person on other employers' lists."""
    same = ReturningEmployee.objects.select_for_update(no_key=True, of=("self",))
    return same.filter(registration=employee.registration_id, link=Link.LINKED).exclude(pk=employee.pk).order_by("pk")


def _wanted_elsewhere(employee: ReturningEmployee) -> bool:
    if employee.registration_id is None:
        return False
    kept = ReservedPost.objects.filter(registration=employee.registration_id)
    return (
        others(employee).filter(wish__in=[Wish.OPEN, Wish.RETURNS]).exists()
        or kept.exclude(posting__site__employer=employee.employer_id).exists()
    )


def send_elsewhere(employees: Iterable[ReturningEmployee], by: User, trace: Trace) -> None:
    """These firms claim a person who goes to another one."""
    for employee in employees:
        trace.change(employee, **_said(Wish.ELSEWHERE, by))


def _said(wish: str, by: User) -> dict[str, object]:
    if wish == Wish.OPEN:
        return {"wish": wish, "wish_by_id": None, "wish_at": None}
    return {"wish": wish, "wish_by_id": by.pk, "wish_at": timezone.now()}


def _refuse_a_second_firm(employee: ReturningEmployee) -> None:
    elsewhere = others(employee).filter(wish=Wish.RETURNS).select_related("employer").first()
    if elsewhere:
        raise RuleBroken(_("%(name)s goes back to %(firm)s, as is on record. Change that first.") % {
            "name": employee.name, "firm": elsewhere.employer.name})


def _keep_the_post(employee: ReturningEmployee, wish: str, trace: Trace) -> None:
    """The post goes with the firm that the person goes back to; who refuses lets it go, and the employer is asked."""
    assert employee.registration_id is not None
    posts = ReservedPost.objects.select_related("posting__site__employer")
    kept = posts.filter(registration=employee.registration_id).first()
    firm = kept.posting.site.employer if kept else None
    here = firm is not None and firm.pk == employee.employer_id
    if kept is not None and here and employee.posting_id is None:
        trace.change(employee, posting_id=kept.posting_id)
    if (wish == Wish.RETURNS and not here) or (wish == Wish.REFUSES and here):
        if firm is not None:
            _refuse_what_the_plan_holds(employee, firm)
        trace.keep(employee.registration_id, employee.posting if wish == Wish.RETURNS else None)


def _refuse_what_the_plan_holds(employee: ReturningEmployee, losing: Employer) -> None:
    """A published plan is changed by its own recorded changes: a post under somebody's place in it is not taken away."""
    assert employee.registration_id is not None
    if employers_in_plan([employee.registration_id]).get(employee.registration_id) == losing.pk:
        raise RuleBroken(_(
            "%(name)s has a place at %(firm)s in the published plan. Give it back first, on the person's page."
        ) % {"name": employee.name, "firm": losing.name})
