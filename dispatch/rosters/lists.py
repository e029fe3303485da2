"""From rows to sheets: a trip's manifest, an employer's arrivals, a village's departures."""
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from dispatch.queries.seating import Seating, seating_of
from laborbridge.web.words import clock, people, phone, when
from transport.models import Call, Trip
from workers.models import Registration

from .codes import code_of
from .reading import Rider, Traveller
from .sheet import Column, Edition, Section, Sheet, file_name

_MODES = dict(Trip.Mode.choices)
_WHOSE: dict[str, Any] = {
    Registration.Contact.RELATIVE: pgettext_lazy("whose telephone", "relative"),
    Registration.Contact.LIAISON: pgettext_lazy("whose telephone", "liaison"),
}


def _telephone(contact: str, number: str, name: str) -> str:
    """Whose it is, where it is not the person's own."""
    if not number:
        return "–"
    if contact == Registration.Contact.OWN:
        return phone(number)
    whose = _WHOSE.get(contact, contact)
    return f"{phone(number)} {whose} {name}".strip()


def _vehicle(mode: str | None, ref: str | None) -> str:
    return f"{_MODES.get(mode or '', mode)} {ref}"


def _stamp(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%m%d-%H%M}" if at else ""


def _tick() -> Column:
    return Column("", 7, is_tick=True, is_whole=True)


def _group() -> Column:
    return Column(_("Group"), 24, is_group=True, is_whole=True)


def _code() -> Column:
    return Column(_("Code"), 16, is_whole=True)


# --- a trip ----------------------------------------------------------------------------------------------------------


def manifest(trip: Trip, calls: Sequence[Call], riders: Sequence[Rider], edition: Edition, aboard: int) -> Sheet:
    """By boarding call; `aboard` is how many ride in all, of whom the reader may see only some."""
    seats = seating_of([trip])[trip.pk]
    groups = Groups(riders)
    sections = [
        Section(_boarding(calls[board], len(mine)), [_rider(rider, calls, seats, groups) for rider in mine],
                groups=groups.of(mine))
        for board, found in groupby(riders, key=lambda rider: rider.board) if (mine := list(found))
    ]
    ends = f"{calls[0].place.name} – {calls[-1].place.name}" if calls else ""
    facts = [ends, f"{when(calls[0].depart_at)} – {when(calls[-1].arrive_at)}" if calls else "", *_carrying(trip)]
    facts.append(_("%(people)s on %(seats)s seats") % {"people": people(aboard), "seats": f"{trip.seats:,}"})
    if len(riders) < aboard:
        facts.append(_("only the %(people)s whom you may see are listed") % {"people": people(len(riders))})
    return Sheet(
        name=file_name(_stamp(trip.departs_at), trip.ref, ends), edition=edition,
        title=_("Manifest %(trip)s") % {"trip": _vehicle(trip.mode, trip.ref)}, facts=[fact for fact in facts if fact],
        columns=[
            _tick(), Column(_("Seat"), 22, is_whole=True), Column(_("Name"), 31), _group(),
            Column(_("Identity number"), 38, is_whole=True), Column(_("Telephone"), 53), Column(_("Gets off"), 31),
            Column(_("Goes on with")), _code(),
        ],
        sections=sections, empty=_("Nobody rides this trip."),
    )


def _carrying(trip: Trip) -> list[str]:
    found = [trip.plate] if trip.plate else []
    return [*found, trip.carrier.name] if trip.carrier else found


def _boarding(call: Call, number: int) -> str:
    return _("Gets on at %(place)s, %(at)s: %(people)s") % {
        "place": call.place.name, "at": when(call.depart_at), "people": people(number)}


class Groups:
    """Groups of a list, counted from 1 in the order in which they appear, with how many of each are in it."""

    def __init__(self, rows: Sequence[Rider] | Sequence[Traveller]) -> None:
        self.people = Counter(row.group for row in rows if row.group)
        self.numbers = {group: number for number, group in enumerate(self.people, 1)}

    def of(self, rows: Sequence[Rider] | Sequence[Traveller]) -> list[int]:
        return [self.numbers.get(row.group, 0) for row in rows]

    def words(self, group: int) -> str:
        if group not in self.numbers:
            return ""
        return pgettext("a group in a list", "%(number)s, %(people)s") % {
            "number": self.numbers[group], "people": people(self.people[group])}


def _rider(rider: Rider, calls: Sequence[Call], seats: Seating, groups: Groups) -> list[str]:
    off = calls[rider.alight]
    return [
        "", seats.words(rider.registration, rider.seat), rider.name, groups.words(rider.group), rider.identity or "–",
        _telephone(rider.contact, rider.phone, rider.contact_name), f"{off.place.name} {clock(off.arrive_at)}",
        _onward(rider, off.place.name), code_of(rider.registration),
    ]


