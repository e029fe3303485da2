"""The scene in which people are looked for."""
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.pages.scene import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Ids come again in every test's database; what was counted for another test must not answer for this one."""
    cache.clear()
    yield
    cache.clear()
