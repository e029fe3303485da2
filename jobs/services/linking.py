"""Linking rows of other lists with registered people: by evidence, by a person's decision, and letting go again."""
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import Registration
from workers.services.list_lock import lock_lists

from ..linking.candidates import Everybody, Listed, chunks
from ..linking.comparing import Person
from ..linking.deciding import KEPT, Decision, Weighed, decide
from ..models import Question, ReturningEmployee, Sighting
from ..models.returning import Link, Linked
from . import questions
from .asking import ask_what_follows
from .presence import settle_outcomes
from .questions import Settling, ask_all, close_overtaken
from .reserving import let_go_of_posts, reserve
from .unsaid import NEEDS_A_PERSON, forget_wishes
from .wishes import lock_person

WHICH = Question.Kind.WHICH_PERSON
PERSON, NOBODY = "person", "nobody"
# Which field of a question names a row of which list.
ABOUT: Mapping[type[Linked], str] = {ReturningEmployee: "employee", Sighting: "sighting"}
_KEPT = ["link", "registration", "score", "compared", "linked_by", "linked_at"]


def listed(row: Linked) -> Listed:
    """A row as it is compared. Within one employer's list nobody stands twice; in a register they may."""
    employee = row if isinstance(row, ReturningEmployee) else None
    person = Person(
        row.name, row.phone, _bytes(row.identity_whole), _bytes(row.identity_first6_last4), _bytes(row.identity_last4),
        home=employee.home if employee else getattr(row, "place", ""),
        trades=(employee.trade,) if employee and employee.trade else (),
    )
    return Listed(row.pk, person, frozenset(row.not_these), within=employee.employer_id if employee else -row.pk)


def _bytes(hashed: bytes | memoryview | None) -> bytes | None:
    return None if hashed is None else bytes(hashed)


def link(rows: "models.QuerySet[Any]", *, campaign: Campaign, owner: Organisation) -> Counter[str]:
    """Link those of some rows that are not linked: sure ones by themselves, doubtful ones go to the owner's worklist.

    In the caller's transaction, under the campaign's list lock. How many became what is the answer.
    """
    model: type[Linked] = rows.model
    everybody, became = Everybody.of(campaign), Counter[str]()
    for ids in chunks(list(rows.exclude(link=Link.LINKED).order_by("pk").values_list("pk", flat=True))):
        # Questions before rows, as whoever settles one locks them.
        list(Question.objects.select_for_update().filter(
            kind=WHICH, settled_at=None, **{f"{ABOUT[model]}__in": ids}).order_by("pk").values_list("pk"))
        waiting = list(model._default_manager.select_for_update(of=("self",)).filter(pk__in=ids).exclude(
            link=Link.LINKED).order_by("pk"))
        decisions = _taken_are_doubtful(model, decide(everybody, [listed(row) for row in waiting]))
        _keep(model, waiting, decisions)
        _ask(model, campaign, owner, decisions)
        became.update(decision.link for decision in decisions)
        _follow(campaign, model, waiting)
    return became


def _follow(campaign: Campaign, model: type[Linked], rows: Sequence[Any]) -> None:
    """Two firms that want one person, dates that do not fit: what a link brings to light is asked at once."""
    linked = [row for row in rows if row.link == Link.LINKED]
    if model is ReturningEmployee and linked:
        ask_what_follows(
            campaign, registrations=[row.registration_id for row in linked], employees=[row.pk for row in linked])


def relink(*, campaign: Campaign, owner: Organisation) -> Counter[str]:
    """After the campaign's people have changed: whoever of a list is not linked yet is looked for anew."""
    found = link(ReturningEmployee.objects.filter(employer__campaign=campaign), campaign=campaign, owner=owner)
    return found + link(
        Sighting.objects.filter(register__imported__campaign=campaign), campaign=campaign, owner=owner)


def _taken_are_doubtful(model: type[Linked], decisions: Sequence[Decision]) -> list[Decision]:
    """Somebody who is linked with another row of the same employer is for a person to look at."""
    if model is not ReturningEmployee:
        return list(decisions)
    wanted = {d.best.registration for d in decisions if d.best and d.link == Link.LINKED}
    linked = ReturningEmployee.objects.filter(registration__in=wanted, employer__in={d.within for d in decisions})
    taken = set(linked.values_list("employer", "registration"))
    return [
        Decision(d.key, d.within, Link.DOUBTFUL, d.candidates)
        if d.best and d.link == Link.LINKED and (d.within, d.best.registration) in taken else d
        for d in decisions
    ]


