"""What no line shows on its own: references, doubles, calls in order, groups within one township."""
from dataclasses import dataclass

from laborbridge.copying import Cursor

from .columns import ACCESS, ADMITS, JOBS, PLACES, RELATED, STOPS, TRIPS, WORKERS, File
from .faults import MOST, Faults

# A place's path has room for its ids and all above it.
DEEPEST = 9
# The matching keeps a table of which trade is of use in which.
MOST_TRADES = 10_000


@dataclass(frozen=True)
class Check:
    """A query for (line, value) of the rows of a file that break a rule, and the rule in words."""

    file: File
    column: str
    expected: str
    sql: str


def _reference(file: File, column: str, to: File, key: str, level: str = "") -> Check:
    target = f"SELECT FROM {to.table} t WHERE t.\"{key}\" = f.\"{column}\""
    if level:
        target += " AND t.level IN ({})".format(", ".join(f"'{word}'" for word in level.split(" or ")))
    what = f"a {level} of {to.name}" if level else f"a {key} of {to.name}"
    return Check(
        file, column, what,
        f'SELECT line, f."{column}" FROM {file.table} f WHERE f."{column}" IS NOT NULL AND NOT EXISTS ({target})',
    )


def _once(file: File, *columns: str) -> Check:
    key = ", ".join(f'"{c}"' for c in columns)
    return Check(
        file, columns[-1], "each " + " and ".join(columns) + " only once",
        f"""SELECT line, concat_ws(' ', {key}) FROM (
              SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY line) AS nth FROM {file.table}) f
            WHERE nth > 1""",
    )


