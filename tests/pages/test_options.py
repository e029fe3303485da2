"""What else a placed person could have now: the part of the page that a planner asks for."""
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from dispatch.snapshot import standing
from laborbridge.web.words import points

from .test_plan_changes import Town


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    standing._held.clear()


def asked(town: Town, k: int) -> str:
    from django.test import Client

    client = Client()
    client.force_login(town.planner)
    answer = client.get(reverse("person-options", args=[town.people[k].pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode().replace("</dt>", " ")))


def test_the_terms_of_the_score_and_what_is_free(db: None) -> None:
    town = Town(2)
    text = asked(town, 0)
    assert re.search(r"Why here: 1,0\d\d points", text)
    assert "Has a place +1,000" in text and "Time on the way −" in text
    assert town.trips[2].ref in text and town.trips[1].ref not in text  # the second bus is the other one's
    assert "0 points" in text and "Possible now, with nobody else moved" in text


def test_a_place_on_a_cancelled_trip_is_compared_with_nothing(db: None) -> None:
    town = Town(2)
    town.cancel(0)
    assert "keeps not all rules" in asked(town, 0)


def test_a_plan_is_built_once_for_one_reader_after_another(db: None) -> None:
    town, counts = Town(2), list[int]()
    for k in (0, 1, 0):
        with CaptureQueriesContext(connection) as caught:
            asked(town, k)
        counts.append(len(caught))
    assert counts[0] > counts[1] == counts[2]


def test_points_carry_a_sign() -> None:
    assert [points(x) for x in (12, 3.25, 0.04, -0.04, -7.5, 1000)] == ["+12", "+3.2", "0", "0", "−7.5", "+1,000"]
