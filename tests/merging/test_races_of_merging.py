"""Twenty clients at the same two people at once; each race with a control run in which a lock is taken away."""
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from dispatch.models import Assignment, Plan
from dispatch.services.publishing import publish_plan
from laborbridge.identity import seal
from laborbridge.rules import RuleBroken, rules_in_words
from tests import factories as make
from tests.pins.scene import make_pinning
from tests.races.crowd import REPEATS, at_once, succeeded
from workers.models import Registration, Worker, WorkerMerge
from workers.queries.finding import EndOf
from workers.services import merging
from workers.services.list_lock import lock_lists
from workers.services.merging import merge_workers

from .scene import Twice, make_twice

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def only_in_words(results: list[Any]) -> None:
    for refused in results:
        if isinstance(refused, Exception):
            assert isinstance(refused, RuleBroken), repr(refused)


def merge_both_ways(twice: Twice) -> list[Any]:
    def merge(n: int) -> WorkerMerge:
        kept, gone = (twice.kept, twice.gone) if n % 2 else (twice.gone, twice.kept)
        return merge_workers(kept=kept, gone=gone, why=f"client {n}", by=twice.staff)

    return at_once(merge)


def test_of_twenty_merges_in_both_directions_one_counts() -> None:
    for _ in range(REPEATS):
        twice = make_twice()
        results = merge_both_ways(twice)
        only_in_words(results)
        assert len(succeeded(results)) == 1
        merge = WorkerMerge.objects.get(gone__in=[twice.kept, twice.gone])
        assert Registration.objects.get(campaign=twice.campaign, outcome=None).worker == merge.kept


def test_control_without_locks_and_triggers_two_people_are_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr("workers.services.merging.lock_lists", lambda *campaigns: None)
    sql("ALTER TABLE workers_worker DISABLE TRIGGER worker_merges_in_no_circle")
    sql("ALTER TABLE workers_worker DISABLE TRIGGER merged_worker_goes_nowhere")
    sql("ALTER TABLE workers_registration DISABLE TRIGGER registration_goes_to_who_is_there")
    for _ in range(5 * REPEATS):
        twice = make_twice()
        merge_both_ways(twice)
        if Worker.objects.filter(pk__in=[twice.kept.pk, twice.gone.pk], merged_into__isnull=False).count() == 2:
            return
    raise AssertionError("no circle without locks: this control shows nothing")


def with_a_draft() -> tuple[Twice, Plan]:
    """A draft that can be published has a place for the second entry."""
    pins = make_pinning()
    gone = pins.who
    mine = make.make_registration(pins.campaign, worker=make.make_worker(name=gone.worker.name), township=gone.township,
                                  phone="13800001234", occupations=[pins.trade, make.make_occupation(pins.campaign)])
    twice = Twice(pins.campaign, gone.township, pins.staff, mine.worker, gone.worker, mine, gone)
    return twice, pins.draft((gone, pins.job, pins.bus))


def merge_and_publish(twice: Twice, plan: Plan) -> list[Any]:
    def act(n: int) -> Any:
        if n % 2:
            return publish_plan(plan=plan, by=None, note=f"client {n}")
        return twice.merge(f"client {n}")

    return at_once(act)


def has_a_place_twice_or_as_nobody(twice: Twice) -> bool:
    live = Assignment.objects.filter(plan__campaign=twice.campaign, plan__state="published")
    return live.filter(registration__outcome__isnull=False).exists() or live.filter(
        registration__worker__merged_into__isnull=False).exists()


def test_a_merge_and_a_publication_see_each_other() -> None:
    """Whichever comes second: the merge keeps the registration with the place, or the plan names somebody who is gone."""
    published = 0
    for _ in range(2 * REPEATS):
        twice, draft = with_a_draft()
        results = merge_and_publish(twice, draft)
        only_in_words(results)
        assert not has_a_place_twice_or_as_nobody(twice)
        assert WorkerMerge.objects.filter(gone=twice.gone).count() == 1
        published += Plan.objects.filter(campaign=twice.campaign, state="published").count()
    assert published


