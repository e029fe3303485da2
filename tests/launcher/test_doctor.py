"""manage.py doctor, on an installation that is well and on broken ones."""
import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from laborbridge.web import doctor

from .running import ROOT

HEALTHY = ("keys", "database", "extensions", "migrations", "clock", "redis", "queue", "disk")


def examine(*names: str, **env: str) -> tuple[int, dict[str, dict[str, str]]]:
    """The command as somebody calls it, with what it found for each check."""
    only = [part for name in names for part in ("--only", name)]
    answer = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", *only], cwd=ROOT, env=os.environ | env,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in answer.stderr, answer.stderr
    return answer.returncode, {finding["check"]: finding for finding in json.loads(answer.stdout)}


@pytest.mark.django_db(transaction=True)
def test_a_healthy_installation() -> None:
    status, found = examine(*HEALTHY)
    assert {name: finding["verdict"] for name, finding in found.items()} == dict.fromkeys(HEALTHY, "good"), found
    assert status == 0


def test_servers_that_are_down_are_said_and_what_needs_them_is_not_tried() -> None:
    down = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    status, found = examine("database", "extensions", "migrations", "clock", "redis", "worker", "queue", "disk", **down)
    assert status == 1
    assert "cannot be reached" in found["database"]["says"] and "bin/start" in found["database"]["do"]
    assert "cannot be reached" in found["redis"]["says"] and "REDIS_URL" in found["redis"]["do"]
    for name in ("extensions", "migrations", "clock", "worker", "queue"):
        assert found[name]["says"].startswith("could not be looked at without the "), found[name]
    assert found["disk"]["verdict"] == "good"


def test_a_worker_that_is_missing(celery_queue: object) -> None:
    status, found = examine("worker")
    assert (status, found["worker"]["verdict"]) == (1, "wrong")
    assert "no Celery worker answers" in found["worker"]["says"]


def test_a_worker_that_answers(celery_worker_process: object) -> None:
    status, found = examine("worker")
    assert (status, found["worker"]["says"]) == (0, "1 Celery worker answered.")


def test_migrations_that_wait() -> None:
    """On the server's own database, which no migration has seen."""
    url = os.environ["DATABASE_URL"]
    status, found = examine("migrations", DATABASE_URL=url[: url.rindex("/")] + "/postgres")
    assert status == 1
    assert "migrations are waiting" in found["migrations"]["says"]
    assert found["migrations"]["do"] == "manage.py migrate"


def test_a_key_of_the_wrong_length() -> None:
    status, found = examine("keys", LABORBRIDGE_IDENTITY_KEY=base64.b64encode(b"short").decode())
    assert status == 1
    assert "has 5 bytes instead of 32" in found["keys"]["says"]
    assert "backup" in found["keys"]["do"]


def test_a_key_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "identity").write_text("...")
    (tmp_path / "keys" / "identity").chmod(0o644)
    status, found = examine("keys", LABORBRIDGE_VAR=str(tmp_path))
    assert status == 1
    assert found["keys"]["do"] == f"chmod 600 {tmp_path / 'keys' / 'identity'}"


def test_without_an_installation_it_says_what_to_do_first(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LABORBRIDGE_", "DATABASE_"))}
    answer = subprocess.run(
        [sys.executable, "manage.py", "doctor"], cwd=ROOT, env=env | {"LABORBRIDGE_VAR": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.returncode == 1
    assert answer.stderr.startswith("manage.py: LABORBRIDGE_SECRET_KEY is not set")
    assert "Run bin/start first" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_long_queue_is_said(celery_queue: object) -> None:
    client = doctor.redis_client()
    client.rpush("celery", *range(doctor.LONGEST_QUEUE + 1))
    finding = doctor.queue()
    assert (finding.verdict, finding.says) == ("wrong", "1001 tasks wait.")


def test_missing_fonts_of_printed_lists_are_said(settings: Any, tmp_path: Path) -> None:
    assert doctor.fonts().verdict in ("good", "note")
    settings.FONTS_DIR = tmp_path
    found = doctor.fonts()
    assert found.verdict == "wrong"
    assert "NotoSansSC-Regular.ttf" in found.says and "bin/start" in found.do
