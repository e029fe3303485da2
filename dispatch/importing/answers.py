"""What a carrier sends back, against what is known: what it would change, and all that is wrong with it."""
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import normalize

from django.utils.translation import gettext as _

from dispatch.models import Ticket
from dispatch.queries import real_names
from dispatch.queries.real_names import Ride
from dispatch.queries.seating import Given, Seating, place_key
from dispatch.rosters.codes import code_of, registration_of
from transport.models import Trip
from transport.queries import seats_of

from .returned import Returned, Row

_COACH = re.compile(r"0*(\d{1,2})(?:号?车厢?|号)?")
_SEAT = re.compile(r"0*(\d{1,3}[A-Z]?)(?:号座?|座)?")
_PLACE = re.compile(r"[0-9A-Z一-鿿]{1,10}")
_NUMBER = re.compile(r"[0-9A-Z-]{1,40}")
_PLATE = re.compile(r"[A-Z0-9一-鿿-]{4,20}")
_NAME = re.compile(r"[^\d<>\x00-\x1f]{2,40}")
_MOBILE, _LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"(0(?:10|2\d|[3-9]\d\d))-?(\d{7,8})")
CREW_FIELDS = {"plate": "plate_given", "driver": "driver", "phone": "driver_phone"}


@dataclass(frozen=True, slots=True)
class Place:
    """Coach, seat and ticket number, as a ticket keeps them."""

    coach: str = ""
    seat: str = ""
    number: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.coach, self.seat, self.number) if part)

    @property
    def words(self) -> str:
        return Given(self.coach, self.seat, self.number).words if self.seat else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One person's ticket, before and after."""

    registration: int
    line: int
    code: str
    before: Place
    after: Place


@dataclass(frozen=True, slots=True)
class CrewChange:
    key: str
    before: str
    after: str


