"""Marking who stands at the pick-up."""
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.models import Gathering
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import Trip
from workers.models import Registration


def mark_gathered(
    *, registration: Registration, trip: Trip | None, day: date, gathered: bool, wish: UUID, at: datetime | None,
    by: User | None,
) -> Gathering:
    """Store one tap; the same wish told again changes nothing. Of several taps the one with the latest `at` counts.

    `day` counts for those without a trip. A device's clock that runs ahead of the server's is put back to it.
    """
    told = timezone.now()
    content = {"registration": registration, "trip": trip, "day": None if trip else day, "gathered": gathered}
    with rules_in_words():
        row, is_new = Gathering.objects.get_or_create(
            wish=wish, defaults={**content, "at": min(at or told, told), "told_at": told, "by": by})
        if is_new:
            record("gathered" if gathered else "gathering taken back", subject=registration, by=by,
                   campaign=registration.campaign, trip=trip and trip.ref, day=str(day), at=row.at.isoformat())
        elif any(getattr(row, name) != value for name, value in content.items()):
            raise RuleBroken(_("This tap was stored already, for somebody else. Load the page again."))
    return row
