"""What staff fill in."""
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dispatch.reasons import Reason
from laborbridge.web.words import lasting
from transport.models import Trip

LIMITS = (10, 20, 30, 60, 120, 300, 600, 1200, 2400, 3600)


def sensible_seconds(people: int) -> int:
    """A time limit at which more time has hardly been worth it for so many people."""
    for most, seconds in ((3_000, 20), (20_000, 60), (120_000, 300)):
        if people <= most:
            return seconds
    return 600


class StartForm(forms.Form):
    seconds = forms.TypedChoiceField(label=_("Time limit"), coerce=int)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=1, required=False,
        help_text=_("Equal lists, time and seed give the same plan again."),
    )

    def __init__(self, *args: Any, people: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = self.fields["seconds"]
        assert isinstance(limit, forms.TypedChoiceField)
        limit.choices = [(n, lasting(n)) for n in LIMITS]
        limit.initial = sensible_seconds(people)

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


class TripFilter(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    mode = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Trip.Mode.choices])
    q = forms.CharField(label=_("Number, plate or place"), required=False, max_length=60)
    page = forms.IntegerField(required=False, min_value=1)


class PeopleFilter(forms.Form):
    SHOW = [("", _("Everybody")), ("placed", _("Placed")), ("left", _("Left"))]
    q = forms.CharField(label=_("Name, telephone, number"), required=False, max_length=60)
    show = forms.ChoiceField(label=_("Placed or left"), required=False, choices=SHOW)
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("Any reason")), *Reason.choices])
    at = forms.CharField(label=_("Township or village"), required=False, max_length=60)
    plan = forms.IntegerField(required=False, min_value=1)
    after = forms.IntegerField(required=False, min_value=0)
