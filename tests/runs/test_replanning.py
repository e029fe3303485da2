"""A run that keeps people where they are, with a real worker, on the bench's size S with its fullest bus cancelled."""
import pytest
from django.db.models import Count

from dispatch.models import Assignment, Plan, Run, SeatBooking
from dispatch.queries.seat_changes import seat_changes
from dispatch.services.publishing import publish_plan
from dispatch.services.runs import CHANGE_COST, DEAREST, start_run
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.celery_worker import CeleryWorker
from transport.models import Trip

from .waiting import ended

LONG = 120  # seconds: on S every solve ends by itself long before, so that nothing here hangs on the machine's load
Way = tuple[int, tuple[tuple[int, int, int, int], ...]]  # job; trip, board, alight and seat of each leg


def ways(plan: Plan) -> dict[int, Way]:
    """By registration."""
    legs: dict[int, list[tuple[int, int, int, int]]] = {}
    for who, *leg in SeatBooking.objects.filter(plan=plan).order_by("leg").values_list(
        "assignment__registration", "trip", "board", "alight", "seat"
    ):
        legs.setdefault(who, []).append(tuple(leg))
    jobs = Assignment.objects.filter(plan=plan).values_list("registration", "posting")
    return {who: (job, tuple(legs.get(who, ()))) for who, job in jobs}


def kept(campaign: Campaign, published: Plan, cost: int = CHANGE_COST) -> Run:
    run = ended(start_run(campaign=campaign, by=None, seconds=LONG, before=published, change_cost=cost), 2 * LONG)
    assert run.state == Run.State.FINISHED, run.failure
    return run


def test_a_cancelled_bus_is_seated_anew_and_nearly_everybody_else_keeps_job_journey_and_seat(
    campaign_s: Campaign, celery_worker_process: CeleryWorker
) -> None:
    first = ended(start_run(campaign=campaign_s, by=None, seconds=LONG), 2 * LONG)
    published = publish_plan(plan=first.plan, by=None, note="第一次")
    riders = SeatBooking.objects.filter(plan=published, trip__mode="bus").values("trip").annotate(n=Count("pk"))
    gone = riders.order_by("-n").first()
    assert gone and gone["n"] > 30
    Trip.objects.filter(pk=gone["trip"]).update(state=Trip.State.CANCELLED)

    second = kept(campaign_s, published)
    before, after = ways(published), ways(second.plan)
    lost = {who for who, (_job, legs) in before.items() if gone["trip"] in {leg[0] for leg in legs}}
    could = before.keys() - lost
    assert len(lost) == gone["n"]
    assert could <= after.keys()
    moved = {who for who in could if [leg[:3] for leg in after[who][1]] != [leg[:3] for leg in before[who][1]]
             or after[who][0] != before[who][0]}
    assert len(moved) <= 0.05 * len(could)  # a tenth of all seats is gone; who moves makes room for somebody
    assert {who for who in could - moved if after[who] != before[who]} == set()  # the seats are the same, too
    assert second.plan.counts["before"] == {
        "plan": 1, "people": len(before), "could_stay": len(could), "moved": len(moved), "dropped": 0, "seats_changed": 0}
    assert seat_changes(before=published, after=second.plan).people == 0

    dear = kept(campaign_s, published, DEAREST).plan
    as_dear = ways(dear)
    assert {who for who in could if as_dear[who] != before[who]} == set()
    assert len(could) <= dear.counts["placed"] <= second.plan.counts["placed"]

    # What it saw is the campaign and the plan; seen again it gives the same plan, and a plan made anew sees something else.
    third = kept(campaign_s, published)
    assert (third.input_digest, ways(third.plan)) == (second.input_digest, after)
    anew = ended(start_run(campaign=campaign_s, by=None, seconds=3))
    assert anew.input_digest not in ("", second.input_digest)
    assert "before" not in anew.plan.counts and anew.parameters == {"seconds": 3}
    otherwise = ways(anew.plan)
    assert len([who for who in could if otherwise.get(who) != before[who]]) > len(moved)


@pytest.mark.django_db
def test_only_the_published_plan_is_started_from_and_only_at_a_cost_that_makes_sense() -> None:
    campaign = make.make_campaign()
    draft, other = make.make_plan(campaign), make.publish(make.make_plan(make.make_campaign()))
    for plan in (draft, other):
        with pytest.raises(RuleBroken):
            start_run(campaign=campaign, by=None, seconds=5, before=plan)
    published = make.publish(draft)
    for cost in (-1, 10_001):
        with pytest.raises(RuleBroken):
            start_run(campaign=campaign, by=None, seconds=5, before=published, change_cost=cost)
    assert not Run.objects.exists()
