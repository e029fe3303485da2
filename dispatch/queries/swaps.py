"""What another vehicle, or more seats withheld, would do to the people of a trip: said before anything is done."""
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.matching.reseating import Reseating, Rider, Seats, SeatsMissing, reseat
from dispatch.models import Assignment, Plan, Scan, SeatBooking, Ticket
from dispatch.sentences import SENTENCES
from jobs.models import Posting
from laborbridge.rules import RuleBroken
from transport.models import SeatMap, Trip, Vehicle
from transport.queries import seat_of
from transport.seat_maps import seat_map_for, seat_words, seats_in_order
from transport.withholding import Withheld, withheld_on
from workers.models import Registration

from .seating import Given, Seating, seating_of

_AT_MOST = 3  # names in a sentence that refuses


@dataclass(frozen=True, slots=True)
class Target:
    """What a trip is to run with: a known vehicle, a new one (its plate), or seats of which nothing more is known."""

    seats: int
    escort_seats: int
    isolation_seats: int
    seat_map: SeatMap | None
    vehicle: Vehicle | None = None
    plate: str = ""
    load_rule: str = Trip.LoadRule.FULL

    @property
    def load_words(self) -> str:
        """Of the load rule; empty where all seats may be filled."""
        return "" if self.load_rule == Trip.LoadRule.FULL else str(Trip.LoadRule(self.load_rule).label)

    @property
    def words(self) -> str:
        return self.vehicle.plate if self.vehicle else self.plate


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who gets another seat of the trip."""

    person: Registration
    booking: int
    old: int
    new: int
    old_words: str
    new_words: str


@dataclass(frozen=True, slots=True)
class Freed:
    """A seat of another trip that somebody has no use for any more."""

    booking: int
    trip: Trip


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody who has no seat any more, and what else becomes free with that."""

    person: Registration
    assignment: int
    posting: Posting
    old_words: str
    freed: tuple[Freed, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A ticket of the carrier that no longer holds; `after` is our seat from then on, empty for who has none."""

    ticket: Ticket
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What exactly the act would do; `digest` is of all that it depends on and does."""

    trip: Trip
    plan: Plan
    target: Target
    moved: list[Moved]
    lost: list[Lost]
    ended: list[Ended]
    same: int
    room: Withheld
    digest: str

    @property
    def sentences(self) -> list[str]:
        return list(_sentences(self))


def target_of(trip: Trip) -> Target:
    """What the trip runs with now."""
    return Target(trip.seats, trip.escort_seats, trip.isolation_seats, _map_of(trip), trip.vehicle, load_rule=trip.load_rule)


def counted(trip: Trip, seats: int, escorts: int, isolation: int, load_rule: str = Trip.LoadRule.FULL) -> Target:
    """A vehicle of which only the number of seats is known, on the standard map that the importer would choose."""
    standard = seat_map_for(trip.mode, seats)
    seat_map = SeatMap.objects.filter(code=standard.code).first() if standard else None
    return Target(seats, escorts, isolation, seat_map, load_rule=load_rule)


def room_of(target: Target) -> Withheld:
    """Which of the target's seats may be booked, and by how many people at once."""
    return withheld_on(
        target.seat_map.coaches if target.seat_map else None, seats=target.seats, escorts=target.escort_seats,
        isolation=target.isolation_seats, load_rule=target.load_rule,
    )


def vehicles_for(trip: Trip) -> QuerySet[Vehicle]:
    """The known vehicles of the trip's carrier; a trip without one may have those that belong to nobody."""
    return Vehicle.objects.filter(carrier=trip.carrier_id).select_related("seat_map").order_by("plate")


def preview(*, trip: Trip, plan: Plan, target: Target) -> Preview:
    """Apply the rule of dispatch/matching/reseating.py to a trip of the published plan.

    RuleBroken says what stands against it: a trip that is over or on its way, people aboard without a seat.
    """
    _refuse_what_cannot_change(trip, plan, target)
    room = room_of(target)
    if room.places < 0:
        raise RuleBroken(str(SENTENCES["trip_withholds_no_more_than_the_load_rule_leaves"]))
    bookings = _bookings(trip, plan)
    shown = seating_of([trip])[trip.pk]
    before, after = shown.ours, _words(target.seat_map)
    found = _reseated(trip, target, room, bookings, before)
    leaving = {b.pk for b in bookings if _party(b) in found.leaving}
    moved = [
        Moved(b.assignment.registration, b.pk, b.seat, new, shown.words(b.assignment.registration_id, b.seat),
              seat_of(after, new))
        for b in bookings if b.pk not in leaving and (new := found.seat[b.pk]) != b.seat
    ]
    lost = _lost([b for b in bookings if b.pk in leaving], trip, shown)
    seats = {b.assignment.registration_id: seat_of(after, found.seat[b.pk]) for b in bookings if b.pk not in leaving}
    ended = _ended(trip, target, {m.person.pk for m in moved}, seats)
    people = {b.assignment.registration_id for b in bookings}
    touched = {b.assignment.registration_id for b in bookings if b.pk in leaving or found.seat[b.pk] != b.seat}
    same = len(people - touched - {one.ticket.registration_id for one in ended})
    return Preview(trip, plan, target, moved, lost, ended, same, room, _digest(trip, plan, target, moved, lost, ended))


def _map_of(trip: Trip) -> SeatMap | None:
    return trip.seat_map or (trip.vehicle.seat_map if trip.vehicle else None)


def _words(seat_map: SeatMap | None) -> list[str]:
    return [seat_words(s.coach, s.label) for s in seats_in_order(seat_map.coaches)] if seat_map else []


def _bookings(trip: Trip, plan: Plan) -> list[SeatBooking]:
    found = SeatBooking.objects.filter(plan=plan, trip=trip, held=True).select_related(
        "assignment__posting__site__employer", "assignment__registration__worker", "assignment__registration__group",
        "assignment__registration__township",
    )
    return list(found.order_by("seat", "board"))


# --- what stands against it --------------------------------------------------------------------------------------------


def _refuse_what_cannot_change(trip: Trip, plan: Plan, target: Target) -> None:
    if plan.campaign_id != trip.campaign_id:
        raise RuleBroken(_("Trip {ref} belongs to another campaign than this plan.").format(ref=trip.ref))
    if plan.state != Plan.State.PUBLISHED:
        raise RuleBroken(_(
            "Plan {number} is not the published one. Vehicles are swapped in the published plan; a run that is started"
            " afterwards works with the new seats."
        ).format(number=plan.number))
    if trip.state == Trip.State.CANCELLED:
        raise RuleBroken(_("Trip {ref} is cancelled: there is no vehicle to swap.").format(ref=trip.ref))
    if trip.state == Trip.State.CLOSED:
        raise RuleBroken(_("Trip {ref} is closed: nothing of it is changed any more.").format(ref=trip.ref))
    if has_departed(trip):
        raise RuleBroken(_(
            "Trip {ref} is on its way with people aboard: they cannot be given seats in another vehicle here."
        ).format(ref=trip.ref))
    if target.vehicle and target.vehicle.carrier_id != trip.carrier_id:
        raise RuleBroken(_("Vehicle {plate} is not one of this trip's carrier.").format(plate=target.vehicle.plate))
    if target.escort_seats + target.isolation_seats > target.seats:
        raise RuleBroken(_("More seats would be kept for escorts and isolation than the vehicle has."))
    if target == target_of(trip):
        raise RuleBroken(_("This is what trip {ref} runs with already: nothing would change.").format(ref=trip.ref))


def has_departed(trip: Trip) -> bool:
    """By what was seen, not by the timetable alone: a bus that breaks down at its first stop has not left in time."""
    seen = Scan.objects.filter(trip=trip)
    if seen.filter(call__gt=0).exists():
        return True
    return trip.departs_at is not None and trip.departs_at <= timezone.now() and seen.exists()


def _aboard(trip: Trip) -> set[int]:
    return set(Scan.objects.filter(trip=trip, direction=Scan.Direction.ON).values_list("registration", flat=True))


def _without_seat(missing: SeatsMissing, bookings: Sequence[SeatBooking], words: list[str]) -> RuleBroken:
    by_id = {b.pk: b for b in bookings}
    stuck = [by_id[r.booking] for r in missing.riders]
    who = ", ".join(f"{b.assignment.registration.worker.name} ({seat_of(words, b.seat)})" for b in stuck[:_AT_MOST])
    if len(stuck) > _AT_MOST:
        more = len(stuck) - _AT_MOST
        who = ngettext("{named} and {more} more", "{named} and {more} more", more).format(named=who, more=more)
    return RuleBroken(ngettext(
        "{n} person is aboard or on the way already and may not be moved, but would have no seat: {who}."
        " Choose a vehicle that has this seat, or keep fewer seats.",
        "{n} people are aboard or on the way already and may not be moved, but would have no seat: {who}."
        " Choose a vehicle that has these seats, or keep fewer seats.", len(stuck),
    ).format(n=len(stuck), who=who))


# --- the rule ----------------------------------------------------------------------------------------------------------


def _party(booking: SeatBooking) -> int:
    group = booking.assignment.registration.group
    return group.pk if group and group.split_agreed_at is None else -booking.assignment.registration_id


def _riders(bookings: Sequence[SeatBooking], aboard: set[int]) -> Iterable[Rider]:
    in_order = sorted((b.assignment.registration.created_at, b.assignment.registration_id) for b in bookings)
    nth = {registration: -n for n, (_at, registration) in enumerate(in_order)}
    for b in bookings:
        state, person = b.assignment.state, b.assignment.registration
        fixed = state in (Assignment.State.BOARDED, Assignment.State.COMPLETED) or person.pk in aboard
        own = b.assignment.posting.kind == Posting.Kind.RESERVED
        yield Rider(b.pk, person.pk, _party(b), (b.board, b.alight), b.seat, fixed,
                    (person.priority, int(own), nth[person.pk]))


def _reseated(
    trip: Trip, target: Target, room: Withheld, bookings: Sequence[SeatBooking], words: list[str]
) -> Reseating:
    coaches = target.seat_map.coaches if target.seat_map else ()
    rows = {n: (s.coach, s.row) for n, s in enumerate(seats_in_order(coaches))}
    try:
        free = frozenset(range(target.seats)) - room.seats
        return reseat(list(_riders(bookings, _aboard(trip))), Seats(free, rows, room.places))
    except SeatsMissing as missing:
        raise _without_seat(missing, bookings, words) from missing


def _is_the_same_vehicle(trip: Trip, target: Target) -> bool:
    now = target_of(trip)
    return (target.vehicle, target.plate, target.seat_map, target.seats) == (now.vehicle, "", now.seat_map, now.seats)


def _ended(trip: Trip, target: Target, moved: set[int], seats: dict[int, str]) -> list[Ended]:
    """All tickets of a vehicle that no longer comes; of one that stays, those of the people who change seat."""
    tickets = Ticket.objects.filter(trip=trip).select_related("registration__worker", "registration__group").order_by("pk")
    if _is_the_same_vehicle(trip, target):
        tickets = tickets.filter(registration__in=moved)
    return [
        Ended(t, Given(t.coach, t.seat, t.number).words if t.seat else "", seats.get(t.registration_id, "")) for t in tickets
    ]


def _lost(bookings: Sequence[SeatBooking], trip: Trip, seats: Seating) -> list[Lost]:
    ids = {b.assignment_id for b in bookings}
    elsewhere = SeatBooking.objects.filter(assignment__in=ids, held=True).exclude(trip=trip).select_related("trip")
    freed: dict[int, list[Freed]] = {pk: [] for pk in ids}
    for booking in elsewhere.order_by("leg"):
        freed[booking.assignment_id].append(Freed(booking.pk, booking.trip))
    first = {b.assignment_id: b for b in reversed(bookings)}
    return [
        Lost(b.assignment.registration, b.assignment_id, b.assignment.posting,
             seats.words(b.assignment.registration_id, b.seat), tuple(freed[b.assignment_id]))
        for b in bookings if first[b.assignment_id] is b
    ]


# --- in words ----------------------------------------------------------------------------------------------------------


def _digest(
    trip: Trip, plan: Plan, target: Target, moved: Sequence[Moved], lost: Sequence[Lost], ended: Sequence[Ended]
) -> str:
    def vehicle(of: Target) -> list[Any]:
        return [of.seats, of.escort_seats, of.isolation_seats, of.seat_map and of.seat_map.pk,
                of.vehicle and of.vehicle.pk, of.plate, of.load_rule]

    all_of_it = [
        plan.pk, trip.pk, vehicle(target_of(trip)), vehicle(target),
        [[m.booking, m.old, m.new] for m in moved],
        [[x.assignment, x.posting.pk, [f.booking for f in x.freed]] for x in lost],
        [[t.pk, t.coach, t.seat, t.number] for t in (one.ticket for one in ended)],
    ]
    return hashlib.sha256(json.dumps(all_of_it).encode()).hexdigest()


def _sentences(shown: Preview) -> Iterable[str]:
    if not shown.moved and not shown.lost and not shown.ended:
        yield _("Nobody is touched: everybody keeps the seat.") if shown.same else _("Nobody rides this trip.")
        return
    if shown.lost:
        names = _listed(x.person.worker.name for x in shown.lost)
        yield ngettext(
            "{n} person has no seat any more: {names}.", "{n} people have no seat any more: {names}.", len(shown.lost)
        ).format(n=len(shown.lost), names=names)
        firms = _listed(dict.fromkeys(x.posting.site.employer.name for x in shown.lost))
        yield ngettext("The post at {firms} is free again.", "Their posts at {firms} are free again.",
                       len(shown.lost)).format(firms=firms)
        trips = _listed(dict.fromkeys(f.trip.ref for x in shown.lost for f in x.freed))
        if trips:
            yield _("Their seats on {trips} are free again, too.").format(trips=trips)
    if moved := len({m.person.pk for m in shown.moved}):
        yield ngettext("{n} person changes seat.", "{n} people change seat.", moved).format(n=moved)
    if ended := len(shown.ended):
        yield ngettext(
            "{n} ticket of the carrier ends: our own seat counts until the carrier gives a new one.",
            "{n} tickets of the carrier end: our own seats count until the carrier gives new ones.", ended,
        ).format(n=ended)
    if shown.same:
        yield ngettext("{n} person keeps the seat.", "{n} people keep their seats.", shown.same).format(n=shown.same)


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(names)
