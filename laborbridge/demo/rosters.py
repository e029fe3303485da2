"""The two lists of a return campaign through the services that take lists in, and what became of each row of them."""
import csv
import hashlib
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from jobs.models import Employer, Question, ReturningEmployee
from jobs.models.returning import Link
from jobs.services.returning import receive_returning
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import CodeList, Place
from workers.lists.people import PeopleList
from workers.models import ListImport, ListRow, Registration
from workers.reading import read
from workers.services.list_imports import confirm, receive_list
from workers.services.list_work import carry_on

COUNTY, EMPLOYERS = "county.xlsx", "employers"
HEAD = ("file", "row", "outcome", "subject", "candidates")
State = ListImport.State
_LEVELS = {"province": "province", "city": "prefecture", "prefecture": "prefecture", "county": "county",
           "township": "township", "village": "village"}
Row = tuple[str, int, str, str, str]
PlaceRow = tuple[str, str, str, str]


@dataclass
class Took:
    """Seconds of each part, by the clock and of the processor, and how many rows it had."""

    parts: list[tuple[str, int, float, float]] = field(default_factory=list)

    @contextmanager
    def part(self, name: str, rows: list[int]) -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.parts.append((name, sum(rows), time.perf_counter() - wall, time.process_time() - processor))

    @property
    def peak_megabytes(self) -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def places_of_csv(path: Path) -> list[PlaceRow]:
    """(code, name, level, parent) of a CSV file with these columns; parents stand anywhere in it."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return [(row["code"], row["name"], _LEVELS[row["level"]], row["parent"])
                for row in csv.DictReader(lines) if row["level"] in _LEVELS]


def places_named_in(data: bytes) -> list[PlaceRow]:
    """The tree that a county bureau's list itself names: a county for each sheet, its townships and their villages."""
    found: dict[PlaceRow, None] = {("all", COUNTY, "prefecture", ""): None}
    for sheet in read(data, COUNTY, PeopleList.fields, {}).sheets:
        found["all/" + sheet.title, sheet.title, "county", "all"] = None
        for line in sheet.lines:
            above = "all/" + sheet.title
            for level in ("township", "village"):
                if name := str(line.cells.get(level) or "").strip():
                    found[f"{above}/{name}", name, level, above] = None
                    above += f"/{name}"
    return [(short_code(code), name, level, short_code(above)) for code, name, level, above in found]


def short_code(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:24] if path else ""


def load_places(name: str, rows: Sequence[PlaceRow]) -> CodeList:
    codes = CodeList.objects.create(name=name, as_of=date(2019, 10, 31))
    made: dict[str, Place] = {}
    for level in dict.fromkeys(_LEVELS.values()):
        places = Place.objects.bulk_create(
            Place(code_list=codes, code=code, name=name, level=level, parent=made.get(above))
            for code, name, its_level, above in rows if its_level == level)
        for place in places:
            place.path = f"{place.parent.path if place.parent else ''}{place.pk}/"
            made[place.code] = place
        Place.objects.bulk_update(places, ["path"], batch_size=2000)
    return codes


def origin_of(codes: CodeList, sheets: Sequence[str]) -> Place:
    """The place above all counties that the sheets are named after."""
    paths = [path.split("/")[:-1] for path in Place.objects.filter(
        code_list=codes, level=Place.Level.COUNTY, name__in=sheets).values_list("path", flat=True)]
    if not paths:
        raise ValueError(f"None of the sheets {', '.join(sheets)} is named after a county of the places.")
    shared = [ids[0] for ids in zip(*paths, strict=False) if len(set(ids)) == 1]
    return Place.objects.get(pk=shared[-1] if len(paths) > 1 else paths[0][-2])


