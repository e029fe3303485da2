"""What staff fill in."""
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dispatch.models import Plan
from dispatch.queries.locks import possible_offices, trips_without_lock
from dispatch.queries.swaps import Target, counted, target_of, vehicles_for
from dispatch.reasons import Reason
from dispatch.services.locking import MOST_HOURS
from dispatch.services.runs import CHANGE_COST, DEAREST
from laborbridge.accounts.models import Organisation
from laborbridge.campaigns.models import Campaign
from laborbridge.web.words import day, lasting
from transport.models import Call, SeatMap, Trip, Vehicle

LIMITS = (10, 20, 30, 60, 120, 300, 600, 1200, 2400, 3600)


def sensible_seconds(people: int) -> int:
    """A time limit at which more time has hardly been worth it for so many people."""
    for most, seconds in ((3_000, 20), (20_000, 60), (120_000, 300)):
        if people <= most:
            return seconds
    return 600


def sensible_seconds_to_keep(people: int) -> int:
    """The same for a run that keeps people where they are: it begins with a whole plan."""
    for most, seconds in ((20_000, 10), (120_000, 60)):
        if people <= most:
            return seconds
    return 300


class StartForm(forms.Form):
    """`published` is the plan that a run may start from, `people` are those to place."""

    KEEP, ANEW = "keep", "anew"
    WAYS = [(KEEP, _("Keep people where they are")), (ANEW, _("Plan everybody anew"))]
    SENSIBLE = 0
    way = forms.ChoiceField(
        label=_("How"), choices=WAYS, required=False,
        error_messages={"invalid_choice": _("There is no such way. Choose one of the list.")},
    )
    change_cost = forms.IntegerField(
        label=_("Moving somebody must bring more than"), min_value=0, max_value=DEAREST, required=False, initial=CHANGE_COST,
        help_text=_(
            "In points: placing a person brings 1,000 and more, a job in one's own trade rather than a related one 30, an"
            " hour less on the way 2."
        ),
    )
    floor = forms.IntegerField(
        label=_("Of each county at least"), min_value=0, max_value=100, required=False, initial=0,
        help_text=_(
            "Percent of those of a county who could go at all; 0: no least share. The plan says what it costs the others."
            " Only where everybody is planned anew."
        ),
    )
    seconds = forms.TypedChoiceField(label=_("Time limit"), coerce=int)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=1, required=False,
        help_text=_("Equal lists, time and seed give the same plan again."),
    )

    def __init__(self, *args: Any, people: int = 0, published: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.published, self.people = published, people
        limit = self.fields["seconds"]
        assert isinstance(limit, forms.TypedChoiceField)
        limit.choices = [(n, lasting(n)) for n in LIMITS]
        limit.initial = sensible_seconds(people)
        if published:
            limit.choices = [(self.SENSIBLE, self._sensible_words()), *limit.choices]
            limit.initial = self.SENSIBLE

    def _sensible_words(self) -> str:
        return gettext("as usual: %(keep)s to keep, %(anew)s anew") % {
            "keep": lasting(sensible_seconds_to_keep(self.people)), "anew": lasting(sensible_seconds(self.people))}

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        # An answer that names no way comes from a page without a published plan, or from a program.
        keep = bool(asked.pop("way", "") == self.KEEP and self.published)
        cost, floor = asked.pop("change_cost", None), asked.pop("floor", None)
        if keep and floor:
            self.add_error("floor", _("A least share drops people who have a place. Choose to plan everybody anew, or 0."))
        elif floor:
            asked["floor"] = floor
        if keep:
            asked |= {"before": self.published, "change_cost": CHANGE_COST if cost is None else cost}
        if asked.get("seconds") == self.SENSIBLE:
            asked["seconds"] = (sensible_seconds_to_keep if keep else sensible_seconds)(self.people)
        return asked

    def clean_seed(self) -> int:
        seed = self.cleaned_data.get("seed")
        return 1 if seed is None else int(seed)


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("Why this plan, for the record"), max_length=400, strip=True,
        error_messages={
            "required": _("Say in a few words why this plan is published."),
            "max_length": _("Say in 1 to 400 characters why this plan is published: it stays on record."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VehicleChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(plate)s, %(seats)s seats") % {"plate": obj.plate, "seats": obj.seat_map.seats}


class VehicleForm(forms.Form):
    """What a trip is to run with; `target` is it, once the form is valid."""

    KEEP, KNOWN, NEW, COUNTED = "keep", "known", "new", "counted"
    WAYS = [
        (KEEP, _("The same vehicle")), (KNOWN, _("A known vehicle of the carrier")), (NEW, _("A new vehicle")),
        (COUNTED, _("Only the number of seats is known")),
    ]
    way = forms.ChoiceField(label=_("Runs with"), choices=WAYS, widget=forms.RadioSelect)
    vehicle = VehicleChoice(Vehicle.objects.none(), label=_("Vehicle"), required=False)
    seat_map = forms.ModelChoiceField(SeatMap.objects.order_by("seats", "id"), label=_("Seat map"), required=False)
    plate = forms.CharField(label=_("Plate"), required=False, max_length=20, strip=True)
    seats = forms.IntegerField(label=_("Number of seats"), required=False, min_value=1, max_value=3_000)
    escort_seats = forms.IntegerField(label=_("Seats for escorts"), min_value=0, max_value=3_000)
    isolation_seats = forms.IntegerField(label=_("Seats for isolation"), min_value=0, max_value=3_000)
    # An address from before there were load rules names none.
    load_rule = forms.ChoiceField(
        label=_("May be filled"), choices=Trip.LoadRule.choices, required=False,
        error_messages={"invalid_choice": _("There is no such load rule. Choose one of the list.")},
    )

    def __init__(self, data: Any, *, trip: Trip) -> None:
        kept = {"escort_seats": trip.escort_seats, "isolation_seats": trip.isolation_seats, "load_rule": trip.load_rule}
        known = vehicles_for(trip)
        super().__init__(data, initial={"way": self.KNOWN if known.exists() else self.COUNTED, **kept})
        self.trip = trip
        self.target: Target | None = None
        vehicle = self.fields["vehicle"]
        assert isinstance(vehicle, VehicleChoice)
        vehicle.queryset = known

    def clean_plate(self) -> str:
        plate = str(self.cleaned_data["plate"])
        if self.data.get("way") == self.NEW and Vehicle.objects.filter(plate=plate).exists():
            raise forms.ValidationError(_("There is a vehicle of this plate already: choose it among the known ones."))
        return plate

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        needs = {self.KNOWN: ["vehicle"], self.NEW: ["seat_map", "plate"], self.COUNTED: ["seats"]}
        for name in needs.get(asked.get("way", ""), []):
            if not asked.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed for what you chose."))
        if not self.errors:
            self.target = self._target(asked)
            if self.target.escort_seats + self.target.isolation_seats > self.target.seats:
                self.add_error("isolation_seats", _("More seats than the vehicle has."))
        return asked

    def _target(self, asked: dict[str, Any]) -> Target:
        kept, rule = (asked["escort_seats"], asked["isolation_seats"]), asked.get("load_rule") or self.trip.load_rule
        if asked["way"] == self.KNOWN:
            vehicle = asked["vehicle"]
            return Target(vehicle.seat_map.seats, *kept, vehicle.seat_map, vehicle, load_rule=rule)
        if asked["way"] == self.NEW:
            return Target(asked["seat_map"].seats, *kept, asked["seat_map"], None, asked["plate"], rule)
        if asked["way"] == self.COUNTED:
            return counted(self.trip, asked["seats"], *kept, rule)
        now = target_of(self.trip)
        return Target(now.seats, *kept, now.seat_map, now.vehicle, load_rule=rule)


class SwapForm(forms.Form):
    """The act: what was shown, and why."""

    shown = forms.CharField(max_length=64)
    reason = forms.CharField(
        label=_("Why, for the record"), max_length=400, strip=True,
        error_messages={
            "required": _("Say in a few words why the vehicle is swapped."),
            "max_length": _("Say in 1 to 400 characters why: it stays on record."),
        },
    )


class TripFilter(forms.Form):
    STATES = [
        ("", _("All states")), (_("The trip is"), Trip.State.choices),
        (_("In the plan it is"), [("empty", _("empty")), ("free", _("with free seats")), ("full", _("full"))]),
    ]
    FILLS = ("empty", "free", "full")
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("The day was not understood; expected is 2020-03-21.")},
    )
    at = forms.CharField(
        label=_("Station, county or district"), required=False, max_length=60,
        error_messages={"max_length": _("Give at most 60 characters of a place's name, from its beginning.")},
    )
    place = forms.IntegerField(
        required=False, min_value=1, max_value=2**62,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("This place is not known. Choose one by its name.")
        ),
    )
    mode = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Trip.Mode.choices],
        error_messages={"invalid_choice": _("There is no such kind of trip. Choose one of the list.")},
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=STATES,
        error_messages={"invalid_choice": _("There is no such state. Choose one of the list.")},
    )
    q = forms.CharField(
        label=_("Number, plate or place"), required=False, max_length=60,
        error_messages={"max_length": _("Search with at most 60 characters.")},
    )


