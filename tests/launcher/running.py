"""bin/start as a process that a test can watch, ask and kill."""
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = re.compile(r"^(LABORBRIDGE_|DATABASE_URL|REDIS_URL|PYTEST|DJANGO_|PG)")


def clean_environment(var: Path, **more: str) -> dict[str, str]:
    """Nothing of what the test run itself set."""
    kept = {name: value for name, value in os.environ.items() if not OWN.match(name)}
    return kept | {"LABORBRIDGE_VAR": str(var)} | more


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def run_start(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A bin/start that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "bin/start", *arguments], cwd=ROOT, env=clean_environment(var, **more),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


class Started:
    """A running bin/start; its words are in `lines`."""

    def __init__(self, var: Path, *arguments: str, **more: str) -> None:
        self.var, self.port = var, free_port()
        self.env = clean_environment(var, **more)
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "bin/start", "--port", str(self.port), "--no-demo", *arguments], cwd=ROOT, env=self.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for("Ctrl-C ends everything", 120)
        self.seconds = time.monotonic() - self.begun

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str, seconds: float, since: int = 0) -> None:
        limit = time.monotonic() + seconds
        while words not in "\n".join(self.lines[since:]):
            ended = self.process.poll() is not None
            assert not ended and time.monotonic() < limit, f"{words!r} did not come:\n{self.text}"
            time.sleep(0.05)

    def answers(self) -> int:
        """The status of the first page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def child(self, name: str) -> psutil.Process:
        """The direct child whose command has these words."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # one that has just ended, or whose end nobody has asked about yet
                if name in " ".join(child.cmdline()):
                    return child
        raise AssertionError(f"no child with {name!r}")

    def family(self) -> list[psutil.Process]:
        """All processes under it, grandchildren too."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As from another terminal: only the folder is known."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean_environment(self.var),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self._reader.join(timeout=5)
        return code


def all_gone(processes: list[psutil.Process], seconds: float = 15) -> list[psutil.Process]:
    """Those that still run after so long."""
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
