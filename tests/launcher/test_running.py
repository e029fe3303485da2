"""A whole product, started, hurt and ended: the tests share one installation and come in this order."""
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from .running import Started, all_gone, run_start

CHILDREN = ("bin/postgres", "valkey-server", "gunicorn", "worker", "beat")
WRITE = "from laborbridge.accounts.models import User; User.objects.create(username='{}')"
COUNT = "from laborbridge.accounts.models import User; print(User.objects.filter(username__startswith='kept').count())"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation") / "var"
    folder.mkdir()
    # As a killed start would leave it: the file is there, and nobody holds the lock.
    (folder / "lock").write_text("4194304\n")
    return folder


@pytest.fixture(scope="module")
def product(var: Path) -> Iterator[dict[str, Started]]:
    """The running one is at ["now"]: tests that kill it put a new one there."""
    holder = {"now": Started(var)}
    yield holder
    if holder["now"].process.poll() is None:
        holder["now"].end()


def kept_rows(started: Started) -> str:
    return started.manage("shell", "--verbosity", "0", "-c", COUNT).stdout.strip()


def test_it_starts_over_a_stale_lock_says_each_step_and_answers(product: dict[str, Started]) -> None:
    started = product["now"]
    for words in ("Starting PostgreSQL", "Starting Valkey", "Bringing the tables up to date", "the web server"):
        assert words in started.text
    assert f"http://127.0.0.1:{started.port}/" in started.text
    assert started.answers() < 500


def test_keys_and_addresses_are_closed_to_others(product: dict[str, Started], var: Path) -> None:
    assert product["now"].process.poll() is None
    for path in (var / "env", var / "keys" / "secret", var / "keys" / "identity"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_commands_in_another_terminal_find_the_servers(product: dict[str, Started]) -> None:
    examined = product["now"].manage("doctor")
    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "wrong" not in examined.stdout


def test_a_second_start_beside_it_is_refused(product: dict[str, Started], var: Path) -> None:
    refused = run_start(var, "--port", "1")
    assert refused.returncode == 1
    assert f"already runs on {var} (process {product['now'].process.pid})" in refused.stderr
    assert "bin/start --port 8001" in refused.stderr


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_started_again(product: dict[str, Started], name: str) -> None:
    started = product["now"]
    before, said = started.child(name), len(started.lines)
    before.kill()
    started.wait_for("ended (signal SIGKILL); starting it again", 10, since=said)
    started.wait_for("runs again", 60, since=said)
    assert started.child(name).pid != before.pid
    assert started.answers() < 500


def test_killed_from_above_everything_ends_and_the_data_stays(product: dict[str, Started], var: Path) -> None:
    started = product["now"]
    started.manage("shell", "-c", WRITE.format("kept-1"))
    family = started.family()
    started.process.kill()
    started.process.wait()
    assert all_gone(family) == []
    product["now"] = Started(var)
    assert kept_rows(product["now"]) == "1"


def test_a_second_start_repeats_nothing(product: dict[str, Started]) -> None:
    started = product["now"]
    assert "Bringing the tables" not in started.text
    assert "Collecting static files" not in started.text


def test_all_killed_at_once_the_data_stays(product: dict[str, Started], var: Path) -> None:
    started = product["now"]
    started.manage("shell", "-c", WRITE.format("kept-2"))
    everybody = [psutil.Process(started.process.pid), *started.family()]
    for process in everybody:
        process.kill()
    started.process.wait()
    assert all_gone(everybody) == []
    product["now"] = Started(var)
    assert kept_rows(product["now"]) == "2"


def test_sigterm_ends_all_of_it(product: dict[str, Started]) -> None:
    started = product["now"]
    family = started.family()
    assert started.end(signal.SIGTERM) == 0
    assert all_gone(family, seconds=1) == []
    assert "Ending web server, tasks and servers ... done" in started.text
