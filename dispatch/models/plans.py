"""A plan: who goes where and how. Drafts are free; the published one changes only by recorded changes."""
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from dispatch.reasons import Reason
from jobs.models import Posting
from laborbridge.campaigns.models import Campaign
from transport.models import Trip
from workers.models import Registration

from .runs import Run


class Plan(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("replaced")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plans")
    run = models.OneToOneField(Run, models.PROTECT, null=True, blank=True, related_name="plan")
    # Counts the plans of a campaign; people name a plan by it.
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    score = models.FloatField()
    bound = models.FloatField(null=True, blank=True)
    # How many were placed and left, and by which reason: {"placed": 1071, "unplaced": {"seats_full": 12}}
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "number", name="plan_number_once_per_campaign"),
            models.UniqueConstraint(
                "campaign", name="plan_one_published_per_campaign", condition=Q(state="published")
            ),
            models.CheckConstraint(name="plan_state_known", condition=Q(state__in=["draft", "published", "superseded"])),
            models.CheckConstraint(
                name="plan_published_says_when",
                condition=Q(state="draft", published_at__isnull=True) | (~Q(state="draft") & Q(published_at__isnull=False)),
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.number}"


class Assignment(models.Model):
    """One person's part of a plan. It is live when its plan is published and its state is one of LIVE."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        TOLD = "told", _("told")
        CONFIRMED = "confirmed", _("confirmed")
        BOARDED = "boarded", _("on the way")
        COMPLETED = "completed", _("completed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    LIVE = (State.PLANNED, State.TOLD, State.CONFIRMED, State.BOARDED)

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="assignments")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="assignments")
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    leaves_at = models.DateTimeField()
    reaches_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "plan",
                "registration",
                name="worker_one_live_assignment_per_campaign",
                condition=Q(state__in=["planned", "told", "confirmed", "boarded"]),
            ),
            models.CheckConstraint(
                name="assignment_state_known",
                condition=Q(
                    state__in=["planned", "told", "confirmed", "boarded", "completed", "refused", "withdrawn"]
                ),
            ),
            models.CheckConstraint(
                name="assignment_reaches_after_it_leaves", condition=Q(reaches_at__gte=F("leaves_at"))
            ),
        ]
        indexes = [models.Index(fields=["plan", "posting"], name="assignment_by_posting")]

    def __str__(self) -> str:
        return f"{self.registration_id} → {self.posting_id}"


class SeatBooking(models.Model):
    """One leg: a seat of a trip from the call at which its holder boards to the one at which they alight."""

    # Written by the database from the two calls: the parts of the trip that it takes.
    parts = models.GeneratedField(
        expression=Func(F("board"), F("alight"), Value("[)"), function="int4range"),
        output_field=IntegerRangeField(),
        db_persist=True,
    )
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="bookings", db_index=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="bookings", db_index=False)
    leg = models.PositiveSmallIntegerField()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="bookings")
    board = models.PositiveSmallIntegerField()
    alight = models.PositiveSmallIntegerField()
    # Counts the seats of the trip's seat map from 0, coach by coach.
    seat = models.PositiveSmallIntegerField()
    # False once its holder has refused or withdrawn: the seat is free again, the row tells who had it.
    held = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("assignment", "leg", name="booking_once_per_leg"),
            models.CheckConstraint(name="booking_alights_after_it_boards", condition=Q(alight__gt=F("board"))),
            models.CheckConstraint(name="booking_has_at_most_three_legs", condition=Q(leg__lte=2)),
            ExclusionConstraint(
                name="seat_one_person_on_each_part",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    ("trip", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    ("parts", RangeOperators.OVERLAPS),
                ],
                condition=Q(held=True),
            ),
        ]
        indexes = [models.Index(fields=["plan", "trip"], name="booking_by_trip")]

    def __str__(self) -> str:
        return f"{self.trip_id}:{self.board}:{self.alight}"


class Unplaced(models.Model):
    """Somebody whom a plan leaves at home, and why."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="unplaced", db_index=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="unplaced")
    reason = models.CharField(max_length=40, choices=Reason)
    # The least changes that would place the person, and what is full, by ids (snapshot/explained.py writes them,
    # queries/explained.py words them). Null: not looked at.
    changes = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("plan", "registration", name="unplaced_once_per_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.reason}"


class PlanChange(models.Model):
    """One recorded change of a published plan; the database refuses any other."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", _("published")
        SUPERSEDE = "supersede", _("replaced by a newer plan")
        MANUAL = "manual", _("changed by hand")
        ANSWER = "answer", _("the person's answer")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400)

    class Meta:
        constraints = [
            models.CheckConstraint(name="plan_change_gives_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind} {self.at:%F %T}"


class AssignmentHistory(models.Model):
    """What one assignment or booking was before a change and after it; written by triggers alone."""

    change = models.ForeignKey(PlanChange, models.PROTECT, related_name="history")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="assignment_history")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.change_id} {self.registration_id}"
