"""A day's sheet in sentences: what a station must know first, and the rules by which it was counted."""
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import StationRules
from dispatch.queries.day_sheet import Bays, DaySheet
from laborbridge.web.words import clock, people


def headlines(sheet: DaySheet) -> list[str]:
    """The sheet in a few sentences; what is missing stands in warnings."""
    if not sheet.lines:
        return [_("No trip calls here on this day.")]
    return [_traffic(sheet), *_waiting(sheet), *_changing(sheet), *_standing(sheet), _supplies(sheet), *_nights(sheet)]


def _traffic(sheet: DaySheet) -> str:
    trains = ngettext("%(n)s train", "%(n)s trains", sheet.trains) % {"n": f"{sheet.trains:,}"}
    buses = ngettext("%(n)s bus", "%(n)s buses", sheet.buses) % {"n": f"{sheet.buses:,}"}
    return _("%(trains)s and %(buses)s; %(arriving)s arrive, %(leaving)s leave.") % {
        "trains": trains, "buses": buses, "arriving": people(sheet.arriving), "leaving": people(sheet.leaving)}


def chart_title(sheet: DaySheet) -> str:
    """What the drawing of the hours says."""
    if sheet.peak and sheet.peak_at:
        return _("At most %(people)s wait at once, from %(at)s on") % {
            "people": people(sheet.peak), "at": clock(sheet.peak_at)}
    return _("People arriving and leaving, hour by hour; nobody waits between two trips")


def _waiting(sheet: DaySheet) -> Iterator[str]:
    if sheet.peak and sheet.peak_at:
        yield _("At most %(people)s wait at once, from %(at)s on.") % {
            "people": people(sheet.peak), "at": clock(sheet.peak_at)}


def _changing(sheet: DaySheet) -> Iterator[str]:
    tight = sheet.tightest
    if tight is not None:
        yield _("%(people)s go on by another trip; the tightest change is %(came)s to %(goes)s: %(minutes)s minutes.") % {
            "people": people(sheet.going_on), "came": tight.came.ref, "goes": tight.goes.ref, "minutes": tight.minutes}


def _standing(sheet: DaySheet) -> Iterator[str]:
    """Where most buses stand at once; too few bays are a warning and not said twice."""
    most = max(sheet.bays, key=lambda bays: bays.needed, default=None)
    if most is not None and most.at and not most.missing:
        yield ngettext(
            "%(place)s needs %(n)s bus bay, at %(at)s: %(known)s.", "%(place)s needs %(n)s bus bays, at %(at)s: %(known)s.",
            most.needed,
        ) % {"place": most.name, "n": most.needed, "at": clock(most.at), "known": bays_known(most)}


def _supplies(sheet: DaySheet) -> str:
    most = max(sheet.hours, key=lambda hour: hour.guides)
    return _("At most %(guides)s guides at once, from %(hour)s:00; %(meals)s meals and %(masks)s masks to hand out.") % {
        "guides": f"{most.guides:,}", "hour": f"{most.hour:02d}", "meals": f"{sum(sheet.meals.values()):,}",
        "masks": f"{sheet.masks:,}"}


def _nights(sheet: DaySheet) -> Iterator[str]:
    if sheet.sleeping:
        yield ngettext("%(n)s bed is needed tonight.", "%(n)s beds are needed tonight.", sheet.sleeping) % {
            "n": f"{sheet.sleeping:,}"}
    if sheet.slept:
        yield ngettext("%(n)s person has slept here the night before.", "%(n)s people have slept here the night before.",
                       sheet.slept) % {"n": f"{sheet.slept:,}"}


def warnings(sheet: DaySheet) -> list[str]:
    """Stops with fewer bays than buses that stand there at once."""
    return [_missing(bays) for bays in sheet.short_of_bays]


def _missing(bays: Bays) -> str:
    said = ngettext(
        "%(place)s: %(needed)s bays needed of %(there)s at %(at)s: %(n)s bus too many.",
        "%(place)s: %(needed)s bays needed of %(there)s at %(at)s: %(n)s buses too many.", bays.missing,
    )
    return said % {"place": bays.name, "needed": bays.needed, "there": bays.there, "n": bays.missing,
                   "at": clock(bays.at) if bays.at else "–"}


def bays_known(bays: Bays) -> str:
    if bays.there is None:
        return _("how many there are is not known")
    return _("%(n)s too few") % {"n": bays.missing} if bays.missing else _("all buses have room")


def footnotes(rules: StationRules) -> list[str]:
    """How the figures were counted."""
    return [
        _("People off count in the hour of arriving, people on in that of leaving. Waiting are those who came here by one "
          "trip and go on from here by another; who comes on foot to a first trip is not among them."),
        _("Bays: a bus stands from arriving to leaving, and %(minutes)s minutes before it leaves where its trip begins; it "
          "keeps its bay. Trains stand at platforms.") % {"minutes": rules.boarding_minutes},
        _("Guides: one for each %(people)s people who get on or off in an hour, and at least one at each bay and platform "
          "where somebody does.") % {"people": rules.people_per_guide},
        _("Meals: for whoever is on the way from home to the site during all of a meal's hours (%(meals)s), handed out "
          "where they board last before its end: while they wait there, else as they leave.") % {
              "meals": ", ".join(f"{begin}–{end}" for begin, end in (
                  (rules.breakfast_from, rules.breakfast_until), (rules.lunch_from, rules.lunch_until),
                  (rules.dinner_from, rules.dinner_until)))},
        _("Masks: one at the first boarding, and one for each full %(hours)s hours since leaving home that end before the "
          "next boarding or the site.") % {"hours": rules.mask_hours},
        _("Beds: for whoever waits here for more than %(hours)s hours, some of it between %(begin)s:00 and %(end)s:00.") % {
            "hours": rules.bed_after_hours, "begin": rules.night_from, "end": rules.night_until},
    ]
