"""Ways round rules 1 to 5 that need no forbidden statement, only an unusual one: each is refused by name."""
import pytest
from django.db import connection

from dispatch.models import AssignmentHistory
from tests import factories as make
from workers.models import Registration

from .world import World, refused

# The fixture's publishing must be a transaction of its own: what it declared would count for the test's otherwise.
pytestmark = pytest.mark.django_db(transaction=True)

UNRECORDED = "published_plan_changes_only_by_a_recorded_change"


def one_too_many(world: World) -> list[str]:
    """A second person for a posting of one."""
    return [world.assign(world.other), world.book(world.other, seat=1)]


# --- a recorded change is looked at when all of it is there -------------------------------------------------------------


def test_a_change_is_looked_at_after_its_rows_however_early_constraints_are_checked(world: World) -> None:
    early = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"
    assert refused(world.change(), *early, *one_too_many(world)) == "posting_never_more_assignments_than_posts"
    assert refused(world.change(), world.assign(world.other), *early) == "posting_never_more_assignments_than_posts"


@pytest.mark.parametrize("kind", ["publish", "supersede", "answer"])
def test_a_change_of_any_kind_is_looked_at(world: World, kind: str) -> None:
    change = world.change().replace("manual", kind)
    assert refused(change, *one_too_many(world)) == "posting_never_more_assignments_than_posts"


