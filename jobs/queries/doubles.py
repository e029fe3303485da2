"""Who of a campaign may be registered twice under two numbers: pairs, weighed by how rare what they share is there.

The log odds of Fellegi and Sunter, given that the two numbers differ (equal ones are one entry from the start): each field
adds ln(m/u), m how often it compares so of one person entered twice, u how often of any two, counted in the campaign itself.
"""
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import exp, log
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from laborbridge.campaigns.models import Campaign
from workers.models import Registration, WorkerMerge
from workers.queries.finding import certain_by_number, slips_between

from ..models import Question

SAME, TWO_PEOPLE = "same", "two_people"
# Of a thousand people one is registered twice under two numbers: a lent card, an old number, a digit that still fits.
TWICE = 0.001
# Asked about from one chance in five on: looking costs a keystroke, a double costs somebody's seat.
ASKED_FROM = log(0.25)
M_SAME = {"name": 0.95, "phone": 0.7, "birth": 0.6, "village": 0.7, "township": 0.15}
M_OTHER = {"phone": 0.3, "birth": 0.4, "home": 0.15}
M_OTHER_SEX = 0.05
# That two different numbers are one slip of the hand apart: half of those of one person, one in ten million of any two.
SLIP = log(0.5 / 1e-7)


# How seldom a value is among everybody, for those that nobody else of the campaign has; and how much that weighs.
RARE = {"name": 5e-5, "phone": 2e-5, "birth": 1e-4, "village": 5e-3, "township": 5e-2}
UNSEEN = 0.2


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered person, as far as it is compared."""

    registration: int
    worker: int
    name: str
    phone: str
    birth_date: date | None
    sex: str
    village: int | None
    township: int
    numbered: bool


@dataclass(frozen=True, slots=True)
class Double:
    """Two who may be one, the newer entry first; each field in a word, and how sure it is."""

    newer: Entry
    older: Entry
    odds: float
    compared: dict[str, str]

    @property
    def score(self) -> int:
        return int(100 / (1 + exp(-max(min(self.odds, 500.0), -500.0))))


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a campaign's people have a value, by field."""

    people: int
    counts: Mapping[str, Mapping[object, int]]

    def rarity(self, field: str, value: object) -> float:
        """How often anybody has it besides the two; where nobody does, as seldom as a campaign of this size can tell."""
        others = max(self.counts[field].get(value, 0) - 2, 0) / max(self.people, 1)
        return max(others, UNSEEN / (self.people + UNSEEN / RARE[field]))


def doubles_in(campaign: Campaign) -> list[Double]:
    """The surest first; who was said to be two people is not there."""
    pairs, slips = _pairs(campaign)
    entries = _entries({one for pair in pairs for one in pair})
    shares = shares_of(campaign, list(entries.values()))
    decided = decided_pairs()
    found = []
    for pair in pairs:
        older, newer = sorted((entries[one] for one in pair), key=lambda e: e.worker)
        if (older.worker, newer.worker) not in decided:
            double = weigh(newer, older, shares, slip=pair in slips)
            if double.odds >= ASKED_FROM:
                found.append(double)
    return sorted(found, key=lambda d: (-d.odds, d.newer.worker, d.older.worker))


def _going(campaign: Campaign) -> QuerySet[Registration]:
    return Registration.objects.filter(campaign=campaign).exclude(outcome=Registration.Outcome.DUPLICATE)


def _pairs(campaign: Campaign) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs of registrations of the same name: those who share a telephone, or birth date and village, or whose numbers one
    slip of the hand lies between; and the latter by themselves."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    ciphers: dict[str, dict[int, bytes]] = defaultdict(dict)
    for pk, name, phone, birth_date, village, cipher in _namesakes(campaign):
        if phone:
            alike[name, phone].append(pk)
        if birth_date and village:
            alike[name, birth_date, village].append(pk)
        if cipher:
            ciphers[name][pk] = bytes(cipher)
    slips = {pair for numbers in ciphers.values() if len(numbers) > 1 for pair in slips_between(numbers)}
    return {pair for group in alike.values() for pair in combinations(sorted(group), 2)} | slips, slips


