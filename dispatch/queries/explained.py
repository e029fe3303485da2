"""Why a plan leaves somebody, and the least changes that would place the person, in the reader's words."""
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import Plan, Unplaced
from dispatch.reasons import Reason
from jobs.models import Posting
from laborbridge.places.models import Place
from laborbridge.web.words import clock, count, day, lasting
from transport.models import Call, Trip
from workers.models import Clearance, Registration

from .access import Role, Sight, trips_visible_to

Data = dict[str, Any]
STAFF = (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON)


@dataclass(frozen=True, slots=True)
class Part:
    """A change in a sentence, and the trip that it is about, where the reader may open it."""

    words: str
    trip: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody stays. Each of `ways` would be enough while nobody else moves; all parts of one together."""

    reason: str
    full: list[Part] = field(default_factory=list)
    ways: list[list[Part]] = field(default_factory=list)
    nothing: str = ""
    room: bool = False


def why(sight: Sight, person: Registration, plan: Plan | None) -> Why | None:
    """None where the plan does not leave the person. Least wages and the like are for staff."""
    row = Unplaced.objects.filter(plan=plan, registration=person).first() if plan else None
    if row is None:
        return None
    reason = str(row.get_reason_display())
    if row.changes is None or not any(sight.has(role) for role in STAFF):
        return Why(reason)
    words = _Words(sight, person, row.changes)
    ways = [[words.part(change) for change in way] for way in row.changes["ways"]]
    return Why(reason, words.full(row.reason, row.changes), [way for way in ways if way],
               words.nothing(row.changes["nothing"]), any(not way for way in ways))


class _Words:
    """What the changes of one person name is fetched at once."""

    def __init__(self, sight: Sight, person: Registration, data: Data) -> None:
        self.person = person
        changes = [change for way in data["ways"] for change in way]
        trips = {c["trip"] for c in changes if "trip" in c} | {trip for trip, _board in data["full_calls"]}
        postings = {c["posting"] for c in changes if "posting" in c} | set(data["full_posts"])
        self.trips = Trip.objects.in_bulk(trips)
        self.open = set(trips_visible_to(sight).filter(pk__in=trips).values_list("pk", flat=True)) if trips else set()
        self.calls = {(c.trip_id, c.seq): c for c in Call.objects.filter(trip__in=trips).select_related("place")}
        self.postings = Posting.objects.select_related("site__employer").in_bulk(postings)
        self.places = Place.objects.in_bulk({c[key] for c in changes for key in ("district", "county") if key in c})
        people = Registration.objects.select_related("worker").in_bulk({c["person"] for c in changes if "person" in c})
        self.names = {pk: who.worker.name for pk, who in people.items()}

    def part(self, change: Data) -> Part:
        trip = change.get("trip")
        return Part(getattr(self, f"_{change['kind']}")(change, change["amount"]), trip if trip in self.open else None)

    def full(self, reason: str, data: Data) -> list[Part]:
        """What the reason is about: trips, firms, or both."""
        rides = [Part(self._ride(trip, board), trip if trip in self.open else None) for trip, board in data["full_calls"]]
        posts = [Part(self._post(pk)) for pk in data["full_posts"]]
        full = {Reason.SEATS_FULL: rides, Reason.POSTINGS_FULL: posts, Reason.BETTER_FOR_OTHERS: rides + posts}
        return {str(code): parts for code, parts in full.items()}.get(reason, [])

    def nothing(self, code: str) -> str:
        """A code that this version does not know is its own words."""
        words = {
            "": "",
            "too_young": _("Nothing would: under 16, or somebody of the group is."),
            "no_posting": _("Nothing would: no posting takes these trades, at any wage."),
            "no_way_there": _("Nothing would: no trip and no way leads from {home} to such a posting, at any time."),
            "no_common_place": _("Nothing would: no park within reach has posts for the whole group."),
            "held_out": _("Nothing would while staff hold this person, or somebody of the group, out."),
        }
        return str(words.get(code, code)).format(home=self.person.township.name)

    def _ride(self, trip: int, board: int) -> str:
        call = self.calls.get((trip, board))
        ref = self.trips[trip].ref if trip in self.trips else str(trip)
        if call is None or call.depart_at is None:
            return ref
        return _("{trip} from {place}, {day} {clock}").format(
            trip=ref, place=call.place.name, day=day(call.depart_at), clock=clock(call.depart_at))

    def _post(self, pk: int) -> str:
        found = self.postings.get(pk)
        return _("{firm} ({ref})").format(firm=found.site.employer.name, ref=found.ref) if found else str(pk)

    def _name(self, change: Data) -> str:
        return self.names.get(change["person"], str(change["person"]))

    def _place(self, pk: int) -> str:
        return self.places[pk].name if pk in self.places else str(pk)

    def _seats(self, change: Data, amount: int) -> str:
        return ngettext("{n} more seat on {ride}", "{n} more seats on {ride}", amount).format(
            n=count(amount), ride=self._ride(change["trip"], change["board"]))

    def _ready(self, change: Data, amount: int) -> str:
        return _("{name} is ready {time} earlier").format(name=self._name(change), time=_length(amount))

    def _deadline(self, change: Data, amount: int) -> str:
        return _("the post at {post} begins {time} later").format(post=self._post(change["posting"]), time=_length(amount))

    def _yuan(self, change: Data, amount: int) -> str:
        return _("{name} takes {wage} instead of {least} yuan a month at {post}").format(
            name=self._name(change), wage=count(change["least"] - amount), least=count(change["least"]),
            post=self._post(change["posting"]))

    def _split(self, change: Data, amount: int) -> str:
        if change["vehicles"] > 1:
            return _("the group of {n} agrees to travel by {vehicles} different ways").format(
                n=count(amount), vehicles=count(change["vehicles"]))
        return _("the group of {n} agrees to be parted").format(n=count(amount))

    def _clearance(self, change: Data, _amount: int) -> str:
        colour = Clearance.Colour(change["colour"]).label
        return _("{district} admits people from {county} with the clearance {colour}").format(
            district=self._place(change["district"]), county=self._place(change["county"]), colour=colour)

    def _posts(self, change: Data, amount: int) -> str:
        return ngettext("{n} more post at {post}", "{n} more posts at {post}", amount).format(
            n=count(amount), post=self._post(change["posting"]))


def _length(minutes: int) -> str:
    return lasting(timedelta(minutes=minutes))

