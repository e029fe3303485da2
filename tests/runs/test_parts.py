"""A run over four instances that share nothing: a task for each, the same plan however many work on them."""
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dispatch.importing import import_campaign
from dispatch.matching.joining import rows_of
from dispatch.matching.parts import parts_of
from dispatch.matching.pins import Kind, Pin
from dispatch.matching.replan import Before
from dispatch.matching.result import Stop
from dispatch.matching.seats import SeatsBefore
from dispatch.matching.solve import solve
from dispatch.models import Assignment, Plan, Run, RunInput, RunPart, SeatBooking, Unplaced
from dispatch.services import executing
from dispatch.services.executing import execute_run, execute_run_part
from dispatch.services.parting import finish_part
from dispatch.services.run_parts import claim_part, seconds_for, take_up_abandoned_parts
from dispatch.services.runs import cancel_run, start_run, take_up_abandoned
from dispatch.snapshot import take_snapshot
from dispatch.snapshot.before import PlanBefore
from dispatch.snapshot.keeping import Kept, Task, keep_input, keep_result, keep_task, read_input, read_result, read_task
from dispatch.snapshot.reading import digest
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from tests import factories
from tests.bench import generate
from tests.celery_worker import CeleryWorker
from tests.matching.joined import join_folders

from .waiting import ended, until

StartWorker = Callable[..., CeleryWorker]


@pytest.fixture(scope="module")
def folder_four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    each = [generate(tmp_path_factory.mktemp("one"), 300, "--seed", str(seed)) for seed in range(1, 5)]
    return join_folders(each, tmp_path_factory.mktemp("four"))


@pytest.fixture
def four(transactional_db: None, folder_four: Path) -> Campaign:
    return import_campaign(folder=folder_four, name="four", by=None).campaign


def rows(plan: Plan) -> list[Any]:
    """All of a plan, without the numbers that the database gives out."""
    who = "registration__ref", "posting__ref", "leaves_at", "reaches_at"
    seats = "assignment__registration__ref", "leg", "trip__ref", "board", "alight", "seat"
    return [plan.score, plan.bound, plan.counts, sorted(Assignment.objects.filter(plan=plan).values_list(*who)),
            sorted(SeatBooking.objects.filter(plan=plan).values_list(*seats)),
            sorted(Unplaced.objects.filter(plan=plan).values_list("registration__ref", "reason"))]


def test_one_worker_two_workers_and_one_solve_give_the_same_plan(four: Campaign, start_celery_worker: StartWorker) -> None:
    start_celery_worker()
    alone = ended(start_run(campaign=four, by=None, seconds=600, seed=3))
    assert alone.state == Run.State.FINISHED, alone.failure
    start_celery_worker()
    both = ended(start_run(campaign=four, by=None, seconds=600, seed=3))
    assert [x["people"] for x in both.seconds["parts"]] == [300] * 4
    assert rows(alone.plan) == rows(both.plan)
    snapshot = take_snapshot(four)
    result = solve(snapshot.problem, Stop(), 3)
    placed = {int(snapshot.registrations[w]): int(snapshot.postings[result.job[w]]) for w in np.flatnonzero(result.job >= 0)}
    assert dict(both.plan.assignments.values_list("registration", "posting")) == placed
    assert (both.best_score, both.bound, both.placed) == (result.score, result.bound, result.placed)
    assert (both.gap, both.share_done, both.input_digest) == (result.gap, 1, alone.input_digest)
    assert not RunPart.objects.exists() and not RunInput.objects.exists()


def fanned_out(four: Campaign, seconds: int = 600) -> tuple[Run, list[int]]:
    """A run and its parts, with nobody at work on them."""
    run = start_run(campaign=four, by=None, seconds=seconds, seed=3)
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.phase) == (Run.State.RUNNING, "parts")
    return run, list(RunPart.objects.filter(run=run).values_list("pk", flat=True))


