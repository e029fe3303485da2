"""All lists of a plan into one zip, a few at a time; what is written must add up with the plan before it is kept."""
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dispatch.models import Plan
from laborbridge.rules import RuleBroken
from transport.models import Trip
from transport.queries import calls_of

from . import changes, lists, pdf, reading, summaries, xlsx
from .sheet import Edition, Sheet

_START_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_AHEAD = 8  # sheets that wait for their PDF
Tell = Callable[[int, int], None]


def write(plan: int, path: Path, tell: Tell) -> datetime:
    """Every list as workbook and as PDF, all of one moment, which is returned.

    `tell` hears how many are written, of how many, and may end it by raising. RuleBroken where the plan is not the
    published one, or is replaced meanwhile.
    """
    with _one_moment() as printed_at:
        found = Plan.objects.select_related("campaign").filter(pk=plan, state=Plan.State.PUBLISHED).first()
        if found is None:
            raise RuleBroken(_not_published())
        work = _Work(found, Edition.of(found, printed_at))
        with ZipFile(path, "w", ZIP_STORED) as archive:
            tell(0, work.total)
            for done, files in enumerate(_made(work.sheets()), 1):
                for name, data in files:
                    archive.writestr(ZipInfo(name, _START_OF_ZIP_TIME), data)
                tell(done, work.total)
        work.must_add_up()
    if not Plan.objects.filter(pk=plan, state=Plan.State.PUBLISHED).exists():
        raise RuleBroken(_not_published())
    return printed_at


@contextmanager
def _one_moment() -> Iterator[datetime]:
    """All that is read inside is of one moment, whatever is changed meanwhile; nothing can be written."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT now()")
        yield cursor.fetchone()[0]


def _made(sheets: Iterable[tuple[str, Sheet]]) -> Iterator[list[tuple[str, bytes]]]:
    """The two files of each sheet, in order. PDF are made beside the reading: the compiler leaves Python free meanwhile."""
    names: set[str] = set()
    waiting: deque[tuple[str, bytes, Future[bytes]]] = deque()
    language = translation.get_language()

    def next_one() -> list[tuple[str, bytes]]:
        name, book, page = waiting.popleft()
        return [(f"{name}.xlsx", book), (f"{name}.pdf", page.result())]

    printer = ThreadPoolExecutor(1)
    try:
        for folder, sheet in sheets:
            name = _unique(f"{folder}/{sheet.name}", names)
            page = printer.submit(_in_language, language, sheet)
            waiting.append((name, xlsx.write(sheet), page))
            if len(waiting) > _AHEAD:
                yield next_one()
        while waiting:
            yield next_one()
    finally:
        printer.shutdown(cancel_futures=True)


def _in_language(language: str | None, sheet: Sheet) -> bytes:
    with translation.override(language):
        return pdf.write(sheet)


def _unique(name: str, names: set[str]) -> str:
    free, again = name, 1
    while free in names:
        again += 1
        free = f"{name} ({again})"
    names.add(free)
    return free


def _not_published() -> str:
    return _("Another plan has been published since these lists were asked for, so they were thrown away. "
             "Ask for the lists of that plan.")


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
            locked, since = changes.of_trips(found, self.plan, calls)
            for trip in ids:
                rows = riders.get(trip, [])
                self.riding += len(rows)
                sheet = lists.manifest(found[trip], calls[trip], rows, self.edition, len(rows))
                yield changes.marked(sheet, locked.get(trip), since.get(trip))

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
        if (self.leaving, self.arriving, self.riding) != (people, people, seats):
            raise RuleBroken(_("The lists do not add up with the plan, so they were thrown away. "
                               "Tell the person who runs this installation."))
