"""One scene for all tests of pins."""
import pytest

from .scene import Pinning, make_pinning


@pytest.fixture
def scene(db: None) -> Pinning:
    return make_pinning()
