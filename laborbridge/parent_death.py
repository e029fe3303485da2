"""Worker processes that end with the worker: a solver whose parent was killed must not go on beside its successor."""
import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Linux alone can be asked this; elsewhere a pool process ends when it next looks for a task."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