CHECKS: tuple[Check, ...] = (
    _once(PLACES, "place"),
    _reference(PLACES, "parent", PLACES, "place"),
    Check(PLACES, "parent", "parents that lead to the top, not round in a circle", """
        WITH RECURSIVE up AS (
          SELECT place FROM in_places WHERE parent IS NULL
          UNION SELECT c.place FROM in_places c JOIN up ON c.parent = up.place)
        SELECT line, parent FROM in_places f WHERE NOT EXISTS (SELECT FROM up WHERE up.place = f.place)
           AND EXISTS (SELECT FROM in_places p WHERE p.place = f.parent)"""),
    Check(PLACES, "parent", "a township with a county above it, and a park with a district or county above it", """
        WITH RECURSIVE up AS (
          SELECT line, place, level, parent, level AS above, parent AS next FROM in_places
           WHERE level IN ('township', 'park')
          UNION SELECT up.line, up.place, up.level, up.parent, p.level, p.parent
                  FROM up JOIN in_places p ON p.place = up.next)
        SELECT line, coalesce(parent, '') FROM up GROUP BY line, level, parent
        HAVING NOT bool_or(above = 'county' OR level = 'park' AND above = 'district')"""),
    Check(PLACES, "parent", f"no more than {DEEPEST} places one above the other", f"""
        WITH RECURSIVE down AS (
          SELECT place, line, parent, 1 AS depth FROM in_places WHERE parent IS NULL
          UNION SELECT c.place, c.line, c.parent, depth + 1 FROM in_places c JOIN down ON c.parent = down.place
                 WHERE depth <= {DEEPEST})
        SELECT line, parent FROM down WHERE depth > {DEEPEST}"""),
    Check(PLACES, "lon", "both lat and lon or neither", """
        SELECT line, coalesce(lon::text, '') FROM in_places WHERE (lat IS NULL) <> (lon IS NULL)"""),
    _once(WORKERS, "worker"),
    _reference(WORKERS, "township", PLACES, "place", "township"),
    _reference(WORKERS, "village", PLACES, "place", "village"),
    Check(WORKERS, "village", "a village of the township that stands beside it", """
        SELECT f.line, f.village FROM in_workers f JOIN in_places v ON v.place = f.village AND v.level = 'village'
         WHERE v.parent IS DISTINCT FROM f.township"""),
    Check(WORKERS, "occupations", f"no more than {MOST_TRADES:,} different trades in all", f"""
        SELECT min(line), code FROM in_workers CROSS JOIN LATERAL unnest(occupations) AS code
         GROUP BY code ORDER BY 1, 2 OFFSET {MOST_TRADES}"""),
    _reference(WORKERS, "preferred_district", PLACES, "place", "district or county"),
    _reference(WORKERS, "reserved_job", JOBS, "job"),
    Check(WORKERS, "reserved_job", "a job of kind reserved", """
        SELECT f.line, f.reserved_job FROM in_workers f JOIN in_jobs j ON j.job = f.reserved_job
         WHERE j.kind <> 'reserved'"""),
    Check(WORKERS, "group", "all of a group in one township", """
        SELECT f.line, f."group" FROM in_workers f
          JOIN (SELECT "group", min(line) AS first FROM in_workers WHERE "group" IS NOT NULL
                 GROUP BY 1 HAVING count(DISTINCT township) > 1) g ON g."group" = f."group"
          JOIN in_workers other ON other.line = g.first
         WHERE other.township <> f.township"""),
    _once(JOBS, "job"),
    _reference(JOBS, "park", PLACES, "place", "park"),
    Check(JOBS, "employer_name", "the same name for an employer in all its rows", """
        SELECT line, employer_name FROM (
          SELECT *, first_value(employer_name) OVER (PARTITION BY employer ORDER BY line) AS first_name
            FROM in_jobs) f WHERE employer_name <> first_name"""),
    _once(TRIPS, "trip"),
    Check(TRIPS, "trip", "at least two calls in stops.csv", """
        SELECT line, trip FROM in_trips f WHERE trip NOT IN (SELECT trip FROM in_stops GROUP BY 1 HAVING count(*) > 1)"""),
    Check(TRIPS, "isolation_seats", "no more seats for escorts and isolation than the capacity", """
        SELECT line, concat_ws(' + ', escort_seats, isolation_seats) FROM in_trips
         WHERE coalesce(escort_seats, 0) + coalesce(isolation_seats, 0) > capacity"""),
    _reference(STOPS, "trip", TRIPS, "trip"),
    _reference(STOPS, "place", PLACES, "place"),
    _once(STOPS, "trip", "seq"),
    Check(STOPS, "seq", "the calls of a trip numbered 0, 1, 2, ... without gaps", """
        SELECT line, seq::text FROM (SELECT line, seq, row_number() OVER (PARTITION BY trip ORDER BY seq) - 1 AS nth
                                       FROM in_stops) f WHERE seq <> nth"""),
    Check(STOPS, "depart_at", "a departure that is not before the arrival", """
        SELECT line, to_char(depart_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI') FROM in_stops
         WHERE depart_at < arrive_at"""),
    Check(STOPS, "arrive_at", "an arrival after the departure from the call before", """
        SELECT line, to_char(arrive_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI')
          FROM (SELECT *, lag(depart_at) OVER (PARTITION BY trip ORDER BY seq) AS left_before FROM in_stops) f
         WHERE arrive_at < left_before"""),
    _reference(ACCESS, "from_place", PLACES, "place"),
    _reference(ACCESS, "to_place", PLACES, "place"),
    _once(ACCESS, "from_place", "to_place"),
    _once(RELATED, "occupation", "related_occupation"),
    _reference(ADMITS, "county", PLACES, "place", "county"),
    _reference(ADMITS, "district", PLACES, "place", "district or county"),
    _once(ADMITS, "county", "district", "clearance"),
)


def check_all(cursor: Cursor, faults: Faults) -> None:
    for check in CHECKS:
        if faults.full:
            return
        cursor.execute(f"SELECT * FROM ({check.sql}) broken ORDER BY 1 LIMIT {MOST + 1}")
        for line, value in cursor.fetchall():
            faults.add(check.file.name, line, check.column, str(value), check.expected)
