"""Employers that wait to be verified: until then nothing of theirs is shown or matched."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.queries import access, plans
from jobs.models import Employer
from jobs.queries import employers_to_verify
from jobs.services import verify_employer
from laborbridge.rules import RuleBroken

from .page import page, reader


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
