"""What a day's sheet computes, without a database: bays, waiting, guides, meals, masks and beds."""
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.models import StationRules
from dispatch.queries import day_figures as figures
from tests.factories import at

DAY = date(2020, 3, 21)
RULES = StationRules()
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=40)


def span(begin: int, lasts: int) -> figures.Span:
    return at(8) + timedelta(minutes=begin), at(8) + timedelta(minutes=begin + lasts)


@given(SPANS)
def test_as_many_bays_as_buses_stand_at_once_and_no_bay_has_two(found: list[tuple[int, int]]) -> None:
    spans = [span(*one) for one in found]
    bays = figures.assign_bays(spans)
    at_once = max((sum(come <= moment < go for come, go in spans) for moment, _end in spans), default=0)
    assert max(bays, default=0) == at_once
    assert figures.most_spans(spans, at(0), at(23))[0] == at_once
    for n, (bay, (come, go)) in enumerate(zip(bays, spans, strict=True)):
        others = [spans[other] for other in range(n) if bays[other] == bay]
        assert all(go <= begin or end <= come for begin, end in others)


@given(SPANS)
def test_the_same_buses_have_the_same_bays_again(found: list[tuple[int, int]]) -> None:
    spans = [span(*one) for one in found]
    assert figures.assign_bays(spans) == figures.assign_bays(list(spans))


def test_the_lowest_free_bay_is_taken_and_one_is_free_at_the_minute_of_leaving() -> None:
    assert figures.assign_bays([span(0, 20), span(5, 5), span(10, 20), span(20, 5)]) == [1, 2, 2, 1]


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 300), st.integers(1, 50)), max_size=30))
def test_the_peak_is_what_counting_minute_by_minute_finds(waits: list[tuple[int, int, int]]) -> None:
    spans = [(*span(begin, lasts), people) for begin, lasts, people in waits]
    levels = figures.levels(c for come, go, n in spans for c in ((come, n), (go, -n)))
    start, end = at(10), at(11)
    minutes = [start + timedelta(minutes=n) for n in range(60)]
    counted = [sum(n for come, go, n in spans if come <= minute < go) for minute in minutes]
    most, since = figures.peak(levels, start, end)
    assert most == max(counted)
    assert since == (minutes[counted.index(most)] if most else None)


@pytest.mark.parametrize(("begins", "wanted"), [(True, (at(8, 20), at(8, 35))), (False, (at(8, 25), at(8, 35)))])
def test_a_bus_comes_early_only_where_its_trip_begins(begins: bool, wanted: figures.Span) -> None:
    assert figures.standing(at(8, 25), at(8, 35), begins, 15) == wanted


def test_no_vehicle_stands_for_no_time() -> None:
    assert figures.standing(at(8), at(8), False, 15) == (at(8), at(8, 1))


@pytest.mark.parametrize(("begin", "end", "wanted"), [
    (at(20), at(22), False),  # gone as the night begins
    (at(20), at(22, 1), False),  # two hours are no night's rest
    (at(20), at(23, 1), True),
    (at(20), at(23), False),  # three hours are not more than three
    (at(3, day=1), at(9, day=1), True),
    (at(6, day=1), at(12, day=1), False),
    (at(1), at(5), False),  # the night before
])
def test_who_needs_a_bed_in_the_night_that_begins_on_the_day(begin: datetime, end: datetime, wanted: bool) -> None:
    assert figures.needs_bed(RULES, begin, end, DAY) is wanted


@pytest.mark.parametrize(("hours", "wanted"), [(3, 1), (4, 2), (7, 2), (15, 4), (16, 5)])
def test_a_mask_at_the_start_and_one_for_each_four_hours(hours: int, wanted: int) -> None:
    assert figures.masks(RULES, at(5), at(5), at(5) + timedelta(hours=hours), True) == wanted


@given(st.lists(st.integers(1, 700), min_size=1, max_size=3))
def test_masks_of_all_boardings_are_those_of_the_journey(parts: list[int]) -> None:
    leaves, since, found = at(5), at(5), 0
    for n, minutes in enumerate(parts):
        until = since + timedelta(minutes=minutes)
        found += figures.masks(RULES, leaves, since, until, n == 0)
        since = until
    assert found == 1 + sum(parts) // 240


def eaten(leaves: datetime, since: datetime, depart: datetime, until: datetime) -> list[tuple[str, datetime]]:
    return list(figures.meals(RULES, leaves, since, depart, until))


def test_a_long_ride_takes_its_meals_along() -> None:
    assert eaten(at(5), at(5), at(5, 30), at(20)) == [
        ("breakfast", at(5, 30)), ("lunch", at(5, 30)), ("dinner", at(5, 30))]


def test_who_waits_in_the_hours_of_a_meal_eats_there() -> None:
    assert eaten(at(5), at(10), at(12, 30), at(20)) == [("lunch", at(11)), ("dinner", at(12, 30))]
    assert eaten(at(5), at(11, 30), at(12, 30), at(14)) == [("lunch", at(11, 30))]


def test_who_is_on_the_way_for_a_part_of_the_hours_only_eats_at_home_or_at_the_site() -> None:
    assert eaten(at(6, 30), at(6, 30), at(7), at(12, 30)) == []


def test_a_night_between_has_its_breakfast_on_the_next_day() -> None:
    assert eaten(at(9), at(19, 30), at(9, day=1), at(10, day=1)) == [("breakfast", at(6, day=1))]


@given(st.integers(0, 1440), st.lists(st.integers(1, 900), min_size=1, max_size=3))
def test_each_meal_of_a_journey_is_handed_out_once(begins: int, parts: list[int]) -> None:
    leaves = since = at(0) + timedelta(minutes=begins)
    found = []
    for minutes in parts:
        until = since + timedelta(minutes=minutes)
        found += [(meal, when.date()) for meal, when in eaten(leaves, since, since, until)]
        since = until
    windows = [(meal, a, b) for day in range(4) for meal, a, b in (
        ("breakfast", at(6, day=day), at(8, day=day)), ("lunch", at(11, day=day), at(13, day=day)),
        ("dinner", at(17, day=day), at(19, day=day)))]
    due = [meal for meal, a, b in windows if leaves <= a and b <= since]
    assert [meal for meal, _day in found] == due


@pytest.mark.parametrize(("moving", "posts", "wanted"), [(0, 0, 0), (1, 1, 1), (50, 1, 1), (51, 1, 2), (60, 5, 5)])
def test_guides(moving: int, posts: int, wanted: int) -> None:
    assert figures.guides(moving, posts, RULES) == wanted
