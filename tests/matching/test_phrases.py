"""Least changes and reasons as unplaced.csv says them."""

from datetime import datetime
from typing import Any

import pytest

from dispatch.matching.changes import explain
from dispatch.matching.phrases import Phrases
from dispatch.matching.pins import Kind, Pin
from dispatch.matching.result import Reason
from tests.matching.small import DAY, HOME, OTHER_PARK, PARK, small, trips
from tests.matching.test_changes import GROUP, nobody

PLACES = ["County", "Home", "District", "Park", "Station", "Station 2", "Park 2", "Village"]
WORDS = {"place_ids": PLACES, "worker_ids": ["Wang", "Li"], "job_ids": ["J1"], "trip_ids": ["bus1"]}


def said(*pins: Pin, reason: Reason = Reason.BETTER_FOR_OTHERS, **changes: Any) -> tuple[str, str]:
    """Reason and change of the first of two workers, in an empty plan."""
    p = small(**WORDS | changes)
    words, found = Phrases(p, datetime(2020, 3, 26)), explain(nobody(p), [0], pins)[0]
    return words.reason(reason, found), words.change(0, found)


def test_each_kind_in_words() -> None:
    assert said(trip_capacity=[1], reason=Reason.SEATS_FULL, **GROUP) == (
        "SEATS_FULL: bus1 from Home on 26 March", "1 more seat on bus1 from Home on 26 March")
    assert said(job_headcount=[0], reason=Reason.POSTINGS_FULL, **GROUP) == ("POSTINGS_FULL: J1", "2 more posts at J1")
    assert said(worker_ready=[625, 0])[1] == "ready 25 minutes earlier"
    assert said(job_start_by=[1199])[1] == "J1 starts 1 minute later"
    assert said(worker_min_wage=[4500, 0])[1] == "takes 4,000 instead of 4,500 yuan at J1"
    assert said(worker_clearance=[1, 0])[1] == "District admits yellow from County"


def test_a_group_names_who_of_it_and_agrees_to_travel_apart() -> None:
    assert said(worker_min_wage=[4500, 4100], **GROUP)[1] == (
        "Wang takes 4,000 instead of 4,500 yuan at J1 and Li takes 4,000 instead of 4,100 yuan at J1")
    two = trips([(HOME, 100), (PARK, 200)], [(HOME, 300), (PARK, 400)], seats=1) | {"trip_ids": ["bus1", "bus2"]}
    assert said(**two, **GROUP)[1] == "1 more seat on bus1 from Home on 26 March; or group of 2 agrees to travel apart"


def test_several_at_once_and_what_is_full_when_both_are() -> None:
    assert said(trip_capacity=[0], job_headcount=[0]) == (
        "BETTER_FOR_OTHERS: bus1 from Home on 26 March, J1",
        "1 more seat on bus1 from Home on 26 March and 1 more post at J1")


@pytest.mark.parametrize(("changes", "why"), [
    ({"worker_age": [15, -1]}, "none: under 16, or somebody who goes along is"),
    ({"worker_occupation": [1, 0]}, "none: no posting takes the trades, at any wage"),
    ({"job_park": [OTHER_PARK]}, "none: no trip and no way leads from Home to such a posting, at any time"),
])
def test_there_is_none_and_why(changes: dict[str, Any], why: str) -> None:
    assert said(**changes)[1] == why


def test_who_is_held_out_and_who_was_not_looked_at() -> None:
    assert said(Pin(0, Kind.OUT), reason=Reason.PINNED_OUT) == ("PINNED_OUT", "none: pinned out")
    words = Phrases(small(**WORDS), datetime(2020, 3, 26))
    assert words.change(0, None) == "not looked at: the time limit came first"
    assert said(job_start_by=[DAY])[1] == "none needed: there is room by bus1:0:1"
