"""How much of many vehicles may be filled, set at once: before a plan is made, or where the published one allows it."""
from django.db import connection
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from transport.models import Trip


def set_load_rule(*, campaign: Campaign, rule: str, by: User | None, reason: str, mode: str = "", ref: str = "") -> int:
    """Put trips that still run under a rule: all, those of a mode, or one by its number; how many had another one before.

    RuleBroken where the published plan has more people on one of them, or on seats that would stay empty: that one has a
    page which shows whom it takes out. Then nothing is changed.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= 400:
        raise RuleBroken(_("Say in 1 to 400 characters why: it stays on record."))
    asked = Trip.objects.filter(campaign=campaign, state=Trip.State.SCHEDULED)
    asked = asked.filter(ref=ref) if ref else asked.filter(mode=mode) if mode else asked
    if not asked.exists():
        raise RuleBroken(_("No trip that runs is of this kind, or has this number. Choose among the trips of the list."))
    with rules_in_words():
        # In the order of publishing (dispatch_live_plan): campaign, trips.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        trips = list(asked.exclude(load_rule=rule).select_for_update().order_by("pk").values_list("pk", "load_rule"))
        Trip.objects.filter(pk__in=[pk for pk, _before in trips]).update(load_rule=rule)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if trips:
            record("load rule set", subject=campaign, by=by, campaign=campaign, rule=rule, mode=mode, ref=ref, reason=reason,
                   before={str(pk): before for pk, before in trips})
    return len(trips)
