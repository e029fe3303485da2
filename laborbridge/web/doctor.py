"""What may be wrong with an installation: one small function for each thing, in words, with what to do."""
import base64
import binascii
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from laborbridge.celery import app
from laborbridge.environment import BASE_DIR, VAR_DIR, value

OLDEST_POSTGRES = 15
EXTENSIONS = ("btree_gist", "pg_trgm")
SECONDS_TO_ANSWER = 5
LEAST_FREE_GIBIBYTES = 2.0
LONGEST_QUEUE = 1000
CLOCK_TOLERANCE_SECONDS = 5.0
Verdict = Literal["good", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """What one look found; `do` says how to mend it."""

    verdict: Verdict
    says: str
    do: str = ""


@dataclass(frozen=True)
class Check:
    name: str
    look: Callable[[], Finding]
    needs: tuple[str, ...] = ()


def examine(checks: Sequence[Check]) -> Iterable[tuple[str, Finding]]:
    """Each check in turn; one whose ground is missing is not tried."""
    bad: set[str] = set()
    for check in checks:
        missing = [name for name in check.needs if name in bad]
        finding = Finding("wrong", f"could not be looked at without the {missing[0]}.") if missing else check.look()
        if finding.verdict == "wrong":
            bad.add(check.name)
        yield check.name, finding


def keys() -> Finding:
    restore = "Put var/keys/ back from your backup; a new key cannot read what the old one encrypted."
    try:
        length = len(base64.b64decode(settings.IDENTITY_KEY, validate=True))
    except binascii.Error:
        length = 0
    if length != 32:
        return Finding("wrong", f"the identity key has {length} bytes instead of 32 in base64.", restore)
    kept = [path for path in (VAR_DIR / "keys").glob("*") if path.is_file()] + [VAR_DIR / "env"]
    open_to_all = [path for path in kept if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_to_all:
        return Finding("wrong", f"{open_to_all[0]} can be read by other users.", f"chmod 600 {open_to_all[0]}")
    return Finding("good", "both keys are there. Keep a backup of var/keys/: no identity number can be read without.")


def _connect() -> "psycopg2.extensions.connection":
    return psycopg2.connect(value("DATABASE_URL"), connect_timeout=SECONDS_TO_ANSWER)


def _rows(statement: str) -> list[tuple[object, ...]]:
    line = _connect()
    try:
        with line.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())
    finally:
        line.close()


def database() -> Finding:
    try:
        ((number, encoding),) = _rows(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding')"
        )
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        return Finding(
            "wrong", f"the database of DATABASE_URL cannot be reached: {reason}",
            "Start it (bin/start starts the embedded one), or correct DATABASE_URL.",
        )  # fmt: skip
    assert isinstance(number, int)
    if number // 10000 < OLDEST_POSTGRES:
        return Finding("wrong", f"PostgreSQL {number // 10000} is too old.", f"Use version {OLDEST_POSTGRES} or newer.")
    if encoding != "UTF8":
        return Finding("wrong", f"the database's encoding is {encoding}.", "Make it anew with ENCODING 'UTF8'.")
    return Finding("good", f"PostgreSQL {number // 10000}.{number % 100} answers.")


def extensions() -> Finding:
    """Tried for real, in a transaction that is taken back: rights and packages differ from server to server."""
    line = _connect()
    try:
        with line.cursor() as cursor:
            for name in EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
            cursor.execute("SELECT cardinality(show_trgm('张')) > 0")
            ((finds_chinese,),) = cursor.fetchall()
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        return Finding(
            "wrong", f"an extension of {', '.join(EXTENSIONS)} is missing and cannot be made: {reason}",
            "Install PostgreSQL's contrib package, and let an administrator run CREATE EXTENSION in this database.",
        )  # fmt: skip
    finally:
        line.close()
    if not finds_chinese:
        return Finding(
            "wrong", "this database does not take Chinese characters for letters, so that names are never found.",
            "Make it anew with LC_CTYPE 'C.UTF-8' (or another UTF-8 locale) and TEMPLATE template0.",
        )  # fmt: skip
    return Finding("good", f"{' and '.join(EXTENSIONS)} work, with Chinese names too.")


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if waiting:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in waiting[:3])
        return Finding("wrong", f"{len(waiting)} migrations are waiting ({names} ...).", "manage.py migrate")
    return Finding("good", "all tables are up to date.")


