"""What is asked of the pages that tell who is back."""
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.queries.presence import Source, State


class BackFilter(forms.Form):
    COUNTY, TOWNSHIP, EMPLOYER = "county", "township", "employer"
    EVERYBODY, RETURNING = "", "returning"
    by = forms.ChoiceField(label=pgettext_lazy("a table", "By"), required=False, choices=[
        (COUNTY, _("county")), (TOWNSHIP, _("township")), (EMPLOYER, _("employer"))])
    who = forms.ChoiceField(label=pgettext_lazy("in a table", "Who"), required=False, choices=[
        (EVERYBODY, _("everybody registered")), (RETURNING, _("those whom a firm wants back"))])
    place = forms.IntegerField(required=False)
    q = forms.CharField(label=_("Name of the employer"), required=False, max_length=60)


class BackPeopleFilter(forms.Form):
    by = forms.ChoiceField(required=False, choices=[(BackFilter.EMPLOYER, _("employer"))])
    who = forms.ChoiceField(label=pgettext_lazy("in a table", "Who"), required=False, choices=[
        (BackFilter.EVERYBODY, _("everybody registered")), (BackFilter.RETURNING, _("those whom a firm wants back"))])
    state = forms.ChoiceField(label=_("Back or not"), required=False, choices=[("", _("all")), *State.choices])
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[("", _("all")), *Source.choices])
    seat = forms.BooleanField(label=_("Seen there, yet with a seat"), required=False)
    place = forms.IntegerField(required=False)
    employer = forms.IntegerField(required=False)
    after = forms.IntegerField(required=False)
