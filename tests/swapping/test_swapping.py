"""Swapping the vehicle of a trip: exactly what was shown, in one recorded change, or nothing."""
import pytest
from django.utils.translation import override

from dispatch.models import Assignment, AssignmentHistory, Plan, PlanChange, Scan, SeatBooking, Unplaced
from dispatch.queries import swaps
from dispatch.queries.changes import swap_of, touched
from dispatch.queries.plans import breakdown
from dispatch.queries.swaps import Target
from dispatch.services.swapping import PreviewChanged, swap_vehicle
from laborbridge.audit.models import Entry
from laborbridge.rules import RuleBroken
from tests import factories as make
from transport.models import Trip, Vehicle

from .bus import Bus, counted, make_bus, smaller

pytestmark = pytest.mark.django_db


def refused(bus: Bus, target: Target) -> str:
    with override("en"), pytest.raises(RuleBroken) as broken:
        bus.swap(target)
    return " ".join(broken.value.sentences)


def test_who_sits_beyond_moves_and_all_others_stay() -> None:
    bus = make_bus(("甲", 3, {}), ("乙", 12, {}), ("丙", 40, {}))
    vehicle, target = smaller(16)
    shown = bus.preview(target)
    with override("en"):
        assert shown.sentences == ["1 person changes seat.", "2 people keep their seats."]
        assert [(m.person.worker.name, m.old, m.new) for m in shown.moved] == [("丙", 40, 0)]
    change = bus.swap(target)
    assert bus.seats() == {"甲": 3, "乙": 12, "丙": 0}
    trip = Trip.objects.get(pk=bus.trip.pk)
    assert (trip.vehicle, trip.seats, trip.seat_map) == (vehicle, 16, vehicle.seat_map)
    assert (change.kind, change.by, change.reason) == (PlanChange.Kind.MANUAL, bus.by, "坏了一辆车")
    assert change.history.count() == 1


def test_who_loses_the_seat_loses_the_journey_and_what_it_held_is_free() -> None:
    bus = make_bus(("甲", 0, {"priority": 2}), ("乙", 1, {"own": True}), ("丙", 2, {"onward": 5}), ("丁", 3, {"onward": 6}))
    bus.plan.counts["counties"] = {str(bus.people["甲"].township.parent_id): [4, 4]}
    shown = bus.preview(counted(2))
    assert [(x.person.worker.name, x.posting, [f.trip for f in x.freed]) for x in shown.lost] == [
        ("丙", bus.open, [bus.onward]), ("丁", bus.open, [bus.onward])]
    with override("en"):
        assert shown.sentences == [
            "2 people have no seat any more: 丙, 丁.", "Their posts at 针织厂 are free again.",
            f"Their seats on {bus.onward.ref} are free again, too.", "2 people keep their seats."]
    bus.swap(counted(2))
    assert bus.seats() == {"甲": 0, "乙": 1}
    assert bus.state("丁") == Assignment.State.WITHDRAWN
    assert not SeatBooking.objects.filter(trip=bus.onward, held=True).exists()
    left = Unplaced.objects.filter(plan=bus.plan).values_list("registration__worker__name", "reason")
    assert sorted(left) == [("丁", "seats_full"), ("丙", "seats_full")]
    full = Unplaced.objects.filter(plan=bus.plan).values_list("changes__full_calls", "changes__ways")
    assert list(full) == [([[bus.trip.pk, 0]], [])] * 2
    plan = Plan.objects.get(pk=bus.plan.pk)
    assert (plan.counts["placed"], plan.counts["unplaced"]) == (2, {"seats_full": 2})


def test_the_counts_by_county_follow() -> None:
    bus = make_bus(("甲", 0, {}), ("乙", 1, {}), published=False)
    county = str(bus.people["甲"].township.parent_id)
    bus.plan.counts["counties"] = {county: [2, 2]}
    bus.plan.save(update_fields=["counts"])
    make.publish(bus.plan)
    assert breakdown(bus.plan)[0][0].placed == 2
    bus.swap(counted(1))
    assert Plan.objects.get(pk=bus.plan.pk).counts["counties"] == {county: [1, 2]}


def test_a_group_leaves_as_a_whole_by_the_plans_own_order() -> None:
    bus = make_bus(("甲", 0, {"group": "g", "priority": 1}), ("乙", 1, {"group": "g"}), ("丙", 2, {"group": "h"}),
                   ("丁", 3, {"group": "h"}))
    bus.swap(counted(3))
    assert bus.seats() == {"甲": 0, "乙": 1}


