"""Asked for with a purpose, released by a second person, closed with a reason; all of it held by the database."""
from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.models import RealNameLink, RealNameList
from dispatch.queries import real_names
from dispatch.services import real_names as services
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.rules.world import refused

from .scene import Names


def ask(names: Names, purpose: str = "专列实名制购票") -> RealNameList:
    return services.ask_for_names(trip=names.train, purpose=purpose, by=names.asker)


def test_a_list_is_asked_for_and_released_by_somebody_else(names: Names) -> None:
    asked = ask(names)
    assert (asked.state, asked.may_be_taken) == ("asked", False)
    released = services.release_names(names=asked, by=names.second)
    assert (released.state, released.may_be_taken, released.released_by) == ("released", True, names.second)
    said = list(Entry.objects.filter(subject="dispatch.realnamelist").order_by("pk").values_list("action", "by"))
    assert said == [("real names asked for", names.asker.pk), ("real names released", names.second.pk)]


def test_nobody_releases_what_they_asked_for(names: Names) -> None:
    asked = ask(names)
    with pytest.raises(RuleBroken) as broken:
        services.release_names(names=asked, by=names.asker)
    assert broken.value.rule == "real_names_released_by_a_second_person"
    asked.refresh_from_db()
    assert asked.state == "asked"
    times = "released_at = now(), expires_at = now() + interval '1 day'"
    assert refused(f"UPDATE dispatch_realnamelist SET released_by_id = {names.asker.pk}, {times}") == (
        "real_names_released_by_a_second_person")
    assert refused(f"UPDATE dispatch_realnamelist SET {times}") == "real_names_released_with_who_when_and_how_long"
    assert refused(f"UPDATE dispatch_realnamelist SET released_by_id = {names.second.pk}") == (
        "real_names_released_with_who_when_and_how_long")


@pytest.mark.parametrize("purpose", ["", "  \n ", "用" * 401])
def test_without_a_purpose_nothing_is_asked_for(names: Names, purpose: str) -> None:
    with pytest.raises(RuleBroken, match="400"):
        ask(names, purpose)
    assert not RealNameList.objects.exists()


def test_the_database_wants_a_purpose_and_keeps_what_was_recorded(names: Names) -> None:
    released = names.released()
    insert = (f"INSERT INTO dispatch_realnamelist (trip_id, plan_id, purpose, requested_by_id, requested_at, closed_why) "
              f"VALUES ({names.train.pk}, {names.plan.pk}, %s, {names.asker.pk}, now(), '')")
    assert refused(insert, params=["  "]) == "real_names_for_a_purpose"
    assert refused(insert, params=["另一用途"]) == "real_names_one_open_list_per_trip"
    for change in ("purpose = 'another one'", f"requested_by_id = {names.clerk.pk}", "requested_at = now()",
                   f"released_by_id = {names.clerk.pk}", "expires_at = expires_at + interval '1 year'"):
        assert refused(f"UPDATE dispatch_realnamelist SET {change}") == "real_names_stay_as_recorded", change
    assert refused("DELETE FROM dispatch_realnamelist") == "real_names_stay_as_recorded"
    assert refused("TRUNCATE dispatch_realnamelist CASCADE") == "table_is_never_emptied"
    assert refused(f"UPDATE dispatch_realnamelist SET closed_at = now() WHERE id = {released.pk}") == (
        "real_names_closed_with_who_when_and_why")
    services.close_names(names=released, why="购票方式已变", by=names.asker)
    assert refused("UPDATE dispatch_realnamelist SET closed_by_id = NULL, closed_at = NULL, closed_why = ''") == (
        "real_names_stay_as_recorded")


def test_who_could_release_it_is_named(names: Names) -> None:
    asked = ask(names)
    part = make.make_planner(names.campaign, place=names.people[0].township)
    assert part not in real_names.could_release(asked)
    assert real_names.could_release(asked) == [names.second]
    names.second.is_active = False
    names.second.save(update_fields=["is_active"])
    assert real_names.could_release(asked) == []


def test_nobody_rides_so_nothing_is_asked_for(names: Names) -> None:
    empty = make.make_trip(names.campaign, [names.people[0].township, names.people[0].village])
    with pytest.raises(RuleBroken):
        services.ask_for_names(trip=empty, purpose="购票", by=names.asker)


def test_a_list_ends_a_day_after_arrival_and_never_later_than_a_week(names: Names) -> None:
    now = timezone.now()
    for days, lasts in ((-30, 1), (2, 3), (60, 7)):
        type(names.train).objects.filter(pk=names.train.pk).update(arrives_at=now + timedelta(days=days))
        released = names.released()
        assert released.expires_at is not None
        assert timedelta(days=lasts) <= released.expires_at - now < timedelta(days=lasts, minutes=5)
        services.close_names(names=released, why="下一个", by=names.asker)


def over(names: Names) -> RealNameList:
    """A list whose time was over yesterday."""
    old = timezone.now() - timedelta(days=9)
    return RealNameList.objects.create(
        trip=names.train, plan=names.plan, purpose="购票", requested_by=names.asker, released_by=names.second,
        released_at=old, expires_at=old + timedelta(days=8))


def test_after_its_time_a_list_gives_nothing_and_another_can_be_asked_for(names: Names) -> None:
    old = over(names)
    assert old.state == "expired"
    for act in (services.take_names, lambda **of: services.make_link(names=of["names"], by=names.asker)):
        with pytest.raises(RuleBroken):
            act(names=old, **({"by": names.clerk} if act is services.take_names else {}))
    assert ask(names).state == "asked"
    old.refresh_from_db()
    assert old.closed_why == "已过期。"


def test_refused_or_taken_back_it_gives_nothing(names: Names) -> None:
    asked = ask(names)
    assert services.close_names(names=asked, why="名单未核", by=names.second).state == "refused"
    with pytest.raises(RuleBroken):
        services.release_names(names=asked, by=names.second)
    released = names.released()
    services.make_link(names=released, by=names.asker)
    assert services.close_names(names=released, why="改用汽车", by=names.second).state == "taken_back"
    assert not RealNameLink.objects.filter(revoked_at=None).exists()
    with pytest.raises(RuleBroken):
        services.take_names(names=released, by=names.clerk)
    with pytest.raises(RuleBroken):
        services.close_names(names=released, why="再收", by=names.second)


def test_a_link_is_kept_as_a_hash_and_replaced_by_the_next(names: Names) -> None:
    released = names.released()
    first = services.make_link(names=released, by=names.asker)
    second = services.make_link(names=released, by=names.second)
    assert len(first) >= 22
    assert first != second
    links = list(RealNameLink.objects.order_by("pk").values_list("digest", "revoked_by"))
    assert links == [(real_names.digest_of(first), names.second.pk), (real_names.digest_of(second), None)]
    kept = str(list(RealNameLink.objects.values())) + str(list(Entry.objects.values()))
    assert first not in kept
    assert second not in kept
    for change in ("digest = 'another'", f"names_id = {released.pk + 1}", "revoked_at = NULL, revoked_by_id = NULL"):
        assert refused(f"UPDATE dispatch_realnamelink SET {change}") == "real_names_stay_as_recorded"
