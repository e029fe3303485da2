"""The division tree, stations and parks; a code means something only with the date of its list."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeList(models.Model):
    """A list of place codes as of one day: the state's divisions of 2019, or the places of one campaign's folder."""

    name = models.CharField(max_length=120, unique=True)
    as_of = models.DateField()

    def __str__(self) -> str:
        return f"{self.name} ({self.as_of})"


class Place(models.Model):
    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")
        DISTRICT = "district", _("district")
        PARK = "park", _("industrial park")
        STATION = "station", _("station")
        PICKUP = "pickup", _("pick-up point")

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="places")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    # The ids from the root down to this place, each followed by a slash: a prefix of it is an ancestor.
    path = models.CharField(max_length=200)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("code_list", "code", name="place_code_once_per_list"),
            models.CheckConstraint(
                name="place_coordinates_on_earth",
                condition=models.Q(latitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]
        indexes = [models.Index(fields=["path"], name="place_path_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
