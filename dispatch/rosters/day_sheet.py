"""A day's sheet as a list: the sentences, then hour by hour, trip by trip, change by change, bed by bed."""
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dispatch.models import StationRules
from dispatch.queries.day_sheet import DaySheet, Hour, Line, Transfer
from laborbridge.web.words import clock, day, people
from transport.models import Trip

from .day_words import bays_known, footnotes, headlines, warnings
from .sheet import Cell, Column, Edition, Section, Sheet, file_name

_MODES = dict(Trip.Mode.choices)


def day_roster(sheet: DaySheet, rules: StationRules, edition: Edition) -> Sheet:
    """The hours in the list's own columns; each other part in columns of its own."""
    hours, changes = sheet.shown_hours, _("Changes: %(people)s")
    hostel = _("Hostel tonight: %(people)s")
    parts = [
        _hours(hours), _lines(sheet), _withheld(sheet), _changes(changes, sheet.transfers, sheet.has_many_stops),
        _changes(hostel, sheet.beds, sheet.has_many_stops), _bays(sheet), _notes(rules),
    ]
    return Sheet(
        name=file_name(f"{sheet.day:%m%d}", sheet.place.name), edition=edition,
        title=_("%(place)s, %(day)s") % {"place": sheet.place.name, "day": day(sheet.day)},
        facts=[*warnings(sheet), *headlines(sheet)],
        columns=[Column(_("Hour")), *_numbers(
            _("Arriving"), _("Leaving"), _("Waiting, at most"), _("Vehicles"), _("Bays"), _("Guides"), _("Meals"),
            _("Masks"),
        )],
        sections=[part for part in parts if part.rows],
    )


def _numbers(*headings: str) -> list[Column]:
    return [Column(heading, 26, is_number=True) for heading in headings]


def _hours(hours: Sequence[Hour]) -> Section:
    rows: list[list[Cell]] = [
        [f"{h.hour:02d}:00–{h.next:02d}:00", h.arriving, h.leaving, h.waiting, h.trips, h.bays, h.guides, h.meals, h.masks]
        for h in hours
    ]
    total: list[Cell] = [
        _("All"), sum(h.arriving for h in hours), sum(h.leaving for h in hours), "", "", "", "",
        sum(h.meals for h in hours), sum(h.masks for h in hours),
    ]
    return Section(_("Hour by hour"), rows, total=total)


def bay_words(line: Line) -> str:
    return str(line.bay) if line.bay else pgettext("where a train stands", "platform")


def _at(many: bool) -> list[Column]:
    """A column for the stop, where the sheet is of more than one."""
    return [Column(_("At"), 40)] if many else []


def _lines(sheet: DaySheet) -> Section:
    many = sheet.has_many_stops
    return Section(
        _("Trips in order of time"), [_line(line, many) for line in sheet.lines],
        columns=[
            Column(_("Trip"), 42), *_at(many), Column(_("Arrives"), 20), Column(_("Departs"), 20),
            Column(_("From and to")), *[Column(heading, 18, is_number=True) for heading in (_("Off"), _("On"), _("Aboard"))],
            Column(_("Bay"), 18),
        ],
        total=[_("All"), *([""] if many else []), "", "", "", sheet.arriving, sheet.leaving, "", ""],
    )


def _line(line: Line, many: bool) -> list[Cell]:
    row = line.row
    return [
        f"{_MODES.get(line.trip.mode, line.trip.mode)} {line.trip.ref}", *([row.place_name] if many else []),
        "" if row.is_first else clock(row.arrive_at), "" if row.is_last else clock(row.depart_at),
        f"{row.origin} – {row.goal}", line.off, line.on, row.staying, bay_words(line),
    ]


def _withheld(sheet: DaySheet) -> Section:
    """The trips that keep seats for escorts or for isolation, each once."""
    lines = {line.trip.pk: line for line in sheet.lines if line.withheld.seats}.values()
    return Section(
        _("Seats withheld"),
        [[f"{_MODES.get(line.trip.mode, line.trip.mode)} {line.trip.ref}", f"{line.row.origin} – {line.row.goal}",
          len(line.withheld.escort), len(line.withheld.isolation)] for line in lines],
        columns=[
            Column(_("Trip"), 60), Column(_("From and to")), Column(_("For escorts"), 26, is_number=True),
            Column(_("For isolation"), 26, is_number=True),
        ],
    )


def _changes(heading: str, changes: Sequence[Transfer], many: bool) -> Section:
    number = sum(change.people for change in changes)
    return Section(
        heading % {"people": people(number)},
        [[change.came.ref, clock(change.came_at), *([change.place] if many else []), change.goes.ref,
          clock(change.leaves_at), change.minutes, change.people] for change in changes],
        columns=[
            Column(_("Comes by")), Column(_("Arrives"), 26), *_at(many), Column(_("Goes on by"), 60),
            Column(_("Departs"), 26), Column(_("Minutes"), 26, is_number=True), Column(_("People"), 26, is_number=True),
        ],
        total=[_("All"), *([""] if many else []), "", "", "", "", number],
    )


def _bays(sheet: DaySheet) -> Section:
    return Section(
        _("Bus bays"),
        [[bays.name, bays.needed, clock(bays.at) if bays.at else "–", "–" if bays.there is None else bays.there,
          bays_known(bays)] for bays in sheet.bays],
        columns=[Column(_("Stop"), 60), Column(_("Needed"), 26, is_number=True), Column(_("First at"), 26),
                 Column(_("There are"), 26), Column(_("Is that enough?"))],
    )


def _notes(rules: StationRules) -> Section:
    return Section(_("How it is counted"), [[note] for note in footnotes(rules)], columns=[Column(_("Rule"))])
