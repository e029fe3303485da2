"""Reads of two entries that may be one person: what merging would move and what stands against it; who one is in the end."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User

from ..models import Clearance, ListRow, Registration, RegistrationOccupation, Worker, WorkerMerge
from ..one_person import Carried, Moved, Pair, carried, seats_of, weights_of
from .finding import EndOf, certain_by_number, masked_identity

# Whoever is back or found another way is so as a person; who withdrew one of two registrations may want the other.
_TRUE_OF_THE_PERSON = ("already_back", "own_means", "local_work", "reported")
_CONTACT = ("contact", "contact_phone", "contact_name")


def ends_of(workers: Collection[int]) -> dict[int, int]:
    """Of some entries those that were merged away, with who they are in the end."""
    gone = Worker.objects.filter(pk__in=workers, merged_into__isnull=False)
    return dict(gone.values_list("pk", EndOf("merged_into")))


def end_of(worker: Worker) -> Worker:
    return Worker.objects.get(pk=ends_of([worker.pk])[worker.pk]) if worker.merged_into_id else worker


@dataclass(frozen=True, slots=True)
class Side:
    """One campaign of the two: the registration that stays, and the one that is its duplicate, where both have one."""

    stays: Registration
    duplicate: Registration | None


@dataclass(slots=True)
class MergePlan:
    """What merging would do, before it is done."""

    kept: Worker
    gone: Worker
    sides: list[Side] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    # What stands against it, whatever reason is given.
    refusals: list[str] = field(default_factory=list)
    # What speaks against one person: to be answered with a reason of one's own.
    doubts: list[str] = field(default_factory=list)
    # What does not go along, or has to be looked at.
    notes: list[str] = field(default_factory=list)


def as_json(value: Any) -> Any:
    """As rows are written down: moments and days as text."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_fixed_timezone(0)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, models.Field)
    return found


def now_of(row: models.Model, name: str) -> Any:
    return as_json(getattr(row, column(type(row), name).attname))


def _step(row: models.Model, **after: Any) -> Moved:
    return [row._meta.label_lower, row.pk, {name: [now_of(row, name), as_json(value)] for name, value in after.items()}]


def _made(model: type[models.Model], **values: Any) -> Moved:
    return [model._meta.label_lower, None, {"id": [None, None], **{k: [None, as_json(v)] for k, v in values.items()}}]


def merge_plan(kept: Worker, gone: Worker, by: User | None = None, at: datetime | None = None) -> MergePlan:
    """In a fixed number of queries, whatever hangs on the two."""
    plan = MergePlan(kept, gone)
    _refuse(plan)
    plan.doubts += doubts_between(kept, gone)
    theirs = _registrations(kept, gone)
    seats, weights = seats_of([r.pk for r in theirs]), weights_of([r.pk for r in theirs])
    for own in _by_campaign(theirs):
        plan.sides.append(_side(own, kept, seats, weights))
    plan.refusals += _both_seated(plan.sides, seats)
    _move_registrations(plan, seats, by, at or timezone.now())
    pairs = [Pair(side.stays.pk, side.duplicate.pk) for side in plan.sides if side.duplicate]
    also: Carried = carried(pairs, gone.pk, by.pk if by else None)
    plan.moved += also.moved
    plan.notes += also.notes
    _complete_the_worker(plan)
    return plan


def _refuse(plan: MergePlan) -> None:
    kept, gone = plan.kept, plan.gone
    if kept.pk == gone.pk or end_of(kept).pk == end_of(gone).pk:
        plan.refusals.append(_("{name} is one person already: there is nothing to merge.").format(name=kept.name))
        return
    for one in (kept, gone):
        if one.merged_into_id:
            plan.refusals.append(_("{name} was merged into {end} before. Open {end} and merge there.").format(
                name=one.name, end=_named(end_of(one))))
    if kept.user_id and gone.user_id:
        plan.refusals.append(_("Both have an account to sign in with. Take one of the two accounts back first."))
    if gone.identity_cipher and not kept.identity_cipher:
        plan.refusals.append(
            _("Only {name} has an identity number. Keep that entry and merge the other one into it.").format(
                name=_named(gone)))


