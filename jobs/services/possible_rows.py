"""Rows of a list that may be somebody who is registered already: asked about, stored by the answer, put back."""
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from workers.lists.people.deciding import possible_rows, store_one
from workers.lists.people.undeciding import put_one_back
from workers.models import ListImport, ListRow, Registration, Worker, WorkerMerge
from workers.queries.finding import certain_by_number
from workers.queries.merging import doubts_between, ends_of
from workers.services.merging import undo_merge

from ..models import Question
from ..queries.doubles import SAME, TWO_PEOPLE, Entry, entry_of, shares_of, weigh
from ..queries.owners import origin_bureau
from .asking import NO_LONGER_SO
from .questions import ask_all, close_overtaken


def ask_about_rows(imported: ListImport, by: User) -> None:
    """Each row that the list left open, with whom it may be; the bureau that people leave from decides."""
    owner = origin_bureau(imported.campaign)
    if imported.kind != ListImport.Kind.PEOPLE or owner is None:
        return
    rows = [row for row in possible_rows(imported) if row.registration_id]
    people = Registration.objects.filter(pk__in=[row.registration_id for row in rows]).select_related("worker")
    older = {person.pk: entry_of(person) for person in people}
    shares = shares_of(imported.campaign, list(older.values()))
    ask_all(
        Question(campaign=imported.campaign, kind=Question.Kind.SAME_PERSON, row=row, owner=owner,
                 candidates=[_candidate(row, older[row.registration_id or 0], shares)])
        for row in rows if row.registration_id in older
    )


def close_when_taken_back(imported: ListImport, by: User) -> None:
    close_overtaken(kind=Question.Kind.SAME_PERSON, row__imported=imported)


def let_go_of_doubles(registrations: Sequence[int]) -> None:
    """Who is about to be removed is nobody's double any more; where nobody else is left, nothing is asked."""
    gone = set(registrations)
    open_ones = Question.objects.filter(kind=Question.Kind.SAME_PERSON, settled_at=None)
    theirs = Registration.objects.filter(pk__in=gone).values("campaign")
    asked = open_ones.filter(campaign__in=theirs).values_list("pk", "candidates")
    # Nobody waits for the other questions of the campaign.
    offering = [pk for pk, candidates in asked if gone & {candidate["registration"] for candidate in candidates}]
    changed = []
    for question in open_ones.filter(pk__in=offering).select_for_update(of=("self",)).order_by("pk"):
        question.candidates = [candidate for candidate in question.candidates if candidate["registration"] not in gone]
        changed.append(question)
    Question.objects.bulk_update(changed, ["candidates"], batch_size=1000)
    close_overtaken(pk__in=[question.pk for question in changed if not question.candidates])


def store_who_is_like_nobody(imported: ListImport, by: User) -> None:
    """A list is taken back: the rows of others that waited because of its people alone are somebody new."""
    waiting = ListRow.objects.filter(
        imported__campaign=imported.campaign_id, imported__state=ListImport.State.STORED, outcome=ListRow.Outcome.POSSIBLE,
        questions__answer=NO_LONGER_SO, registration=None,
    ).exclude(questions__settled_at=None)
    for row in waiting.select_related("imported").distinct().order_by("pk"):
        store_one(row=row, by=by)


def entry_of_row(row: ListRow) -> Entry:
    said, certain = row.values, certain_by_number(row)
    born = date.fromisoformat(said["born"]) if said.get("born") else None
    return Entry(0, 0, said["name"], said.get("phone", ""), certain.birth_date if certain else born,
                 certain.sex if certain else "", said.get("village_id"), said.get("township_id") or 0,
                 bool(row.identity_cipher))


def _candidate(row: ListRow, older: Entry, shares: Any) -> dict[str, Any]:
    double = weigh(entry_of_row(row), older, shares, slip=False)
    return {"worker": older.worker, "registration": older.registration, "score": double.score, "compared": double.compared}


def apply(question: Question, answer: str, detail: Mapping[str, Any], by: User) -> dict[str, Any]:
    """One person: the row is theirs, and its number too from now on. Two people: the row is somebody new."""
    row, worker = row_of(question), _candidate_of(question)
    kept = {"row": row.pk, "was": {"worker": row.worker_id, "registration": row.registration_id}}
    if answer == TWO_PEOPLE:
        stored = store_one(row=row, by=by)
        # As of two entries, so that these two are never asked about again.
        return {**kept, "pair": sorted((worker.pk, stored.worker_id or 0))}
    if answer != SAME:
        raise RuleBroken(_("Choose one of the answers."))
    _refuse_doubts(worker, row, str(detail.get("why", "")))
    store_one(row=row, by=by, as_worker=worker)
    of_number = Q(gone__identity_whole=row.identity_whole) | Q(kept__identity_whole=row.identity_whole, gone=worker)
    merge = WorkerMerge.objects.filter(of_number, undone_at=None).first()
    return {**kept, "merge": merge.pk if merge else None}


def _refuse_doubts(worker: Worker, row: ListRow, why: str) -> None:
    doubts = doubts_between(worker, row)
    if doubts and not why.strip():
        raise RuleBroken(*doubts, _(
            "Two people are not one because they share a telephone. If they are one all the same, confirm it and say why."))


def undo(question: Question, by: User) -> None:
    """The merge first: what the row changed is of the one who is kept."""
    detail = question.answer_detail
    merge = WorkerMerge.objects.filter(pk=detail.get("merge"), undone_at=None).first()
    was = detail["was"]
    if not Registration.objects.filter(pk=was["registration"]).exists():
        raise RuleBroken(_("Whom this question compared is no longer there. Skip it."))
    put_one_back(row=row_of(question), was=was, by=by)
    if merge is not None:
        undo_merge(merge=merge, by=by, why=_("Taken back in the worklist."))


def people_of(question: Question) -> list[Worker]:
    """Whom an answer may merge: the one the row is compared with, whoever has its number, and who they are in the end."""
    asked = Q(pk__in=[candidate["worker"] for candidate in question.candidates[:1]])
    if question.row and question.row.identity_whole:
        asked |= Q(identity_whole=question.row.identity_whole)
    found = list(Worker.objects.filter(asked))
    ends = ends_of([worker.pk for worker in found])
    return found + list(Worker.objects.filter(pk__in=ends.values()))


def row_of(question: Question) -> ListRow:
    if question.row is None:
        raise RuleBroken(_("Whom this question compared is no longer there. Skip it."))
    return question.row


def _candidate_of(question: Question) -> Worker:
    found: Sequence[Worker] = list(Worker.objects.filter(pk__in=[c["worker"] for c in question.candidates[:1]]))
    if not found:
        raise RuleBroken(_("Whom this question compared is no longer there. Skip it."))
    return found[0]
