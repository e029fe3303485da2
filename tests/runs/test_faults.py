"""What goes wrong in the middle of a run, with real processes: stopped, killed, forgotten by Redis, started twice."""
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from dispatch.models import Assignment, Plan, Run, SeatBooking, Unplaced
from dispatch.services.runs import cancel_run, start_run, take_up_abandoned
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests.celery_worker import CeleryWorker

from .waiting import ended, under_way, until

StartWorker = Callable[[], CeleryWorker]


def test_a_stopped_run_keeps_its_best_plan(campaign_slow: Campaign, celery_worker_process: CeleryWorker) -> None:
    run = under_way(start_run(campaign=campaign_slow, by=None, seconds=600))
    best = run.best_score
    cancel_run(run=run, by=None)
    stopped_solving = until(lambda: Run.objects.get(pk=run.pk).phase in ("writing", ""), 10)
    run = ended(run)
    assert run.state == Run.State.STOPPED
    assert run.plan.score >= best
    # A beat of one second until the worker looks, and a second for the solver: measured, not asserted in the product.
    assert stopped_solving < 5
    with pytest.raises(RuleBroken):
        start_run(campaign=campaign_slow, by=None, seconds=1)


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
