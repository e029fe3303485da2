"""The worklist's verbs: to ask, to settle, to take back, to take on; what an answer does, each kind of question says."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import Organisation, User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from laborbridge.web.words import when

from ..models import Question
from .asking import NO_LONGER_SO

DUE_WITHIN = timedelta(hours=24)
ABOUT = ("employee", "sighting", "row", "worker", "registration")


@dataclass(frozen=True, slots=True)
class Settling:
    """What the answers of one kind of question do, inside the transaction that settles it.

    `apply` does it and returns what taking it back needs; it raises RuleBroken where the answer cannot be. `undo` takes it
    back from `answer_detail`. `said` is a settled question's decision in a sentence, in the reader's language.
    """

    apply: Callable[[Question, str, Mapping[str, Any], User], dict[str, Any]]
    undo: Callable[[Question, User], None]
    said: Callable[[Question], str]


def ask(
    *, campaign: Campaign, kind: str, owner: Organisation, candidates: Sequence[Mapping[str, Any]] = (),
    by: User | None = None, due_at: datetime | None = None, **about: Model,
) -> Question:
    """Put a question into the worklist; where it stands there already, it is brought up to date and stays one."""
    with rules_in_words():
        question, made = Question.objects.select_for_update().get_or_create(
            kind=kind, settled_at=None, **about,
            defaults={"campaign": campaign, "owner": owner, "candidates": list(candidates),
                      "due_at": due_at or timezone.now() + DUE_WITHIN},
        )
        if not made and question.candidates != list(candidates):
            question.candidates = list(candidates)
            question.save(update_fields=["candidates"])
        if made:
            record("question asked", subject=question, by=by, campaign=campaign, kind=kind)
    return question


def ask_all(questions: Iterable[Question]) -> None:
    """Many at once, in the caller's transaction and on its record; one that is open already gets the new candidates."""
    due = timezone.now() + DUE_WITHIN
    wanted = list(questions)
    for question in wanted:
        question.due_at = question.due_at or due
    for kind in {q.kind for q in wanted}:
        for about in ABOUT:
            mine = [q for q in wanted if q.kind == kind and getattr(q, f"{about}_id") is not None]
            _ask_about(kind, about, mine)


def _ask_about(kind: str, about: str, wanted: Sequence[Question]) -> None:
    if not wanted:
        return
    ids = [getattr(q, f"{about}_id") for q in wanted]
    open_ones = Question.objects.select_for_update().filter(kind=kind, settled_at=None, **{f"{about}__in": ids})
    standing = {getattr(q, f"{about}_id"): q for q in open_ones.order_by("pk")}
    changed = []
    for question in wanted:
        before = standing.get(getattr(question, f"{about}_id"))
        if before and before.candidates != question.candidates:
            before.candidates = question.candidates
            changed.append(before)
    Question.objects.bulk_update(changed, ["candidates"], batch_size=1000)
    Question.objects.bulk_create(
        (q for q in wanted if getattr(q, f"{about}_id") not in standing), batch_size=2000, ignore_conflicts=True)


def close_overtaken(**about: Any) -> int:
    """Open questions about what is no longer so, closed with nobody's name: kind="which_person", employee__in=[...]."""
    return Question.objects.filter(settled_at=None, **about).update(settled_at=Now(), answer=NO_LONGER_SO, settled_by=None)


def settle(
    *, question: Question, settling: Settling, answer: str, by: User, detail: Mapping[str, Any] | None = None
) -> Question:
    """Decide a question: once. Who comes second is told who decided it, when and what."""
    with rules_in_words():
        locked = _locked(question)
        if locked.settled_at is not None:
            raise RuleBroken(decided_in_words(locked, settling.said))
        kept = settling.apply(locked, answer, detail or {}, by)
        _mark(locked, answer, kept, by)
        record("question settled", subject=locked, by=by, campaign=locked.campaign, kind=locked.kind, answer=answer, **kept)
    return locked


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).select_related("campaign", "settled_by").get(pk=question.pk)


def _mark(question: Question, answer: str, kept: dict[str, Any], by: User) -> None:
    question.answer, question.answer_detail = answer, kept
    question.settled_by, question.settled_at = by, timezone.now()
    question.save(update_fields=["answer", "answer_detail", "settled_by", "settled_at"])


def decided_in_words(question: Question, said: Callable[[Question], str]) -> str:
    """Who decided it, when and what; `said` has the kind's own words for the answer."""
    if question.settled_at is None:
        return _("This question is open.")
    if question.answer == NO_LONGER_SO or question.settled_by is None:
        return _("This question is no longer open: what it asked about has changed, %(when)s.") % {
            "when": when(question.settled_at)}
    return _("%(who)s decided this already, %(when)s: %(what)s") % {
        "who": question.settled_by.name, "when": when(question.settled_at), "what": said(question)}


def undo(*, question: Question, settling: Settling, by: User) -> Question:
    """Take a decision back: the question is open again, and what the answer did is undone."""
    with rules_in_words():
        locked = _locked(question)
        if locked.settled_at is None:
            raise RuleBroken(_("This decision has been taken back already: the question is open."))
        if locked.settled_by is None:
            raise RuleBroken(_("Nobody decided this: what was asked about had changed. There is nothing to take back."))
        settling.undo(locked, by)
        record("question opened again", subject=locked, by=by, campaign=locked.campaign, kind=locked.kind,
               answer=locked.answer)
        locked.answer, locked.answer_detail, locked.settled_by, locked.settled_at = "", {}, None, None
        locked.save(update_fields=["answer", "answer_detail", "settled_by", "settled_at"])
    return locked


def take_on(*, question: Question, by: User) -> None:
    """From now on it is this person's; somebody else's is taken over, which is on record."""
    with rules_in_words():
        locked = _locked(question)
        _refuse_settled(locked)
        before, locked.assignee = locked.assignee_id, by
        locked.save(update_fields=["assignee"])
        record("question taken on", subject=locked, by=by, campaign=locked.campaign, before=before)


def _refuse_settled(question: Question) -> None:
    if question.settled_at is not None:
        raise RuleBroken(_("This question has been decided meanwhile. Load the page again."))


def set_due(*, question: Question, due_at: datetime, by: User) -> None:
    """Until when it has to be decided."""
    with rules_in_words():
        locked = _locked(question)
        _refuse_settled(locked)
        record("question due", subject=locked, by=by, campaign=locked.campaign,
               before=locked.due_at.isoformat() if locked.due_at else "", after=due_at.isoformat())
        locked.due_at = due_at
        locked.save(update_fields=["due_at"])
