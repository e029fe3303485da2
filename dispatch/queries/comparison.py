"""What publishing a plan changes, person by person: from, to, and why, in the reader's words."""
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models import Assignment, Plan, PlanChange, SeatBooking
from dispatch.snapshot.comparing import Changed, compare
from jobs.models import Posting
from transport.models import Trip
from workers.models import Registration

from .plans import kept

KEPT = 300  # seconds: comparing reads the whole campaign

KINDS: dict[str, str | Promise] = {
    "placed": gettext_lazy("newly placed"),
    "dropped": gettext_lazy("loses the place"),
    "job": gettext_lazy("another post"),
    "journey": gettext_lazy("another journey"),
    "both": gettext_lazy("another post and journey"),
}
# In the order in which they are listed: what happened to people first, what followed from it later.
CAUSES: dict[str, str | Promise] = {
    "withdrew": gettext_lazy("no longer goes"),
    "pinned": gettext_lazy("staff decided so"),
    "trip_cancelled": gettext_lazy("trip no longer runs"),
    "trip_changed": gettext_lazy("trip no longer calls there"),
    "post_withdrawn": gettext_lazy("posting withdrawn"),
    "not_eligible": gettext_lazy("posting no longer fits trade, wage or age"),
    "clearance": gettext_lazy("health clearance no longer accepted there"),
    "not_in_time": gettext_lazy("no longer in time"),
    "group": gettext_lazy("goes with somebody who cannot stay"),
    "fewer_seats": gettext_lazy("vehicle has fewer seats"),
    "fewer_posts": gettext_lazy("posting has fewer posts"),
    "pushed": gettext_lazy("place needed by another"),
    "freed": gettext_lazy("place left by another"),
    "new": gettext_lazy("registered since"),
    "room": gettext_lazy("there was room"),
    "better": gettext_lazy("better for all"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """How many change for one cause."""

    cause: str
    people: int

    @property
    def words(self) -> str:
        return str(CAUSES.get(self.cause, self.cause))


@dataclass(frozen=True, slots=True)
class Side:
    """Where a plan sends somebody."""

    posting: Posting
    leaves_at: datetime
    trips: list[Trip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One person: what is another, from, to, and why. `because_of`: whose needs were in the way, the nearest first."""

    person: Registration
    kind: str
    before: Side | None
    after: Side | None
    why: str
    because_of: list[Registration]
    root: str


def changes_between(before: Plan, after: Plan) -> list[Changed]:
    """By cause, in the order of CAUSES. Kept for some minutes, and made anew after a change of either plan."""
    last = PlanChange.objects.filter(plan__in=[before, after]).aggregate(last=Max("pk"))["last"] or 0
    return kept(f"changes-{before.pk}-{after.pk}-{last}",
                lambda: sorted(compare(before, after), key=lambda change: _order(change.cause)), KEPT)


def by_cause(changes: Sequence[Changed]) -> list[Group]:
    people = Counter(change.cause for change in changes)
    return [Group(cause, people[cause]) for cause in sorted(people, key=_order)]


def _order(cause: str) -> int:
    return list(CAUSES).index(cause) if cause in CAUSES else len(CAUSES)


def unchanged(after: Plan, changes: Sequence[Changed]) -> int:
    """How many go by `after` as they would have gone before."""
    going = Assignment.objects.filter(plan=after, state__in=Assignment.LIVE).count()
    return going - sum(change.kind != "dropped" for change in changes)


def lines(before: Plan, after: Plan, changes: Sequence[Changed]) -> list[Line]:
    """Some changes in words, in a fixed number of queries."""
    mentioned = {pk for c in changes for pk in (c.registration, *c.because_of)}
    who = Registration.objects.select_related("worker").in_bulk(mentioned)
    sides = {plan.pk: _sides(plan, [c.registration for c in changes]) for plan in (before, after)}
    trips = Trip.objects.in_bulk({c.trip for c in changes if c.trip})
    postings = Posting.objects.select_related("site__employer").in_bulk({c.posting for c in changes if c.posting})
    return [
        Line(who[c.registration], str(KINDS.get(c.kind, c.kind)), sides[before.pk].get(c.registration),
             sides[after.pk].get(c.registration), _why(c, trips, postings), [who[pk] for pk in c.because_of],
             str(CAUSES.get(c.root, c.root)))
        for c in changes
    ]


def _sides(plan: Plan, people: Sequence[int]) -> dict[int, Side]:
    """By registration."""
    going = Assignment.objects.filter(plan=plan, registration__in=people, state__in=Assignment.LIVE)
    found = {a.pk: a for a in going.select_related("posting__site__employer", "posting__site__place")}
    rides = defaultdict[int, list[Trip]](list)
    for booking in SeatBooking.objects.filter(assignment__in=found, held=True).select_related("trip").order_by("leg"):
        rides[booking.assignment_id].append(booking.trip)
    return {a.registration_id: Side(a.posting, a.leaves_at, rides[pk]) for pk, a in found.items()}


def _why(c: Changed, trips: dict[int, Trip], postings: dict[int, Posting]) -> str:
    """A cause with what it is about, where that is known."""
    words = str(CAUSES.get(c.cause, c.cause))
    if c.trip in trips:
        return _("{what}: {about}").format(what=words, about=trips[c.trip].ref)
    if c.posting in postings:
        found = postings[c.posting]
        about = _("{firm} ({ref})").format(firm=found.site.employer.name, ref=found.ref)
        return _("{what}: {about}").format(what=words, about=about)
    return words
