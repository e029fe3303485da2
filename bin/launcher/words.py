"""What the launcher says: one line for each step, and refusals of one sentence with a way out."""
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Refusal(Exception):
    """It cannot go on; the text says what is wrong, where, and what to do."""


class Stopped(Exception):
    """Somebody asked it to end (Ctrl-C, SIGTERM) while it was still preparing."""


def say(text: str) -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"  {doing} ...", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" done in {time.monotonic() - begun:.1f} s", flush=True)
