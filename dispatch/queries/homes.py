"""Reads for the pages of those who have a part in a campaign: liaison, employer, escort."""
from dataclasses import dataclass

from django.db.models import Count, Q

from dispatch.models import Assignment, Plan, SeatBooking, Unplaced
from jobs.models import Posting
from jobs.queries.posts import with_site
from transport.models import Call, Trip
from transport.queries import calls_of

from .access import Sight, assignments_visible_to, people_condition, postings_visible_to, registrations_visible_to

# A village or an employer's day fits; beyond it the page says that it shows the first ones.
MOST = 100


@dataclass(frozen=True, slots=True)
class Going:
    """One person on the way: the assignment, and the first and the last leg with their calls."""

    assignment: Assignment
    first: "Ride | None"
    last: "Ride | None"


@dataclass(frozen=True, slots=True)
class Ride:
    trip: Trip
    board: Call
    alight: Call


@dataclass(frozen=True, slots=True)
class Boarding:
    """Who gets on at one call: all of them, and of those who begin their journey there how many have gathered."""

    call: Call
    people: int
    gathered: int
    begin: int

    @property
    def change(self) -> int:
        """Who comes by another vehicle."""
        return self.people - self.begin


def _rides(assignments: list[Assignment]) -> dict[int, list[Ride]]:
    bookings = list(
        SeatBooking.objects.filter(assignment__in=[a.pk for a in assignments], held=True)
        .select_related("trip__vehicle").order_by("assignment", "leg")
    )
    calls = calls_of(list({b.trip_id for b in bookings}))
    found: dict[int, list[Ride]] = {}
    for b in bookings:
        its = calls[b.trip_id]
        found.setdefault(b.assignment_id, []).append(Ride(b.trip, its[b.board], its[b.alight]))
    return found


def _going(sight: Sight, plan: Plan | None, order: str, only: Q) -> list[Going]:
    if plan is None:
        return []
    # By id in a second query: with so many tables in the first, the database would not try the good orders.
    ids = assignments_visible_to(sight, plan).filter(only).order_by(order, "pk").values_list("pk", flat=True)[:MOST]
    assignments = list(
        Assignment.objects.filter(pk__in=list(ids)).select_related(
            "registration__worker", "registration__village", "registration__township",
            "posting__site__employer", "posting__site__place",
        ).order_by(order, "pk")
    )
    rides = _rides(assignments)
    return [Going(a, *([r[0], r[-1]] if (r := rides.get(a.pk)) else [None, None])) for a in assignments]


def leaving(sight: Sight, plan: Plan | None) -> list[Going]:
    """Whom the reader brings to a vehicle, in order of leaving."""
    return _going(sight, plan, "leaves_at", Q(state__in=Assignment.LIVE))


def registered(sight: Sight) -> int:
    """How many of the reader's people have registered, whether or not there is a plan."""
    return registrations_visible_to(sight).count()


def arriving(sight: Sight, plan: Plan | None) -> list[Going]:
    """Who arrives at the reader's gates, in order of arriving."""
    mine = Q(state__in=Assignment.LIVE, posting__in=postings_visible_to(sight).values("pk"))
    return _going(sight, plan, "reaches_at", mine)


def staying(sight: Sight, plan: Plan | None) -> list[Unplaced]:
    """Those of the reader's people whom the published plan leaves, with the reason."""
    if plan is None:
        return []
    left = Unplaced.objects.filter(people_condition(sight, "registration__"), plan=plan).order_by("registration")
    ids = list(left.values_list("pk", flat=True)[:MOST])
    people = Unplaced.objects.filter(pk__in=ids).order_by("registration")
    return list(people.select_related("registration__worker", "registration__village", "registration__township"))


def own_postings(sight: Sight, plan: Plan | None) -> list[tuple[Posting, int]]:
    """The reader's postings, each with how many people the published plan brings to it."""
    postings = list(with_site(postings_visible_to(sight)).order_by("site__employer__name", "ref")[:MOST])
    coming = Assignment.objects.filter(plan=plan, posting__in=[p.pk for p in postings], state__in=Assignment.LIVE)
    counts = dict(coming.values_list("posting").annotate(n=Count("pk"))) if plan else {}
    return [(posting, counts.get(posting.pk, 0)) for posting in postings]


def escorted_trips(sight: Sight) -> list[Trip]:
    trips = Trip.objects.filter(campaign=sight.campaign, escorts=sight.user).select_related("vehicle")
    return list(trips.order_by("departs_at", "id"))


def boarding(trips: list[Trip], plan: Plan | None) -> dict[int, list[tuple[Call, int]]]:
    """For each trip, the calls where people get on, and how many do."""
    calls = calls_of([trip.pk for trip in trips])
    legs = SeatBooking.objects.filter(plan=plan, trip__in=calls, held=True) if plan else SeatBooking.objects.none()
    counted = legs.values_list("trip", "board").annotate(n=Count("pk")).order_by("trip", "board")
    found: dict[int, list[tuple[Call, int]]] = {trip_id: [] for trip_id in calls}
    for trip_id, board, people in counted:
        found[trip_id].append((calls[trip_id][board], people))
    return found
