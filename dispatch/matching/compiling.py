"""What is compiled once for a machine and is no part of a time limit: numba's machine code, and Python's bytecode."""

import py_compile
import sys
import threading
import time
from pathlib import Path

from numba.core import event


class _Compiling(event.Listener):
    """Adds up the seconds in which at least one compilation runs; one may begin another."""

    def __init__(self) -> None:
        self.lock, self.running, self.since, self.total = threading.Lock(), 0, 0.0, 0.0

    def on_start(self, event: event.Event) -> None:
        with self.lock:
            if self.running == 0:
                self.since = time.monotonic()
            self.running += 1

    def on_end(self, event: event.Event) -> None:
        with self.lock:
            self.running -= 1
            if self.running == 0:
                self.total += time.monotonic() - self.since

    def seconds(self) -> float:
        with self.lock:
            return self.total + (time.monotonic() - self.since if self.running else 0.0)


_COMPILING = _Compiling()
event.register("numba:compile", _COMPILING)


def compile_seconds() -> float:
    """Seconds of the clock that compiling has taken in this process so far."""
    return _COMPILING.seconds()


def keep_bytecode() -> None:
    """Write the bytecode of all installed packages that this process has loaded, where Python has not.

    Where PYTHONDONTWRITEBYTECODE is set and the packages came without it, each start would compile 600 files anew: about a
    second. A folder that cannot be written to stays as it is.
    """
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        source, cached = getattr(spec, "origin", None), getattr(spec, "cached", None)
        if source and cached and "site-packages" in source and not Path(cached).exists():
            try:
                py_compile.compile(source, cached, doraise=True)
            except (OSError, py_compile.PyCompileError):
                return
