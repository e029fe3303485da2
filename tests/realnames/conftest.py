"""The scene that tests of real-name lists look at."""
import pytest

from .scene import Names, make_names


@pytest.fixture
def names(db: None) -> Names:
    return make_names()
