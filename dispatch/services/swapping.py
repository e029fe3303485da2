"""Another vehicle for a trip of the published plan, or other seats withheld: one recorded change that re-seats its people.

Who keeps the seat, who gets another and who has none any more follows the rule of dispatch/matching/reseating.py: nobody
who is aboard is moved; the fewest people lose their seat, groups as a whole; of equal ways the one that keeps the strongest
claims (priority, then a post kept for them, then the earliest registration); then the fewest change the seat; then who
changes it sits with their group. Whoever loses the seat loses the whole journey: nobody is left standing at a station.
"""
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dispatch.models import Assignment, Plan, PlanChange, SeatBooking, Ticket, Unplaced
from dispatch.queries.plans import breakdown_key
from dispatch.queries.swaps import Lost, Moved, Preview, Target, preview, target_of
from dispatch.reasons import Reason
from dispatch.snapshot.explained import nothing_but_full
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import Trip, Vehicle


class PreviewChanged(RuleBroken):
    """What the act would do is no longer what was shown; `preview` is what it would do now. Nothing was changed."""

    def __init__(self, now: Preview) -> None:
        super().__init__(_("Meanwhile something has changed, and nothing was done. Look at what would happen now."))
        self.preview = now


def swap_vehicle(*, trip: Trip, plan: Plan, target: Target, shown: str, by: User | None, reason: str) -> PlanChange:
    """Do what the preview of digest `shown` said; RuleBroken where it cannot be done, or would do something else by now."""
    reason = reason.strip()
    if not 1 <= len(reason) <= 400:
        raise RuleBroken(_("Say in 1 to 400 characters why: it stays on record."))
    with rules_in_words():
        # In the order of publishing (dispatch_live_plan): campaign, plan, trip.
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=plan.campaign_id)
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        trip = Trip.objects.select_for_update().get(pk=trip.pk)
        now = preview(trip=trip, plan=plan, target=target)
        if now.digest != shown:
            raise PreviewChanged(now)
        change = PlanChange.objects.create(plan=plan, kind=PlanChange.Kind.MANUAL, by=by, reason=reason)
        before = _facts(target_of(trip))
        _take_out(plan, trip, now.lost)
        _move(now.moved)
        # A trigger keeps each of them, with this change as who, when and why.
        Ticket.objects.filter(pk__in=[one.ticket.pk for one in now.ended]).delete()
        _fit_out(trip, target)
        record(
            "vehicle swapped", subject=change, by=by, campaign=campaign, trip=trip.pk, ref=trip.ref, before=before,
            after=_facts(target), moved=len(now.moved), lost=len(now.lost),
            tickets=len(now.ended), reason=reason,
        )
        transaction.on_commit(lambda: cache.delete(breakdown_key(plan)))
    return change


def _facts(target: Target) -> dict[str, Any]:
    return {
        "seats": target.seats, "escort_seats": target.escort_seats, "isolation_seats": target.isolation_seats,
        "seat_map": target.seat_map.pk if target.seat_map else None, "plate": target.words,
        "load_rule": str(target.load_rule),
    }


def _fit_out(trip: Trip, target: Target) -> None:
    vehicle = target.vehicle
    if target.plate:
        assert target.seat_map is not None, "a new vehicle has a seat map"
        vehicle = Vehicle.objects.create(plate=target.plate, seat_map=target.seat_map, carrier=trip.carrier)
    Trip.objects.filter(pk=trip.pk).update(
        vehicle=vehicle, seat_map=target.seat_map, seats=target.seats,
        escort_seats=target.escort_seats, isolation_seats=target.isolation_seats, load_rule=target.load_rule,
    )


def _take_out(plan: Plan, trip: Trip, lost: Sequence[Lost]) -> None:
    """Their seats on all trips and their posts are free; they are left at home for want of a seat on this trip."""
    ids = [one.assignment for one in lost]
    boards = dict(SeatBooking.objects.filter(assignment__in=ids, trip=trip).values_list("assignment", "board"))
    SeatBooking.objects.filter(assignment__in=ids, held=True).update(held=False)
    Assignment.objects.filter(pk__in=ids).update(state=Assignment.State.WITHDRAWN)
    Unplaced.objects.bulk_create(
        Unplaced(plan=plan, registration=one.person, reason=Reason.SEATS_FULL,
                 changes=nothing_but_full(trip.pk, boards.get(one.assignment))) for one in lost
    )
    if lost:
        Plan.objects.filter(pk=plan.pk).update(counts=_counts(plan.counts, lost))


def _counts(before: dict[str, Any], lost: Sequence[Lost]) -> dict[str, Any]:
    """As a run counts them: placed, why not, and of each county how many of how many."""
    counts = {**before, "placed": before.get("placed", 0) - len(lost)}
    unplaced = dict(before.get("unplaced", {}))
    unplaced[Reason.SEATS_FULL.value] = unplaced.get(Reason.SEATS_FULL.value, 0) + len(lost)
    counties = {code: list(figures) for code, figures in before.get("counties", {}).items()}
    for one in lost:
        county = str(one.person.township.parent_id)
        if county in counties:
            counties[county][0] -= 1
    return counts | {"unplaced": unplaced} | ({"counties": counties} if counties else {})


def _move(moved: Sequence[Moved]) -> None:
    """Round by round, whoever's new seat is free by then; of a circle one gets up first. Two never sit on one seat."""
    waiting = {m.booking: m for m in moved}
    ride = {
        pk: range(board, alight)
        for pk, board, alight in SeatBooking.objects.filter(pk__in=waiting).values_list("pk", "board", "alight")
    }
    standing: set[int] = set()
    while waiting:
        sat = {(m.old, part) for m in waiting.values() if m.booking not in standing for part in ride[m.booking]}
        now = [m for m in waiting.values() if not sat.intersection((m.new, part) for part in ride[m.booking])]
        if now:
            _sit([(m.booking, m.new) for m in now])
            for m in now:
                del waiting[m.booking]
        else:
            first = next(pk for pk in waiting if pk not in standing)
            SeatBooking.objects.filter(pk=first).update(held=False)
            standing.add(first)


def _sit(seats: Sequence[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dispatch_seatbooking b SET seat = new.seat, held = true"
            "  FROM unnest(%s::bigint[], %s::smallint[]) AS new (id, seat) WHERE b.id = new.id",
            [[pk for pk, _seat in seats], [seat for _pk, seat in seats]],
        )
