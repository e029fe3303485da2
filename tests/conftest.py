"""Fixtures that several test files use. Servers, workers and browsers come from the plugin tests.servers."""
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from laborbridge import beating
from tests.servers import copy_template, prepare_database

# The same examples each time, and however slow the machine is: a test says what holds, not how fast.
hypothesis_settings.register_profile(
    "laborbridge", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("laborbridge")


class StrictStaticFiles(StaticFilesStorage):
    """Without collecting them first; like the product's, it refuses a name that no file has."""

    def url(self, name: str | None) -> str:
        if name and finders.find(name) is None:
            raise ValueError(f"static file {name} is missing; bin/test lays packages' files into static/vendor")
        return super().url(name)


def pytest_configure() -> None:
    settings.STORAGES["staticfiles"] = {"BACKEND": "tests.conftest.StrictStaticFiles"}


@pytest.fixture(autouse=True)
def heartbeats_rest_inside_a_transaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all of a test is one transaction, the heartbeat's own connection would not find the work and call it lost."""
    marked = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (marked and marked.kwargs.get("transaction")):
        monkeypatch.setattr(beating, "EVERY", 3600)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: no migration for each worker, but a copy of the one template.

    A test that commits leaves rows behind. A new copy is as quick as emptying all tables, and keeps what the migrations
    put there.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: copy_template())
        with django_db_blocker.unblock():
            prepare_database()
        yield
