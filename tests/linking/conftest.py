"""One scene for all tests of linking."""
import pytest

from .scene import TwoLists, make_two_lists


@pytest.fixture
def lists(db: None) -> TwoLists:
    return make_two_lists()
