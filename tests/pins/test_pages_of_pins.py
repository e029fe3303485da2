"""Pins on a person's page, in lists and on a run's page; setting and lifting through the forms."""
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Pin, PinRefusal, Plan, Run
from dispatch.services.pinning import lift_pin
from jobs.models import Posting
from tests import factories as make
from workers.models import Registration

from .scene import Pinning

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(scene: Pinning) -> Client:
    client = Client()
    scene.staff.language = "en"
    scene.staff.save(update_fields=["language"])
    client.force_login(scene.staff)
    return client


@pytest.fixture
def plan(scene: Pinning) -> Plan:
    return make.publish(scene.draft((scene.who, scene.job, scene.bus)))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def person(client: Client, scene: Pinning, who: Registration | None = None, **asked: Any) -> str:
    return text(client.get(reverse("person", args=[(who or scene.who).pk]), asked))


def decide(client: Client, scene: Pinning, who: Registration | None = None, **given: Any) -> Any:
    return client.post(reverse("person-pin", args=[(who or scene.who).pk]), {"reason": "agreed", **given})


def the_pin() -> tuple[str, int | None, int | None, list[Any], str]:
    pin = Pin.objects.get(lifted_at=None)
    return pin.kind, pin.posting_id, pin.trip_id, pin.legs, pin.reason


def test_each_choice_of_the_form_sets_its_pin(client: Client, scene: Pinning, plan: Plan) -> None:
    job, bus = scene.job.pk, scene.bus.pk
    for given, wanted in [
        ({"what": f"assignment:{plan.pk}"}, ("assignment", job, None, [{"trip": bus, "board": 0, "alight": 1}])),
        ({"what": f"job:{job}"}, ("job", job, None, [])),
        ({"what": f"not-job:{job}"}, ("not-job", job, None, [])),
        ({"what": f"trip:{bus}"}, ("trip", None, bus, [])),
        ({"what": f"not-trip:{bus}"}, ("not-trip", None, bus, [])),
        ({"what": "out"}, ("out", None, None, [])),
        ({"what": "job", "ref": scene.other_job.ref}, ("job", scene.other_job.pk, None, [])),
        ({"what": "not-job", "ref": scene.other_job.ref}, ("not-job", scene.other_job.pk, None, [])),
        ({"what": "trip", "ref": f" {scene.other_bus.ref} "}, ("trip", None, scene.other_bus.pk, [])),
        ({"what": "not-trip", "ref": scene.other_bus.ref}, ("not-trip", None, scene.other_bus.pk, [])),
    ]:
        assert f'value="{given["what"]}"' in person(client, scene)
        answer = decide(client, scene, plan=plan.pk, **given)
        assert (answer.status_code, answer["Location"]) == (302, f"/people/{scene.who.pk}/?plan={plan.pk}#pins"), given
        assert the_pin() == (*wanted, "agreed")
        answer = client.post(reverse("pin-lift", args=[Pin.objects.get(lifted_at=None).pk]), {"why": "over"})
        assert (answer.status_code, answer["Location"]) == (302, f"/people/{scene.who.pk}/#pins")
        assert not Pin.objects.filter(lifted_at=None).exists()


def test_a_post_kept_for_somebody_is_offered(client: Client, scene: Pinning) -> None:
    kept = make.make_posting(scene.campaign, kind="reserved")
    make.make_reserved_post(kept, scene.who)
    assert f"The post kept for this person: {kept.site.employer.name} {kept.ref}" in person(client, scene)
    assert decide(client, scene, what=f"job:{kept.pk}").status_code == 302
    assert the_pin()[:2] == ("job", kept.pk)


@pytest.mark.parametrize(("given", "said"), [
    ({}, "Choose what is decided."),
    ({"what": "out", "reason": " "}, "Say in 1 to 400 characters why: it stays on record."),
    ({"what": "out", "reason": "x" * 401}, "Say in 1 to 400 characters why: it stays on record."),
    ({"what": "job:999999"}, "The plan says something else of this person by now. Choose anew."),
    ({"what": "job"}, "Type the number of the posting or trip, as its lists have it."),
    ({"what": "trip", "ref": "T-none"}, "This campaign has none with the number T-none. Look at its list."),
])
def test_what_was_not_understood_is_said_beside_its_field(
    client: Client, scene: Pinning, given: dict[str, str], said: str
) -> None:
    answer = decide(client, scene, **given)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'id="pin" open' in text(answer)
    assert not Pin.objects.exists()


