"""Reads of trips and their calls."""
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from laborbridge.places.models import Place

from .layouts import Layout, layout_of
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
    return trips.filter(Q(ref__icontains=text) | Q(vehicle__plate__icontains=text) | Q(plate_given__icontains=text)
                        | Q(pk__in=calls))


def stops_of(trips: QuerySet[Trip]) -> list[Place]:
    """All places where some trips call, in order of name."""
    stops = Place.objects.filter(pk__in=Call.objects.filter(trip__in=trips.order_by().values("pk")).values("place"))
    return list(stops.only("id", "name", "level", "path", "code_list").order_by("name", "id"))


def _ancestors(place: Place) -> list[int]:
    return [int(part) for part in place.path.split("/") if part]


def areas_of(stops: list[Place]) -> QuerySet[Place]:
    """The counties and districts that some stops lie in."""
    above = {part for stop in stops for part in _ancestors(stop)}
    return Place.objects.filter(pk__in=above, level__in=[Place.Level.COUNTY, Place.Level.DISTRICT]).order_by("name", "id")


def trips_calling_below(trips: QuerySet[Trip], stops: list[Place], named: set[int]) -> QuerySet[Trip]:
    """Those that call at one of some places, or at a stop that lies in one of them."""
    wanted = [stop.pk for stop in stops if not named.isdisjoint(_ancestors(stop))]
    return trips.filter(pk__in=Call.objects.filter(place__in=wanted).values("trip"))


def layout_of_trip(trip: Trip) -> Layout:
    seat_map = trip.seat_map or (trip.vehicle.seat_map if trip.vehicle else None)
    return layout_of(seat_map.coaches if seat_map else (), trip.seats)


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
