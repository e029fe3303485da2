"""Setting the rules by which a place's day sheets are counted, and taking them back."""
from collections.abc import Mapping

from django.utils.translation import gettext as _

from dispatch.models import StationRules
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken, rules_in_words

FIELDS = tuple(
    field.name for field in StationRules._meta.concrete_fields if field.name not in ("id", "campaign", "place")
)


def set_station_rules(
    *, campaign: Campaign, place: Place | None, by: User, values: Mapping[str, int | None]
) -> StationRules:
    """Put the rules of a place, or of the whole campaign, in place of those before; RuleBroken where they contradict."""
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"no station rules: {', '.join(sorted(unknown))}")
    if place is not None and place.code_list_id != campaign.code_list_id:
        raise RuleBroken(_("{place} is not a place of this campaign.").format(place=place.name))
    with rules_in_words():
        rules = StationRules.objects.select_for_update().filter(campaign=campaign, place=place).first()
        before = _values(rules) if rules else {}
        rules = rules or StationRules(campaign=campaign, place=place)
        for name, value in values.items():
            setattr(rules, name, value)
        rules.save()
        now = _values(rules)
        changed = {name: [before.get(name), now[name]] for name in FIELDS if before.get(name) != now[name]}
        if changed:
            record("station rules set", subject=rules, by=by, campaign=campaign,
                   place=place.name if place else "", changed=changed)
    return rules


def drop_station_rules(*, campaign: Campaign, place: Place | None, by: User) -> None:
    """From now on the nearest rules above count again; RuleBroken where there are none to drop."""
    with rules_in_words():
        rules = StationRules.objects.select_for_update().filter(campaign=campaign, place=place).first()
        if rules is None:
            raise RuleBroken(_("There are no rules of its own here; those above count already."))
        record("station rules dropped", subject=rules, by=by, campaign=campaign,
               place=place.name if place else "", before=_values(rules))
        rules.delete()


def _values(rules: StationRules) -> dict[str, int | None]:
    return {name: getattr(rules, name) for name in FIELDS}