def test_a_posting_of_another_campaign_is_not_found_by_its_number(client: Client, scene: Pinning) -> None:
    elsewhere = make.make_posting(make.make_campaign())
    assert "has none with the number" in text(decide(client, scene, what="job", ref=elsewhere.ref))


def test_what_stands_against_a_pin_is_said_on_the_page(client: Client, scene: Pinning) -> None:
    scene.who.occupations.clear()
    answer = decide(client, scene, what="job", ref=scene.job.ref)
    assert answer.status_code == 409
    assert f"Not eligible for {scene.job.site.employer.name} {scene.job.ref}" in text(answer)
    pin = scene.pin("out")
    answer = client.post(reverse("pin-lift", args=[pin.pk]), {"why": ""})
    assert answer.status_code == 409
    assert "Say in 1 to 400 characters why" in text(answer)
    assert Pin.objects.get().lifted_at is None


def test_the_page_shows_who_when_and_why_and_what_was_lifted(client: Client, scene: Pinning, plan: Plan) -> None:
    lift_pin(pin=scene.pin("out", "ill"), by=scene.staff, why="well again")
    scene.pin("assignment", "her sister goes too", assignment=plan.assignments.get())
    shown = person(client, scene)
    assert "Keeps job and journey" in shown and "her sister goes too" in shown and scene.staff.name in shown
    assert "Held out" in shown and ": well again" in shown
    # The marks beside the job, the trip and in the head.
    assert shown.count(">pinned<") == 3
    drawer = text(client.get(reverse("person", args=[scene.who.pk]), headers={"HX-Target": "drawer"}))
    assert "her sister goes too" in drawer and "<form" not in drawer
    assert person(client, scene, scene.colleague).count(">pinned<") == 0


def test_pins_of_somebody_who_needs_no_place_rest(client: Client, scene: Pinning) -> None:
    scene.pin("out")
    Registration.objects.filter(pk=scene.who.pk).update(outcome="withdrew", outcome_at=timezone.now())
    shown = person(client, scene)
    assert "It rests while the person needs no place (withdrew)." in shown
    assert 'id="pin"' not in shown
    assert "rests: withdrew" in text(client.get(reverse("pins", args=[scene.campaign.pk])))


def test_only_who_starts_runs_sees_pins(client: Client, scene: Pinning, plan: Plan) -> None:
    scene.pin("job", "a secret of the bureau", posting=scene.job)
    county = scene.who.township.parent
    officer = make.make_member("planner", organisation=scene.campaign.participants.get(), place=county, language="en")
    elsewhere = Client()
    elsewhere.force_login(officer)
    for address in (reverse("person", args=[scene.who.pk]), reverse("people", args=[scene.campaign.pk])):
        answer = elsewhere.get(address)
        assert answer.status_code == 200
        assert "a secret of the bureau" not in text(answer) and ">pinned<" not in text(answer)


def test_the_list_shows_all_live_pins_and_those_of_one_kind(client: Client, scene: Pinning) -> None:
    scene.pin("job", "her old workshop", posting=scene.job)
    scene.pin("not-trip", "afraid of buses", trip=scene.bus)
    scene.pin("out", "in hospital", who=scene.colleague)
    lift_pin(pin=scene.pin("not-job", "long ago", posting=scene.other_job), by=scene.staff, why="over")
    address = reverse("pins", args=[scene.campaign.pk])
    everything = text(client.get(address))
    for said in ("her old workshop", "afraid of buses", "in hospital"):
        assert said in everything
    assert "long ago" not in everything
    assert f'/people/{scene.who.pk}/#pins">{scene.who.worker.name}' in everything
    held = text(client.get(address, {"kind": "out"}))
    assert "in hospital" in held and "afraid of buses" not in held
    assert "No pin of this kind" in text(client.get(address, {"kind": "trip"}))
    assert "her old workshop" in text(client.get(address, {"kind": "nonsense"}))
    people = text(client.get(reverse("people", args=[scene.campaign.pk])))
    assert people.count(">pinned<") == 2
    for page in (reverse("campaign", args=[scene.campaign.pk]), reverse("plan", args=[scene.draft().pk])):
        assert f'<a href="{address}">3 pins hold</a>' in text(client.get(page))


