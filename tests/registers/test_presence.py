"""Who is back, not back, not known: by home and by employer, each figure with the people behind it."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.models import Plan
from dispatch.queries import access, presence, presence_people
from dispatch.queries.presence import Count
from dispatch.queries.presence_people import Asked
from jobs.services.presence import settle_outcomes
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from workers.models import Registration

from .lists import make_employee, make_register, make_sighting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@dataclass
class Scene:
    campaign: Campaign
    plan: Plan
    township: Place
    gate: Registration
    reported: Registration
    insured: Registration
    going: Registration
    missed: Registration
    said: Registration
    withdrew: Registration
    seat: Registration

    @property
    def sight(self) -> access.Sight:
        return access.sight(make.make_planner(self.campaign), self.campaign.pk)


@pytest.fixture
def scene() -> Scene:
    """One of each: nothing is known of the insured one; the missed one's firm has a gate that did not see them."""
    campaign = make.make_campaign()
    township = make.make_township(campaign)
    people = {name: make.make_registration(campaign, township=township) for name in (
        "gate", "reported", "insured", "going", "missed", "seat")}
    people["said"] = make.make_registration(campaign, township=township, outcome="already_back")
    people["withdrew"] = make.make_registration(campaign, township=township, outcome="withdrew")
    firm, plan = make.make_employer(campaign, name="钱塘制衣有限公司"), make.make_plan(campaign)
    posting = make.make_posting(campaign)
    for name in ("going", "seat"):
        make.place_person(plan, people[name], posting)
    make.publish(plan)
    gate = make_register(campaign, as_of=date(2020, 3, 26))
    make_sighting(gate, people["gate"], employer=firm, seen_on=date(2020, 3, 24))
    make_sighting(gate, people["gate"], employer=firm, seen_on=date(2020, 3, 23))
    make_sighting(gate, people["seat"], seen_on=date(2020, 3, 25))
    make_sighting(make_register(campaign, "community"), people["reported"], seen_on=date(2020, 3, 27))
    make_sighting(make_register(campaign, "insurance"), people["insured"], seen_on=date(2020, 2, 29))
    for name in ("gate", "missed"):
        make_employee(firm, people[name])
    return Scene(campaign, plan, township, **people)


def keys(scene: Scene, **asked: Any) -> set[int]:
    rows, _more = presence_people.listed(scene.sight, presence.scope_of(scene.sight), scene.plan, Asked(**asked))
    return {row.presence.key for row in rows}


def test_each_person_is_counted_once_and_the_days_are_said(scene: Scene) -> None:
    sight = scene.sight
    counted = presence.by_township(sight, presence.scope_of(sight), scene.plan, returning=False)
    assert counted.by == {scene.township.pk: Count(
        people=8, back=4, not_back=2, unknown=1, otherwise=1, gate=2, community=1, insured=1, said=1, seat=1,
        gate_on=date(2020, 3, 25), community_on=date(2020, 3, 27), insured_on=date(2020, 2, 29),
        looked_on=date(2020, 3, 26))}


@pytest.mark.parametrize(("asked", "who"), [
    ({"state": "back"}, {"gate", "reported", "said", "seat"}), ({"state": "not_back"}, {"going", "missed"}),
    ({"state": "unknown"}, {"insured"}), ({"state": "otherwise"}, {"withdrew"}), ({"seat": True}, {"seat"}),
    ({"source": "gate"}, {"gate", "seat"}), ({"source": "community"}, {"reported"}), ({"source": "insured"}, {"insured"}),
    ({"source": "said"}, {"said"}), ({"returning": True}, {"gate", "missed"}),
])
def test_behind_each_figure_stand_its_people(scene: Scene, asked: dict, who: set[str]) -> None:
    assert keys(scene, **asked) == {getattr(scene, name).pk for name in who}


