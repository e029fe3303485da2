"""Rows that were judged into people and their wishes, set by set; the import's lock is held, so what was judged is so."""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from laborbridge.copying import Cursor, copy_rows, next_id
from laborbridge.identity import reopened

from ...models import ListImport, ListRow, Occupation, Registration, TravelGroup
from ...name_keys import keys_of
from ..kinds import Tell
from ..saving import Noticed, as_bytea, chunks_of
from .state import State, aware, empty_state, trade_key, wanted

Outcome = ListRow.Outcome
_SHOWN = 12
_WORKER = ("id", "name", "name_keys", "sex", "birth_date", "identity_cipher", "identity_whole", "identity_first6_last4",
           "identity_last4")
_REGISTRATION = ("id", "campaign_id", "worker_id", "ref", "township_id", "village_id", "group_id", "min_wage", "priority",
                 "ready_at", "open_to_other", "contact", "contact_phone", "contact_name", "created_at")
# Rows of somebody whom an earlier row of the list has made.
_LINK_LATER_ROWS = """
    UPDATE workers_listrow o SET worker_id = n.worker_id, registration_id = n.registration_id
      FROM workers_listrow n
     WHERE n.imported_id = %(list)s AND n.outcome = 'new'
       AND o.imported_id = %(list)s AND o.outcome IN ('updated', 'unchanged')
       AND o.registration_id IS NULL AND o.{same} = n.{same}"""
_LINK_DOUBLES = """
    UPDATE workers_listrow o SET worker_id = n.worker_id, registration_id = n.registration_id
      FROM (SELECT p.id, (said->1->>'row')::bigint AS other
              FROM workers_listrow p CROSS JOIN LATERAL jsonb_array_elements(p.remarks) said
             WHERE p.imported_id = %(list)s AND p.outcome = 'possible' AND said->>0 = 'possible_row') d
      JOIN workers_listrow n ON n.id = d.other
     WHERE o.id = d.id"""


def store(imported: ListImport, tell: Tell) -> None:
    names = Names(imported)
    names.make(_said_of(imported, "trades"), _said_of(imported, "group_ref"))
    done = 0
    for rows in chunks_of(imported, Q(outcome=Outcome.NEW)):
        before = Noticed(rows)
        make_people(imported, rows, names)
        before.save_changed()
        done += len(rows)
        tell(done)
    with connection.cursor() as cursor:
        # Somebody merged has several numbers, and is known by the entry.
        for same in ("identity_whole", "worker_id"):
            cursor.execute(_LINK_LATER_ROWS.format(same=same), {"list": imported.pk})
        cursor.execute(_LINK_DOUBLES, {"list": imported.pk})
    for rows in chunks_of(imported, Q(outcome=Outcome.UPDATED)):
        change(rows, names)
        done += len(rows)
        tell(done)


def _said_of(imported: ListImport, key: str) -> Iterator[str]:
    """Every different value of a key in the rows that count, a list's one by one."""
    each = "jsonb_array_elements_text(values->%s)" if key == "trades" else "values->>%s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {each} FROM workers_listrow WHERE imported_id = %s AND values ? %s"
            " AND outcome IN ('new', 'updated', 'unchanged')", [key, imported.pk, key])
        yield from sorted(text for (text,) in cursor.fetchall() if text)


def told(imported: ListImport) -> list[str]:
    """The trades that storing would add, or has added."""
    codes = imported.campaign.code_list_id
    there = Occupation.objects.filter(code_list=codes).exclude(code__startswith=f"{LIST_TRADE}{imported.pk}-")
    known = {trade_key(name) for name in there.values_list("name", flat=True)}
    new = {trade_key(name): name for name in _said_of(imported, "trades") if trade_key(name) not in known}
    if not new:
        return []
    shown = _(", ").join([*list(new.values())[:_SHOWN], *(["…"] if len(new) > _SHOWN else [])])
    return [ngettext("%(n)s new trade: %(names)s.", "%(n)s new trades: %(names)s.", len(new)) % {
        "n": len(new), "names": shown}]


class Names:
    """Trades and groups by the names that rows give them; those that are new get their rows."""

    def __init__(self, imported: ListImport) -> None:
        self.imported = imported
        self.trades: dict[str, int] = {}
        self.groups: dict[str, int] = {}

    def make(self, trades: Iterable[str], groups: Iterable[str]) -> None:
        self._make_trades(trades)
        self._make_groups(groups)

    def _make_trades(self, names: Iterable[str]) -> None:
        codes = self.imported.campaign.code_list_id
        with connection.cursor() as cursor:
            # Another campaign may use the same list of codes.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('trades of a code list'), %s)", [codes])
        for pk, name in Occupation.objects.filter(code_list=codes).order_by("-pk").values_list("pk", "name"):
            self.trades[trade_key(name)] = pk
        new = {trade_key(name): name for name in names if trade_key(name) not in self.trades}
        made = Occupation.objects.bulk_create(
            Occupation(code_list_id=codes, code=f"{LIST_TRADE}{self.imported.pk}-{number}", name=name)
            for number, name in enumerate(new.values(), 1))
        self.trades.update(zip(new, (trade.pk for trade in made), strict=True))

    def _make_groups(self, refs: Iterable[str]) -> None:
        refs = list(refs)
        campaign = self.imported.campaign
        TravelGroup.objects.bulk_create(
            (TravelGroup(campaign=campaign, ref=ref) for ref in refs), ignore_conflicts=True)
        self.groups.update(TravelGroup.objects.filter(campaign=campaign, ref__in=refs).values_list("ref", "pk"))


# What codes of trades that lists have brought begin with.
LIST_TRADE = "list-"


