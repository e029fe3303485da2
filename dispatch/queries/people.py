"""Reads of people with what a plan says of them."""
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from dispatch.models import Assignment, Plan, SeatBooking, Unplaced
from dispatch.reasons import Reason
from transport.models import Call, Trip
from workers.models import Clearance, Registration
from workers.queries.finding import EndOf

from .access import Sight, assignments_visible_to, trips_visible_to
from .seating import seating_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Leg:
    """What one person rides of one trip."""

    trip: Trip
    board: Call
    alight: Call
    seat: str
    # Of the carrier's ticket; empty where none was given.
    ticket: str
    # Whether the reader may open the trip itself.
    open: bool
    # The seat as bookings count it: where it lies on the trip's map.
    place: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: a person, and where the plan sends them or why it does not."""

    registration: Registration
    assignment: Assignment | None
    reason: str

    @property
    def state(self) -> str:
        if self.assignment:
            return "placed"
        return "left" if self.reason else "none"


@dataclass(frozen=True, slots=True)
class PeoplePage:
    rows: list[Row]
    # The last id of this page where more follow, to go on from.
    next_after: int | None


def one_each(people: QuerySet[Registration]) -> QuerySet[Registration]:
    """Each person once: whoever is registered twice is there by the registration that goes, if the reader may see that."""
    twice = people.filter(outcome=Registration.Outcome.DUPLICATE).alias(end=EndOf("worker"))
    others = people.filter(worker=OuterRef("end"), campaign=OuterRef("campaign")).exclude(pk=OuterRef("pk"))
    return people.exclude(pk__in=twice.filter(Exists(others)).values("pk"))


def goes_by(people: QuerySet[Registration], ids: Iterable[int]) -> dict[int, int]:
    """Of some registrations those that are duplicates, with the one that goes instead, where the reader may see it."""
    twice = Registration.objects.filter(pk__in=ids, outcome=Registration.Outcome.DUPLICATE).alias(end=EndOf("worker"))
    other = people.filter(worker=OuterRef("end"), campaign=OuterRef("campaign")).exclude(pk=OuterRef("pk"))
    return dict(twice.annotate(goes=Subquery(other.values("pk")[:1])).filter(goes__isnull=False).values_list("pk", "goes"))


def placed_in(people: QuerySet[Registration], plan: Plan) -> QuerySet[Registration]:
    """Who has an assignment; whoever lost it with the seat is among those left."""
    mine = Assignment.objects.filter(plan=plan, registration=OuterRef("pk"))
    return people.filter(Exists(mine), ~Exists(Unplaced.objects.filter(plan=plan, registration=OuterRef("pk"))))


def left_by(people: QuerySet[Registration], plan: Plan, reason: str = "") -> QuerySet[Registration]:
    rows = Unplaced.objects.filter(plan=plan, registration=OuterRef("pk"))
    return people.filter(Exists(rows.filter(reason=reason) if reason else rows))


def _with_plan(people: list[Registration], plan: Plan | None) -> list[Row]:
    ids = [person.pk for person in people]
    going = Assignment.objects.filter(plan=plan, registration__in=ids) if plan else Assignment.objects.none()
    going = going.select_related("posting__site__employer", "posting__site__place")
    left = Unplaced.objects.filter(plan=plan, registration__in=ids) if plan else Unplaced.objects.none()
    reasons = dict(left.values_list("registration", "reason"))
    placed = {a.registration_id: a for a in going if a.registration_id not in reasons}
    words = dict(Reason.choices)
    return [
        Row(person, placed.get(person.pk), str(words.get(reasons.get(person.pk, ""), reasons.get(person.pk, ""))))
        for person in people
    ]


def people_page(people: QuerySet[Registration], plan: Plan | None, after: int = 0, size: int = PAGE) -> PeoplePage:
    """The next `size` people after one id: going on costs the same on the first page and on the last."""
    # By id in a second query: names and places are joined to the people of this page alone.
    ids = list(people.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: size + 1])
    return PeoplePage(rows_of(ids[:size], plan), ids[size - 1] if len(ids) > size else None)


def rows_of(ids: list[int], plan: Plan | None) -> list[Row]:
    """A page of people, in the order of their ids as given."""
    shown = Registration.objects.filter(pk__in=ids).select_related("worker", "village", "township")
    return _with_plan(sorted(shown, key=lambda person: ids.index(person.pk)), plan)


def with_details(people: QuerySet[Registration]) -> QuerySet[Registration]:
    """All that one person's page says, in a fixed number of queries."""
    return people.select_related(
        "campaign", "worker__household", "village", "township__parent", "group", "preferred_district",
        "reserved_post__posting__site__employer",
    ).prefetch_related("occupations", Prefetch("clearances", Clearance.objects.order_by("-valid_from")))


def companions(person: Registration, people: QuerySet[Registration], limit: int = 12) -> list[Registration]:
    """Who travels in the same group, as far as the reader may see them."""
    if person.group_id is None:
        return []
    others = people.filter(group=person.group_id).exclude(pk=person.pk)
    return list(others.select_related("worker").order_by("pk")[:limit])


def assignment_of(sight: Sight, person: Registration, plan: Plan | None) -> Assignment | None:
    if plan is None:
        return None
    left = Unplaced.objects.filter(plan=plan, registration=OuterRef("registration"))
    mine = assignments_visible_to(sight, plan).filter(~Exists(left), registration=person)
    return mine.select_related("posting__site__employer", "posting__site__place", "posting__occupation").first()


def legs_of(sight: Sight, assignment: Assignment) -> list[Leg]:
    bookings = list(
        SeatBooking.objects.filter(assignment=assignment, plan=assignment.plan_id)
        .select_related("trip__seat_map", "trip__vehicle__seat_map").order_by("leg")
    )
    trip_ids = [booking.trip_id for booking in bookings]
    calls = {(c.trip_id, c.seq): c for c in Call.objects.filter(trip__in=trip_ids).select_related("place")}
    visible = set(trips_visible_to(sight).filter(pk__in=trip_ids).values_list("pk", flat=True))
    seats = seating_of(b.trip for b in bookings)
    return [
        Leg(
            b.trip, calls[b.trip_id, b.board], calls[b.trip_id, b.alight],
            seats[b.trip_id].words(assignment.registration_id, b.seat),
            seats[b.trip_id].number(assignment.registration_id), b.trip_id in visible,
            seats[b.trip_id].drawn(assignment.registration_id, b.seat),
        )
        for b in bookings
    ]
