"""What is known of a trip's real-name lists, and who may do what with them."""
import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from dispatch.models import CarrierAnswer, EndedTicket, Plan, RealNameLink, RealNameList, RealNameTaking, SeatBooking, Ticket
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from transport.models import Trip
from transport.queries import seats_of
from workers.models import Registration

from .access import Role, Sight, whole_planners
from .seating import Seating, place_key

_MEET_THE_DRIVER = (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.ESCORT, Role.CARRIER)


@dataclass(frozen=True, slots=True)
class Ride:
    """What one person rides of a trip by the published plan."""

    board: int
    alight: int
    seat: int

    def meets(self, other: "Ride") -> bool:
        return self.board < other.alight and other.board < self.alight


@dataclass(frozen=True, slots=True)
class Since:
    """Who has come onto the trip and who has left it since its list was taken last."""

    came: int
    left: int


def digest_of(token: str) -> str:
    """What is kept of a link: 128 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> RealNameLink | None:
    links = RealNameLink.objects.select_related("names__trip__campaign", "names__trip__seat_map", "names__trip__carrier",
                                                "names__trip__vehicle__seat_map")
    return links.filter(digest=digest_of(token)).first()


def carries(sight: Sight, trip: Trip) -> bool:
    """Whether the reader is the trip's carrier."""
    return trip.carrier_id is not None and any(m.organisation_id == trip.carrier_id for m in sight.having(Role.CARRIER))


def door(sight: Sight, trip: Trip) -> dict[str, object]:
    """What the trip's page says of its list: to the bureau, to its carrier, and of the driver to those who bring people."""
    bureau, carrier = sight.whole, carries(sight, trip)
    return {
        "bureau": bureau, "carrier": carrier, "list": lists_of(trip).first() if bureau or carrier else None,
        "driver": trip.driver and any(sight.has(role) for role in _MEET_THE_DRIVER),
    }


def lists_of(trip: Trip) -> QuerySet[RealNameList]:
    return RealNameList.objects.filter(trip=trip).select_related("requested_by", "released_by", "closed_by").order_by("-pk")


def could_release(names: RealNameList) -> list[User]:
    """The people of whom one must release it: they see the whole campaign, and did not ask for it."""
    return [user for user in whole_planners(names.trip.campaign) if user.pk != names.requested_by_id]


def takings_of(trip: Trip) -> QuerySet[RealNameTaking]:
    takings = RealNameTaking.objects.filter(names__trip=trip).select_related("by", "link", "plan")
    return takings.defer("people").order_by("-pk")


def answers_of(trip: Trip) -> QuerySet[CarrierAnswer]:
    return CarrierAnswer.objects.filter(names__trip=trip).select_related("by", "link").order_by("-pk")


def open_link(names: RealNameList) -> RealNameLink | None:
    return names.links.filter(revoked_at=None).select_related("made_by").first()


def published_plan_of(trip: Trip) -> Plan | None:
    plans = Plan.objects.filter(campaign=trip.campaign_id, state=Plan.State.PUBLISHED)
    return plans.select_related("campaign").first()


def rides_of(trip: Trip, plan: Plan | None) -> dict[int, Ride]:
    """By registration: who rides the trip."""
    if plan is None:
        return {}
    held = SeatBooking.objects.filter(plan=plan, trip=trip, held=True)
    return {who: Ride(*ride) for who, *ride in held.values_list("assignment__registration", "board", "alight", "seat")}


def given_to_carrier(trip: Trip) -> set[int]:
    """Everybody who was on a list of this trip that was taken, though they may ride no longer."""
    found = RealNameTaking.objects.filter(names__trip=trip).values_list("people", flat=True)
    return {who for people in found for who in people}


def since_last_taking(trip: Trip, rides: dict[int, Ride]) -> Since | None:
    last = RealNameTaking.objects.filter(names__trip=trip).order_by("-pk").values_list("people", flat=True).first()
    if last is None:
        return None
    return Since(len(rides.keys() - set(last)), len(set(last) - rides.keys()))


