"""Refusals are compared in English, whatever language is the house's."""
from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture(scope="module", autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield
