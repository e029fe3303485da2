"""What comes back goes before ours: all of it or nothing, with an account that adds up."""
import pytest

from dispatch.importing.answers import Comparison, compare, phone_of
from dispatch.importing.returned import Returned, Row, read_workbook
from dispatch.models import CarrierAnswer, RealNameList, Ticket
from dispatch.queries import real_names
from dispatch.services import real_names as services
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from tests.rules.world import refused
from transport.models import Trip, Vehicle

from .scene import Names, filled, replan


def answer(*rows: tuple[str, str, str, str], **crew: str) -> Returned:
    return Returned([Row(line, *row) for line, row in enumerate(rows, 5)], crew)


def faults(names: Names, *rows: tuple[str, str, str, str], **crew: str) -> list[str]:
    """What stands against an answer; whatever it is, nothing of it is stored."""
    found = compare(names.train, answer(*rows, **crew))
    adds_up(found)
    released = names.train.real_name_lists.first() or names.released()
    with pytest.raises(RuleBroken):
        services.take_over(names=released, returned=answer(*rows, **crew), by=names.clerk)
    assert not Ticket.objects.exists()
    assert not CarrierAnswer.objects.exists()
    assert not Trip.objects.exclude(plate_given="").exists()
    return found.faults


def adds_up(found: Comparison) -> None:
    assert found.new + found.changed + found.unchanged + found.empty + found.refused == found.rows


def tickets(names: Names) -> dict[int, tuple[str, str, str]]:
    places = {person.pk: place for place, person in enumerate(names.people)}
    return {places[t.registration_id]: (t.coach, t.seat, t.number) for t in Ticket.objects.filter(trip=names.train)}


def give(names: Names, released: RealNameList, *rows: tuple[str, str, str, str], **crew: str) -> Comparison:
    found = services.take_over(names=released, returned=answer(*rows, **crew), by=names.clerk)
    adds_up(found)
    return found


def test_a_filled_workbook_is_taken_over_and_the_same_file_again_changes_nothing(names: Names) -> None:
    released = names.released()
    _name, data = services.take_names(names=released, by=names.clerk)
    back = filled(data, {names.code(0): (5, "12f", "E100"), names.code(1): ("05车", "012D号", None),
                         names.code(2): ("'05", "无座", 88.0)}, {1: "鄂Q·12345", 2: "覃师傅", 3: "138 0000 1234"})
    first = services.take_over(names=released, returned=read_workbook(back), by=names.clerk)
    assert (first.rows, first.new, first.changed, first.unchanged, first.empty) == (4, 3, 0, 0, 1)
    assert first.without == 1
    assert tickets(names) == {0: ("05", "12F", "E100"), 1: ("05", "12D", ""), 2: ("05", "无座", "88")}
    names.train.refresh_from_db()
    assert (names.train.plate, names.train.driver, names.train.driver_phone) == ("鄂Q12345", "覃师傅", "13800001234")
    before = list(Ticket.objects.order_by("pk").values())
    again = services.take_over(names=released, returned=read_workbook(back), by=names.clerk)
    assert (again.new, again.changed, again.unchanged, again.empty, again.changes_nothing) == (0, 0, 3, 1, True)
    assert list(Ticket.objects.order_by("pk").values()) == before
    assert CarrierAnswer.objects.count() == Entry.objects.filter(action="carrier's answer taken over").count() == 1


def test_the_next_workbook_comes_filled_with_what_was_given(names: Names) -> None:
    released = names.released()
    give(names, released, (names.code(0), "05", "12F", "E100"), plate="鄂Q12345")
    _name, data = services.take_names(names=released, by=names.clerk)
    found = services.take_over(names=released, returned=read_workbook(data), by=names.clerk)
    assert (found.unchanged, found.empty, found.changes_nothing) == (1, 3, True)


def test_an_empty_cell_takes_nothing_away_and_a_change_is_on_record(names: Names) -> None:
    released = names.released()
    give(names, released, (names.code(0), "05", "12F", "E100"))
    give(names, released, (names.code(0), "05", "13F", ""))
    give(names, released, (names.code(0), "", "", "E200"))
    assert tickets(names) == {0: ("05", "13F", "E200")}
    told = CarrierAnswer.objects.order_by("pk").values_list("changes", flat=True)
    assert [(c["before"], c["after"]) for changes in told for c in changes] == [
        ("", "05 12F E100"), ("05 12F E100", "05 13F E100"), ("05 13F E100", "05 13F E200")]


def test_two_swap_their_seats(names: Names) -> None:
    released = names.released()
    give(names, released, (names.code(0), "05", "1A", ""), (names.code(1), "05", "1B", ""))
    found = give(names, released, (names.code(0), "05", "1B", ""), (names.code(1), "05", "1A", ""))
    assert (found.new, found.changed) == (0, 2)


