"""The day of departure: who leaves on it, who stands at the pick-up already, and who may say so."""
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.shortcuts import get_object_or_404

from dispatch.models import Assignment, Gathering, Plan, SeatBooking
from laborbridge.places.models import Place
from transport.models import Call, Trip
from transport.queries import day_bounds

from .access import Role, Sight, assignments_visible_to

# Assignments with `starts_at`.
People = QuerySet[Any]
GOING = (*Assignment.LIVE, Assignment.State.COMPLETED)
# Beyond it a page says that it shows the first ones, and offers the places below.
MOST = 300
# Of more people the days are not counted before a place is chosen.
MANY = 10_000
ROLES = (Role.LIAISON, Role.PLANNER, Role.CASE_OFFICER, Role.ESCORT)


def place_or_404(sight: Sight, place_id: int) -> Place:
    return get_object_or_404(Place, pk=place_id, code_list=sight.campaign.code_list_id)


def places_below(place: Place) -> list[Place]:
    return list(Place.objects.filter(
        parent=place, level__in=(Place.Level.PREFECTURE, Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE),
    ).order_by("code", "pk"))


def leaving(sight: Sight, plan: Plan, place: Place | None = None, trip: int | None = None) -> People:
    """The reader's people who go, each with `starts_at`: when the first vehicle leaves, or they do who have none."""
    first = Call.objects.filter(
        trip__bookings__assignment=OuterRef("pk"), trip__bookings__held=True, trip__bookings__leg=0,
        seq=F("trip__bookings__board"),
    ).values("depart_at")[:1]
    found = assignments_visible_to(sight, plan).filter(state__in=GOING).annotate(
        starts_at=Coalesce(Subquery(first, output_field=DateTimeField()), "leaves_at"))
    if place is not None:
        of_village = Q(registration__village=place.pk)
        found = found.filter(of_village | Q(registration__township__path__startswith=place.path))
    return found.filter(bookings__leg=0, bookings__held=True, bookings__trip=trip) if trip else found


def days_of(leaving: People) -> list[tuple[date, int]]:
    """The days on which some of them leave, and how many."""
    return list(leaving.annotate(on=TruncDate("starts_at")).values_list("on").annotate(n=Count("pk")).order_by("on"))


def day_to_show(days: list[tuple[date, int]], today: date) -> date:
    """The next day on which somebody leaves; after the last one, that."""
    return next((day for day, _people in days if day >= today), days[-1][0] if days else today)


def on_day(leaving: People, day: date) -> People:
    start, end = day_bounds(day)
    return leaving.filter(starts_at__gte=start, starts_at__lt=end)


def _newest() -> QuerySet[Gathering]:
    """Of each person and trip (or day) the row that counts."""
    return Gathering.objects.order_by("registration", "trip", "day", "-at", "-id").distinct("registration", "trip", "day")


def gathered(registrations: Iterable[int]) -> dict[tuple[int, int | date], datetime]:
    """Who stands at which pick-up, since when: by registration, and trip or, without one, day."""
    rows = _newest().filter(registration__in=list(registrations)).values_list(
        "registration", "trip", "day", "gathered", "at")
    return {(person, trip or day or date.min): at for person, trip, day, is_here, at in rows if is_here}


def gathered_by_call(trips: Iterable[Trip], plan: Plan | None) -> dict[tuple[int, int], tuple[int, int]]:
    """For each trip and call: of those who begin their journey there, how many have gathered, and how many they are."""
    newest = Gathering.objects.filter(registration=OuterRef("assignment__registration"), trip=OuterRef("trip"))
    begin = SeatBooking.objects.filter(plan=plan, trip__in=[t.pk for t in trips], held=True, leg=0)
    rows = begin.annotate(is_here=Subquery(newest.order_by("-at", "-id").values("gathered")[:1])).values_list(
        "trip", "board").annotate(here=Count("pk", filter=Q(is_here=True)), n=Count("pk")).order_by("trip", "board")
    return {(trip, board): (here, n) for trip, board, here, n in rows} if plan else {}


def _escorted(sight: Sight) -> QuerySet[Trip]:
    trips = Trip.objects.filter(campaign=sight.campaign)
    return trips.filter(escorts=sight.user) if sight.has(Role.ESCORT) else trips.none()


def _of_staff(sight: Sight, plan: Plan) -> QuerySet[Assignment]:
    """Those whom the reader sees as bureau staff or as liaison; a case officer reads only."""
    staff = replace(sight, memberships=tuple(sight.having(Role.PLANNER, Role.LIAISON)))
    return assignments_visible_to(staff, plan)


def markable(sight: Sight, plan: Plan, registrations: Iterable[int]) -> tuple[set[int], set[int]]:
    """Whom the reader may mark as gathered: some registrations on any trip, and everybody on some trips."""
    people = _of_staff(sight, plan).filter(registration__in=list(registrations)).values_list("registration", flat=True)
    return set(people), set(_escorted(sight).values_list("pk", flat=True))


def to_mark_or_404(sight: Sight, plan: Plan, registration: int, trip: int | None) -> Assignment:
    """The journey of somebody whom the reader may mark for this trip, or who goes without one."""
    aboard = SeatBooking.objects.filter(plan=plan, held=True, trip__in=_escorted(sight).filter(pk=trip or 0).values("pk"))
    may = Q(pk__in=_of_staff(sight, plan).values("pk")) | Q(pk__in=aboard.values("assignment"))
    rows = Assignment.objects.filter(may, plan=plan).select_related("registration__campaign", "registration__worker")
    return get_object_or_404(rows, registration=registration, state__in=GOING)


def trip_that_they_take(assignment: Assignment, trip: int | None) -> Trip | None:
    """The trip, where it is one of the journey."""
    return Trip.objects.filter(pk=trip or 0, bookings__assignment=assignment, bookings__held=True).first()


def goes_without_seat(assignment: Assignment) -> bool:
    return not assignment.bookings.filter(held=True).exists()
