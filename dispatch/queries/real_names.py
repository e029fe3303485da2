"""What is known of a trip's real-name lists, and who may do what with them."""
import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from dispatch.models import CarrierAnswer, Plan, RealNameLink, RealNameList, RealNameTaking, SeatBooking, Ticket
from laborbridge.accounts.models import User
from transport.models import Trip

from .access import Role, Sight, whole_planners

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


def place_key(coach: str, seat: str) -> tuple[str, str] | None:
    """As dispatch_ticket_place of the database: 05 and 5 are one coach, and "no seat" is none to share."""
    return (coach.lstrip("0"), seat.lstrip("0")) if any(sign.isdigit() for sign in seat) else None


def tickets_of(trip: Trip) -> list[Ticket]:
    return list(Ticket.objects.filter(trip=trip).select_related("registration__worker").order_by("coach", "seat", "pk"))


def without_a_ride(tickets: list[Ticket], rides: dict[int, Ride]) -> list[Ticket]:
    """Tickets of people who ride the trip no longer: somebody has to give them back."""
    return [ticket for ticket in tickets if ticket.registration_id not in rides]


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