@dataclass
class Bench:
    """A campaign for the two lists; `took` has the seconds of each part."""

    folder: Path
    campaign: Campaign
    bureau: Organisation
    clerk: User
    took: Took = field(default_factory=Took)

    @classmethod
    def begin(cls, folder: Path, places: Path | None) -> "Bench":
        """Without a file of places, those that the list itself names are all there are."""
        named = places_of_csv(places) if places else places_named_in((folder / COUNTY).read_bytes())
        codes = load_places(folder.name, named)
        book = load_workbook(folder / COUNTY, read_only=True)
        origin = origin_of(codes, book.sheetnames)
        book.close()
        bureau = Organisation.objects.create(name="bureau", kind=Organisation.Kind.BUREAU, place=origin)
        clerk = User.objects.create_user("clerk", None, name="clerk")
        campaign = Campaign.objects.create(
            name=folder.name, code_list=codes, origin=origin, first_day=date(2020, 3, 19), last_day=date(2020, 4, 30))
        campaign.participants.add(bureau)
        return cls(folder, campaign, bureau, clerk)

    def run(self) -> Iterator[Row]:
        """Both lists, each read and judged, then stored; what became of every row."""
        people = receive_list(
            campaign=self.campaign, kind=ListImport.Kind.PEOPLE, sender=self.bureau, by=self.clerk,
            data=(self.folder / COUNTY).read_bytes(), file_name=COUNTY, place=self.campaign.origin)
        self._carry("the county's list", [people])
        lists = [self._received(path) for path in sorted((self.folder / EMPLOYERS).iterdir())]
        self._carry("employers' lists", lists)
        yield from people_rows(people)
        for imported in lists:
            yield from employee_rows(imported)

    def _received(self, path: Path) -> ListImport:
        employer = Employer.objects.create(campaign=self.campaign, ref=path.stem, name=path.stem)
        return receive_returning(
            employer=employer, sender=self.bureau, by=self.clerk, data=path.read_bytes(), file_name=path.name)

    def _carry(self, what: str, lists: Sequence[ListImport]) -> None:
        rows: list[int] = []
        with self.took.part(f"{what}: read and judged", rows):
            for imported in lists:
                _carry_on(imported, State.READY)
                rows.append(imported.rows)
        with self.took.part(f"{what}: stored and linked", rows):
            for imported in lists:
                if imported.rows > imported.rejected:
                    confirm(imported=imported, by=self.clerk)
                    _carry_on(imported, State.STORED)


def _carry_on(imported: ListImport, wanted: State) -> None:
    carry_on(imported.pk)
    imported.refresh_from_db()
    if imported.state != wanted:
        raise RuntimeError(f"{imported.file_name} is {imported.state}: {imported.failure}")


def people_rows(imported: ListImport) -> Iterator[Row]:
    """Created, recognised, flagged, rejected; a possible duplicate is none of these, since it waits for a decision."""
    words = {"new": "created", "updated": "recognised", "unchanged": "recognised"}
    rows = ListRow.objects.filter(imported=imported).select_related("worker").order_by("pk")
    for row in rows:
        outcome = words.get(row.outcome, row.outcome)
        stored = row.outcome in words
        subject = (row.worker.merged_into_id or row.worker_id) if stored and row.worker else ""
        outcome = "flagged" if stored and row.flagged else outcome
        yield f"{imported.file_name}/{row.sheet}", row.line, outcome, str(subject), ""


def employee_rows(imported: ListImport) -> Iterator[Row]:
    """Linked, doubtful with the candidates of its question, unlinked."""
    rows = list(ListRow.objects.filter(imported=imported).order_by("pk"))
    known = {row.values["employee"] for row in rows if row.values.get("employee")}
    employees = ReturningEmployee.objects.select_related("registration")
    by_row = {e.row_id: e for e in employees.filter(row__in=rows)}
    by_id = employees.in_bulk(known)
    asked = {q.employee_id: [c["registration"] for c in q.candidates] for q in Question.objects.filter(
        employee__in=[*by_row.values(), *by_id.values()], kind=Question.Kind.WHICH_PERSON, settled_at=None)}
    people = _workers_of(registration for offered in asked.values() for registration in offered)
    for row in rows:
        employee = by_row.get(row.pk) or by_id.get(row.values.get("employee", 0))
        link = employee.link if employee else Link.UNLINKED
        subject = employee.registration.worker_id if employee and employee.registration else ""
        offered = ";".join(str(people[pk]) for pk in asked.get(employee.pk, [])[:3]) if employee else ""
        yield f"{EMPLOYERS}/{imported.file_name}", row.line, str(link), str(subject), offered


def _workers_of(registrations: Iterable[int]) -> dict[int, int]:
    return dict(Registration.objects.filter(pk__in=set(registrations)).values_list("pk", "worker"))