def tickets_of(trip: Trip) -> list[Ticket]:
    return list(Ticket.objects.filter(trip=trip).select_related("registration__worker").order_by("coach", "seat", "pk"))


def ended_tickets_of(trip: Trip) -> QuerySet[EndedTicket]:
    return EndedTicket.objects.filter(trip=trip).select_related("registration__worker", "change__by")


def to_be_given_anew(trip: Trip, rides: dict[int, Ride], tickets: list[Ticket]) -> int:
    """People who ride, had a ticket that has ended, and have no other yet."""
    ended = set(EndedTicket.objects.filter(trip=trip).values_list("registration", flat=True))
    return len((ended & rides.keys()) - {ticket.registration_id for ticket in tickets})


def without_a_ride(tickets: list[Ticket], rides: dict[int, Ride]) -> list[Ticket]:
    """Tickets of people who ride the trip no longer: somebody has to give them back."""
    return [ticket for ticket in tickets if ticket.registration_id not in rides]


def on_a_given_seat(rides: dict[int, Ride], places: dict[int, tuple[str, str]], seats: Seating) -> list[int]:
    """Who has no seat of the carrier and is planned on one that it gave to somebody else; `places` are those it gave."""
    given: dict[tuple[str, str], list[Ride]] = defaultdict(list)
    for who, place in places.items():
        key = place_key(*place)
        if key and who in rides:
            given[key].append(rides[who])
    return [
        who for who, ride in rides.items() if not places.get(who, ("", ""))[1]
        and any(ride.meets(other) for other in given.get(place_key(*seats.our_place(ride.seat)) or ("", ""), ()))
    ]


def named(people: list[int]) -> list[Registration]:
    return list(Registration.objects.filter(pk__in=people).select_related("worker").order_by("pk"))


def places_of(tickets: list[Ticket]) -> dict[int, tuple[str, str]]:
    return {ticket.registration_id: (ticket.coach, ticket.seat) for ticket in tickets}


def misfits(campaign: Campaign) -> dict[int, int]:
    """By trip: tickets without a rider, people who share a seat, and people whose planned seat went to somebody else."""
    tickets: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in Ticket.objects.filter(trip__campaign=campaign).order_by("pk"):
        tickets[ticket.trip_id].append(ticket)
    if not tickets:
        return {}
    trips = Trip.objects.filter(pk__in=tickets).select_related("seat_map", "vehicle__seat_map").order_by("departs_at", "pk")
    rides: dict[int, dict[int, Ride]] = defaultdict(dict)
    held = SeatBooking.objects.filter(plan__campaign=campaign, plan__state=Plan.State.PUBLISHED, trip__in=tickets, held=True)
    for trip_id, who, *ride in held.values_list("trip", "assignment__registration", "board", "alight", "seat"):
        rides[trip_id][who] = Ride(*ride)
    found = {trip.pk: _misfits(tickets[trip.pk], rides[trip.pk], Seating(trip, seats_of(trip))) for trip in trips}
    return {trip: people for trip, people in found.items() if people}


def _misfits(tickets: list[Ticket], rides: dict[int, Ride], seats: Seating) -> int:
    return (len(without_a_ride(tickets, rides)) + len(sharing_a_seat(tickets, rides))
            + len(on_a_given_seat(rides, places_of(tickets), seats)))


def sharing_a_seat(tickets: list[Ticket], rides: dict[int, Ride]) -> list[Ticket]:
    """Tickets that another plan has brought onto one seat on one part of the way."""
    by_place: dict[tuple[str, str], list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        key = place_key(ticket.coach, ticket.seat)
        if key and ticket.registration_id in rides:
            by_place[key].append(ticket)
    return [
        ticket for found in by_place.values() for ticket in found
        if any(rides[other.registration_id].meets(rides[ticket.registration_id]) for other in found if other is not ticket)
    ]
