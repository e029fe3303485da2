"""The sheet of one place and one day, from the published plan: what comes and goes, who waits, and what they need."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.models import Plan
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from transport.models import Trip
from transport.withholding import Withheld, withheld_of

from . import day_figures as figures
from .day_rows import CallRow, Stay, calls_on, stays_on, trips_by_id
from .stations import RulesBook, rules_of


@dataclass(frozen=True, slots=True)
class Line:
    """One trip calling at a stop of the place; people off count on the day of arriving, people on on that of leaving."""

    row: CallRow
    trip: Trip
    on: int
    off: int
    # Counted from 1 at each stop; 0 is a platform, which trains have.
    bay: int
    stands: figures.Span

    @property
    def moving(self) -> int:
        return self.on + self.off

    @property
    def withheld(self) -> Withheld:
        return withheld_of(self.trip)


@dataclass(frozen=True, slots=True)
class Transfer:
    """People who change here from one trip to another."""

    came: Trip
    goes: Trip
    place: str
    came_at: datetime
    leaves_at: datetime
    people: int

    @property
    def minutes(self) -> int:
        return int((self.leaves_at - self.came_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Hour:
    hour: int
    arriving: int
    leaving: int
    # The most at once between two trips.
    waiting: int
    # Calls of trips that stand in this hour, the most bays in use at once, and guides.
    trips: int
    bays: int
    guides: int
    meals: int
    masks: int

    @property
    def is_quiet(self) -> bool:
        return not (self.arriving or self.leaving or self.waiting or self.trips or self.meals)

    @property
    def next(self) -> int:
        return self.hour + 1


@dataclass(frozen=True, slots=True)
class Bays:
    """What one stop needs of bus bays on a day."""

    place: int
    name: str
    needed: int
    at: datetime | None
    there: int | None

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.there) if self.there is not None else 0


@dataclass(frozen=True, slots=True)
class DaySheet:
    place: Place
    day: date
    lines: list[Line]
    hours: list[Hour]
    transfers: list[Transfer]
    bays: list[Bays]
    peak: int
    peak_at: datetime | None
    # Who sleeps here in the night that begins on the day, and who has slept here before it.
    beds: list[Transfer]
    beds_before: list[Transfer]
    # Of those who get on, who begins the journey here; and of those who get off, who goes on by another trip from here.
    starting: int
    going_on: int
    meals: dict[str, int]
    masks: int

    @property
    def arriving(self) -> int:
        return sum(line.off for line in self.lines)

    @property
    def leaving(self) -> int:
        return sum(line.on for line in self.lines)

    @property
    def trains(self) -> int:
        return len({line.trip.pk for line in self.lines if line.trip.mode == Trip.Mode.TRAIN})

    @property
    def buses(self) -> int:
        return len({line.trip.pk for line in self.lines if line.trip.mode != Trip.Mode.TRAIN})

    @property
    def has_many_stops(self) -> bool:
        return len({line.row.place for line in self.lines}) > 1

    @property
    def shown_hours(self) -> list[Hour]:
        """From the first hour in which something happens to the last."""
        busy = [hour.hour for hour in self.hours if not hour.is_quiet]
        return self.hours[busy[0] : busy[-1] + 1] if busy else []

    @property
    def tightest(self) -> Transfer | None:
        return min(self.transfers, key=lambda change: (change.minutes, change.came_at), default=None)

    @property
    def sleeping(self) -> int:
        return sum(bed.people for bed in self.beds)

    @property
    def slept(self) -> int:
        return sum(bed.people for bed in self.beds_before)

    @property
    def short_of_bays(self) -> list[Bays]:
        return [bays for bays in self.bays if bays.missing]


def day_sheet(campaign: Campaign, plan: Plan | None, place: Place, day: date) -> DaySheet:
    rules, rows = rules_of(campaign), calls_on(campaign, plan, place.path, day)
    stays = stays_on(campaign, plan, place.path, day) if plan else []
    trips = trips_by_id(list({row.trip for row in rows} | {stay.came_trip for stay in stays if stay.came_trip}
                             | {stay.trip for stay in stays}))
    start, end = figures.moment(day, 0), figures.moment(day, 24)
    stand = _lines(rows, trips, rules, start, end)
    lines = [line for line in stand if line.row.arrive_at < end]
    waits = [stay for stay in stays if stay.came_here]
    levels = _waiting(waits)
    most, at = figures.peak(levels, start, end)
    changes = _transfers(waits, trips)
    meals, meals_at, masks_at = _handed(stays, rules, start, end)
    return DaySheet(
        place=place, day=day, lines=lines, transfers=changes, bays=_bays(stand, rules, start, end), peak=most, peak_at=at,
        hours=_hours(lines, stand, rules, day, levels, meals_at, masks_at),
        beds=_beds(waits, trips, rules, day), beds_before=_beds(waits, trips, rules, day - timedelta(days=1)),
        starting=sum(stay.people for stay in stays if stay.is_first and start <= stay.leaves_here < end),
        going_on=sum(stay.people for stay in waits if stay.came_at and start <= stay.came_at < end),
        meals=meals, masks=sum(number for _at, number in masks_at),
    )


def _lines(
    rows: Sequence[CallRow], trips: dict[int, Trip], rules: RulesBook, start: datetime, end: datetime
) -> list[Line]:
    """Each call with when it stands and, for a bus, its bay at that stop."""
    spans = [figures.standing(row.arrive_at, row.depart_at, row.is_first, rules.of(row.path).boarding_minutes)
             for row in rows]
    bays = [0] * len(rows)
    at_stop = defaultdict[int, list[int]](list)
    for n, row in enumerate(rows):
        if trips[row.trip].mode != Trip.Mode.TRAIN:
            at_stop[row.place].append(n)
    for those in at_stop.values():
        for n, bay in zip(those, figures.assign_bays([spans[n] for n in those]), strict=True):
            bays[n] = bay
    return [
        Line(row, trips[row.trip], row.on if start <= row.depart_at < end else 0,
             row.off if start <= row.arrive_at < end else 0, bay, span)
        for row, bay, span in zip(rows, bays, spans, strict=True)
    ]


def _bays(lines: Iterable[Line], rules: RulesBook, start: datetime, end: datetime) -> list[Bays]:
    """By stop with buses, those that need most first."""
    at_stop = defaultdict[tuple[int, str], list[figures.Span]](list)
    for line in lines:
        if line.bay:
            at_stop[line.row.place, line.row.place_name].append(line.stands)
    found = [Bays(place, name, *figures.most_spans(spans, start, end), rules.bays(place))
             for (place, name), spans in at_stop.items()]
    return sorted((bays for bays in found if bays.needed), key=lambda bays: (-bays.missing, -bays.needed, bays.name))


def _waiting(waits: Iterable[Stay]) -> list[tuple[datetime, int]]:
    return figures.levels(
        change for stay in waits if stay.came_at
        for change in ((stay.came_at, stay.people), (stay.leaves_here, -stay.people))
    )


def _transfers(waits: Iterable[Stay], trips: dict[int, Trip]) -> list[Transfer]:
    """From trip to trip, in order of coming; people who change alike are one."""
    found = defaultdict[tuple[datetime, datetime, str, int, int], int](int)
    for stay in waits:
        if stay.came_at and stay.came_trip:
            found[stay.came_at, stay.leaves_here, stay.came_place or "", stay.came_trip, stay.trip] += stay.people
    return [Transfer(trips[came], trips[goes], place, came_at, leaves_at, people)
            for (came_at, leaves_at, place, came, goes), people in sorted(found.items())]


def _beds(waits: Iterable[Stay], trips: dict[int, Trip], rules: RulesBook, day: date) -> list[Transfer]:
    return _transfers(
        (stay for stay in waits if stay.came_at
         and figures.needs_bed(rules.of(stay.came_path or ""), stay.came_at, stay.leaves_here, day)), trips)


def _handed(
    stays: Iterable[Stay], rules: RulesBook, start: datetime, end: datetime
) -> tuple[dict[str, int], list[tuple[datetime, int]], list[tuple[datetime, int]]]:
    """Meals by kind, and meals and masks by the moment at which they are handed out on the day."""
    by_kind, meals_at, masks_at = dict.fromkeys(figures.MEALS, 0), [], []
    for stay in stays:
        here = rules.of(stay.path)
        for meal, at in figures.meals(here, stay.left_home, stay.since, stay.leaves_here, stay.until):
            if start <= at < end:
                by_kind[meal] += stay.people
                meals_at.append((at, stay.people))
        if start <= stay.leaves_here < end:
            each = figures.masks(here, stay.left_home, stay.since, stay.until, stay.is_first)
            masks_at.append((stay.leaves_here, each * stay.people))
    return by_kind, meals_at, masks_at


def _hours(
    lines: Sequence[Line], stand: Sequence[Line], rules: RulesBook, day: date, levels: list[tuple[datetime, int]],
    meals_at: list[tuple[datetime, int]], masks_at: list[tuple[datetime, int]],
) -> list[Hour]:
    arriving = figures.by_hour(((line.row.arrive_at, line.off) for line in lines), day)
    leaving = figures.by_hour(((line.row.depart_at, line.on) for line in lines), day)
    meals, masks = figures.by_hour(meals_at, day), figures.by_hour(masks_at, day)
    there = defaultdict[int, list[Line]](list)
    for line in stand:
        for hour in figures.hours_of(line.stands, day):
            there[hour].append(line)
    found = []
    for hour in range(24):
        span = figures.moment(day, hour), figures.moment(day, hour + 1)
        found.append(Hour(
            hour, arriving[hour], leaving[hour], figures.peak(levels, *span)[0], len(there[hour]),
            _bays_in_use(there[hour], span), _guides(there[hour], rules, span), meals[hour], masks[hour],
        ))
    return found


def _bays_in_use(lines: Iterable[Line], span: figures.Span) -> int:
    """The most buses at once, summed over the stops of the place."""
    at_stop = defaultdict[int, list[figures.Span]](list)
    for line in lines:
        if line.bay:
            at_stop[line.row.place].append(line.stands)
    return sum(figures.most_spans(spans, *span)[0] for spans in at_stop.values())


def _guides(lines: Iterable[Line], rules: RulesBook, span: figures.Span) -> int:
    """Stop by stop; a vehicle that nobody gets on or off needs none."""
    moving, posts, paths = defaultdict[int, int](int), defaultdict[int, set[tuple[int, int]]](set), dict[int, str]()
    for line in lines:
        if line.row.on or line.row.off:
            place = line.row.place
            paths[place] = line.row.path
            moving[place] += line.off * (span[0] <= line.row.arrive_at < span[1])
            moving[place] += line.on * (span[0] <= line.row.depart_at < span[1])
            posts[place].add((line.bay, 0 if line.bay else line.trip.pk))
    return sum(figures.guides(moving[place], len(posts[place]), rules.of(path)) for place, path in paths.items())
