"""What of plans and pins stands against two registrations becoming one, or goes along."""
from collections import Counter
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from dispatch.models import Assignment, Pin, Plan
from workers.models import Registration
from workers.one_person import Carried, Moved, Pair
from workers.queries.merging import now_of

SEATED = (*Assignment.LIVE, Assignment.State.COMPLETED)
# What a pin decides; who made it and when is of the one that is made.
_DECIDED = ("campaign", "registration", "kind", "posting", "trip", "legs", "reason", "made_by")


def seats(registrations: Collection[int]) -> dict[int, str]:
    """Who has a place in a published plan, and where to, in words."""
    placed = Assignment.objects.filter(
        registration__in=registrations, plan__state=Plan.State.PUBLISHED, state__in=SEATED
    ).select_related("registration__worker", "posting__site__employer", "plan")
    return {
        one.registration_id: _("{name} ({ref}) to {employer} in plan {n}").format(
            name=one.registration.worker.name, ref=one.registration.ref, employer=one.posting.site.employer.name,
            n=one.plan.number)
        for one in placed
    }


def weights(registrations: Collection[int]) -> dict[int, int]:
    live = Pin.objects.filter(registration__in=registrations, lifted_at=None)
    return dict(Counter(live.values_list("registration", flat=True)))


def carry(pairs: Sequence[Pair], gone: int, by: int | None) -> Carried:
    """Pins stay as they were decided: those of a duplicate rest, and where the other has none they are made anew for it."""
    found = Carried()
    stays_of = {pair.duplicate: pair.stays for pair in pairs}
    live = Pin.objects.filter(registration__in=[*stays_of, *stays_of.values()], lifted_at=None)
    pins = list(live.select_related("registration__worker", "registration__campaign").order_by("pk"))
    pinned = {pin.registration_id for pin in pins}
    open_ones = set(Registration.objects.filter(pk__in=stays_of.values(), outcome=None).values_list("pk", flat=True))
    for pin in pins:
        stays = stays_of.get(pin.registration_id)
        if stays is None:
            continue
        if stays in pinned or stays not in open_ones:
            found.notes.append(_("{campaign}: the pin “{kind}” of the other registration rests from now on.").format(
                campaign=pin.registration.campaign.name, kind=pin.get_kind_display()))
        else:
            found.moved.append(_made(pin, stays, by or pin.made_by_id))
    return found


def _made(pin: Pin, stays: int, by: int) -> Moved:
    after = {name: now_of(pin, name) for name in _DECIDED}
    after |= {"registration": stays, "made_by": by}
    return ["dispatch.pin", None, {
        "id": [None, None], **{name: [None, value] for name, value in after.items()},
        "lifted_at": [None, None],
    }]
