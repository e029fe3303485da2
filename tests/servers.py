"""Real servers for the tests: one PostgreSQL, one Valkey and one migrated template for a whole run.

Loaded by `-p tests.servers`, because settings are imported before any conftest. The process that was started by hand
(with xdist, its controller) owns the servers; each worker gets a database of its own, copied from the template, and a
Redis database of its own. A server that does not start fails the run.
"""
import base64
import fcntl
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from launcher.leftovers import is_running  # noqa: E402
from launcher.postgres import Postgres  # noqa: E402
from launcher.service import Service  # noqa: E402
from launcher.valkey import Valkey  # noqa: E402

pytest_plugins = ["tests.celery_worker", "tests.browsers"]

TEMPLATE = "laborbridge_template"
FOLDER = "LABORBRIDGE_TEST_FOLDER"
_PREFIX = "laborbridge-tests-"
# What is written in a test may be lost with the machine: the run begins anew then.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}
_started: list[Service] = []


def worker_name() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def redis_number() -> int:
    """Database 0 is the main process's, gw0 has 1 and so on."""
    digits = re.sub(r"\D", "", worker_name())
    return int(digits) + 1 if digits else 0


def database_name() -> str:
    return f"test_{worker_name()}"


def servers() -> tuple[Postgres, Valkey]:
    """The run's servers, as seen from any of its processes."""
    folder = Path(os.environ[FOLDER])
    postgres = Postgres(folder / "postgres", folder / "run", folder / "postgres.log", _FAST)
    return postgres, Valkey(folder / "valkey", folder / "run", folder / "valkey.log", databases=64)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[Any]:
    """A wrapper, so that it comes before pytest-django reads the settings."""
    asked = early_config.known_args_namespace
    if not (asked.help or asked.version):
        if "PYTEST_XDIST_WORKER" not in os.environ:
            _start()
        _point_here()
    return (yield)


def pytest_unconfigure() -> None:
    while _started:
        _started.pop().stop()
    if "PYTEST_XDIST_WORKER" not in os.environ and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def _start() -> None:
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_place()))
    (folder / "run").mkdir(mode=0o700)
    os.environ[FOLDER] = str(folder)
    for service in servers():
        service.start()
        _started.append(service)
    os.environ["LABORBRIDGE_SECRET_KEY"] = "of one test run"
    os.environ["LABORBRIDGE_IDENTITY_KEY"] = base64.b64encode(os.urandom(32)).decode()
    # Playwright's sync interface runs a loop in the test's own thread, and Django would take that for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _place() -> Path:
    """Memory where there is enough of it: a copy of the template takes 0.02 s there and 0.3 s on a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30
    return memory if roomy else Path(tempfile.gettempdir())


def _remove_abandoned() -> None:
    """Folders of runs that were killed."""
    for folder in _place().glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _point_here() -> None:
    """Settings, and every process that a test starts, read these."""
    # Each test process has its own: databases number their rows alike, and files are named by these numbers.
    var = Path(os.environ[FOLDER]) / f"var-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    (var / "static").mkdir(parents=True, exist_ok=True)
    os.environ["LABORBRIDGE_VAR"] = str(var)
    postgres, valkey = servers()
    os.environ["DATABASE_URL"] = postgres.url(database_name())
    os.environ["REDIS_URL"] = valkey.url(redis_number())


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (Path(os.environ[FOLDER]) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_template(postgres: Postgres) -> None:
    """Migrate once in a run; the first process that needs a database does it while the others wait."""
    from django.core.management import call_command
    from django.db import connection

    with _one_at_a_time():
        if postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
            return
        # Under another name until it is complete: a process that dies here leaves nothing that others would copy.
        unfinished = f"{TEMPLATE}_unfinished"
        postgres.sql(f'DROP DATABASE IF EXISTS "{unfinished}"')
        postgres.sql(f'CREATE DATABASE "{unfinished}"')
        own, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], unfinished
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
        postgres.sql(f'ALTER DATABASE "{unfinished}" RENAME TO "{TEMPLATE}"')


def copy_template(name: str | None = None) -> None:
    """A new database with the template's content; one that exists under this name goes, with all who use it."""
    import psycopg2
    from django.db import connections

    name = name or database_name()
    connections.close_all()
    postgres = servers()[0]
    line = psycopg2.connect(postgres.url("postgres"))
    try:
        line.autocommit = True
        with line.cursor() as cursor, _one_at_a_time():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
    finally:
        line.close()


def prepare_database() -> None:
    """This process's own database, ready to use."""
    begun = time.monotonic()
    _make_template(servers()[0])
    copy_template()
    sys.stderr.write(f"\n[{worker_name()}] database ready in {time.monotonic() - begun:.1f} s\n")
