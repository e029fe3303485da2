"""What is asked of the pages that tell who is back."""
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.queries.presence import Source, State
from jobs.models import Register


class BackFilter(forms.Form):
    COUNTY, TOWNSHIP, EMPLOYER = "county", "township", "employer"
    EVERYBODY, RETURNING = "", "returning"
    by = forms.ChoiceField(label=pgettext_lazy("a table", "By"), required=False, choices=[
        (COUNTY, _("county")), (TOWNSHIP, _("township")), (EMPLOYER, _("employer"))])
    who = forms.ChoiceField(label=pgettext_lazy("in a table", "Who"), required=False, choices=[
        (EVERYBODY, _("everybody registered")), (RETURNING, _("those whom a firm wants back"))])
    place = forms.IntegerField(required=False)
    q = forms.CharField(label=_("Name of the employer"), required=False, max_length=60)


class RegisterForm(forms.Form):
    """What the sender has to say of a register: whose it is, and up to which day it tells."""

    source = forms.ChoiceField(
        label=_("What it is of"), choices=Register.Source.choices,
        error_messages={"invalid_choice": _("Choose what the register is of: social insurance, communities or gates.")})
    office = forms.CharField(
        label=_("Office that keeps it"), max_length=120,
        error_messages={"required": _("Name in 1 to 120 characters the office that keeps the register.")})
    as_of = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Give the day up to which the register tells."),
                        "invalid": _("Give the day as 2020-03-21.")})
    file = forms.FileField(label=_("Workbook (xlsx, xls, csv)"), required=False)
    cells = forms.CharField(label=_("The cells, with the line of headings first"), required=False)

    def sent(self) -> tuple[str, bytes]:
        """A file, or the pasted cells without a name; nothing where neither came."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return str(file.name), file.read()
        return "", self.cleaned_data["cells"].encode()


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
