"""Rules 1 to 5 tried by raw SQL, past every service: the database itself refuses, by the rule's name."""
import pytest
from django.db import IntegrityError

from laborbridge.rules import broken_rule
from tests import factories as make
from transport.models import Trip
from workers.models import Registration

from .world import World, refused

pytestmark = pytest.mark.django_db


# --- 1. one live assignment, one person on a seat ---------------------------------------------------------------------


def test_a_worker_has_one_live_assignment(world: World) -> None:
    second = make.make_posting(world.plan.campaign)
    assert refused(world.change(), world.assign(world.going, second)) == "worker_one_live_assignment_per_campaign"


def test_a_campaign_has_one_published_plan(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    said = f"INSERT INTO dispatch_planchange (plan_id, kind, at, reason) VALUES ({draft.pk}, 'publish', now(), 'x')"
    publish = f"UPDATE dispatch_plan SET state = 'published', published_at = now() WHERE id = {draft.pk}"
    assert refused(said, publish) == "plan_one_published_per_campaign"


def test_a_seat_has_one_person_on_each_part(world: World) -> None:
    roomy = make.make_posting(world.plan.campaign)
    statements = (world.change(), world.assign(world.other, roomy), world.book(world.other, seat=0))
    assert refused(*statements) == "seat_one_person_on_each_part"


def test_a_seat_is_free_again_after_its_holder_gets_off(world: World) -> None:
    places = [call.place for call in world.trip.calls.all()]
    trip = make.make_trip(world.plan.campaign, [places[0], make.make_park(world.plan.campaign), places[1]])
    draft = make.make_plan(world.plan.campaign)
    roomy = make.make_posting(world.plan.campaign)
    make.place_person(draft, world.going, roomy, [(trip, 0, 1, 7)])
    make.place_person(draft, world.other, roomy, [(trip, 1, 2, 7)])
    make.publish(draft)


# --- 2. posts and seats -----------------------------------------------------------------------------------------------


def test_a_posting_never_has_more_people_than_posts(world: World) -> None:
    statements = (world.change(), world.assign(world.other), world.book(world.other, seat=1))
    assert refused(*statements) == "posting_never_more_assignments_than_posts"


def test_a_posting_never_has_fewer_posts_than_people(world: World) -> None:
    lower = f"UPDATE jobs_posting SET headcount = 0 WHERE id = {world.posting.pk}"
    assert refused(lower) == "posting_never_more_assignments_than_posts"


def test_a_draft_with_too_many_people_is_never_published(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    for who in (world.going, world.other):
        make.place_person(draft, who, world.posting)
    with pytest.raises(IntegrityError) as error:
        make.publish(draft)
    assert broken_rule(error.value) == "posting_never_more_assignments_than_posts"


def test_a_trip_never_carries_more_people_than_seats(world: World) -> None:
    roomy = make.make_posting(world.plan.campaign)
    shrink = f"UPDATE transport_trip SET seats = 1 WHERE id = {world.trip.pk}"
    statements = (world.change(), world.assign(world.other, roomy), world.book(world.other, seat=1), shrink)
    assert refused(*statements) == "trip_never_more_people_than_seats"


def test_a_seat_exists_on_its_trip(world: World) -> None:
    roomy = make.make_posting(world.plan.campaign)
    statements = (world.change(), world.assign(world.other, roomy), world.book(world.other, seat=45))
    assert refused(*statements) == "seat_exists_on_its_trip"


def test_a_trip_never_shrinks_under_its_people(world: World) -> None:
    assert refused(f"UPDATE transport_trip SET seats = 0 WHERE id = {world.trip.pk}") == "trip_never_more_people_than_seats"


@pytest.mark.parametrize(("board", "alight", "rule"), [
    (1, 1, "booking_alights_after_it_boards"),
    (0, 2, "booking_alights_at_a_call"),
    (2, 3, "booking_boards_at_a_call"),
])
def test_a_booking_stands_on_calls_of_its_trip(world: World, board: int, alight: int, rule: str) -> None:
    roomy = make.make_posting(world.plan.campaign)
    booked = world.book(world.other, seat=1, board=board, alight=alight)
    assert refused(world.change(), world.assign(world.other, roomy), booked) == rule


# --- 3. groups --------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(world: World) -> tuple[Registration, Registration]:
    group = make.make_group(world.plan.campaign)
    return tuple(  # type: ignore[return-value]
        make.make_registration(world.plan.campaign, township=world.going.township, group=group) for _ in range(2)
    )


def test_half_a_group_does_not_go(world: World, pair: tuple[Registration, Registration]) -> None:
    roomy = make.make_posting(world.plan.campaign)
    statements = (world.change(), world.assign(pair[0], roomy), world.book(pair[0], seat=1))
    assert refused(*statements) == "group_goes_together_or_not_at_all"


def test_a_group_does_not_go_on_two_vehicles(world: World, pair: tuple[Registration, Registration]) -> None:
    roomy = make.make_posting(world.plan.campaign, park=world.posting.site.place)
    other_bus = make.make_trip(world.plan.campaign, [call.place for call in world.trip.calls.all()])
    statements = (
        world.change(), world.assign(pair[0], roomy), world.assign(pair[1], roomy),
        world.book(pair[0], seat=1), world.book(pair[1], seat=1, trip=other_bus),
    )
    assert refused(*statements) == "group_goes_together_or_not_at_all"


def test_a_group_goes_together(world: World, pair: tuple[Registration, Registration]) -> None:
    roomy = make.make_posting(world.plan.campaign, park=world.posting.site.place)
    assigned = [world.assign(who, roomy) for who in pair]
    booked = [world.book(who, seat=seat) for seat, who in enumerate(pair, 1)]
    assert refused(world.change(), *assigned, *booked) == ""


def test_a_group_that_agreed_may_travel_apart(world: World, pair: tuple[Registration, Registration]) -> None:
    roomy = make.make_posting(world.plan.campaign)
    user = make.make_user()
    agreed = (
        f"UPDATE workers_travelgroup SET split_agreed_at = now(), split_agreed_by_id = {user.pk}, "
        f"split_note = 'both said so' WHERE id = {pair[0].group_id}"
    )
    assert refused(agreed, world.change(), world.assign(pair[0], roomy), world.book(pair[0], seat=1)) == ""
    take_back = (
        "UPDATE workers_travelgroup SET split_agreed_at = NULL, split_agreed_by_id = NULL "
        f"WHERE id = {pair[0].group_id}"
    )
    assert refused(take_back) == "group_goes_together_or_not_at_all"


def test_an_agreement_says_who_recorded_it(world: World, pair: tuple[Registration, Registration]) -> None:
    agreed = f"UPDATE workers_travelgroup SET split_agreed_at = now() WHERE id = {pair[0].group_id}"
    assert refused(agreed) == "group_split_is_recorded_with_who_and_why"


def test_nobody_joins_a_group_that_goes_another_way(world: World, pair: tuple[Registration, Registration]) -> None:
    join = f"UPDATE workers_registration SET group_id = {pair[0].group_id} WHERE id = {world.going.pk}"
    assert refused(join) == "group_goes_together_or_not_at_all"


# --- 4. a published plan changes only by a recorded change ------------------------------------------------------------

UNRECORDED = "published_plan_changes_only_by_a_recorded_change"


@pytest.mark.django_db(transaction=True)  # the fixture's publishing must be a transaction of its own
@pytest.mark.parametrize("statement", [
    "DELETE FROM dispatch_seatbooking WHERE plan_id = %s",
    "UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = %s",
    "UPDATE dispatch_assignment SET leaves_at = leaves_at - interval '1 hour' WHERE plan_id = %s",
    "UPDATE dispatch_assignment SET state = 'withdrawn' WHERE plan_id = %s",
    "UPDATE dispatch_plan SET score = score + 1 WHERE id = %s",
    "UPDATE dispatch_plan SET state = 'superseded' WHERE id = %s",
])
def test_a_published_plan_changes_only_by_a_recorded_change(world: World, statement: str) -> None:
    assert refused(statement, params=[world.plan.pk]) == UNRECORDED


@pytest.mark.django_db(transaction=True)  # the fixture's publishing must be a transaction of its own
def test_nobody_is_added_or_removed_unrecorded(world: World) -> None:
    assert refused(world.assign(world.other)) == UNRECORDED
    remove = "DELETE FROM dispatch_seatbooking WHERE plan_id = %s", "DELETE FROM dispatch_assignment WHERE plan_id = %s"
    assert refused(*remove, params=[world.plan.pk]) == UNRECORDED


@pytest.mark.django_db(transaction=True)  # the fixture's publishing must be a transaction of its own
def test_a_change_of_another_transaction_does_not_count(world: World) -> None:
    assert refused(world.change()) == ""
    assert refused("UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = %s", params=[world.plan.pk]) == UNRECORDED


def test_the_record_tells_what_was_before(world: World) -> None:
    assert refused(world.change(), f"UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = {world.plan.pk}") == ""
    (row,) = world.plan.changes.get(kind="manual").history.all()
    assert (row.registration, row.before["seat"], row.after["seat"]) == (world.going, 0, 9)


def test_being_told_and_boarding_is_no_change(world: World) -> None:
    assert refused("UPDATE dispatch_assignment SET state = 'told' WHERE plan_id = %s", params=[world.plan.pk]) == ""


@pytest.mark.parametrize("statement", [
    "UPDATE dispatch_planchange SET reason = 'another' WHERE plan_id = %s",
    "DELETE FROM dispatch_planchange WHERE plan_id = %s",
])
def test_the_record_itself_never_changes(world: World, statement: str) -> None:
    assert refused(statement, params=[world.plan.pk]) == "plan_change_never_changes"


def test_a_plan_begins_as_a_draft_and_a_published_one_stays(world: World) -> None:
    born = (
        "INSERT INTO dispatch_plan (campaign_id, number, state, score, counts, created_at, published_at, note) "
        f"VALUES ({make.make_campaign().pk}, 1, 'published', 0, '{{}}', now(), now(), '')"
    )
    assert refused(born) == "plan_begins_as_a_draft"
    assert refused("DELETE FROM dispatch_seatbooking", "DELETE FROM dispatch_plan WHERE id = %s",
                   params=[world.plan.pk]) in (UNRECORDED, "published_plan_is_never_removed")


# --- 5. nobody vanishes -----------------------------------------------------------------------------------------------


def scan(world: World, direction: str) -> str:
    return (
        "INSERT INTO dispatch_scan (trip_id, registration_id, direction, call, at) "
        f"VALUES ({world.trip.pk}, {world.going.pk}, '{direction}', 0, now())"
    )


def close(world: World) -> str:
    return f"UPDATE transport_trip SET state = 'closed' WHERE id = {world.trip.pk}"


@pytest.mark.parametrize("seen", [(), ("on",), ("off",)])
def test_a_trip_with_one_person_open_cannot_close(world: World, seen: tuple[str, ...]) -> None:
    assert refused(*(scan(world, direction) for direction in seen), close(world)) == "trip_closes_only_when_nobody_is_open"


def test_a_trip_closes_when_all_who_got_on_got_off(world: World) -> None:
    assert refused(scan(world, "on"), scan(world, "off"), close(world)) == ""
    assert refused(f"DELETE FROM dispatch_scan WHERE trip_id = {world.trip.pk}") == "closed_trip_stays_as_it_was"


def test_a_trip_closes_when_the_missing_are_explained(world: World) -> None:
    explained = (
        "INSERT INTO dispatch_explanation (trip_id, registration_id, text, at) "
        f"VALUES ({world.trip.pk}, {world.going.pk}, 'fell ill at home', now())"
    )
    assert refused(explained, close(world)) == ""


def test_somebody_without_a_seat_who_got_on_must_get_off(world: World) -> None:
    stranger = scan(world, "on").replace(str(world.going.pk), str(world.other.pk))
    assert refused(scan(world, "on"), scan(world, "off"), stranger, close(world)) == "trip_closes_only_when_nobody_is_open"


# --- what else a published plan depends on ----------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "minors_allowed", "rule"), [
    (15, True, "worker_under_16_is_never_matched"),
    (16, False, "worker_under_18_only_where_the_posting_allows"),
    (17, False, "worker_under_18_only_where_the_posting_allows"),
    (17, True, ""),
    (18, False, ""),
])
def test_ages(world: World, age: int, minors_allowed: bool, rule: str) -> None:
    campaign = world.plan.campaign
    birth_date = campaign.first_day.replace(year=campaign.first_day.year - age)
    young = make.make_registration(campaign, worker=make.make_worker(birth_date=birth_date))
    posting = make.make_posting(campaign, minors_allowed=minors_allowed)
    assert refused(world.change(), world.assign(young, posting)) == rule


