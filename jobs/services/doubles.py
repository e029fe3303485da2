"""People who may be entered twice: asked about, merged, or remembered as two."""
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import ListImport, Registration, Worker, WorkerMerge
from workers.queries.merging import kept_of
from workers.services.list_lock import lock_lists
from workers.services.merging import Undone, campaigns_of, hold, merge_workers, undo_merge

from ..models import Question, ReturningEmployee
from ..queries.doubles import SAME, TWO_PEOPLE, Double, doubles_in
from ..queries.owners import origin_bureau
from . import possible_rows
from .asking import ask_what_follows
from .questions import Settling, ask_all, settle
from .questions import undo as reopen


def ask_when_stored(imported: ListImport, by: User) -> None:
    """A list of people may bring somebody a second time, under another number."""
    possible_rows.ask_about_rows(imported, by)
    if imported.kind == ListImport.Kind.PEOPLE and origin_bureau(imported.campaign) is not None:
        ask_about_doubles(campaign=imported.campaign, by=by)


def ask_about_doubles(*, campaign: Campaign, by: User | None) -> int:
    """Put everybody who may be registered twice into the worklist of the bureau that they leave from; how many are asked."""
    owner = origin_bureau(campaign)
    if owner is None:
        raise RuleBroken(_("No bureau takes part in this campaign: nobody could decide who is one person."))
    with rules_in_words():
        wanted: dict[int, list[Double]] = defaultdict(list)
        for double in doubles_in(campaign):
            wanted[double.newer.worker].append(double)
        ask_all(
            Question(campaign=campaign, kind=Question.Kind.SAME_PERSON, worker_id=worker, owner=owner,
                     candidates=[_candidate(double) for double in doubles])
            for worker, doubles in wanted.items()
        )
        # Numbers were compared for this purpose, in memory alone.
        record("double entries looked for", subject=campaign, by=by, campaign=campaign, asked=len(wanted))
    return len(wanted)


def _candidate(double: Double) -> dict[str, Any]:
    return {"worker": double.older.worker, "registration": double.older.registration, "score": double.score,
            "compared": double.compared}


def _two(question: Question) -> tuple[Worker, Worker]:
    if not question.candidates or question.worker is None:
        raise RuleBroken(_("Whom this question compared is no longer there. Skip it."))
    other = Worker.objects.filter(pk=question.candidates[0]["worker"]).first()
    if other is None:
        raise RuleBroken(_("Whom this question compared is no longer there. Skip it."))
    return question.worker, other


def _apply(question: Question, answer: str, detail: Mapping[str, Any], by: User) -> dict[str, Any]:
    """One person: merged, with the reason that was given. Two people: never asked again, and the next candidate is."""
    one, other = _two(question)
    if answer == SAME:
        kept, gone = kept_of(one, other)
        why = str(detail.get("why", "")).strip()
        merge = merge_and_ask(kept=kept, gone=gone, by=by, despite=bool(why),
                              why=why or _("Decided in the worklist: one person, entered twice."))
        return {"merge": merge.pk, "kept": kept.pk, "gone": gone.pk}
    if answer != TWO_PEOPLE:
        raise RuleBroken(_("Choose one of the answers."))
    return {"pair": sorted((one.pk, other.pk)), "rest": question.candidates[1:]}


def merge_and_ask(*, kept: Worker, gone: Worker, why: str, by: User, despite: bool = False) -> WorkerMerge:
    """Merge, and ask at once what follows: two firms may claim the one person now."""
    with rules_in_words():
        merge = merge_workers(kept=kept, gone=gone, why=why, by=by, despite=despite)
        _ask_what_follows(merge)
    return merge


def undo_and_ask(*, merge: WorkerMerge, by: User, why: str) -> Undone:
    """Undo, and close what is no longer so."""
    with rules_in_words():
        undone = undo_merge(merge=merge, by=by, why=why)
        _ask_what_follows(merge)
    return undone


def _ask_what_follows(merge: WorkerMerge) -> None:
    theirs = Registration.objects.filter(worker__in=[merge.kept_id, merge.gone_id])
    people: dict[int, list[int]] = defaultdict(list)
    for one in theirs:
        people[one.campaign_id].append(one.pk)
    for campaign in Campaign.objects.filter(pk__in=people).order_by("pk"):
        staff = ReturningEmployee.objects.filter(registration__in=people[campaign.pk])
        ask_what_follows(campaign, registrations=people[campaign.pk], employees=list(staff.values_list("pk", flat=True)))


def decide(*, question: Question, answer: str, why: str, by: User) -> Question:
    """Settle the question; of two people with others still to be compared, the next pair is asked about."""
    if question.row_id:
        with rules_in_words():
            _lock_lists_of(question)
            return settle(question=question, settling=OF_ROWS, answer=answer, detail={"why": why}, by=by)
    one, other = _two(question)
    with rules_in_words():
        # Whoever merges takes the people before the questions about them.
        hold(one.pk, other.pk)
        settled = settle(question=question, settling=SETTLING, answer=answer, detail={"why": why}, by=by)
        rest = settled.answer_detail.get("rest")
        if rest:
            ask_all([Question(campaign=settled.campaign, kind=settled.kind, worker=one, owner=settled.owner,
                              candidates=rest)])
    return settled


def _lock_lists_of(question: Question) -> None:
    """All that an answer about a row takes, before the question: whoever stores or takes back a list comes to it so too."""
    people = possible_rows.people_of(question)
    lock_lists(question.campaign_id, *campaigns_of(*(person.pk for person in people)))


def take_back(*, question: Question, by: User) -> Question:
    if question.row_id:
        with rules_in_words():
            _lock_lists_of(question)
            return reopen(question=question, settling=OF_ROWS, by=by)
    one, other = _two(question)
    with rules_in_words():
        hold(one.pk, other.pk)
        return reopen(question=question, settling=SETTLING, by=by)


def _undo(question: Question, by: User) -> None:
    if question.answer == SAME:
        merge = WorkerMerge.objects.get(pk=question.answer_detail["merge"])
        if merge.undone_at is None:
            undo_and_ask(merge=merge, by=by, why=_("Taken back in the worklist."))
        return
    if question.answer != TWO_PEOPLE:
        raise RuleBroken(_("The two were merged on the person's page. Undo it there."))
    # Whoever was asked about instead is among the candidates of this question again.
    Question.objects.filter(kind=question.kind, worker=question.worker, settled_at=None).delete()


def said(question: Question) -> str:
    return _("two people") if question.answer == TWO_PEOPLE else _("one person, merged")


SETTLING = Settling(_apply, _undo, said)
OF_ROWS = Settling(possible_rows.apply, possible_rows.undo, said)
