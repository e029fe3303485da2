"""Rule 2 with seats that are kept for escorts and isolation, broken by raw SQL."""
import pytest

from tests import factories as make

from .world import World, refused

pytestmark = pytest.mark.django_db
RULE = "withheld_seat_is_never_booked"


def withhold(world: World, escorts: int, isolation: int, seats: int = 45) -> str:
    return (f"UPDATE transport_trip SET escort_seats = {escorts}, isolation_seats = {isolation}, seats = {seats} "
            f"WHERE id = {world.trip.pk}")


def test_a_booked_seat_is_not_withheld_afterwards(world: World) -> None:
    """The world's one person sits on seat 0, the one in front."""
    assert refused(withhold(world, 1, 0)) == RULE
    assert refused(withhold(world, 0, 44)) == ""


def test_more_seats_are_withheld_once_their_people_have_moved(world: World) -> None:
    move = f"UPDATE dispatch_seatbooking SET seat = 7 WHERE assignment_id = {world.assignment.pk}"
    assert refused(withhold(world, 1, 5), world.change(), move) == ""


@pytest.mark.parametrize("seat", [0, 44])
def test_nobody_is_booked_on_a_withheld_seat(world: World, seat: int) -> None:
    posting = make.make_posting(world.plan.campaign)
    move = f"UPDATE dispatch_seatbooking SET seat = 7 WHERE assignment_id = {world.assignment.pk}"
    assert refused(world.change(), move, withhold(world, 1, 1)) == ""
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, seat)) == RULE
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, 8)) == ""


def test_no_more_people_than_seats_less_those_withheld(world: World) -> None:
    two = f"UPDATE dispatch_seatbooking SET seat = 1 WHERE assignment_id = {world.assignment.pk}"
    assert refused(world.change(), two, withhold(world, 1, 0, seats=2)) == ""
    posting = make.make_posting(world.plan.campaign)
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, 0)) == RULE


def test_a_smaller_vehicle_has_its_back_seats_elsewhere(world: World) -> None:
    """Withheld seats move with the vehicle: those at the back of the new one may be taken."""
    move = f"UPDATE dispatch_seatbooking SET seat = 7 WHERE assignment_id = {world.assignment.pk}"
    assert refused(world.change(), move, withhold(world, 0, 1)) == ""
    assert refused(withhold(world, 0, 1, seats=8)) == RULE
    assert refused(withhold(world, 0, 1, seats=9)) == ""


def test_a_draft_with_somebody_on_a_withheld_seat_is_not_published(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    make.place_person(draft, world.other, make.make_posting(world.plan.campaign), [(world.trip, 0, 1, 44)])
    assert refused(withhold(world, 0, 1)) == ""
    with pytest.raises(Exception, match="withholds seat 45") as error:
        make.publish(draft)
    assert error.value.__cause__.diag.constraint_name == RULE


# --- the load rule ------------------------------------------------------------------------------------------------------

LOAD = "trip_load_rule_is_never_exceeded"


def load(world: World, rule: str, seats: int = 45) -> str:
    return f"UPDATE transport_trip SET load_rule = '{rule}', seats = {seats} WHERE id = {world.trip.pk}"


def sits(world: World, seat: int) -> str:
    return f"UPDATE dispatch_seatbooking SET seat = {seat} WHERE assignment_id = {world.assignment.pk}"


def test_half_of_the_seats_hold_half_of_the_people_wherever_they_sit(world: World) -> None:
    posting = make.make_posting(world.plan.campaign)
    assert refused(load(world, "half", seats=3)) == ""
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, 2)) == LOAD
    assert refused(world.change(), sits(world, 2)) == ""
    assert refused(load(world, "half", seats=4)) == ""
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, 3)) == ""
    assert refused(world.change(), f"UPDATE dispatch_seatbooking SET seat = 0 WHERE seat = 3 AND trip_id = {world.trip.pk}",
                   load(world, "full", seats=3)) == ""
    assert refused(load(world, "half", seats=3)) == LOAD


def test_escorts_count_into_the_half_that_may_be_filled(world: World) -> None:
    one = f"UPDATE transport_trip SET load_rule = 'half', seats = 4, escort_seats = 1 WHERE id = {world.trip.pk}"
    assert refused(world.change(), sits(world, 3), one) == ""
    posting = make.make_posting(world.plan.campaign)
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, 2)) == LOAD


@pytest.mark.parametrize(("rule", "empty", "open_"), [("alternate", 1, 2), ("rows", 5, 4)])
def test_nobody_is_booked_where_the_rule_leaves_a_seat_empty(world: World, rule: str, empty: int, open_: int) -> None:
    posting = make.make_posting(world.plan.campaign)
    assert refused(load(world, rule)) == ""
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, empty)) == LOAD
    assert refused(world.change(), world.assign(world.other, posting), world.book(world.other, open_)) == ""


def test_a_load_is_not_lowered_under_people_who_sit_where_it_leaves_seats_empty(world: World) -> None:
    assert refused(world.change(), sits(world, 1)) == ""
    assert refused(load(world, "alternate")) == LOAD
    assert refused(load(world, "rows")) == ""


def test_a_draft_that_the_load_rule_does_not_allow_is_not_published(world: World) -> None:
    draft = make.make_plan(world.plan.campaign)
    make.place_person(draft, world.other, make.make_posting(world.plan.campaign), [(world.trip, 0, 1, 1)])
    assert refused(load(world, "alternate")) == ""
    with pytest.raises(Exception, match="leaves seat 2 empty") as error:
        make.publish(draft)
    assert error.value.__cause__.diag.constraint_name == LOAD
