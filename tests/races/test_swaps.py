"""Races for one vehicle: twenty swaps of a trip at once, and a swap beside a change of its seats; each with a control."""
import threading

import pytest
from django.db import transaction
from django.db.models import QuerySet

from dispatch.models import AssignmentHistory, PlanChange, SeatBooking
from dispatch.services import swapping
from dispatch.services.swapping import swap_vehicle
from laborbridge.rules import rules_in_words
from tests.swapping.bus import Bus, counted, make_bus
from transport.models import Trip

from .crowd import CLIENTS, REPEATS, at_once, succeeded
from .test_races import the_rest_were_told

pytestmark = pytest.mark.django_db(transaction=True)


def a_bus() -> Bus:
    return make_bus(("甲", 0, {}), ("乙", 30, {}), ("丙", 40, {}))


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)


def swap_all(bus: Bus, looked: threading.Barrier | None = None) -> list[object]:
    shown = bus.preview(counted(10)).digest
    return at_once(lambda n: swap_vehicle(
        trip=bus.trip, plan=bus.plan, target=counted(10), shown=shown, by=None, reason=f"client {n}"))


def test_of_twenty_swaps_one_is_done() -> None:
    for _ in range(REPEATS):
        bus = a_bus()
        the_rest_were_told(swap_all(bus))
        assert PlanChange.objects.filter(plan=bus.plan, kind="manual").count() == 1
        assert bus.seats()["甲"] == 0 and max(bus.seats().values()) < 10


def test_control_without_locks_a_swap_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    bus = a_bus()
    gate, look = threading.Barrier(CLIENTS), swapping.preview

    def preview_and_wait(**given: object) -> object:
        found = look(**given)  # type: ignore[arg-type]
        gate.wait(30)
        return found

    shown = bus.preview(counted(10)).digest
    monkeypatch.setattr(swapping, "preview", preview_and_wait)
    done = at_once(lambda n: swap_vehicle(
        trip=bus.trip, plan=bus.plan, target=counted(10), shown=shown, by=None, reason=f"client {n}"))
    assert len(succeeded(done)) > 1


def sit_elsewhere(bus: Bus, seat: int) -> None:
    """As another change by hand does it: recorded, then the booking of the person on seat 0."""
    with rules_in_words():
        PlanChange.objects.create(plan=bus.plan, kind=PlanChange.Kind.MANUAL, reason="by hand")
        SeatBooking.objects.filter(trip=bus.trip, assignment__registration=bus.people["甲"]).update(seat=seat)


def told(change: PlanChange) -> dict[int, tuple[int, int]]:
    """From which seat to which, by the history of a change."""
    rows = AssignmentHistory.objects.filter(change=change)
    return {row.registration_id: (row.before["seat"], row.after["seat"]) for row in rows}


def swap_beside_a_change(bus: Bus) -> list[object]:
    shown = bus.preview(counted(10))
    foreseen = {m.person.pk: (m.old, m.new) for m in shown.moved}

    def act(n: int) -> object:
        if n % 2:
            return sit_elsewhere(bus, 1 + n % 9)
        return swap_vehicle(trip=bus.trip, plan=bus.plan, target=counted(10), shown=shown.digest, by=None, reason="s")

    results = at_once(act)
    changes = [r for r in succeeded(results) if isinstance(r, PlanChange)]
    assert len(changes) <= 1
    assert all(told(change) == foreseen for change in changes)
    return changes


def test_a_swap_beside_changes_of_its_seats_does_what_was_shown_or_nothing() -> None:
    for _ in range(REPEATS):
        bus = a_bus()
        changes = swap_beside_a_change(bus)
        assert Trip.objects.get(pk=bus.trip.pk).seats == (10 if changes else 45)
        assert len(set(bus.seats().values())) == 3


def test_control_without_locks_the_swap_is_not_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its look and its writing somebody else sits down on the seat that it gives away."""
    without_locks(monkeypatch)
    bus, look = a_bus(), swapping.preview
    shown = bus.preview(counted(10))
    (seat,) = [m.new for m in shown.moved if m.person == bus.people["乙"]]

    def preview_and_be_overtaken(**given: object) -> object:
        found = look(**given)  # type: ignore[arg-type]
        other = threading.Thread(target=lambda: sit_and_close(bus, seat))
        other.start()
        other.join()
        return found

    monkeypatch.setattr(swapping, "preview", preview_and_be_overtaken)
    with pytest.raises(Exception, match="Somebody else has this seat|此座位|座位"), transaction.atomic():
        swap_vehicle(trip=bus.trip, plan=bus.plan, target=counted(10), shown=shown.digest, by=None, reason="s")
    assert bus.seats()["甲"] == seat


def sit_and_close(bus: Bus, seat: int) -> None:
    from django.db import connection

    try:
        sit_elsewhere(bus, seat)
    finally:
        connection.close()