def _keep(model: type[Linked], rows: Sequence[Any], decisions: Sequence[Decision]) -> None:
    now = timezone.now()
    _open_wishes(model, [row for row, decision in zip(rows, decisions, strict=True) if decision.link == Link.LINKED])
    for row, decision in zip(rows, decisions, strict=True):
        best = decision.best
        row.link, row.score, row.compared = decision.link, best.score if best else 0, _words(best)
        if decision.link == Link.LINKED and best:
            row.registration_id, row.linked_at = best.registration, now
    _write(model, rows)
    if model is ReturningEmployee:
        reserve([row for row in rows if row.link == Link.LINKED])


def _open_wishes(model: type[Linked], rows: Sequence[Any]) -> None:
    """Nobody goes back by what was said before it was known who they are: they are asked."""
    stale = {row.pk for row in rows if row.wish in NEEDS_A_PERSON} if model is ReturningEmployee else set()
    opened = forget_wishes(stale, *NEEDS_A_PERSON) if stale else []
    for row in rows:
        if row.pk in opened:
            row.wish, row.wish_by, row.wish_at = ReturningEmployee.Wish.OPEN, None, None


# Several hundred rows at once: the ORM's own way takes longer than all the comparing.
_UPDATE = """
UPDATE {table} t SET link = v.link, registration_id = v.registration, score = v.score, compared = v.compared::jsonb,
    linked_at = v.linked_at, linked_by_id = NULL
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::text[], %s::timestamptz[])
    AS v (id, link, registration, score, compared, linked_at)
WHERE t.id = v.id
"""


def _write(model: type[Linked], rows: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE.format(table=model._meta.db_table), [
            [row.pk for row in rows], [str(row.link) for row in rows], [row.registration_id for row in rows],
            [row.score for row in rows], [json.dumps(row.compared) for row in rows], [row.linked_at for row in rows]])


def _words(best: Weighed | None) -> dict[str, str]:
    return best.compared.as_words() if best else {}


def _ask(model: type[Linked], campaign: Campaign, owner: Organisation, decisions: Sequence[Decision]) -> None:
    """Doubtful ones; questions about the others are closed, since they are no longer asked."""
    about = ABOUT[model]
    close_overtaken(kind=WHICH, **{f"{about}__in": [d.key for d in decisions if d.link != Link.DOUBTFUL]})
    ask_all(
        Question(campaign=campaign, kind=WHICH, owner=owner, candidates=as_candidates(d.candidates),
                 **{f"{about}_id": d.key})
        for d in decisions if d.link == Link.DOUBTFUL
    )


def as_candidates(weighed: Iterable[Weighed]) -> list[dict[str, Any]]:
    return [{"registration": one.registration, "score": one.score, "compared": one.compared.as_words()} for one in weighed]


# --- a person decides ------------------------------------------------------------------------------------------------


def asked_about(question: Question) -> Any:
    """The row of the other list, locked."""
    for model, about in ABOUT.items():
        if pk := getattr(question, f"{about}_id"):
            return model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    raise ValueError(f"question {question.pk} is about no row of a list")


def _decide(question: Question, answer: str, detail: Mapping[str, Any], by: User) -> dict[str, Any]:
    row = asked_about(question)
    before = {"score": row.score, "compared": row.compared}
    if answer == NOBODY:
        refused = [c["registration"] for c in question.candidates[:KEPT]]
        row.not_these = sorted({*row.not_these, *refused})
        row.link, row.score, row.compared = Link.UNLINKED, 0, {}
        row.save(update_fields=["not_these", "link", "score", "compared"])
        return {"not_these": refused, "before": before}
    chosen = next((c for c in question.candidates if c["registration"] == detail.get("registration")), None)
    if answer != PERSON or chosen is None:
        raise RuleBroken(_("This person is not among those to choose from any more. Load the page again."))
    _refuse_who_is_gone(row, chosen["registration"])
    lock_person(chosen["registration"])
    _open_wishes(type(row), [row])
    row.link, row.registration_id, row.linked_by, row.linked_at = Link.LINKED, chosen["registration"], by, timezone.now()
    row.score, row.compared = chosen["score"], chosen["compared"]
    row.save(update_fields=_KEPT)
    kept = reserve([row]) if isinstance(row, ReturningEmployee) else []
    _follow(question.campaign, type(row), [row])
    _settle_outcome(question, row, chosen["registration"], by)
    return {"registration": chosen["registration"], "before": before, "reserved": kept}


def _settle_outcome(question: Question, row: Linked, registration: int, by: User) -> None:
    """What a register's row says of somebody follows from the link, and goes with it."""
    if isinstance(row, Sighting):
        settle_outcomes(question.campaign, by=by, people=[registration])


