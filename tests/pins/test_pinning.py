"""Setting and lifting: what is done is on record; what certainly cannot be is a sentence, and nothing is stored."""
from collections.abc import Iterator

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from dispatch.matching.pins import Kind, Rule
from dispatch.models import Pin
from dispatch.reasons import Refused
from dispatch.services.pinning import OF_A_POSTING, OF_A_TRIP, lift_pin
from jobs.models import Employer, Posting
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from transport.models import Trip
from workers.models import AdmissionRule

from .scene import Pinning, make_pinning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def told(scene: Pinning, kind: str, **value: object) -> list[str]:
    before = Pin.objects.count(), Entry.objects.count()
    with pytest.raises(RuleBroken) as refused:
        scene.pin(kind, **value)
    assert (Pin.objects.count(), Entry.objects.count()) == before
    return refused.value.sentences


def test_every_kind_and_rule_of_the_core_has_words() -> None:
    assert set(Pin.Kind.values) == {kind.value for kind in Kind}
    assert set(Refused.values) == {rule.name.lower() for rule in Rule}
    for rule in Rule:
        assert ("{about}" in rule) == (rule in OF_A_POSTING | OF_A_TRIP) == ("{what}" in Refused[rule.name].label)


def test_a_pin_is_set_and_lifted_with_a_record(scene: Pinning) -> None:
    pin = scene.pin("job", " her old workshop ", posting=scene.job)
    assert (pin.registration, pin.posting, pin.reason) == (scene.who, scene.job, "her old workshop")
    assert pin.made_by == scene.staff
    other = make.make_user()
    lifted = lift_pin(pin=pin, by=other, why="the workshop moved")
    assert (lifted.lifted_by, lifted.lifted_why) == (other, "the workshop moved")
    assert lifted.lifted_at is not None
    entries = Entry.objects.filter(subject="workers.registration", subject_id=scene.who.pk).order_by("id")
    assert [(e.action, e.by, e.detail["why"]) for e in entries] == [
        ("pinned", scene.staff, "her old workshop"), ("pin lifted", other, "the workshop moved")]
    with pytest.raises(RuleBroken, match="This pin was lifted already"):
        lift_pin(pin=pin, by=other, why="again")


def test_a_whole_assignment_is_pinned_as_the_plan_has_it(scene: Pinning) -> None:
    assignment = scene.assigned()
    pin = scene.pin("assignment", assignment=assignment)
    assert (pin.posting, pin.legs) == (scene.job, [{"trip": scene.bus.pk, "board": 0, "alight": 1}])
    assert told(scene, "assignment", assignment=scene.assigned(who=scene.colleague)) == [
        "This assignment is another person's. Load the page again."]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
def test_a_pin_says_why(scene: Pinning, reason: str) -> None:
    assert told(scene, "out", reason=reason) == ["Say in 1 to 400 characters why: it stays on record."]
    pin = scene.pin("out")
    with pytest.raises(RuleBroken, match="Say in 1 to 400 characters why"):
        lift_pin(pin=pin, by=scene.staff, why=reason)


def test_contradictions_are_sentences(scene: Pinning) -> None:
    scene.pin("job", "her old workshop", posting=scene.job)
    against = (f"Another pin of this person stands against it ({scene.who.ref} {scene.job.ref}: her old workshop). "
               "Lift that one first.")
    assert told(scene, "job", posting=scene.other_job) == [against]
    assert told(scene, "out") == [against]
    assert told(scene, "job", posting=scene.job) == [
        "This person is pinned so already. Lift that pin before setting another."]
    lift_pin(pin=Pin.objects.get(), by=scene.staff, why="a mistake")
    scene.pin("out")


