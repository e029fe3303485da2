"""Employers with those who come to them; counties, townships and villages with their people."""
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.queries.places import Count
from tests import factories as make

from .scene import Scene


def answer(scene: Scene, role: str, name: str, *of: int, **asked: object) -> Any:
    response = scene.client(role).get(reverse(name, args=[scene.campaign.pk, *of]), asked)
    assert response.status_code == 200
    return response


def firms(scene: Scene, role: str, **asked: object) -> list[tuple[str, int, int]]:
    shown = answer(scene, role, "employers", **asked).context["firms"]
    return [(firm.employer.name, firm.posts, firm.coming) for firm in shown]


def test_the_bureau_sees_all_employers_and_others_those_of_their_jobs_or_people(scene: Scene) -> None:
    own, other = (scene.own_employer.name, 10, 1), (scene.other_employer.name, 10, 1)
    waiting = make.make_employer(scene.campaign, name="待核实厂", verified=False)
    assert sorted(firms(scene, "planner")) == sorted([own, other, (waiting.name, 0, 0)])
    for role in ("county", "district", "case"):
        assert firms(scene, role) == [own]
    assert "待核实" in answer(scene, "planner", "employers", q="待核实厂").content.decode()


def test_employers_are_found_by_a_part_of_their_name(scene: Scene) -> None:
    make.make_employer(scene.campaign, name="杭州鼎盛电子有限公司")
    assert [name for name, *_ in firms(scene, "planner", q="鼎盛")] == ["杭州鼎盛电子有限公司"]
    assert firms(scene, "planner", q="查无此厂") == []
    page = answer(scene, "planner", "employers", q="厂" * 121)
    assert page.context["form"].errors["q"][0] in page.content.decode()


def test_the_first_arrival_and_the_count_are_those_of_ones_own_people(scene: Scene) -> None:
    second = make.make_registration(scene.campaign, worker=make.make_worker(name="外县来人"))
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, scene.own, scene.posting, [(scene.own_trip, 0, 1, 4)])
    make.place_person(plan, second, scene.posting)
    make.publish(plan)
    for role, coming in (("planner", 2), ("district", 2), ("county", 1), ("case", 1)):
        assert (scene.own_employer.name, 10, coming) in firms(scene, role)
        names = [row.assignment.registration.worker.name
                 for row in answer(scene, role, "employer-arrivals", scene.own_employer.pk).context["rows"]]
        assert len(names) == coming, role
        assert ("外县来人" in names) == (coming == 2)


def test_arrivals_say_with_which_trip_and_on_which_seat(scene: Scene) -> None:
    text = answer(scene, "district", "employer-arrivals", scene.own_employer.pk).content.decode()
    for said in ("迪丽·木拉提", scene.own_trip.ref, "5号座", "10:25", "138 0000 1234", "桃园村", "萧山园区"):
        assert said in text
    assert reverse("person", args=[scene.own.pk]) in text


def test_each_gate_by_itself(scene: Scene) -> None:
    gate = make.make_posting(scene.campaign, employer=scene.own_employer, park=scene.park)
    plan = make.make_plan(scene.campaign)
    make.place_person(plan, scene.own, scene.posting)
    make.place_person(plan, scene.other, gate)
    make.publish(plan)
    page = answer(scene, "planner", "employer-arrivals", scene.own_employer.pk)
    assert [one.coming for one in page.context["gates"]] == [1, 1]
    one = answer(scene, "planner", "employer-arrivals", scene.own_employer.pk, gate=gate.site_id)
    assert [row.assignment.registration_id for row in one.context["rows"]] == [scene.other.pk]
    unknown = answer(scene, "planner", "employer-arrivals", scene.own_employer.pk, gate="x")
    assert len(unknown.context["rows"]) == 2


def homes(scene: Scene, role: str, name: str, *of: int) -> dict[str, Count]:
    shown = answer(scene, role, name, *of).context["homes"]
    return {home.place.name if home.place else "": home.count for home in shown}


def test_from_the_county_down_to_the_village(scene: Scene) -> None:
    township, county = scene.village.parent, scene.village.parent.parent
    make.make_registration(scene.campaign, village=scene.village, outcome="own_means")
    make.make_registration(scene.campaign, township=township)
    whole = Count(4, 1, 1, 1)
    assert homes(scene, "county", "places") == {county.name: whole}
    assert set(homes(scene, "planner", "places")) == {county.name, scene.other.township.parent.name}
    assert homes(scene, "case", "place", county.pk) == {township.name: whole}
    assert homes(scene, "county", "place", township.pk) == {
        "桃园村": Count(2, 1, 0, 1), scene.left.village.name: Count(1, 0, 1, 0), "": Count(1, 0, 0, 0),
    }