def slowly(write: Any) -> Any:
    def wait_and_write(moved: Any) -> Any:
        sql("SELECT pg_sleep(0.1)")
        return write(moved)

    return wait_and_write


def test_control_without_locks_and_triggers_a_duplicate_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr("workers.services.merging.lock_lists", lambda *campaigns: None)
    sql("ALTER TABLE workers_registration DISABLE TRIGGER registration_fits_the_published_plan")
    sql("ALTER TABLE dispatch_plan DISABLE TRIGGER plan_state")
    monkeypatch.setattr(merging, "_write", slowly(merging._write))
    for _ in range(10 * REPEATS):
        twice, draft = with_a_draft()
        merge_and_publish(twice, draft)
        if has_a_place_twice_or_as_nobody(twice):
            return
    raise AssertionError("nothing goes wrong without locks: this control shows nothing")


# --- a list that comes with the number of who is being merged away -----------------------------------------------------


def with_numbers() -> Twice:
    """The two are registered in one campaign; a list brings the gone one's number into another."""
    twice = make_twice()
    n = make.number() % 1000
    for worker, number in ((twice.kept, f"4228011985{n:04d}1235"), (twice.gone, f"4228011985{n:04d}5219")):
        sealed = seal(number)
        Worker.objects.filter(pk=worker.pk).update(
            identity_cipher=sealed.cipher, identity_whole=sealed.whole, identity_first6_last4=sealed.first6_last4,
            identity_last4=sealed.last4)
        worker.refresh_from_db()
    return twice


def store(twice: Twice, campaign: Any, lines: list[int], pause: bool) -> None:
    """As a list is stored: who it is is looked up by number, then the registration is written."""
    with rules_in_words():
        lock_lists(campaign.pk)
        known = Worker.objects.filter(identity_whole=bytes(twice.gone.identity_whole)).annotate(end=EndOf("pk")).get()
        if pause:
            sql("SELECT pg_sleep(0.02)")
        if not Registration.objects.filter(campaign=campaign, worker=known.end).exists():
            make.make_registration(campaign, worker=Worker.objects.get(pk=known.end), township=twice.village.parent)
        lines.append(1)


def merge_and_store(pause: bool = False) -> tuple[Twice, Any, list[Any]]:
    twice, lines = with_numbers(), list[int]()
    elsewhere = make.make_campaign(code_list=twice.campaign.code_list)

    def act(n: int) -> Any:
        return store(twice, elsewhere, lines, pause) if n % 2 else twice.merge(f"client {n}")

    return twice, elsewhere, at_once(act)


def test_a_list_and_a_merge_leave_nobody_registered_who_is_gone() -> None:
    for _ in range(REPEATS):
        twice, elsewhere, results = merge_and_store(pause=True)
        only_in_words(results)
        assert WorkerMerge.objects.filter(gone=twice.gone).count() <= 1
        assert not Registration.objects.filter(worker__merged_into__isnull=False, outcome=None).exists()
        assert Registration.objects.filter(campaign=elsewhere).count() <= 1


def test_control_without_the_rule_somebody_who_is_gone_is_registered() -> None:
    for trigger in ("registration_is_of_who_is_there", "registration_goes_to_who_is_there"):
        sql(f"ALTER TABLE workers_registration DISABLE TRIGGER {trigger}")
    sql("ALTER TABLE workers_worker DISABLE TRIGGER merged_worker_goes_nowhere")
    for _ in range(10 * REPEATS):
        merge_and_store(pause=True)
        if Registration.objects.filter(worker__merged_into__isnull=False, outcome=None).exists():
            return
    raise AssertionError("nobody who is gone is registered: this control shows nothing")


def test_rules_are_looked_at_where_commits_are_seen() -> None:
    twice = make_twice()
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        Worker.objects.filter(pk=twice.gone.pk).update(merged_into=twice.kept)
    assert "repeatable read" in str(error.value)
