"""The rules by which day sheets are counted: of the campaign, or of one place and all below it."""
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.models import StationRules
from dispatch.queries import access, plans
from dispatch.queries.stations import places_with_rules, rules_at, rules_of
from dispatch.services.stations import FIELDS, drop_station_rules, set_station_rules
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken

from .days import place_asked
from .page import page, reader

# Whole numbers of a clock or a count; what they may be together, the database says.
_HOURS = ("night_from", "night_until", "breakfast_from", "breakfast_until", "lunch_from", "lunch_until", "dinner_from",
          "dinner_until")


class StationRulesForm(forms.Form):
    """One field for each of the model's; bays may stay empty, and only a place has them."""

    def __init__(self, data: object = None, *, rules: StationRules, place: Place | None) -> None:
        super().__init__(data, initial={name: getattr(rules, name) for name in FIELDS})  # type: ignore[arg-type]
        for name in sorted(FIELDS, key=lambda name: name != "bays"):
            if name == "bays" and place is None:
                continue
            label = rules._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            most = 24 if name in _HOURS else 1000
            self.fields[name] = forms.IntegerField(label=label, required=name != "bays", min_value=0, max_value=most)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def station_rules(request: HttpRequest, campaign_id: int) -> HttpResponse:
    sight = access.sight(reader(request), campaign_id)
    plans.require_whole(sight)
    place = place_asked(request, sight)
    own = rules_at(sight.campaign, place)
    inherited = rules_of(sight.campaign).of(place.path if place else "")
    if own is None and place:
        inherited.bays = None
    form = StationRulesForm(request.POST or None, rules=own or inherited, place=place)
    if request.method == "POST" and (answer := _post(request, sight, place, form)):
        return answer
    return page(
        request, "stations/rules.html", sight, here="days", place=place, own=own, form=form,
        others=places_with_rules(sight.campaign), status=422 if request.method == "POST" else 200,
    )


def _post(
    request: HttpRequest, sight: access.Sight, place: Place | None, form: StationRulesForm
) -> HttpResponse | None:
    """Where to go once it is done; None where the form has to be mended."""
    try:
        if "drop" in request.POST:
            drop_station_rules(campaign=sight.campaign, place=place, by=sight.user)
            messages.success(request, _("From now on the rules above count here."))
        elif form.is_valid():
            set_station_rules(campaign=sight.campaign, place=place, by=sight.user, values=form.cleaned_data)
            messages.success(request, _("The rules are set; day sheets are counted by them from now on."))
        else:
            return None
    except RuleBroken as broken:
        form.errors.clear()
        form.add_error(None, broken.sentences)
        return None
    address = reverse("station-rules", args=[sight.campaign.pk])
    return redirect(f"{address}?place={place.pk}" if place else address)
