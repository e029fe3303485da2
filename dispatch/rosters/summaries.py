"""Sums of a plan: one sheet for each county and one for the campaign; they add up with the lists."""
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from laborbridge.web.words import people, when
from transport.models import Trip

from .reading import EmployerCount, HomeCount, TripCount
from .sheet import Cell, Column, Edition, Section, Sheet, file_name

_MODES = dict(Trip.Mode.choices)


def _figures() -> list[Column]:
    headings = (_("Go"), _("No longer go"), _("Left"), _("All"))
    return [_number(heading) for heading in headings]


def _number(heading: str) -> Column:
    return Column(heading, 26, is_number=True, is_whole=True)


def _sum(rows: Iterable[HomeCount]) -> list[Cell]:
    found = list(rows)
    going, gone, left = sum(r.going for r in found), sum(r.gone for r in found), sum(r.left for r in found)
    return [going, gone, left, going + gone + left]


def county(rows: Sequence[HomeCount], edition: Edition) -> Sheet:
    """Township by township, each village in a row."""
    name = rows[0].county
    sections = []
    for township, found in groupby(rows, key=lambda row: row.township):
        mine = list(found)
        heading = _("%(where)s: %(people)s") % {
            "where": township, "people": people(sum(row.going for row in mine))}
        sections.append(Section(heading, [[row.village or _("village not given"), *_sum([row])] for row in mine]))
    return Sheet(
        name=file_name(_("summary"), name), edition=edition, title=_("Summary: %(county)s") % {"county": name},
        facts=[], columns=[Column(_("Village")), *_figures()], sections=sections,
        total=[_("All"), *_sum(rows)],
    )


def campaign(
    homes: Sequence[HomeCount], employers: Sequence[EmployerCount], trips: Sequence[TripCount], edition: Edition
) -> Sheet:
    """People by county; then the same people by employer, and their seats by trip."""
    by_county = [
        [name, *_sum(found)] for (_id, name), found in groupby(homes, key=lambda row: (row.county_id, row.county))
    ]
    coming, riding = sum(row.people for row in employers), sum(row.people for row in trips)
    sections = [
        Section(_("By county"), by_county, total=[_("All people"), *_sum(homes)]),
        Section(
            _("By employer: %(people)s arrive") % {"people": people(coming)},
            [[row.name, row.people] for row in employers],
            columns=[Column(_("Employer")), _number(_("Arrive"))], total=[_("All people"), coming],
        ),
        Section(
            _("By trip: %(people)s on board, counted once on each trip") % {"people": people(riding)},
            [_trip(row) for row in trips],
            columns=[Column(_("Leaves"), 52, is_whole=True), Column(_("Trip")), _number(_("On board"))],
            total=[_("All trips"), "", riding],
        ),
    ]
    return Sheet(
        name=file_name(_("summary"), edition.campaign), edition=edition,
        title=_("Summary: %(campaign)s") % {"campaign": edition.campaign}, facts=[],
        columns=[Column(_("County")), *_figures()], sections=sections,
    )


def _trip(row: TripCount) -> list[Cell]:
    return [when(row.departs_at) if row.departs_at else "–", f"{_MODES.get(row.mode, row.mode)} {row.ref}", row.people]
