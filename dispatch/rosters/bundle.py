"""All lists of a plan into one zip, a few at a time; what is written must add up with the plan before it is kept."""
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from dispatch.models import Plan
from laborbridge.rules import RuleBroken
from transport.models import Trip
from transport.queries import calls_of

from . import lists, pdf, reading, summaries, xlsx
from .sheet import Edition, Sheet

_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
Tell = Callable[[int, int], None]


def write(plan: Plan, path: Path, printed_at: datetime, tell: Tell) -> None:
    """Every list as workbook and as PDF; `tell` hears how many are written, of how many.

    RuleBroken where the plan was changed meanwhile, so that the lists do not add up with one another.
    """
    work = _Work(plan, Edition.of(plan, printed_at))
    with ZipFile(path, "w", ZIP_STORED) as archive:
        names: set[str] = set()
        tell(0, work.total)
        for done, (folder, sheet) in enumerate(work.sheets(), 1):
            _add(archive, names, folder, sheet)
            tell(done, work.total)
    work.must_add_up()


def _add(archive: ZipFile, names: set[str], folder: str, sheet: Sheet) -> None:
    name, again = f"{folder}/{sheet.name}", 1
    while name in names:
        again += 1
        name = f"{folder}/{sheet.name} ({again})"
    names.add(name)
    for ending, writer in (("xlsx", xlsx.write), ("pdf", pdf.write)):
        entry = ZipInfo(f"{name}.{ending}", _START_OF_ZIP_TIME)
        archive.writestr(entry, writer(sheet))


class _Work:
    def __init__(self, plan: Plan, edition: Edition) -> None:
        self.plan, self.edition = plan, edition
        self.counts, self.trips = reading.home_counts(plan), reading.trip_counts(plan)
        self.employers, self.homes = reading.employer_counts(plan), reading.homes_of(plan)
        counties = len({row.county_id for row in self.counts})
        self.total = len(self.trips) + len(self.employers) + len(self.homes) + counties + 1
        self.riding = self.arriving = self.leaving = 0

    def sheets(self) -> Iterator[tuple[str, Sheet]]:
        yield from ((_("0 summary"), sheet) for sheet in self._summaries())
        yield from ((_("1 trips"), sheet) for sheet in self._manifests())
        yield from ((_("2 employers"), sheet) for sheet in self._arrivals())
        yield from ((_("3 villages"), sheet) for sheet in self._departures())

    def _summaries(self) -> Iterator[Sheet]:
        yield summaries.campaign(self.counts, self.employers, self.trips, self.edition)
        for _county, rows in groupby(self.counts, key=lambda row: row.county_id):
            yield summaries.county(list(rows), self.edition)

    def _manifests(self) -> Iterator[Sheet]:
        for ids in reading.chunks([row.trip for row in self.trips]):
            riders, calls = reading.riders(self.plan, ids), calls_of(list(ids))
            found = Trip.objects.select_related("seat_map", "vehicle__seat_map", "carrier").in_bulk(ids)
            for trip in ids:
                rows = riders.get(trip, [])
                self.riding += len(rows)
                yield lists.manifest(found[trip], calls[trip], rows, self.edition, len(rows))

    def _arrivals(self) -> Iterator[Sheet]:
        for part in reading.chunks(self.employers):
            coming = reading.arrivals(self.plan, [row.employer for row in part])
            for row in part:
                rows = coming.get(row.employer, [])
                self.arriving += len(rows)
                yield lists.arrivals(row.name, rows, self.edition)

    def _departures(self) -> Iterator[Sheet]:
        for ids in reading.chunks(self.homes):
            leaving = reading.departures(self.plan, ids)
            for home in ids:
                rows = leaving.get(home, [])
                self.leaving += len(rows)
                yield lists.departures(rows, self.edition)

    def must_add_up(self) -> None:
        people, seats = sum(row.going for row in self.counts), sum(row.people for row in self.trips)
        published = Plan.objects.filter(pk=self.plan.pk, state=Plan.State.PUBLISHED).exists()
        if not published or (self.leaving, self.arriving, self.riding) != (people, people, seats):
            raise RuleBroken(_("The plan was changed while its lists were written, so they were thrown away. Start again."))
