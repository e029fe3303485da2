"""One operation between an origin and a destination, with its days, and who takes part."""
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import Organisation
from laborbridge.places.models import CodeList, Place


class Campaign(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    # The list that the codes of its places belong to.
    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="campaigns")
    origin = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="campaigns_from")
    destination = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="campaigns_to")
    first_day = models.DateField()
    last_day = models.DateField()
    participants = models.ManyToManyField(Organisation, related_name="campaigns")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_it_begins", condition=models.Q(last_day__gte=models.F("first_day"))
            ),
        ]

    def __str__(self) -> str:
        return self.name