def test_what_is_changed_in_the_transaction_of_a_publication_is_looked_at(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    publish = (
        world.change().replace("manual", "supersede"),
        f"UPDATE dispatch_plan SET state = 'superseded' WHERE id = {world.plan.pk}",
        world.change().replace(f"({world.plan.pk}, 'manual'", f"({draft.pk}, 'publish'"),
        f"UPDATE dispatch_plan SET state = 'published', published_at = now() WHERE id = {draft.pk}",
    )
    late = [world.assign(who, plan=draft) for who in (world.going, world.other)]
    assert refused(*publish, *late) == "posting_never_more_assignments_than_posts"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_change_that_cannot_see_what_others_commit_is_refused(world: World, level: str) -> None:
    isolated = f"SET TRANSACTION ISOLATION LEVEL {level}"
    with connection.cursor() as cursor:
        cursor.execute(f"SET default_transaction_isolation = '{level.lower()}'")
    try:
        assert refused(world.change(), f"UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = {world.plan.pk}") == (
            "rules_are_looked_at_in_read_committed"
        ), isolated
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_isolation")


def test_a_change_declared_for_another_transaction_does_not_count(world: World) -> None:
    ahead = world.change().replace("reason)", "reason, transaction)").replace(
        "'a test')", "'a test', (pg_current_xact_id()::text::bigint + 1)::text::xid8)"
    )
    assert refused(ahead) == ""
    assert refused(f"UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = {world.plan.pk}") == UNRECORDED


def test_a_replaced_plan_changes_no_more(world: World) -> None:
    make.publish(make.make_plan(world.plan.campaign))
    move = f"UPDATE dispatch_seatbooking SET seat = 9 WHERE plan_id = {world.plan.pk}"
    assert refused(move) == UNRECORDED
    assert refused(world.change(), move) == "replaced_plan_never_changes"


# --- everybody whom a change touches is looked at -----------------------------------------------------------------------


def test_who_takes_over_an_assignment_is_looked_at(world: World) -> None:
    child = make.make_registration(
        world.plan.campaign,
        worker=make.make_worker(birth_date=world.plan.campaign.first_day.replace(year=2010)),
    )
    swap = f"UPDATE dispatch_assignment SET registration_id = {child.pk} WHERE id = {world.assignment.pk}"
    assert refused(world.change(), swap) == "worker_under_16_is_never_matched"


def test_both_of_a_swap_are_on_record(world: World) -> None:
    swap = f"UPDATE dispatch_assignment SET registration_id = {world.other.pk} WHERE id = {world.assignment.pk}"
    assert refused(world.change(), swap) == ""
    assert set(AssignmentHistory.objects.values_list("registration_id", flat=True)) == {world.going.pk, world.other.pk}


def test_whose_booking_is_given_away_is_looked_at(world: World) -> None:
    roomy = make.make_posting(world.plan.campaign, park=world.posting.site.place)
    group = make.make_group(world.plan.campaign)
    pair = [make.make_registration(world.plan.campaign, group=group) for _ in range(2)]
    assigned = [world.assign(who, roomy) for who in (*pair, world.other)]
    booked = [world.book(who, seat=seat) for seat, who in enumerate(pair, 1)]
    assert refused(world.change(), *assigned, *booked) == ""
    theirs = world.plan.assignments.in_bulk(field_name="id").values()
    by_person = {a.registration_id: a.pk for a in theirs}
    give = (
        f"UPDATE dispatch_seatbooking SET assignment_id = {by_person[world.other.pk]} "
        f"WHERE assignment_id = {by_person[pair[0].pk]}"
    )
    assert refused(world.change(), give) == "group_goes_together_or_not_at_all"


# --- rows of a published plan -------------------------------------------------------------------------------------------


def test_a_row_does_not_change_under_a_new_id(world: World) -> None:
    assert refused("UPDATE dispatch_seatbooking SET id = id + 1000, seat = 9") == "row_of_a_plan_keeps_its_id"
    bare = make.make_registration(world.plan.campaign)
    assert refused(world.change(), world.assign(bare, make.make_posting(world.plan.campaign))) == ""
    withdraw = "UPDATE dispatch_assignment SET id = id + 1000, state = 'withdrawn' WHERE registration_id = %s"
    assert refused(withdraw, params=[bare.pk]) == "row_of_a_plan_keeps_its_id"


def test_a_booking_does_not_leave_by_way_of_an_assignment_that_comes_later(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    away = f"UPDATE dispatch_seatbooking SET plan_id = {draft.pk}, assignment_id = 999999 WHERE plan_id = {world.plan.pk}"
    later = world.assign(world.other, plan=draft).replace("(plan_id", "(id, plan_id").replace("VALUES (", "VALUES (999999, ")
    assert refused(away, later) == UNRECORDED


def test_nothing_moves_from_or_to_a_draft(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    assignment = make.place_person(draft, world.other, make.make_posting(world.plan.campaign))
    assert refused(f"UPDATE dispatch_assignment SET plan_id = {world.plan.pk} WHERE id = {assignment.pk}") == UNRECORDED
    out = [f"UPDATE {table} SET plan_id = {draft.pk} WHERE plan_id = {world.plan.pk}"
           for table in ("dispatch_assignment", "dispatch_seatbooking")]
    assert refused(*out) == UNRECORDED


def test_who_was_left_at_home_and_why_is_part_of_the_plan(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    make.leave_person(draft, world.other)
    make.leave_person(draft, world.going)
    make.publish(draft)
    delete = f"DELETE FROM dispatch_unplaced WHERE registration_id = {world.other.pk}"
    add = f"INSERT INTO dispatch_unplaced (plan_id, registration_id, reason) VALUES ({draft.pk}, %s, 'seats_full')"
    new = make.make_registration(world.plan.campaign)
    assert refused(delete) == UNRECORDED
    assert refused(f"UPDATE dispatch_unplaced SET reason = 'x' WHERE plan_id = {draft.pk}") == UNRECORDED
    assert refused(add, params=[new.pk]) == UNRECORDED
    change = world.change().replace(f"({world.plan.pk},", f"({draft.pk},")
    assert refused(change, delete) == ""
    row = AssignmentHistory.objects.get(registration=world.other)
    assert (row.before["reason"], row.after) == ("seats_full", None)


@pytest.mark.parametrize("column", ["note = 'another'", "number = 7", "published_at = now()"])
def test_who_published_when_and_why_stays(world: World, column: str) -> None:
    rewrite = f"UPDATE dispatch_plan SET {column} WHERE id = {world.plan.pk}"
    assert refused(world.change(), rewrite) == "published_plan_keeps_who_when_and_why"
    assert refused(f"UPDATE dispatch_plan SET bound = 1 WHERE id = {world.plan.pk}") == UNRECORDED


def test_a_published_plan_is_never_a_draft_again(world: World) -> None:
    back = f"UPDATE dispatch_plan SET state = 'draft', published_at = NULL WHERE id = {world.plan.pk}"
    assert refused(world.change(), back) == "published_plan_is_no_draft_again"


def test_a_published_plan_stays_in_its_campaign(world: World) -> None:
    other = make.make_campaign()
    assert refused(world.change(), f"UPDATE dispatch_plan SET campaign_id = {other.pk}") == "row_stays_in_its_campaign"


def test_a_replaced_plan_is_not_published_again(world: World) -> None:
    second = make.publish(make.make_plan(world.plan.campaign))
    change = world.change().replace(f"({world.plan.pk},", f"({second.pk},")
    step_down = f"UPDATE dispatch_plan SET state = 'superseded' WHERE id = {second.pk}"
    again = f"UPDATE dispatch_plan SET state = 'published', score = score + 1 WHERE id = {world.plan.pk}"
    assert refused(change, step_down, world.change(), again) == "replaced_plan_never_changes"


@pytest.mark.parametrize("table", [
    "dispatch_assignment", "dispatch_seatbooking", "dispatch_unplaced", "dispatch_plan", "dispatch_planchange",
    "dispatch_assignmenthistory", "dispatch_scan", "dispatch_explanation", "audit_entry",
])
def test_tables_that_hold_a_record_are_not_emptied_in_one_go(world: World, table: str) -> None:
    assert refused(f"TRUNCATE {table} CASCADE") == "table_is_never_emptied"


def test_history_is_written_by_triggers_alone(world: World) -> None:
    change = world.plan.changes.get().pk
    forged = f"INSERT INTO dispatch_assignmenthistory (change_id, registration_id) VALUES ({change}, {world.other.pk})"
    assert refused(forged) == "history_is_written_by_the_database"


# --- the ground does not move away --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["jobs_posting", "transport_trip", "workers_registration", "workers_travelgroup"])
def test_what_a_plan_stands_on_stays_in_its_campaign(world: World, table: str) -> None:
    make.make_group(world.plan.campaign)
    away = f"UPDATE {table} SET campaign_id = {make.make_campaign().pk}"
    assert refused(away) == "row_stays_in_its_campaign"


def test_nobody_arrives_in_a_group_that_goes_without_them(world: World) -> None:
    group = make.make_group(world.plan.campaign)
    Registration.objects.filter(pk=world.other.pk).update(group=group)
    assert refused(world.change(), world.assign(world.other, make.make_posting(world.plan.campaign))) == ""
    late = (
        "INSERT INTO workers_registration (campaign_id, worker_id, ref, township_id, group_id, min_wage, priority, ready_at,"
        " open_to_other, contact, contact_phone, contact_name, created_at) SELECT campaign_id, %s, 'late', township_id,"
        f" {group.pk}, min_wage, priority, ready_at, open_to_other, 'none', '', '', now() FROM workers_registration"
        f" WHERE id = {world.other.pk}"
    )
    assert refused(late, params=[make.make_worker().pk]) == "group_goes_together_or_not_at_all"


def test_a_group_of_another_campaign_binds_all_the_same(world: World) -> None:
    group = make.make_group(make.make_campaign())
    for _ in range(2):
        who = make.make_registration(world.plan.campaign, group=group)
    assert refused(world.change(), world.assign(who, make.make_posting(world.plan.campaign))) == (
        "group_goes_together_or_not_at_all"
    )


def test_a_posting_does_not_take_half_a_group_to_another_place(world: World) -> None:
    park = world.posting.site.place
    near, far = make.make_posting(world.plan.campaign, park=park), make.make_posting(world.plan.campaign, park=park)
    group = make.make_group(world.plan.campaign)
    pair = [make.make_registration(world.plan.campaign, group=group) for _ in range(2)]
    assert refused(world.change(), world.assign(pair[0], near), world.assign(pair[1], far)) == ""
    elsewhere = make.make_posting(world.plan.campaign).site_id
    move = f"UPDATE jobs_posting SET site_id = {elsewhere} WHERE id = {far.pk}"
    assert refused(move) == "group_goes_together_or_not_at_all"


# --- a closed trip ------------------------------------------------------------------------------------------------------


def closed(world: World) -> None:
    seen = [
        "INSERT INTO dispatch_scan (trip_id, registration_id, direction, call, at) "
        f"VALUES ({world.trip.pk}, {world.going.pk}, '{direction}', 0, now())" for direction in ("on", "off")
    ]
    assert refused(*seen, f"UPDATE transport_trip SET state = 'closed' WHERE id = {world.trip.pk}") == ""


def test_what_was_seen_on_a_closed_trip_does_not_move_to_another(world: World) -> None:
    closed(world)
    elsewhere = make.make_trip(world.plan.campaign, [call.place for call in world.trip.calls.all()])
    assert refused(f"UPDATE dispatch_scan SET trip_id = {elsewhere.pk}") == "closed_trip_stays_as_it_was"


@pytest.mark.parametrize("state", ["scheduled", "cancelled"])
def test_a_closed_trip_stays_closed(world: World, state: str) -> None:
    closed(world)
    assert refused(f"UPDATE transport_trip SET state = '{state}'") == "closed_trip_stays_as_it_was"


def test_nobody_is_put_on_a_closed_trip(world: World) -> None:
    closed(world)
    assigned = world.change(), world.assign(world.other, make.make_posting(world.plan.campaign))
    assert refused(*assigned, world.book(world.other, seat=1)) == "closed_trip_stays_as_it_was"


def test_no_draft_with_people_on_a_closed_trip_is_published(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    make.place_person(draft, world.other, make.make_posting(world.plan.campaign), [(world.trip, 0, 1, 3)])
    closed(world)
    with pytest.raises(Exception, match="is closed") as error:
        make.publish(draft)
    assert error.value.__cause__.diag.constraint_name == "closed_trip_stays_as_it_was"


def test_no_trip_is_born_closed(world: World) -> None:
    born = (
        "INSERT INTO transport_trip (campaign_id, ref, mode, state, seats) "
        f"VALUES ({world.plan.campaign_id}, 'new', 'bus', 'closed', 45)"
    )
    assert refused(born) == "closed_trip_stays_as_it_was"