def _refuse_who_is_gone(row: Linked, registration: int) -> None:
    if not Registration.objects.filter(pk=registration).exists():
        raise RuleBroken(_("This registration was taken back meanwhile. Choose somebody else, or nobody."))
    if not isinstance(row, ReturningEmployee):
        return
    same = ReturningEmployee.objects.filter(employer=row.employer_id, registration=registration).exclude(pk=row.pk).first()
    if same is not None:
        raise RuleBroken(_(
            "The same firm's list has this person already, as %(name)s. Choose somebody else, or nobody; or undo that link."
        ) % {"name": same.name})


def _take_back(question: Question, by: User) -> None:
    row = asked_about(question)
    detail = question.answer_detail
    if question.answer == PERSON:
        if row.registration_id != detail["registration"]:
            raise RuleBroken(_("What this decided has been changed since. There is nothing to take back."))
        _let_go_of_posts(row, detail.get("reserved", []))
        row.registration_id = row.linked_by = row.linked_at = None
    elif row.link == Link.LINKED:
        raise RuleBroken(_("This person was linked with somebody else since. There is nothing to take back."))
    refused = set(detail.get("not_these", []))
    row.not_these = [pk for pk in row.not_these if pk not in refused]
    row.link, row.score, row.compared = Link.DOUBTFUL, detail["before"]["score"], detail["before"]["compared"]
    row.save(update_fields=[*_KEPT, "not_these"])
    if detail.get("registration") and isinstance(row, ReturningEmployee):
        ask_what_follows(question.campaign, registrations=[detail["registration"]], employees=[row.pk])
    elif detail.get("registration"):
        _settle_outcome(question, row, detail["registration"], by)


def _let_go_of_posts(row: Any, reserved: Sequence[int]) -> None:
    if isinstance(row, ReturningEmployee) and row.wish != ReturningEmployee.Wish.OPEN:
        raise RuleBroken(_("%(name)s has been asked since: %(wish)s. Take that back first.") % {
            "name": row.name, "wish": row.get_wish_display()})
    let_go_of_posts(reserved)


def said(question: Question) -> str:
    if question.answer == NOBODY:
        return _("nobody of these")
    chosen = Registration.objects.select_related("worker").filter(pk=question.answer_detail.get("registration")).first()
    return _("%(name)s (%(ref)s)") % {"name": chosen.worker.name, "ref": chosen.ref} if chosen else _("a registered person")


WHICH_PERSON = Settling(_decide, _take_back, said)


def choose_person(*, question: Question, registration: int, by: User) -> Question:
    """It is this registered person."""
    return _settle(question, PERSON, by, registration=registration)


def choose_nobody(*, question: Question, by: User) -> Question:
    """It is none of them, and none of them is offered for this row again."""
    return _settle(question, NOBODY, by)


def _settle(question: Question, answer: str, by: User, **detail: int) -> Question:
    with rules_in_words():
        lock_lists(question.campaign_id)
        return questions.settle(question=question, settling=WHICH_PERSON, answer=answer, by=by, detail=detail)


def take_choice_back(*, question: Question, by: User) -> Question:
    with rules_in_words():
        lock_lists(question.campaign_id)
        return questions.undo(question=question, settling=WHICH_PERSON, by=by)


# --- letting go ------------------------------------------------------------------------------------------------------


def let_go_of_links(registrations: Sequence[int]) -> None:
    """Registrations are about to be removed: who is linked with one is not any more, and nobody is offered it."""
    gone = set(registrations)
    _let_wishes_go(gone)
    for model in ABOUT:
        model._default_manager.filter(registration__in=gone).update(
            link=Link.UNLINKED, registration=None, linked_by=None, linked_at=None, score=0, compared={})
    offered, changed = Question.objects.filter(pk__in=_offering(sorted(gone)), settled_at=None), []
    for question in offered.select_for_update().order_by("pk"):
        question.candidates = [c for c in question.candidates if c["registration"] not in gone]
        changed.append(question)
    Question.objects.bulk_update(changed, ["candidates"], batch_size=1000)


def _let_wishes_go(gone: set[int]) -> None:
    said = dict(ReturningEmployee.objects.filter(registration__in=gone).exclude(
        wish=ReturningEmployee.Wish.OPEN).values_list("pk", "employer__campaign"))
    forget_wishes(said, *ReturningEmployee.Wish.values)
    for campaign in Campaign.objects.filter(pk__in=set(said.values())):
        ask_what_follows(campaign, registrations=[], employees=[pk for pk, its in said.items() if its == campaign.pk])


def _offering(registrations: Sequence[int]) -> list[int]:
    """Open questions to which one of some registrations is an answer."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT q.id FROM jobs_question q WHERE q.kind = %s AND q.settled_at IS NULL AND EXISTS (
                SELECT FROM jsonb_array_elements(q.candidates) c WHERE (c->>'registration')::bigint = ANY(%s))""",
            [WHICH, list(registrations)])
        return [pk for (pk,) in cursor.fetchall()]