def _named(worker: Worker) -> str:
    return f"{worker.name} {masked_identity(worker)}".strip()


def kept_of(one: Worker, other: Worker) -> tuple[Worker, Worker]:
    """Which of two entries is kept, and which goes: the one with a valid number, else with a number, else the older."""
    def rank(worker: Worker) -> tuple[bool, bool, int]:
        return certain_by_number(worker) is not None, bool(worker.identity_cipher), -worker.pk

    kept, gone = sorted((one, other), key=rank, reverse=True)
    return kept, gone


def doubts_between(kept: Worker, gone: Worker | ListRow) -> list[str]:
    """What two valid numbers say against one person."""
    one, other = certain_by_number(kept), certain_by_number(gone)
    found: list[str] = []
    if one is None or other is None:
        return found
    if one.birth_date != other.birth_date:
        said = {"one": one.birth_date.isoformat(), "other": other.birth_date.isoformat()}
        found.append(
            _("Both identity numbers are valid, and say that one was born on {one}, the other on {other}.").format(**said))
    if one.sex != other.sex:
        found.append(_("Both identity numbers are valid, and say that one is a man, the other a woman."))
    return found


def _registrations(kept: Worker, gone: Worker) -> list[Registration]:
    theirs = Registration.objects.filter(worker__in=[kept.pk, gone.pk]).select_related("campaign", "worker")
    return list(theirs.prefetch_related("clearances", "registrationoccupation_set").order_by("campaign", "pk"))


def _by_campaign(theirs: Sequence[Registration]) -> list[list[Registration]]:
    found: dict[int, list[Registration]] = {}
    for one in theirs:
        found.setdefault(one.campaign_id, []).append(one)
    return list(found.values())


def _side(own: list[Registration], kept: Worker, seats: dict[int, str], weights: dict[int, int]) -> Side:
    """Who has a seat stays, else who still goes, else who has more, else the older one."""
    def rank(one: Registration) -> tuple[bool, bool, int, int]:
        return one.pk in seats, one.outcome is None, weights[one.pk] + _filled(one), -one.pk

    stays, *others = sorted(own, key=rank, reverse=True)
    return Side(stays, others[0] if others else None)


def _filled(one: Registration) -> int:
    alone = (one.contact_phone, one.village_id, one.group_id, one.preferred_district_id)
    return sum(map(bool, alone)) + len(one.clearances.all()) + len(one.registrationoccupation_set.all())


def _both_seated(sides: Sequence[Side], seats: dict[int, str]) -> list[str]:
    return [
        _("In {campaign} both have a seat: {one}; {other}. Hold one of them out by a pin, start a run and publish its plan;"
          " then merge.").format(campaign=side.stays.campaign.name, one=seats[side.stays.pk], other=seats[side.duplicate.pk])
        for side in sides if side.duplicate and side.stays.pk in seats and side.duplicate.pk in seats
    ]


def _move_registrations(plan: MergePlan, seats: dict[int, str], by: User | None, at: datetime) -> None:
    ended = {"outcome_at": at, "outcome_by": by.pk if by else None}
    for side in plan.sides:
        stays, duplicate = side.stays, side.duplicate
        if duplicate:
            plan.moved.append(_step(duplicate, outcome=Registration.Outcome.DUPLICATE.value, **ended))
            _carry_outcome(plan, stays, duplicate, seats)
        if stays.worker_id != plan.kept.pk:
            plan.moved.append(_step(stays, worker=plan.kept.pk))
            if duplicate:
                plan.moved.append(_step(duplicate, worker=plan.gone.pk))
        if duplicate:
            _complete(plan, stays, duplicate, seats)


