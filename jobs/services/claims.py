"""Answers where lists and people disagree: two firms claim one person, the dates do not fit, somebody refuses.

Each answer is taken once, on record, and can be taken back while nobody has changed the same since.
"""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import Registration
from workers.services.list_lock import lock_lists

from ..models import Posting, Question, ReservedPost, ReturningEmployee
from ..queries.answers import said
from . import traces
from .asking import NO_LONGER_SO, ask_what_follows
from .questions import decided_in_words
from .traces import Trace
from .wishes import Wish, lock_person, send_elsewhere, set_wish

Kind = Question.Kind


def choose_employer(*, question: Question, employee: ReturningEmployee, by: User) -> Question:
    """The person goes back to this firm; the other ones that claim them are told so, and the post goes along."""
    with _answering(question, Kind.TWO_CLAIMS, by) as (held, trace, detail):
        _one_of(held, employee)
        for other in _claims(held).exclude(pk=employee.pk).filter(wish=Wish.RETURNS):
            set_wish(other, Wish.OPEN, by, trace)
        chosen = _one_of(held, employee)
        set_wish(chosen, Wish.RETURNS, by, trace)
        held.answer = "firm"
        detail |= {"employee": chosen.pk, "employer": chosen.employer_id}
    return held


def leave_the_post(*, question: Question, posting: Posting, by: User) -> Question:
    """The person goes to the firm that keeps a post, though no list of its employees names them; the others are told."""
    with _answering(question, Kind.TWO_CLAIMS, by) as (held, trace, detail):
        posts = ReservedPost.objects.select_related("posting__site")
        kept = posts.filter(registration=held.registration_id, posting=posting).first()
        if kept is None:
            raise RuleBroken(_("This post is not kept for the person any more. Load the page again."))
        send_elsewhere(_claims(held).filter(wish__in=[Wish.OPEN, Wish.RETURNS]), by, trace)
        held.answer = "firm"
        detail |= {"posting": kept.posting_id, "employer": kept.posting.site.employer_id}
    return held


def wait_until(*, question: Question, start_by: datetime, by: User) -> Question:
    """The employer has given its word to wait: the posting's latest arrival is put off."""
    with _answering(question, Kind.DATES, by) as (held, trace, detail):
        person, postings = _person(held), _postings(held)
        if not postings:
            raise RuleBroken(_("No post is kept here whose latest arrival could be put off. Choose another answer."))
        if start_by < person.ready_at:
            raise RuleBroken(_("The person is ready later than that. Ask the employer for a later day, or the person."))
        for posting in postings:
            trace.change(posting, start_by=max(start_by, posting.start_by))
        held.answer = "wait"
        detail |= {"ready_at": person.ready_at.isoformat(), "start_by": postings[0].start_by.isoformat()}
    return held


def come_earlier(*, question: Question, ready_at: datetime, by: User) -> Question:
    """The person has agreed to be ready sooner."""
    with _answering(question, Kind.DATES, by) as (held, trace, detail):
        person = _person(held)
        latest = min((posting.start_by for posting in _postings(held)), default=None)
        if ready_at >= person.ready_at or (latest and ready_at > latest):
            raise RuleBroken(_(
                "This is no earlier, or still too late for the post. Give the day that the person agreed to."))
        trace.change(person, ready_at=ready_at)
        held.answer = "earlier"
        detail |= {"ready_at": ready_at.isoformat()}
    return held


def let_go(*, question: Question, by: User) -> Question:
    """Nobody waits: the person does not go back to the firm, and its employer is asked what becomes of the post."""
    with _answering(question, Kind.DATES, by) as (held, trace, _detail):
        late = [candidate["employee"] for candidate in held.candidates]
        for employee in _claims(held).filter(pk__in=late):
            set_wish(employee, Wish.REFUSES, by, trace)
        held.answer = "let_go"
    return held


def open_post(*, question: Question, by: User) -> Question:
    """The post is no longer kept for anybody: it is offered to all who fit."""
    with _answering(question, Kind.REFUSES, by) as (held, trace, detail):
        posting = _posting_of(held)
        if posting is not None and posting.kind == Posting.Kind.RESERVED:
            detail["posting"] = _open_one(posting, trace)
        held.answer = "open"
    return held


def name_another(*, question: Question, employee: ReturningEmployee, by: User) -> Question:
    """The post is kept for another returning employee of the same firm, who has none."""
    with _answering(question, Kind.REFUSES, by) as (held, trace, detail):
        posting, refusing = _posting_of(held), _employee(held)
        named = next((one for one in employees_without_post(refusing) if one.pk == employee.pk), None)
        if named is None or named.registration_id is None:
            raise RuleBroken(_("Choose somebody of the same firm who is registered and has no post kept."))
        if posting is not None:
            trace.keep(named.registration_id, posting)
            trace.change(named, posting_id=posting.pk)
        held.answer = "another"
        detail |= {"employee": named.pk}
    return held


def keep_until(*, question: Question, day: date, by: User) -> Question:
    """The employer keeps the post for now; on that day it is asked again."""
    with _answering(question, Kind.REFUSES, by) as (held, _trace, detail):
        if not timezone.localdate() < day <= held.campaign.last_day:
            raise RuleBroken(_("Give a day from tomorrow to the campaign's last one, %(last)s.") % {
                "last": held.campaign.last_day.isoformat()})
        held.answer = "keep"
        detail |= {"until": day.isoformat()}
    return held


