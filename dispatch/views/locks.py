"""Locked lists: a campaign's, one with its offices and changes, and what may be done with it."""
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch.models import FrozenSeat, Plan, RosterLock
from dispatch.queries import access, locks, plans
from dispatch.queries.rosters import sees_manifests
from dispatch.rosters.changes import Since, since, state_in_words
from dispatch.services import locking
from laborbridge.accounts.models import Organisation
from laborbridge.rules import RuleBroken
from transport.models import Trip
from transport.queries import calls_of, seat_of, seats_of, trips_departing_on

from .forms import LockForm
from .page import page, reader

SIZE = 50


# --- a campaign's locks ----------------------------------------------------------------------------------------------


def _staff(request: HttpRequest, campaign_id: int) -> access.Sight:
    sight = access.sight(reader(request), campaign_id)
    if not sight.having(*locks.SIGNING_ROLES):
        raise Http404
    return sight


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster_locks(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The locks, those that wait for the reader's office first; a post sets new ones."""
    sight = _staff(request, campaign_id)
    if request.method == "POST":
        plans.require_whole(sight)
        return _set(request, sight)
    return _show_all(request, sight, _form(request, sight))


def _show_all(
    request: HttpRequest, sight: access.Sight, form: LockForm | None, broken: list[str] | None = None, status: int = 200
) -> HttpResponse:
    plan = plans.published_plan(sight)
    shown = Paginator(locks.locks_of(sight), SIZE).get_page(request.GET.get("page"))
    found = locks.standings(list(shown.object_list), plan)
    mine = locks.offices_of(sight)
    return page(
        request, "locks/list.html", sight, here="roster-locks", status=status, shown=shown, form=form, broken=broken or [],
        waiting=locks.waiting_for(sight), missing=locks.missing_by_office(sight),
        rows=[(one, state_in_words(one), one.awaits(mine)) for one in found],
    )


def _form(request: HttpRequest, sight: access.Sight) -> LockForm | None:
    trip = request.GET.get("trip", "")[:40]
    return LockForm(campaign=sight.campaign, initial={"trip": trip, "hours": 14}) if sight.whole else None


def _set(request: HttpRequest, sight: access.Sight) -> HttpResponse:
    form = LockForm(request.POST, campaign=sight.campaign)
    if not form.is_valid():
        return _show_all(request, sight, form, status=422)
    asked = form.cleaned_data
    try:
        made = locking.set_locks(
            campaign=sight.campaign, trips=_trips(sight, asked), offices=list(asked["offices"]), by=sight.user,
            hours=asked["hours"], at=asked["at"])
    except RuleBroken as broken:
        return _show_all(request, sight, form, broken.sentences, status=409)
    messages.success(request, locking.said_of(made))
    return redirect("roster-locks", sight.campaign.pk)


def _trips(sight: access.Sight, asked: dict[str, Any]) -> list[Trip]:
    found = locks.trips_without_lock(sight.campaign)
    if asked["trip"]:
        return list(found.filter(ref=asked["trip"].strip()))
    found = trips_departing_on(found, asked["day"])
    return list((found.filter(mode=asked["mode"]) if asked["mode"] else found).order_by("departs_at", "pk"))


# --- one lock --------------------------------------------------------------------------------------------------------


def _lock(request: HttpRequest, lock_id: int) -> tuple[access.Sight, RosterLock]:
    sight = locks.sight_of_lock(reader(request), lock_id)
    return sight, locks.lock_or_404(sight, lock_id)


@login_required
@require_safe
def roster_lock(request: HttpRequest, lock_id: int) -> HttpResponse:
    sight, lock = _lock(request, lock_id)
    return _show(request, sight, lock)


def _show(
    request: HttpRequest, sight: access.Sight, lock: RosterLock, broken: list[str] | None = None, status: int = 200
) -> HttpResponse:
    plan = plans.published_plan(sight)
    found = locks.standing_of(lock, plan)
    sees_trip = access.trips_visible_to(sight).filter(pk=lock.trip_id).exists()
    listed = Paginator(locks.frozen_seats(sight, found.frozen), SIZE).get_page(request.GET.get("page"))
    return page(
        request, "locks/lock.html", sight, here="roster-locks", status=status, lock=lock, trip=lock.trip, found=found,
        sentence=state_in_words(found), lists=locks.lists_of(lock), broken=broken or [], sees_trip=sees_trip,
        may_print=sees_trip and plan is not None and sees_manifests(sight), changed=_changed(sight, found, plan),
        mine=_mine(sight, found), shown=listed, rows=_rows(found, listed.object_list),
        may_decide=sight.whole and not lock.lifted_at,
    )


def _rows(found: locks.Locked, listed: Any) -> list[tuple[FrozenSeat, str, str, str]]:
    """Rows of the frozen list with its own calls, since a call may be another by now."""
    if found.frozen is None:
        return []
    seats, places = seats_of(found.lock.trip), [call["place"] for call in found.frozen.calls]
    return [(row, seat_of(seats, row.seat), places[row.board], places[row.alight])
            for row in locks.with_employers(listed)]


def _mine(sight: access.Sight, found: locks.Locked) -> list[locks.Office]:
    """The reader's own offices among those that must agree."""
    own = locks.offices_of(sight)
    return [office for office in found.offices if office.organisation.pk in own]


def _changed(sight: access.Sight, found: locks.Locked, plan: Plan | None) -> Since | None:
    """What has changed, with the names of those alone whom the reader sees."""
    if plan is None or found.frozen is None or found.lock.lifted_at:
        return None
    trip = found.lock.trip
    only = None if sight.whole else locks.seen_on(sight, trip)
    return since({trip.pk: found}, plan, calls_of([trip.pk]), {trip.pk: trip}, only)[trip.pk]


def card(sight: access.Sight, trip: Trip, plan: Plan | None) -> dict[str, Any] | None:
    """What a trip's page says of its lock; None for those who have no business with its list."""
    if not sees_manifests(sight):
        return None
    published = plan if plan and plan.state == Plan.State.PUBLISHED else None
    found = locks.locks_of_trips([trip.pk], published).get(trip.pk)
    staff = bool(sight.having(*locks.SIGNING_ROLES))
    if found is None:
        return {"found": None} if staff else None
    found.lock.trip = trip
    mine = _mine(sight, found)
    return {
        "found": found, "sentence": state_in_words(found), "changed": _changed(sight, found, published),
        "mine": mine, "is_staff": staff, "to_sign": _waits_for(found, mine),
    }


def _waits_for(found: locks.Locked, mine: list[locks.Office]) -> bool:
    """Whether one of the reader's own offices has still to sign; then the card comes first."""
    return bool(found.frozen and not found.lock.lifted_at and any(not office.signed for office in mine))


def _act(request: HttpRequest, lock_id: int, act: Callable[[access.Sight, RosterLock], str]) -> HttpResponse:
    """Do it and say what was done; or show the lock with what stood against it."""
    sight, lock = _lock(request, lock_id)
    try:
        said = act(sight, lock)
    except RuleBroken as broken:
        return _show(request, sight, lock, broken.sentences, status=409)
    messages.success(request, said)
    return redirect("roster-lock", lock.pk)


def _office(request: HttpRequest, sight: access.Sight, lock: RosterLock) -> Organisation:
    """The office that is signed for: one of the reader's own that must agree, the first where none is named."""
    asked = request.POST.get("office", "")
    own = lock.offices.filter(pk__in=locks.offices_of(sight)).order_by("pk")
    found = own.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else own.first()
    if found is None:
        raise Http404
    return found


@login_required
@require_POST
def sign(request: HttpRequest, lock_id: int) -> HttpResponse:
    def act(sight: access.Sight, lock: RosterLock) -> str:
        office = _office(request, sight, lock)
        locking.sign_list(lock=lock, organisation=office, digest=request.POST.get("digest", ""), by=sight.user)
        return _("%(office)s has signed the list of %(trip)s.") % {"office": office.name, "trip": lock.trip.ref}

    return _act(request, lock_id, act)


@login_required
@require_POST
def object_to(request: HttpRequest, lock_id: int) -> HttpResponse:
    def act(sight: access.Sight, lock: RosterLock) -> str:
        office = _office(request, sight, lock)
        locking.object_to_list(lock=lock, organisation=office, digest=request.POST.get("digest", ""), by=sight.user,
                               why=request.POST.get("why", ""))
        return _("Your objection is shown to all offices. Who set the lock decides what comes of it.")

    return _act(request, lock_id, act)


@login_required
@require_POST
def freeze(request: HttpRequest, lock_id: int) -> HttpResponse:
    def act(sight: access.Sight, lock: RosterLock) -> str:
        plans.require_whole(sight)
        frozen = locking.freeze_again(lock=lock, by=sight.user, why=request.POST.get("why", ""))
        return _("The list is frozen as it is now (code %(code)s). All offices are asked to sign it.") % {
            "code": frozen.code}

    return _act(request, lock_id, act)


@login_required
@require_POST
def lift(request: HttpRequest, lock_id: int) -> HttpResponse:
    def act(sight: access.Sight, lock: RosterLock) -> str:
        plans.require_whole(sight)
        locking.lift_lock(lock=lock, by=sight.user, why=request.POST.get("why", ""))
        return _("The lock of %(trip)s is lifted.") % {"trip": lock.trip.ref}

    return _act(request, lock_id, act)
