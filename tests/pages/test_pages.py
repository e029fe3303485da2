"""What holds for all pages: they read only, ask as often for many rows as for few, and never show a whole number."""
import io

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from dispatch.models import Unplaced
from dispatch.reasons import Reason
from tests import factories as make

from .scene import NUMBER, ROLES, Scene
from .test_access import TABLE, address

GETS = [(name, of) for name, method, of, _answers in TABLE if method == "get"]


@pytest.mark.parametrize("role", ROLES)
def test_a_get_never_writes(scene: Scene, role: str) -> None:
    client = scene.client(role)
    for name, of in GETS:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            client.get(address(scene, name, of))
            transaction.set_rollback(True)


def _text(answer: HttpResponse) -> str:
    """What a reader sees of an answer, of a printed list as well."""
    if answer["Content-Type"] == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_whole_identity_number(scene: Scene, role: str) -> None:
    client = scene.client(role)
    shown = [_text(client.get(address(scene, name, of))) for name, of in GETS]
    shown.append(client.get(reverse("person", args=[scene.own.pk]), headers={"HX-Target": "drawer"}).content.decode())
    assert not [text for text in shown if NUMBER in text]
    masked = sum("422801********1234" in text for text in shown)
    # The person's page, its drawer and the REST rows; of those who bring people to a trip, its manifest; of bureaus, the
    # question who somebody is; of the whole campaign's, the choice of a second entry too.
    few = {"carrier": 0, "partner": 0, "stranger": 0, "hr": 3, "worker": 3}
    assert masked == (few | {"planner": 6, "county": 5, "case": 5}).get(role, 4)


def _more(scene: Scene) -> None:
    """Two more of everything that a page lists."""
    plan = make.make_plan(scene.campaign, run=make.make_run(scene.campaign))
    make.place_person(plan, scene.own, scene.posting, [(scene.own_trip, 0, 1, 4)])
    make.leave_person(plan, scene.left, Reason.POSTINGS_FULL)
    for seat in (7, 8):
        trip = make.make_trip(scene.campaign, [scene.village.parent, scene.park], carrier=scene.own_trip.carrier,
                              seat_map=scene.own_trip.seat_map)
        trip.escorts.add(scene.users["escort"])
        group = make.make_group(scene.campaign)
        person = make.make_registration(scene.campaign, village=scene.village, group=group,
                                        worker=make.make_worker(identity=f"42280119850517{seat}{seat}{seat}X"))
        posting = make.make_posting(scene.campaign, employer=scene.posting.site.employer, park=scene.park)
        make.place_person(plan, person, posting, [(trip, 0, 1, seat)])
        make.leave_person(plan, make.make_registration(scene.campaign, village=scene.village), Reason.POSTINGS_FULL)
    make.publish(plan)


def _queries(scene: Scene, role: str, url: str) -> int:
    client = scene.client(role)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


LISTS = [
    ("planner", "campaigns", ""), ("planner", "campaign", "campaign"), ("planner", "runs", "campaign"),
    ("planner", "trips", "campaign"), ("planner", "people", "campaign"), ("planner", "trip", "own_trip"),
    ("planner", "plan", "published"), ("planner", "person", "own"), ("county", "area", "campaign"),
    ("case", "people", "campaign"), ("liaison", "village", "campaign"), ("liaison", "trips", "campaign"),
    ("hr", "employer", "campaign"), ("hr", "people", "campaign"), ("escort", "escort", "campaign"),
    ("escort", "people", "campaign"), ("carrier", "trips", "campaign"), ("worker", "person", "own"),
    ("planner", "api-campaigns", ""), ("planner", "api-trips", "campaign"), ("hr", "api-registrations", "campaign"),
    ("planner", "api-registrations", "campaign"), ("planner", "api-assignments", "campaign"),
]


@pytest.mark.parametrize(("role", "name", "of"), LISTS)
def test_more_rows_ask_no_more_questions(scene: Scene, role: str, name: str, of: str) -> None:
    url = address(scene, name, of)
    make.make_group(scene.campaign).members.add(scene.own)
    at_home = make.make_registration(scene.campaign, village=scene.village)
    Unplaced.objects.create(plan=scene.published, registration=at_home, reason=Reason.SEATS_FULL)
    few = _queries(scene, role, url)
    _more(scene)
    assert _queries(scene, role, url) == few


def test_every_page_speaks_both_languages(scene: Scene) -> None:
    user = scene.users["planner"]
    for language, word in (("zh-hans", "批次与方案"), ("en", "Runs and plans")):
        user.language = language
        user.save(update_fields=["language"])
        page = scene.client("planner").get(reverse("campaign", args=[scene.campaign.pk]))
        assert f'<html lang="{language}"' in page.content.decode()
        assert word in page.content.decode()


def test_no_page_carries_a_style_or_a_script_of_its_own(scene: Scene) -> None:
    client = scene.client("planner")
    for name, of in GETS:
        text = _text(client.get(address(scene, name, of)))
        assert " style=" not in text, name
        assert "<style" not in text, name
        assert "<script>" not in text, name
        assert "onclick" not in text, name