def _ids(cursor: Cursor, table: str, many: int) -> list[int]:
    cursor.execute(f"SELECT {next_id(table)} FROM generate_series(1, %s)", [many])
    return [pk for (pk,) in cursor.fetchall()]


def make_people(imported: ListImport, rows: Sequence[ListRow], names: Names) -> None:
    """Entries for those who have none yet, and a wish for each."""
    first = empty_state(imported.campaign.first_day)
    states = [wanted(row.values, first) for row in rows]
    make_workers([row for row in rows if row.worker_id is None])
    with connection.cursor() as cursor:
        ids = _ids(cursor, "workers_registration", len(rows))
        refs = _refs(imported, ids)
        now = timezone.now().isoformat()
        copy_rows(cursor, "workers_registration", _REGISTRATION, (
            (pk, imported.campaign_id, row.worker_id, refs[pk], state["township"], state["village"],
             names.groups.get(state["group"]), state["min_wage"], state["priority"], aware(state["ready_at"]).isoformat(),
             True, state["contact"], state["contact_phone"], "", now)
            for pk, row, state in zip(ids, rows, states, strict=True)
        ))
        _write_trades(cursor, dict(zip(ids, (state["occupations"] for state in states), strict=True)), names)
    for pk, row in zip(ids, rows, strict=True):
        row.registration_id = pk


def make_workers(rows: Sequence[ListRow]) -> None:
    with connection.cursor() as cursor:
        for row, pk in zip(rows, _ids(cursor, "workers_worker", len(rows)), strict=True):
            row.worker_id = pk
            # Remembered, so that the entry goes with its last list and an older one stays.
            row.changes["worker"] = [None, pk]
        copy_rows(cursor, "workers_worker", _WORKER, (_worker(row) for row in rows))


def _worker(row: ListRow) -> tuple[object, ...]:
    number = reopened(bytes(row.identity_cipher or b""))
    said = row.values
    return (row.worker_id, said["name"], keys_of(said["name"]), said.get("sex", ""), said.get("born"),
            as_bytea(number.cipher), as_bytea(number.whole), as_bytea(number.first6_last4), as_bytea(number.last4))


def _refs(imported: ListImport, ids: Sequence[int]) -> dict[int, str]:
    """Short ones of our own; where a sender's own reference is the same by chance, with a tail."""
    refs = {pk: f"LB{pk}" for pk in ids}
    others = Registration.objects.filter(campaign=imported.campaign_id, ref__in=refs.values())
    taken = set(others.values_list("ref", flat=True))
    return {pk: f"{ref}-{imported.pk}" if ref in taken else ref for pk, ref in refs.items()}


def _write_trades(cursor: Cursor, trades: dict[int, list[str]], names: Names) -> None:
    copy_rows(cursor, "workers_registrationoccupation", ("registration_id", "occupation_id"), (
        (pk, trade) for pk, said in trades.items()
        for trade in sorted({names.trades[trade_key(name)] for name in said})
    ))


def change(rows: Sequence[ListRow], names: Names) -> None:
    """Bring the rows' changes to the wishes, the last one of each column."""
    last: dict[int, State] = defaultdict(dict)
    for row in rows:
        if row.registration_id is not None:
            last[row.registration_id].update({column: after for column, (_before, after) in row.changes.items()})
    write_columns(last, names)


def write_columns(changed: dict[int, State], names: Names) -> None:
    """Some columns of some wishes, by the names that State gives them."""
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for pk, columns in changed.items():
        plain = {key: value for column, said in columns.items() for key, value in _as_kept(column, said, names)}
        if plain:
            by_columns[tuple(sorted(plain))].append((pk, *(plain[key] for key in sorted(plain))))
    with connection.cursor() as cursor:
        for keys, wishes in by_columns.items():
            _update(cursor, keys, wishes)
        trades = {pk: columns["occupations"] for pk, columns in changed.items() if "occupations" in columns}
        if trades:
            cursor.execute("DELETE FROM workers_registrationoccupation WHERE registration_id = ANY(%s)", [list(trades)])
            _write_trades(cursor, trades, names)


_TYPES = {
    "contact": "text", "contact_phone": "text", "township_id": "bigint", "village_id": "bigint", "group_id": "bigint",
    "min_wage": "integer", "priority": "smallint", "ready_at": "timestamptz", "outcome": "text", "outcome_at": "timestamptz",
    "outcome_by_id": "bigint",
}


def _as_kept(column: str, said: Any, names: Names) -> Iterator[tuple[str, Any]]:
    match column:
        case "township" | "village":
            yield f"{column}_id", said
        case "group":
            yield "group_id", names.groups[said] if said else None
        case "ready_at":
            yield "ready_at", aware(said).isoformat()
        case "outcome":
            yield "outcome", said
            yield "outcome_at", timezone.now().isoformat() if said else None
            yield "outcome_by_id", None
        case "contact" | "contact_phone" | "min_wage" | "priority":
            yield column, said


def _update(cursor: Cursor, keys: Sequence[str], wishes: Sequence[tuple[Any, ...]]) -> None:
    types = ", ".join(f"{key} {_TYPES[key]}" for key in keys)
    cursor.execute(f"CREATE TEMPORARY TABLE changed_wishes (id bigint, {types}) ON COMMIT DROP")
    copy_rows(cursor, "changed_wishes", ("id", *keys), wishes)
    settings = ", ".join(f"{key} = c.{key}" for key in keys)
    cursor.execute(f"UPDATE workers_registration r SET {settings} FROM changed_wishes c WHERE c.id = r.id")
    cursor.execute("DROP TABLE changed_wishes")


