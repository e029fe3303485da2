"""Registers of other offices: who is insured, who reported a trip, who passed a gate, as of a date."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workers.models import ListImport, ListRow, Registration

from .firms import Employer
from .returning import Linked

USER = settings.AUTH_USER_MODEL


class Register(models.Model):
    """One list of another office, of one day."""

    class Source(models.TextChoices):
        INSURANCE = "insurance", _("social insurance")
        COMMUNITY = "community", _("trips reported to communities")
        GATE = "gate", _("who passed a gate")

    imported = models.OneToOneField(ListImport, models.CASCADE, related_name="register")
    source = models.CharField(max_length=10, choices=Source)
    office = models.CharField(max_length=120)
    as_of = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="register_source_known", condition=Q(source__in=["insurance", "community", "gate"])),
            models.CheckConstraint(name="register_names_its_office", condition=Q(office__regex=r"\S")),
        ]
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.office} {self.as_of}"


class Sighting(Linked):
    """One row of a register: somebody was at a place, or in a firm, on a day."""

    register = models.ForeignKey(Register, models.CASCADE, related_name="sightings")
    row = models.OneToOneField(ListRow, models.CASCADE, related_name="sighting")
    seen_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    firm = models.CharField(max_length=120, blank=True)
    employer = models.ForeignKey(Employer, models.SET_NULL, null=True, blank=True, related_name="sightings")
    # False where the place is known, and is on the side that people leave from.
    there = models.BooleanField(default=True)
    # Staff have found out that it says nothing of where the person is.
    set_aside_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta(Linked.Meta):
        constraints = [
            *Linked.Meta.constraints,
            models.CheckConstraint(
                name="sighting_set_aside_with_who_and_when",
                condition=Q(set_aside_by__isnull=True, set_aside_at__isnull=True)
                | Q(set_aside_by__isnull=False, set_aside_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["register", "link"], name="sighting_by_link"),
            models.Index(fields=["name"], name="sighting_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterOutcome(models.Model):
    """An outcome that a register gave somebody: from which row of it, and whether it was withdrawn with the row."""

    register = models.ForeignKey(Register, models.CASCADE, related_name="outcomes")
    sighting = models.ForeignKey(Sighting, models.SET_NULL, null=True, related_name="outcomes")
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="register_outcomes")
    outcome = models.CharField(max_length=20, choices=Registration.Outcome)
    given_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    # The registration's outcome_at: while both are equal, nobody has decided otherwise.
    given_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "registration", name="register_outcome_one_at_a_time", condition=Q(withdrawn_at__isnull=True)),
            models.CheckConstraint(
                name="register_outcome_known", condition=Q(outcome__in=["already_back", "reported"])),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.outcome}"