@dataclass(slots=True)
class Comparison:
    """The account of one answer: new + changed + unchanged + empty + refused = rows. With faults nothing is stored."""

    rows: int = 0
    unchanged: int = 0
    empty: int = 0
    refused: int = 0
    changes: list[Change] = field(default_factory=list)
    crew: list[CrewChange] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    # Riders who have no ticket afterwards, and people with one who ride no longer.
    without: int = 0
    gone: list[str] = field(default_factory=list)
    # Riders without a seat of the carrier, whose planned seat is given to somebody else afterwards.
    doubled: list[str] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(change.before == Place() for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.new

    @property
    def changes_nothing(self) -> bool:
        return not self.changes and not self.crew

    @property
    def digest(self) -> str:
        """Of what would be changed: who confirms a preview confirms this and nothing else."""
        told = [[c.code, str(c.before), str(c.after)] for c in self.changes]
        told += [[c.key, c.before, c.after] for c in self.crew]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def compare(trip: Trip, returned: Returned) -> Comparison:
    return _Comparing(trip, returned).result


def _compact(text: str) -> str:
    return normalize("NFKC", text).upper().replace(" ", "")


def phone_of(text: str) -> str:
    """A mainland mobile or landline number in one form; empty where it is neither."""
    digits = re.sub(r"^(\+|00)86", "", re.sub(r"[\s()]", "", normalize("NFKC", text)))
    if _MOBILE.fullmatch(plain := digits.replace("-", "")):
        return plain
    landline = _LANDLINE.fullmatch(digits)
    return f"{landline[1]}-{landline[2]}" if landline else ""


class _Comparing:
    def __init__(self, trip: Trip, returned: Returned) -> None:
        self.trip, self.returned = trip, returned
        self.rides = real_names.rides_of(trip, real_names.published_plan_of(trip))
        self.known = real_names.given_to_carrier(trip)
        self.tickets = {t.registration_id: Place(t.coach, t.seat, t.number) for t in Ticket.objects.filter(trip=trip)}
        seat_map = trip.seat_map or (trip.vehicle.seat_map if trip.vehicle else None)
        self.has_coaches = bool(seat_map and any(coach.get("number") for coach in seat_map.coaches))
        self.result = Comparison(rows=len(returned.rows), faults=list(returned.faults))
        self.lines: dict[int, Row] = {}
        for row in returned.rows:
            self._take(row)
        self._crew()
        self._seats()
        after = self.tickets.keys() | {change.registration for change in self.result.changes}
        self.result.without = len(self.rides.keys() - after)
        self.result.gone = [code_of(who) for who in sorted(after - self.rides.keys())]
        final = self._final()
        places = {who: (place.coach, place.seat) for who, place in final.items()}
        doubled = real_names.on_a_given_seat(self.rides, places, Seating(trip, seats_of(trip)))
        self.result.doubled = [code_of(who) for who in sorted(doubled)]

    def _refuse(self, row: Row, why: str) -> None:
        self.result.refused += 1
        self.result.faults.append(_("Line %(line)s: %(why)s") % {"line": row.line, "why": why})

    def _take(self, row: Row) -> None:
        if row.line in self.returned.damaged:
            self.result.refused += 1  # why, its cell has said
            return None
        who = registration_of(row.code) if row.code else None
        why = self._against(row, who)
        after = None if why or who is None else self._place(row, who)
        if isinstance(after, str) or after is None or who is None:
            return self._refuse(row, after if isinstance(after, str) else why)
        before = self.tickets.get(who, Place())
        self.lines[who] = row
        if not (row.coach or row.seat or row.number):
            self.result.empty += 1
        elif after == before:
            self.result.unchanged += 1
        else:
            self.result.changes.append(Change(who, row.line, code_of(who), before, after))
        return None

    def _against(self, row: Row, who: int | None) -> str:
        if not row.code:
            return _("there is no code, so nobody knows whose seat it is. Copy the code from the list.")
        if who is None:
            return _("%(code)s is no code. Codes have five signs; copy it from the list.") % {"code": row.code[:20]}
        if who not in self.rides and who not in self.known:
            return _("%(code)s is nobody of this trip. Perhaps the row belongs to the list of another one.") % {
                "code": row.code}
        if who in self.lines:
            return _("%(code)s stands in line %(line)s already. Leave one of the two.") % {
                "code": row.code, "line": self.lines[who].line}
        return ""

    def _place(self, row: Row, who: int) -> Place | str:
        """As it would be kept, or what is wrong with it. An empty cell keeps what was given before."""
        before = self.tickets.get(who, Place())
        coach, seat, number = (_compact(text) for text in (row.coach, row.seat, row.number))
        if found := _COACH.fullmatch(coach):
            coach = f"{int(found[1]):02d}"
        if found := _SEAT.fullmatch(seat):
            seat = found[1]
        for text, pattern, wanted in ((coach, _PLACE, _("a coach such as 05")), (seat, _PLACE, _("a seat such as 12F")),
                                      (number, _NUMBER, _("a ticket number of figures and letters"))):
            if text and not pattern.fullmatch(text):
                return _("%(text)s was not understood; expected is %(wanted)s.") % {"text": text[:40], "wanted": wanted}
        if coach and not seat:
            return _("there is a coach but no seat. Write the seat beside it, or 无座 where there is none.")
        if seat and not coach and self.has_coaches:
            return _("there is a seat but no coach. Write the coach beside it.")
        place = (coach, seat) if seat else (before.coach, before.seat)
        return Place(*place, number or before.number)

    def _crew(self) -> None:
        for key, text in self.returned.crew.items():
            after, wanted = _crew_fact(key, text)
            before = getattr(self.trip, CREW_FIELDS[key])
            if text and not after:
                self.result.faults.append(
                    _("%(text)s was not understood; expected is %(wanted)s.") % {"text": text[:40], "wanted": wanted})
            elif after != before:
                self.result.crew.append(CrewChange(key, before, after))

    def _final(self) -> dict[int, Place]:
        return self.tickets | {change.registration: change.after for change in self.result.changes}

    def _seats(self) -> None:
        """Of those who ride, no two may be given one seat on one part of the way."""
        final = self._final()
        by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
        for who, place in final.items():
            key = place_key(place.coach, place.seat)
            if key and who in self.rides:
                by_place[key].append(who)
        touched = {change.registration: change for change in self.result.changes}
        refused: set[int] = set()
        for sharing in by_place.values():
            for one, other in _meeting(sorted(sharing, key=self._line), self.rides):
                if other in touched and other not in refused:
                    refused.add(other)
                    self._refuse_shared(touched[other], one)
                elif one in touched and one not in refused and other not in touched:
                    refused.add(one)
                    self._refuse_shared(touched[one], other)
        self.result.changes = [change for change in self.result.changes if change.registration not in refused]

    def _line(self, who: int) -> tuple[int, int]:
        row = self.lines.get(who)
        return (row.line if row else 0), who

    def _refuse_shared(self, change: Change, with_whom: int) -> None:
        row = self.lines.get(with_whom)
        code = code_of(with_whom)
        other = _("%(code)s in line %(line)s") % {"code": code, "line": row.line} if row else code
        said = _("%(code)s and %(other)s would both have %(place)s, though they ride together. Give one another seat.")
        named = {"code": change.code, "other": other, "place": change.after.words}
        self._refuse(self.lines[change.registration], said % named)


def _meeting(people: list[int], rides: dict[int, Ride]) -> Iterable[tuple[int, int]]:
    for place, one in enumerate(people):
        yield from ((one, other) for other in people[place + 1 :] if rides[one].meets(rides[other]))


def _crew_fact(key: str, text: str) -> tuple[str, str]:
    """As it would be kept, empty where it is none; and what was expected."""
    plain = " ".join(normalize("NFKC", text).split())
    if key == "plate":
        plate = re.sub(r"[\s·•.]", "", plain.upper())
        return (plate if _PLATE.fullmatch(plate) else ""), _("a plate such as 鄂Q12345")
    if key == "driver":
        return (plain if _NAME.fullmatch(plain) else ""), _("the driver's name, without figures")
    return phone_of(plain), _("a mobile number of 11 figures, or a landline number with its area code")
