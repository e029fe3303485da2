"""The embedded servers by themselves."""
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from launcher.layout import LONGEST_SOCKET_FOLDER, Var
from launcher.postgres import Postgres
from launcher.valkey import Valkey
from launcher.words import Refusal


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path / "postgres", Var(tmp_path).run, tmp_path / "postgres.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey", Var(tmp_path).run, tmp_path / "valkey.log")
    server.start()
    yield server
    server.stop()


def test_the_database_knows_chinese_letters(postgres: Postgres) -> None:
    assert postgres.make_database() is True
    assert postgres.make_database() is False
    postgres.sql("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist", "laborbridge")
    assert postgres.sql("SELECT cardinality(show_trgm('欧阳·木子')) > 0", "laborbridge") == "t"
    assert postgres.sql("SELECT upper('é'), current_setting('server_encoding')", "laborbridge") == "É|UTF8"


def test_it_listens_on_its_socket_alone(postgres: Postgres) -> None:
    assert postgres.process
    server = psutil.Process(postgres.process.pid)
    inet = [line for process in (server, *server.children()) for line in process.net_connections("inet")]
    assert inet == []
    assert postgres.sockets.stat().st_mode & 0o077 == 0


def test_killed_in_the_middle_it_keeps_what_was_committed(postgres: Postgres) -> None:
    postgres.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    assert postgres.process
    everybody = [psutil.Process(postgres.process.pid)]
    everybody += everybody[0].children(recursive=True)
    for process in everybody:
        process.kill()
    # After a restart of the machine the number in the file may be that of any process: here of the test itself.
    postgres.process.wait()
    stale = postgres.data / "postmaster.pid"
    stale.write_text(stale.read_text().replace(str(everybody[0].pid), str(os.getpid()), 1))
    postgres.start()
    assert postgres.sql("SELECT count(*) FROM kept") == "1000"


def test_an_interrupted_initdb_is_repeated(postgres: Postgres, tmp_path: Path) -> None:
    postgres.stop()
    unfinished = tmp_path / "postgres.unfinished"
    shutil.copytree(postgres.data, unfinished)
    (unfinished / "global" / "pg_control").unlink()
    shutil.rmtree(postgres.data)
    postgres.start()
    assert postgres.sql("SELECT 1") == "1"
    assert not unfinished.exists()


def test_data_of_another_version_is_refused(postgres: Postgres) -> None:
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Refusal, match="was made by PostgreSQL 14, and the one installed here is"):
        postgres.start()


def test_valkey_answers_and_keeps_tasks_over_a_kill(valkey: Valkey) -> None:
    import redis

    client = redis.Redis(unix_socket_path=str(valkey.socket))
    client.rpush("celery", "one", "two")
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
    assert valkey.process
    os.kill(valkey.process.pid, signal.SIGKILL)
    valkey.process.wait()
    valkey.start()
    assert client.llen("celery") == 2


def test_tasks_that_cannot_be_read_are_put_aside(valkey: Valkey, tmp_path: Path) -> None:
    valkey.stop()
    (manifest,) = valkey.data.glob("appendonlydir/*.manifest")
    manifest.write_text("not a manifest\n")
    valkey.start()
    assert valkey.ready()
    assert len(list(tmp_path.glob("valkey.unreadable-*"))) == 1


def test_a_deep_folder_gets_short_sockets(tmp_path: Path) -> None:
    deep = Var(tmp_path / ("d" * 90))
    assert len(os.fsencode(deep.run)) <= LONGEST_SOCKET_FOLDER
    assert deep.run == Var(tmp_path / ("d" * 90)).run
    assert deep.run.stat().st_mode & 0o077 == 0
    deep.run.rmdir()