def test_a_place_without_its_people_shows_nobody(scene: Scene) -> None:
    assert keys(scene, where=[make.make_township(scene.campaign).pk]) == set()
    assert len(keys(scene, where=[scene.township.pk])) == 8


def test_what_is_set_aside_or_elsewhere_or_of_before_does_not_bring_back(scene: Scene) -> None:
    register = make_register(scene.campaign)
    staff = make.make_user()
    for fields in ({"set_aside_by": staff, "set_aside_at": make.at(9)}, {"there": False}, {"seen_on": date(2020, 3, 20)}):
        make_sighting(register, scene.insured, **fields)
    assert keys(scene, state="unknown") == {scene.insured.pk}


def test_a_gate_that_was_looked_at_before_the_campaign_says_of_nobody_that_they_are_not_back(scene: Scene) -> None:
    firm = make.make_employer(scene.campaign)
    make_sighting(make_register(scene.campaign, as_of=date(2020, 3, 20)), employer=firm)
    make_employee(firm, scene.insured)
    assert keys(scene, state="unknown") == {scene.insured.pk}


def test_by_employer_those_are_counted_of_whom_only_the_firm_knows(scene: Scene) -> None:
    firm = make.make_employer(scene.campaign)
    number = "422801198505171234"
    seen = make_employee(firm, name="沈阿宝", identity=number)
    same_phone = make_employee(firm, name="陆小妹", phone="13600001111")
    namesake = make_employee(firm, name="沈阿宝", phone="13900002222")
    not_seen = make_employee(firm, name="毛富贵")
    register = make_register(scene.campaign, as_of=date(2020, 3, 28))
    make_sighting(register, name="沈阿宝", identity=number)  # at another gate, by the whole number
    make_sighting(register, name="陆小妹", phone="13600001111", employer=firm)
    make_sighting(register, name="毛富贵", phone="13600003333")
    sight = scene.sight
    counted = presence.by_employer(sight, presence.scope_of(sight), scene.plan)
    assert counted.by[firm.pk] == Count(
        people=4, back=2, not_back=2, gate=2, gate_on=date(2020, 3, 24), looked_on=date(2020, 3, 28))
    assert keys(scene, employees=True, employer=firm.pk, state="back") == {seen.pk, same_phone.pk}
    assert keys(scene, employees=True, employer=firm.pk, state="not_back") == {namesake.pk, not_seen.pk}
    of_both = counted.by[scene.campaign.employers.get(name="钱塘制衣有限公司").pk]
    assert (of_both.people, of_both.back, of_both.not_back) == (2, 1, 1)


def test_another_campaigns_registers_say_nothing_here(scene: Scene) -> None:
    other = make.make_campaign()
    firm = make.make_employer(scene.campaign)
    make_employee(firm, name="沈阿宝", phone="13900002222", identity="422801198505171234")
    make_sighting(make_register(other), name="沈阿宝", identity="422801198505171234")
    sight = scene.sight
    assert presence.by_employer(sight, presence.scope_of(sight), None).by[firm.pk].back == 0


def test_a_county_sees_its_own_and_a_district_its_firms_employees(scene: Scene) -> None:
    elsewhere = make.make_registration(scene.campaign)
    county = access.sight(make.make_planner(scene.campaign, place=scene.township.parent), scene.campaign.pk)
    scope = presence.scope_of(county)
    assert list(presence.by_township(county, scope, scene.plan, returning=False).by) == [scene.township.pk]
    rows, _more = presence_people.listed(county, scope, scene.plan, Asked())
    assert elsewhere.pk not in {row.presence.key for row in rows}
    posting = make.make_posting(scene.campaign)
    mine = make_employee(posting.site.employer, scene.gate)
    district = access.sight(make.make_planner(scene.campaign, place=posting.site.place.parent), scene.campaign.pk)
    scope = presence.scope_of(district)
    assert not scope.has_homes
    assert list(presence.by_employer(district, scope, scene.plan).by) == [posting.site.employer_id]
    (row,), _more = presence_people.listed(district, scope, scene.plan, Asked(employees=True))
    assert (row.presence.key, row.name, row.open) == (mine.pk, scene.gate.worker.name, False)


