"""The page of a trip's vehicle, and that of a recorded change."""
import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import PlanChange
from dispatch.queries.trips import manifest
from tests import factories as make
from transport.models import Trip, Vehicle

from .bus import Bus, counted, make_bus, smaller

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus() -> Bus:
    return make_bus(
        ("留下的", 0, {"priority": 2}), ("没座的", 1, {"onward": 5, "phone": "13800001234"}),
        ("换座的", 30, {"priority": 1, "phone": "13900005678"}),
    )


def planner(bus: Bus) -> Client:
    client = Client(headers={"accept-language": "en"})
    bus.by.language = "en"
    bus.by.save(update_fields=["language"])
    client.force_login(bus.by)
    return client


def ask(of: Bus, **given: object) -> tuple[str, dict[str, object]]:
    return reverse("trip-vehicle", args=[of.trip.pk]), {
        "way": "counted", "seats": 2, "escort_seats": 0, "isolation_seats": 0, **given}


def test_looking_changes_nothing_and_names_everybody(bus: Bus) -> None:
    url, asked = ask(bus)
    answer = planner(bus).get(url, asked)
    text = answer.content.decode()
    assert "1 person has no seat any more: 没座的." in text
    assert "138 0000 1234" in text and "139 0000 5678" in text
    assert reverse("person", args=[bus.people["没座的"].pk]) in text
    assert bus.onward.ref in text
    assert "留下的" not in text
    assert Trip.objects.get(pk=bus.trip.pk).seats == 45


def test_the_act_does_what_was_shown_and_its_page_stays(bus: Bus) -> None:
    client = planner(bus)
    url, asked = ask(bus)
    shown = client.get(url, asked).context["shown"]
    answer = client.post(url, {**asked, "shown": shown.digest, "reason": "大车坏了"})
    change = PlanChange.objects.get(kind=PlanChange.Kind.MANUAL)
    assert answer["Location"] == reverse("plan-change", args=[change.pk])
    text = client.get(answer["Location"]).content.decode()
    assert "1 person changes seat." in text  # said once, after the act
    text = client.get(answer["Location"]).content.decode()
    assert "2 people touched, 1 person left at home by it" in text
    for said in ("大车坏了", "没座的", "换座的", "seat 31, 龙凤镇 to", "seat 2, 龙凤镇 to"):
        assert said in text
    assert "留下的" not in text
    assert reverse("plan-change", args=[change.pk]) in client.get(reverse("plan", args=[bus.plan.pk])).content.decode()


def test_the_manifest_shows_the_new_seats_at_once(bus: Bus) -> None:
    client = planner(bus)
    page = reverse("trip", args=[bus.trip.pk])
    assert "seat 31" in client.get(page).content.decode()
    bus.swap(counted(2))
    text = client.get(page).content.decode()
    assert "seat 31" not in text and "没座的" not in text
    assert client.get(reverse("trip-roster", args=[bus.trip.pk]), {"as": "xlsx"}).status_code == 200
    sight = client.get(page).context["sight"]
    assert [b.seat for b in manifest(sight, bus.trip, bus.plan)] == [0, 1]


def test_whoever_was_taken_out_is_left_on_all_pages(bus: Bus) -> None:
    bus.swap(counted(2))
    client, campaign = planner(bus), bus.plan.campaign_id
    person = client.get(reverse("person", args=[bus.people["没座的"].pk]), {"plan": bus.plan.pk}).content.decode()
    assert "Left at home: every vehicle that would be in time is full." in person
    people = reverse("people", args=[campaign])
    left = client.get(people, {"show": "left", "plan": bus.plan.pk}).content.decode()
    placed = client.get(people, {"show": "placed", "plan": bus.plan.pk}).content.decode()
    assert "没座的" in left and "没座的" not in placed and "换座的" in placed


def test_somebody_elses_change_in_between_shows_the_preview_anew(bus: Bus) -> None:
    client = planner(bus)
    url, asked = ask(bus)
    answer = client.post(url, {**asked, "shown": "an older one", "reason": "大车坏了"})
    assert answer.status_code == 409
    assert "Meanwhile something has changed, and nothing was done." in answer.content.decode()
    again = client.post(url, {**asked, "shown": answer.context["shown"].digest, "reason": "大车坏了"})
    assert again.status_code == 302


def test_no_reason_no_swap(bus: Bus) -> None:
    client = planner(bus)
    url, asked = ask(bus)
    shown = client.get(url, asked).context["shown"]
    answer = client.post(url, {**asked, "shown": shown.digest, "reason": " "})
    assert answer.status_code == 422
    assert "Say in a few words why the vehicle is swapped." in answer.content.decode()
    assert bus.seats()["没座的"] == 1


@pytest.mark.parametrize(("given", "said"), [
    ({"seats": ""}, "This is needed for what you chose."),
    ({"way": "known"}, "This is needed for what you chose."),
    ({"way": "new", "plate": "", "seat_map": ""}, "This is needed for what you chose."),
    ({"escort_seats": 2, "isolation_seats": 1}, "More seats than the vehicle has."),
    ({"way": "keep"}, "nothing would change."),
    ({"seats": 0}, "greater than or equal to 1"),
    ({"escort_seats": -1}, "greater than or equal to 0"),
])
def test_what_cannot_be_is_said(bus: Bus, given: dict[str, object], said: str) -> None:
    url, asked = ask(bus, **given)
    answer = planner(bus).get(url, asked)
    assert said in answer.content.decode()
    assert answer.context["shown"] is None


def test_only_the_carriers_own_vehicles_are_offered(bus: Bus) -> None:
    mine, _target = smaller(4)
    others, _target = smaller(4, make.make_organisation("carrier"))
    text = planner(bus).get(reverse("trip-vehicle", args=[bus.trip.pk])).content.decode()
    assert mine.plate in text and others.plate not in text
    url, asked = ask(bus, way="known", vehicle=others.pk)
    assert planner(bus).get(url, asked).context["shown"] is None
    url, asked = ask(bus, way="known", vehicle=mine.pk)
    assert planner(bus).get(url, asked).context["shown"].target.vehicle == mine


def test_a_plate_that_is_known_is_not_made_twice(bus: Bus) -> None:
    known, target = smaller(4)
    url, asked = ask(bus, way="new", plate=known.plate, seat_map=target.seat_map.pk)
    assert "There is a vehicle of this plate already" in planner(bus).get(url, asked).content.decode()
    assert Vehicle.objects.count() == 1


def test_without_a_published_plan_it_says_so() -> None:
    bus = make_bus(("甲", 0, {}), published=False)
    url, asked = ask(bus)
    assert "No plan of this campaign is published" in planner(bus).get(url, asked).content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_a_preview_and_a_change_cost_the_same_for_one_and_for_three(
    people: int, django_assert_num_queries: object
) -> None:
    bus = make_bus(*((f"人{n}", n + 10, {"onward": n}) for n in range(people)), ("留下的", 0, {"priority": 2}))
    client = planner(bus)
    url, asked = ask(bus, seats=1)
    client.get(url, asked)
    with django_assert_num_queries(21):  # type: ignore[operator]
        client.get(url, asked)
    change = bus.swap(counted(1))
    page = reverse("plan-change", args=[change.pk])
    client.get(page)
    with django_assert_num_queries(18):  # type: ignore[operator]
        client.get(page)
