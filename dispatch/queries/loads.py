"""Which load rules the trips of a campaign run under."""
from dataclasses import dataclass

from django.db.models import Count, Sum

from laborbridge.campaigns.models import Campaign
from transport.models import Trip


@dataclass(frozen=True, slots=True)
class Loads:
    """Trips of one kind under one rule, the seats that they have, and how many people may ride them at once."""

    mode: str
    rule: str
    trips: int
    seats: int
    places: int


def loads_of(campaign: Campaign) -> list[Loads]:
    running = Trip.objects.filter(campaign=campaign, state=Trip.State.SCHEDULED).order_by().values_list("mode", "load_rule")
    found = running.annotate(n=Count("pk"), all_seats=Sum("seats"), all_places=Sum("places"))
    modes, rules = list(Trip.Mode.values), list(Trip.LoadRule.values)
    return [
        Loads(str(Trip.Mode(mode).label), str(Trip.LoadRule(rule).label), *counts)
        for mode, rule, *counts in sorted(found, key=lambda row: (modes.index(row[0]), rules.index(row[1])))
    ]
