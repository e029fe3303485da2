"""One run with a real worker: from the start to a plan that the bench's own checker accepts."""
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from dispatch.models import Plan, Run
from dispatch.reasons import Reason
from dispatch.services.runs import start_run
from laborbridge.campaigns.models import Campaign
from tests.bench import checked
from tests.celery_worker import CeleryWorker

from .waiting import ended


@pytest.fixture
def finished(campaign_s: Campaign, celery_worker_process: CeleryWorker) -> Run:
    run = ended(start_run(campaign=campaign_s, by=None, seconds=6, seed=3))
    assert run.state == Run.State.FINISHED, run.failure
    return run


def test_a_run_makes_a_plan_that_keeps_all_rules(finished: Run, folder_s: Path, tmp_path: Path) -> None:
    plan = finished.plan
    assert (plan.state, plan.number, plan.score) == (Plan.State.DRAFT, 1, finished.best_score)
    placed, left = plan.assignments.count(), plan.unplaced.count()
    assert placed == plan.counts["placed"] == finished.placed
    assert placed + left == 1400 == plan.counts["registered"]
    assert sum(plan.counts["unplaced"].values()) == left
    assert set(plan.counts["unplaced"]) <= set(Reason.values)
    assert sum(all_ for _, all_ in plan.counts["counties"].values()) == 1400
    for row in plan.unplaced.all():
        assert bool(row.changes["ways"]) != bool(row.changes["nothing"])
        assert row.reason != Reason.SEATS_FULL or row.changes["full_calls"]
        assert row.reason != Reason.POSTINGS_FULL or row.changes["full_posts"]

    assert finished.input_digest and finished.solver_version and finished.versions["numpy"]
    assert finished.bound >= plan.score > 1.1 * 406_217  # what first come, first served brings
    call_command("export_plan", campaign="S", out=tmp_path / "PLAN.csv")
    status, words = checked(folder_s, tmp_path / "PLAN.csv")
    assert status == 0, words
    assert f"assigned {placed}  score {plan.score:.1f}" in words


def test_the_core_knows_no_reason_without_words() -> None:
    from dispatch.matching.result import Reason as Code

    assert {code.name.lower() for code in Code} - {"placed"} == set(Reason.values)


def test_every_phase_of_the_core_has_words() -> None:
    from dispatch.views.wording import PHASES

    sources = (Path(__file__).parents[2] / "dispatch").glob("*/*.py")
    named = {name for path in sources for name in re.findall(r'(?:timed|Progress)\("([^"]+)"', path.read_text("utf-8"))}
    assert {"first plan", "writing"} <= named <= set(PHASES)
