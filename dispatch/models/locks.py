"""A trip's list, frozen at a set time before departure, and the offices that sign what was frozen."""
from django.conf import settings
from django.db import models
from django.db.models import Q

from jobs.models import Posting
from laborbridge.accounts.models import Organisation
from transport.models import Trip
from workers.models import Registration

from .plans import Plan


class RosterLock(models.Model):
    """When a trip's list is frozen and which offices must then sign it; lifted ones stay, for the record."""

    trip = models.ForeignKey(Trip, models.PROTECT, related_name="locks")
    locks_at = models.DateTimeField()
    offices = models.ManyToManyField(Organisation, related_name="roster_locks")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("trip", name="roster_lock_one_per_trip", condition=Q(lifted_at__isnull=True)),
            models.CheckConstraint(
                name="roster_lock_lifted_says_who_when_and_why",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_why="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why=""),
            ),
        ]
        indexes = [models.Index(fields=["locks_at"], name="roster_lock_in_order_of_time")]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.locks_at:%F %T}"


class FrozenList(models.Model):
    """What a trip's list said when it was frozen. A newer one asks all offices again."""

    lock = models.ForeignKey(RosterLock, models.PROTECT, related_name="lists")
    # Counts the lists of a lock from 1.
    number = models.PositiveSmallIntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="frozen_lists")
    at = models.DateTimeField(auto_now_add=True)
    # Nobody, where the clock froze it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=400, blank=True)
    # The calls as they were: [{"place": "恩施站", "arrive": "…", "depart": "…"}, ...].
    calls = models.JSONField()
    people = models.PositiveIntegerField()
    # Over the calls and all rows, made by the database: who signs says by it which list was shown.
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("lock", "number", name="frozen_list_numbered_once_per_lock"),
            models.CheckConstraint(
                name="frozen_list_frozen_again_says_who_and_why",
                condition=Q(number=1) | Q(by__isnull=False) & ~Q(why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lock_id}:{self.number}"

    @property
    def code(self) -> str:
        """Short enough to be compared over the telephone."""
        return f"{self.digest[:4]}-{self.digest[4:8]}"


class FrozenSeat(models.Model):
    """One person on a frozen list."""

    frozen = models.ForeignKey(FrozenList, models.PROTECT, related_name="seats", db_index=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="frozen_seats")
    name = models.CharField(max_length=60)
    board = models.PositiveSmallIntegerField()
    alight = models.PositiveSmallIntegerField()
    seat = models.PositiveSmallIntegerField()
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("frozen", "registration", name="frozen_list_names_each_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.registration_id}"


class SignOff(models.Model):
    """What an office says to a frozen list: that it agrees, or what stands against it."""

    frozen = models.ForeignKey(FrozenList, models.PROTECT, related_name="sign_offs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sign_offs")
    agrees = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "frozen", "organisation", name="roster_lock_signed_off_by_each_office_once", condition=Q(agrees=True)
            ),
            models.CheckConstraint(
                name="sign_off_that_objects_says_why", condition=Q(agrees=True, why="") | Q(agrees=False) & ~Q(why="")
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.organisation_id}"