def test_an_agreed_split_is_no_group_any_more() -> None:
    bus = make_bus(("甲", 0, {"group": "g", "priority": 1}), ("乙", 1, {"group": "g"}))
    group = bus.people["甲"].group
    group.split_agreed_at, group.split_agreed_by, group.split_note = make.at(1), bus.by, "同意分开走"
    group.save()
    bus.swap(counted(1))
    assert bus.seats() == {"甲": 0}


def test_a_seat_is_used_again_after_its_holder_gets_off() -> None:
    bus = make_bus(("甲", 0, {"alight": 1}), ("乙", 9, {"board": 1}))
    bus.swap(counted(1))
    assert bus.seats() == {"甲": 0, "乙": 0}


def test_seats_are_exchanged_in_a_circle_where_that_is_what_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two whose new seats are each other's: one gets up first; nobody sits on a taken seat even for a moment."""
    bus = make_bus(("甲", 0, {}), ("乙", 1, {}), ("丙", 30, {}))
    held = {b.assignment.registration.worker.name: b.pk for b in SeatBooking.objects.filter(trip=bus.trip)}

    def circle(riders: object, seats: object) -> object:
        from dispatch.matching.reseating import Reseating

        return Reseating({held["甲"]: 1, held["乙"]: 0, held["丙"]: 2}, frozenset())

    monkeypatch.setattr(swaps, "reseat", circle)
    change = bus.swap(counted(3))
    assert bus.seats() == {"甲": 1, "乙": 0, "丙": 2}
    with override("en"):
        one = {t.person.worker.name: t.lines for t in touched(change, [bus.people["甲"].pk], swap_of(change))}["甲"]
    assert [(line.before[-40:-12], line.after[-40:-12]) for line in one] != []
    assert "seat 1," in one[0].before and "seat 2," in one[0].after


def test_a_bigger_vehicle_touches_nobody() -> None:
    bus = make_bus(("甲", 3, {}), ("乙", 44, {}))
    with override("en"):
        assert bus.preview(counted(50)).sentences == ["Nobody is touched: everybody keeps the seat."]
    change = bus.swap(counted(50))
    assert Trip.objects.get(pk=bus.trip.pk).seats == 50
    assert not AssignmentHistory.objects.filter(change=change).exists()


def test_raising_the_withheld_seats_goes_the_same_way() -> None:
    bus = make_bus(("甲", 0, {}), ("乙", 9, {}), ("丙", 5, {}), seats=10)
    assert bus.preview(counted(10, 1, 2)).same == 1
    bus.swap(counted(10, 1, 2))
    assert bus.seats() == {"甲": 1, "乙": 2, "丙": 5}
    bus.swap(counted(10, 1, 8))
    assert list(bus.seats().values()) == [1]


def test_a_new_vehicle_is_known_from_then_on() -> None:
    bus = make_bus(("甲", 3, {}))
    carrier = make.make_organisation("carrier")
    Trip.objects.filter(pk=bus.trip.pk).update(carrier=carrier)
    _other, like = smaller(8)
    bus.swap(Target(8, 0, 0, like.seat_map, None, "鄂Q99999"))
    made = Vehicle.objects.get(plate="鄂Q99999")
    assert (made.carrier, made.seat_map, Trip.objects.get(pk=bus.trip.pk).vehicle) == (carrier, like.seat_map, made)


def test_it_is_all_on_record() -> None:
    bus = make_bus(("甲", 0, {"onward": 5}), ("乙", 1, {"priority": 1}), ("丙", 30, {"priority": 1}))
    vehicle, target = smaller(2, rows="AB")
    change = bus.swap(target, "坏在路上")
    entry = Entry.objects.get(subject_id=change.pk, action="vehicle swapped")
    assert (entry.by, entry.detail["moved"], entry.detail["lost"], entry.detail["reason"]) == (bus.by, 1, 1, "坏在路上")
    people = [bus.people[name].pk for name in ("甲", "丙")]
    with override("en"):
        shown = {t.person.worker.name: [(x.before, x.after) for x in t.lines]
                 for t in touched(change, people, swap_of(change))}
    ref = bus.trip.ref
    end = bus.onward.calls.get(seq=1).place.name
    assert shown["甲"] == [
        ("", "left at home: every vehicle that would be in time is full"),
        (f"post at 针织厂 ({bus.open.ref})", ""),
        (f"{ref}: seat 1, 龙凤镇 to 萧山园区", ""),
        (f"{bus.onward.ref}: seat 6, 萧山园区 to {end}", ""),
    ]
    assert shown["丙"] == [(f"{ref}: seat 31, 龙凤镇 to 萧山园区", f"{ref}: seat 1, 龙凤镇 to 萧山园区")]


