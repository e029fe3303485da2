"""Registers of other offices: who is insured, who reported a trip, who passed a gate, as of a date."""
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workers.models import ListImport, ListRow

from .firms import Employer
from .returning import Linked


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

    class Meta(Linked.Meta):
        constraints = [*Linked.Meta.constraints]
        indexes = [models.Index(fields=["register", "link"], name="sighting_by_link")]

    def __str__(self) -> str:
        return self.name