def _onward(rider: Rider, off: str) -> str:
    """The place is said where it is another one than that beside it, where people get off."""
    if rider.next_ref is None or rider.next_at is None:
        words = [rider.employer, "" if rider.park == off else rider.park, rider.gate]
    else:
        place = "" if rider.next_place == off else rider.next_place or ""
        words = [clock(rider.next_at), place, _vehicle(rider.next_mode, rider.next_ref)]
    return " ".join(word for word in words if word)


# --- an employer -----------------------------------------------------------------------------------------------------


def arrivals(name: str, rows: Sequence[Traveller], edition: Edition) -> Sheet:
    """Gate by gate, in order of arriving. No identity number: who receives people needs a name and a telephone."""
    groups = Groups(rows)
    sections = [
        Section(
            _("Gate %(gate)s: %(people)s") % {"gate": f"{park} {gate}".strip(), "people": people(len(mine))},
            [_arrival(row, groups) for row in mine], groups=groups.of(mine),
        )
        for (park, gate), found in groupby(rows, key=lambda row: (row.park, row.gate)) if (mine := list(found))
    ]
    return Sheet(
        name=file_name(_("arrivals"), name), edition=edition, title=_("Arrivals: %(employer)s") % {"employer": name},
        facts=[people(len(rows))],
        columns=[
            _tick(), Column(_("Arrives"), 38, is_whole=True), Column(_("Name"), 31), _group(),
            Column(_("Posting"), 20), Column(_("With")), Column(_("Home"), 43), Column(_("Telephone"), 53), _code(),
        ],
        sections=sections, empty=_("Nobody arrives by this plan."),
    )


def _arrival(row: Traveller, groups: Groups) -> list[str]:
    return [
        "", when(row.reaches_at), row.name, groups.words(row.group), row.posting, _coming_with(row),
        f"{row.county} {row.township}", _telephone(row.contact, row.phone, row.contact_name), code_of(row.registration),
    ]


def _coming_with(row: Traveller) -> str:
    if row.trip is None:
        return _("on foot")
    return f"{_vehicle(row.mode, row.trip)} {row.plate}".strip()


# --- a village -------------------------------------------------------------------------------------------------------


def departures(rows: Sequence[Traveller], edition: Edition, name: str = "") -> Sheet:
    """By vehicle in order of time; `name` where the list is of more than one village."""
    groups = Groups(rows)
    place = name or (" ".join(_home(rows[0])) if rows else "")
    sections = [
        Section(_pick_up(mine[0], len(mine)), [_departure(row, groups) for row in mine], groups=groups.of(mine))
        for _key, found in groupby(rows, key=lambda row: (row.call_at, row.call_place, row.trip))
        if (mine := list(found))
    ]
    return Sheet(
        name=file_name(_("departures"), place), edition=edition,
        title=_("Departures: %(village)s") % {"village": place}, facts=[people(len(rows))],
        columns=[
            _tick(), Column(_("Leaves home"), 38, is_whole=True), Column(_("Name"), 31), _group(),
            Column(_("Village"), 30), Column(_("Telephone"), 53), Column(_("Goes to")), _code(),
        ],
        sections=sections, empty=_("Nobody leaves by this plan."),
    )


def in_order_of_vehicles(rows: Iterable[Traveller]) -> list[Traveller]:
    """For the lists of several villages in one: groups together, those without a seat last."""
    found = sorted(rows, key=lambda row: row.registration)
    first: dict[int, Traveller] = {}
    for row in found:
        first.setdefault(row.group or -row.registration, row)

    def place(row: Traveller) -> tuple[bool, datetime, str, datetime, int, int]:
        lead = first[row.group or -row.registration]
        return (row.call_at is None, row.call_at or row.leaves_at, row.trip or "", lead.leaves_at, lead.registration,
                row.registration)

    return sorted(found, key=place)


def _home(row: Traveller) -> list[str]:
    return [part for part in dict.fromkeys((row.county, row.township, row.village)) if part]


def _pick_up(row: Traveller, number: int) -> str:
    if row.call_at is None:
        return _("Without a seat, on foot: %(people)s") % {"people": people(number)}
    return pgettext("a village's list", "%(at)s, %(place)s, %(vehicle)s: %(people)s") % {
        "at": when(row.call_at), "place": row.call_place, "vehicle": _coming_with(row), "people": people(number)}


def _departure(row: Traveller, groups: Groups) -> list[str]:
    return [
        "", when(row.leaves_at), row.name, groups.words(row.group), row.village or row.township,
        _telephone(row.contact, row.phone, row.contact_name), f"{row.employer} {row.park}", code_of(row.registration),
    ]
