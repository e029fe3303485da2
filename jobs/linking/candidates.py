"""Who of a campaign may be meant by the rows of a list: a constant number of queries, each part of them on an index."""
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

from laborbridge.campaigns.models import Campaign

from .comparing import Person, digits, readings
from .scoring import Rarity, Sample

CHUNK = 500
# Of one name's bearers so many are looked at, those from a named home first: more of them are no evidence anyway.
NAMESAKES = 20
SAMPLED = 2_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A row that speaks of a person: whom it has been said not to be, and the list within which nobody stands twice."""

    key: int
    person: Person
    not_these: frozenset[int] = frozenset()
    within: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registration, and an entry of its person: somebody merged has several, and each is compared."""

    registration: int
    worker: int
    person: Person


# Every way on which somebody may be found, each beginning with the listed row.
_FOUND = """
WITH listed AS MATERIALIZED (
    SELECT * FROM unnest(
        %(key)s::int[], %(name)s::text[], %(sounds)s::text[], %(phone)s::text[], %(home)s::text[],
        %(whole)s::bytea[], %(first6_last4)s::bytea[], %(last4)s::bytea[]
    ) AS l (key, name, sounds, phone, home, whole, first6_last4, last4)
), entry (key, worker) AS (
    SELECT l.key, w.id FROM listed l JOIN workers_worker w ON w.identity_whole = l.whole
    UNION
    SELECT l.key, w.id FROM listed l JOIN workers_worker w ON w.identity_first6_last4 = l.first6_last4
    UNION
    SELECT l.key, w.id FROM listed l JOIN workers_worker w ON w.identity_last4 = l.last4
    WHERE left(w.name, 1) = left(l.name, 1) OR right(w.name, 1) = right(l.name, 1)
    UNION
    SELECT l.key, r.worker_id FROM listed l JOIN workers_registration r ON r.campaign_id = %(campaign)s
        AND reverse(translate(r.contact_phone, ' -+()', '')) = reverse(l.phone)
    WHERE r.contact_phone <> '' AND l.phone <> ''
    UNION
    SELECT l.key, namesake.id FROM listed l CROSS JOIN LATERAL (
        SELECT w.id FROM workers_worker w JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %(campaign)s
        LEFT JOIN places_place village ON village.id = r.village_id JOIN places_place township ON township.id = r.township_id
        WHERE w.name = l.name
        ORDER BY strpos(l.home, left(village.name, 2)) > 0 DESC NULLS LAST, strpos(l.home, left(township.name, 2)) > 0 DESC,
                 w.id
        LIMIT %(namesakes)s
    ) namesake
    UNION
    SELECT l.key, alike.id FROM listed l CROSS JOIN LATERAL (
        SELECT w.id FROM (
            SELECT id, name FROM workers_worker
            WHERE array_to_tsvector(string_to_array(name_keys, ' ')) @@ l.sounds::tsquery
            OFFSET 0 -- else the limit makes the planner walk through everybody by id
        ) w JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %(campaign)s
        WHERE w.name <> l.name ORDER BY w.id LIMIT %(namesakes)s
    ) alike WHERE l.sounds <> ''
)
SELECT key, worker FROM entry ORDER BY key, worker
"""

# A merged entry leads to the kept one. Apart from the query above, of which the planner expects far too many rows.
_WHO = """
WITH RECURSIVE chain (key, worker, known) AS (
    SELECT f.key, f.worker, f.worker FROM unnest(%(keys)s::int[], %(workers)s::bigint[]) f (key, worker)
    UNION
    SELECT c.key, w.merged_into_id, c.known FROM chain c JOIN workers_worker w ON w.id = c.worker
    WHERE w.merged_into_id IS NOT NULL
)
SELECT c.key, r.id, r.worker_id, w.name, CASE WHEN r.contact IN ('own', 'relative') THEN r.contact_phone ELSE '' END,
    w.identity_whole, w.identity_first6_last4, w.identity_last4, w.birth_date, r.village_id, r.township_id
FROM chain c JOIN workers_worker w ON w.id = c.known
JOIN workers_registration r ON r.worker_id = c.worker AND r.campaign_id = %(campaign)s
WHERE r.outcome IS DISTINCT FROM 'duplicate'
ORDER BY c.key, r.id, w.id
"""

_TRADES = """
SELECT o.registration_id, n.name FROM workers_registrationoccupation o JOIN workers_occupation n ON n.id = o.occupation_id
WHERE o.registration_id = ANY(%s) ORDER BY o.id
"""

_HOMES = """
SELECT place.id, place.level, place.name, coalesce(above.name, '') FROM places_place place
LEFT JOIN places_place above ON above.id = place.parent_id WHERE place.id = ANY(%s)
"""

# How many of the campaign share each value that the rows and their candidates have.
_SHARED = """
SELECT 'name', v.name, NULL::bytea, count(*) FROM unnest(%(names)s::text[]) v (name)
    JOIN workers_worker w ON w.name = v.name
    JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %(campaign)s GROUP BY v.name
UNION ALL
SELECT 'phone', v.phone, NULL, count(*) FROM unnest(%(phones)s::text[]) v (phone)
    JOIN workers_registration r ON r.campaign_id = %(campaign)s
        AND reverse(translate(r.contact_phone, ' -+()', '')) = reverse(v.phone)
    WHERE r.contact_phone <> '' GROUP BY v.phone
UNION ALL
SELECT 'last4', NULL, v.hash, count(*) FROM unnest(%(last4)s::bytea[]) v (hash)
    JOIN workers_worker w ON w.identity_last4 = v.hash
    JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %(campaign)s GROUP BY v.hash
UNION ALL
SELECT 'first6_last4', NULL, v.hash, count(*) FROM unnest(%(first6_last4)s::bytea[]) v (hash)
    JOIN workers_worker w ON w.identity_first6_last4 = v.hash
    JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %(campaign)s GROUP BY v.hash
"""