def test_what_was_not_shown_is_not_done() -> None:
    bus = make_bus(("甲", 0, {}), ("乙", 30, {}))
    shown = bus.preview(counted(10)).digest
    PlanChange.objects.create(plan=bus.plan, kind=PlanChange.Kind.MANUAL, reason="换座")
    SeatBooking.objects.filter(trip=bus.trip, seat=0).update(seat=1)
    with pytest.raises(PreviewChanged) as changed:
        swap_vehicle(trip=bus.trip, plan=bus.plan, target=counted(10), shown=shown, by=bus.by, reason="x")
    assert changed.value.preview.digest == bus.preview(counted(10)).digest
    assert Trip.objects.get(pk=bus.trip.pk).seats == 45
    assert bus.seats() == {"甲": 1, "乙": 30}


# --- what cannot be swapped --------------------------------------------------------------------------------------------


def seen(bus: Bus, name: str, call: int = 0, direction: str = "on") -> None:
    Scan.objects.create(trip=bus.trip, registration=bus.people[name], direction=direction, call=call, at=make.at(8))


def later(bus: Bus) -> None:
    from datetime import timedelta

    from django.utils import timezone

    for call in bus.trip.calls.order_by("-seq"):
        at = timezone.now() + timedelta(hours=1 + call.seq)
        bus.trip.calls.filter(pk=call.pk).update(arrive_at=at, depart_at=at)


def test_nobody_aboard_is_moved() -> None:
    bus = make_bus(("甲", 7, {}), ("乙", 3, {"priority": 2}), ("丙", 1, {"priority": 2}))
    later(bus)
    seen(bus, "甲")
    bus.swap(counted(8, 0, 0))
    bus.swap(counted(8, 7, 0))
    assert bus.seats() == {"甲": 7}


def test_people_aboard_without_a_seat_are_named() -> None:
    bus = make_bus(("甲", 7, {}), ("乙", 3, {}))
    later(bus)
    seen(bus, "甲")
    said = refused(bus, counted(5))
    assert said.startswith("1 person is aboard or on the way already and may not be moved")
    assert "would have no seat: 甲 (seat 8)." in said
    assert bus.seats() == {"甲": 7, "乙": 3}


@pytest.mark.parametrize("state", ["boarded", "completed"])
def test_who_is_on_the_way_or_has_arrived_is_not_moved(state: str) -> None:
    bus = make_bus(("甲", 7, {}), ("乙", 3, {}))
    Assignment.objects.filter(registration=bus.people["甲"]).update(state=state)
    assert "甲 (seat 8)" in refused(bus, counted(5))


def test_a_trip_that_has_left_is_not_swapped() -> None:
    bus = make_bus(("甲", 7, {}))
    seen(bus, "甲")
    assert "is on its way with people aboard" in refused(bus, counted(50))


def test_a_trip_that_is_not_there_any_more_is_not_swapped() -> None:
    bus = make_bus()
    for state, said in (("cancelled", "is cancelled"), ("closed", "is closed")):
        Trip.objects.filter(pk=bus.trip.pk).update(state=state)
        assert said in refused(bus, counted(50))


def test_only_the_published_plan_is_changed_and_only_with_its_own_trips() -> None:
    bus, other = make_bus(("甲", 7, {}), published=False), make_bus()
    assert "is not the published one" in refused(bus, counted(50))
    bus.plan = other.plan
    assert "belongs to another campaign" in refused(bus, counted(50))


def test_somebody_elses_vehicle_is_refused() -> None:
    bus = make_bus()
    vehicle, target = smaller(8, make.make_organisation("carrier"))
    assert vehicle.plate in refused(bus, target)


def test_nothing_to_change_and_no_reason_are_said() -> None:
    bus = make_bus(("甲", 7, {}))
    assert "nothing would change" in refused(bus, counted(45))
    with override("en"), pytest.raises(RuleBroken, match="Say in 1 to 400 characters why"):
        bus.swap(counted(50), "  ")
    assert not bus.plan.changes.filter(kind="manual").exists()