def _carry_outcome(plan: MergePlan, stays: Registration, duplicate: Registration, seats: dict[int, str]) -> None:
    if not duplicate.outcome or stays.outcome or duplicate.outcome == Registration.Outcome.DUPLICATE:
        return
    said = {"name": stays.worker.name, "what": duplicate.get_outcome_display(), "campaign": stays.campaign.name}
    if duplicate.outcome not in _TRUE_OF_THE_PERSON:
        plan.notes.append(
            _("{campaign}: one registration says “{what}”, the other one stays open. Ask {name}.").format(**said))
    elif stays.pk in seats:
        plan.notes.append(
            _("{campaign}: one registration says “{what}”, yet {name} has a seat, which stays. Ask {name}.").format(**said))
    else:
        plan.moved.append(_step(stays, outcome=duplicate.outcome, outcome_at=duplicate.outcome_at,
                                outcome_by=duplicate.outcome_by_id))


def _complete(plan: MergePlan, stays: Registration, duplicate: Registration, seats: dict[int, str]) -> None:
    """What the registration that stays lacks, it takes from the other; what it has stays as it is."""
    if stays.contact == "none" and duplicate.contact != "none":
        plan.moved.append(_step(stays, **{name: getattr(duplicate, name) for name in _CONTACT}))
    if not stays.preferred_district_id and duplicate.preferred_district_id:
        plan.moved.append(_step(stays, preferred_district=duplicate.preferred_district_id))
    if not stays.village_id and duplicate.village_id and duplicate.township_id == stays.township_id:
        plan.moved.append(_step(stays, village=duplicate.village_id))
    _complete_the_group(plan, stays, duplicate, seats)
    known = {trade.occupation_id for trade in stays.registrationoccupation_set.all()}
    plan.moved += [
        _made(RegistrationOccupation, registration=stays.pk, occupation=trade.occupation_id)
        for trade in duplicate.registrationoccupation_set.all() if trade.occupation_id not in known
    ]
    moments = {clearance.valid_from for clearance in stays.clearances.all()}
    for clearance in duplicate.clearances.all():
        if clearance.valid_from not in moments:
            plan.moved.append(_step(clearance, registration=stays.pk))
    _note_worse_clearance(plan, stays, duplicate)


def _complete_the_group(plan: MergePlan, stays: Registration, duplicate: Registration, seats: dict[int, str]) -> None:
    """Who has no group joins the other's; a seat that is published is of somebody who travels alone."""
    if not duplicate.group_id or duplicate.outcome or duplicate.group_id == stays.group_id:
        return
    if not stays.group_id and not stays.outcome and stays.pk not in seats:
        plan.moved.append(_step(stays, group=duplicate.group_id))
    else:
        plan.notes.append(_("{campaign}: {name} does not travel with the group of the other registration any more.").format(
            campaign=stays.campaign.name, name=stays.worker.name))


def _note_worse_clearance(plan: MergePlan, stays: Registration, duplicate: Registration) -> None:
    held = {c.valid_from: c for c in stays.clearances.all()}
    for other in duplicate.clearances.all():
        mine = held.get(other.valid_from)
        if mine and mine.colour != other.colour:
            plan.notes.append(
                _("{campaign}: the registrations say {one} and {other} for the health clearance of the same moment;"
                  " {one} stays.").format(campaign=stays.campaign.name, one=Clearance.Colour(mine.colour).label,
                                          other=Clearance.Colour(other.colour).label))


def _complete_the_worker(plan: MergePlan) -> None:
    kept, gone = plan.kept, plan.gone
    for name in ("sex", "birth_date", "household"):
        if not now_of(kept, name) and now_of(gone, name):
            plan.moved.append(_step(kept, **{name: now_of(gone, name)}))
    if gone.user_id and not kept.user_id:
        # In this order: an account is one worker's.
        plan.moved += [_step(gone, user=None), _step(kept, user=gone.user_id)]


def merges_of(worker: Worker) -> QuerySet[WorkerMerge]:
    """All merges that this entry took part in, on either side, newest first."""
    mine = WorkerMerge.objects.filter(models.Q(kept=worker) | models.Q(gone=worker))
    return mine.select_related("kept", "gone", "by", "undone_by").order_by("-id")


def entries_of(worker: Worker) -> list[Worker]:
    """The person with all entries that were merged into it, directly or through others, the kept one first."""
    found, last = [worker], [worker.pk]
    while last:
        more = list(Worker.objects.filter(merged_into__in=last).order_by("pk"))
        found += more
        last = [one.pk for one in more]
    return found
