"""From rows to sheets: a trip's manifest, an employer's arrivals, a village's departures."""
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from laborbridge.web.words import clock, people, phone, when
from transport.models import Call, Trip
from transport.queries import seat_of, seats_of
from workers.models import Registration

from .codes import code_of
from .reading import Rider, Traveller
from .sheet import Column, Edition, Section, Sheet, file_name

_MODES = dict(Trip.Mode.choices)
_CONTACTS = dict(Registration.Contact.choices)


def _telephone(contact: str, number: str, name: str) -> str:
    """Whose it is, where it is not the person's own."""
    if not number:
        return "–"
    if contact == Registration.Contact.OWN:
        return phone(number)
    return f"{phone(number)} {_CONTACTS.get(contact, contact)} {name}".strip()


def _vehicle(mode: str | None, ref: str | None) -> str:
    return f"{_MODES.get(mode or '', mode)} {ref}"


def _stamp(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%m%d-%H%M}" if at else ""


# --- a trip ----------------------------------------------------------------------------------------------------------


def manifest(trip: Trip, calls: Sequence[Call], riders: Sequence[Rider], edition: Edition, aboard: int) -> Sheet:
    """By boarding call; `aboard` is how many ride in all, of whom the reader may see only some."""
    seats = seats_of(trip)
    groups = _numbered(riders)
    sections = [
        Section(_boarding(calls[board], len(mine)), [_rider(rider, calls, seats, groups) for rider in mine])
        for board, found in groupby(riders, key=lambda rider: rider.board) if (mine := list(found))
    ]
    ends = f"{calls[0].place.name} – {calls[-1].place.name}" if calls else ""
    facts = [ends, f"{when(calls[0].depart_at)} – {when(calls[-1].arrive_at)}" if calls else "", *_carrying(trip)]
    facts.append(_("%(people)s on %(seats)s seats") % {"people": people(aboard), "seats": trip.seats})
    if len(riders) < aboard:
        facts.append(_("only the %(people)s whom you may see are listed") % {"people": people(len(riders))})
    return Sheet(
        name=file_name(_stamp(trip.departs_at), trip.ref, ends), edition=edition,
        title=_("Manifest %(trip)s") % {"trip": _vehicle(trip.mode, trip.ref)}, facts=[fact for fact in facts if fact],
        columns=[
            Column(_("Here"), 11, is_tick=True), Column(_("Seat"), 26), Column(_("Name"), 38), Column(_("Group"), 12),
            Column(_("Identity number"), 44), Column(_("Telephone"), 34), Column(_("Gets off"), 38),
            Column(_("Goes on with")), Column(_("Code"), 18),
        ],
        sections=sections, empty=_("Nobody rides this trip."),
    )


def _carrying(trip: Trip) -> list[str]:
    found = [trip.vehicle.plate] if trip.vehicle else []
    return [*found, trip.carrier.name] if trip.carrier else found


def _boarding(call: Call, number: int) -> str:
    return _("Gets on at %(place)s, %(at)s: %(people)s") % {
        "place": call.place.name, "at": when(call.depart_at), "people": people(number)}


def _numbered(rows: Sequence[Rider] | Sequence[Traveller]) -> dict[int, int]:
    """Groups of a list counted from 1 in the order in which they appear; nobody's group is 0."""
    found: dict[int, int] = {}
    for row in rows:
        if row.group and row.group not in found:
            found[row.group] = len(found) + 1
    return found


def _rider(rider: Rider, calls: Sequence[Call], seats: list[str], groups: dict[int, int]) -> list[str]:
    off = calls[rider.alight]
    return [
        "", seat_of(seats, rider.seat), rider.name, _group(rider.group, groups), rider.identity or "–",
        _telephone(rider.contact, rider.phone, rider.contact_name), f"{off.place.name} {clock(off.arrive_at)}",
        _onward(rider), code_of(rider.registration),
    ]


def _group(group: int, groups: dict[int, int]) -> str:
    return str(groups[group]) if group else ""