class PartForm(forms.Form):
    """A part of a trip, between two of its calls, and one seat to be found on it."""

    board = forms.TypedChoiceField(label=_("Part from"), required=False, coerce=int, empty_value=None)
    alight = forms.TypedChoiceField(label=_("to"), required=False, coerce=int, empty_value=None)
    seat = forms.IntegerField(required=False, min_value=0)

    def __init__(self, *args: Any, calls: Sequence[Call], seats: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = max(len(calls) - 1, 1)
        self.seats = seats
        for name, stops in (("board", calls[:-1]), ("alight", calls[1:])):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [(call.seq, f"{call.seq + 1} {call.place.name}") for call in stops]
            field.error_messages["invalid_choice"] = _("The trip has no such call. Choose two of the list.")
        unknown = _("The trip has no such seat. Choose one of the map.")
        self.fields["seat"].error_messages.update(invalid=unknown, min_value=unknown)

    def clean_seat(self) -> int | None:
        seat: int | None = self.cleaned_data.get("seat")
        if seat is not None and seat >= self.seats:
            raise forms.ValidationError(self.fields["seat"].error_messages["invalid"])
        return seat

    @property
    def is_no_part(self) -> bool:
        return not self.errors.keys().isdisjoint(("board", "alight", "__all__"))

    @property
    def part(self) -> tuple[int, int]:
        """What was asked for; the whole trip where that is no part of it."""
        first, last = self.cleaned_data.get("board"), self.cleaned_data.get("alight")
        return (0, self.last) if self.is_no_part else (first or 0, self.last if last is None else last)

    def clean(self) -> None:
        first, last = self.cleaned_data.get("board"), self.cleaned_data.get("alight")
        if first is not None and last is not None and first >= last:
            raise forms.ValidationError(_("A part ends after it begins. Choose a later call to end with."))


class PeopleFilter(forms.Form):
    SHOW = [("", _("Everybody")), ("placed", _("Placed")), ("left", _("Left")), ("settled", _("Settled otherwise"))]
    q = forms.CharField(label=_("Name, telephone, number"), required=False, max_length=60, error_messages={
        "max_length": _("This is longer than any name or number (%(show_value)d signs, at most %(limit_value)d). "
                        "Type one name, telephone, reference or identity number."),
    })
    show = forms.ChoiceField(label=_("Placed or left"), required=False, choices=SHOW)
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("Any reason")), *Reason.choices])
    at = forms.CharField(label=_("Township or village"), required=False, max_length=60, error_messages={
        "max_length": _("This is longer than the name of any place. Type the beginning of a township or village."),
    })
    place = forms.IntegerField(required=False, min_value=1)
    plan = forms.IntegerField(required=False, min_value=1)
    after = forms.IntegerField(required=False, min_value=0)


