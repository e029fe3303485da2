"""What is known of the people whom a chunk of rows names: their entry, their wish in the campaign, who is like them."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from laborbridge.campaigns.models import Campaign

from ...models import Registration
from ...services import leaving
from .state import State, local

# Every number of the people to whom the asked ones lead; somebody merged has several.
_WORKERS = """
    WITH RECURSIVE up AS (
      SELECT id, name, merged_into_id FROM workers_worker WHERE identity_whole = ANY(%s)
      UNION
      SELECT w.id, w.name, w.merged_into_id FROM up JOIN workers_worker w ON w.id = up.merged_into_id),
    down AS (
      SELECT id, id AS root, name FROM up WHERE merged_into_id IS NULL
      UNION
      SELECT w.id, down.root, down.name FROM down JOIN workers_worker w ON w.merged_into_id = down.id)
    SELECT w.identity_whole, down.root, down.name FROM down JOIN workers_worker w ON w.id = down.id
     WHERE w.identity_whole IS NOT NULL"""
_WISHES = """
    SELECT r.worker_id, r.id, r.contact_phone, r.township_id, r.village_id, coalesce(g.ref, ''), r.min_wage, r.priority,
           r.contact, r.ready_at, r.outcome, r.outcome_at, r.created_at,
           ARRAY(SELECT o.name FROM workers_registrationoccupation ro JOIN workers_occupation o ON o.id = ro.occupation_id
                  WHERE ro.registration_id = r.id ORDER BY o.name),
           coalesce(v.name, t.name), coalesce(v.path, t.path)
      FROM workers_registration r JOIN places_place t ON t.id = r.township_id LEFT JOIN places_place v ON v.id = r.village_id
      LEFT JOIN workers_travelgroup g ON g.id = r.group_id
     WHERE r.campaign_id = %s AND r.{key} = ANY(%s) ORDER BY r.id"""
_FOR_CHANGING = " FOR NO KEY UPDATE OF r"
# The first of the campaign whose number is another one; of two the one with the same telephone.
_LIKE = """
    SELECT DISTINCT ON (c.at) c.at, w.id, r.id, r.contact_phone = c.phone AND c.phone <> '', r.created_at,
           coalesce(v.name, t.name)
      FROM unnest(%s::int[], %s::text[], %s::text[], %s::date[], %s::bigint[]) AS c(at, name, phone, born, village)
      JOIN workers_worker w ON w.name = c.name AND w.merged_into_id IS NULL
      JOIN workers_registration r ON r.worker_id = w.id AND r.campaign_id = %s
      JOIN places_place t ON t.id = r.township_id LEFT JOIN places_place v ON v.id = r.village_id
     WHERE (c.phone <> '' AND r.contact_phone = c.phone) OR (w.birth_date = c.born AND r.village_id = c.village)
     ORDER BY c.at, (c.phone <> '' AND r.contact_phone = c.phone) DESC, r.id"""
_LIKE_ROWS = """
    SELECT DISTINCT ON (c.at) c.at, o.id, o.sheet, o.line
      FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[])
           AS c(at, name, phone, born, village, number)
      JOIN workers_listrow o ON o.imported_id = %s AND o.values->>'name' = c.name AND o.identity_whole <> c.number
     WHERE o.id < %s AND o.outcome IN ('new', 'updated', 'unchanged')
       AND ((c.phone <> '' AND o.values->>'phone' = c.phone)
            OR (o.values->>'born' = c.born AND o.values->>'village_id' = c.village))
     ORDER BY c.at, o.id"""
_WITHDRAWN = """
    SELECT DISTINCT o.registration_id FROM workers_listrow o JOIN workers_listimport i ON i.id = o.imported_id
     WHERE o.registration_id = ANY(%s) AND i.state = 'taken_back' AND o.changes ? 'outcome'"""


@dataclass(slots=True)
class Wish:
    """A registration as it stands."""

    pk: int
    state: State
    outcome: str | None
    outcome_day: str
    since: str
    place: str
    path: str


@dataclass(slots=True)
class Person:
    worker: int
    name: str
    wish: Wish | None = None


@dataclass(slots=True)
class Like:
    """Somebody of the campaign who may be the same person."""

    worker: int
    registration: int
    by_phone: bool
    day: str
    place: str


@dataclass(slots=True)
class LikeRow:
    row: int
    sheet: str
    line: int


@dataclass(slots=True)
class Asked:
    """Of whom it is asked who is like them; `at` is the asker's own key."""

    at: int
    name: str
    phone: str
    born: str | None
    village: int | None
    number: bytes


def _all(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def people_by_number(campaign: Campaign, numbers: Sequence[bytes], *, for_changing: bool) -> dict[bytes, Person]:
    """For each number that is known the person it leads to, with the wish in this campaign where there is one."""
    people = {bytes(number): Person(pk, name) for number, pk, name in _all(_WORKERS, [list(numbers)])}
    sql = _WISHES.format(key="worker_id") + (_FOR_CHANGING if for_changing else "")
    wishes = {row[0]: _wish(row) for row in _all(sql, [campaign.pk, sorted({p.worker for p in people.values()})])}
    for person in people.values():
        person.wish = wishes.get(person.worker)
    return people


def _wish(row: tuple[Any, ...]) -> Wish:
    (_worker, pk, phone, township, village, group, wage, priority, contact, ready, outcome, outcome_at, made, trades, place,
     path) = row
    state = {
        "contact": contact, "contact_phone": phone, "township": township, "village": village, "group": group,
        "min_wage": wage, "priority": priority, "ready_at": local(ready), "occupations": trades,
    }
    return Wish(pk, state, outcome, local(outcome_at)[:10] if outcome_at else "", local(made)[:10], place, path)


def wishes_by_id(campaign: Campaign, registrations: Sequence[int]) -> dict[int, Wish]:
    """Registrations as they stand, kept so until the transaction ends."""
    found = _all(_WISHES.format(key="id") + _FOR_CHANGING, [campaign.pk, list(registrations)])
    return {row[1]: _wish(row) for row in found}


def like_people(campaign: Campaign, asked: Sequence[Asked]) -> dict[int, Like]:
    found = _all(_LIKE, [
        [a.at for a in asked], [a.name for a in asked], [a.phone for a in asked],
        [date.fromisoformat(a.born) if a.born else None for a in asked], [a.village for a in asked], campaign.pk])
    return {at: Like(worker, wish, phone, local(made)[:10], place) for at, worker, wish, phone, made, place in found}


def like_rows(imported: int, asked: Sequence[Asked], before: int) -> dict[int, LikeRow]:
    """Rows of the same list that stand before a row of this id and count."""
    found = _all(_LIKE_ROWS, [
        [a.at for a in asked], [a.name for a in asked], [a.phone for a in asked], [a.born for a in asked],
        [None if a.village is None else str(a.village) for a in asked], [a.number for a in asked], imported, before])
    return {at: LikeRow(row, sheet, line) for at, row, sheet, line in found}


def planned_groups(campaign: Campaign, refs: Sequence[str]) -> set[str]:
    """Groups of which somebody is held by a published plan: they neither grow nor shrink by a list."""
    members = dict(Registration.objects.filter(campaign=campaign, group__ref__in=refs).values_list("pk", "group__ref"))
    return {members[pk] for pk in leaving.held(sorted(members))}


def withdrawn_by_lists(registrations: Sequence[int]) -> set[int]:
    """Those who withdrew because a list was taken back, and not of themselves."""
    return {pk for (pk,) in _all(_WITHDRAWN, [list(registrations)])}