def _onward(rider: Rider) -> str:
    if rider.next_ref is None or rider.next_at is None:
        return f"{rider.employer} {rider.park} {rider.gate}".strip()
    return f"{clock(rider.next_at)} {rider.next_place} {_vehicle(rider.next_mode, rider.next_ref)}"


# --- an employer -----------------------------------------------------------------------------------------------------


def arrivals(name: str, rows: Sequence[Traveller], edition: Edition) -> Sheet:
    """Gate by gate, in order of arriving. No identity number: who receives people needs a name and a telephone."""
    groups = _numbered(rows)
    sections = [
        Section(
            _("Gate %(gate)s: %(people)s") % {"gate": f"{park} {gate}".strip(), "people": people(len(mine))},
            [_arrival(row, groups) for row in mine],
        )
        for (park, gate), found in groupby(rows, key=lambda row: (row.park, row.gate)) if (mine := list(found))
    ]
    return Sheet(
        name=file_name(_("arrivals"), name), edition=edition, title=_("Arrivals: %(employer)s") % {"employer": name},
        facts=[people(len(rows))],
        columns=[
            Column(_("Here"), 11, is_tick=True), Column(_("Arrives"), 46), Column(_("Name"), 40), Column(_("Group"), 12),
            Column(_("Posting"), 26), Column(_("With")), Column(_("Home"), 44), Column(_("Telephone"), 34),
            Column(_("Code"), 18),
        ],
        sections=sections, empty=_("Nobody arrives by this plan."),
    )


def _arrival(row: Traveller, groups: dict[int, int]) -> list[str]:
    return [
        "", when(row.reaches_at), row.name, _group(row.group, groups), row.posting, _coming_with(row),
        f"{row.county} {row.township}", _telephone(row.contact, row.phone, row.contact_name), code_of(row.registration),
    ]


def _coming_with(row: Traveller) -> str:
    if row.trip is None:
        return _("on foot")
    return f"{_vehicle(row.mode, row.trip)} {row.plate}".strip()


# --- a village -------------------------------------------------------------------------------------------------------


def departures(rows: Sequence[Traveller], edition: Edition, name: str = "") -> Sheet:
    """By vehicle in order of time; `name` where the list is of more than one village."""
    groups = _numbered(rows)
    place = name or (" ".join(_home(rows[0])) if rows else "")
    sections = [
        Section(_pick_up(mine[0], len(mine)), [_departure(row, groups) for row in mine])
        for _key, found in groupby(rows, key=lambda row: (row.call_at, row.call_place, row.trip))
        if (mine := list(found))
    ]
    return Sheet(
        name=file_name(_("departures"), place), edition=edition,
        title=_("Departures: %(village)s") % {"village": place}, facts=[people(len(rows))],
        columns=[
            Column(_("Here"), 11, is_tick=True), Column(_("Leaves home"), 46), Column(_("Name"), 42),
            Column(_("Group"), 12), Column(_("Village"), 34), Column(_("Telephone"), 36), Column(_("Goes to")),
            Column(_("Code"), 18),
        ],
        sections=sections, empty=_("Nobody leaves by this plan."),
    )


def in_order_of_vehicles(row: Traveller) -> tuple[bool, datetime, str, datetime, int]:
    """For the lists of several villages in one: those without a seat come last."""
    return row.call_at is None, row.call_at or row.leaves_at, row.trip or "", row.leaves_at, row.registration


def _home(row: Traveller) -> list[str]:
    return [part for part in dict.fromkeys((row.county, row.township, row.village)) if part]


def _pick_up(row: Traveller, number: int) -> str:
    if row.call_at is None:
        return _("Without a seat, on foot: %(people)s") % {"people": people(number)}
    return pgettext("a village's list", "%(at)s, %(place)s, %(vehicle)s: %(people)s") % {
        "at": when(row.call_at), "place": row.call_place, "vehicle": _coming_with(row), "people": people(number)}


def _departure(row: Traveller, groups: dict[int, int]) -> list[str]:
    return [
        "", when(row.leaves_at), row.name, _group(row.group, groups), row.village or row.township,
        _telephone(row.contact, row.phone, row.contact_name), f"{row.employer} {row.park}", code_of(row.registration),
    ]