def test_the_day_before_the_sixteenth_birthday_is_too_young(world: World) -> None:
    campaign = world.plan.campaign
    tomorrow = campaign.first_day.replace(year=campaign.first_day.year - 16, day=campaign.first_day.day + 1)
    young = make.make_registration(campaign, worker=make.make_worker(birth_date=tomorrow))
    posting = make.make_posting(campaign, minors_allowed=True)
    assert refused(world.change(), world.assign(young, posting)) == "worker_under_16_is_never_matched"


def test_no_posting_of_an_unverified_employer(world: World) -> None:
    posting = make.make_posting(world.plan.campaign, employer=make.make_employer(world.plan.campaign, verified=False))
    statements = (world.change(), world.assign(world.other, posting))
    assert refused(*statements) == "posting_of_unverified_employer_is_never_matched"


def test_a_reserved_post_is_for_whom_it_is_kept(world: World) -> None:
    posting = make.make_posting(world.plan.campaign, kind="reserved")
    assert refused(world.change(), world.assign(world.other, posting)) == "reserved_post_only_for_whom_it_is_kept"
    make.make_reserved_post(posting, world.other)
    assert refused(world.change(), world.assign(world.other, posting)) == ""


def test_an_outcome_and_an_assignment_exclude_each_other(world: World) -> None:
    outcome = "UPDATE workers_registration SET outcome = 'own_means', outcome_at = now() WHERE id = %s"
    assert refused(outcome, params=[world.going.pk]) == "registration_has_an_outcome_or_an_assignment"
    assert refused(outcome, params=[world.other.pk]) == ""
    assigned = world.assign(world.other, make.make_posting(world.plan.campaign))
    assert refused(world.change(), assigned) == "registration_with_an_outcome_is_never_matched"


