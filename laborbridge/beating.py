"""Beside long work: a heartbeat in a thread of its own, twice a second."""
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

EVERY = 0.5  # seconds: a stop is noticed within one of these, and the solver ends within a second more


class Beating:
    """A heartbeat in a thread of its own, with a database connection of its own; neither waits for the other."""

    def __init__(self) -> None:
        self.claim_lost = threading.Event()
        self.over = threading.Event()

    def beat(self) -> None:
        raise NotImplementedError

    def keep_beating(self) -> None:
        while not self.over.wait(EVERY):
            try:
                self.beat()
            except Error:
                # The database is away for a moment, or not yet writable; a new connection is made at the next beat.
                connection.close()
        connection.close()


@contextmanager
def beating(watch: Beating, name: str) -> Iterator[None]:
    thread = threading.Thread(target=watch.keep_beating, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.over.set()
        thread.join()
