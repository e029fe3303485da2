import pytest

from laborbridge import beating

from .scene import Scene, make_scene


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    # All of a test is one transaction, in which the heartbeat's own connection would not find the list: it rests.
    monkeypatch.setattr(beating, "EVERY", 3600)
    return make_scene()
