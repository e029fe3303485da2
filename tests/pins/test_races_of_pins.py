"""Twenty clients pin one person, each to something that contradicts the others; the control shows the race."""
import threading

import pytest
from django.db import connection

from dispatch.models import Pin
from dispatch.services import pinning
from dispatch.services.pinning import lift_pin, pin_person
from tests import factories as make
from tests.races.crowd import CLIENTS, REPEATS, at_once, succeeded
from tests.races.test_races import the_rest_were_told

from .scene import Pinning, make_pinning

pytestmark = pytest.mark.django_db(transaction=True)


def pin_all(scene: Pinning) -> list[object]:
    """Half of them to a job each, a quarter hold the person out, a quarter bar a trip."""
    jobs = [make.make_posting(scene.campaign, park=scene.job.site.place, occupation=scene.trade) for _ in range(CLIENTS)]

    def act(n: int) -> Pin:
        value = [{"kind": "job", "posting": jobs[n]}, {"kind": "job", "posting": jobs[n]}, {"kind": "out"},
                 {"kind": "not-trip", "trip": scene.bus}][n % 4]
        return pin_person(person=scene.who, reason=f"client {n}", by=scene.staff, **value)  # type: ignore[arg-type]

    return at_once(act)


def kinds(scene: Pinning) -> list[str]:
    return sorted(Pin.objects.filter(registration=scene.who, lifted_at=None).values_list("kind", flat=True))


def test_of_twenty_contradicting_pins_no_two_stand() -> None:
    for _ in range(REPEATS):
        scene = make_pinning()
        results = pin_all(scene)
        # One job, beside the barred trip or not, whichever came first; or held out alone; or barred and then no job.
        assert kinds(scene) in (["job"], ["job", "not-trip"], ["out"])
        the_rest_were_told(results, len(kinds(scene)))


def test_control_without_the_lock_on_the_person_contradicting_pins_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has looked at the others' pins before any of them commits."""
    scene = make_pinning()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('dispatch_pin_is_made'::regproc)")
        (body,) = cursor.fetchone()
        cursor.execute(body.replace("FOR NO KEY UPDATE", ""))
    looked, look = threading.Barrier(CLIENTS), pinning._refuse_what_is_certain

    def look_and_wait(made: Pin) -> None:
        look(made)
        looked.wait(30)

    monkeypatch.setattr(pinning, "_refuse_what_is_certain", look_and_wait)
    jobs = [make.make_posting(scene.campaign, park=scene.job.site.place, occupation=scene.trade) for _ in range(CLIENTS)]
    results = at_once(lambda n: scene.pin("job", posting=jobs[n]))
    assert len(succeeded(results)) == len(kinds(scene)) > 1


def test_of_twenty_who_lift_a_pin_one_did_and_is_on_record() -> None:
    for _ in range(REPEATS):
        scene = make_pinning()
        pin = scene.pin("out")
        the_rest_were_told(at_once(lambda n, scene=scene, pin=pin: lift_pin(pin=pin, by=scene.staff, why=f"client {n}")))
        assert scene.campaign.audit_entries.filter(action="pin lifted").count() == 1
