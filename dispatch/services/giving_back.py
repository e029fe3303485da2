"""A place in the published plan is given back: a recorded change, by staff who say why."""
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from dispatch.models import Assignment, Plan, PlanChange, SeatBooking, Unplaced
from dispatch.queries.plans import breakdown_key
from dispatch.reasons import Reason
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words
from workers.models import Registration

LONGEST_REASON = 400


def give_back(*, person: Registration, by: User, reason: str, is_back: bool) -> PlanChange:
    """Their seats and the post are free; who is back needs no other place, all others are left until a new plan."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise RuleBroken(_("Say in 1 to 400 characters why: it stays on record."))
    with rules_in_words():
        plan = _published(person)
        rows = Assignment.objects.filter(plan=plan, registration=person.pk, state__in=Assignment.LIVE)
        assignment = rows.first()
        if plan is None or assignment is None:
            raise RuleBroken(_("This person has no place in the published plan any more."))
        change = PlanChange.objects.create(plan=plan, kind=PlanChange.Kind.MANUAL, by=by, reason=reason)
        SeatBooking.objects.filter(assignment=assignment, held=True).update(held=False)
        rows.update(state=Assignment.State.WITHDRAWN)
        if is_back:
            Registration.objects.filter(pk=person.pk).update(
                outcome=Registration.Outcome.ALREADY_BACK, outcome_at=Now(), outcome_by=by)
        else:
            Unplaced.objects.create(plan=plan, registration=person, reason=Reason.PINNED_OUT)
        Plan.objects.filter(pk=plan.pk).update(counts=_counts(plan.counts, person, is_back))
        record("place given back", subject=person, by=by, campaign=person.campaign, change=change.pk, is_back=is_back,
               why=reason)
        transaction.on_commit(lambda: cache.delete(breakdown_key(plan)))
    return change


def _published(person: Registration) -> Plan | None:
    """Locked in the order of publishing (dispatch_live_plan): campaign, plan."""
    Campaign.objects.select_for_update(no_key=True).get(pk=person.campaign_id)
    return Plan.objects.select_for_update().filter(campaign=person.campaign_id, state=Plan.State.PUBLISHED).first()


def _counts(before: dict[str, Any], person: Registration, is_back: bool) -> dict[str, Any]:
    """As a run counts them: placed, why not, and of each county how many of how many."""
    counts = {**before, "placed": before.get("placed", 0) - 1}
    if not is_back:
        unplaced = dict(before.get("unplaced", {}))
        unplaced[Reason.PINNED_OUT.value] = unplaced.get(Reason.PINNED_OUT.value, 0) + 1
        counts["unplaced"] = unplaced
    county = str(person.township.parent_id)
    if county in before.get("counties", {}):
        placed, *rest = before["counties"][county]
        counts["counties"] = {**before["counties"], county: [placed - 1, *rest]}
    return counts
