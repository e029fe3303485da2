"""What a day's sheet computes from calls and waits: bays, waiting, guides, meals, masks and beds. No database."""
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from django.utils import timezone

from dispatch.models import StationRules

Span = tuple[datetime, datetime]
HOUR = timedelta(hours=1)
MEALS = ("breakfast", "lunch", "dinner")


@lru_cache(maxsize=4096)
def moment(day: date, hour: int) -> datetime:
    """An hour of a day in China; 24 is the next midnight. In UTC, as the database's: such compare many times faster."""
    return (datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone()) + hour * HOUR).astimezone(UTC)


def assign_bays(spans: Sequence[Span]) -> list[int]:
    """The bay of each span, counted from 1: the lowest that is free, in order of coming; as few bays as can be.

    A bay is free again at the minute at which its bus leaves. Equal spans keep the order in which they were given.
    """
    found, free, busy = [0] * len(spans), list[int](), list[tuple[datetime, int]]()
    for place in sorted(range(len(spans)), key=lambda place: (spans[place], place)):
        start, end = spans[place]
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        found[place] = heapq.heappop(free) if free else len(busy) + 1
        heapq.heappush(busy, (end, found[place]))
    return found


def levels(changes: Iterable[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """How many are there from each moment on, of who comes (+) and goes (-); who leaves at a moment is gone at it."""
    found, now = list[tuple[datetime, int]](), 0
    for at, those in groupby(sorted(changes), key=lambda change: change[0]):
        now += sum(number for _at, number in those)
        found.append((at, now))
    return found


def peak(found: Iterable[tuple[datetime, int]], start: datetime, end: datetime) -> tuple[int, datetime | None]:
    """The most at once between two moments, and since when; nobody is None."""
    most, since, before = 0, None, 0
    for at, now in found:
        if at < end:
            if at <= start:
                before = now
            elif now > most:
                most, since = now, at
    return (before, start) if before and before >= most else (most, since)


def most_spans(spans: Iterable[Span], start: datetime, end: datetime) -> tuple[int, datetime | None]:
    changes = [change for come, go in spans for change in ((come, 1), (go, -1))]
    return peak(levels(changes), start, end)


def standing(arrive: datetime, depart: datetime, begins: bool, minutes: int) -> Span:
    """From when until when a vehicle stands: where its trip begins it comes early, and it never stands for no time."""
    begin = min(arrive, depart - timedelta(minutes=minutes)) if begins else arrive
    return begin, max(depart, begin + timedelta(minutes=1))


def hours_of(span: Span, day: date) -> Iterator[int]:
    """The hours of a day that a span touches; who leaves at the full hour leaves in the hour that begins then."""
    begin = moment(day, 0)
    first, last = (span[0] - begin) // HOUR, (span[1] - begin) // HOUR
    return iter(range(max(0, first), min(23, last) + 1))


def night_of(rules: StationRules, day: date) -> Span:
    """The night that begins on a day."""
    return moment(day, rules.night_from), moment(day, 24 + rules.night_until)


def needs_bed(rules: StationRules, begin: datetime, end: datetime, day: date) -> bool:
    """Whoever waits for more than the rules' hours, some of it in the night that begins on this day."""
    night = night_of(rules, day)
    return end - begin > rules.bed_after_hours * HOUR and begin < night[1] and end > night[0]


def masks(rules: StationRules, leaves: datetime, since: datetime, until: datetime, first: bool) -> int:
    """Handed to one person who boards: one at the first boarding, and one for each full span of hours since leaving home
    that ends after `since` (coming here) and by `until` (coming to the next boarding, or to the site)."""
    every = rules.mask_hours * HOUR
    return int(first) + (until - leaves) // every - (since - leaves) // every


def meal_hours(rules: StationRules) -> list[tuple[str, int, int]]:
    return [("breakfast", rules.breakfast_from, rules.breakfast_until), ("lunch", rules.lunch_from, rules.lunch_until),
            ("dinner", rules.dinner_from, rules.dinner_until)]


def meals(
    rules: StationRules, leaves: datetime, since: datetime, depart: datetime, until: datetime
) -> Iterator[tuple[str, datetime]]:
    """Which meals are handed to one person who boards, and when.

    A meal is due to whoever is on the way during all of its hours. It is handed out where they board last before its
    hours end: while they wait there, else when they leave.
    """
    day = timezone.localtime(since).date()
    hours = meal_hours(rules)
    while moment(day, 0) <= until:
        for meal, first, last in hours:
            begin, end = moment(day, first), moment(day, last)
            if leaves <= begin and since < end <= until:
                yield meal, depart if since == leaves else min(depart, max(since, begin))
        day += timedelta(days=1)


def guides(moving: int, posts: int, rules: StationRules) -> int:
    """One for each so many people who get on or off in an hour, and at least one at each bay and platform in use."""
    return max(-(-moving // rules.people_per_guide), posts)


def by_hour(pairs: Iterable[tuple[datetime, int]], day: date) -> dict[int, int]:
    """Numbers at moments, summed by hour of one day; what lies outside of it is not counted."""
    begin, found = moment(day, 0), defaultdict[int, int](int)
    for at, number in pairs:
        hour = (at - begin) // HOUR
        if 0 <= hour < 24:
            found[hour] += number
    return found