def take_back_answer(*, question: Question, by: User) -> Question:
    """As it was before the answer, and the question is open again."""
    with rules_in_words():
        lock_lists(question.campaign_id)
        lock_person(_about(question))
        held = Question.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=question.pk)
        if held.settled_at is None or held.answer == NO_LONGER_SO or "moved" not in held.answer_detail:
            raise RuleBroken(_("This question has no answer that could be taken back."))
        traces.undo(held.answer_detail["moved"])
        answer, held.answer, held.answer_detail, held.settled_at, held.settled_by = held.answer, "", {}, None, None
        held.save(update_fields=["answer", "answer_detail", "settled_at", "settled_by"])
        record("question opened again", subject=held, by=by, campaign=held.campaign, answer=answer)
        _follow(held)
    return held


def employees_without_post(refusing: ReturningEmployee) -> list[ReturningEmployee]:
    """Those of the same firm who may be named in place of one who refuses, the surest first."""
    free = ReturningEmployee.objects.filter(
        employer=refusing.employer_id, registration__isnull=False, registration__outcome=None,
        registration__reserved_post=None, wish__in=[Wish.OPEN, Wish.RETURNS])
    return list(free.exclude(pk=refusing.pk).select_related("registration__worker").order_by("-wish", "name", "pk")[:100])


@contextmanager
def _answering(question: Question, kind: str, by: User) -> Iterator[tuple[Question, Trace, dict[str, Any]]]:
    """The question, locked and open, in a transaction that writes its answer, with what it moved, and what follows."""
    with rules_in_words():
        lock_lists(question.campaign_id)
        lock_person(_about(question))
        held = Question.objects.select_for_update(of=("self",)).select_related("campaign", "settled_by").get(pk=question.pk)
        if held.kind != kind:
            raise ValueError(f"question {held.pk} is {held.kind}, not {kind}")
        if held.settled_at is not None:
            raise RuleBroken(decided_in_words(held, said))
        trace, detail = Trace(), dict[str, Any]()
        yield held, trace, detail
        held.answer_detail = {**detail, "moved": trace.steps}
        held.settled_by, held.settled_at = by, timezone.now()
        held.save(update_fields=["answer", "answer_detail", "settled_by", "settled_at"])
        record("question settled", subject=held, by=by, campaign=held.campaign, kind=kind, answer=held.answer, **detail)
        _follow(held)


def _about(question: Question) -> int | None:
    return question.employee.registration_id if question.employee else question.registration_id


def _follow(held: Question) -> None:
    about = _about(held)
    same = ReturningEmployee.objects.filter(registration=about) if about else ReturningEmployee.objects.none()
    employees = {*same.values_list("pk", flat=True), *([held.employee_id] if held.employee_id else [])}
    ask_what_follows(held.campaign, registrations=[about], employees=employees)


def _claims(held: Question) -> Any:
    rows = ReturningEmployee.objects.select_for_update(no_key=True, of=("self",)).select_related("employer", "posting")
    return rows.filter(registration=held.registration_id, link="linked").order_by("pk")


def _one_of(held: Question, employee: ReturningEmployee) -> ReturningEmployee:
    chosen: ReturningEmployee | None = _claims(held).filter(pk=employee.pk).first()
    if chosen is None:
        raise RuleBroken(_("This firm does not claim the person any more. Load the page again."))
    return chosen


def _person(held: Question) -> Registration:
    assert held.registration is not None
    return held.registration


def _employee(held: Question) -> ReturningEmployee:
    assert held.employee is not None
    return held.employee


def _postings(held: Question) -> list[Posting]:
    late = [candidate["posting"] for candidate in held.candidates if candidate.get("posting")]
    return list(Posting.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=late).order_by("start_by", "pk"))


def _posting_of(held: Question) -> Posting | None:
    posting = _employee(held).posting_id
    rows = Posting.objects.select_for_update(no_key=True, of=("self",))
    return rows.get(pk=posting) if posting else None


def _open_one(posting: Posting, trace: Trace) -> int:
    """One post less is kept, one more is offered: in the open posting beside this one, made where there is none."""
    kept = posting.reserved_posts.count()
    if posting.headcount <= kept:
        raise RuleBroken(_("All posts of this posting are kept for other people, so none is left to open."))
    ref = f"{posting.ref[:34]}-open"
    beside, _made = Posting.objects.select_for_update(no_key=True, of=("self",)).get_or_create(
        campaign_id=posting.campaign_id, ref=ref, defaults={
            "site_id": posting.site_id, "kind": Posting.Kind.OPEN, "occupation_id": posting.occupation_id, "headcount": 0,
            "wage": posting.wage, "start_by": posting.start_by, "minors_allowed": posting.minors_allowed})
    trace.change(posting, headcount=posting.headcount - 1)
    trace.change(beside, headcount=beside.headcount + 1)
    return beside.pk


__all__ = [
    "choose_employer", "come_earlier", "employees_without_post", "keep_until", "let_go", "name_another", "open_post",
    "take_back_answer", "wait_until",
]