def test_nobody_is_put_on_a_cancelled_trip(world: World) -> None:
    cancelled = make.make_trip(world.plan.campaign, [call.place for call in world.trip.calls.all()])
    Trip.objects.filter(pk=cancelled.pk).update(state="cancelled")
    roomy = make.make_posting(world.plan.campaign)
    booked = world.book(world.other, seat=1, trip=cancelled)
    assert refused(world.change(), world.assign(world.other, roomy), booked) == "trip_cancelled_carries_nobody"


def test_nobody_works_in_another_campaign(world: World) -> None:
    elsewhere = make.make_posting(make.make_campaign())
    assert refused(world.change(), world.assign(world.other, elsewhere)) == "assignment_stays_within_its_campaign"


def test_calls_run_forward_in_time(world: World) -> None:
    back = (
        "UPDATE transport_call SET arrive_at = arrive_at - interval '1 day', depart_at = depart_at - interval '1 day' "
        "WHERE trip_id = %s AND seq = 1"
    )
    assert refused(back, params=[world.trip.pk]) == "call_times_in_order"


def test_audit_rows_never_change(world: World) -> None:
    entry = "INSERT INTO audit_entry (at, action, subject, detail) VALUES (now(), 'x', 'y', '{}')"
    assert refused(entry, "UPDATE audit_entry SET action = 'z'") == "audit_entry_never_changes"
    assert refused(entry, "DELETE FROM audit_entry") == "audit_entry_never_changes"
