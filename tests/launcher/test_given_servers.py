"""With DATABASE_URL and REDIS_URL given, bin/start embeds nothing."""
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from launcher.postgres import Postgres, binaries_in, find_binaries
from launcher.valkey import Valkey

from .running import Started, run_start


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Servers that somebody else runs: Debian's PostgreSQL where it is installed."""
    folder = tmp_path_factory.mktemp("given")
    sockets = folder / "run"
    sockets.mkdir(mode=0o700)
    binaries = binaries_in(Path("/usr/lib/postgresql/15/bin")) or find_binaries()
    postgres = Postgres(folder / "postgres", sockets, folder / "postgres.log", {"fsync": "off"}, binaries)
    valkey = Valkey(folder / "valkey", sockets, folder / "valkey.log")
    postgres.start()
    valkey.start()
    postgres.make_database("elsewhere")
    yield {"DATABASE_URL": postgres.url("elsewhere"), "REDIS_URL": valkey.url()}
    valkey.stop()
    postgres.stop()


def test_it_uses_them_and_embeds_nothing(given: dict[str, str], tmp_path: Path) -> None:
    started = Started(tmp_path / "var", **given)
    try:
        assert started.answers() < 500
        assert "Looking at the server of DATABASE_URL and REDIS_URL ... done" in started.text
        names = " ".join(" ".join(child.cmdline()) for child in psutil.Process(started.process.pid).children())
        assert "gunicorn" in names
        assert "postgres -D" not in names and "valkey-server" not in names
        assert not (tmp_path / "var" / "postgres").exists()
        assert started.manage("doctor").returncode == 0
    finally:
        assert started.end() == 0


def test_a_database_that_does_not_answer_is_said_plainly(given: dict[str, str], tmp_path: Path) -> None:
    refused = run_start(tmp_path / "var", **given | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert refused.returncode == 1
    assert "the database of DATABASE_URL cannot be reached" in refused.stderr
    assert "correct DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_redis_that_does_not_answer_is_said_plainly(given: dict[str, str], tmp_path: Path) -> None:
    refused = run_start(tmp_path / "var", **given | {"REDIS_URL": "redis://127.0.0.1:1/0"})
    assert refused.returncode == 1
    assert "the Redis of REDIS_URL cannot be reached" in refused.stderr


def test_a_database_without_letters_is_refused(given: dict[str, str], tmp_path: Path) -> None:
    """Made with locale C, it would find no Chinese name, and would not say so."""
    make = "CREATE DATABASE deaf TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    url = given["DATABASE_URL"]
    subprocess.run([find_binaries().folder / "psql", url, "-c", make], check=True, capture_output=True)
    refused = run_start(tmp_path / "var", **given | {"DATABASE_URL": url.replace("elsewhere", "deaf")})
    assert refused.returncode == 1
    assert "does not take Chinese characters for letters" in refused.stderr
