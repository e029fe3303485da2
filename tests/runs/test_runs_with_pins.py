"""Runs keep live pins, or end before they solve and name whom they cannot keep them for."""
from typing import Any

import pytest
from django.utils import timezone

from dispatch.models import Assignment, Pin, Plan, Run
from dispatch.reasons import Reason
from dispatch.services import executing
from dispatch.services.pinning import lift_pin, pin_person
from dispatch.services.runs import start_run
from dispatch.snapshot import take_snapshot
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from tests.celery_worker import CeleryWorker
from tests.pins.scene import Pinning, make_pinning
from transport.models import Trip

from .waiting import ended


def matched(campaign: Campaign) -> Plan:
    run = ended(start_run(campaign=campaign, by=None, seconds=4))
    assert run.state == Run.State.FINISHED, run.failure
    return run.plan


def rides(assignment: Assignment) -> list[int]:
    return list(assignment.bookings.order_by("leg").values_list("trip", flat=True))


def test_a_run_keeps_every_kind_of_pin(campaign_s: Campaign, celery_worker_process: CeleryWorker) -> None:
    first, staff = matched(campaign_s), make.make_planner(campaign_s)
    alone = list(first.assignments.filter(registration__group=None, bookings__leg=0).order_by("pk")[:5])
    not_job, not_trip, whole, job, out = alone
    left = first.unplaced.filter(reason=Reason.BETTER_FOR_OTHERS, registration__group=None)
    assert left.exists()
    given: list[dict[str, Any]] = [
        {"person": not_job.registration, "kind": "not-job", "posting": not_job.posting},
        {"person": not_trip.registration, "kind": "not-trip", "trip": Trip.objects.get(pk=rides(not_trip)[0])},
        {"person": whole.registration, "kind": "assignment", "assignment": whole},
        {"person": job.registration, "kind": "job", "posting": job.posting},
        {"person": job.registration, "kind": "trip", "trip": Trip.objects.get(pk=rides(job)[-1])},
        {"person": out.registration, "kind": "out"},
    ]
    pins = [pin_person(reason="tests", by=staff, **one) for one in given]

    second = matched(campaign_s)
    now = {a.registration_id: a for a in second.assignments.filter(registration__in=[a.registration_id for a in alone])}
    assert not_job.registration_id not in now or now[not_job.registration_id].posting_id != not_job.posting_id
    assert not_trip.registration_id not in now or rides(not_trip)[0] not in rides(now[not_trip.registration_id])
    kept = now[whole.registration_id]
    assert (kept.posting_id, rides(kept), kept.leaves_at) == (whole.posting_id, rides(whole), whole.leaves_at)
    assert now[job.registration_id].posting_id == job.posting_id
    assert rides(job)[-1] in rides(now[job.registration_id])
    assert second.unplaced.get(registration=out.registration_id).reason == Reason.PINNED_OUT

    # What the run saw has the pins in it, whenever they were set, and without them it is what it was.
    assert second.run.input_digest == take_snapshot(campaign_s).digest != first.run.input_digest
    for pin in pins:
        lift_pin(pin=pin, by=staff, why="tests")
    assert take_snapshot(campaign_s).digest == first.run.input_digest
    for one in reversed(given):
        pin_person(reason="tests again", by=staff, **one)
    assert take_snapshot(campaign_s).digest == second.run.input_digest


@pytest.fixture
def scene(transactional_db: None) -> Pinning:
    return make_pinning()


def executed(scene: Pinning) -> Run:
    run = make.make_run(scene.campaign, state="queued", parameters={"seconds": 2})
    executing.execute_run(run.pk)
    run.refresh_from_db()
    return run


def refused(run: Run) -> set[tuple[int, str, int | None, int | None]]:
    assert (run.state, run.failure) == (Run.State.FAILED, Run.PINS_REFUSED)
    assert not Plan.objects.filter(run=run).exists()
    return set(run.pin_refusals.values_list("registration", "rule", "posting", "trip"))


def test_what_shows_without_a_solve_is_named_all_at_once(scene: Pinning, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.pin("job", posting=scene.job)
    scene.pin("trip", trip=scene.bus)
    scene.pin("job", who=scene.colleague, posting=scene.other_job)
    scene.pin("not-trip", who=scene.colleague, trip=scene.bus)
    scene.colleague.occupations.clear()
    Posting.objects.filter(pk=scene.job.pk).update(withdrawn_at=timezone.now())
    Trip.objects.filter(pk=scene.bus.pk).update(state="cancelled")
    monkeypatch.setattr(executing, "solve", None)
    assert refused(executed(scene)) == {
        (scene.who.pk, "job_gone", scene.job.pk, None), (scene.who.pk, "trip_gone", None, scene.bus.pk),
        (scene.colleague.pk, "not_eligible", scene.other_job.pk, None),
    }


def test_what_only_the_journeys_show_is_named_and_nothing_is_written(scene: Pinning) -> None:
    scene.pin("trip", trip=scene.bus)
    scene.pin("job", who=scene.colleague, posting=scene.job)
    type(scene.who).objects.filter(pk=scene.who.pk).update(ready_at=make.at(10))
    assert refused(executed(scene)) == {(scene.who.pk, "no_journey", None, None)}
    lift_pin(pin=Pin.objects.get(registration=scene.who), by=scene.staff, why="comes later")
    run = executed(scene)
    assert run.state == Run.State.FINISHED, run.failure
    assert run.plan.assignments.get(registration=scene.colleague).posting == scene.job
    assert rides(run.plan.assignments.get(registration=scene.who)) == [scene.other_bus.pk]


def test_more_pinned_people_than_seats_are_each_named(scene: Pinning) -> None:
    people = [scene.who, scene.colleague]
    Trip.objects.filter(pk=scene.bus.pk).update(seats=1)
    for who in people:
        scene.pin("trip", who=who, trip=scene.bus)
    assert refused(executed(scene)) == {(who.pk, "fewer_seats", None, scene.bus.pk) for who in people}


def test_a_plan_that_breaks_a_pin_is_never_written(scene: Pinning, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.pin("out")
    solve = executing.solve
    monkeypatch.setattr(executing, "solve", lambda *args, pins, **options: solve(*args, **options))
    run = executed(scene)
    assert run.state == Run.State.FAILED
    assert "placed though held out" in run.failure
    assert not Plan.objects.exists()