def test_each_fault_is_named_with_its_line(names: Names) -> None:
    stranger = make.make_registration(names.campaign)
    from dispatch.rosters.codes import code_of

    one = names.code(0)
    said = faults(
        names, ("00001", "05", "1A", ""), (code_of(stranger.pk), "05", "1B", ""), (one, "05", "1C", ""),
        (one, "05", "1D", ""), ("", "05", "1F", ""), (names.code(1), "", "2A", ""), (names.code(2), "05", "", ""),
        (names.code(3), "05", "3.5", ""), phone="12345", plate="!", driver="123",
    )
    assert said == [
        "第5行：“00001”不是有效代码。代码为五位，请从名单上复制。",
        f"第6行：代码{code_of(stranger.pk)}不是本班次的人员，这一行可能属于别的班次。",
        f"第8行：代码{one}在第7行已出现，请只保留一行。",
        "第9行：没有代码，不知道是谁的座位。请从名单上复制代码。",
        "第10行：填了座位但没有车厢，请补上车厢号。",
        "第11行：填了车厢但没有座位。请补上座位号，无座请填“无座”。",
        "第12行：“3.5”无法识别，应为座位号，如12F。",
        "“12345”无法识别，应为11位手机号，或带区号的固定电话。",
        "“!”无法识别，应为车牌号，如鄂Q12345。",
        "“123”无法识别，应为驾驶员姓名，不含数字。",
    ]


def test_a_row_with_a_cell_that_cannot_be_read_is_refused_once(names: Names) -> None:
    released = names.released()
    _name, data = services.take_names(names=released, by=names.clerk)
    back = read_workbook(filled(data, {names.code(0): ("05", "=A1", ""), names.code(1): ("05", "1B", "")}))
    found = compare(names.train, back)
    assert (found.rows, found.new, found.empty, found.refused) == (4, 1, 2, 1)
    assert found.faults == ["第5行“座位”: 单元格里是公式，请改为文本数值。"]
    adds_up(found)


def test_one_seat_for_two_who_ride_together_is_refused_and_for_two_one_after_the_other_not(names: Names) -> None:
    one, other, third, fourth = (names.code(n) for n in range(4))
    (said,) = faults(names, (one, "05", "1A", ""), (other, "5", "01A", ""))
    assert said == f"第6行：{other}与第5行的{one}都填了05车 1A号，而两人同时在车上。请给其中一人另换座位。"
    released = names.train.real_name_lists.get()
    give(names, released, (third, "05", "1A", ""), (fourth, "05", "1A", ""))
    with pytest.raises(RuleBroken, match=f"第5行：{one}与{third}都填了05车 1A号"):
        give(names, released, (one, "05", "1A", ""))
    give(names, released, (one, "05", "无座", ""), (other, "05", "无座", ""))
    assert tickets(names)[1] == ("05", "无座", "")


def test_the_database_holds_one_person_on_each_part_of_a_seat(names: Names) -> None:
    released = names.released()
    give(names, released, (names.code(0), "05", "1A", ""), (names.code(1), "05", "1B", ""), (names.code(2), "06", "1A", ""),
         (names.code(3), "06", "1A", ""))
    move = "UPDATE dispatch_ticket SET coach = %s, seat = %s WHERE registration_id = %s"
    rule = "ticket_seat_one_person_on_each_part"
    assert refused(move, params=["5", "01A", names.people[1].pk]) == rule
    assert refused(move, params=["06", "1A", names.people[1].pk]) == rule
    assert refused(move, params=["06", "1B", names.people[1].pk]) == ""
    assert refused("UPDATE dispatch_ticket SET coach = '', seat = '', number = ''") == "ticket_says_something"
    double = ("INSERT INTO dispatch_ticket (trip_id, registration_id, coach, seat, number, given_at, answer_id) "
              "SELECT trip_id, registration_id, '', '', 'E1', now(), answer_id FROM dispatch_ticket LIMIT 1")
    assert refused(double) == "ticket_once_per_person_and_trip"
    assert refused("UPDATE dispatch_carrieranswer SET new = 9") == "carrier_answer_never_changes"
    odd = ("INSERT INTO dispatch_carrieranswer (names_id, at, by_id, rows, new, changed, unchanged, empty, changes) "
           f"VALUES ({released.pk}, now(), {names.clerk.pk}, 3, 1, 1, 0, 0, '[]')")
    assert refused(odd) == "carrier_answer_adds_up"
    assert refused(f"UPDATE transport_trip SET plate_given = '鄂Q1' WHERE id = {names.train.pk}") == (
        "trip_crew_says_when_it_was_given")


