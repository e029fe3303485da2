"""A draft that breaks a pin set after its run is not published; one that keeps all is."""
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone, translation

from dispatch.models import Pin, Plan, PlanChange
from dispatch.services.pinning import lift_pin
from dispatch.services.publishing import publish_plan
from jobs.models import Posting
from laborbridge.rules import RuleBroken

from .scene import Pinning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(scene: Pinning) -> Plan:
    return scene.draft((scene.who, scene.job, scene.bus), (scene.colleague, scene.job, scene.bus))


BREAKING: list[tuple[str, Callable[[Pinning], dict], str]] = [
    ("job", lambda s: {"posting": s.other_job}, "Pinned to a job that the plan does not give"),
    ("trip", lambda s: {"trip": s.other_bus}, "Pinned to a trip that the plan does not give"),
    ("assignment", lambda s: {"assignment": s.assigned(bus=s.other_bus)},
     "Pinned to another job or journey than the plan gives"),
    ("not-job", lambda s: {"posting": s.job}, "Has the job that staff have said never to give"),
    ("not-trip", lambda s: {"trip": s.bus}, "Rides the trip that staff have said never to give"),
    ("out", lambda s: {}, "Held out by staff, and placed in the plan"),
]


@pytest.mark.parametrize(("kind", "value", "sentence"), BREAKING, ids=[kind for kind, *_ in BREAKING])
def test_a_pin_set_after_the_run_stands_against_the_plan(
    scene: Pinning, draft: Plan, kind: str, value: Callable[[Pinning], dict], sentence: str
) -> None:
    pin = scene.pin(kind, **value(scene))
    with pytest.raises(RuleBroken) as refused:
        publish_plan(plan=draft, by=None, note="at night")
    assert refused.value.sentences == [
        f"{sentence}: {scene.who.worker.name} ({scene.who.ref}).",
        "Nothing was published. Start a new run: it works with the lists as they are now."]
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT
    assert not PlanChange.objects.exists()
    lift_pin(pin=pin, by=scene.staff, why="not any more")
    assert publish_plan(plan=draft, by=None, note="at night").state == Plan.State.PUBLISHED


def test_a_plan_that_keeps_all_pins_is_published(scene: Pinning, draft: Plan) -> None:
    scene.pin("assignment", assignment=draft.assignments.get(registration=scene.who))
    scene.pin("trip", trip=scene.bus)
    scene.pin("job", who=scene.colleague, posting=scene.job)
    scene.pin("not-job", who=scene.colleague, posting=scene.other_job)
    scene.pin("not-trip", who=scene.colleague, trip=scene.other_bus)
    assert publish_plan(plan=draft, by=None, note="at night").state == Plan.State.PUBLISHED


def test_somebody_pinned_to_go_and_left_stands_against_the_plan(scene: Pinning) -> None:
    draft = scene.draft((scene.colleague, scene.job, scene.bus))
    scene.pin("trip", trip=scene.bus)
    with pytest.raises(RuleBroken, match=f"Pinned to a trip that the plan does not give: {scene.who.worker.name}"):
        publish_plan(plan=draft, by=None, note="at night")


def test_a_pin_to_what_is_gone_stands_against_the_plan_until_it_is_lifted(scene: Pinning, draft: Plan) -> None:
    draft.assignments.filter(registration=scene.who).delete()
    pin = scene.pin("job", posting=scene.other_job)
    Posting.objects.filter(pk=scene.other_job.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(RuleBroken, match="no longer to be had; lift the pin: "):
        publish_plan(plan=draft, by=None, note="at night")
    lift_pin(pin=pin, by=scene.staff, why="withdrawn")
    assert publish_plan(plan=draft, by=None, note="at night").state == Plan.State.PUBLISHED


def test_pins_of_somebody_who_no_longer_goes_rest(scene: Pinning) -> None:
    draft = scene.draft((scene.colleague, scene.job, scene.bus))
    scene.pin("job", posting=scene.job)
    scene.who.outcome, scene.who.outcome_at = "already_back", timezone.now()
    scene.who.save()
    assert publish_plan(plan=draft, by=None, note="at night").state == Plan.State.PUBLISHED
    assert Pin.objects.filter(lifted_at=None).count() == 1
