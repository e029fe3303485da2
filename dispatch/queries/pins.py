"""Reads of pins: what each says in words, whom it concerns, and what a run could not keep."""
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from dispatch.models import Assignment, Pin, PinRefusal, Run
from dispatch.reasons import Refused
from jobs.models import Posting
from transport.models import Trip
from workers.models import Registration

from .access import Sight, pins_visible_to


@dataclass(frozen=True, slots=True)
class PinShown:
    """A pin with the trips of its journey, in the order of travel."""

    pin: Pin
    trips: list[Trip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RefusalShown:
    refusal: PinRefusal
    words: str


def posting_in_words(posting: Posting) -> str:
    return f"{posting.site.employer.name} {posting.ref}"


def trip_in_words(trip: Trip) -> str:
    return f"{trip.get_mode_display()} {trip.ref}"


def refusal_in_words(rule: str, posting: Posting | None, trip: Trip | None) -> str:
    """A rule that this version does not know is its own words."""
    words = str(dict(Refused.choices).get(rule, rule))
    return words.format(what=posting_in_words(posting) if posting else trip_in_words(trip) if trip else "")


def live_pins(sight: Sight) -> QuerySet[Pin]:
    return pins_visible_to(sight).filter(lifted_at=None)


def in_words(pins: Iterable[Pin]) -> list[PinShown]:
    """In two queries for any number of pins, where these come by `with_all`."""
    shown = list(pins)
    wanted = {leg["trip"] for pin in shown for leg in pin.legs}
    trips = Trip.objects.in_bulk(wanted) if wanted else {}
    return [PinShown(pin, [trips[leg["trip"]] for leg in pin.legs if leg["trip"] in trips]) for pin in shown]


def with_all(pins: QuerySet[Pin]) -> QuerySet[Pin]:
    return pins.select_related(
        "registration__worker", "registration__township", "posting__site__employer", "posting__site__place", "trip",
        "made_by", "lifted_by",
    )


def pins_of(sight: Sight, person: Registration) -> tuple[list[PinShown], list[PinShown]]:
    """The live ones, and the newest of those that were lifted; nothing for who may not start runs."""
    shown = in_words(with_all(pins_visible_to(sight).filter(registration=person)).order_by("-id")[:60])
    return [s for s in shown if s.pin.lifted_at is None], [s for s in shown if s.pin.lifted_at][:10]


def pinned_of(sight: Sight, people: Iterable[int]) -> set[int]:
    """Who of some people has a live pin."""
    return set(live_pins(sight).filter(registration__in=list(people)).values_list("registration", flat=True))


def people_by_kind(sight: Sight) -> dict[str, int]:
    """How many live pins there are of each kind."""
    return dict(live_pins(sight).values_list("kind").annotate(n=Count("pk")).order_by("kind"))


def marks(pins: Iterable[PinShown], assignment: Assignment | None, trips: set[int]) -> tuple[bool, set[int]]:
    """Whether the job of an assignment is pinned, and which of its trips are."""
    if assignment is None:
        return False, set()
    job, ridden = False, set[int]()
    for shown in pins:
        pin = shown.pin
        if pin.posting_id == assignment.posting_id and pin.kind in (Pin.Kind.JOB, Pin.Kind.ASSIGNMENT):
            job = True
        if pin.kind == Pin.Kind.TRIP and pin.trip_id in trips:
            ridden.add(int(pin.trip_id))
        ridden |= {leg["trip"] for leg in pin.legs} & trips
    return job, ridden


def refusals_of(run: Run) -> QuerySet[PinRefusal]:
    return PinRefusal.objects.filter(run=run).select_related(
        "registration__worker", "registration__township", "posting__site__employer", "trip"
    ).order_by("id")


def said_of(refusals: Iterable[PinRefusal]) -> list[RefusalShown]:
    return [RefusalShown(r, refusal_in_words(r.rule, r.posting, r.trip)) for r in refusals]
