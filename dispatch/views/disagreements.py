"""Questions where lists and people disagree: two firms claim one person, dates do not fit, somebody refuses."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from dispatch.queries import access
from dispatch.queries.access import Sight
from jobs.models import Posting, Question, ReturningEmployee
from jobs.queries.answers import said
from jobs.services import claims
from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from workers.models import Registration

from .question_kinds import Answer, QuestionKind, register_kind

Kind = Question.Kind
# So many have a key.
KEYS = 9


@dataclass(frozen=True, slots=True)
class Claiming:
    """One firm that wants the person, and the post that it keeps or would keep."""

    employee: ReturningEmployee
    kept: bool


@dataclass(frozen=True, slots=True)
class TwoClaims:
    person: Registration
    open: bool
    firms: Sequence[Claiming]
    # Kept by a firm of whose employees no list names the person.
    post: Posting | None


@dataclass(frozen=True, slots=True)
class Late:
    """A post that is there only until then, and why the person cannot have it."""

    employee: ReturningEmployee
    posting: Posting | None
    why: str


@dataclass(frozen=True, slots=True)
class Dates:
    person: Registration
    open: bool
    late: Sequence[Late]
    # What would settle it, to be put right by whoever has asked.
    start_by: datetime
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    employee: ReturningEmployee
    kept_for_others: int
    others: Sequence[ReturningEmployee]
    until: date


def _person_titles(questions: Sequence[Question]) -> dict[int, str]:
    return {question.pk: question.registration.worker.name for question in questions if question.registration}


def _employee_titles(questions: Sequence[Question]) -> dict[int, str]:
    return {q.pk: f"{q.employee.name} · {q.employee.employer.name}" for q in questions if q.employee}


def _person(sight: Sight, question: Question) -> tuple[Registration, bool]:
    people = Registration.objects.select_related("campaign", "worker", "township__parent", "village")
    assert question.registration_id is not None
    person = people.get(pk=question.registration_id)
    return person, access.registrations_visible_to(sight).filter(pk=person.pk).exists()


def _employees(question: Question) -> dict[int, ReturningEmployee]:
    named = [candidate["employee"] for candidate in question.candidates]
    found = ReturningEmployee.objects.select_related("employer", "posting__site__place", "posting__occupation", "wish_by")
    return found.in_bulk(named)


# --- two firms claim one person --------------------------------------------------------------------------------------


def _show_claims(sight: Sight, question: Question) -> TwoClaims:
    person, is_open = _person(sight, question)
    kept = Posting.objects.filter(reserved_posts__registration=person).values_list("site__employer", flat=True).first()
    found = _employees(question)
    firms = [found[c["employee"]] for c in question.candidates if c["employee"] in found][:KEYS]
    keeps = [c["posting"] for c in question.candidates if c["employee"] is None]
    post = Posting.objects.select_related("site__employer", "site__place", "occupation").filter(pk__in=keeps).first()
    return TwoClaims(person, is_open, [Claiming(firm, firm.employer_id == kept) for firm in firms], post)


def _answer_claims(_question: Question, shown: TwoClaims) -> list[Answer]:
    firms = [
        Answer(str(n), "firm", _("Goes back to %(firm)s") % {"firm": one.employee.employer.name}, one.employee.pk)
        for n, one in enumerate(shown.firms, 1)
    ]
    if shown.post is None:
        return firms
    words = _("Goes back to %(firm)s") % {"firm": shown.post.site.employer.name}
    return [*firms, Answer("0", "post", words, shown.post.pk)]


def _settle_claims(
    question: Question, answer: str, choice: int | None, _fields: Mapping[str, str], by: User
) -> None:
    if answer == "post":
        posting = Posting.objects.filter(pk=choice or 0).first()
        if posting is None:
            raise RuleBroken(_("This post is not kept for the person any more. Load the page again."))
        claims.leave_the_post(question=question, posting=posting, by=by)
        return
    employee = ReturningEmployee.objects.filter(pk=choice or 0).first()
    if employee is None:
        raise RuleBroken(_("This firm does not claim the person any more. Load the page again."))
    claims.choose_employer(question=question, employee=employee, by=by)


# --- registered for later than the post allows -----------------------------------------------------------------------


def _show_dates(sight: Sight, question: Question) -> Dates:
    person, is_open = _person(sight, question)
    found = _employees(question)
    postings = Posting.objects.select_related("site__place", "occupation").in_bulk(
        [c["posting"] for c in question.candidates if c["posting"]])
    late = [
        Late(found[c["employee"]], postings.get(c["posting"]), c["why"])
        for c in question.candidates if c["employee"] in found
    ]
    latest = [one.posting.start_by for one in late if one.posting]
    arrives = max(person.ready_at, *latest) if latest else person.ready_at
    last = min([*latest, person.ready_at])
    return Dates(
        person, is_open, late, start_by=_hour(arrives + timedelta(days=1), 20), ready_at=_hour(last - timedelta(days=1), 8))


def _hour(moment: datetime, hour: int) -> datetime:
    return timezone.localtime(moment).replace(hour=hour, minute=0, second=0, microsecond=0)


def _answer_dates(_question: Question, shown: Dates) -> list[Answer]:
    wait = [Answer("1", "wait", _("The employer waits until then"))] if any(one.posting for one in shown.late) else []
    return [*wait, Answer("2", "earlier", _("The person comes earlier")), Answer("3", "let_go", _("Let the post go"))]


def _settle_dates(question: Question, answer: str, _choice: int | None, fields: Mapping[str, str], by: User) -> None:
    if answer == "wait":
        claims.wait_until(question=question, start_by=_moment(fields.get("start_by", "")), by=by)
    elif answer == "earlier":
        claims.come_earlier(question=question, ready_at=_moment(fields.get("ready_at", "")), by=by)
    else:
        claims.let_go(question=question, by=by)


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise RuleBroken(_("Give day and time as 2020-03-21 08:00."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


# --- does not go back ------------------------------------------------------------------------------------------------


def _show_refusal(_sight: Sight, question: Question) -> Refusal:
    employees = ReturningEmployee.objects.select_related(
        "employer", "posting__site__place", "posting__occupation", "wish_by")
    assert question.employee_id is not None
    employee = employees.get(pk=question.employee_id)
    kept = employee.posting.reserved_posts.count() if employee.posting else 0
    until = min(timezone.localdate() + timedelta(days=7), question.campaign.last_day)
    return Refusal(employee, kept, claims.employees_without_post(employee), until)


def _answer_refusal(_question: Question, shown: Refusal) -> list[Answer]:
    another = [Answer("2", "another", _("Keep it for the one chosen"))] if shown.others else []
    return [Answer("1", "open", _("Open the post to others")), *another, Answer("3", "keep", _("Keep it until that day"))]


def _settle_refusal(question: Question, answer: str, _choice: int | None, fields: Mapping[str, str], by: User) -> None:
    if answer == "open":
        claims.open_post(question=question, by=by)
    elif answer == "another":
        named = fields.get("another", "")
        employee = ReturningEmployee.objects.filter(pk=int(named) if named.isdecimal() else 0).first()
        if employee is None:
            raise RuleBroken(_("Choose somebody of the same firm who is registered and has no post kept."))
        claims.name_another(question=question, employee=employee, by=by)
    else:
        claims.keep_until(question=question, day=_day(fields.get("until", "")), by=by)


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise RuleBroken(_("Give the day as 2020-03-21."))
    return found


def _undo(question: Question, by: User) -> None:
    claims.take_back_answer(question=question, by=by)


register_kind(QuestionKind(
    Kind.TWO_CLAIMS, "questions/_two_claims.html", _person_titles, _show_claims, _answer_claims, _settle_claims, _undo,
    said))
register_kind(QuestionKind(
    Kind.DATES, "questions/_dates.html", _person_titles, _show_dates, _answer_dates, _settle_dates, _undo, said))
register_kind(QuestionKind(
    Kind.REFUSES, "questions/_refuses.html", _employee_titles, _show_refusal, _answer_refusal, _settle_refusal, _undo, said))
