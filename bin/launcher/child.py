"""Children that die with their parent, and the one way to run PostgreSQL, which refuses root."""
import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .words import Refusal

LINUX = sys.platform.startswith("linux")
MARK = "LABORBRIDGE_STACK"
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
# Loaded before any fork: a child between fork and exec must not import or allocate more than it has to.
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path | None,
    last_signal: signal.Signals = signal.SIGTERM,
    unprivileged: bool = False,
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in a session of its own; when this process dies, however, the kernel sends it `last_signal`.

    macOS has no such signal: there the next start ends what is left (see leftovers).
    """
    prepare = _prepare(os.getpid(), last_signal, _way_down() if unprivileged else None)
    # Appended to: a child started again must not wipe out why its predecessor died.
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output or None,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=prepare,
        )
    finally:
        if output:
            output.close()


def _prepare(parent: int, last_signal: signal.Signals, step_down: Callable[[], None] | None) -> Callable[[], None]:
    def between_fork_and_exec() -> None:
        if step_down:
            step_down()
        # After stepping down, because a change of credentials forgets the signal.
        if LINUX:
            _libc.prctl(_PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return between_fork_and_exec


def _way_down() -> Callable[[], None] | None:
    """How to become somebody who may run PostgreSQL: nothing to do, a user namespace, or another user."""
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return None
    someone = _somebody()
    if LINUX:
        enter = _namespace_entry(someone.pw_uid, someone.pw_gid)
        if subprocess.run(["/bin/true"], preexec_fn=_silent(enter), check=False).returncode == 0:
            return enter
    if os.geteuid() != 0:
        raise Refusal(
            f"PostgreSQL needs a user with a name, and number {os.geteuid()} has none. "
            "Start as a user of this machine, or set DATABASE_URL to a server that runs elsewhere."
        )
    return lambda: _become(someone)


def runs_as_other_user() -> pwd.struct_passwd | None:
    """The user that must own PostgreSQL's files, where root has no user namespace to step down in."""
    if os.geteuid() != 0:
        return None
    someone = _somebody()
    enter = _namespace_entry(someone.pw_uid, someone.pw_gid)
    if LINUX and subprocess.run(["/bin/true"], preexec_fn=_silent(enter), check=False).returncode == 0:
        return None
    return someone


def _has_name(uid: int) -> bool:
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


def _somebody() -> pwd.struct_passwd:
    """A user without rights that every machine has."""
    for name in ("postgres", "_postgres", "nobody", "daemon"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refusal(
        "PostgreSQL refuses to run as root and this machine has no user `nobody`. "
        "Start as an ordinary user, or set DATABASE_URL."
    )


def _namespace_entry(uid: int, gid: int) -> Callable[[], None]:
    """Enter a user namespace in which this user is `uid`: files stay ours, no user is made, nothing is opened up."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()

    def enter() -> None:
        if _libc.unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {outer_uid} 1")
        _write("/proc/self/gid_map", f"{gid} {outer_gid} 1")

    return enter


def _silent(enter: Callable[[], None]) -> Callable[[], None]:
    """For a trial: leave with 1 instead of an exception that the parent would raise."""

    def attempt() -> None:
        try:
            enter()
        except OSError:
            os._exit(1)

    return attempt


def _write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    os.write(handle, text.encode())
    os.close(handle)


def _become(someone: pwd.struct_passwd) -> None:
    os.setgroups([])
    os.setgid(someone.pw_gid)
    os.setuid(someone.pw_uid)


def end(process: "subprocess.Popen[bytes]", signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Ask politely, then less so: each signal with the seconds it is given; the rest of its session is killed."""
    for number, seconds in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    kill_session(process)


def kill_session(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the child's session: pool processes whose parent was killed, for example."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(true: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Whether it became true in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(every)
    return true()
