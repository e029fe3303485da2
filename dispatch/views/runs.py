"""Starting, watching and stopping a run."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.models import Run
from dispatch.queries import access, campaign, pins, plans
from dispatch.services.runs import cancel_run, start_run
from laborbridge.rules import RuleBroken

from .forms import StartForm
from .page import page, reader
from .wording import shown


def _run(request: HttpRequest, run_id: int) -> tuple[access.Sight, Run]:
    sight = access.sight_of(reader(request), Run, run_id)
    runs = access.runs_visible_to(sight).select_related("plan", "requested_by", "cancel_requested_by")
    return sight, get_object_or_404(runs, pk=run_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def runs(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """All runs and plans of a campaign; a post starts the next run."""
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    if request.method == "POST":
        return _start(request, sight)
    return page(
        request, "runs/list.html", sight, here="runs", runs=[shown(run) for run in campaign.runs_of(sight)],
        plans=plans.newest_plans(sight, 50),
    )


def _start(request: HttpRequest, sight: access.Sight) -> HttpResponse:
    form = StartForm(request.POST, people=campaign.people_to_place(sight), published=plans.published_plan(sight))
    if not form.is_valid():
        for field, errors in form.errors.items():
            for said in errors:
                messages.error(request, _("%(field)s: %(fault)s") % {"field": form.fields[field].label, "fault": said})
        return redirect("campaign", sight.campaign.pk)
    try:
        start_run(campaign=sight.campaign, by=sight.user, **form.cleaned_data)
    except RuleBroken as broken:
        for said in broken.sentences:
            messages.error(request, said)
    return redirect("campaign", sight.campaign.pk)


@login_required
@require_safe
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    sight, run = _run(request, run_id)
    refused = Paginator(pins.refusals_of(run), 50).get_page(request.GET.get("page"))
    return page(request, "runs/run.html", sight, here="runs", run=shown(run), shown=refused,
                refused=pins.said_of(refused.object_list))


@login_required
@require_safe
@never_cache
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The live part of a run; once it has ended, the part says so and asks no more."""
    _sight, run = _run(request, run_id)
    return render(request, "runs/_progress.html", {"run": shown(run), "renewed": True})


@login_required
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    sight, run = _run(request, run_id)
    try:
        cancel_run(run=run, by=sight.user)
    except RuleBroken as broken:
        for said in broken.sentences:
            messages.error(request, said)
    return redirect("campaign", sight.campaign.pk)
