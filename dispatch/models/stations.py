"""How a station receives people: what a day's sheet counts guides, meals, masks, beds and bays by."""
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place


class StationRules(models.Model):
    """The rules of one place and all below it; without a place those of the campaign. The nearest row above counts.

    The defaults of its fields are the rules of a campaign that has set none. Hours are those of the clock in China.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="station_rules")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="station_rules")
    people_per_guide = models.PositiveSmallIntegerField(_("People for one guide in an hour"), default=50)
    # Of the stop itself; a city above it has none to lend. Without a figure nobody knows whether they suffice.
    bays = models.PositiveSmallIntegerField(_("Bus bays"), null=True, blank=True)
    boarding_minutes = models.PositiveSmallIntegerField(_("Minutes a vehicle stands where its trip begins"), default=15)
    mask_hours = models.PositiveSmallIntegerField(_("Hours on the way for one more mask"), default=4)
    bed_after_hours = models.PositiveSmallIntegerField(_("Hours of waiting at night after which a bed is needed"), default=3)
    night_from = models.PositiveSmallIntegerField(_("Night from"), default=22)
    night_until = models.PositiveSmallIntegerField(_("Night until"), default=6)
    breakfast_from = models.PositiveSmallIntegerField(_("Breakfast from"), default=6)
    breakfast_until = models.PositiveSmallIntegerField(_("Breakfast until"), default=8)
    lunch_from = models.PositiveSmallIntegerField(_("Lunch from"), default=11)
    lunch_until = models.PositiveSmallIntegerField(_("Lunch until"), default=13)
    dinner_from = models.PositiveSmallIntegerField(_("Dinner from"), default=17)
    dinner_until = models.PositiveSmallIntegerField(_("Dinner until"), default=19)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "place", name="station_rules_once_per_place", nulls_distinct=False),
            models.CheckConstraint(
                name="station_rules_guide_for_1_to_1000_people", condition=Q(people_per_guide__range=(1, 1000))
            ),
            models.CheckConstraint(
                name="station_rules_bays_0_to_500", condition=Q(bays__isnull=True) | Q(bays__range=(0, 500))
            ),
            models.CheckConstraint(
                name="station_rules_bays_belong_to_a_place", condition=Q(bays__isnull=True) | Q(place__isnull=False)
            ),
            models.CheckConstraint(
                name="station_rules_boarding_up_to_4_hours", condition=Q(boarding_minutes__range=(0, 240))
            ),
            models.CheckConstraint(
                name="station_rules_mask_every_1_to_24_hours", condition=Q(mask_hours__range=(1, 24))
            ),
            models.CheckConstraint(
                name="station_rules_bed_after_1_to_24_hours", condition=Q(bed_after_hours__range=(1, 24))
            ),
            models.CheckConstraint(
                name="station_rules_night_spans_midnight",
                condition=Q(night_from__range=(12, 23), night_until__range=(1, 12)),
            ),
            models.CheckConstraint(
                name="station_rules_meals_in_order",
                condition=Q(
                    breakfast_until__gt=F("breakfast_from"), lunch_from__gte=F("breakfast_until"),
                    lunch_until__gt=F("lunch_from"), dinner_from__gte=F("lunch_until"),
                    dinner_until__gt=F("dinner_from"), dinner_until__lte=24,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.place_id or '*'}"