def silent(**who: Any) -> None:
    RunPart.objects.filter(**who).update(heartbeat_at=timezone.now() - timedelta(seconds=60))


def test_a_killed_workers_part_is_taken_up_again(four: Campaign, start_celery_worker: StartWorker) -> None:
    run, parts = fanned_out(four)
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)  # whoever ends a part waits for this row
        worker = start_celery_worker()
        until(lambda: RunPart.objects.filter(state=RunPart.State.RUNNING).exists(), 60)
        worker.kill()
    died = RunPart.objects.get(state=RunPart.State.RUNNING).pk
    assert not Plan.objects.exists() and take_up_abandoned() == []
    silent(run=run)  # messages that the worker had taken in advance died with it
    assert died in take_up_abandoned_parts()
    start_celery_worker()
    run = ended(run)
    assert run.state == Run.State.FINISHED, run.failure
    assert sorted(x["attempts"] for x in run.seconds["parts"]) == [1, 1, 1, 2]
    assert run.attempts == 1


def test_redis_emptied_loses_no_part(four: Campaign, celery_queue: redis.Redis, start_celery_worker: StartWorker) -> None:
    run, parts = fanned_out(four)
    celery_queue.flushdb()
    assert take_up_abandoned_parts() == []  # a message may be on its way
    silent(run=run)
    assert take_up_abandoned_parts() == parts
    start_celery_worker()
    assert ended(run).state == Run.State.FINISHED


def test_whoever_adds_up_may_die_too(four: Campaign, celery_queue: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    run, parts = fanned_out(four)
    monkeypatch.setattr(executing, "_join_claimed", lambda run, claim: None)
    for part in parts:
        execute_run_part(part)
        execute_run_part(part)  # a message that comes twice
    run.refresh_from_db()
    assert (run.state, run.phase) == (Run.State.RUNNING, "writing")
    assert take_up_abandoned() == [] == take_up_abandoned_parts()
    Posting.objects.update(wage=1)  # what the run saw counts
    long_ago = timezone.now() - timedelta(seconds=60)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=long_ago, requested_at=long_ago)
    assert take_up_abandoned() == [run.pk]
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.failure) == (Run.State.FINISHED, 2, "")
    assert run.plan.score == run.best_score and not RunInput.objects.exists()


def test_a_stop_ends_all_parts_and_keeps_what_they_have(four: Campaign, celery_queue: redis.Redis) -> None:
    run, parts = fanned_out(four)
    execute_run_part(parts[0])
    run.refresh_from_db()
    assert 0.2 < run.share_done < 0.3 and run.best_score > 0 and run.bound is None
    cancel_run(run=run, by=None)
    for part in parts[1:]:
        execute_run_part(part)
    run.refresh_from_db()
    assert run.state == Run.State.STOPPED, run.failure
    first = run.seconds["parts"][0]
    assert first["people"] == 300 and run.plan.assignments.count() == run.placed > 0


def test_three_deaths_of_a_part_end_the_run_and_nobody_goes_on(four: Campaign, celery_queue: redis.Redis) -> None:
    run, parts = fanned_out(four)
    claim = claim_part(parts[0])
    assert claim is not None and claim_part(parts[0]) is None
    RunPart.objects.filter(pk=parts[0]).update(attempts=3)
    silent(pk=parts[0])
    assert take_up_abandoned_parts() == []
    run.refresh_from_db()
    assert run.state == Run.State.FAILED and "3" in run.failure
    assert claim_part(parts[1]) is None and not RunPart.objects.exists() and not RunInput.objects.exists()


def test_a_run_told_to_stop_whose_worker_dies_is_over(four: Campaign, celery_queue: redis.Redis) -> None:
    run, parts = fanned_out(four)
    assert claim_part(parts[0])
    cancel_run(run=run, by=None)
    silent(pk=parts[0])
    take_up_abandoned_parts()
    run.refresh_from_db()
    assert run.state == Run.State.FAILED and run.failure