def clock() -> Finding:
    ((now,),) = _rows("SELECT clock_timestamp()")
    assert isinstance(now, datetime)
    apart = abs((datetime.now(UTC) - now).total_seconds())
    if apart > CLOCK_TOLERANCE_SECONDS:
        return Finding(
            "wrong", f"this machine's clock and the database's are {apart:.0f} s apart.", "Set both by NTP."
        )
    return Finding("good", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, the same as the database's.")


def redis_client() -> redis.Redis:
    """REDIS_URL is in Celery's spelling; a socket's differs from that of redis-py."""
    url = value("REDIS_URL").replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return redis.Redis.from_url(url, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER)


def task_carrier() -> Finding:
    try:
        facts = redis_client().info()
        policy = redis_client().config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.RedisError as error:
        return Finding(
            "wrong", f"the Redis of REDIS_URL cannot be reached: {error}",
            "Start it (bin/start starts the embedded one), or correct REDIS_URL.",
        )  # fmt: skip
    except ValueError as error:
        return Finding("wrong", f"REDIS_URL cannot be read: {error}", "Write it like redis://host:6379/0.")
    name = "Valkey" if "valkey_version" in facts else "Redis"
    version = facts[f"{name.lower()}_version"]
    if policy != "noeviction":
        return Finding("wrong", f"{name} may throw tasks away ({policy}).", "Set maxmemory-policy noeviction.")
    return Finding("good", f"{name} {version} answers.")


def worker() -> Finding:
    answers = app.control.ping(timeout=2.0)
    if not answers:
        return Finding(
            "wrong", "no Celery worker answers; runs and imports wait.",
            "bin/start keeps one; elsewhere: celery -A laborbridge worker. Its log is var/log/worker.log.",
        )  # fmt: skip
    return Finding("good", f"{len(answers)} Celery worker{'s' if len(answers) > 1 else ''} answered.")


def queue() -> Finding:
    length = redis_client().llen(app.conf.task_default_queue)
    assert isinstance(length, int)
    if length > LONGEST_QUEUE:
        return Finding("wrong", f"{length} tasks wait.", "Look at var/log/worker.log; start more workers.")
    return Finding("good", f"{length} tasks wait.")


def disk() -> Finding:
    folder = next(path for path in (VAR_DIR, *VAR_DIR.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    if free < LEAST_FREE_GIBIBYTES:
        return Finding("wrong", f"only {free:.1f} GiB are free under {folder}.", "Make room; 2 GiB are the least.")
    return Finding("good", f"{free:.0f} GiB are free under {folder}.")


def static_files() -> Finding:
    wanted = [BASE_DIR / "static" / "vendor", Path(settings.STATIC_ROOT) / "staticfiles.json"]
    missing = [path for path in wanted if not path.exists()]
    stale = [
        source for source in (BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po") if not source.with_suffix(".mo").exists()
    ]
    if missing or stale:
        return Finding("wrong", f"{(missing + stale)[0]} is missing or not compiled.", "Run bin/start once.")
    return Finding("good", "static files and message catalogues are in place.")


def fonts() -> Finding:
    """Printed lists need those that bin/start fetches; what this machine draws itself, such as screenshots, its own."""
    missing = [name for name in settings.PRINT_FONTS if not (Path(settings.FONTS_DIR) / name).is_file()]
    if missing:
        return Finding("wrong", f"{missing[0]} is missing in {settings.FONTS_DIR}; no list can be printed as PDF.",
                       "Run bin/start once; it fetches the fonts.")
    program = shutil.which("fc-list")
    found = subprocess.run([program, ":lang=zh"], capture_output=True, check=False).stdout if program else b""
    if found.strip():
        return Finding("good", "printed lists have their fonts, and there is one with Chinese characters on this machine.")
    return Finding(
        "note", "this machine has no font with Chinese characters; only what is drawn here needs one.",
        "Debian: apt-get install fonts-noto-cjk",
    )  # fmt: skip


CHECKS = (
    Check("keys", keys),
    Check("database", database),
    Check("extensions", extensions, needs=("database",)),
    Check("migrations", migrations, needs=("database",)),
    Check("clock", clock, needs=("database",)),
    Check("redis", task_carrier),
    Check("worker", worker, needs=("redis",)),
    Check("queue", queue, needs=("redis",)),
    Check("disk", disk),
    Check("static files", static_files),
    Check("fonts", fonts),
)
