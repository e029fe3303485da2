"""Employers: those that wait to be verified, all of a campaign, and who comes to one of them."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.queries import access, firms, plans
from dispatch.queries.access import Role
from dispatch.queries.rosters import may_print
from dispatch.queries.travellers import travellers
from jobs.models import Employer
from jobs.queries.posts import employers_to_verify, posts_by_employer
from jobs.services.firms import verify_employer
from laborbridge.rules import RuleBroken

from .forms import EmployerFilter
from .page import page, reader

SIZE = 50


@login_required
@require_safe
def to_verify(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    return page(request, "employers/to_verify.html", sight, here="campaign", employers=employers_to_verify(sight.campaign))


@login_required
@require_POST
def verify(request: HttpRequest, campaign_id: int, employer_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    employer = get_object_or_404(Employer, pk=employer_id, campaign=sight.campaign)
    try:
        verify_employer(employer=employer, by=sight.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        said = _("%(name)s is verified. The next run matches its posts.") % {"name": employer.name}
        messages.success(request, said)
    return redirect("employers-to-verify", campaign_id)


def _staff(request: HttpRequest, campaign_id: int) -> access.Sight:
    """Bureau staff and case officers; an employer has a page of its own."""
    sight = access.sight(reader(request), campaign_id)
    if not (sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER)):
        raise Http404
    return sight


@login_required
@require_safe
def employer_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = _staff(request, campaign_id)
    form = EmployerFilter(request.GET)
    seen = access.employers_visible_to(sight) if form.is_valid() else Employer.objects.none()
    if text := form.cleaned_data.get("q"):
        seen = seen.filter(name__icontains=text)
    shown = Paginator(seen.order_by("name", "pk"), SIZE).get_page(request.GET.get("page"))
    plan = plans.plan_to_show(sight)
    return page(
        request, "employers/list.html", sight, here="employers", form=form, shown=shown, plan=plan,
        firms=firms.firms(sight, plan, list(shown.object_list)),
    )


@login_required
@require_safe
def arrivals(request: HttpRequest, campaign_id: int, employer_id: int) -> HttpResponse:
    """Who comes to one employer, gate by gate; `gate` names one of its sites."""
    sight = _staff(request, campaign_id)
    employer = get_object_or_404(access.employers_visible_to(sight), pk=employer_id)
    plan = plans.plan_to_show(sight)
    gates = firms.gates(sight, plan, employer)
    asked = request.GET.get("gate", "")
    gate = next((gate for gate in gates if str(gate.site.pk) == asked), None)
    ids = firms.arrivals(sight, plan, employer, gate.site.pk if gate else None)
    shown = Paginator(ids, SIZE).get_page(request.GET.get("page"))
    return page(
        request, "employers/arrivals.html", sight, here="employers", employer=employer, plan=plan, gates=gates, gate=gate,
        shown=shown, rows=travellers(sight, list(shown.object_list)), coming=sum(gate.coming for gate in gates),
        posts=posts_by_employer([employer.pk]).get(employer.pk, 0), may_print=may_print(sight, plan),
    )
