"""People: workers, their households, who travels together, and their wish to go in one campaign."""
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import CodeList, Place

from ..name_keys import keys_of


class Occupation(models.Model):
    """A trade as its code list names it."""

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="occupations")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint("code_list", "code", name="occupation_code_once_per_list")]

    def __str__(self) -> str:
        return self.name


class RelatedOccupation(models.Model):
    """Somebody of this trade is of some use in the other one; not the same backwards."""

    occupation = models.ForeignKey(Occupation, models.CASCADE, related_name="helps_in")
    helps_in = models.ForeignKey(Occupation, models.CASCADE, related_name="helped_by")

    class Meta:
        constraints = [models.UniqueConstraint("occupation", "helps_in", name="occupation_related_once")]

    def __str__(self) -> str:
        return f"{self.occupation} → {self.helps_in}"


class Household(models.Model):
    """Who lives together in one village."""

    village = models.ForeignKey(Place, models.PROTECT, related_name="households")
    label = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint("village", "label", name="household_label_once_per_village")]

    def __str__(self) -> str:
        return self.label


def keys_in(name_keys: str) -> Func:
    """The keys of a name one by one, as their index holds them; a search asks for the same expression."""
    parts = Func(F(name_keys), Value(" "), function="string_to_array")
    return Func(parts, function="array_to_tsvector", output_field=SearchVectorField())


def reversed_digits(phone: str) -> Func:
    """A telephone from its last digit on, without the signs that people write between digits."""
    return Reverse(Func(F(phone), Value(" -+()"), Value(""), function="translate", output_field=models.TextField()))


