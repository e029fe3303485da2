"""Reads of one person's merges: the histories of all entries as one, what a merge or its undoing would do, in words."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models import Assignment, Plan
from jobs.queries.doubles import Entry, Shares, entry_of, weigh
from jobs.services.possible_rows import entry_of_row
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from workers.models import ListRow, Registration, Worker, WorkerMerge
from workers.one_person import Moved
from workers.queries.finding import certain_by_number, masked_cipher, masked_identity
from workers.queries.merging import doubts_between, entries_of

from .access import Sight, registrations_visible_to, sight
from .people import goes_by

# By what of a row is changed, else by the row.
_WORDS = {
    ("workers.registration", "outcome"): gettext_lazy("registrations that end or go again"),
    ("workers.registration", "worker"): gettext_lazy("registrations that change hands"),
    ("workers.registration", "contact"): gettext_lazy("telephones"),
    ("workers.registration", "group"): gettext_lazy("groups that are travelled with"),
    ("workers.registration", "village"): gettext_lazy("villages"),
    ("workers.registration", "preferred_district"): gettext_lazy("preferred districts"),
    ("workers.registrationoccupation", ""): gettext_lazy("trades"),
    ("workers.clearance", ""): gettext_lazy("health clearances"),
    ("workers.worker", "user"): gettext_lazy("accounts to sign in with"),
    ("workers.worker", ""): gettext_lazy("facts of the person"),
    ("jobs.reservedpost", ""): gettext_lazy("posts kept"),
    ("jobs.returningemployee", ""): gettext_lazy("employers who want the person back"),
    ("jobs.sighting", ""): gettext_lazy("rows of other offices' registers"),
    ("jobs.registeroutcome", ""): gettext_lazy("outcomes that registers gave"),
    ("jobs.question", ""): gettext_lazy("questions of the worklist"),
    ("dispatch.pin", ""): gettext_lazy("pins"),
}


@dataclass(frozen=True, slots=True)
class Count:
    words: str
    n: int


def in_words(moved: Iterable[Moved]) -> list[Count]:
    """How many of what; an account that goes from one to the other is one."""
    counts: Counter[str] = Counter()
    for label, _pk, fields in moved:
        if "user" not in fields or fields["user"][1] is not None:
            counts[_word(label, fields)] += 1
    return [Count(words, n) for words, n in counts.items()]


def _word(label: str, fields: dict[str, Any]) -> str:
    known = [_WORDS[label, name] for name in (*fields, "") if (label, name) in _WORDS]
    return str(known[0]) if known else label


# --- one person's history ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one of a person's entries."""

    at: datetime
    words: str
    # Which registration, where the person has more than one.
    ref: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class MergeShown:
    """A merge with both entries by name and number: most often they have one name."""

    merge: WorkerMerge
    kept: str
    gone: str


@dataclass(frozen=True, slots=True)
class History:
    """Of whoever was entered more than once: the merges and all that happened, newest first."""

    merges: Sequence["MergeShown"]
    events: Sequence[Event]
    registrations: Sequence[Registration]


def history_of(reader: Sight, person: Registration) -> History | None:
    """Nothing where the person was entered once and never merged; in a fixed number of queries."""
    entries = entries_of(person.worker)
    ids = [entry.pk for entry in entries]
    merges = list(WorkerMerge.objects.filter(Q(kept__in=ids) | Q(gone__in=ids)).select_related(
        "kept", "gone", "by", "undone_by"))
    if not merges:
        return None
    theirs = list(registrations_visible_to(reader).filter(worker__in=ids).select_related("worker").order_by("pk"))
    events = [*_of_merges(merges), *_of_registrations(theirs), *_of_lists(theirs, ids, reader.campaign), *_of_plans(theirs)]
    return History([merge_shown(merge) for merge in merges], sorted(events, key=lambda e: e.at, reverse=True), theirs)


def _named(worker: Worker) -> str:
    return f"{worker.name} {masked_identity(worker)}".strip()


def merge_shown(merge: WorkerMerge) -> MergeShown:
    return MergeShown(merge, _named(merge.kept), _named(merge.gone))


def _of_merges(merges: Sequence[WorkerMerge]) -> list[Event]:
    found = []
    for merge in merges:
        said = {"gone": _named(merge.gone), "kept": _named(merge.kept), "why": merge.why}
        found.append(Event(merge.at, _("{gone} was merged into {kept}: {why}").format(**said), by=merge.by.name))
        if merge.undone_at and merge.undone_by:
            found.append(Event(merge.undone_at, _("The merge of {gone} into {kept} was undone").format(**said),
                               by=merge.undone_by.name))
    return found


