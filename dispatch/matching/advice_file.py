"""Advice as a table in the words of a bench folder."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from dispatch.matching.additions import What
from dispatch.matching.advice import Advice
from dispatch.matching.phrases import Phrases

HEAD = ("rank", "what", "amount", "from", "to", "depart", "arrive", "trip", "trade", "wage", "people", "points",
        "people_on_top", "points_on_top")


def write_advice(words: Phrases, found: Iterable[Advice], path: str | Path) -> None:
    """ADVICE.csv: one row for each addition, in the order of the list; a cell that does not concern an addition is empty.

    people and points: what it brings alone; people_on_top and points_on_top: beyond all rows above it. `arrive` of posts
    is their latest start.
    """
    with Path(path).open("w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(HEAD)
        out.writerows((rank, *_cells(words, a)) for rank, a in enumerate(found, 1))


def _cells(words: Phrases, a: Advice) -> Iterator[object]:
    x = a.addition
    yield from (x.what.name.lower(), x.amount)
    yield from (words.places[place] if place >= 0 else "" for place in (x.place, x.park))
    yield from (words.time(minute) if minute >= 0 else "" for minute in (x.depart, x.arrive))
    yield words.problem.trip_ids[x.trip] if x.trip >= 0 else ""
    yield ("" if x.what != What.POSTS else words.trades[x.occupation] if x.occupation >= 0 else "any")
    yield x.wage if x.wage >= 0 else ""
    yield from (f"{value:.1f}" for value in (a.people, a.points, a.people_on_top, a.points_on_top))