class EmployerFilter(forms.Form):
    q = forms.CharField(label=_("Name of an employer"), required=False, max_length=120)


class LockForm(forms.Form):
    """Which lists are locked, when, and who must agree."""

    day = forms.TypedChoiceField(label=_("Trips that depart on"), required=False, empty_value=None)
    mode = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Trip.Mode.choices])
    trip = forms.CharField(label=_("Or one trip, by its number"), required=False, max_length=40)
    hours = forms.IntegerField(label=_("Hours before departure"), required=False, min_value=1, max_value=MOST_HOURS)
    at = forms.DateTimeField(label=_("Or at one time"), required=False)
    offices = forms.ModelMultipleChoiceField(
        label=_("Offices that must agree"), queryset=Organisation.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one office that must agree.")},
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = trips_without_lock(campaign).annotate(on=TruncDate("departs_at")).values_list("on").annotate(n=Count("pk"))
        self.days = [(f"{on:%Y-%m-%d}", _("%(day)s: %(n)s trips without a lock") % {"day": day(on), "n": n}, on)
                     for on, n in days.order_by("on")]
        which, offices = self.fields["day"], self.fields["offices"]
        assert isinstance(which, forms.TypedChoiceField) and isinstance(offices, forms.ModelMultipleChoiceField)
        which.choices = [("", "–"), *((value, words) for value, words, _on in self.days)]
        by_value = {value: on for value, _words, on in self.days}
        which.coerce = by_value.__getitem__
        offices.queryset = possible_offices(campaign)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if not self.errors.get("day") and bool(asked.get("day")) == bool(asked.get("trip")):
            self.add_error("day", _("Choose a day, or give one trip by its number."))
        if not self.errors.get("hours") and not self.errors.get("at") and (asked.get("hours") is None) == (
            asked.get("at") is None
        ):
            self.add_error("hours", _("Give either the hours before departure or a time, not both and not neither."))
        return asked
