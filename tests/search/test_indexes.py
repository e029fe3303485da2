"""Every kind of search stands on an index: nobody reads through all people to find one."""
import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.queries import access, search
from laborbridge.identity import seal
from tests import factories as make
from tests.pages.scene import Scene
from workers.invention import Inventor
from workers.models import Registration, Worker
from workers.name_keys import keys_of

PEOPLE = 6000
KINDS = {
    "name": "向代兵", "surname": "向", "beginning": "欧阳", "part": "国强", "pinyin": "zhangwei", "syllables": "zhang w",
    "initials": "zw", "letter": "x", "telephone": "13812345678", "last digits": "5678",
    "identity number": "422801198505171234", "last four": "123X", "reference": "B004711", "code": "7E4VV",
}
INDEXES = {
    "surname": "worker_by_name", "part": "worker_by_keys", "pinyin": "worker_by_keys", "initials": "worker_by_keys",
    "telephone": "registration_by_last_digits", "last digits": "registration_by_last_digits",
    "identity number": "worker_identity_number_once", "last four": "worker_by_last4",
    "reference": "registration_ref_once_per_campaign",
}


@pytest.fixture
def crowd(scene: Scene) -> Scene:
    """Some thousands from forty villages of two counties, and statistics as after an import."""
    inventor = Inventor(1)
    villages = [make.make_village(scene.campaign, township=scene.village.parent) for _ in range(20)]
    villages += [make.make_village(scene.campaign, township=scene.other.township) for _ in range(20)]
    people = [inventor.person(str(n), "T", "", n) for n in range(PEOPLE)]
    sealed = seal("422801198001010011")
    workers = Worker.objects.bulk_create(
        Worker(name=p.name, name_keys=keys_of(p.name), identity_cipher=sealed.cipher, identity_whole=b"%016d" % n,
               identity_first6_last4=b"%d" % n, identity_last4=b"%d" % (n % 1000))
        for n, p in enumerate(people)
    )
    Registration.objects.bulk_create(
        Registration(campaign=scene.campaign, worker=w, ref=f"B{n:06d}", township=(v := villages[n % 40]).parent, village=v,
                     min_wage=1, ready_at=make.at(5), contact=p.contact, contact_phone=p.contact_phone)
        for n, (w, p) in enumerate(zip(workers, people, strict=True))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workers_worker, workers_registration, places_place")
    return scene


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def steps_of(scene: Scene, role: str, text: str) -> list[dict]:
    people = access.registrations_visible_to(access.sight(scene.users[role], scene.campaign.pk))
    with CaptureQueriesContext(connection) as asked:
        search.search(people, text, 4711)
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + asked[0]["sql"])
        (told,) = cursor.fetchone() or ("",)
    return list(nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


@pytest.mark.parametrize("role", ["planner", "county", "liaison"])
def test_nobody_reads_through_all_people(crowd: Scene, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 20)  # as many to these people as the real one is to 360,000
    for kind, text in KINDS.items():
        read_through = [
            step["Relation Name"] for step in steps_of(crowd, role, text) if step["Node Type"] == "Seq Scan"
            and step["Relation Name"] in ("workers_worker", "workers_registration")
        ]
        assert read_through == [], (kind, role)


def test_each_kind_has_its_index(crowd: Scene) -> None:
    for kind, index in INDEXES.items():
        used = {step.get("Index Name") for step in steps_of(crowd, "planner", KINDS[kind])}
        assert index in used, (kind, used)


def test_a_broad_search_looks_at_no_more_than_it_may_show(crowd: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 20)
    with CaptureQueriesContext(connection) as asked:
        found = search.search(Registration.objects.filter(campaign=crowd.campaign), "x")
    assert found.too_many
    assert len(found.ids) <= 2 * 21
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + asked[0]["sql"])
        (told,) = cursor.fetchone() or ("",)
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    limits = [step["Actual Rows"] for step in nodes(plan) if step["Node Type"] == "Limit"]
    assert limits and max(limits) == 21
