"""The demo's files keep the bench's format and the counts of the reports."""
import csv
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from laborbridge.demo.folder import write_folder
from tests.data.bench.check import Instance

HANGZHOU_DISTRICTS = 13


@pytest.fixture(scope="module")
def instance(demo_folder: Path) -> Instance:
    return Instance(demo_folder)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_equal_programs_write_equal_files(demo_folder: Path, tmp_path: Path) -> None:
    write_folder(tmp_path)
    for file in demo_folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_people_are_1_400_of_all_eight_counties_a_fifth_of_them_poor(instance: Instance) -> None:
    counties = Counter(instance.parent[w["township"]] for w in instance.workers.values())
    assert sum(counties.values()) == 1400
    assert len(counties) == 8 and min(counties.values()) > 50
    assert 280 <= sum(w["tier"] == 2 for w in instance.workers.values()) <= 350


def test_most_return_to_a_kept_post_in_nearly_300_firms(instance: Instance) -> None:
    kept = Counter(w["reserved_job"] for w in instance.workers.values() if w["reserved_job"])
    assert 1000 <= sum(kept.values()) <= 1150
    assert {job: instance.jobs[job]["posts"] for job in kept} == kept
    assert len({instance.jobs[job]["employer"] for job in kept}) == 296


def test_one_train_of_1_071_seats_reaches_hangzhou_east_at_20_08(demo_folder: Path, instance: Instance) -> None:
    (row,) = [t for t in _rows(demo_folder, "trips.csv") if t["mode"] == "train"]
    train = row["trip"]
    assert (int(row["capacity"]), row["escort_seats"], row["isolation_seats"]) == (1071 + 42, "32", "10")
    calls = instance.calls[train]
    assert [(place, leaves) for _, place, _, leaves in calls[:1]] == [("S-ES", datetime(2020, 3, 21, 9, 58))]
    assert [(place, arrives) for _, place, arrives, _ in calls[1:]] == [("S-HZE", datetime(2020, 3, 21, 20, 8))]


def test_six_direct_buses_leave_on_19_march(demo_folder: Path, instance: Instance) -> None:
    buses = [t["trip"] for t in _rows(demo_folder, "trips.csv") if t["mode"] == "bus"]
    assert len(buses) == 6
    assert {instance.calls[trip][0][3].date() for trip in buses} == {datetime(2020, 3, 19).date()}


def test_every_reference_is_to_a_row_that_is_there(demo_folder: Path, instance: Instance) -> None:
    levels, trades = instance.level, {t["occupation"] for t in _rows(demo_folder, "occupations.csv")}
    assert all(parent in levels for parent in instance.parent.values() if parent)
    for worker in instance.workers.values():
        assert levels[worker["township"]] == "township"
        assert levels[worker["village"]] == "village" and instance.parent[worker["village"]] == worker["township"]
        assert worker["skills"] <= trades
        assert not worker["reserved_job"] or instance.jobs[worker["reserved_job"]]["kind"] == "reserved"
        assert not worker["preferred_district"] or levels[worker["preferred_district"]] == "district"
    assert all(levels[job["park"]] == "park" for job in instance.jobs.values())
    assert all(job["occupation"] in trades | {"any"} for job in instance.jobs.values())
    assert all(a in levels and b in levels for a, b in instance.access)
    assert {levels[county] for county, _, _ in instance.admits} == {"county"}
    assert {levels[district] for _, district, _ in instance.admits} == {"county", "district"}
    assert all(trade in trades and instance.related[trade] <= trades for trade in trades)


def test_calls_run_forward_and_every_trip_has_two(instance: Instance) -> None:
    assert instance.calls.keys() == instance.capacity.keys()
    for calls in instance.calls.values():
        assert len(calls) >= 2
        assert all(place in instance.level for _, place, _, _ in calls)
        assert all(arrives <= leaves for _, _, arrives, leaves in calls)
        assert all(left <= arrives for (_, _, _, left), (_, _, arrives, _) in zip(calls, calls[1:], strict=False))


def test_feeders_and_receptions_meet_the_train(demo_folder: Path, instance: Instance) -> None:
    modes = {t["trip"]: t["mode"] for t in _rows(demo_folder, "trips.csv")}
    (train,) = [trip for trip, mode in modes.items() if mode == "train"]
    leaves, arrives = instance.calls[train][0][3], instance.calls[train][1][2]
    earliest, latest = timedelta(minutes=30), timedelta(hours=6)
    for trip, calls in instance.calls.items():
        if modes[trip] == "feeder":
            assert earliest <= leaves - calls[-1][2] <= latest and calls[-1][1] == "S-ES"
        if modes[trip] == "reception":
            assert earliest <= calls[0][3] - arrives <= latest and calls[0][1] == "S-HZE"


def test_every_county_has_feeders_and_every_district_a_way_from_the_train(
    demo_folder: Path, instance: Instance
) -> None:
    modes = {t["trip"]: t["mode"] for t in _rows(demo_folder, "trips.csv")}
    called = defaultdict(set)
    for trip, calls in instance.calls.items():
        called[modes[trip]] |= {instance.parent[place] for _, place, _, _ in calls if not place.startswith("S-")}
    assert len(called["feeder"]) == 8
    assert len(called["reception"]) == HANGZHOU_DISTRICTS


def test_groups_are_of_one_village(instance: Instance) -> None:
    assert len(instance.groups) > 200
    for members in instance.groups.values():
        assert len(members) >= 2
        assert len({instance.workers[m]["village"] for m in members}) == 1


def test_posts_near_home_are_reached_without_a_seat(instance: Instance) -> None:
    near = {job["park"] for job in instance.jobs.values() if instance.parent[job["park"]].startswith("4228")}
    assert len(near) == 4
    for park in near:
        assert any(to == park and instance.level[start] == "township" for start, to in instance.access)


def test_most_codes_are_green_and_no_district_takes_red(instance: Instance) -> None:
    codes = Counter(w["clearance"] for w in instance.workers.values())
    assert codes["green"] > 1260 and codes["yellow"] > 40 and codes["red"] > 5
    assert {clearance for _, _, clearance in instance.admits} == {"yellow"}


def test_names_are_those_of_places_firms_and_trades(demo_folder: Path) -> None:
    places = {p["place"]: p["name"] for p in _rows(demo_folder, "places.csv")}
    assert (places["422801100212"], places["4228"], places["3301"]) == ("龙马村", "恩施土家族苗族自治州", "杭州市")
    assert not [name for name in places.values() if name.endswith("委会")]
    firms = {j["employer"]: j["employer_name"] for j in _rows(demo_folder, "jobs.csv")}
    assert len(set(firms.values())) == len(firms)
