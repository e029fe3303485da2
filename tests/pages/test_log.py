"""A page that breaks leaves its reason on the server, and nothing of what was searched for."""
import io
import logging

import pytest
from django.test import Client

from dispatch.views import campaigns

from .scene import Scene


def test_a_broken_page_is_logged_with_its_reason(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(h for h in logging.getLogger("django.request").handlers if isinstance(h, logging.StreamHandler))
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    monkeypatch.setattr(campaigns, "render", None)
    client = Client(raise_request_exception=False)
    client.force_login(scene.users["planner"])
    assert client.get("/campaigns/?q=422801198505171234").status_code == 500
    assert "ERROR django.request: Internal Server Error: /campaigns/\n" in written.getvalue()
    assert "TypeError: 'NoneType' object is not callable" in written.getvalue()
    assert "422801198505171234" not in written.getvalue()
