"""What a person's page says of why they are left, and of what would place them."""
import json
import re
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from dispatch.matching.changes import explain
from dispatch.matching.situation import Situation
from dispatch.models import PlanChange, Unplaced
from dispatch.reasons import Reason
from dispatch.snapshot.explained import Translator
from dispatch.snapshot.reading import take_snapshot

from .scene import Scene

Change = dict[str, Any]


def page(scene: Scene, role: str = "planner", language: str = "en") -> str:
    """The text of the page of who is left, without tags and breaks."""
    client = scene.client(role)
    client.cookies["django_language"] = language
    scene.users[role].language = language
    scene.users[role].save()
    text = client.get(reverse("person", args=[scene.left.pk])).content.decode()
    return re.sub(r"\s+", " ", strip_tags(re.sub(r"</h3>|</li>", " ", text)))


def keep(scene: Scene, *ways: list[Change], nothing: str = "", calls: tuple = (), posts: tuple = ()) -> None:
    """As a run writes them, into the published plan, whose rows only a recorded change may touch."""
    PlanChange.objects.create(plan=scene.published, kind="manual", reason="a test")
    Unplaced.objects.filter(registration=scene.left, plan=scene.published).update(
        changes={"ways": list(ways), "nothing": nothing, "full_calls": list(calls), "full_posts": list(posts)})


def every(scene: Scene) -> list[tuple[Change, str, str]]:
    """A change of each kind, in English and in Chinese."""
    trip, post, who = scene.own_trip, scene.posting, scene.left
    firm, name, home = post.site.employer.name, who.worker.name, scene.village.parent.name
    district, county = scene.park.parent, scene.village.parent.parent
    at = f"{firm} ({post.ref})"
    return [
        ({"kind": "seats", "amount": 12, "trip": trip.pk, "board": 0},
         f"12 more seats on {trip.ref} from {home}, Sat 21 Mar 08:35",
         f"{trip.ref}（3月21日 周六 08:35由{home}开出）增加12个座位"),
        ({"kind": "ready", "amount": 95, "person": who.pk}, f"{name} is ready 1 h 35 min earlier",
         f"{name}提前1小时35分可以出发"),
        ({"kind": "deadline", "amount": 25, "posting": post.pk}, f"the post at {at} begins 25 min later",
         f"{firm}（{post.ref}）的岗位推迟25分钟到岗"),
        ({"kind": "yuan", "amount": 500, "person": who.pk, "posting": post.pk, "least": 4500},
         f"{name} takes 4,000 instead of 4,500 yuan a month at {at}",
         f"{name}接受{firm}（{post.ref}）的月薪4,000元，而不是4,500元"),
        ({"kind": "split", "amount": 3, "person": who.pk, "vehicles": 2},
         "the group of 3 agrees to travel by 2 different ways",
         "同行组3人同意分2路出行"),
        ({"kind": "clearance", "amount": 1, "person": who.pk, "district": district.pk, "county": county.pk, "colour": 1},
         f"{district.name} admits people from {county.name} with the clearance yellow",
         f"{district.name}认可{county.name}人员的黄码"),
        ({"kind": "posts", "amount": 1, "posting": post.pk}, f"1 more post at {at}", f"{firm}（{post.ref}）增加1个岗位"),
    ]


def test_each_kind_of_change_in_both_languages(scene: Scene) -> None:
    kinds = every(scene)
    keep(scene, *[[change] for change, _, _ in kinds])
    english, chinese = page(scene), page(scene, language="zh-hans")
    for _, said, in_chinese in kinds:
        assert said in english
        assert in_chinese in chinese
    assert "Each of these alone would place this person, with nobody else moved" in english


def test_a_combination_is_said_to_be_needed_together(scene: Scene) -> None:
    kinds = every(scene)
    keep(scene, [kinds[0][0], kinds[6][0]])
    english = page(scene)
    assert "All of this together would place this person" in english
    assert f"{kinds[0][1]} {kinds[6][1]}" in english
    keep(scene, [kinds[0][0], kinds[6][0]], [kinds[4][0]])
    assert f"{kinds[0][1]} and {kinds[6][1]} {kinds[4][1]}" in page(scene)


def test_what_is_full_is_named(scene: Scene) -> None:
    keep(scene, [every(scene)[0][0]], calls=([scene.own_trip.pk, 0],), posts=(scene.posting.pk,))
    english = page(scene)
    firm = f"{scene.posting.site.employer.name} ({scene.posting.ref})"
    assert f"Full in this plan {scene.own_trip.ref} from" in english and firm not in english
    Unplaced.objects.filter(registration=scene.left).update(reason=Reason.POSTINGS_FULL)
    assert f"Full in this plan {firm}" in page(scene)


@pytest.mark.parametrize("code", ["too_young", "no_posting", "no_way_there", "no_common_place", "held_out"])
def test_there_is_none_and_why(scene: Scene, code: str) -> None:
    keep(scene, nothing=code)
    assert "Nothing would" in page(scene)
    assert "would place this person" not in page(scene)
    assert "无" in page(scene, language="zh-hans")


def test_room_that_is_left_is_said_to_be(scene: Scene) -> None:
    keep(scene, [])
    assert "There is room in this plan" in page(scene)


def test_who_was_not_looked_at_has_the_reason_alone(scene: Scene) -> None:
    assert "Left at home" in page(scene)
    assert "would place" not in page(scene)


def test_only_staff_are_told(scene: Scene) -> None:
    keep(scene, [every(scene)[3][0]])
    scene.own.worker.user, scene.left.worker.user = None, scene.users["worker"]
    scene.own.worker.save()
    scene.left.worker.save()
    assert "4,000" not in page(scene, "worker")
    assert "Left at home" in page(scene, "worker")
    assert "4,000" in page(scene, "case")


def test_a_trip_is_a_link_for_whom_may_open_it(scene: Scene) -> None:
    keep(scene, [every(scene)[0][0]])
    link = f'<a href="{reverse("trip", args=[scene.own_trip.pk])}">'
    assert link in scene.client("planner").get(reverse("person", args=[scene.left.pk])).content.decode()


def test_as_many_queries_for_one_change_as_for_seven(scene: Scene) -> None:
    kinds = [change for change, _, _ in every(scene)]
    client, asked = scene.client("planner"), list[int]()
    client.get(reverse("person", args=[scene.left.pk]))
    for some in ([kinds], [kinds, kinds, kinds]):
        keep(scene, *some)
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("person", args=[scene.left.pk]))
        asked.append(len(caught))
    assert asked[0] == asked[1]


def test_what_the_core_finds_is_kept_by_the_ids_of_the_rows(scene: Scene) -> None:
    snapshot = take_snapshot(scene.campaign)
    p = snapshot.problem
    nobody = Situation(p, [-1] * p.workers, [0] * p.workers, np.full((p.workers, 3, 3), -1))
    nobody.capacity[:] = 0
    who = int(np.flatnonzero(snapshot.registrations == scene.own.pk)[0])
    kept = json.loads(Translator(snapshot).text(explain(nobody, [who])[who]))
    assert kept == {"ways": [[{"kind": "seats", "amount": 1, "trip": scene.own_trip.pk, "board": 0}]], "nothing": "",
                    "full_calls": [[scene.own_trip.pk, 0]], "full_posts": []}
