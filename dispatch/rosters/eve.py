"""The day of departure by pick-up: who, when, how to reach; the same rows for the page, the paper and the chat group."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.queries.seating import Seating, seating_of
from laborbridge.web.words import clock, day, people, phone, when
from transport.models import Trip
from workers.models import Registration

from .codes import code_of
from .reading import Traveller
from .sheet import Column, Edition, Section, Sheet, file_name

_MODES = dict(Trip.Mode.choices)
_CONTACTS = dict(Registration.Contact.choices)
Seats = Mapping[int, Seating]


@dataclass(frozen=True, slots=True)
class Leaver:
    """One person on the list; `group` counts the groups of a list from 1, and is 0 for who travels alone."""

    row: Traveller
    seat: str
    group: int

    @property
    def whose(self) -> str:
        """Whose telephone it is, where it is not the person's own."""
        if self.row.contact in (Registration.Contact.OWN, Registration.Contact.NONE):
            return ""
        return f"{_CONTACTS.get(self.row.contact, self.row.contact)} {self.row.contact_name}".strip()

    @property
    def leaves_home(self) -> str:
        """With the day, where that is not the day of the vehicle."""
        at, call = self.row.leaves_at, self.row.call_at or self.row.leaves_at
        return clock(at) if timezone.localdate(at) == timezone.localdate(call) else when(at)


@dataclass(frozen=True, slots=True)
class PickUp:
    """Who gets on one vehicle at one call; `trip` is None for those who go without a seat."""

    trip: int | None
    at: datetime | None
    place: str
    vehicle: str
    people: Sequence[Leaver]

    @property
    def day(self) -> date:
        return timezone.localdate(self.at or self.people[0].row.leaves_at)

    @property
    def first_leaves_home(self) -> datetime:
        return min(leaver.row.leaves_at for leaver in self.people)

    @property
    def heading(self) -> str:
        if self.at is None:
            return f"{day(self.day)} " + _("Without a seat, on foot")
        return f"{when(self.at)} {self.place}"


def seats_by_trip(rows: Sequence[Traveller]) -> Seats:
    """The seats of the trips of some people, as they are to be shown."""
    trips = Trip.objects.filter(pk__in={row.trip_id for row in rows if row.trip_id is not None})
    return seating_of(trips.select_related("seat_map", "vehicle__seat_map"))


def seat_words_of(row: Traveller, seats: Seats) -> str:
    return "" if row.trip_id is None or row.seat is None else seats[row.trip_id].words(row.registration, row.seat)


def vehicle_of(row: Traveller) -> str:
    return f"{_MODES.get(row.mode or '', row.mode)} {row.trip} {row.plate}".strip() if row.trip else ""


def pick_ups(rows: Sequence[Traveller], seats: Seats) -> list[PickUp]:
    """In order of time, those without a seat last; in each, by who leaves home first, groups together."""
    found = []
    for _key, mine in groupby(sorted(rows, key=_in_order), key=_pick_up):
        members = _groups_together(list(mine))
        numbers = {group: n for n, group in enumerate(dict.fromkeys(r.group for r in members if r.group), 1)}
        found.append(PickUp(
            members[0].trip_id, members[0].call_at, members[0].call_place or "", vehicle_of(members[0]),
            [Leaver(row, seat_words_of(row, seats), numbers.get(row.group, 0)) for row in members],
        ))
    return found


def _pick_up(row: Traveller) -> tuple[bool, object, int, int]:
    """Those without a seat are a list of their own each day."""
    return row.call_at is None, row.call_at or timezone.localdate(row.leaves_at), row.trip_id or 0, row.call or 0


def _in_order(row: Traveller) -> tuple[bool, datetime, int, int]:
    return row.call_at is None, row.call_at or row.leaves_at, row.trip_id or 0, row.call or 0


def _groups_together(rows: list[Traveller]) -> list[Traveller]:
    first: dict[int, tuple[datetime, int]] = {}
    for row in rows:
        mine, unit = (row.leaves_at, row.registration), row.group or -row.registration
        first[unit] = min(first.get(unit, mine), mine)
    return sorted(rows, key=lambda row: (first[row.group or -row.registration], row.registration))


# --- on paper --------------------------------------------------------------------------------------------------------


def sheet(found: Sequence[PickUp], on: date, edition: Edition, name: str) -> Sheet:
    """In large type, with a box to tick: it is read at a bus before dawn."""
    number = sum(len(pick_up.people) for pick_up in found)
    return Sheet(
        name=file_name(_("departures"), name, f"{on:%m%d}"), edition=edition,
        title=_("%(day)s, departures: %(place)s") % {"day": day(on), "place": name}, facts=[people(number)],
        columns=[
            Column(_("Here"), 14, is_tick=True), Column(_("Leaves home"), 32, is_whole=True), Column(_("Name"), 44),
            Column(_("Group"), 20, is_group=True), Column(_("Seat"), 32, is_whole=True), Column(_("Telephone"), 52),
            Column(_("Goes to")), Column(_("Code"), 24, is_whole=True),
        ],
        sections=[
            Section(_section(one), [_line(leaver) for leaver in one.people], groups=[leaver.group for leaver in one.people])
            for one in found
        ],
        empty=_("Nobody leaves on this day."), is_large=True,
    )


def _section(one: PickUp) -> str:
    where = " ".join(part for part in (one.heading, one.vehicle) if part)
    return _("%(where)s: %(people)s") % {"where": where, "people": people(len(one.people))}


def _line(leaver: Leaver) -> list[str]:
    row = leaver.row
    return [
        "", leaver.leaves_home, row.name, str(leaver.group or ""), leaver.seat, _telephone(leaver),
        f"{row.employer} {row.park}", code_of(row.registration),
    ]


def _telephone(leaver: Leaver) -> str:
    return f"{phone(leaver.row.phone)} {leaver.whose}".strip() or "–"
