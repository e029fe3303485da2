"""Asking for a least share of each county, and what the plan says of it."""
import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from dispatch.models import Run
from dispatch.services.runs import start_run
from laborbridge.rules import RuleBroken

from .scene import Scene


def planner(scene: Scene) -> Client:
    client = scene.client("planner")
    client.post(reverse("set-language"), {"language": "en"})
    return client


def test_a_run_takes_the_least_share_that_staff_ask_for_and_shows_it(scene: Scene) -> None:
    planner(scene).post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 20, "way": "anew", "floor": 60})
    run = Run.objects.get(campaign=scene.campaign, state="queued")
    assert run.parameters == {"seconds": 20, "floor": 60}
    page = planner(scene).get(reverse("run", args=[run.pk])).content.decode()
    assert "<dt>Of each county at least</dt><dd>60 %</dd>" in page


@pytest.mark.parametrize(("asked", "words"), [
    ({"way": "keep", "floor": 60}, "Of each county at least: A least share drops people who have a place. Choose to plan "
                                   "everybody anew, or 0."),
    ({"way": "anew", "floor": 101}, "Of each county at least: Ensure this value is less than or equal to 100."),
])
def test_a_least_share_that_cannot_be_says_so(scene: Scene, asked: dict[str, object], words: str) -> None:
    answer = planner(scene).post(reverse("runs", args=[scene.campaign.pk]), {"seconds": 20, **asked})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [words]
    assert not Run.objects.filter(state="queued").exists()


def test_the_service_refuses_it_too(scene: Scene) -> None:
    for asked in ({"floor": 101}, {"floor": -1}, {"floor": 50, "before": scene.published}):
        with pytest.raises(RuleBroken):
            start_run(campaign=scene.campaign, by=None, seconds=20, **asked)
    assert not Run.objects.filter(state="queued").exists()


def test_the_draft_says_what_it_cost_or_where_fewer_go(scene: Scene) -> None:
    run = scene.draft.run or Run.objects.create(campaign=scene.campaign, state="finished")
    Run.objects.filter(pk=run.pk).update(parameters={"seconds": 20, "floor": 60})
    county = scene.village.parent.parent.pk
    scene.draft.run = run
    said = {}
    for name, placed in (("kept", 3), ("short", 1)):
        scene.draft.counts = {**scene.draft.counts, "floors": {"cost": 1234.5, "counties": {str(county): [4, 3, placed]}}}
        scene.draft.save()
        said[name] = planner(scene).get(reverse("plan-difference", args=[scene.draft.pk])).content.decode()
    assert "Of each county at least 60 % of those who could go do. That costs 1,234 points." in said["kept"]
    scene.draft.counts["floors"] = {"cost": 0.0, "counties": {str(county): [4, 3, 3]}}
    scene.draft.save()
    free = planner(scene).get(reverse("plan-difference", args=[scene.draft.pk])).content.decode()
    assert "Of each county at least 60 % of those who could go do. That costs nothing." in free
    assert f"{scene.village.parent.parent.name}: 3 were to go, 1 does" in said["short"] and "costs" not in said["short"]
