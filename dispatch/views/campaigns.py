"""The way in: home, the campaigns that one sees, and the page of one campaign."""
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dispatch.queries import access, campaign, locks, pins, plans, real_names
from jobs.queries.questions import open_by_kind

from .forms import StartForm
from .page import entries, page, reader
from .wording import shown


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the reader: how grave, in a sentence, and where to see to it."""

    level: str
    words: str
    url: str
    door: str


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Leads everybody to where their work is."""
    ids = list(access.campaigns_visible_to(reader(request)).values_list("pk", flat=True)[:2])
    return redirect("campaign", ids[0]) if len(ids) == 1 else redirect("campaigns")


@login_required
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    seen = access.campaigns_visible_to(reader(request)).select_related("origin", "destination")
    return render(request, "campaigns/list.html", {"campaigns": seen})


@login_required
@require_safe
def campaign_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    if not sight.whole:
        return redirect(entries(sight)[0].url)
    now = campaign.standing(sight)
    return page(
        request, "campaigns/campaign.html", sight, here="campaign", now=now,
        needs=[*_lock_needs(sight), *needs(now, campaign_id), *_questions(sight),
               *_ticket_needs(real_names.misfits(sight.campaign))],
        form=StartForm(people=now.to_place, published=now.published), run=shown(now.run) if now.run else None,
        pinned=sum(pins.people_by_kind(sight).values()),
        runs=[shown(run) for run in campaign.runs_of(sight, 6) if not run.is_active][:5],
        plans=plans.newest_plans(sight),
        left=plans.left_by_reason(now.newest) if now.newest else [],
    )


def _lock_needs(sight: access.Sight) -> list[Need]:
    waiting = locks.waiting_for(sight)
    if not waiting:
        return []
    words = ngettext(
        "%(n)s list waits for your office's signature.", "%(n)s lists wait for your office's signature.", waiting,
    ) % {"n": f"{waiting:,}"}
    return [Need("act", words, reverse("roster-locks", args=[sight.campaign.pk]), _("See and sign"))]


def _questions(sight: access.Sight) -> list[Need]:
    waiting = sum(open_by_kind(access.questions_visible_to(sight)).values())
    if not waiting:
        return []
    words = ngettext(
        "%(n)s question about lists waits for a decision.", "%(n)s questions about lists wait for a decision.", waiting,
    ) % {"n": f"{waiting:,}"}
    return [Need("look", words, reverse("questions", args=[sight.campaign.pk]), _("Decide"))]


def _run_needs(now: campaign.Standing) -> list[Need]:
    run = now.run
    if run is None:
        if now.to_place:
            words = ngettext(
                "%(people)s person is registered and has not been matched yet.",
                "%(people)s people are registered and have not been matched yet.", now.to_place,
            ) % {"people": f"{now.to_place:,}"}
            return [Need("act", words, "#start", _("Start a run"))]
        return [Need("act", _("Nobody is registered yet. Bring a list in first."), "", "")]
    if run.is_active:
        return []
    if run.state == run.State.FAILED:
        words = _("The last run failed: %(why)s") % {"why": shown(run).failure}
        return [Need("broken", words, reverse("run", args=[run.pk]), _("See the run"))]
    return []


def _plan_needs(now: campaign.Standing, campaign_id: int) -> list[Need]:
    found = []
    newest, published = now.newest, now.published
    if newest and newest.state == newest.State.DRAFT:
        url = reverse("plan", args=[newest.pk])
        if published is None:
            words = ngettext(
                "Plan %(number)s places %(people)s person and is not published. Nobody has a seat until it is.",
                "Plan %(number)s places %(people)s people and is not published. Nobody has a seat until it is.",
                now.placed,
            ) % {"number": newest.number, "people": f"{now.placed:,}"}
            found.append(Need("act", words, url, _("Look and publish")))
        else:
            words = _("Plan %(number)s places %(people)s; the published plan %(old)s places %(old_people)s.") % {
                "number": newest.number, "people": f"{now.placed:,}",
                "old": published.number, "old_people": f"{now.published_people:,}",
            }
            found.append(Need("look", words, url, _("Compare and publish")))
    if newest and (reasons := plans.left_by_reason(newest)):
        worst = reasons[0]
        words = ngettext(
            "%(people)s person is left in plan %(number)s; the most frequent reason: %(reason)s (%(most)s).",
            "%(people)s people are left in plan %(number)s; the most frequent reason: %(reason)s (%(most)s).", now.left,
        ) % {"people": f"{now.left:,}", "number": newest.number, "reason": worst.words, "most": f"{worst.people:,}"}
        url = f"{reverse('people', args=[campaign_id])}?plan={newest.pk}&show=left"
        found.append(Need("look", words, url, _("See them")))
    return found


def _ticket_needs(misfits: dict[int, int]) -> list[Need]:
    """One line for all trips, leading to the list of the first to leave."""
    if not misfits:
        return []
    seats = sum(misfits.values())
    words = ngettext(
        "%(n)s seat of the carrier does not fit the plan.", "%(n)s seats of the carrier do not fit the plan.", seats,
    ) % {"n": f"{seats:,}"}
    return [Need("look", words, reverse("real-names", args=[next(iter(misfits))]), _("See the list"))]


def needs(now: campaign.Standing, campaign_id: int) -> list[Need]:
    """What needs the reader now, the gravest first."""
    found = _run_needs(now) + _plan_needs(now, campaign_id)
    if now.not_in_plan:
        words = ngettext(
            "%(people)s person has been registered since the newest plan and is not in it.",
            "%(people)s people have been registered since the newest plan and are not in it.", now.not_in_plan,
        ) % {"people": f"{now.not_in_plan:,}"}
        found.append(Need("look", words, "#start", _("Start a run")))
    if now.unverified:
        words = ngettext(
            "%(n)s employer has not been verified; its postings are neither shown nor matched.",
            "%(n)s employers have not been verified; their postings are neither shown nor matched.", now.unverified,
        ) % {"n": f"{now.unverified:,}"}
        found.append(Need("look", words, reverse("employers-to-verify", args=[campaign_id]), _("Verify")))
    return found
