"""Which seats of a trip nobody is booked on: those for escorts and isolation, and those that its load rule leaves empty.

A health bureau counts people, so under the rule "half of the seats" the escorts count and the isolation seats do not:
whoever is brought there has left another seat. Under the rules that leave seats empty, escorts and isolation get seats
beside which the rule leaves some empty, too, so nobody has a neighbour, whoever it is.
"""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .models import Trip


@dataclass(frozen=True, slots=True)
class Withheld:
    """Seats as bookings count them, from 0: escorts by the doors, isolation at the back, empty by the load rule."""

    escort: frozenset[int]
    isolation: frozenset[int]
    empty: frozenset[int]
    # How many people may be booked at once; below 0 where more is to be kept than there is.
    places: int

    @property
    def seats(self) -> frozenset[int]:
        return self.escort | self.isolation | self.empty


def withheld_of(trip: Trip) -> Withheld:
    """The seats that a trip withholds, as the database wrote them beside its numbers; no query."""
    return Withheld(frozenset(trip.escort_on), frozenset(trip.isolation_on), frozenset(trip.empty_on), trip.places)


def withheld_on(
    coaches: Sequence[Any] | None, *, seats: int, escorts: int, isolation: int, load_rule: str = Trip.LoadRule.FULL
) -> Withheld:
    """What these numbers would come to on a vehicle that the trip does not have yet; without a map coaches is None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT escort_on, isolation_on, empty_on, places FROM transport_seats_withheld(%s::jsonb, %s, %s, %s, %s)",
            [None if coaches is None else json.dumps(list(coaches)), seats, escorts, isolation, load_rule],
        )
        escort_on, isolation_on, empty_on, places = cursor.fetchone() or ((), (), (), 0)
    return Withheld(frozenset(escort_on), frozenset(isolation_on), frozenset(empty_on), places)
