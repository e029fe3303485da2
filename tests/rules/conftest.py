"""The world that every rule's test tries to break."""
import pytest

from tests import factories as make

from .world import World


@pytest.fixture
def world() -> World:
    campaign = make.make_campaign()
    township, park = make.make_township(campaign), make.make_park(campaign)
    going, other = (make.make_registration(campaign, township=township) for _ in range(2))
    posting = make.make_posting(campaign, headcount=1, park=park)
    trip = make.make_trip(campaign, [township, park], seats=45)
    plan = make.make_plan(campaign)
    assignment = make.place_person(plan, going, posting, [(trip, 0, 1, 0)])
    make.publish(plan)
    return World(plan, trip, posting, going, other, assignment)
