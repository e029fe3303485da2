"""Every kind of printed list of one scene, each made anew when it is asked for."""
from collections.abc import Callable
from datetime import datetime

from dispatch.queries.day_sheet import day_sheet
from dispatch.queries.stations import rules_of
from dispatch.rosters import changes, eve, lists, reading, summaries
from dispatch.rosters.day_sheet import day_roster
from dispatch.rosters.sheet import Edition, Sheet
from laborbridge.places.models import Place
from tests import factories as make
from tests.locks.scene import Locking
from transport.models import Trip
from transport.queries import calls_of

from .scene import Printed

Kinds = dict[str, Callable[[], Sheet]]


def manifest(printed: Printed, trip: Trip, edition: Edition) -> Sheet:
    rows, calls = reading.riders(printed.plan, [trip.pk]).get(trip.pk, []), calls_of([trip.pk])
    return lists.manifest(trip, calls[trip.pk], rows, edition, len(rows))


def kinds(printed: Printed, printed_at: datetime) -> Kinds:
    plan, edition = printed.plan, Edition.of(printed.plan, printed_at)
    village = plan.assignments.order_by("pk")[0].registration.village
    assert village is not None
    rules = rules_of(printed.campaign)

    def arrivals() -> Sheet:
        row = reading.employer_counts(plan)[0]
        return lists.arrivals(row.name, reading.arrivals(plan, [row.employer])[row.employer], edition)

    def eve_list() -> Sheet:
        rows = reading.departures(plan, [village.pk])[village.pk]
        return eve.sheet(eve.pick_ups(rows, eve.seats_by_trip(rows)), make.FIRST_DAY, edition, village.name)

    def of_day(place: Place) -> Sheet:
        return day_roster(day_sheet(printed.campaign, plan, place, make.FIRST_DAY), rules.of(place.path), edition)

    def county() -> Sheet:
        counts = reading.home_counts(plan)
        return summaries.county([row for row in counts if row.county_id == counts[0].county_id], edition)

    def campaign() -> Sheet:
        counts = reading.home_counts(plan), reading.employer_counts(plan), reading.trip_counts(plan)
        return summaries.campaign(*counts, edition)

    return {
        "train": lambda: manifest(printed, printed.train, edition), "bus": lambda: manifest(printed, printed.bus, edition),
        "empty": lambda: manifest(printed, printed.empty, edition), "arrivals": arrivals,
        "village": lambda: lists.departures(reading.departures(plan, [village.pk])[village.pk], edition), "eve": eve_list,
        "county": county, "campaign": campaign,
        "station": lambda: of_day(calls_of([printed.train.pk])[printed.train.pk][0].place),
        "city": lambda: of_day(printed.campaign.origin),
    }


def locked(scene: Locking, printed_at: datetime) -> Sheet:
    """A manifest with its lock and what was changed since."""
    trips, calls = {scene.train.pk: scene.train}, calls_of([scene.train.pk])
    rows = reading.riders(scene.plan, [scene.train.pk])[scene.train.pk]
    frozen, since = changes.of_trips(trips, scene.plan, calls)
    sheet = lists.manifest(scene.train, calls[scene.train.pk], rows, Edition.of(scene.plan, printed_at), len(rows))
    return changes.marked(sheet, frozen[scene.train.pk], since[scene.train.pk])