def test_pages_of_people_follow_one_another(scene: Scene) -> None:
    sight, seen, after = scene.sight, list[int](), 0
    for _ in range(4):
        rows, more = presence_people.listed(sight, presence.scope_of(sight), scene.plan, Asked(), after=after, limit=3)
        seen += [row.presence.key for row in rows]
        if more is None:
            break
        after = more
    assert seen == sorted(scene.campaign.registrations.values_list("pk", flat=True))


def test_the_number_of_queries_does_not_grow(scene: Scene) -> None:
    sight, counts = scene.sight, []
    scope = presence.scope_of(sight)
    for _ in range(2):
        for _person in range(3 * len(counts)):
            make_employee(make.make_employer(scene.campaign), make.make_registration(scene.campaign))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            counted = presence.by_township(sight, scope, scene.plan, returning=False)
            presence.counties(counted)
            presence.employers(presence.by_employer(sight, scope, scene.plan), "")
            presence_people.listed(sight, scope, scene.plan, Asked(employees=True))
            presence_people.listed(sight, scope, scene.plan, Asked())
            presence.registers_of(sight)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_rows_of_registers_are_looked_for_only_of_whom_nobody_else_knows(scene: Scene) -> None:
    sight = scene.sight
    told = {"campaign": scene.campaign.pk, "plan": 0, "returning": True, "today": date(2020, 3, 27),
            **presence.scope_of(sight).told()}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {presence._BY_EMPLOYER}", told)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "One-Time Filter: (e.registration_id IS NULL)" in plan


@pytest.mark.parametrize(("ahead", "state"), [(3, "unknown"), (0, "back"), (-1, "back")])
def test_a_reported_trip_counts_from_its_day_on(ahead: int, state: str) -> None:
    """By home and by employer, whether or not the firm alone knows the person."""
    campaign = make.make_campaign()
    township, firm = make.make_township(campaign), make.make_employer(campaign)
    person = make.make_registration(campaign, township=township)
    register = make_register(campaign, "community", as_of=timezone.localdate())
    on = timezone.localdate() + timedelta(days=ahead)
    make_sighting(register, person, seen_on=on)
    make_sighting(register, name="外来客", phone="13800001234", seen_on=on, employer=firm)
    make_employee(firm, person)
    make_employee(firm, name="外来客", phone="13800001234")
    settle_outcomes(campaign, by=None)
    person.refresh_from_db()
    assert person.outcome == "reported"
    sight = access.sight(make.make_planner(campaign), campaign.pk)
    scope, back = presence.scope_of(sight), state == "back"
    home = presence.by_township(sight, scope, None, returning=False).by[township.pk]
    assert (home.back, home.unknown, home.community, home.said) == (int(back), int(not back), int(back), 0)
    there = presence.by_employer(sight, scope, None).by[firm.pk]
    assert (there.people, there.back, there.unknown, there.community) == (2, 2 * back, 2 * (not back), 2 * back)
    rows, _more = presence_people.listed(sight, scope, None, Asked(employees=True))
    assert {row.presence.state for row in rows} == {state}


def test_who_passed_a_gate_is_back_whatever_trip_is_still_to_come() -> None:
    campaign = make.make_campaign()
    township = make.make_township(campaign)
    person = make.make_registration(campaign, township=township)
    make_sighting(make_register(campaign, "community"), person, seen_on=timezone.localdate() + timedelta(days=5))
    make_sighting(make_register(campaign), person)
    sight = access.sight(make.make_planner(campaign), campaign.pk)
    counted = presence.by_township(sight, presence.scope_of(sight), None, returning=False).by[township.pk]
    assert (counted.back, counted.gate, counted.community) == (1, 1, 0)