# The first ones of the campaign would be of one county: every so-manyth is taken.
_SAMPLE = """
SELECT w.name, r.village_id, r.township_id FROM workers_registration r JOIN workers_worker w ON w.id = r.worker_id
WHERE r.campaign_id = %(campaign)s AND r.id %% %(every)s = 0 ORDER BY r.id LIMIT %(most)s
"""


T = TypeVar("T")


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def sounds_query(name: str) -> str:
    """The readings of a name as a search of its keys; a name that is written in letters has none of its own."""
    return " | ".join(f"'{reading}'" for reading in sorted(readings(name)) if reading.isalnum() and reading.isascii())


def places_of(homes: Iterable[tuple[int | None, int]]) -> dict[tuple[int | None, int], tuple[str, str, str]]:
    """Village, township and county by name, for (village, township) by id."""
    wanted = set(homes)
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [list({place for home in wanted for place in home if place is not None})])
        named = {place: (level, name, above) for place, level, name, above in cursor.fetchall()}
    return {home: _home(named, *home) for home in wanted}


def _home(named: Mapping[int, tuple[str, str, str]], village: int | None, township: int) -> tuple[str, str, str]:
    level, name, above = named[township]
    # A person may be registered from a county as such.
    town, county = ("", name) if level == "county" else (name, above)
    return (named[village][1] if village else "", town, county)


def take_sample(campaign: Campaign, people: int) -> Sample:
    taken = _rows(_SAMPLE, campaign=campaign.pk, every=max(1, people // SAMPLED), most=SAMPLED)
    homes = places_of((village, township) for _name, village, township in taken)
    return Sample(tuple(name for name, *_ in taken), tuple(homes[village, township] for _name, village, township in taken))


@dataclass(frozen=True)
class Everybody:
    """A campaign's people as a whole: what does not change from chunk to chunk."""

    campaign: Campaign
    people: int
    sample: Sample

    @classmethod
    def of(cls, campaign: Campaign) -> "Everybody":
        people = campaign.registrations.count()
        return cls(campaign, people, take_sample(campaign, people))


def find(everybody: Everybody, listed: Sequence[Listed]) -> dict[int, list[Candidate]]:
    """Candidates by the key of the listed row, without those who have been said to be somebody else."""
    found: dict[int, list[Candidate]] = {row.key: [] for row in listed}
    barred = {row.key: row.not_these for row in listed}
    for chunk in chunks(listed):
        rows = [row for row in _who(everybody.campaign, chunk) if row[1] not in barred[row[0]]]
        homes = places_of({(row[9], row[10]) for row in rows})
        trades = _trades({row[1] for row in rows})
        for key, registration, worker, name, phone, whole, six, four, born, village, township in rows:
            found[key].append(Candidate(registration, worker, Person(
                name, digits(phone), _bytes(whole), _bytes(six), _bytes(four), places=homes[village, township],
                trades=trades.get(registration, ()), birth_date=born,
            )))
    return found


def _who(campaign: Campaign, listed: Sequence[Listed]) -> list[tuple[Any, ...]]:
    pairs = _rows(_FOUND, **_columns(listed), campaign=campaign.pk, namesakes=NAMESAKES)
    return _rows(_WHO, keys=[key for key, _ in pairs], workers=[worker for _, worker in pairs], campaign=campaign.pk)


def _columns(listed: Sequence[Listed]) -> dict[str, list[Any]]:
    people = [row.person for row in listed]
    return {
        "key": [row.key for row in listed], "name": [p.name for p in people], "home": [p.home for p in people],
        "sounds": [sounds_query(p.name) for p in people], "phone": [digits(p.phone) for p in people],
        "whole": [p.whole for p in people], "first6_last4": [p.first6_last4 for p in people],
        "last4": [p.last4 for p in people],
    }


def _bytes(hashed: memoryview | None) -> bytes | None:
    return None if hashed is None else bytes(hashed)


def _trades(registrations: set[int]) -> dict[int, tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_TRADES, [list(registrations)])
        found: dict[int, tuple[str, ...]] = {}
        for registration, name in cursor.fetchall():
            found[registration] = (*found.get(registration, ()), name)
    return found


def count_shared(everybody: Everybody, people: Iterable[Person]) -> Rarity:
    """How rare the values of some people are in the campaign."""
    counts: dict[str, Counter[Any]] = {"name": Counter(), "phone": Counter(), "last4": Counter(), "first6_last4": Counter()}
    for chunk in chunks(people):
        shared = _rows(
            _SHARED, campaign=everybody.campaign.pk, names=list({p.name for p in chunk}),
            phones=list({digits(p.phone) for p in chunk} - {""}), last4=list({p.last4 for p in chunk} - {None}),
            first6_last4=list({p.first6_last4 for p in chunk} - {None}),
        )
        for kind, text, hashed, n in shared:
            counts[kind][text if hashed is None else bytes(hashed)] = n
    return Rarity(everybody.people, everybody.sample, counts["name"], counts["phone"], counts["last4"],
                  counts["first6_last4"])
