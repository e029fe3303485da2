"""Races for one run, one claim, one last post, one seat and one publication; each with a control run that shows the race.

bin/test repeats each 5 times, bin/soak 50 times. A control patches the lock away in the test; it must go wrong.
"""
import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from dispatch.models import Plan, PlanChange, Run
from dispatch.services.publishing import publish_plan
from dispatch.services.runs import claim_run, start_run
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from tests import factories as make
from workers.models import Registration

from .crowd import CLIENTS, REPEATS, at_once, succeeded

pytestmark = pytest.mark.django_db(transaction=True)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def the_rest_were_told(results: list[object], winners: int = 1) -> None:
    assert len(succeeded(results)) == winners
    for refused in results:
        if isinstance(refused, Exception):
            assert isinstance(refused, RuleBroken), repr(refused)


# --- one run of a campaign ---------------------------------------------------------------------------------------------


def start_all(campaign: Campaign) -> list[object]:
    return at_once(lambda _: start_run(campaign=campaign, by=None, seconds=60))


def test_of_twenty_starts_one_runs() -> None:
    for _ in range(REPEATS):
        the_rest_were_told(start_all(make.make_campaign()))


def test_control_without_the_constraint_more_than_one_runs() -> None:
    sql("DROP INDEX run_one_active_per_campaign")
    assert len(succeeded(start_all(make.make_campaign()))) > 1


# --- one worker for a run ----------------------------------------------------------------------------------------------


def test_of_twenty_claims_one_holds() -> None:
    for _ in range(REPEATS):
        run = make.make_run(make.make_campaign(), state="queued")
        claims = [c for c in at_once(lambda _, run=run: claim_run(run.pk)) if c is not None]
        run.refresh_from_db()
        assert claims == [run.claim]
        assert run.attempts == 1


def test_control_a_look_before_the_update_lets_more_than_one_in() -> None:
    run = make.make_run(make.make_campaign(), state="queued")

    def look_then_claim(_: int) -> bool:
        if Run.objects.get(pk=run.pk).state != Run.State.QUEUED:
            return False
        sql("SELECT pg_sleep(0.05)")
        make_it_ours = {"state": "running", "claim": "00000000-0000-0000-0000-000000000001"}
        return bool(Run.objects.filter(pk=run.pk).update(heartbeat_at=run.requested_at, **make_it_ours))

    assert sum(r is True for r in at_once(look_then_claim)) > 1


# --- the last post, the last seat --------------------------------------------------------------------------------------


def published_with_one_post() -> tuple[Plan, Posting, list[Registration]]:
    campaign = make.make_campaign()
    township = make.make_township(campaign)
    people = [make.make_registration(campaign, township=township) for _ in range(CLIENTS)]
    posting = make.make_posting(campaign, headcount=1)
    return make.publish(make.make_plan(campaign)), posting, people


def assign(plan: Plan, posting: Posting, who: Registration, all_ready: threading.Barrier) -> None:
    """As a change by hand does it: recorded, and checked at the commit, which all reach at the same moment."""
    with rules_in_words():
        PlanChange.objects.create(plan=plan, kind=PlanChange.Kind.MANUAL, reason="a free post")
        plan.assignments.create(registration=who, posting=posting, leaves_at=who.ready_at, reaches_at=who.ready_at)
        all_ready.wait(30)


def assign_all() -> Plan:
    plan, posting, people = published_with_one_post()
    all_ready = threading.Barrier(CLIENTS)
    results = at_once(lambda n: assign(plan, posting, people[n], all_ready))
    assert len(succeeded(results)) == plan.assignments.count()
    return plan


def test_of_twenty_people_one_gets_the_last_post() -> None:
    for _ in range(REPEATS):
        assert assign_all().assignments.count() == 1


def test_control_without_the_lock_the_last_post_is_given_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('dispatch_live_plan'::regproc)")
        (body,) = cursor.fetchone()
        cursor.execute(body.replace("FOR NO KEY UPDATE", "").replace("FOR SHARE", ""))
    assert any(assign_all().assignments.count() > 1 for _ in range(REPEATS))


# --- one publication ---------------------------------------------------------------------------------------------------


@pytest.fixture
def draft() -> Iterator[Plan]:
    campaign = make.make_campaign()
    plan = make.make_plan(campaign)
    make.place_person(plan, make.make_registration(campaign, occupations=[]), make.make_posting(campaign, kind="open"))
    plan.assignments.all().delete()
    yield plan


def test_of_twenty_publications_of_a_draft_one_counts(draft: Plan) -> None:
    for _ in range(REPEATS):
        plan = make.make_plan(draft.campaign)
        the_rest_were_told(at_once(lambda n, p=plan: publish_plan(plan=p, by=None, note=f"client {n}")))
        assert PlanChange.objects.filter(plan=plan, kind=PlanChange.Kind.PUBLISH).count() == 1
        assert Plan.objects.filter(campaign=draft.campaign, state=Plan.State.PUBLISHED).get() == plan


def test_control_without_locks_a_draft_is_published_twice(draft: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import QuerySet

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    sql("ALTER TABLE dispatch_plan DISABLE TRIGGER plan_state")  # it would stop whoever comes second, less kindly
    at_once(lambda n: publish_plan(plan=draft, by=None, note=f"client {n}"))
    assert PlanChange.objects.filter(plan=draft, kind=PlanChange.Kind.PUBLISH).count() > 1


def test_somebody_who_withdraws_during_a_publication_is_not_in_the_plan() -> None:
    """Publishing and an outcome at the same moment: whichever comes second sees the first."""
    for _ in range(REPEATS):
        campaign = make.make_campaign()
        plan, people = make.make_plan(campaign), []
        for _ in range(CLIENTS // 2):
            who = make.make_registration(campaign)
            make.place_person(plan, who, make.make_posting(campaign))
            people.append(who)

        def act(n: int, plan: Plan = plan, people: list[Registration] = people) -> None:
            if n == 0:
                with transaction.atomic():
                    Campaign.objects.select_for_update(no_key=True).get(pk=plan.campaign_id)
                    make.publish(plan)
            elif n <= len(people):
                with rules_in_words():
                    sql("UPDATE workers_registration SET outcome = 'withdrew', outcome_at = now() "
                        f"WHERE id = {people[n - 1].pk}")

        at_once(act)
        plan.refresh_from_db()
        if plan.state == Plan.State.PUBLISHED:
            assert not plan.assignments.filter(registration__outcome__isnull=False).exists()
