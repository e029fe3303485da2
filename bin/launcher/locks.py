"""Two locks of the kernel's, which end with their holder: a file left behind by a killed start locks nothing."""
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .layout import ROOT
from .signals import END
from .words import Refusal, say


@contextmanager
def only_start(path: Path) -> Iterator[None]:
    """Held while bin/start runs on this var/."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(handle, 100).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise Refusal(
            f"LaborBridge already runs on {path.parent} (process {pid}). Use it, end it with `kill {pid}`, "
            "or start a second one with LABORBRIDGE_VAR=/another/folder bin/start --port 8001."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def only_setup() -> Iterator[None]:
    """Held while packages and assets of this clone are laid out; bin/start and bin/test take turns."""
    handle = os.open(ROOT, os.O_RDONLY)
    told = False
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    say("  Another bin/start or bin/test is installing into this clone; waiting for it ...")
                    told = True
                END.wait(0.5)
                END.check()
        yield
    finally:
        os.close(handle)
