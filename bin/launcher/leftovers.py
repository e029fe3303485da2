"""Ends what an earlier start left behind when all of it was killed at once."""
import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .child import LINUX, MARK, wait_until


def clear_postgres(data: Path) -> None:
    """End a server that still runs on `data`, and remove a postmaster.pid that names a stranger.

    After a restart of the machine the number in the file may belong to any process, and PostgreSQL would refuse.
    """
    clear_server(data, "postgres", gently=signal.SIGQUIT)
    (data / "postmaster.pid").unlink(missing_ok=True)


def clear_server(data: Path, program: str, gently: signal.Signals = signal.SIGTERM) -> None:
    """End what still works in `data`: two servers on the same files would spoil them. The caller holds the lock."""
    for number in (None, gently, signal.SIGKILL):
        if number is not None:
            for pid in list(_working_in(data, program)):
                _signal(pid, number)
        if wait_until(lambda: not list(_working_in(data, program)), seconds=5):
            return


def _working_in(data: Path, program: str) -> Iterator[int]:
    """Processes of the program that have `data` as working folder, as our servers and all their children do."""
    if LINUX:
        wanted = os.path.realpath(data)
        for pid in _all_processes():
            if _link(f"/proc/{pid}/cwd") == wanted and program.encode() in _bytes(f"/proc/{pid}/comm"):
                yield pid
    else:
        yield from _named_in_pid_file(data)


def _named_in_pid_file(data: Path) -> Iterator[int]:
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if "postgres" in _command(pid) and str(data) in _command(pid):
        yield pid


def clear_marked(mark: str, pid_file: Path) -> None:
    """Kill children of an earlier start: by their mark in the environment, or by the numbers it wrote down."""
    for pid in list(_marked(mark, pid_file)):
        _signal(pid, signal.SIGTERM)
    if wait_until(lambda: not list(_marked(mark, pid_file)), seconds=5):
        return
    for pid in list(_marked(mark, pid_file)):
        _signal(pid, signal.SIGKILL)


def _marked(mark: str, pid_file: Path) -> Iterator[int]:
    wanted = f"{MARK}={mark}".encode()
    if LINUX:
        for pid in _all_processes():
            if wanted in _bytes(f"/proc/{pid}/environ").split(b"\0"):
                yield pid
        return
    for line in pid_file.read_text(encoding="utf-8").splitlines() if pid_file.exists() else ():
        number, _, command = line.partition(" ")
        if command and command in _command(int(number)):
            yield int(number)


def _all_processes() -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            yield int(folder.name)


def _command(pid: int) -> str:
    answer = subprocess.run(["ps", "-wwo", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def is_running(pid: int) -> bool:
    """Whether a process has this number; one of another user counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
