"""The question whether two entries, or a row of a list and an entry, are one person: side by side, decided by one key."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dispatch.queries import access, merges
from dispatch.queries.access import Sight
from dispatch.queries.comparing import Mark, marks
from jobs.models import Question
from jobs.queries.doubles import TWO_PEOPLE
from jobs.services.doubles import SAME, decide, said, take_back
from jobs.services.possible_rows import people_of
from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from workers.models import Registration
from workers.queries.merging import MergePlan, kept_of, merge_plan

from .question_kinds import Answer, QuestionKind, register_kind


@dataclass(frozen=True, slots=True)
class SamePerson:
    """Two entries, the one that would be kept first; nothing where the reader may not see both."""

    # A row of a list has no registration yet: the right one of the two, as the list names them.
    row: merges.RowShown | None
    sides: Sequence[merges.Shown]
    marks: Mapping[str, Mark]
    score: int
    merging: MergePlan | None
    moved: Sequence[merges.Count]
    others: int


def _entries(question: Question) -> list[int]:
    first = question.candidates[:1]
    return [question.worker_id or 0, *(candidate["worker"] for candidate in first)]


def _titles(questions: Sequence[Question]) -> dict[int, str]:
    rows = {question.pk: question.row.values.get("name", "") for question in questions if question.row}
    return rows | {question.pk: question.worker.name for question in questions if question.worker}


def _show_row(sight: Sight, question: Question) -> SamePerson:
    """The registered person on the left, the row of the list on the right."""
    candidate: dict[str, Any] = question.candidates[0]
    seen = merges.with_sides(access.registrations_visible_to(sight)).filter(pk=candidate["registration"])
    return SamePerson(
        merges.row_shown(question.row, [person.worker for person in seen]) if question.row else None,
        [merges.shown(person) for person in seen], marks(candidate["compared"]), candidate["score"], None, [], 0)


def _show(sight: Sight, question: Question) -> SamePerson:
    if question.row_id:
        return _show_row(sight, question)
    seen = merges.with_sides(access.registrations_visible_to(sight)).filter(worker__in=_entries(question))
    people: list[Registration] = list(seen)
    candidate: dict[str, Any] = question.candidates[0] if question.candidates else {"score": 0, "compared": {}}
    others = max(len(question.candidates) - 1, 0)
    if len(people) != 2:
        return SamePerson(None, [], {}, candidate["score"], None, [], others)
    kept, gone = kept_of(people[0].worker, people[1].worker)
    ordered = sorted(people, key=lambda person: person.worker_id != kept.pk)
    plan = merge_plan(kept, gone, sight.user) if question.settled_at is None else None
    return SamePerson(
        None, [merges.shown(person) for person in ordered], marks(candidate["compared"]), candidate["score"], plan,
        merges.in_words(plan.moved) if plan else [], others,
    )


def _answers(question: Question, shown: SamePerson) -> list[Answer]:
    if not shown.sides:
        return []
    two = Answer("2", TWO_PEOPLE, _("Two people"))
    if shown.merging and shown.merging.refusals:
        return [two]
    return [Answer("1", SAME, _("One person: the row is theirs") if shown.row else _("One person: merge")), two]


def _who_would_be_merged(question: Question) -> list[int]:
    """Of a row of a list also whoever has its number already, in whatever campaign."""
    return [person.pk for person in people_of(question)] if question.row_id else _entries(question)


def _settle(question: Question, answer: str, _choice: int | None, fields: Mapping[str, str], by: User) -> None:
    elsewhere = merges.campaigns_elsewhere(by, _who_would_be_merged(question)) if answer == SAME else []
    if elsewhere:
        raise RuleBroken(merges.elsewhere_in_words(elsewhere))
    decide(question=question, answer=answer, why=fields.get("why", ""), by=by)


def _undo(question: Question, by: User) -> None:
    take_back(question=question, by=by)


register_kind(QuestionKind(
    Question.Kind.SAME_PERSON, "questions/_same_person.html", _titles, _show, _answers, _settle, _undo, said))
