"""Publishing: one transaction that looks again at all it depends on, and makes a draft the plan that counts."""
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.matching.check import Fault, check
from dispatch.matching.kept import broken_pins
from dispatch.matching.problem import ProblemError
from dispatch.models import Assignment, Plan, PlanChange
from dispatch.snapshot import Snapshot, take_snapshot
from dispatch.snapshot.plans import PlanArrays, read_plan
from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words

from .faults import in_sentences


def publish_plan(*, plan: Plan, by: User | None, note: str) -> Plan:
    """Publish a draft in place of what is published; RuleBroken lists all that stands against it."""
    note = note.strip()
    if not 1 <= len(note) <= 400:
        raise RuleBroken(_("Say in 1 to 400 characters why this plan is published: it stays on record."))
    with rules_in_words():
        # Who changes what a published plan stands on takes this row too (dispatch_live_plan), so nothing moves meanwhile.
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=plan.campaign_id)
        draft = Plan.objects.select_for_update().get(pk=plan.pk)
        if draft.state != Plan.State.DRAFT:
            raise RuleBroken(_("Plan {number} has been published already.").format(number=draft.number))
        faults = what_stands_against(draft)
        if faults:
            raise RuleBroken(*faults)
        _supersede(campaign, draft, by)
        PlanChange.objects.create(plan=draft, kind=PlanChange.Kind.PUBLISH, by=by, reason=note)
        Plan.objects.filter(pk=draft.pk).update(
            state=Plan.State.PUBLISHED, published_at=Now(), published_by=by, note=note
        )
        record("plan published", subject=draft, by=by, campaign=campaign, number=draft.number, note=note)
    draft.refresh_from_db()
    return draft


def _supersede(campaign: Campaign, draft: Plan, by: User | None) -> None:
    published = Plan.objects.filter(campaign=campaign, state=Plan.State.PUBLISHED).first()
    if published is None:
        return
    under_way = published.assignments.filter(
        state__in=(Assignment.State.BOARDED, Assignment.State.COMPLETED)
    ).count()
    if under_way:
        raise RuleBroken(
            ngettext(
                "{count} person of the published plan {number} is on the way or has arrived, so it cannot be replaced.",
                "{count} people of the published plan {number} are on the way or have arrived, so it cannot be replaced.",
                under_way,
            ).format(count=under_way, number=published.number)
        )
    PlanChange.objects.create(
        plan=published, kind=PlanChange.Kind.SUPERSEDE, by=by,
        reason=_("Replaced by plan {number}").format(number=draft.number),
    )
    Plan.objects.filter(pk=published.pk).update(state=Plan.State.SUPERSEDED)


def what_stands_against(plan: Plan) -> list[str]:
    """The campaign as it is now against the plan's rows as they are: in sentences, empty where all holds."""
    try:
        snapshot = take_snapshot(plan.campaign)
    except ProblemError:
        # Its queries see what others commit between them; lists that do not fit together are the sign of that.
        return [_("The lists were changed at this very moment. Publish again.")]
    rows = read_plan(plan, snapshot)
    said = []
    if rows.unknown_people:
        said.append(ngettext(
            "{count} person of the plan no longer goes: withdrew, is back already or has found another way.",
            "{count} people of the plan no longer go: they withdrew, are back already or have found another way.",
            rows.unknown_people,
        ).format(count=rows.unknown_people))
    if rows.unknown_postings:
        said.append(ngettext(
            "{count} person has a job that has been withdrawn or whose employer is no longer verified.",
            "{count} people have jobs that have been withdrawn or whose employers are no longer verified.",
            rows.unknown_postings,
        ).format(count=rows.unknown_postings))
    if rows.unknown_trips:
        said.append(ngettext(
            "{count} trip of the plan has been cancelled.", "{count} trips of the plan have been cancelled.",
            rows.unknown_trips,
        ).format(count=rows.unknown_trips))
    if not said:
        said = in_sentences(check(snapshot.problem, rows.job, rows.leg_count, rows.legs).faults, snapshot)
        said += in_sentences(_pins_broken(snapshot, rows), snapshot)
    if said:
        said.append(_("Nothing was published. Start a new run: it works with the lists as they are now."))
    return said


def _pins_broken(snapshot: Snapshot, rows: PlanArrays) -> list[Fault]:
    """By pins as they are now: one that was set after the plan's run binds it all the same."""
    lost = [Fault("pinned to what is gone", "worker", refusal.worker) for refusal in snapshot.lost_pins]
    return lost + broken_pins(snapshot.pins, rows.job, rows.leg_count, rows.legs)
