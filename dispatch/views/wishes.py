"""What returning employees want, recorded by whoever speaks with them: liaison, case officer, bureau, or their firm."""
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dispatch.queries import access, claims
from dispatch.queries.access import Role
from jobs.models import Employer, ReturningEmployee
from jobs.services.wishes import record_wish
from laborbridge.rules import RuleBroken

from .page import page, reader

SIZE = 50


@login_required
@require_POST
def wish(request: HttpRequest, employee_id: int) -> HttpResponse:
    employee = get_object_or_404(ReturningEmployee.objects.select_related("employer"), pk=employee_id)
    sight = access.sight(reader(request), employee.employer.campaign_id)
    get_object_or_404(access.returning_visible_to(sight), pk=employee_id)
    try:
        asked = request.POST.get("wish", "")
        record_wish(employee=employee, wish=asked, by=sight.user, as_employer=not claims.is_told(sight))
        messages.success(request, _("Recorded for %(name)s: %(wish)s.") % {
            "name": employee.name, "wish": employee.get_wish_display()})
    except RuleBroken as broken:
        for said in broken.sentences:
            messages.error(request, said)
    if request.POST.get("from") == "firm" or employee.registration_id is None:
        return redirect("returning", sight.campaign.pk)
    return redirect(reverse("person", args=[employee.registration_id]) + "#claims")


@login_required
@require_safe
def returning(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """An employer's own returning employees, and what each of them wants."""
    sight = access.sight(reader(request), campaign_id)
    if not sight.has(Role.HR):
        raise Http404
    own = claims.own_employees(sight)
    counts = dict(own.order_by().values_list("wish").annotate(n=Count("pk")))
    chosen = asked if (asked := request.GET.get("wish", "")) in ReturningEmployee.Wish.values else ""
    shown = Paginator(own.filter(wish=chosen) if chosen else own, SIZE).get_page(request.GET.get("page"))
    return page(
        request, "registers/returning.html", sight, here="returning", shown=shown, wish=chosen, all=sum(counts.values()),
        firms=Employer.objects.filter(pk__in=own.values("employer")),
        wishes=[(value, words, counts.get(value, 0)) for value, words in ReturningEmployee.Wish.choices],
    )
