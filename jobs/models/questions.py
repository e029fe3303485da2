"""The worklist: what of lists and people is not certain, or not agreed, until somebody decides it."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import Organisation
from laborbridge.campaigns.models import Campaign
from workers.models import ListRow, Registration, Worker

from .registers import Sighting
from .returning import ReturningEmployee

USER = settings.AUTH_USER_MODEL


class Question(models.Model):
    """One decision that is waited for: of what kind, about whom, who has to take it, and how it was taken."""

    class Kind(models.TextChoices):
        WHICH_PERSON = "which_person", _("Which registered person is this?")
        SAME_PERSON = "same_person", _("Is this one person, entered twice?")
        TWO_CLAIMS = "two_claims", _("Two employers claim one person")
        DATES = "dates", _("Registered for later than the post allows")
        REFUSES = "refuses", _("Does not go back to the firm that keeps a post")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=12, choices=Kind)
    # About whom: an employee or a row of a register (which person), a row of a list or an entry (same person), a person.
    employee = models.ForeignKey(ReturningEmployee, models.CASCADE, null=True, blank=True, related_name="questions")
    sighting = models.ForeignKey(Sighting, models.CASCADE, null=True, blank=True, related_name="questions")
    row = models.ForeignKey(ListRow, models.CASCADE, null=True, blank=True, related_name="questions")
    worker = models.ForeignKey(Worker, models.CASCADE, null=True, blank=True, related_name="questions")
    registration = models.ForeignKey(Registration, models.CASCADE, null=True, blank=True, related_name="questions")
    # The answers to choose from, best first: [{"registration": 17, "score": 82, "compared": {"name": "same", ...}}, ...]
    candidates = models.JSONField(default=list)
    # Whose it is; within it perhaps one person's.
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="questions")
    assignee = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="questions")
    due_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=20, blank=True)
    answer_detail = models.JSONField(default=dict)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    # Nobody with a time: what was asked about is no longer so.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="question_kind_known",
                condition=Q(kind__in=["which_person", "same_person", "two_claims", "dates", "refuses"]),
            ),
            models.CheckConstraint(
                name="question_is_about_somebody",
                condition=Q(employee__isnull=False) | Q(sighting__isnull=False) | Q(row__isnull=False)
                | Q(worker__isnull=False) | Q(registration__isnull=False),
            ),
            models.CheckConstraint(
                name="question_settled_with_answer_and_when",
                condition=Q(settled_at__isnull=True, answer="") | (Q(settled_at__isnull=False) & ~Q(answer="")),
            ),
            *(
                models.UniqueConstraint(
                    "kind", about, name=f"question_open_once_per_{about}", condition=Q(settled_at__isnull=True))
                for about in ("employee", "sighting", "row", "worker", "registration")
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "kind", "id"], name="question_open_by_kind", condition=Q(settled_at__isnull=True)),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
