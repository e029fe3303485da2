"""A run that gives each county its least share, with a real worker."""
from dispatch.models import Run
from dispatch.services.runs import start_run
from laborbridge.campaigns.models import Campaign
from tests.celery_worker import CeleryWorker

from .waiting import ended


def test_each_county_has_its_half_and_the_plan_says_what_that_costs(
    campaign_s: Campaign, celery_worker_process: CeleryWorker
) -> None:
    run = ended(start_run(campaign=campaign_s, by=None, seconds=30, floor=50), 240)
    assert run.state == Run.State.FINISHED, run.failure
    floors, counties = run.plan.counts["floors"], run.plan.counts["counties"]
    assert all(able >= placed >= least > 0 for able, least, placed in floors["counties"].values())
    assert {county: placed for county, (_able, _least, placed) in floors["counties"].items()} == {
        county: placed for county, (placed, _people) in counties.items()}
    assert 0 < floors["cost"] < 0.01 * run.plan.score