def test_what_the_person_cannot_is_named_by_the_cores_own_rules(scene: Pinning) -> None:
    name = f"{scene.job.site.employer.name} {scene.job.ref}"
    other_trade = make.make_posting(scene.campaign, occupation=make.make_occupation(scene.campaign))
    assert told(scene, "job", posting=other_trade) == [
        f"Not eligible for {other_trade.site.employer.name} {other_trade.ref}: trade, wage, the person's wish "
        "or a post kept for others stand against it."]
    poor = make.make_registration(scene.campaign, occupations=[scene.trade], min_wage=9000)
    assert told(scene, "job", who=poor, posting=scene.job)[0].startswith(f"Not eligible for {name}")
    young, minor = (make.make_registration(
        scene.campaign, occupations=[scene.trade], worker=make.make_worker(birth_date=make.FIRST_DAY.replace(year=year)),
    ) for year in (2005, 2003))
    assert told(scene, "trip", who=young, trip=scene.bus) == ["Under 16: nobody may give this person a job."]
    assert told(scene, "job", who=minor, posting=scene.job) == [f"Under 18, and {name} takes no minors."]
    red = make.make_registration(scene.campaign, occupations=[scene.trade], clearance=2)
    assert told(scene, "job", who=red, posting=scene.job) == [f"The health clearance is not accepted where {name} is."]
    district = scene.job.site.place.parent
    AdmissionRule.objects.create(campaign=scene.campaign, county=red.township.parent, district=district, colour=2)
    scene.pin("job", who=red, posting=scene.job)
    gone = make.make_registration(scene.campaign, outcome="withdrew")
    assert told(scene, "out", who=gone) == [f"{gone.worker.name} needs no place: withdrew. There is nothing to pin."]


def test_a_job_or_trip_that_is_gone_is_named(scene: Pinning) -> None:
    name = f"{scene.job.site.employer.name} {scene.job.ref}"
    assignment = scene.assigned()
    Posting.objects.filter(pk=scene.job.pk).update(withdrawn_at=timezone.now())
    Employer.objects.filter(pk=scene.other_job.site.employer_id).update(verified_at=None)
    Trip.objects.filter(pk=scene.bus.pk).update(state="cancelled")
    assert told(scene, "job", posting=scene.job) == [f"{name} has been withdrawn, or its employer is not verified."]
    assert told(scene, "job", posting=scene.other_job)[0].endswith("has been withdrawn, or its employer is not verified.")
    assert told(scene, "trip", trip=scene.bus) == [f"direct bus {scene.bus.ref} does not run any more."]
    assert told(scene, "assignment", assignment=assignment) == [
        f"{name} has been withdrawn, or its employer is not verified.",
        f"direct bus {scene.bus.ref} does not run any more."]
    scene.pin("not-job", posting=scene.job)
    scene.pin("not-trip", trip=scene.bus)


def test_a_posting_is_not_pinned_to_more_people_than_it_has_posts(scene: Pinning) -> None:
    scene.pin("job", posting=scene.job)
    scene.pin("assignment", who=scene.colleague, assignment=scene.assigned(scene.colleague, bus=scene.other_bus))
    third = make.make_registration(scene.campaign, occupations=[scene.trade], township=scene.who.township)
    assert told(scene, "job", who=third, posting=scene.job) == [
        f"{scene.job.site.employer.name} {scene.job.ref} has fewer posts than people who are pinned to it."]
    # Who no longer goes has no claim on a post.
    scene.colleague.outcome, scene.colleague.outcome_at = "withdrew", timezone.now()
    scene.colleague.save()
    scene.pin("job", who=third, posting=scene.job)


def test_what_is_wrong_with_others_is_not_held_against_a_person(scene: Pinning) -> None:
    scene.pin("job", who=scene.colleague, posting=scene.job)
    scene.colleague.occupations.clear()
    scene.pin("job", posting=scene.job)


def test_pinning_reads_the_same_few_rows_in_a_campaign_of_any_size(scene: Pinning) -> None:
    from django.db import connection

    def asked(scene: Pinning) -> int:
        with CaptureQueriesContext(connection) as caught:
            scene.pin("job", posting=scene.job)
        return len(caught)

    alone = asked(scene)
    crowded = make_pinning()
    for _ in range(5):
        crowded.pin("out", who=make.make_registration(crowded.campaign))
        make.make_posting(crowded.campaign)
    assert asked(crowded) == alone