def test_a_part_that_fails_fails_its_run(four: Campaign, celery_queue: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **options: Any) -> None:
        raise MemoryError("no more")

    run, parts = fanned_out(four)
    monkeypatch.setattr(executing, "solve", broken)
    execute_run_part(parts[2])
    run.refresh_from_db()
    assert (run.state, run.failure) == (Run.State.FAILED, "MemoryError: no more")


def test_who_lost_the_claim_adds_nothing(four: Campaign, celery_queue: redis.Redis) -> None:
    run, parts = fanned_out(four)
    first, part = claim_part(parts[0]), RunPart.objects.select_related("run").get(pk=parts[0])
    silent(pk=part.pk)
    assert take_up_abandoned_parts() == [part.pk]
    assert first is not None and claim_part(part.pk) not in (None, first)
    result = solve(read_task(part.problem).problem, Stop(work=0))
    with pytest.raises(executing.ClaimLost):
        finish_part(part=part, claim=first, result=result)
    assert RunPart.objects.get(pk=part.pk).result is None


def test_seconds_are_shared_by_people_and_more_beside_others(four: Campaign, celery_queue: redis.Redis) -> None:
    run, parts = fanned_out(four, seconds=400)
    row = RunPart.objects.select_related("run").get(pk=parts[0])
    claim_part(parts[0])
    assert seconds_for(row) == pytest.approx(100, abs=3)
    claim_part(parts[1])
    assert seconds_for(RunPart.objects.select_related("run").get(pk=parts[1])) == pytest.approx(400 * 2 / 3, abs=5)
    RunInput.objects.update(kept_at=timezone.now() - timedelta(hours=1))  # it waited long for a worker
    assert seconds_for(row) == pytest.approx(100)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("run_part_state_known", "state = 'lost'"),
        ("run_part_running_is_claimed", "state = 'running'"),
        ("run_part_done_has_a_result", "state = 'done'"),
        ("run_part_has_people", "people = 0"),
        ("run_part_once_in_its_run", "number = 0"),
    ],
)
def test_the_database_holds_what_a_part_is(db: None, name: str, change: str) -> None:
    run = factories.make_run(factories.make_campaign(), state="failed", failure="for its parts")
    for number in (0, 1):
        RunPart.objects.create(run=run, number=number, people=1, problem=b"")
    with pytest.raises(IntegrityError, match=name), connection.cursor() as cursor:
        cursor.execute(f"UPDATE dispatch_runpart SET {change}")


def test_what_is_kept_is_what_was_there(four: Campaign) -> None:
    snapshot = take_snapshot(four)
    p = snapshot.problem
    parts, result = parts_of(p), solve(p, Stop(work=20_000))
    pins = (Pin(1, Kind.ASSIGNMENT, job=2, legs=((1, 0, 1),)), Pin(0, Kind.OUT))
    before = Before(result.job, result.leg_count, result.legs)
    plan = PlanBefore(7, 9, before, SeatsBefore(result.legs, np.zeros((p.workers, 3), np.int32)))
    kept = read_input(keep_input(Kept(replace(snapshot, pins=pins), parts, plan)))
    assert kept.snapshot.digest == snapshot.digest and kept.snapshot.pins == pins
    assert digest(kept.snapshot.problem, kept.snapshot.withheld, kept.snapshot.layout) == snapshot.digest
    assert kept.before is not None and (kept.before.number, kept.before.people) == (7, 9)
    assert kept.before.digest == plan.digest
    assert read_input(keep_input(Kept(snapshot, parts, None))).before is None
    assert [len(r.workers) for r in rows_of(kept.tasks)] == [300] * 4
    again = read_result(keep_result(result))
    assert keep_result(again) == keep_result(result) and again.score == result.score and again.phases == result.phases
    task = read_task(keep_task(Task(p, parts, pins, before)))
    assert task.pins == pins and task.before is not None and np.array_equal(task.before.legs, result.legs)
    assert task.problem.worker_ids == p.worker_ids
