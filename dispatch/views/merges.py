"""Two entries of one person: looked at side by side, merged by hand, and parted again."""
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.queries import access, merges, people, plans, search
from dispatch.queries.comparing import marks
from jobs.services.doubles import merge_and_ask, undo_and_ask
from laborbridge.rules import RuleBroken
from workers.models import Registration, WorkerMerge
from workers.queries.merging import entries_of, kept_of, merge_plan
from workers.services.merging import changed_since, undo_refusals

from .page import page, reader

# So many are offered to choose from; who finds more types more.
OFFERED = 12


def _person(request: HttpRequest, registration_id: int) -> tuple[access.Sight, Registration]:
    sight = access.sight_of(reader(request), Registration, registration_id)
    plans.require_whole(sight)
    seen = merges.with_sides(access.registrations_visible_to(sight))
    return sight, get_object_or_404(seen, pk=registration_id)


def _refuse_elsewhere(sight: access.Sight, workers: list[int]) -> None:
    elsewhere = merges.campaigns_elsewhere(sight.user, workers)
    if elsewhere:
        raise RuleBroken(merges.elsewhere_in_words(elsewhere))


def _found(sight: access.Sight, person: Registration, text: str) -> list[people.Row]:
    """Whoever fits what was typed, but for the person."""
    others = access.registrations_visible_to(sight).exclude(worker=person.worker_id)
    ids = search.search(others, text).ids[:OFFERED] if text else []
    return people.rows_of(ids, plans.plan_to_show(sight, None))


def _beside(sight: access.Sight, person: Registration, other: Registration) -> dict[str, Any]:
    """The two side by side, the kept one first, with what merging would do."""
    kept, gone = kept_of(person.worker, other.worker)
    first, second = (person, other) if person.worker_id == kept.pk else (other, person)
    plan = merge_plan(kept, gone, sight.user)
    return {
        "other": other, "sides": [merges.shown(first), merges.shown(second)], "merging": plan,
        "marks": marks(merges.compared(first, second)), "moved": merges.in_words(plan.moved),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, registration_id: int) -> HttpResponse:
    """Search for the other entry, look at both, merge."""
    sight, person = _person(request, registration_id)
    if request.method == "POST":
        return _merge(request, sight, person)
    return _show(request, sight, person, request.GET.get("other", ""), request.GET.get("q", "").strip())


def _show(
    request: HttpRequest, sight: access.Sight, person: Registration, other: str, text: str = "", broken: Any = (),
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"person": person, "q": text, "broken": broken, "why": request.POST.get("why", "")}
    if other.isdecimal():
        seen = merges.with_sides(access.registrations_visible_to(sight))
        context |= _beside(sight, person, get_object_or_404(seen, pk=int(other)))
    else:
        context["found"] = _found(sight, person, text)
    return page(request, "merges/merge.html", sight, here="people", status=status, **context)


def _merge(request: HttpRequest, sight: access.Sight, person: Registration) -> HttpResponse:
    given = request.POST.get("other", "")
    if not given.isdecimal():
        return _show(request, sight, person, "", broken=[_("Choose the other entry first.")], status=422)
    other = get_object_or_404(access.registrations_visible_to(sight).select_related("worker"), pk=int(given))
    kept, gone = kept_of(person.worker, other.worker)
    try:
        _refuse_elsewhere(sight, [kept.pk, gone.pk])
        merge_and_ask(kept=kept, gone=gone, why=request.POST.get("why", ""), by=sight.user,
                      despite=request.POST.get("despite") == "1")
    except RuleBroken as broken:
        return _show(request, sight, person, given, broken=broken.sentences, status=409)
    messages.success(request, _("One person from now on: {name}. It can be undone below.").format(name=kept.name))
    return _to(sight, kept.pk, person)


def _to(sight: access.Sight, worker: int, person: Registration) -> HttpResponse:
    """The page of the registration that the person goes by in this campaign."""
    goes = access.registrations_visible_to(sight).filter(worker=worker).values_list("pk", flat=True).first()
    return redirect(reverse("person", args=[goes or person.pk]) + "#merges")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, registration_id: int, merge_id: int) -> HttpResponse:
    """What undoing would do, and doing it."""
    sight, person = _person(request, registration_id)
    entries = [entry.pk for entry in entries_of(person.worker)]
    mine = WorkerMerge.objects.select_related("kept", "gone", "by", "undone_by")
    done = get_object_or_404(mine.filter(gone__in=entries) | mine.filter(kept__in=entries), pk=merge_id)
    if request.method != "POST":
        return _show_undo(request, sight, person, done)
    try:
        _refuse_elsewhere(sight, [done.kept_id, done.gone_id])
        undone = undo_and_ask(merge=done, by=sight.user, why=request.POST.get("why", ""))
    except RuleBroken as broken:
        return _show_undo(request, sight, person, done, broken.sentences, 409)
    shown = merges.merge_shown(done)
    messages.success(request, _("Two people again: {kept} and {gone}.").format(kept=shown.kept, gone=shown.gone))
    for count in merges.in_words(undone.left):
        messages.warning(request, _("Changed since, so left as it is: {words} ({n}).").format(words=count.words, n=count.n))
    return _to(sight, done.kept_id, person)


def _show_undo(
    request: HttpRequest, sight: access.Sight, person: Registration, done: WorkerMerge, broken: Any = (), status: int = 200
) -> HttpResponse:
    changed = changed_since(done.moved)
    return page(
        request, "merges/undo.html", sight, here="people", status=status, person=person, merge=done, broken=broken,
        shown=merges.merge_shown(done), refusals=undo_refusals(done),
        back=merges.in_words(m for m in done.moved if m not in changed), left=merges.in_words(changed),
        why=request.POST.get("why", ""),
    )
