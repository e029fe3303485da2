"""REST for partner regions and for programs of the bureaus: the same sight as the pages, read only but for lists."""
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from rest_framework import generics, serializers
from rest_framework.request import Request

from dispatch.models import Assignment, Plan, Run, SeatBooking
from dispatch.queries import access
from dispatch.queries.seating import Seating, seating_of
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from transport.models import Call, Trip
from workers.models import Registration
from workers.queries.finding import masked_identity

from .api_lists import ById
from .api_lists import urlpatterns as lists


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    origin = serializers.CharField(source="origin.name", default=None)
    destination = serializers.CharField(source="destination.name", default=None)

    class Meta:
        model = Campaign
        fields = ("id", "name", "origin", "destination", "first_day", "last_day")


class CallSerializer(serializers.ModelSerializer[Call]):
    place = serializers.CharField(source="place.name")
    place_code = serializers.CharField(source="place.code")

    class Meta:
        model = Call
        fields = ("seq", "place", "place_code", "arrive_at", "depart_at")


class TripSerializer(serializers.ModelSerializer[Trip]):
    calls = CallSerializer(many=True)
    plate = serializers.SerializerMethodField()

    class Meta:
        model = Trip
        fields = ("id", "ref", "mode", "state", "seats", "withheld", "load_rule", "places", "plate", "departs_at",
                  "arrives_at", "calls")

    def get_plate(self, trip: Trip) -> str | None:
        return trip.plate or None


class RegistrationSerializer(serializers.ModelSerializer[Registration]):
    name = serializers.CharField(source="worker.name")
    identity = serializers.SerializerMethodField()
    township = serializers.CharField(source="township.name")
    village = serializers.CharField(source="village.name", default=None)
    group = serializers.CharField(source="group.ref", default=None)
    occupations = serializers.StringRelatedField(many=True)  # type: ignore[var-annotated]

    class Meta:
        model = Registration
        fields = (
            "id", "ref", "name", "identity", "township", "village", "group", "ready_at", "occupations", "outcome",
        )

    def get_identity(self, registration: Registration) -> str:
        return masked_identity(registration.worker)


class WishSerializer(RegistrationSerializer):
    """With what an employer must not learn."""

    class Meta(RegistrationSerializer.Meta):
        fields = (*RegistrationSerializer.Meta.fields, "min_wage", "priority", "open_to_other")  # type: ignore[assignment]


class LegSerializer(serializers.Serializer[Any]):
    trip = serializers.CharField(source="trip.ref")
    board = serializers.IntegerField()
    alight = serializers.IntegerField()
    seat = serializers.IntegerField()

    def to_representation(self, booking: SeatBooking) -> dict[str, Any]:
        """Beside our count of the seat, coach and seat as they are to be shown: the ticket's where there is one."""
        seats: Seating = self.context["seating"][booking.trip_id]
        coach, shown = seats.place(booking.assignment.registration_id, booking.seat)
        return {**super().to_representation(booking), "coach_shown": coach, "seat_shown": shown}


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    registration_ref = serializers.CharField(source="registration.ref")
    posting = serializers.CharField(source="posting.ref")
    employer = serializers.CharField(source="posting.site.employer.name")
    site = serializers.CharField(source="posting.site.place.name")
    legs = LegSerializer(source="bookings", many=True)

    class Meta:
        model = Assignment
        fields = (
            "id", "registration", "registration_ref", "posting", "employer", "site", "state", "leaves_at",
            "reaches_at", "legs",
        )


class RunSerializer(serializers.ModelSerializer[Run]):
    plan = serializers.IntegerField(source="plan.pk", default=None)

    class Meta:
        model = Run
        fields = (
            "id", "campaign", "state", "seed", "parameters", "requested_at", "started_at", "finished_at", "failure",
            "input_digest", "solver_version", "versions", "phase", "share_done", "best_score", "bound", "gap",
            "placed", "seconds", "plan",
        )


class TripFilter(django_filters.FilterSet):
    departs = django_filters.IsoDateTimeFromToRangeFilter(field_name="departs_at")

    class Meta:
        model = Trip
        fields = ("mode", "state", "ref")


class RegistrationFilter(django_filters.FilterSet):
    township = django_filters.CharFilter(field_name="township__code")
    village = django_filters.CharFilter(field_name="village__code")

    class Meta:
        model = Registration
        fields = ("ref", "outcome")


class AssignmentFilter(django_filters.FilterSet):
    registration = django_filters.CharFilter(field_name="registration__ref")
    posting = django_filters.CharFilter(field_name="posting__ref")

    class Meta:
        model = Assignment
        fields = ("state",)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


class Campaigns(generics.ListAPIView[Campaign]):
    serializer_class = CampaignSerializer
    pagination_class = ById

    def get_queryset(self) -> QuerySet[Campaign]:
        return access.campaigns_visible_to(_user(self.request)).select_related("origin", "destination")


class Trips(generics.ListAPIView[Trip]):
    serializer_class = TripSerializer
    pagination_class = ById
    filterset_class = TripFilter

    def get_queryset(self) -> QuerySet[Trip]:
        sight = access.sight(_user(self.request), self.kwargs["campaign_id"])
        return access.trips_visible_to(sight).select_related("vehicle").prefetch_related("calls__place")


class Registrations(generics.ListAPIView[Registration]):
    pagination_class = ById
    filterset_class = RegistrationFilter

    @cached_property
    def sight(self) -> access.Sight:
        return access.sight(_user(self.request), self.kwargs["campaign_id"])

    def get_serializer_class(self) -> type[RegistrationSerializer]:
        return WishSerializer if self.sight.knows_wishes else RegistrationSerializer

    def get_queryset(self) -> QuerySet[Registration]:
        people = access.registrations_visible_to(self.sight)
        return people.prefetch_related("worker", "township", "village", "group", "occupations")


class Assignments(generics.ListAPIView[Assignment]):
    """Of the published plan; without one the list is empty."""

    serializer_class = AssignmentSerializer
    pagination_class = ById
    filterset_class = AssignmentFilter

    def get_queryset(self) -> QuerySet[Assignment]:
        sight = access.sight(_user(self.request), self.kwargs["campaign_id"])
        plan = Plan.objects.filter(campaign=sight.campaign, state=Plan.State.PUBLISHED).first()
        if plan is None:
            return Assignment.objects.none()
        return access.assignments_visible_to(sight, plan).prefetch_related(
            "registration", "posting__site__employer", "posting__site__place", "bookings__trip__seat_map",
            "bookings__trip__vehicle__seat_map", "bookings__assignment",
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        shown = super().paginate_queryset(queryset) or []
        self.seating = seating_of({b.trip_id: b.trip for a in shown for b in a.bookings.all()}.values())
        return shown

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "seating": getattr(self, "seating", {})}


class RunDetail(generics.RetrieveAPIView[Run]):
    serializer_class = RunSerializer

    def get_queryset(self) -> QuerySet[Run]:
        sight = access.sight_of(_user(self.request), Run, self.kwargs["pk"])
        return access.runs_visible_to(sight).select_related("plan")


urlpatterns: list[URLPattern] = [
    *lists,
    path("campaigns/", Campaigns.as_view(), name="api-campaigns"),
    path("campaigns/<int:campaign_id>/trips/", Trips.as_view(), name="api-trips"),
    path("campaigns/<int:campaign_id>/registrations/", Registrations.as_view(), name="api-registrations"),
    path("campaigns/<int:campaign_id>/assignments/", Assignments.as_view(), name="api-assignments"),
    path("runs/<int:pk>/", RunDetail.as_view(), name="api-run"),
]
