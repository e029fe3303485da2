"""Which seats a trip keeps for its escorts and for isolation: nobody is booked on them."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .models import Trip


@dataclass(frozen=True, slots=True)
class Withheld:
    """Seats as bookings count them, from 0: escorts by the doors, isolation at the back."""

    escort: frozenset[int]
    isolation: frozenset[int]

    @property
    def seats(self) -> frozenset[int]:
        return self.escort | self.isolation


def withheld_of(trip: Trip) -> Withheld:
    """The seats that a trip withholds, as the database wrote them beside its numbers; no query."""
    return Withheld(frozenset(trip.escort_on), frozenset(trip.isolation_on))


def withheld_on(coaches: Sequence[Any] | None, *, seats: int, escorts: int, isolation: int) -> Withheld:
    """Which seats these numbers would be on a vehicle that the trip does not have yet; without a map coaches is None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT escort_on, isolation_on FROM transport_seats_withheld(%s::jsonb, %s, %s, %s)",
            [None if coaches is None else json.dumps(list(coaches)), seats, escorts, isolation],
        )
        escort_on, isolation_on = cursor.fetchone() or ((), ())
    return Withheld(frozenset(escort_on), frozenset(isolation_on))

