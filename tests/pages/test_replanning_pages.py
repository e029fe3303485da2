"""Starting a run from the published plan, and what its draft says of the people who had a place."""
import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import PlanChange, Run, SeatBooking
from laborbridge.campaigns.models import Campaign
from tests import factories as make

from .scene import Scene


def planner(scene: Scene) -> Client:
    client = scene.client("planner")
    client.post(reverse("set-language"), {"language": "en"})
    return client


def start(scene: Scene, **asked: object) -> Run:
    answer = planner(scene).post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 0, **asked})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == []
    return Run.objects.get(campaign=scene.campaign, state="queued")


def test_with_a_published_plan_the_page_proposes_to_keep_people_where_they_are(scene: Scene) -> None:
    text = planner(scene).get(reverse("campaign", args=[scene.campaign.pk])).content.decode()
    assert '<input type="radio" name="way" value="keep" id="start-keep" checked>' in text
    assert '<option value="0" selected>as usual: 10 s to keep, 20 s anew</option>' in text
    run = start(scene, way="keep")
    assert run.parameters == {"seconds": 10, "plan_before": scene.published.pk, "change_cost": 30}
    page = planner(scene).get(reverse("run", args=[run.pk])).content.decode()
    assert reverse("plan", args=[scene.published.pk]) in page and "30 points" in page


def test_the_cost_of_moving_somebody_is_a_setting(scene: Scene) -> None:
    assert start(scene, way="keep", change_cost=500, seconds=60).parameters == {
        "seconds": 60, "plan_before": scene.published.pk, "change_cost": 500}


@pytest.mark.parametrize("asked", [{"way": "anew"}, {"way": "anew", "change_cost": 5}, {}])
def test_anew_starts_from_nothing(scene: Scene, asked: dict[str, object]) -> None:
    run = start(scene, **asked)
    assert run.parameters == {"seconds": 20}
    page = planner(scene).get(reverse("run", args=[run.pk])).content.decode()
    assert "Starts from" not in page


@pytest.mark.parametrize(("asked", "words"), [
    ({"way": "else"}, "How: There is no such way. Choose one of the list."),
    ({"way": "keep", "change_cost": 10_001},
     "Moving somebody must bring more than: Ensure this value is less than or equal to 10000."),
])
def test_a_start_that_cannot_be_says_so(scene: Scene, asked: dict[str, object], words: str) -> None:
    answer = planner(scene).post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 0, **asked})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [words]
    assert not Run.objects.filter(state="queued").exists()


def test_without_a_published_plan_there_is_nothing_to_keep(db: None) -> None:
    campaign = make.make_campaign()
    make.make_registration(campaign)
    client = Client()
    client.force_login(make.make_planner(campaign, language="en"))
    text = client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert 'name="way"' not in text and 'name="change_cost"' not in text and "as usual" not in text
    client.post(reverse("runs", args=[campaign.pk]), {"way": "keep", "seconds": 20})
    assert Run.objects.get().parameters == {"seconds": 20}


# --- the draft ---------------------------------------------------------------------------------------------------------


def a_draft(campaign: Campaign, people: int) -> int:
    """A published plan with `people` on one bus, and a draft made from it in which each sits one seat further back."""
    township, posting = make.make_township(campaign), make.make_posting(campaign, headcount=20)
    trip = make.make_trip(campaign, [township, posting.site.place])
    old, new = make.make_plan(campaign), make.make_plan(campaign, run=make.make_run(campaign))
    for seat in range(people):
        person = make.make_registration(campaign, township=township, worker=make.make_worker(name=f"务工{'甲乙丙丁'[seat]}"))
        make.place_person(old, person, posting, [(trip, 0, 1, seat)])
        make.place_person(new, person, posting, [(trip, 0, 1, seat + 1)])
    make.publish(old)
    new.counts["before"] = {"plan": old.number, "people": people + 5, "could_stay": people + 3, "moved": 2, "dropped": 1,
                            "seats_changed": people}
    new.save()
    return int(new.pk)


def test_a_draft_says_how_many_could_stay_and_who_gets_another_seat(db: None) -> None:
    campaign = make.make_campaign()
    client = Client()
    client.force_login(make.make_planner(campaign, language="en"))
    draft = a_draft(campaign, 2)
    text = client.get(reverse("plan-difference", args=[draft])).content.decode()
    assert "Made from plan 1, which had 7 people: 5 people could stay as planned, and 2 of them do." in text
    for words, figure in (("Could not stay", 2), ("Moved to make room", 2), ("Dropped", 1)):
        assert f"<dt>{words}</dt><dd" in text and f">{figure}</dd>" in text
    assert "Another seat on the same vehicle: 2 people" in text
    assert "务工甲" in text and "seat 1</td>" in text and "<strong>seat 2</strong>" in text


def test_seats_that_stay_are_said_to_stay_and_a_draft_made_anew_says_nothing(db: None) -> None:
    campaign = make.make_campaign()
    client = Client()
    client.force_login(make.make_planner(campaign, language="en"))
    url = reverse("plan-difference", args=[a_draft(campaign, 1)])
    draft = campaign.plans.get(state="draft")
    with transaction.atomic():
        PlanChange.objects.create(plan=campaign.plans.get(state="published"), kind="manual", reason="tests")
        SeatBooking.objects.filter(plan__state="published").update(seat=1)
    assert "Whoever rides the same leg as before keeps the seat." in client.get(url).content.decode()
    draft.counts.pop("before")
    draft.save()
    text = client.get(url).content.decode()
    assert "Made from" not in text and "same leg" not in text and "Beside plan 1" in text


def test_one_and_three_people_with_other_seats_cost_the_same_queries(db: None) -> None:
    counts = []
    for people in (1, 3):
        campaign = make.make_campaign()
        client = Client()
        client.force_login(make.make_planner(campaign))
        url = reverse("plan-difference", args=[a_draft(campaign, people)])
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url).context["seats"].listed) == people
        counts.append(len(queries))
    assert counts[0] == counts[1]
