"""REST: the rows of the pages, masked, page by page."""
from django.urls import reverse

from tests import factories as make

from .scene import Scene


def rows(scene: Scene, role: str, name: str, **asked: object) -> list[dict]:
    url = reverse(name, args=[scene.campaign.pk] if name != "api-campaigns" else [])
    return scene.client(role).get(url, asked).json()["results"]


def test_campaigns(scene: Scene) -> None:
    assert rows(scene, "partner", "api-campaigns") == [{
        "id": scene.campaign.pk, "name": "恩施返岗杭州", "origin": scene.campaign.origin.name,
        "destination": scene.campaign.destination.name, "first_day": "2020-03-21", "last_day": "2020-04-10",
    }]


def test_a_trip_with_its_calls(scene: Scene) -> None:
    (trip,) = rows(scene, "carrier", "api-trips")
    assert (trip["ref"], trip["mode"], trip["seats"]) == (scene.own_trip.ref, "bus", 45)
    assert [(call["seq"], call["place"]) for call in trip["calls"]] == [
        (0, scene.village.parent.name), (1, "萧山园区"),
    ]


def test_people_are_masked(scene: Scene) -> None:
    (person,) = rows(scene, "hr", "api-registrations")
    assert (person["ref"], person["name"], person["identity"]) == (scene.own.ref, "迪丽·木拉提", "422801********1234")
    assert "contact_phone" not in person


def test_an_employer_does_not_learn_what_somebody_would_work_for(scene: Scene) -> None:
    secret = {"min_wage", "priority", "open_to_other"}
    assert not secret & set(rows(scene, "hr", "api-registrations")[0])
    assert secret <= set(rows(scene, "liaison", "api-registrations")[0])


def test_assignments_of_the_published_plan(scene: Scene) -> None:
    (row,) = rows(scene, "hr", "api-assignments")
    assert (row["registration_ref"], row["posting"], row["state"]) == (scene.own.ref, scene.posting.ref, "planned")
    assert row["legs"] == [{"trip": scene.own_trip.ref, "board": 0, "alight": 1, "seat": 4,
                            "coach_shown": "", "seat_shown": "5"}]


def test_without_a_published_plan_nothing_is_assigned(scene: Scene) -> None:
    other = make.make_campaign()
    planner = make.make_planner(other)
    make.place_person(make.make_plan(other), make.make_registration(other), make.make_posting(other))
    scene.users["planner"] = planner
    answer = scene.client("planner").get(reverse("api-assignments", args=[other.pk]))
    assert answer.json()["results"] == []


def test_filters_and_pages(scene: Scene) -> None:
    assert [r["ref"] for r in rows(scene, "planner", "api-registrations", ref=scene.other.ref)] == [scene.other.ref]
    assert rows(scene, "planner", "api-trips", mode="train") == []
    url = reverse("api-registrations", args=[scene.campaign.pk])
    first = scene.client("planner").get(url, {"size": 2}).json()
    assert len(first["results"]) == 2
    rest = scene.client("planner").get(first["next"]).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None


def test_a_run(scene: Scene) -> None:
    answer = scene.client("planner").get(reverse("api-run", args=[scene.run.pk])).json()
    assert (answer["state"], answer["plan"], answer["campaign"]) == ("finished", scene.published.pk, scene.campaign.pk)


def test_nothing_can_be_written(scene: Scene) -> None:
    url = reverse("api-registrations", args=[scene.campaign.pk])
    for method in ("post", "put", "patch", "delete"):
        assert getattr(scene.client("planner"), method)(url).status_code == 405
