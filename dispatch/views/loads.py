"""How much of the vehicles may be filled: as it is, and set for many trips at once."""
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dispatch.queries import access, plans
from dispatch.queries.loads import loads_of
from dispatch.services.loads import set_load_rule
from laborbridge.rules import RuleBroken
from transport.models import Trip

from .page import page, reader


class LoadForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Trip.Mode.choices],
        error_messages={"invalid_choice": _("There is no such kind of trip. Choose one of the list.")},
    )
    ref = forms.CharField(label=_("Or one trip, by its number"), required=False, max_length=40, strip=True)
    rule = forms.ChoiceField(
        label=_("May be filled"), choices=Trip.LoadRule.choices,
        error_messages={"invalid_choice": _("There is no such load rule. Choose one of the list.")},
    )
    reason = forms.CharField(
        label=_("Why, for the record"), max_length=400, strip=True,
        error_messages={
            "required": _("Say in a few words why: it stays on record."),
            "max_length": _("Say in 1 to 400 characters why: it stays on record."),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def loads(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    form, status = LoadForm(request.POST or None), 200
    if request.method == "POST":
        form, status = LoadForm(request.POST), 422
        if form.is_valid():
            try:
                _set(request, sight, form)
                return redirect("loads", sight.campaign.pk)
            except RuleBroken as broken:
                form.add_error(None, broken.sentences)
                status = 409
    return page(request, "trips/loads.html", sight, here="trips", status=status, form=form, loads=loads_of(sight.campaign),
                published=plans.published_plan(sight))


def _set(request: HttpRequest, sight: access.Sight, form: LoadForm) -> None:
    changed = set_load_rule(campaign=sight.campaign, by=sight.user, **form.cleaned_data)
    messages.success(request, ngettext(
        "%(n)s trip has another load rule now.", "%(n)s trips have another load rule now.", changed,
    ) % {"n": f"{changed:,}"})
