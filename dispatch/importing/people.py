"""Who the rows of workers.csv are: the names they came with, or people invented by seed."""
from collections.abc import Iterator

from laborbridge.copying import Cursor, copy_rows, next_id
from laborbridge.identity import seal
from workers.invention import Inventor
from workers.name_keys import keys_of

COLUMNS = (
    "line", "village", "household", "name", "name_keys", "sex", "birth_date", "identity_cipher", "identity_whole",
    "identity_first6_last4", "identity_last4", "contact", "contact_phone", "contact_name",
)


def _create(cursor: Cursor) -> None:
    cursor.execute(f"""
        CREATE TEMPORARY TABLE in_people (
          worker_id bigint NOT NULL DEFAULT {next_id("workers_worker")},
          line integer NOT NULL, village text, household text, name text NOT NULL, name_keys text NOT NULL,
          sex text NOT NULL, birth_date date,
          identity_cipher bytea, identity_whole bytea, identity_first6_last4 bytea, identity_last4 bytea,
          contact text NOT NULL, contact_phone text NOT NULL, contact_name text NOT NULL) ON COMMIT DROP""")


def name_people(cursor: Cursor, invent_people: int | None) -> None:
    """Fill in_people, one row for each line of workers.csv."""
    _create(cursor)
    if invent_people is None:
        cursor.execute("SELECT line, village, worker FROM in_workers")
        copy_rows(cursor, "in_people", ("line", "village", "name", "name_keys", "sex", "contact", "contact_phone",
                                        "contact_name"),
                  ((line, village, ref, keys_of(ref), "", "none", "", "") for line, village, ref in cursor.fetchall()))
    else:
        _invent(cursor, invent_people)
    cursor.execute("CREATE UNIQUE INDEX ON in_people (line)")
    cursor.execute("ANALYZE in_people")


def _invent(cursor: Cursor, seed: int) -> None:
    cursor.execute("""
        SELECT t.place, coalesce(array_agg(v.place ORDER BY v.place) FILTER (WHERE v.place IS NOT NULL), '{}')
          FROM in_places t LEFT JOIN in_places v ON v.parent = t.place AND v.level = 'village'
         WHERE t.level = 'township' GROUP BY 1""")
    townships = dict(cursor.fetchall())
    cursor.execute("SELECT coalesce(max(id), 0) FROM workers_worker")
    (first,) = cursor.fetchone() or (0,)
    inventor = Inventor(seed, townships, first)
    cursor.execute('SELECT line, worker, township, village, "group" FROM in_workers ORDER BY line')
    copy_rows(cursor, "in_people", COLUMNS, _invented(inventor, cursor.fetchall()))
    cursor.execute("SELECT coalesce(max(line), 0) FROM in_places")
    (last,) = cursor.fetchone() or (0,)
    villages = [(township, v) for township in townships for v in inventor.invented_villages(township)]
    copy_rows(cursor, "in_places", ("line", "place", "level", "parent", "name"),
              ((last + nth, v.code, "village", township, v.name) for nth, (township, v) in enumerate(villages, 1)))


def _invented(
    inventor: Inventor, rows: list[tuple[int, str, str, str | None, str | None]]
) -> Iterator[tuple[object, ...]]:
    for ordinal, (line, ref, township, village, group) in enumerate(rows):
        person = inventor.person(ref, township, group or "", ordinal, village=village or "")
        sealed = seal(person.identity_number)
        yield (
            line, person.village, person.household, person.name, keys_of(person.name), person.sex,
            person.birth_date.isoformat(),
            _bytea(sealed.cipher), _bytea(sealed.whole), _bytea(sealed.first6_last4), _bytea(sealed.last4),
            person.contact, person.contact_phone, person.contact_name,
        )


def _bytea(value: bytes) -> str:
    return "\\x" + value.hex()
