"""Twenty clients at one door, each with a connection of its own, let go at the same moment."""
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

CLIENTS = 20
REPEATS = int(os.environ.get("LABORBRIDGE_REPEATS", "5"))


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each client got, an exception where one was raised."""
    gate = threading.Barrier(CLIENTS)

    def client(number: int) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            gate.wait(30)
            return act(number)
        except Exception as error:  # what a client got is the result
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as crowd:
        return list(crowd.map(client, range(CLIENTS)))


def succeeded(results: list[Any]) -> list[Any]:
    return [r for r in results if not isinstance(r, Exception)]
