"""What bin/start says instead of starting: one sentence, and what to do."""
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from .running import ROOT, clean_environment, run_start

TOO_OLD = """
import sys
sys.version_info = (3, 9, 2)
sys.argv = ["bin/start"]
sys.path.insert(0, "bin")
exec(compile(open("bin/start").read(), "bin/start", "exec"))
"""
NO_ENSUREPIP = """
import sys
sys.modules["ensurepip"] = None
sys.path.insert(0, "bin")
from launcher.start import main
sys.exit(main([]))
"""


def one_sentence(refused: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in refused.stderr
    lines = refused.stderr.strip().splitlines()
    assert len(lines) == 1, refused.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prot", "8001"], "unrecognized arguments: --prot 8001"),
        (["--port", "http"], "'http' is not a port between 1 and 65535"),
        (["--port", "65536"], "'65536' is not a port between 1 and 65535"),
        (["--port"], "expected one argument"),
        (["now"], "unrecognized arguments: now"),
    ],
)
def test_an_unknown_option(tmp_path: Path, arguments: list[str], said: str) -> None:
    refused = run_start(tmp_path / "var", *arguments)
    assert refused.returncode == 2
    assert said in one_sentence(refused)
    assert "`bin/start --help` lists the options" in refused.stderr
    assert not (tmp_path / "var").exists()


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run_start(tmp_path / "var", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in one_sentence(refused)
    assert "bin/start --port " in refused.stderr


def test_an_address_of_another_machine(tmp_path: Path) -> None:
    refused = run_start(tmp_path / "var", "--host", "nowhere.invalid")
    assert refused.returncode == 1
    assert "nowhere.invalid is no address of this machine" in one_sentence(refused)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file where the folder should be: root is refused as well."""
    (tmp_path / "var").write_text("")
    refused = run_start(tmp_path / "var")
    assert refused.returncode == 1
    assert "cannot be written to" in one_sentence(refused)
    assert "LABORBRIDGE_VAR=" in refused.stderr


def test_a_folder_of_another_user(tmp_path: Path) -> None:
    """As an unprivileged process; root becomes one without a network of helpers."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    script = (
        "import os, sys; sys.path.insert(0, 'bin')\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "from pathlib import Path; from launcher.layout import Var; from launcher.words import Refusal\n"
        "try: Var(Path(sys.argv[1])).check_writable()\n"
        "except Refusal as error: print(error)\n"
    )
    # The interpreter's own modules must be readable to that user: those of the system's Python are.
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    python = sys.executable if os.geteuid() else shutil.which("python3", path="/usr/bin") or sys.executable
    said = subprocess.run(
        [python, "-B", "-c", script, str(closed / "var")], cwd=ROOT, env=clean_environment(closed),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "cannot be written to (Permission denied)" in said.stdout, said.stderr


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-c", TOO_OLD], cwd=ROOT, env={"PATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "this is Python 3.9, and LaborBridge needs 3.11 or newer" in one_sentence(refused)


def test_a_python_without_ensurepip(tmp_path: Path) -> None:
    """On a clone of its own, because this one has its .venv."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "bin", clone / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", clone)
    refused = subprocess.run(
        [sys._base_executable, "-c", NO_ENSUREPIP], cwd=clone, env=clean_environment(clone / "var"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "comes without venv and ensurepip" in one_sentence(refused)
    assert "apt-get install python3-venv" in refused.stderr
