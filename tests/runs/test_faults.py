"""What goes wrong in the middle of a run, with real processes: stopped, killed, forgotten by Redis, started twice."""
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest
import redis
from django.db import InternalError, connection, transaction
from django.utils import timezone

from dispatch.matching.result import Result
from dispatch.matching.solve import solve
from dispatch.models import Assignment, Plan, Run, SeatBooking, Unplaced
from dispatch.services import executing
from dispatch.services.runs import cancel_run, claim_run, start_run, take_up_abandoned
from dispatch.services.watching import Watch, watched
from laborbridge import beating
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests.celery_worker import CeleryWorker

from .waiting import ended, under_way, until

StartWorker = Callable[[], CeleryWorker]


def test_a_stopped_run_keeps_its_best_plan(campaign_slow: Campaign, celery_worker_process: CeleryWorker) -> None:
    run = under_way(start_run(campaign=campaign_slow, by=None, seconds=600))
    best = run.best_score
    cancel_run(run=run, by=None)
    stopped_solving = until(lambda: Run.objects.get(pk=run.pk).phase in ("writing", ""), 60)
    run = ended(run)
    assert run.state == Run.State.STOPPED
    assert run.plan.score >= best
    # Of 600 allowed. A beat of one second until the worker looks, and a second for the solver, on a quiet machine.
    assert stopped_solving < 60
    start_run(campaign=campaign_slow, by=None, seconds=5)


def test_a_run_that_nobody_has_begun_is_stopped_at_once(campaign_s: Campaign, celery_queue: redis.Redis) -> None:
    run = start_run(campaign=campaign_s, by=None, seconds=5)
    cancel_run(run=run, by=None)
    run.refresh_from_db()
    assert (run.state, bool(run.failure)) == (Run.State.FAILED, True)


def test_a_killed_worker_leaves_no_half_plan_and_the_run_is_taken_up(
    campaign_slow: Campaign, start_celery_worker: StartWorker
) -> None:
    worker = start_celery_worker()
    run = under_way(start_run(campaign=campaign_slow, by=None, seconds=12))
    worker.kill()
    killed = time.monotonic()
    assert not Plan.objects.exists() and not Assignment.objects.exists()
    start_celery_worker()
    until(lambda: run.pk in take_up_abandoned(), 40)  # the clock of beat calls this every ten seconds
    until(lambda: Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, attempts=2).exists(), 20)
    assert time.monotonic() - killed < 60
    run = ended(run)
    assert (run.state, run.attempts) == (Run.State.FINISHED, 2)
    assert Plan.objects.count() == 1


def test_a_worker_killed_while_it_writes_leaves_nothing_of_the_plan(
    campaign_slow: Campaign, start_celery_worker: StartWorker
) -> None:
    worker = start_celery_worker()
    run = under_way(start_run(campaign=campaign_slow, by=None, seconds=600))
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign_slow.pk)  # the plan's number waits for this row
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(cancel_run, run=run, by=None).result()
            elsewhere.submit(lambda: connection.close()).result()
        until(lambda: Run.objects.get(pk=run.pk).phase == "writing", 10)
        worker.kill()
    for model in (Plan, Assignment, SeatBooking, Unplaced):
        assert not model.objects.exists(), model
    until(lambda: bool(take_up_abandoned()) or not Run.objects.get(pk=run.pk).is_active, 40)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "told to stop" in run.failure or "停止" in run.failure
    start_run(campaign=campaign_slow, by=None, seconds=5)


def test_the_third_death_fails_the_run_and_says_why(campaign_s: Campaign, celery_queue: redis.Redis) -> None:
    silent = timezone.now() - timezone.timedelta(seconds=60)
    run = Run.objects.create(
        campaign=campaign_s, state=Run.State.RUNNING, attempts=3, parameters={"seconds": 5}, heartbeat_at=silent,
        claim="00000000-0000-0000-0000-000000000001",
    )
    assert take_up_abandoned() == []
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "3" in run.failure


def test_redis_emptied_before_and_during_a_run_loses_nothing(
    campaign_slow: Campaign, start_celery_worker: StartWorker, celery_queue: redis.Redis
) -> None:
    run = start_run(campaign=campaign_slow, by=None, seconds=8)
    celery_queue.flushdb()
    start_celery_worker()
    until(lambda: run.pk in take_up_abandoned(), 20)
    under_way(run)
    celery_queue.flushdb()
    assert ended(run).state == Run.State.FINISHED
    assert Plan.objects.count() == 1


def test_a_run_survives_that_redis_is_away(campaign_s: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    from laborbridge.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/at/all")
    monkeypatch.setattr(app, "_pool", None)
    app.amqp.__dict__.pop("producer_pool", None)
    run = start_run(campaign=campaign_s, by=None, seconds=5)
    run.refresh_from_db()
    assert run.state == Run.State.QUEUED


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_clock_that_is_off_takes_no_run_from_its_worker(
    campaign_s: Campaign, celery_queue: redis.Redis, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    run = start_run(campaign=campaign_s, by=None, seconds=5)
    assert claim_run(run.pk)
    here = timezone.now() + timezone.timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: here)
    assert take_up_abandoned() == []
    assert Run.objects.get(pk=run.pk).state == Run.State.RUNNING


def test_a_run_asked_for_by_a_clock_that_is_ahead_is_taken_up(campaign_s: Campaign, celery_queue: redis.Redis) -> None:
    run = start_run(campaign=campaign_s, by=None, seconds=5)
    Run.objects.filter(pk=run.pk).update(requested_at=timezone.now() + timezone.timedelta(hours=1))
    assert take_up_abandoned() == [run.pk]


def test_a_database_that_was_restarted_during_the_solve_gets_the_plan(
    campaign_s: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def solve_meanwhile(*args: Any, **options: Any) -> Result:
        with psycopg2.connect(os.environ["DATABASE_URL"]) as line, line.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE pid <> pg_backend_pid() AND datname = current_database()")
        return solve(*args, **options)

    monkeypatch.setattr(executing, "solve", solve_meanwhile)
    run = Run.objects.create(campaign=campaign_s, parameters={"seconds": 3})
    executing.execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.failure) == (Run.State.FINISHED, "")


def test_the_heartbeat_goes_on_after_whatever_the_database_says(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []

    def beat(watch: Watch) -> None:
        beats.append(1)
        raise InternalError("cannot execute UPDATE in a read-only transaction")

    monkeypatch.setattr(Watch, "beat", beat)
    monkeypatch.setattr(beating, "EVERY", 0.01)
    with watched(1, uuid.uuid4()):
        until(lambda: len(beats) > 2, 5)


def test_a_second_start_says_that_one_runs(campaign_s: Campaign, celery_queue: redis.Redis) -> None:
    start_run(campaign=campaign_s, by=None, seconds=5)
    with pytest.raises(RuleBroken) as refused:
        start_run(campaign=campaign_s, by=None, seconds=5)
    assert refused.value.rule == "run_one_active_per_campaign"
    assert Run.objects.count() == 1


@pytest.mark.parametrize(("seconds", "seed"), [(0, 1), (1, 1), (3601, 1), (60, -1), (60, 2**31)])
def test_limits_that_make_no_sense_are_refused(campaign_s: Campaign, seconds: int, seed: int) -> None:
    with pytest.raises(RuleBroken):
        start_run(campaign=campaign_s, by=None, seconds=seconds, seed=seed)
    assert not Run.objects.exists()
