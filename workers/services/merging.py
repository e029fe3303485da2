"""Two entries become one person, and two again: every row that is changed is written down, and put back from there."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words

from ..models import Registration, Worker, WorkerMerge
from ..one_person import Moved, puts_back
from ..queries.merging import MergePlan, column, merge_plan, now_of
from .list_lock import lock_lists

LONGEST_REASON = 200


@dataclass(slots=True)
class Undone:
    """What could not be put back, because it was changed since: label and id of each row with its field."""

    merge: WorkerMerge
    left: list[Moved] = field(default_factory=list)


def merge_workers(*, kept: Worker, gone: Worker, why: str, by: User, despite: bool = False) -> WorkerMerge:
    """From now on `gone` is `kept`; RuleBroken says what stands against it.

    `despite` says that whoever decides has seen that two valid numbers contradict each other, and `why` answers it.
    """
    why = _reason(why)
    with rules_in_words():
        kept, gone = hold(kept.pk, gone.pk)
        plan = merge_plan(kept, gone, by, timezone.now())
        _refuse(plan, despite)
        merge = WorkerMerge(kept=kept, gone=gone, why=why, by=by)
        merge.moved = _write(plan.moved)
        merge.save()
        Worker.objects.filter(pk=gone.pk).update(merged_into=kept)
        campaigns: list[Campaign | None] = [side.stays.campaign for side in plan.sides]
        for campaign in campaigns or [None]:
            record("workers merged", subject=merge, by=by, campaign=campaign, kept=kept.pk, gone=gone.pk, why=why,
                   doubts=plan.doubts, moved=len(merge.moved))
    return merge


def undo_merge(*, merge: WorkerMerge, by: User, why: str) -> Undone:
    """Two people again: each row goes back that is as the merge left it; what was changed since stays, and is named."""
    why = _reason(why)
    with rules_in_words():
        hold(merge.kept_id, merge.gone_id)
        merge = WorkerMerge.objects.select_for_update().select_related("kept", "gone").get(pk=merge.pk)
        refused = undo_refusals(merge)
        if refused:
            raise RuleBroken(*refused)
        WorkerMerge.objects.filter(pk=merge.pk).update(undone_by=by, undone_at=timezone.now())
        Worker.objects.filter(pk=merge.gone_id).update(merged_into=None)
        undone = Undone(merge, _put_back(merge.moved, by, why))
        record("merge undone", subject=merge, by=by, kept=merge.kept_id, gone=merge.gone_id, why=why, left=undone.left)
    merge.refresh_from_db()
    return undone


def undo_refusals(merge: WorkerMerge) -> list[str]:
    """What has to be undone before this one."""
    if merge.undone_at:
        return [_("This merge was undone already.")]
    if merge.kept.merged_into_id:
        return [_("{name} was merged on since. Undo that merge first.").format(name=merge.kept.name)]
    rows = {(label, pk) for label, pk, _fields in merge.moved}
    later = WorkerMerge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk).select_related("gone")
    return [
        _("A later merge, with {name}, moved the same rows. Undo that one first.").format(name=one.gone.name)
        for one in later if rows & {(label, pk) for label, pk, _fields in one.moved}
    ]


def changed_since(moved: Sequence[Moved]) -> list[Moved]:
    """Of what a merge moved that which is not as it left it: an undo lets it stay."""
    rows = _rows(moved)
    return [one for one in moved if not _is_as_left(one, rows.get((one[0], one[1])))]


def _reason(why: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= LONGEST_REASON:
        raise RuleBroken(_("Say in 1 to 200 characters why: it stays on record."))
    return why


def _refuse(plan: MergePlan, despite: bool) -> None:
    if plan.refusals:
        raise RuleBroken(*plan.refusals)
    if plan.doubts and not despite:
        raise RuleBroken(*plan.doubts, _(
            "Two people are not one because they share a telephone. If they are one all the same, confirm it and say why."))


def hold(kept: int, gone: int) -> tuple[Worker, Worker]:
    """The campaigns' lists, then the campaigns, then the two people, then their registrations: each in the order of ids.

    Publishing and every change of a published plan take the campaign's row; storing a list takes its lock.
    """
    wanted = campaigns_of(kept, gone)
    lock_lists(*wanted)
    list(Campaign.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    people = Worker.objects.select_for_update().filter(pk__in=[kept, gone]).order_by("pk")
    found = {worker.pk: worker for worker in people}
    list(Registration.objects.select_for_update().filter(worker__in=[kept, gone]).order_by("pk"))
    if not set(campaigns_of(kept, gone)) <= set(wanted):
        raise RuleBroken(_("Somebody registered one of the two at this very moment. Look at them again."))
    return found[kept], found[gone]


def campaigns_of(*workers: int) -> list[int]:
    theirs = Registration.objects.filter(worker__in=workers)
    return sorted(set(theirs.values_list("campaign", flat=True)))


# --- writing rows, and putting them back ---------------------------------------------------------------------------------


def _values(model: type[models.Model], fields: dict[str, Any], side: int) -> dict[str, Any]:
    found = {}
    for name, sides in fields.items():
        of = column(model, name)
        value = sides[side]
        # A foreign key is written down as the id it holds.
        found[of.attname] = value if of.is_relation or value is None else of.to_python(value)
    return found


def _change(one: Moved, side: int) -> None:
    model = apps.get_model(one[0])
    model._base_manager.filter(pk=one[1]).update(**_values(model, one[2], side))


def _is_made(one: Moved) -> bool:
    return "id" in one[2]


def _write(moved: Sequence[Moved]) -> list[Moved]:
    """As planned, in its order; with the ids of the rows that were made."""
    _park(moved)
    written = []
    for label, pk, fields in moved:
        if pk is None:
            model = apps.get_model(label)
            after = _values(model, {name: sides for name, sides in fields.items() if name != "id"}, 1)
            pk = model._base_manager.create(**after).pk
            fields = {**fields, "id": [None, pk]}
        else:
            _change([label, pk, fields], 1)
        written.append([label, pk, fields])
    return written


def _park(moved: Sequence[Moved]) -> None:
    """Two registrations of one campaign change hands: since a worker has one there, for a moment they are nobody's.

    The foreign key is looked at when all is done.
    """
    swapped = [pk for label, pk, fields in moved if label == "workers.registration" and "worker" in fields]
    Registration.objects.filter(pk__in=swapped).update(worker=-F("pk"))


def _put_back(moved: Sequence[Moved], by: User, why: str) -> list[Moved]:
    rows = _rows(moved)
    back = [one for one in moved if _is_as_left(one, rows.get((one[0], one[1])))]
    left = [one for one in moved if one not in back]
    _park(back)
    for one in reversed(back):
        try:
            # What stood there before may have been taken by another row since, or be gone.
            with transaction.atomic():
                _put_one_back(one, by, why)
        except (IntegrityError, ObjectDoesNotExist):
            left.append(one)
            _change(one, 1)
    return left


def _put_one_back(one: Moved, by: User, why: str) -> None:
    label, pk, fields = one
    model = apps.get_model(label)
    if _is_made(one):
        put_back = puts_back(label)
        if put_back:
            put_back(pk, by.pk, why)
        else:
            model._base_manager.filter(pk=pk).delete()
        return
    for name, (before, _after) in fields.items():
        to = column(model, name)
        if before is not None and isinstance(to, models.ForeignKey):
            # Foreign keys are looked at when all is done, too late to leave this one row.
            to.related_model._base_manager.only("pk").get(pk=before)
    _change(one, 0)


def _rows(moved: Sequence[Moved]) -> dict[tuple[str, int], models.Model]:
    """The rows as they are now, in one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for label, pk, _fields in moved:
        wanted.setdefault(label, set()).add(pk)
    return {
        (label, row.pk): row
        for label, ids in wanted.items() for row in apps.get_model(label)._base_manager.filter(pk__in=ids)
    }


def _is_as_left(one: Moved, row: models.Model | None) -> bool:
    return row is not None and all(now_of(row, name) == sides[1] for name, sides in one[2].items())

