"""A draft is published only when all that it depends on still holds; otherwise sentences say what does not."""
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone, translation

from dispatch.matching.problem import ProblemError
from dispatch.models import Plan, PlanChange
from dispatch.services import publishing
from dispatch.services.publishing import publish_plan
from jobs.models import Employer, Posting
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from transport.models import Call, Trip
from workers.models import Clearance, Registration, RegistrationOccupation, TravelGroup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft() -> Plan:
    """Two friends and one other on a bus from their township to the park; the one other in a posting of its own."""
    campaign = make.make_campaign()
    township, park = make.make_township(campaign), make.make_park(campaign)
    trade = make.make_occupation(campaign)
    group = make.make_group(campaign)
    plan = make.make_plan(campaign)
    bus = make.make_trip(campaign, [township, park], seats=3, starts=make.at(8, 35))
    shared = make.make_posting(campaign, park=park, occupation=trade, headcount=2)
    alone = make.make_posting(campaign, park=park, occupation=trade, headcount=1)
    for seat, (posting, travels_with) in enumerate([(shared, group), (shared, group), (alone, None)]):
        who = make.make_registration(campaign, township=township, occupations=[trade], group=travels_with)
        make.place_person(plan, who, posting, [(bus, 0, 1, seat)])
    return plan


def the_last(plan: Plan) -> Registration:
    return plan.assignments.order_by("-id")[0].registration


def test_a_plan_is_published_with_a_record(draft: Plan) -> None:
    user = make.make_user()
    published = publish_plan(plan=draft, by=user, note="agreed with the other bureau")
    assert (published.state, published.published_by, published.note) == (
        Plan.State.PUBLISHED, user, "agreed with the other bureau"
    )
    change = PlanChange.objects.get()
    assert (change.kind, change.by, change.reason) == (PlanChange.Kind.PUBLISH, user, "agreed with the other bureau")
    assert Entry.objects.get(action="plan published").by == user


def test_a_newer_plan_replaces_it_and_the_old_one_stays_readable(draft: Plan) -> None:
    publish_plan(plan=draft, by=None, note="first")
    second = make.make_plan(draft.campaign)
    make.place_person(second, the_last(draft), the_last(draft).assignments.get().posting)
    second.assignments.all().delete()
    publish_plan(plan=second, by=None, note="second")
    draft.refresh_from_db()
    assert (draft.state, draft.assignments.count()) == (Plan.State.SUPERSEDED, 3)
    assert draft.changes.filter(kind=PlanChange.Kind.SUPERSEDE).get().reason == "Replaced by plan 2"


@pytest.mark.parametrize("note", ["", "   ", "x" * 401])
def test_a_publication_says_why(draft: Plan, note: str) -> None:
    with pytest.raises(RuleBroken, match="Say in 1 to 400 characters why"):
        publish_plan(plan=draft, by=None, note=note)


def test_a_plan_is_published_once(draft: Plan) -> None:
    publish_plan(plan=draft, by=None, note="first")
    with pytest.raises(RuleBroken, match="Plan 1 has been published already"):
        publish_plan(plan=draft, by=None, note="again")


def test_a_plan_whose_people_are_on_the_way_is_not_replaced(draft: Plan) -> None:
    publish_plan(plan=draft, by=None, note="first")
    draft.assignments.filter(registration=the_last(draft)).update(state="boarded")
    with pytest.raises(RuleBroken, match="1 person of the published plan 1 is on the way or has arrived"):
        publish_plan(plan=make.make_plan(draft.campaign), by=None, note="second")


def _outcome(plan: Plan) -> None:
    Registration.objects.filter(pk=the_last(plan).pk).update(outcome="withdrew", outcome_at=timezone.now())


def _older(plan: Plan) -> None:
    who = the_last(plan).worker
    who.birth_date = plan.campaign.first_day.replace(year=plan.campaign.first_day.year - 15)
    who.save()


def _trip_cancelled(plan: Plan) -> None:
    Trip.objects.update(state="cancelled")


def _later(plan: Plan) -> None:
    for call in Call.objects.all():
        Call.objects.filter(pk=call.pk).update(
            arrive_at=call.arrive_at + timezone.timedelta(days=9), depart_at=call.depart_at + timezone.timedelta(days=9)
        )


def _another_place(plan: Plan) -> None:
    Call.objects.filter(seq=0).update(place=make.make_township(plan.campaign))


def _joins(plan: Plan) -> None:
    group = TravelGroup.objects.get()
    township = the_last(plan).township
    make.make_registration(plan.campaign, township=township, group=group)


CHANGES: list[tuple[Callable[[Plan], object], str]] = [
    (_outcome, "1 person of the plan no longer goes"),
    (_older, "Under 16: "),
    (lambda plan: Posting.objects.filter(headcount=1).update(withdrawn_at=timezone.now()), "1 person has a job that"),
    (lambda plan: Employer.objects.update(verified_at=None), "3 people have jobs that have been withdrawn or whose"),
    (lambda plan: Posting.objects.filter(headcount=2).update(headcount=1), "Fewer posts than people: J"),
    (lambda plan: Posting.objects.update(wage=100), "The job no longer fits: "),
    (lambda plan: RegistrationOccupation.objects.all().delete(), "The job no longer fits: "),
    (lambda plan: Posting.objects.update(start_by=make.at(9)), "The journey ends after the job has begun: "),
    (_trip_cancelled, "1 trip of the plan has been cancelled."),
    (lambda plan: Trip.objects.update(seats=2), "Fewer seats than people: T"),
    (lambda plan: Trip.objects.update(escort_seats=1), "Fewer seats than people: T"),
    (lambda plan: Registration.objects.update(ready_at=make.at(10)), "The journey begins before the person is ready: "),
    (_later, "The journey ends after the job has begun: "),
    (_another_place, "There is no way to the first stop or from the last: "),
    (lambda plan: Clearance.objects.update(colour=2), "The health clearance is not accepted where the job is: "),
    (_joins, "A group that travels together would be split: G"),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES, ids=[s[:40] for _, s in CHANGES])
def test_what_no_longer_holds_is_said_and_nothing_is_published(
    draft: Plan, change: Callable[[Plan], object], sentence: str
) -> None:
    change(draft)
    with pytest.raises(RuleBroken) as refused:
        publish_plan(plan=draft, by=None, note="at night")
    assert any(s.startswith(sentence) for s in refused.value.sentences), refused.value.sentences
    assert refused.value.sentences[-1].startswith("Nothing was published.")
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT
    assert not PlanChange.objects.exists()


def test_lists_that_do_not_fit_together_are_a_sentence(draft: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed_meanwhile(campaign: object) -> None:
        raise ProblemError("a job in a park that is no place", 3)

    monkeypatch.setattr(publishing, "take_snapshot", changed_meanwhile)
    with pytest.raises(RuleBroken, match="The lists were changed at this very moment"):
        publish_plan(plan=draft, by=None, note="at night")
