"""Somebody seen getting on or off, and what explains those who were not."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from transport.models import Trip
from workers.models import Registration


class Scan(models.Model):
    class Direction(models.TextChoices):
        ON = "on", _("got on")
        OFF = "off", _("got off")

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="scans")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="scans")
    direction = models.CharField(max_length=3, choices=Direction)
    call = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("trip", "registration", "direction", name="scan_once_per_direction"),
            models.CheckConstraint(name="scan_direction_known", condition=Q(direction__in=["on", "off"])),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.registration_id} {self.direction}"


class Explanation(models.Model):
    """Why somebody with a seat did not get on, or somebody who got on was not seen getting off."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="explanations")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="explanations")
    text = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("trip", "registration", name="explanation_once_per_person_and_trip"),
            models.CheckConstraint(name="explanation_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.registration_id}"
