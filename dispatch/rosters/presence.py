"""Who is already back, as a workbook: the table as the page shows it, or the people behind one of its figures."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dispatch.models import Plan
from dispatch.queries.presence import Count, Line
from dispatch.queries.presence_people import Row
from laborbridge.campaigns.models import Campaign
from laborbridge.web.words import phone

from .sheet import Cell, Column, Edition, Section, Sheet, file_name


@dataclass(frozen=True, slots=True)
class AsOf(Edition):
    """Of registers, not of a plan; which plan is published says who has a seat."""

    newest: date | None = None

    @classmethod
    def at(cls, campaign: Campaign, plan: Plan | None, newest: date | None, now: datetime) -> "AsOf":
        return cls(campaign.name, plan.number if plan else 0, now, now, newest)

    @property
    def version(self) -> str:
        if self.newest is None:
            return _("No register is stored yet")
        return _("Registers up to %(day)s") % {"day": self.newest.isoformat()}


def _number(heading: str) -> Column:
    return Column(heading, 20, is_number=True, is_whole=True)


def _day(value: date | None) -> str:
    return value.isoformat() if value else "–"


def table(title: str, heading: str, lines: Sequence[Line], total: Count, edition: Edition) -> Sheet:
    columns = [
        Column(heading), _number(_("People")), _number(pgettext("at work", "Back")), _number(_("Not back")),
        _number(_("Not known")),
        _number(_("Settled otherwise")), _number(_("Passed a gate")), Column(_("up to"), 22, is_whole=True),
        _number(_("Trip reported")), Column(_("up to"), 22, is_whole=True), _number(_("Insured there")),
        Column(_("up to"), 22, is_whole=True),
    ]
    rows = [[line.what.name, *_figures(line.count)] for line in lines]
    return Sheet(
        name=file_name(title, edition.campaign), title=title, facts=[], columns=columns, edition=edition,
        sections=[Section(heading, rows)], total=[_("All"), *_figures(total)], empty=_("Nobody is registered here"),
    )


def _figures(count: Count) -> list[Cell]:
    return [
        count.people, count.back, count.not_back, count.unknown, count.otherwise, count.gate, _day(count.gate_on),
        count.community, _day(count.community_on), count.insured, _day(count.insured_on),
    ]


def people(title: str, rows: Sequence[Row], edition: Edition) -> Sheet:
    columns = [
        Column(_("Name"), 26, is_whole=True), Column(_("From")), Column(_("Employer"), 50), Column(_("Back or not"), 30),
        Column(_("Passed a gate"), 24, is_whole=True), Column(_("Trip reported"), 24, is_whole=True),
        Column(_("Insured there"), 24, is_whole=True), Column(_("Seat"), 18), Column(_("Telephone"), 32, is_whole=True),
    ]
    return Sheet(
        name=file_name(title, edition.campaign), title=title, facts=[], columns=columns, edition=edition,
        sections=[Section(title, [_row(row) for row in rows])], empty=_("Nobody fits"),
    )


def _row(row: Row) -> list[Cell]:
    seen, person = row.presence, row.person
    home = " ".join(place.name for place in (person.township.parent, person.township, person.village) if place) \
        if person else (row.employee.home if row.employee else "")
    return [
        row.name, home or "–", row.employee.employer.name if row.employee else "–", seen.words, _day(seen.gate),
        _day(seen.community), _day(seen.insured), _("has a seat") if seen.going else "–", phone(row.phone) or "–",
    ]
