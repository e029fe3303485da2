"""What the database holds of pins, tried by raw SQL past every service."""
import json

import pytest

from dispatch.models import Pin, PinRefusal
from dispatch.services.pinning import lift_pin
from tests import factories as make
from tests.rules.world import refused

from .scene import Pinning

pytestmark = pytest.mark.django_db


def row(scene: Pinning, kind: str, *, posting: int | None = None, trip: int | None = None, legs: object = (),
        reason: str = "agreed", who: int | None = None, campaign: int | None = None) -> str:
    value = ["NULL" if n is None else str(n) for n in (posting, trip)]
    return ("INSERT INTO dispatch_pin (campaign_id, registration_id, kind, posting_id, trip_id, legs, reason, made_at, "
            f"made_by_id, lifted_why) VALUES ({campaign or scene.campaign.pk}, {who or scene.who.pk}, '{kind}', "
            f"{value[0]}, {value[1]}, '{json.dumps(list(legs))}', '{reason}', now(), {scene.staff.pk}, '')")  # type: ignore[call-overload]


def leg(trip: object, board: int = 0, alight: int = 1) -> dict[str, int]:
    return {"trip": trip.pk, "board": board, "alight": alight}  # type: ignore[attr-defined]


def test_each_kind_has_its_own_value(scene: Pinning) -> None:
    job, trip, legs = scene.job.pk, scene.bus.pk, [leg(scene.bus)]
    for kind, value in {
        "job": {"posting": job}, "not-job": {"posting": job}, "trip": {"trip": trip}, "not-trip": {"trip": trip},
        "assignment": {"posting": job, "legs": legs}, "out": {},
    }.items():
        for tried in ({"posting": job}, {"trip": trip}, {"posting": job, "trip": trip}, {"posting": job, "legs": legs}, {},
                      {"legs": legs}):
            fits = tried == value or (kind == "assignment" and tried == {"posting": job})
            statement = row(scene, kind, **tried)
            assert refused(statement, "DELETE FROM dispatch_pin") == (
                "pin_is_never_removed" if fits else "pin_value_fits_its_kind"), (kind, tried)
    assert refused(row(scene, "perhaps")) == "pin_value_fits_its_kind"


def test_a_pin_gives_a_reason(scene: Pinning) -> None:
    assert refused(row(scene, "out", reason="")) == "pin_gives_a_reason"


def test_one_live_pin_of_the_same_meaning(scene: Pinning) -> None:
    for kind, value in (("job", {"posting": scene.job.pk}), ("trip", {"trip": scene.bus.pk}),
                        ("assignment", {"posting": scene.job.pk, "legs": [leg(scene.bus)]})):
        assert refused(row(scene, kind, **value)) == ""
        assert refused(row(scene, kind, **value)) == "pin_one_live_of_the_same_meaning"
    assert refused(row(scene, "out", who=scene.colleague.pk)) == ""
    assert refused(row(scene, "out", who=scene.colleague.pk)) == "pin_one_live_of_the_same_meaning"


def test_live_pins_of_a_person_never_contradict(scene: Pinning) -> None:
    job, other, bus, later = (x.pk for x in (scene.job, scene.other_job, scene.bus, scene.other_bus))
    whole = row(scene, "assignment", posting=job, legs=[leg(scene.bus)])
    pairs = [
        (row(scene, "job", posting=job), row(scene, "job", posting=other)),
        (row(scene, "job", posting=job), row(scene, "not-job", posting=job)),
        (row(scene, "trip", trip=bus), row(scene, "not-trip", trip=bus)),
        (whole, row(scene, "job", posting=other)),
        (whole, row(scene, "not-job", posting=job)),
        (whole, row(scene, "trip", trip=later)),
        (whole, row(scene, "not-trip", trip=bus)),
        (whole, row(scene, "assignment", posting=job, legs=[leg(scene.other_bus)])),
        (whole, row(scene, "assignment", posting=other, legs=[leg(scene.bus)])),
        *((row(scene, "out"), row(scene, kind, **value)) for kind, value in (
            ("job", {"posting": job}), ("not-job", {"posting": job}), ("trip", {"trip": bus}), ("not-trip", {"trip": bus}))),
        (row(scene, "out"), whole),
    ]
    for one, two in pairs:
        assert refused(one, two) == refused(two, one) == "pins_of_a_person_never_contradict", (one, two)
    assert not Pin.objects.exists()