def test_an_answer_needs_a_list_that_is_released(names: Names) -> None:
    released = names.released()
    services.close_names(names=released, why="收回", by=names.asker)
    with pytest.raises(RuleBroken) as broken:
        give(names, released, (names.code(0), "05", "1A", ""))
    assert broken.value.rule == "real_names_given_only_while_released"
    assert not Ticket.objects.exists()


def test_a_closed_trip_takes_no_tickets(names: Names) -> None:
    released = names.released()
    for person in names.people:
        names.train.explanations.create(registration=person, text="未乘车")
    Trip.objects.filter(pk=names.train.pk).update(state="closed")
    answer_row = (f"INSERT INTO dispatch_carrieranswer (names_id, at, by_id, rows, new, changed, unchanged, empty, changes) "
                  f"VALUES ({released.pk}, now(), {names.clerk.pk}, 0, 0, 0, 0, 0, '[]')")
    ticket = ("INSERT INTO dispatch_ticket (trip_id, registration_id, coach, seat, number, given_at, answer_id) "
              f"SELECT {names.train.pk}, {names.people[0].pk}, '05', '1A', '', now(), max(id) FROM dispatch_carrieranswer")
    assert refused(answer_row, ticket) == "closed_trip_stays_as_it_was"


def test_tickets_outlive_a_newer_plan_and_those_of_people_who_left_are_shown(names: Names) -> None:
    released = names.released()
    services.take_names(names=released, by=names.clerk)
    give(names, released, (names.code(0), "05", "1A", "E1"), (names.code(3), "05", "1B", "E4"))
    plan = replan(names, 0, 1, 2)
    rides = real_names.rides_of(names.train, plan)
    found = real_names.tickets_of(names.train)
    assert [t.registration_id for t in real_names.without_a_ride(found, rides)] == [names.people[3].pk]
    assert tickets(names)[0] == ("05", "1A", "E1")
    # The carrier fills the workbook that it took before: the row of somebody who left is no fault of its own.
    late = give(names, released, (names.code(3), "05", "2B", "E4"), (names.code(1), "05", "1B", ""))
    assert late.gone == [names.code(3)]
    assert tickets(names)[3] == ("05", "2B", "E4")


def test_a_newer_plan_that_brings_two_onto_one_seat_names_both(names: Names) -> None:
    released = names.released()
    give(names, released, (names.code(2), "05", "1A", ""), (names.code(3), "05", "1A", ""))
    plan = replan(names, 2, 3, seats={2: (0, 2, 2), 3: (1, 2, 3)})
    rides = real_names.rides_of(names.train, plan)
    both = real_names.sharing_a_seat(real_names.tickets_of(names.train), rides)
    assert {t.registration_id for t in both} == {names.people[2].pk, names.people[3].pk}


def test_a_preview_that_was_overtaken_is_not_stored(names: Names) -> None:
    released = names.released()
    mine = answer((names.code(0), "05", "1A", ""))
    seen = compare(names.train, mine).digest
    give(names, released, (names.code(0), "06", "9F", ""))
    with pytest.raises(services.Overtaken) as overtaken:
        services.take_over(names=released, returned=mine, by=names.clerk, seen=seen)
    assert (overtaken.value.comparison.new, overtaken.value.comparison.changed) == (0, 1)
    assert tickets(names) == {0: ("06", "9F", "")}


def test_plate_and_driver_go_with_their_vehicle(names: Names) -> None:
    seat_map = names.train.seat_map
    first, second = (Vehicle.objects.create(plate=plate, seat_map=seat_map) for plate in ("鄂Q11111", "鄂Q22222"))
    Trip.objects.filter(pk=names.train.pk).update(vehicle=first)
    give(names, names.released(), plate="鄂Q33333", driver="覃师傅")
    names.train.refresh_from_db()
    assert names.train.plate == "鄂Q33333"
    Trip.objects.filter(pk=names.train.pk).update(seats=names.train.seats)
    names.train.refresh_from_db()
    assert names.train.plate == "鄂Q33333"
    Trip.objects.filter(pk=names.train.pk).update(vehicle=second)
    names.train.refresh_from_db()
    assert (names.train.plate, names.train.driver, names.train.crew_given_at) == ("鄂Q22222", "", None)


@pytest.mark.parametrize(("text", "phone"), [
    ("13800001234", "13800001234"), ("+86 138-0000-1234", "13800001234"), ("0718-8223344", "0718-8223344"),
    ("(0571)87654321", "0571-87654321"), ("010 12345678", "010-12345678"), ("12800001234", ""), ("8223344", ""),
    ("1380000123", ""), ("110", ""), ("", ""),
])
def test_a_telephone_is_a_mobile_or_a_landline_number(text: str, phone: str) -> None:
    assert phone_of(text) == phone
