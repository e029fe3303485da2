"""One scene for all tests of linking."""
import pytest

from laborbridge import beating

from .scene import TwoLists, make_two_lists


@pytest.fixture
def lists(db: None) -> TwoLists:
    return make_two_lists()


@pytest.fixture(autouse=True)
def no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction: a heartbeat's own connection would not see its list, and take it for somebody else's."""
    monkeypatch.setattr(beating, "EVERY", 3600)
