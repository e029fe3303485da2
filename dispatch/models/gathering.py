"""Who stands at the pick-up on the day of departure: one row for each tap, none ever changed."""
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from transport.models import Trip
from workers.models import Registration


class Gathering(models.Model):
    """Somebody was marked as gathered, or the mark taken back; of each person and trip the last one counts.

    It belongs to no plan: whoever still leaves by the same trip after a new plan is published has gathered still.
    """

    # Made by the device, so that a tap that is sent twice is one tap.
    wish = models.UUIDField()
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="gatherings", db_index=False)
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, related_name="gatherings")
    # Instead of a trip, of those who go without a seat.
    day = models.DateField(null=True)
    gathered = models.BooleanField()
    # When it was tapped, and when the server was told: without a network hours may lie between.
    at = models.DateTimeField()
    told_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("wish", name="gathering_wish_counts_once"),
            models.CheckConstraint(
                name="gathering_of_a_trip_or_of_a_day",
                condition=Q(trip__isnull=False, day__isnull=True) | Q(trip__isnull=True, day__isnull=False),
            ),
            # A clock that runs ahead would otherwise have the last word for ever.
            models.CheckConstraint(name="gathering_is_told_after_it_was_seen", condition=Q(told_at__gte=F("at"))),
        ]
        indexes = [models.Index(fields=["registration", "trip", "-at", "-id"], name="gathering_newest_first")]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.trip_id or self.day} {self.gathered}"
