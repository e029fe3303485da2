"""Reads of trips and their calls."""
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Call, Trip
from .seat_maps import seat_words, seats_in_order


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in China, and that of the next."""
    start = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    return start, start + timedelta(days=1)


def trips_departing_on(trips: QuerySet[Trip], day: date) -> QuerySet[Trip]:
    start, end = day_bounds(day)
    return trips.filter(departs_at__gte=start, departs_at__lt=end)


def trips_matching(trips: QuerySet[Trip], text: str) -> QuerySet[Trip]:
    """By number, by plate, or by a place where the trip calls."""
    calls = Call.objects.filter(place__name__icontains=text).values("trip")
    return trips.filter(Q(ref__icontains=text) | Q(vehicle__plate__icontains=text) | Q(pk__in=calls))


def seats_of(trip: Trip) -> list[str]:
    """What each seat of a trip is called, in the order in which bookings count them; empty without a seat map."""
    seat_map = trip.seat_map or (trip.vehicle.seat_map if trip.vehicle else None)
    if seat_map is None:
        return []
    return [seat_words(seat.coach, seat.label) for seat in seats_in_order(seat_map.coaches)]


def seat_of(seats: list[str], seat: int) -> str:
    """A booked seat in words; on a vehicle without a map, or beyond it, seats are counted through."""
    return seats[seat] if seat < len(seats) else seat_words("", str(seat + 1))


def calls_of(trip_ids: list[int]) -> dict[int, list[Call]]:
    """The calls of some trips in order of travel, with their places."""
    found: dict[int, list[Call]] = {trip_id: [] for trip_id in trip_ids}
    for call in Call.objects.filter(trip__in=trip_ids).select_related("place").order_by("trip", "seq"):
        found[call.trip_id].append(call)
    return found
