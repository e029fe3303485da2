"""Whom an employer wants back, as its list names them, and which registered person that is."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workers.models import ListImport, ListRow, Registration

from .firms import Employer, Posting

USER = settings.AUTH_USER_MODEL


class Link(models.TextChoices):
    """Whether it is known which registered person a row of somebody else's list speaks of."""

    LINKED = "linked", _("linked")
    DOUBTFUL = "doubtful", _("doubtful")
    UNLINKED = "unlinked", _("on no other list")


class Linked(models.Model):
    """One person as another list names them: a name, and of number and telephone what that list shows."""

    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    # What the list shows of the number, each as laborbridge.identity hashes it. A whole number is enciphered too.
    identity_cipher = models.BinaryField(null=True, blank=True)
    identity_whole = models.BinaryField(null=True, blank=True)
    identity_first6_last4 = models.BinaryField(null=True, blank=True)
    identity_last4 = models.BinaryField(null=True, blank=True)
    link = models.CharField(max_length=10, choices=Link, default=Link.UNLINKED)
    registration = models.ForeignKey(Registration, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    # Of the link, or of the best candidate: 0 to 100, and how each field compares: {"name": "same", "phone": "other", ...}
    score = models.PositiveSmallIntegerField(default=0)
    compared = models.JSONField(default=dict)
    # Nobody: it was sure by itself.
    linked_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    linked_at = models.DateTimeField(null=True, blank=True)
    # Registrations of whom a person has said that they are somebody else.
    not_these = models.JSONField(default=list)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_link_known", condition=Q(link__in=["linked", "doubtful", "unlinked"])),
            models.CheckConstraint(
                name="%(class)s_linked_to_somebody",
                condition=Q(link="linked", registration__isnull=False, linked_at__isnull=False)
                | (~Q(link="linked") & Q(registration__isnull=True, linked_at__isnull=True, linked_by__isnull=True)),
            ),
        ]


class ReturningList(models.Model):
    """Whose employees a list names: the sending firm's own, or those of the firm that the bureau chose."""

    imported = models.OneToOneField(ListImport, models.CASCADE, related_name="returning_list")
    employer = models.ForeignKey(Employer, models.CASCADE, related_name="returning_lists")

    def __str__(self) -> str:
        return f"{self.employer} {self.imported_id}"


class ReturningEmployee(Linked):
    """An employee whom an employer wants back."""

    class Wish(models.TextChoices):
        OPEN = "open", pgettext_lazy("a wish", "not asked yet")
        RETURNS = "returns", _("goes back to this firm")
        REFUSES = "refuses", _("does not go back to this firm")
        ELSEWHERE = "elsewhere", _("goes back to another firm that claims them")

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="returning_employees")
    # The row that brought the employee first.
    row = models.OneToOneField(ListRow, models.SET_NULL, null=True, related_name="returning_employee")
    trade = models.CharField(max_length=60, blank=True)
    home = models.CharField(max_length=120, blank=True)
    # The posting that a post is kept in, once it is known.
    posting = models.ForeignKey(Posting, models.SET_NULL, null=True, blank=True, related_name="returning_employees")
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.OPEN)
    wish_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    wish_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Linked.Meta):
        constraints = [
            *Linked.Meta.constraints,
            models.UniqueConstraint(
                "employer", "registration", name="returning_employee_once_per_employer_and_person",
                condition=Q(registration__isnull=False),
            ),
            models.UniqueConstraint(
                "registration", name="returning_employee_goes_back_to_one_firm",
                condition=Q(wish="returns", registration__isnull=False),
            ),
            models.CheckConstraint(
                name="returning_employee_wish_known", condition=Q(wish__in=["open", "returns", "refuses", "elsewhere"])),
            models.CheckConstraint(
                name="returning_employee_wish_has_its_time",
                condition=Q(wish="open", wish_at__isnull=True) | (~Q(wish="open") & Q(wish_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "link"], name="returning_employee_by_link"),
        ]

    def __str__(self) -> str:
        return self.name
