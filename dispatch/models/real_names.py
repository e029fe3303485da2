"""The real-name list of a trip: asked for by one person, released by another, taken by the carrier, every time on record."""
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from transport.models import Trip
from workers.models import Registration

from .plans import Plan, PlanChange

USER = settings.AUTH_USER_MODEL


class RealNameList(models.Model):
    """Whole identity numbers of a trip's people, for one purpose; each time who rides by the plan that is published then."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="real_name_lists")
    # The one that was published when the list was asked for.
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=400)
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # Refused where it had not been released, taken back where it had.
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="real_names_for_a_purpose", condition=Q(purpose__regex=r"\S")),
            models.CheckConstraint(
                name="real_names_released_by_a_second_person",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="real_names_released_with_who_when_and_how_long",
                condition=Q(released_by__isnull=True, released_at__isnull=True, expires_at__isnull=True)
                | Q(released_by__isnull=False, released_at__isnull=False, expires_at__gt=F("released_at")),
            ),
            models.CheckConstraint(
                name="real_names_closed_with_who_when_and_why",
                condition=Q(closed_by__isnull=True, closed_at__isnull=True, closed_why="")
                | Q(closed_by__isnull=False, closed_at__isnull=False, closed_why__regex=r"\S"),
            ),
            models.UniqueConstraint("trip", name="real_names_one_open_list_per_trip", condition=Q(closed_at__isnull=True)),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.state}"

    @property
    def state(self) -> str:
        """asked, released, expired, refused or taken_back."""
        if self.closed_at:
            return "taken_back" if self.released_at else "refused"
        if self.expires_at is None:
            return "asked"
        return "released" if timezone.now() < self.expires_at else "expired"

    @property
    def may_be_taken(self) -> bool:
        return self.state == "released"


class RealNameLink(models.Model):
    """A way to a released list without an account. The link itself is nowhere, only its hash."""

    names = models.ForeignKey(RealNameList, models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("names", name="real_names_one_open_link_per_list", condition=Q(revoked_at__isnull=True)),
            models.CheckConstraint(
                name="real_name_link_revoked_with_who_and_when",
                condition=Q(revoked_by__isnull=True, revoked_at__isnull=True)
                | Q(revoked_by__isnull=False, revoked_at__isnull=False),
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.names_id} {self.made_at:%F %T}"


_ONE_DOOR = Q(by__isnull=False, link__isnull=True) | Q(by__isnull=True, link__isnull=False)


class RealNameTaking(models.Model):
    """One time that whole numbers were given: to whom, whose, and a digest of the file."""

    names = models.ForeignKey(RealNameList, models.PROTECT, related_name="takings")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(RealNameLink, models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    # The registrations whose numbers were in it.
    people = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.CheckConstraint(name="real_names_taken_by_somebody_known", condition=_ONE_DOOR)]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.names_id} {self.at:%F %T}"


class CarrierAnswer(models.Model):
    """What came back once and was taken over: the counts of its rows add up, the changes say what was before."""

    names = models.ForeignKey(RealNameList, models.PROTECT, related_name="answers")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(RealNameLink, models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # Rows in which the carrier wrote nothing: they take nothing away.
    empty = models.PositiveIntegerField(default=0)
    # [{"code": "0A3F7", "before": "", "after": "03 12F"}, ...], and the vehicle's facts under "plate" and so on.
    changes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(name="carrier_answer_by_somebody_known", condition=_ONE_DOOR),
            models.CheckConstraint(
                name="carrier_answer_adds_up",
                condition=Q(rows=F("new") + F("changed") + F("unchanged") + F("empty")),
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.names_id} {self.at:%F %T}"


class Ticket(models.Model):
    """Coach, seat and ticket number as the carrier gave them; they go before ours while this person rides this trip."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="tickets")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="tickets")
    coach = models.CharField(max_length=10, blank=True)
    seat = models.CharField(max_length=10, blank=True)
    number = models.CharField(max_length=40, blank=True)
    given_at = models.DateTimeField()
    answer = models.ForeignKey(CarrierAnswer, models.PROTECT, related_name="tickets")

    class Meta:
        constraints = [
            models.UniqueConstraint("trip", "registration", name="ticket_once_per_person_and_trip"),
            models.CheckConstraint(name="ticket_says_something", condition=~Q(coach="", seat="", number="")),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.registration_id} {self.coach} {self.seat}"


class EndedTicket(models.Model):
    """A ticket that held once; the change that ended it says who, when and why. Written by a trigger alone."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="ended_tickets")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="ended_tickets")
    coach = models.CharField(max_length=10, blank=True)
    seat = models.CharField(max_length=10, blank=True)
    number = models.CharField(max_length=40, blank=True)
    given_at = models.DateTimeField()
    answer = models.ForeignKey(CarrierAnswer, models.PROTECT, related_name="ended_tickets")
    change = models.ForeignKey(PlanChange, models.PROTECT, related_name="ended_tickets")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.registration_id} {self.coach} {self.seat}"