def test_nothing_pinned_says_how_to_pin(client: Client, scene: Pinning) -> None:
    assert "Nothing is pinned" in text(client.get(reverse("pins", args=[scene.campaign.pk])))


def test_a_run_that_could_not_keep_its_pins_names_each_person(client: Client, scene: Pinning) -> None:
    run = make.make_run(scene.campaign, state="failed", failure=Run.PINS_REFUSED)
    PinRefusal.objects.create(run=run, registration=scene.who, rule="job_gone", posting=scene.job)
    PinRefusal.objects.create(run=run, registration=scene.colleague, rule="fewer_seats", trip=scene.bus)
    shown = text(client.get(reverse("run", args=[run.pk])))
    assert "Failed: some pins cannot be kept" in shown
    assert f'<a href="/people/{scene.who.pk}/#pins">{scene.who.worker.name}</a>' in shown
    assert f"{scene.job.site.employer.name} {scene.job.ref} has been withdrawn, or its employer is not verified." in shown
    assert f"direct bus {scene.bus.ref} has fewer seats than people who are pinned to it." in shown
    assert "The last run failed: some pins cannot be kept" in text(client.get(reverse("campaign", args=[scene.campaign.pk])))
    renewed = text(client.get(reverse("run-progress", args=[run.pk])))
    assert f'href="/runs/{run.pk}/#refused"' in renewed
    client.post(reverse("set-language"), {"language": "zh-hans"})
    chinese = text(client.get(reverse("run", args=[run.pk])))
    assert "部分锁定无法满足" in chinese and f"{scene.job.ref}已撤回，或其企业尚未核验。" in chinese


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_lists_ask_as_often_with_one_pin_as_with_many(client: Client, scene: Pinning, plan: Plan) -> None:
    run = make.make_run(scene.campaign, state="failed", failure=Run.PINS_REFUSED)
    addresses = [reverse("pins", args=[scene.campaign.pk]), reverse("people", args=[scene.campaign.pk]),
                 reverse("run", args=[run.pk]), reverse("person", args=[scene.who.pk])]

    def crowd(first: int, last: int) -> None:
        for _ in range(first, last):
            who = make.make_registration(scene.campaign, occupations=[scene.trade], township=scene.who.township)
            other = make.make_posting(scene.campaign, park=scene.job.site.place, occupation=scene.trade)
            scene.pin("assignment", who=who, assignment=scene.assigned(who, other, scene.other_bus))
            scene.pin("not-job", posting=make.make_posting(scene.campaign))
            PinRefusal.objects.create(run=run, registration=who, rule="no_room")
            PinRefusal.objects.create(run=run, registration=who, rule="minor", posting=other)

    scene.pin("assignment", assignment=plan.assignments.get())
    crowd(0, 1)
    once = [queries(client, address) for address in addresses]
    crowd(1, 4)
    assert [queries(client, address) for address in addresses] == once


def test_a_draft_that_breaks_a_pin_says_whom_on_its_page(client: Client, scene: Pinning) -> None:
    draft = scene.draft((scene.who, scene.job, scene.bus))
    scene.pin("out")
    answer = client.post(reverse("plan-publish", args=[draft.pk]), {"note": "first"})
    assert answer.status_code == 409
    assert f"Held out by staff, and placed in the plan: {scene.who.worker.name} ({scene.who.ref})." in text(answer)
    assert Posting.objects.get(pk=scene.job.pk).assignments.get().plan.state == Plan.State.DRAFT