def test_every_figure_opens_as_many_people(scene: Scene) -> None:
    make.make_registration(scene.campaign, village=scene.village, outcome="withdrew")
    for place in (scene.village.parent.parent, scene.village.parent, scene.village):
        counts = {"": 3, "placed": 1, "left": 1, "settled": 1} if place != scene.village else {
            "": 2, "placed": 1, "left": 0, "settled": 1}
        for show, people in counts.items():
            page = answer(scene, "county", "people", place=place.pk, show=show)
            assert len(page.context["shown"].rows) == people, (place, show)
    people = scene.client("planner").get(reverse("people", args=[scene.campaign.pk]), {"place": 10**9})
    assert people.status_code == 404


def test_a_village_with_who_goes_who_is_left_and_who_has_settled(scene: Scene) -> None:
    make.make_registration(scene.campaign, village=scene.village, worker=make.make_worker(name="自行返岗"),
                           outcome="own_means")
    text = answer(scene, "county", "place", scene.village.pk).content.decode()
    for said in ("迪丽·木拉提", "08:35", scene.own_trip.ref, "5号座", "自行返岗", "自行前往", "138 0000 1234"):
        assert said in text, said
    left = answer(scene, "county", "place", scene.left.village.pk).content.decode()
    assert scene.left.worker.name in left
    assert "来得及的车次均已满座" in left


def test_people_who_name_no_village_have_a_page(scene: Scene) -> None:
    township = scene.other.township
    alone = answer(scene, "planner", "place", township.pk)
    assert [row.assignment.registration_id for row in alone.context["rows"]] == [scene.other.pk]
    stray = make.make_registration(scene.campaign, township=scene.village.parent, outcome="withdrew")
    page = answer(scene, "county", "place", scene.village.parent.pk, unnamed="")
    assert page.context["settled"] == [stray]


def test_a_case_officer_of_one_village_begins_there(scene: Scene) -> None:
    bureau = scene.campaign.participants.first()
    assert bureau
    scene.users["case"] = make.make_member("case_officer", organisation=bureau, place=scene.village)
    assert homes(scene, "case", "places") == {"桃园村": Count(1, 1, 0, 0)}
    assert scene.client("case").get(reverse("place", args=[scene.campaign.pk, scene.village.parent.pk])).status_code == 404


def test_without_a_plan_the_pages_say_so(scene: Scene) -> None:
    other = make.make_campaign()
    person = make.make_registration(other, village=make.make_village(other))
    employer = make.make_employer(other)
    scene.campaign, scene.users["planner"] = other, make.make_planner(other)
    assert firms(scene, "planner") == [(employer.name, 0, 0)]
    assert "尚未发布方案" in answer(scene, "planner", "employer-arrivals", employer.pk).content.decode()
    assert homes(scene, "planner", "place", person.township_id)[person.village.name] == Count(1, 0, 0, 0)
    assert answer(scene, "planner", "place", person.village_id).context["rows"] == []


def asked_of(scene: Scene, *page: object) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer(scene, "planner", *page)  # type: ignore[arg-type]
    return len(asked)


@pytest.mark.parametrize("name", ["employers", "employer-arrivals", "places", "place"])
def test_as_many_queries_for_one_as_for_three(scene: Scene, name: str) -> None:
    of = {"employer-arrivals": [scene.own_employer.pk], "place": [scene.village.pk]}.get(name, [])
    asked_of(scene, name, *of)
    one = asked_of(scene, name, *of)
    plan = make.make_plan(scene.campaign)
    trips = [make.make_trip(scene.campaign, [scene.village.parent, scene.park]) for _ in range(3)]
    for trip in trips:
        posting = make.make_posting(scene.campaign, employer=scene.own_employer, park=scene.park)
        person = make.make_registration(scene.campaign, village=scene.village)
        make.place_person(plan, person, posting, [(trip, 0, 1, 0)])
        make.make_registration(scene.campaign, village=scene.village, outcome="withdrew")
        make.leave_person(plan, make.make_registration(scene.campaign, village=scene.village))
        make.make_employer(scene.campaign)
    make.publish(plan)
    asked_of(scene, name, *of)  # what is kept for a minute
    assert asked_of(scene, name, *of) == one


def test_the_bureau_prints_what_it_looks_at(scene: Scene) -> None:
    plan, village = scene.published.pk, scene.village
    for page, of, name in (("employer-arrivals", scene.own_employer, "plan-employer-roster"),
                           ("place", village, "plan-village-roster"),
                           ("place", village.parent.parent, "plan-county-summary")):
        link = f'href="{reverse(name, args=[plan, of.pk])}"'
        assert link in answer(scene, "county", page, of.pk).content.decode()
        assert link not in answer(scene, "case", page, of.pk).content.decode()
