"""REST for lists: a partner's system sends one, as a file or as rows, looks at what storing would do, confirms it."""
import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from rest_framework import generics, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from dispatch.queries import access
from dispatch.queries import lists as queries
from laborbridge.accounts.models import User
from laborbridge.rules import RuleBroken
from workers.lists.remarks import sentence_of
from workers.models import ListImport, ListRow
from workers.queries.finding import masked_cipher
from workers.services.list_imports import confirm, receive_list


class ById(CursorPagination):
    """Going on from an id: equal cost on every page, and rows that come meanwhile shift nothing."""

    ordering = "id"
    page_size = 200
    page_size_query_param = "size"
    max_page_size = 1000


class ListSerializer(serializers.ModelSerializer[ListImport]):
    sender = serializers.CharField(source="sender.name")
    place = serializers.CharField(source="place.code", default=None)

    class Meta:
        model = ListImport
        fields = (
            "id", "kind", "sender", "place", "file_name", "state", "failure", "requested_at", "stored_at", "taken_back_at",
            "rows", "new", "updated", "unchanged", "possible", "rejected", "flagged",
        )


class RowSerializer(serializers.ModelSerializer[ListRow]):
    name = serializers.CharField(source="values.name", default="")
    identity = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()

    class Meta:
        model = ListRow
        fields = ("id", "sheet", "line", "outcome", "flagged", "name", "identity", "remarks", "registration")

    def get_identity(self, row: ListRow) -> str:
        return masked_cipher(row.identity_cipher)

    def get_remarks(self, row: ListRow) -> list[dict[str, str]]:
        return [{"code": code, "said": sentence_of(code, named)} for code, named in row.remarks]


def _sight(request: Request, campaign: int) -> access.Sight:
    assert isinstance(request.user, User)
    return access.sight(request.user, campaign)


def _refused(broken: RuleBroken, code: int) -> Response:
    return Response({"refused": broken.sentences}, status=code)


class Lists(generics.ListAPIView[ListImport]):
    """Lists of a campaign that one sees; a POST sends one."""

    serializer_class = ListSerializer
    pagination_class = ById

    def get_queryset(self) -> QuerySet[ListImport]:
        sight = _sight(self.request, self.kwargs["campaign_id"])
        queries.require_sender(sight)
        return access.lists_visible_to(sight).select_related("sender", "place")

    def post(self, request: Request, campaign_id: int) -> Response:
        sight = _sight(request, campaign_id)
        sender = queries.require_sender(sight)
        try:
            name, data = _sent(request)
            imported = receive_list(
                campaign=sight.campaign, kind=_kind(request, sender), sender=sender.organisation, by=sight.user, data=data,
                file_name=name, place=sender.place)
        except RuleBroken as broken:
            return _refused(broken, status.HTTP_422_UNPROCESSABLE_ENTITY)
        return Response(ListSerializer(imported).data, status=status.HTTP_202_ACCEPTED)


def _said(request: Request) -> Mapping[str, Any]:
    return request.data if isinstance(request.data, Mapping) else {}


def _kind(request: Request, sender: queries.Sender) -> str:
    kind = _said(request).get("kind") or sender.kinds[0]
    if kind not in sender.kinds:
        raise RuleBroken(_("Choose what the list is about."))
    return str(kind)


def _sent(request: Request) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if file is not None:
        return str(file.name), file.read()
    rows = _said(request).get("rows")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise RuleBroken(_("Send a file under “file”, or JSON with “rows”: a list of objects with headings as keys."))
    return str(_said(request).get("name") or "rows.csv")[:180], _as_csv(rows)


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """As a file with the keys for headings, so that rows take the very same way as a workbook's."""
    headings = list(dict.fromkeys(str(key) for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([["" if row.get(key) is None else str(row[key]) for key in headings] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _import(request: Request, pk: int) -> tuple[access.Sight, ListImport]:
    assert isinstance(request.user, User)
    sight = access.sight_of(request.user, ListImport, pk)
    return sight, get_object_or_404(access.lists_visible_to(sight).select_related("sender", "place", "campaign"), pk=pk)


class ListDetail(generics.GenericAPIView[ListImport]):
    serializer_class = ListSerializer

    def get(self, request: Request, pk: int) -> Response:
        return Response(ListSerializer(_import(request, pk)[1]).data)


class Rows(generics.ListAPIView[ListRow]):
    serializer_class = RowSerializer
    pagination_class = ById

    def get_queryset(self) -> QuerySet[ListRow]:
        _sight, imported = _import(self.request, self.kwargs["pk"])
        return queries.rows_of(imported, self.request.query_params.get("outcome", ""))


class Confirm(generics.GenericAPIView[ListImport]):
    serializer_class = ListSerializer

    def post(self, request: Request, pk: int) -> Response:
        sight, imported = _import(request, pk)
        get_object_or_404(access.lists_decided_by(sight), pk=imported.pk)
        try:
            confirm(imported=imported, by=sight.user)
        except RuleBroken as broken:
            return _refused(broken, status.HTTP_409_CONFLICT)
        imported.refresh_from_db()
        return Response(ListSerializer(imported).data, status=status.HTTP_202_ACCEPTED)


urlpatterns: list[URLPattern] = [
    path("campaigns/<int:campaign_id>/lists/", Lists.as_view(), name="api-lists"),
    path("lists/<int:pk>/", ListDetail.as_view(), name="api-list"),
    path("lists/<int:pk>/rows/", Rows.as_view(), name="api-list-rows"),
    path("lists/<int:pk>/confirm/", Confirm.as_view(), name="api-list-confirm"),
]