def test_pins_that_go_together_may_stand_together(scene: Pinning) -> None:
    job, other, bus, later = (x.pk for x in (scene.job, scene.other_job, scene.bus, scene.other_bus))
    assert refused(
        row(scene, "assignment", posting=job, legs=[leg(scene.bus)]), row(scene, "job", posting=job),
        row(scene, "trip", trip=bus), row(scene, "not-trip", trip=later), row(scene, "not-job", posting=other),
        row(scene, "out", who=scene.colleague.pk),
    ) == ""


def test_a_pin_stays_within_its_campaign(scene: Pinning) -> None:
    strange = make.make_campaign()
    elsewhere = make.make_posting(strange)
    trip = make.make_trip(strange, [make.make_township(strange), elsewhere.site.place])
    rule = "pin_stays_within_its_campaign"
    assert refused(row(scene, "job", posting=elsewhere.pk)) == rule
    assert refused(row(scene, "trip", trip=trip.pk)) == rule
    assert refused(row(scene, "out", campaign=strange.pk)) == rule
    assert refused(row(scene, "assignment", posting=scene.job.pk, legs=[leg(trip)])) == "pin_legs_are_of_trips_and_calls"


def test_pinned_legs_are_calls_that_their_trips_make(scene: Pinning) -> None:
    rule = "pin_legs_are_of_trips_and_calls"
    good = leg(scene.bus)
    for legs in ([leg(scene.bus, 0, 2)], [leg(scene.bus, 1, 1)], [leg(scene.bus, 1, 0)], [good] * 4, [{"trip": 0}], [7]):
        assert refused(row(scene, "assignment", posting=scene.job.pk, legs=legs)) == rule, legs
    statement = row(scene, "assignment", posting=scene.job.pk).replace("'[]'", "'{}'")
    assert refused(statement) == rule
    assert refused(row(scene, "assignment", posting=scene.job.pk)) == ""


def test_a_pin_is_lifted_with_who_when_and_why_and_stays_so(scene: Pinning) -> None:
    pin = scene.pin("out")
    assert refused(f"UPDATE dispatch_pin SET lifted_at = now() WHERE id = {pin.pk}") == "pin_lifted_says_who_when_and_why"
    for change in ("kind = 'job'", "reason = 'x'", f"made_by_id = {make.make_user().pk}",
                   "made_at = now() - interval '1 day'", f"registration_id = {scene.colleague.pk}"):
        assert refused(f"UPDATE dispatch_pin SET {change} WHERE id = {pin.pk}") == "pin_stays_as_it_was_decided", change
    lift_pin(pin=pin, by=scene.staff, why="well again")
    again = f"UPDATE dispatch_pin SET lifted_at = NULL, lifted_by_id = NULL, lifted_why = '' WHERE id = {pin.pk}"
    assert refused(again) == "lifted_pin_stays_lifted"
    assert refused("DELETE FROM dispatch_pin") == "pin_is_never_removed"
    assert refused("TRUNCATE dispatch_pin") == "table_is_never_emptied"
    assert refused(row(scene, "job", posting=scene.job.pk)) == ""


def test_when_a_pin_was_set_is_not_for_the_writer_to_say(scene: Pinning) -> None:
    assert refused(row(scene, "out").replace("now()", "now() - interval '9 days'")) == ""
    pin = Pin.objects.get()
    assert (make.timezone.now() - pin.made_at).days == 0


def test_what_a_run_could_not_keep_never_changes(scene: Pinning) -> None:
    run = make.make_run(scene.campaign, state="failed")
    PinRefusal.objects.create(run=run, registration=scene.who, rule="no_journey")
    assert refused("UPDATE dispatch_pinrefusal SET rule = 'minor'") == "pin_refusal_never_changes"
    assert refused("DELETE FROM dispatch_pinrefusal") == "pin_refusal_never_changes"
    assert refused("TRUNCATE dispatch_pinrefusal") == "table_is_never_emptied"
    twice = ("INSERT INTO dispatch_pinrefusal (run_id, registration_id, rule) "
             f"VALUES ({run.pk}, {scene.who.pk}, 'no_journey')")
    assert refused(twice) == "pin_refusal_once_per_run"
