"""From the rows of a trip to its real-name list; the one place where whole numbers are put on a list."""
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.models import Plan, RealNameList, SeatBooking
from dispatch.queries.seating import Given, Seating, seating_of
from laborbridge.web.words import clock, people, phone, when
from transport.models import Call, Trip
from transport.queries import calls_of, seat_of
from workers.models import Registration
from workers.queries.finding import whole_identity

from .codes import code_of
from .real_names import Named, NameSheet
from .sheet import Edition, file_name

_RESIDENT = re.compile(r"\d{17}[\dX]")
_CONTACTS = dict(Registration.Contact.choices)
_PERSON = "assignment__registration"


@dataclass(frozen=True, slots=True)
class Found:
    sheet: NameSheet
    file_name: str
    people: list[int]


def of_trip(trip: Trip, plan: Plan, names: RealNameList) -> Found:
    calls, seats = calls_of([trip.pk])[trip.pk], seating_of([trip])[trip.pk]
    riding = SeatBooking.objects.filter(plan=plan, trip=trip, held=True).order_by("board", "seat")
    rows = riding.values_list(
        "board", "alight", "seat", _PERSON, f"{_PERSON}__worker__name", f"{_PERSON}__worker__identity_cipher",
        f"{_PERSON}__contact", f"{_PERSON}__contact_phone", f"{_PERSON}__contact_name")
    named = [_named(row, calls, seats, names.purpose) for row in rows]
    ends = f"{calls[0].place.name} – {calls[-1].place.name}"
    facts = [
        ends, f"{when(calls[0].depart_at)} – {when(calls[-1].arrive_at)}", trip.carrier.name if trip.carrier else "",
        people(len(named)), _missing(named), _("For: %(purpose)s") % {"purpose": names.purpose},
    ]
    title = _("Real-name list %(trip)s") % {"trip": f"{trip.get_mode_display()} {trip.ref}"}
    edition = Edition.of(plan, timezone.now())
    sheet = NameSheet(title, facts, named, trip.plate, trip.driver, trip.driver_phone, edition)
    file = file_name(_("real names"), trip.ref, ends) + ".xlsx"
    return Found(sheet, file, [row[3] for row in rows])


def _missing(named: Sequence[Named]) -> str:
    without = sum(not person.number for person in named)
    return _("without a number on record: %(people)s") % {"people": people(without)} if without else ""


def _named(row: tuple[int, int, int, int, str, bytes | None, str, str, str], calls: Sequence[Call], seats: Seating,
           purpose: str) -> Named:
    board, alight, seat, who, name, cipher, contact, number, contact_name = row
    identity = whole_identity(cipher, purpose=purpose)
    given = seats.given.get(who, Given("", "", ""))
    return Named(
        name=name, document=_document(identity), number=identity, phone=_telephone(contact, number, contact_name),
        board=f"{calls[board].place.name} {clock(calls[board].depart_at)}",
        alight=f"{calls[alight].place.name} {clock(calls[alight].arrive_at)}", ours=seat_of(seats.ours, seat),
        coach=given.coach, seat=given.seat, ticket=given.number, code=code_of(who),
    )


def _document(number: str) -> str:
    if not number:
        return ""
    return _("resident identity card") if _RESIDENT.fullmatch(number) else _("other document")


def _telephone(contact: str, number: str, name: str) -> str:
    if contact == Registration.Contact.OWN:
        return phone(number)
    return f"{phone(number)} {_CONTACTS.get(contact, contact)} {name}".strip() if number else ""
