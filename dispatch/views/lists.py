"""Lists that offices send: what was sent, sending one, its preview, confirming, giving it back, taking it back."""
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.queries import access, lists
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken
from workers.lists.kinds import kind_of, registered_kinds
from workers.models import ListImport
from workers.services import list_imports as services
from workers.services.giving_back import give_back_list

from .page import page, reader

SIZE = 50
MOST_FILES = 20
State = ListImport.State


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def list_imports(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """All lists of a campaign that one sees, newest first, and the form to send another."""
    sight = access.sight(reader(request), campaign_id)
    sender = lists.require_sender(sight)
    if request.method == "POST":
        return _receive(request, sight, sender)
    return _overview(request, sight, sender)


def _overview(
    request: HttpRequest, sight: access.Sight, sender: lists.Sender, broken: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    found = Paginator(lists.lists_of(sight), SIZE).get_page(request.GET.get("page"))
    return page(
        request, "lists/list.html", sight, here="list-imports", status=status, shown=found, broken=broken, sender=sender,
        places=lists.places_for(sight, sender), pasted=request.POST.get("cells", ""), chosen=request.POST.get("place", ""),
        kinds=[(key, registered_kinds()[key].words) for key in sender.kinds], kind=request.POST.get("kind", ""),
        any_active=any(row.is_active for row in found.object_list),
        rows=[(row, lists.account(row)) for row in found.object_list],
    )


def _receive(request: HttpRequest, sight: access.Sight, sender: lists.Sender) -> HttpResponse:
    """Each file a list of its own; pasted cells are one too."""
    try:
        received = [
            services.receive_list(
                campaign=sight.campaign, kind=_kind(request, sender), sender=sender.organisation, by=sight.user, data=data,
                file_name=name, place=_place(request, sight, sender))
            for name, data in _sent(request)
        ]
    except RuleBroken as broken:
        return _overview(request, sight, sender, broken.sentences, 422)
    if len(received) == 1:
        return redirect("list-import", received[0].pk)
    messages.success(request, ngettext("%(n)s list is being read.", "%(n)s lists are being read.", len(received)) % {
        "n": len(received)})
    return redirect("list-imports", sight.campaign.pk)


def _kind(request: HttpRequest, sender: lists.Sender) -> str:
    asked = request.POST.get("kind") or sender.kinds[0]
    if asked not in sender.kinds:
        raise RuleBroken(_("Choose what the list is about."))
    return asked


def _place(request: HttpRequest, sight: access.Sight, sender: lists.Sender) -> Place | None:
    asked = request.POST.get("place", "")
    if not sender.chooses_place or not asked:
        return sender.place
    if asked not in {str(pk) for pk, _name in lists.places_for(sight, sender)}:
        raise RuleBroken(_("Choose one of the places for which you are responsible."))
    return Place.objects.get(pk=int(asked))


def _sent(request: HttpRequest) -> list[tuple[str, bytes]]:
    files = request.FILES.getlist("file")
    if len(files) > MOST_FILES:
        raise RuleBroken(_("Send at most 20 files at once."))
    cells = request.POST.get("cells", "")
    found = [(str(file.name), file.read()) for file in files]
    if cells.strip():
        found.append(("", cells.encode()))
    if not found:
        raise RuleBroken(_("Nothing was sent. Choose the file, or paste the cells with their headings."))
    return found


def _import(request: HttpRequest, import_id: int) -> tuple[access.Sight, ListImport]:
    sight = access.sight_of(reader(request), ListImport, import_id)
    imported = get_object_or_404(lists.lists_of(sight), pk=import_id)
    imported.campaign = sight.campaign
    return sight, imported


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def list_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One list: how far it is, its preview or its account. A POST says what headings mean, and it is read again."""
    sight, imported = _import(request, import_id)
    if request.method == "POST":
        return _learn(request, sight, imported)
    if request.GET.get("live"):
        return render(request, "lists/_progress.html", {
            "imported": imported, "renewed": True, "decides": _decides(sight, imported)})
    return _show(request, sight, imported)


def _decides(sight: access.Sight, imported: ListImport) -> bool:
    return access.lists_decided_by(sight).filter(pk=imported.pk).exists()


def _show(
    request: HttpRequest, sight: access.Sight, imported: ListImport, broken: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    kind, decides = kind_of(imported), _decides(sight, imported)
    asks_back = "back" in request.GET or "reason" in request.POST
    context: dict[str, Any] = {
        "imported": imported, "parts": lists.account(imported), "broken": broken,
        "decides": decides,
        "told": kind.told(imported) if imported.state in (State.READY, State.STORED) else [],
        "sheets": lists.sheets_of(imported), "ignored": imported.layout.get("ignored", []),
        "unknown": lists.unknown_headings(imported) if decides and imported.state == State.READY else [],
        "fields": [(field.key, field.label) for field in kind.fields],
        "stored_before": lists.stored_before(imported) if imported.state == State.READY else None,
        "asks_back": decides and asks_back and imported.state == State.STORED, "reason": request.POST.get("reason", ""),
    }
    if context["asks_back"]:
        context["would"] = kind.would_take_back(imported)
    context |= _rows(request, sight, imported)
    return page(request, "lists/import.html", sight, here="list-imports", status=status, **context)


def _rows(request: HttpRequest, sight: access.Sight, imported: ListImport) -> dict[str, Any]:
    """The rows of one outcome; of a list that waits, those first that somebody has to look at."""
    asked = request.GET.get("rows", "")
    default = "rejected" if imported.rejected else "flagged" if imported.flagged else "all"
    which = asked or default
    found = Paginator(lists.rows_of(imported, which), SIZE).get_page(request.GET.get("page"))
    return {"which": which, "shown": found, "rows": lists.shown(sight, list(found.object_list))}


@login_required
@require_safe
@never_cache
def list_import_rows(request: HttpRequest, import_id: int) -> HttpResponse:
    """The table of rows by itself, for a filter that leaves the page in place."""
    sight, imported = _import(request, import_id)
    return render(request, "lists/_rows.html", {
        "imported": imported, "parts": lists.account(imported), "sight": sight, **_rows(request, sight, imported)})


def _learn(request: HttpRequest, sight: access.Sight, imported: ListImport) -> HttpResponse:
    if not _decides(sight, imported):
        raise Http404
    keys = {field.key for field in kind_of(imported).fields}
    unknown = lists.unknown_headings(imported)
    meant = {
        heading: "" if said == "-" else said for number, heading in enumerate(unknown)
        if (said := request.POST.get(f"heading{number}", "")) in keys or said == "-"
    }
    if not meant:
        return _show(request, sight, imported, [_("Choose for at least one heading what it means.")], 422)
    return _act(request, sight, imported, lambda: services.learn_headings(imported=imported, by=sight.user, meant=meant))


def _act(request: HttpRequest, sight: access.Sight, imported: ListImport, act: Any) -> HttpResponse:
    if not _decides(sight, imported):
        raise Http404
    try:
        act()
    except RuleBroken as broken:
        imported.refresh_from_db()
        return _show(request, sight, imported, broken.sentences, 409)
    return redirect("list-import", imported.pk)


@login_required
@require_POST
def list_import_confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    sight, imported = _import(request, import_id)
    return _act(request, sight, imported, lambda: services.confirm(imported=imported, by=sight.user))


@login_required
@require_POST
def list_import_drop(request: HttpRequest, import_id: int) -> HttpResponse:
    sight, imported = _import(request, import_id)
    return _act(request, sight, imported, lambda: services.drop(imported=imported, by=sight.user))


@login_required
@require_POST
def list_import_take_back(request: HttpRequest, import_id: int) -> HttpResponse:
    sight, imported = _import(request, import_id)
    return _act(request, sight, imported, lambda: services.take_back(
        imported=imported, by=sight.user, reason=request.POST.get("reason", "")))


@login_required
@require_POST
def list_import_file(request: HttpRequest, import_id: int) -> HttpResponse:
    """The sender's own workbook with remarks; it holds whole numbers, so the taking is on record."""
    sight, imported = _import(request, import_id)
    if not _decides(sight, imported):
        raise Http404
    try:
        data, name = give_back_list(imported=imported, by=sight.user)
    except RuleBroken as broken:
        return _show(request, sight, imported, broken.sentences, 409)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    answer["Cache-Control"] = "no-store"
    return answer
