"""What came out of a run, and publishing it."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.models import Plan
from dispatch.queries import access, changes, comparison, locks, pins, plans
from dispatch.queries.seat_changes import seat_changes
from dispatch.services.publishing import publish_plan
from laborbridge.rules import RuleBroken

from .forms import PublishForm
from .page import page, reader

SIZE = 50


def _plan(request: HttpRequest, plan_id: int) -> tuple[access.Sight, Plan]:
    sight = access.sight_of(reader(request), Plan, plan_id)
    return sight, plans.plan_or_404(sight, plan_id)


@login_required
@require_safe
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    sight, plan = _plan(request, plan_id)
    return _show(request, sight, plan, PublishForm())


def _show(
    request: HttpRequest, sight: access.Sight, plan: Plan, form: PublishForm, broken: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return page(
        request, "plans/plan.html", sight, here="runs", status=status, plan=plan, form=form, broken=broken or [],
        placed=plans.placed(plan), left=plans.left_by_reason(plan), left_people=plans.left(plan),
        published=plans.published_plan(sight), changes=changes.newest_of(plan),
        pinned=sum(pins.people_by_kind(sight).values()),
    )


@login_required
@require_safe
def breakdown(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Counted apart from the page: over every person of a plan."""
    _sight, plan = _plan(request, plan_id)
    counties, employers = plans.breakdown(plan)
    return render(request, "plans/_breakdown.html", {"plan": plan, "counties": counties, "employers": employers})


@login_required
@require_safe
def difference(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Whom publishing this plan would move, beside the published one."""
    sight, plan = _plan(request, plan_id)
    published = plans.published_plan(sight)
    moved = plans.difference(before=published, after=plan) if published and published != plan else None
    kept = plans.kept_by(plan)
    return render(request, "plans/_difference.html", {
        "plan": plan, "published": published, "moved": moved, "kept": kept, "floors": plans.floors_of(plan),
        "seats": seat_changes(before=published, after=plan) if published and moved and kept else None,
        "frozen": locks.frozen_lists_changed_by(sight, plan) if moved else [],
    })


@login_required
@require_safe
def changes_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Everybody whom publishing this plan would move: who, from, to and why; all of it, or one cause."""
    sight, plan = _plan(request, plan_id)
    plans.require_whole(sight)
    published = plans.published_plan(sight)
    if published is None or published == plan:
        return redirect("plan", plan.pk)
    found, cause = comparison.changes_between(published, plan), request.GET.get("cause", "")
    shown = Paginator([c for c in found if cause in ("", c.cause)], SIZE).get_page(request.GET.get("page"))
    return page(
        request, "plans/changes.html", sight, here="runs", plan=plan, published=published, groups=comparison.by_cause(found),
        people=len(found), cause=cause, cause_words=comparison.CAUSES.get(cause, cause), shown=shown,
        lines=comparison.lines(published, plan, list(shown.object_list)),
        unchanged=comparison.unchanged(plan, found),
    )


@login_required
@require_POST
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    sight, plan = _plan(request, plan_id)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _show(request, sight, plan, form, status=422)
    try:
        publish_plan(plan=plan, by=sight.user, note=form.cleaned_data["note"])
    except RuleBroken as broken:
        return _show(request, sight, plan, form, broken.sentences, status=409)
    messages.success(request, _("Plan %(number)s is published. Its people have their posts and seats now.") % {
        "number": plan.number})
    return redirect("plan", plan.pk)
