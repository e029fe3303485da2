"""Reads of the worklist: what waits for a decision, how much of which kind, and what comes next."""
from django.db.models import Count, QuerySet

from laborbridge.accounts.models import User

from ..models import Question


def with_all(questions: QuerySet[Question]) -> QuerySet[Question]:
    """What a question is about comes by queries of its own: to plan one that joins it all takes longer than to run these."""
    return questions.select_related("campaign", "owner", "assignee", "settled_by").prefetch_related(
        "employee__employer", "employee__row", "sighting__register", "sighting__row", "row__imported", "worker",
        "registration__worker",
    )


def open_by_kind(questions: QuerySet[Question]) -> dict[str, int]:
    """How many are open of each kind."""
    counted = questions.filter(settled_at=None).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(counted)


def next_open(questions: QuerySet[Question], after: Question) -> Question | None:
    """The next open one of the same kind in the order in which they were asked; after the last comes the first again."""
    waiting = with_all(questions).filter(settled_at=None, kind=after.kind).order_by("pk")
    return waiting.filter(pk__gt=after.pk).first() or waiting.exclude(pk=after.pk).first()


def last_settled(questions: QuerySet[Question], by: User) -> Question | None:
    """What somebody decided last, to be taken back."""
    return with_all(questions).filter(settled_by=by).order_by("-settled_at").first()
