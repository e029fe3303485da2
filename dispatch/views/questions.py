"""The worklist: what of lists is not certain, by kind; one question at a time, decided, skipped, taken back by one key."""
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.queries import access
from dispatch.queries.access import Role, Sight
from jobs.models import Question
from jobs.queries import questions as worklist
from jobs.services.questions import decided_in_words, set_due, take_on
from laborbridge.rules import RuleBroken

from . import disagreements, same_person, which_person  # noqa: F401 - each kind of question registers itself
from .page import page, reader
from .question_kinds import kind_of, registered_kinds, said_of, titles_of

SIZE = 50
# By this hour of a day that is given without one.
END_OF_DAY = time(18)


def _sight(request: HttpRequest, question_id: int) -> tuple[Sight, Question]:
    sight = access.sight_of(reader(request), Question, question_id)
    return sight, get_object_or_404(worklist.with_all(access.questions_visible_to(sight)), pk=question_id)


@login_required
@require_safe
def question_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """What is open, oldest first; of one kind, or one's own, where that is asked for."""
    sight = access.sight(reader(request), campaign_id)
    if not any(sight.has(role) for role in (Role.PLANNER, Role.CASE_OFFICER, Role.HR)):
        return redirect("home")
    seen = access.questions_visible_to(sight)
    counts, kind, mine = worklist.open_by_kind(seen), request.GET.get("kind", ""), request.GET.get("mine") == "1"
    waiting = worklist.with_all(seen).filter(settled_at=None).order_by("pk")
    waiting = waiting.filter(kind=kind) if kind in Question.Kind.values else waiting
    waiting = waiting.filter(assignee=sight.user) if mine else waiting
    shown = Paginator(waiting, SIZE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    titles = titles_of(rows)
    return page(
        request, "questions/list.html", sight, here="questions", shown=shown, kind=kind, mine=mine,
        kinds=[(value, words, counts.get(value, 0)) for value, words in Question.Kind.choices],
        all=sum(counts.values()), rows=[(row, titles[row.pk]) for row in rows], now=timezone.now(),
    )


def _context(sight: Sight, question: Question, last: Question | None, said: list[str]) -> dict[str, Any]:
    """All that one question's part of the page shows."""
    kind = registered_kinds().get(question.kind)
    shown = kind.show(sight, question) if kind else None
    open_now = question.settled_at is None
    counts = worklist.open_by_kind(access.questions_visible_to(sight).filter(kind=question.kind))
    return {
        "question": question, "kind": kind, "shown": shown, "broken": said, "now": timezone.now(),
        "answers": kind.answers(question, shown) if kind and open_now else [], "left": counts.get(question.kind, 0),
        "decided": "" if open_now else decided_in_words(question, said_of),
        **_said_last(last),
    }


def _said_last(last: Question | None) -> dict[str, Any]:
    if last is None:
        return {"last": None}
    return {"last": last, "last_said": decided_in_words(last, said_of), "last_title": titles_of([last])[last.pk]}


def _show(
    request: HttpRequest, sight: Sight, question: Question, last: Question | None = None, said: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """As a part of the page for htmx, with nothing around it; whole where a browser asks by itself."""
    context = _context(sight, question, last, said or [])
    if request.headers.get("HX-Request"):
        # What htmx gets it swaps in only if it went well; what stands against it is said in the part itself.
        return render(request, "questions/_question.html", context | {"campaign": sight.campaign, "sight": sight})
    return page(request, "questions/question.html", sight, here="questions", status=status, **context)


def _after(request: HttpRequest, sight: Sight, question: Question, last: Question | None, said: list[str]) -> HttpResponse:
    """The next one of the kind, in the same answer; when none is left, the list says so."""
    following = worklist.next_open(access.questions_visible_to(sight), question)
    if following is not None:
        return _show(request, sight, following, last, said)
    for sentence in said:
        messages.error(request, sentence)
    if request.headers.get("HX-Request"):
        return render(request, "questions/_none_left.html", {
            "campaign": sight.campaign, "broken": said, "kind_words": question.get_kind_display(), **_said_last(last)})
    return redirect("questions", sight.campaign.pk)


@login_required
@require_safe
def question_page(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question; `after=1` asks for the one that follows it, which is how one is skipped."""
    sight, question = _sight(request, question_id)
    last = _last(request, sight)
    if request.GET.get("after"):
        return _after(request, sight, question, last, [])
    return _show(request, sight, question, last)


def _last(request: HttpRequest, sight: Sight) -> Question | None:
    """What the reader decided before, for as long as it can be taken back from here."""
    asked = request.GET.get("last") or request.POST.get("last") or ""
    seen = worklist.with_all(access.questions_visible_to(sight))
    if asked.isdecimal():
        return seen.filter(pk=asked, settled_by=sight.user).first()
    return None if request.headers.get("HX-Request") else worklist.last_settled(seen, sight.user)


@login_required
@require_POST
def decide(request: HttpRequest, question_id: int) -> HttpResponse:
    sight, question = _sight(request, question_id)
    kind, given = kind_of(question), request.POST.get("answer", "")
    if question.settled_at is None and given not in {a.value for a in kind.answers(question, kind.show(sight, question))}:
        return _show(request, sight, question, None, [_("Choose one of the answers.")], status=422)
    answer, _colon, choice = given.partition(":")
    try:
        kind.settle(question, answer, int(choice) if choice.isdecimal() else None, request.POST.dict(), sight.user)
    except RuleBroken as broken:
        question = _sight(request, question_id)[1]
        if question.settled_at is not None and request.headers.get("HX-Request"):
            return _after(request, sight, question, None, broken.sentences)
        return _show(request, sight, question, None, broken.sentences, status=409)
    last = worklist.with_all(access.questions_visible_to(sight)).get(pk=question.pk)
    return _after(request, sight, question, last, [])


@login_required
@require_POST
def take_back(request: HttpRequest, question_id: int) -> HttpResponse:
    sight, question = _sight(request, question_id)
    if not access.sees_all_compared(sight, question):
        raise Http404
    try:
        kind_of(question).undo(question, sight.user)
    except RuleBroken as broken:
        return _show(request, sight, question, None, broken.sentences, status=409)
    return _show(request, sight, _sight(request, question_id)[1])


@login_required
@require_POST
def take(request: HttpRequest, question_id: int) -> HttpResponse:
    sight, question = _sight(request, question_id)
    try:
        take_on(question=question, by=sight.user)
    except RuleBroken as broken:
        return _show(request, sight, question, None, broken.sentences, status=409)
    return _show(request, sight, _sight(request, question_id)[1], _last(request, sight))


@login_required
@require_POST
def due(request: HttpRequest, question_id: int) -> HttpResponse:
    sight, question = _sight(request, question_id)
    day = _day(request.POST.get("due", ""))
    if day is None:
        return _show(request, sight, question, None, [_("Give the day as 2020-03-21.")], status=422)
    try:
        set_due(question=question, due_at=day, by=sight.user)
    except RuleBroken as broken:
        return _show(request, sight, question, None, broken.sentences, status=409)
    return _show(request, sight, _sight(request, question_id)[1], _last(request, sight))


def _day(text: str) -> datetime | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(found, END_OF_DAY)) if found else None
