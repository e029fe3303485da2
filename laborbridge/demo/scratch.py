"""A database of its own beside the real one, made, migrated and dropped: what is tried in it leaves no trace."""
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections


def _on_server(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def scratch_database(*, keep: bool = False) -> Iterator[str]:
    """Everything in the block happens in a new database; no worker hears of it, since its messages go nowhere."""
    real, scratch = str(connection.settings_dict["NAME"]), f"scratch_{uuid.uuid4().hex[:12]}"
    broker = current_app.conf.broker_url
    _on_server(f'CREATE DATABASE "{scratch}"')
    try:
        _use(scratch)
        current_app.conf.broker_url = "memory://"
        call_command("migrate", verbosity=0)
        yield scratch
    finally:
        _use(real)
        current_app.conf.broker_url = broker
        if not keep:
            _on_server(f'DROP DATABASE "{scratch}" WITH (FORCE)')