def _namesakes(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """Whose name somebody else of the campaign has too: counted in passing, so that it costs the same whatever is known of
    the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, name, phone, birth_date, village_id, identity_cipher FROM (
                 SELECT r.id, w.name, translate(r.contact_phone, ' -+()', '') AS phone, w.birth_date, r.village_id,
                        w.identity_cipher, count(*) OVER (PARTITION BY w.name) AS namesakes
                   FROM workers_registration r JOIN workers_worker w ON w.id = r.worker_id
                  WHERE r.campaign_id = %s AND r.outcome IS DISTINCT FROM 'duplicate') people
                WHERE namesakes > 1""",
            [campaign.pk],
        )
        yield from cursor


def _entries(registrations: Collection[int]) -> dict[int, Entry]:
    rows = Registration.objects.filter(pk__in=registrations).select_related("worker")
    return {row.pk: entry_of(row) for row in rows}


def entry_of(row: Registration) -> Entry:
    """Sex and birth date as the number says them, else as they were told."""
    worker, certain = row.worker, certain_by_number(row.worker)
    return Entry(
        row.pk, worker.pk, worker.name, _digits(row.contact_phone), certain.birth_date if certain else worker.birth_date,
        certain.sex if certain else "", row.village_id, row.township_id, bool(worker.identity_cipher),
    )


def _digits(phone: str) -> str:
    return phone.translate(str.maketrans("", "", " -+()"))


def shares_of(campaign: Campaign, entries: Sequence[Entry]) -> Shares:
    """Of the values that are compared; one query for each field."""
    going = _going(campaign)
    fields = {
        "name": ("worker__name", {e.name for e in entries}),
        "phone": ("contact_phone", {e.phone for e in entries if e.phone}),
        "birth": ("worker__birth_date", {e.birth_date for e in entries if e.birth_date}),
        "village": ("village", {e.village for e in entries if e.village}),
        "township": ("township", {e.township for e in entries}),
    }
    counts = {
        field: dict(going.filter(**{f"{path}__in": values}).values_list(path).annotate(n=Count("pk")))
        for field, (path, values) in fields.items()
    }
    return Shares(going.count(), counts)


def decided_pairs() -> set[tuple[int, int]]:
    """Who was said to be two people, or was parted again; the older entry first."""
    said = Question.objects.filter(kind=Question.Kind.SAME_PERSON, answer=TWO_PEOPLE)
    found = {tuple(detail["pair"]) for detail in said.values_list("answer_detail", flat=True) if "pair" in detail}
    parted = WorkerMerge.objects.filter(undone_at__isnull=False).values_list("kept", "gone")
    return {(pair[0], pair[1]) for pair in found} | {(min(pair), max(pair)) for pair in parted}


def weigh(newer: Entry, older: Entry, shares: Shares, *, slip: bool) -> Double:
    """Each field in a word, and what all of them together say."""
    compared = {
        "name": "same", "number": _number(newer, older, slip), "phone": _agrees(newer.phone, older.phone),
        "birth": _agrees(newer.birth_date, older.birth_date), "home": _home(newer, older),
        "sex": _agrees(newer.sex, older.sex),
    }
    odds = log(TWICE) - log(max(shares.people, 1)) + log(M_SAME["name"] / shares.rarity("name", newer.name))
    odds += SLIP if slip else 0.0
    for field, value in (("phone", newer.phone), ("birth", newer.birth_date)):
        if compared[field] != "none":
            same = compared[field] == "same"
            odds += log(M_SAME[field] / shares.rarity(field, value)) if same else log(M_OTHER[field])
    odds += _home_weight(compared["home"], newer, shares)
    odds += log(M_OTHER_SEX / 0.5) if compared["sex"] == "other" else 0.0
    return Double(newer, older, odds, compared)


def _agrees(one: object, other: object) -> str:
    if not one or not other:
        return "none"
    return "same" if one == other else "other"


def _number(newer: Entry, older: Entry, slip: bool) -> str:
    if not newer.numbered or not older.numbered:
        return "none"
    return "one_slip" if slip else "other"


def _home(newer: Entry, older: Entry) -> str:
    if newer.village and newer.village == older.village:
        return "same_village"
    return "same_township" if newer.township == older.township else "elsewhere"


def _home_weight(word: str, newer: Entry, shares: Shares) -> float:
    """Where everybody lives in one township that they do says nothing, yet nothing against it either."""
    if word == "elsewhere":
        return log(M_OTHER["home"])
    field, value = ("village", newer.village) if word == "same_village" else ("township", newer.township)
    return max(log(M_SAME[field] / shares.rarity(field, value)), 0.0)


def people_in(doubles: Sequence[Double]) -> int:
    """How many different people are asked about."""
    return len(Counter(entry.worker for d in doubles for entry in (d.newer, d.older)))
