"""What carries people: vehicles, their seats, and every run of one with the places it calls at."""
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place


class SeatMap(models.Model):
    """How the seats of a kind of vehicle lie: coaches of rows, each row's letters with a space for the aisle."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    # [{"rows": 17, "letters": "ABC DF"}, ...], one a coach; a row may be given as a list of its letters instead.
    coaches = models.JSONField()
    seats = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="seat_map_has_seats", condition=Q(seats__gt=0))]

    def __str__(self) -> str:
        return self.name


class Vehicle(models.Model):
    carrier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="vehicles")
    plate = models.CharField(max_length=20, unique=True)
    seat_map = models.ForeignKey(SeatMap, models.PROTECT, related_name="vehicles")

    def __str__(self) -> str:
        return self.plate


class Trip(models.Model):
    """One run of one vehicle."""

    class Mode(models.TextChoices):
        BUS = "bus", _("direct bus")
        TRAIN = "train", _("train")
        FEEDER = "feeder", _("feeder bus")
        RECEPTION = "reception", _("reception bus")

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        CANCELLED = "cancelled", _("cancelled")
        CLOSED = "closed", _("closed")

    class LoadRule(models.TextChoices):
        """Which part of its seats a trip may fill; sql/load_rule.sql says what each one comes to."""

        FULL = "full", _("all seats")
        HALF = "half", _("half of the seats")
        ALTERNATE = "alternate", _("every second seat of a row")
        ROWS = "rows", _("every second row")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="trips")
    ref = models.CharField(max_length=40)
    mode = models.CharField(max_length=12, choices=Mode)
    state = models.CharField(max_length=12, choices=State, default=State.SCHEDULED)
    seats = models.PositiveSmallIntegerField(_("seats"))
    # Nobody is booked on these: escorts sit by the doors, isolation is at the back.
    escort_seats = models.PositiveSmallIntegerField(_("seats for escorts"), default=0, db_default=0)
    isolation_seats = models.PositiveSmallIntegerField(_("seats for isolation"), default=0, db_default=0)
    withheld = models.GeneratedField(
        expression=F("escort_seats") + F("isolation_seats"), output_field=models.PositiveSmallIntegerField(),
        db_persist=True, verbose_name=_("seats withheld"),
    )
    load_rule = models.CharField(
        _("load rule"), max_length=10, choices=LoadRule, default=LoadRule.FULL, db_default=LoadRule.FULL.value
    )
    # Which seats these are, those that the load rule leaves empty, and how many people may be booked at once: written by
    # a trigger (sql/load_rule.sql) and read by withholding.withheld_of.
    escort_on = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[], editable=False)
    isolation_on = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[], editable=False)
    empty_on = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=[], editable=False)
    places = models.SmallIntegerField(_("people at once"), default=0, db_default=0, editable=False)
    seat_map = models.ForeignKey(SeatMap, models.PROTECT, null=True, blank=True, related_name="trips")
    vehicle = models.ForeignKey(Vehicle, models.SET_NULL, null=True, blank=True, related_name="trips")
    carrier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="trips")
    escorts = models.ManyToManyField(User, related_name="escorted_trips", blank=True)
    # First departure and last arrival, kept by a trigger over its calls, for lists in order of time.
    departs_at = models.DateTimeField(null=True, blank=True, editable=False)
    arrives_at = models.DateTimeField(null=True, blank=True, editable=False)
    # What the carrier says of this run. It goes before our own plate, and goes with the vehicle when another one comes.
    plate_given = models.CharField(max_length=20, blank=True, default="", db_default="")
    driver = models.CharField(max_length=40, blank=True, default="", db_default="")
    driver_phone = models.CharField(max_length=20, blank=True, default="", db_default="")
    crew_given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("campaign", "ref", name="trip_ref_once_per_campaign"),
            models.CheckConstraint(
                name="trip_crew_says_when_it_was_given",
                condition=Q(plate_given="", driver="", driver_phone="") | Q(crew_given_at__isnull=False),
            ),
            models.CheckConstraint(name="trip_withholds_no_more_than_its_seats", condition=Q(withheld__lte=F("seats"))),
            models.CheckConstraint(
                name="trip_load_rule_known", condition=Q(load_rule__in=["full", "half", "alternate", "rows"])
            ),
            models.CheckConstraint(name="trip_withholds_no_more_than_the_load_rule_leaves", condition=Q(places__gte=0)),
            models.CheckConstraint(
                name="trip_mode_known", condition=Q(mode__in=["bus", "train", "feeder", "reception"])
            ),
            models.CheckConstraint(
                name="trip_state_known", condition=Q(state__in=["scheduled", "cancelled", "closed"])
            ),
        ]
        indexes = [models.Index(fields=["campaign", "departs_at", "id"], name="trip_in_order_of_time")]

    def __str__(self) -> str:
        return self.ref

    @property
    def plate(self) -> str:
        """The plate as it is to be shown: the carrier's, else ours; empty where neither is known."""
        return self.plate_given or (self.vehicle.plate if self.vehicle else "")


class Call(models.Model):
    """A trip stopping at a place; seq counts from 0 in the order of travel."""

    trip = models.ForeignKey(Trip, models.CASCADE, related_name="calls")
    seq = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="calls")
    arrive_at = models.DateTimeField()
    depart_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("trip", "seq", name="call_once_per_position"),
            models.CheckConstraint(
                name="call_departs_after_it_arrives", condition=Q(depart_at__gte=F("arrive_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id}:{self.seq}"


class Access(models.Model):
    """A way without a seat, on foot or by own means."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="access")
    from_place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    to_place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("campaign", "from_place", "to_place", name="access_once_per_pair")]

    def __str__(self) -> str:
        return f"{self.from_place} → {self.to_place}: {self.minutes} min"