def _of_registrations(theirs: Sequence[Registration]) -> list[Event]:
    found = []
    for one in theirs:
        found.append(Event(one.created_at, _("registered"), one.ref))
        if one.outcome and one.outcome_at:
            found.append(Event(one.outcome_at, one.get_outcome_display(), one.ref))
    return found


def _of_lists(theirs: Sequence[Registration], workers: Sequence[int], campaign: Campaign) -> list[Event]:
    rows = ListRow.objects.filter(
        Q(registration__in=[one.pk for one in theirs]) | Q(worker__in=workers), imported__campaign=campaign,
        imported__stored_at__isnull=False,
    ).select_related("imported__sender", "registration").order_by("pk")[:100]
    return [
        Event(row.imported.stored_at, _("{file}, line {line}: {outcome} ({sender})").format(
            file=row.imported.file_name, line=row.line, outcome=row.get_outcome_display(), sender=row.imported.sender.name),
            row.registration.ref if row.registration else "")
        for row in rows if row.imported.stored_at
    ]


def _of_plans(theirs: Sequence[Registration]) -> list[Event]:
    placed = Assignment.objects.filter(registration__in=theirs).exclude(plan__state=Plan.State.DRAFT)
    return [
        Event(one.plan.published_at, _("a place in plan {n}: {employer} ({state})").format(
            n=one.plan.number, employer=one.posting.site.employer.name, state=one.get_state_display()), one.registration.ref)
        for one in placed.select_related("plan", "posting__site__employer", "registration") if one.plan.published_at
    ]


def goes_instead(reader: Sight, person: Registration) -> Registration | None:
    """The registration that somebody goes by instead of this duplicate, where the reader may see it."""
    if person.outcome != Registration.Outcome.DUPLICATE:
        return None
    other = goes_by(registrations_visible_to(reader), [person.pk]).get(person.pk)
    return Registration.objects.select_related("worker").get(pk=other) if other else None


# --- two people side by side -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One of two entries, as they stand side by side."""

    person: Registration
    number: str
    # Whether the number's check digit is right; None without a number.
    valid: bool | None
    home: str
    trades: str


def shown(person: Registration) -> Shown:
    worker = person.worker
    county = person.township.parent
    places = [county if county and county.level == "county" else None, person.township, person.village]
    return Shown(
        person, masked_identity(worker), certain_by_number(worker) is not None if worker.identity_cipher else None,
        " ".join(place.name for place in places if place), "、".join(o.name for o in person.occupations.all()),
    )


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a list, as it stands beside the person whom it may be."""

    row: ListRow
    name: str
    number: str
    valid: bool | None
    born: date | None
    phone: str
    home: str
    trades: str
    doubts: Sequence[str]


def row_shown(row: ListRow, workers: Sequence[Worker]) -> RowShown:
    said = row.values
    places = Place.objects.in_bulk([one for one in (said.get("township_id"), said.get("village_id")) if one])
    return RowShown(
        row, said.get("name", ""), masked_cipher(row.identity_cipher),
        certain_by_number(row) is not None if row.identity_cipher else None, entry_of_row(row).birth_date,
        said.get("phone") or "",
        " ".join(place.name for place in places.values()), "、".join(said.get("trades") or ()),
        [sentence for worker in workers for sentence in doubts_between(worker, row)],
    )


def compared(one: Registration, other: Registration) -> dict[str, str]:
    """Each field in a word, as doubles are compared."""
    a, b = entry_of(one), entry_of(other)
    nobody = Shares(1, {field: {} for field in ("name", "phone", "birth", "village", "township")})
    found = weigh(a, b, nobody, slip=False).compared
    return {**found, "name": "same" if a.name == b.name else "other", "number": _number(a, b)}


def _number(one: Entry, other: Entry) -> str:
    return "other" if one.numbered and other.numbered else "none"


def with_sides(people: Any) -> Any:
    return people.select_related("campaign", "worker", "village", "township__parent").prefetch_related("occupations")


def campaigns_elsewhere(user: User, workers: Iterable[int]) -> list[Campaign]:
    """Where the people are registered and the reader's bureau decides nothing: another bureau has to agree there."""
    theirs = Campaign.objects.filter(registrations__worker__in=list(workers)).distinct().order_by("pk")
    return [campaign for campaign in theirs if not _whole(user, campaign.pk)]


def elsewhere_in_words(campaigns: Iterable[Campaign]) -> str:
    return _("They are also registered in {campaigns}, which another bureau decides of. Ask it to merge them.").format(
        campaigns=", ".join(campaign.name for campaign in campaigns))


def _whole(user: User, campaign: int) -> bool:
    try:
        return sight(user, campaign).whole
    except Http404:
        return False
