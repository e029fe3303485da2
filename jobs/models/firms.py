"""Where people work: employers, their sites, what they ask for, and posts that are kept for somebody."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import Organisation
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from workers.models import Occupation, Registration


class Employer(models.Model):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="employers")
    ref = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="employers")
    # Until the destination bureau has verified it, none of its postings is shown or matched.
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("campaign", "ref", name="employer_ref_once_per_campaign")]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    employer = models.ForeignKey(Employer, models.CASCADE, related_name="sites")
    place = models.ForeignKey(Place, models.PROTECT, related_name="sites")
    gate = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("employer", "place", "gate", name="site_once_per_employer")]

    def __str__(self) -> str:
        return f"{self.employer} · {self.place} {self.gate}".strip()


class Posting(models.Model):
    """A vacancy with a headcount: open to all who fit, or made of posts that are kept for named people."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        RESERVED = "reserved", _("reserved")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="postings")
    site = models.ForeignKey(Site, models.PROTECT, related_name="postings")
    ref = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    occupation = models.ForeignKey(Occupation, models.PROTECT, null=True, blank=True, related_name="postings")
    headcount = models.PositiveIntegerField(_("posts"))
    wage = models.PositiveIntegerField(_("wage, yuan a month"))
    start_by = models.DateTimeField(_("latest arrival"))
    minors_allowed = models.BooleanField(_("16 and 17 year olds allowed"), default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "ref", name="posting_ref_once_per_campaign"),
            models.CheckConstraint(name="posting_kind_known", condition=Q(kind__in=["open", "reserved"])),
        ]

    def __str__(self) -> str:
        return self.ref


class ReservedPost(models.Model):
    """A post of a reserved posting that is kept for one named returning employee."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="reserved_posts")
    registration = models.OneToOneField(Registration, models.CASCADE, related_name="reserved_post")

    def __str__(self) -> str:
        return f"{self.posting_id} {self.registration_id}"
