"""The registry of kinds of questions: how each is shown, with which keys it is answered, and which services do that.

A kind's own file makes a QuestionKind and calls register_kind; dispatch.views.questions imports that file.
"""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from dispatch.queries.access import Sight
from jobs.models import Question
from laborbridge.accounts.models import User


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: the key that presses it (1, 2, 3 or 0), what it says, and perhaps which of several people or firms."""

    key: str
    answer: str
    words: str
    choice: int | None = None

    @property
    def value(self) -> str:
        return self.answer if self.choice is None else f"{self.answer}:{self.choice}"


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """One kind of question.

    `titles` names whom questions are about, in few queries for any number. `show` has what the template needs of one, and
    `answers` its buttons. `settle` calls the service that does an answer: it gets the answer, its choice and all fields of
    the form, and raises RuleBroken where the answer cannot be. `undo` takes back what is settled. `said` is the decision of
    a settled question in a few words. The template has `question`, `shown`, `answers`; its fields stand inside the form.
    """

    kind: str
    template: str
    titles: Callable[[Sequence[Question]], Mapping[int, str]]
    show: Callable[[Sight, Question], Any]
    answers: Callable[[Question, Any], Sequence[Answer]]
    settle: Callable[[Question, str, int | None, Mapping[str, str], User], object]
    undo: Callable[[Question, User], object]
    said: Callable[[Question], str]


_KINDS: dict[str, QuestionKind] = {}


def register_kind(kind: QuestionKind) -> None:
    if kind.kind not in Question.Kind.values:
        raise ValueError(f"no question is of kind {kind.kind!r}")
    _KINDS[kind.kind] = kind


def kind_of(question: Question) -> QuestionKind:
    """Http404 for a kind that has no page in this version."""
    if question.kind not in _KINDS:
        raise Http404
    return _KINDS[question.kind]


def registered_kinds() -> Mapping[str, QuestionKind]:
    return _KINDS


def said_of(question: Question) -> str:
    kind = _KINDS.get(question.kind)
    return kind.said(question) if kind else question.answer


def titles_of(questions: Sequence[Question]) -> dict[int, str]:
    """Whom each question is about; one of a kind that has no page yet is named by its kind."""
    found = {question.pk: str(question.get_kind_display()) for question in questions}
    for key, kind in _KINDS.items():
        if mine := [question for question in questions if question.kind == key]:
            found |= kind.titles(mine)
    return found
