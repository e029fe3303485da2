"""One recorded change of a published plan."""
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dispatch.queries import changes

from .page import page, reader

SIZE = 50


@login_required
@require_safe
def change_page(request: HttpRequest, change_id: int) -> HttpResponse:
    sight = changes.sight_of_change(reader(request), change_id)
    change = changes.change_or_404(sight, change_id)
    swap = changes.swap_of(change)
    shown = Paginator(changes.people_of(change), SIZE).get_page(request.GET.get("page"))
    return page(
        request, "changes/change.html", sight, here="runs", change=change, swap=swap, shown=shown, plan=change.plan,
        left=changes.left_by(change), rows=changes.touched(change, list(shown.object_list), swap),
    )
