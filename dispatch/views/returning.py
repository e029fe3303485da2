"""A firm's returning employees: who is linked, who is doubtful, who is on no other list; and sending its list."""
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.queries import access, returning
from jobs.models import Employer
from jobs.models.returning import Link
from jobs.services.returning import receive_returning
from laborbridge.accounts.models import Organisation
from laborbridge.rules import RuleBroken

from .page import page, reader

SIZE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def employer_returning(request: HttpRequest, campaign_id: int, employer_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    employer = returning.firm_of(sight, employer_id)
    if request.method != "POST":
        return _show(request, sight, employer)
    if not returning.may_send(sight, employer):
        raise Http404
    try:
        name, data = _sent(request)
        imported = receive_returning(
            employer=employer, sender=_sender(sight, employer), by=sight.user, data=data, file_name=name)
    except RuleBroken as broken:
        return _show(request, sight, employer, broken.sentences, 422)
    return redirect("list-import", imported.pk)


def _show(
    request: HttpRequest, sight: access.Sight, employer: Employer, broken: list[str] | None = None, status: int = 200
) -> HttpResponse:
    own, link = returning.employees_of(sight, employer), request.GET.get("link", "")
    counts = returning.by_link(own)
    chosen = own.filter(link=link) if link in Link.values else own
    shown = Paginator(chosen.select_related("row", "posting"), SIZE).get_page(request.GET.get("page"))
    knows = returning.knows_who_they_are(sight)
    return page(
        request, "returning/employer.html", sight, here="employers" if knows else "returning", status=status,
        employer=employer, counts=counts, all=sum(n for _value, _words, n in counts), link=link, shown=shown, knows=knows,
        rows=returning.shown(sight, list(shown.object_list)), may_send=returning.may_send(sight, employer), broken=broken,
        pasted=request.POST.get("cells", ""),
    )


def _sent(request: HttpRequest) -> tuple[str, bytes]:
    """A file, or the pasted cells without a name."""
    file, cells = request.FILES.get("file"), request.POST.get("cells", "")
    if file is not None:
        return str(file.name), file.read()
    if not cells.strip():
        raise RuleBroken(_("Nothing was sent. Choose the file, or paste the cells with their headings."))
    return "", cells.encode()


def _sender(sight: access.Sight, employer: Employer) -> Organisation:
    """The firm for itself, else the reader's own office."""
    offices = [m.organisation for m in sight.memberships]
    return next((office for office in offices if office.pk == employer.organisation_id), offices[0])
