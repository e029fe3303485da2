"""What staff have decided of one person, which runs must keep, and why a run could not keep it."""
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dispatch.reasons import Refused
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from transport.models import Trip
from workers.models import Registration

from .runs import Run

_LIFTED = Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")
_LIVE = Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_why="")
_JOB, _TRIP = Q(posting__isnull=False, trip__isnull=True), Q(posting__isnull=True, trip__isnull=False)
_NO_LEGS = Q(legs=[])


class Pin(models.Model):
    """One decision. It holds until it is lifted; a lifted one stays, for the record."""

    class Kind(models.TextChoices):
        JOB = "job", _("keeps this job")
        TRIP = "trip", _("rides this trip")
        ASSIGNMENT = "assignment", _("keeps job and journey")
        NOT_JOB = "not-job", _("never this job")
        NOT_TRIP = "not-trip", _("never this trip")
        OUT = "out", _("held out")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pins", db_index=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="pins")
    kind = models.CharField(max_length=10, choices=Kind)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="pins")
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, blank=True, related_name="pins")
    # Of a pinned assignment: [{"trip": id, "board": 0, "alight": 2}, ...] in the order of travel; none for a way on foot.
    legs = models.JSONField(default=list)
    reason = models.CharField(max_length=400)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pin_value_fits_its_kind",
                condition=Q(kind__in=["job", "not-job"]) & _JOB & _NO_LEGS
                | Q(kind__in=["trip", "not-trip"]) & _TRIP & _NO_LEGS
                | Q(kind="assignment") & _JOB
                | Q(kind="out", posting__isnull=True, trip__isnull=True) & _NO_LEGS,
            ),
            models.CheckConstraint(name="pin_gives_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="pin_lifted_says_who_when_and_why", condition=_LIVE | _LIFTED),
            models.UniqueConstraint(
                F("registration"), F("kind"), F("posting"), F("trip"), name="pin_one_live_of_the_same_meaning",
                condition=Q(lifted_at__isnull=True), nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "kind"], name="pin_live_by_campaign", condition=Q(lifted_at__isnull=True)),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.kind} {self.posting_id or self.trip_id or ''}"


class PinRefusal(models.Model):
    """Why a run could not begin: one person whose pins break one rule, with the posting or trip that it speaks of."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="pin_refusals", db_index=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="pin_refusals")
    rule = models.CharField(max_length=20, choices=Refused)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("run"), F("registration"), F("rule"), F("posting"), F("trip"), name="pin_refusal_once_per_run",
                nulls_distinct=False,
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.registration_id}: {self.rule}"