class Worker(models.Model):
    """A person, the same one in every campaign."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("female")
        MALE = "m", _("male")

    name = models.CharField(_("name"), max_length=40)
    # What name_keys.keys_of makes of the name: save() keeps it, and whoever writes rows in bulk brings it.
    name_keys = models.TextField(editable=False)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="members")
    # laborbridge.identity seals these four together; the number itself is nowhere.
    identity_cipher = models.BinaryField(null=True, blank=True)
    identity_whole = models.BinaryField(null=True, blank=True)
    identity_first6_last4 = models.BinaryField(null=True, blank=True)
    identity_last4 = models.BinaryField(null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="worker"
    )
    # Turned out to be this other entry; WorkerMerge says who decided it. What comes with this one's number is the other's.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("identity_whole", name="worker_identity_number_once"),
            models.CheckConstraint(name="worker_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="worker_merged_into_somebody_else", condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk"))),
            models.CheckConstraint(name="worker_is_found_by_keys", condition=~Q(name_keys="")),
            models.CheckConstraint(
                name="worker_identity_sealed_whole",
                condition=Q(
                    identity_cipher__isnull=True,
                    identity_whole__isnull=True,
                    identity_first6_last4__isnull=True,
                    identity_last4__isnull=True,
                )
                | Q(
                    identity_cipher__isnull=False,
                    identity_whole__isnull=False,
                    identity_first6_last4__isnull=False,
                    identity_last4__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["identity_first6_last4"], name="worker_by_first6_last4"),
            models.Index(fields=["identity_last4"], name="worker_by_last4"),
            models.Index(fields=["name"], name="worker_by_name", opclasses=["varchar_pattern_ops"]),
            # A short list of waiting entries: every search reads it through, yet without any an import takes thrice as long.
            GinIndex(keys_in("name_keys"), name="worker_by_keys", gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is None or "name" in update_fields:
            self.name_keys = keys_of(self.name)
            update_fields = update_fields if update_fields is None else {*update_fields, "name_keys"}
        super().save(*args, update_fields=update_fields, **kwargs)


class TravelGroup(models.Model):
    """People who travel together: all with the same legs, or none, unless they agreed to travel apart."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="groups")
    ref = models.CharField(max_length=40)
    split_agreed_at = models.DateTimeField(null=True, blank=True)
    split_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    split_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "ref", name="group_ref_once_per_campaign"),
            models.CheckConstraint(
                name="group_split_is_recorded_with_who_and_why",
                condition=Q(split_agreed_at__isnull=True, split_agreed_by__isnull=True)
                | (Q(split_agreed_at__isnull=False, split_agreed_by__isnull=False) & ~Q(split_note="")),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Registration(models.Model):
    """A worker's wish to go, in one campaign."""

    class Priority(models.IntegerChoices):
        ORDINARY = 0, _("ordinary")
        SINGLE_INCOME = 1, _("single-income household")
        POOR = 2, _("registered-poor household")

    class Contact(models.TextChoices):
        OWN = "own", _("own telephone")
        RELATIVE = "relative", _("a relative's telephone")
        LIAISON = "liaison", _("the liaison's telephone")
        NONE = "none", _("no telephone")

    class Outcome(models.TextChoices):
        ALREADY_BACK = "already_back", _("already back")
        OWN_MEANS = "own_means", _("goes by own means")
        LOCAL_WORK = "local_work", _("takes local work")
        WITHDREW = "withdrew", _("withdrew")
        REPORTED = "reported", _("trip reported to the destination's community")
        DUPLICATE = "duplicate", _("registered twice, goes by the other registration")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="registrations")
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="registrations")
    # The sender's own key of the person, unique in the campaign.
    ref = models.CharField(max_length=40)
    township = models.ForeignKey(Place, models.PROTECT, related_name="+")
    village = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="registrations")
    group = models.ForeignKey(TravelGroup, models.PROTECT, null=True, blank=True, related_name="members")
    min_wage = models.PositiveIntegerField(_("least wage, yuan a month"))
    priority = models.SmallIntegerField(choices=Priority, default=Priority.ORDINARY)
    ready_at = models.DateTimeField(_("ready from"))
    open_to_other = models.BooleanField(_("would take another post too"), default=True)
    preferred_district = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.CharField(max_length=10, choices=Contact, default=Contact.NONE)
    contact_phone = models.CharField(max_length=20, blank=True)
    contact_name = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, null=True, blank=True)  # noqa: DJ001 - null: none yet
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    occupations = models.ManyToManyField(Occupation, through="RegistrationOccupation", related_name="registrations")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "worker", name="registration_once_per_worker_and_campaign"),
            models.UniqueConstraint("campaign", "ref", name="registration_ref_once_per_campaign"),
            models.CheckConstraint(name="registration_priority_known", condition=Q(priority__range=(0, 2))),
            models.CheckConstraint(
                name="registration_contact_has_a_number",
                condition=Q(contact="none", contact_phone="") | (~Q(contact="none") & ~Q(contact_phone="")),
            ),
            models.CheckConstraint(
                name="registration_outcome_has_its_time",
                condition=Q(outcome__isnull=True, outcome_at__isnull=True)
                | Q(outcome__isnull=False, outcome_at__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_outcome_known",
                condition=Q(outcome__isnull=True)
                | Q(outcome__in=[
                    "already_back", "own_means", "local_work", "withdrew", "reported", "duplicate"]),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "township"], name="registration_by_township"),
            models.Index(fields=["campaign", "village"], name="registration_by_village"),
            models.Index(fields=["contact_phone"], name="registration_by_phone", condition=~Q(contact_phone="")),
            models.Index(
                F("campaign"), OpClass(reversed_digits("contact_phone"), "text_pattern_ops"),
                name="registration_by_last_digits", condition=~Q(contact_phone=""),
            ),
            models.Index(fields=["campaign"], name="registration_with_outcome", condition=Q(outcome__isnull=False)),
            models.Index(fields=["campaign"], name="registration_duplicates", condition=Q(outcome="duplicate")),
        ]

    def __str__(self) -> str:
        return self.ref


class RegistrationOccupation(models.Model):
    registration = models.ForeignKey(Registration, models.CASCADE)
    occupation = models.ForeignKey(Occupation, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint("registration", "occupation", name="registration_occupation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.occupation_id}"


class Clearance(models.Model):
    """What a person holds of health clearance, from when to when; the latest one that is valid counts."""

    class Colour(models.IntegerChoices):
        GREEN = 0, _("green")
        YELLOW = 1, _("yellow")
        RED = 2, _("red")

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="clearances")
    colour = models.SmallIntegerField(choices=Colour)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(name="clearance_colour_known", condition=Q(colour__range=(0, 2))),
            models.CheckConstraint(
                name="clearance_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
            models.UniqueConstraint("registration", "valid_from", name="clearance_once_per_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.get_colour_display()}"


class AdmissionRule(models.Model):
    """A district lets people of a county in with a clearance other than green."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="admission_rules")
    county = models.ForeignKey(Place, models.PROTECT, related_name="+")
    district = models.ForeignKey(Place, models.PROTECT, related_name="+")
    colour = models.SmallIntegerField(choices=Clearance.Colour)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "county", "district", "colour", name="admission_rule_once"),
            models.CheckConstraint(name="admission_rule_colour_known", condition=Q(colour__range=(1, 2))),
        ]

    def __str__(self) -> str:
        return f"{self.county} → {self.district}: {self.get_colour_display()}"
