"""What the checker found, in sentences that name whom or what it touches."""
from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dispatch.matching.check import Fault
from dispatch.snapshot import Snapshot
from jobs.models import Posting
from transport.models import Trip
from workers.models import Registration, TravelGroup

SENTENCES = {
    "not eligible for the job": _("The job no longer fits: {who}."),
    "under 16": _("Under 16: {who}."),
    "minor where the job takes none": _("Under 18, where the posting takes no minors: {who}."),
    "clearance not admitted": _("The health clearance is not accepted where the job is: {who}."),
    "unreadable legs": _("The journey does not fit the timetable any more: {who}."),
    "impossible transfer": _("A change of vehicles no longer works: {who}."),
    "no way to the first stop or from the last": _("There is no way to the first stop or from the last: {who}."),
    "leaves before ready": _("The journey begins before the person is ready: {who}."),
    "arrives after start_by": _("The journey ends after the job has begun: {who}."),
    "more workers than posts": _("Fewer posts than people: {who}."),
    "more passengers than seats": _("Fewer seats than people: {who}."),
    "group split": _("A group that travels together would be split: {who}."),
    "not in the pinned job": _("Pinned to a job that the plan does not give: {who}."),
    "not on the pinned trip": _("Pinned to a trip that the plan does not give: {who}."),
    "not in the pinned assignment": _("Pinned to another job or journey than the plan gives: {who}."),
    "in a barred job": _("Has the job that staff have said never to give: {who}."),
    "on a barred trip": _("Rides the trip that staff have said never to give: {who}."),
    "placed though held out": _("Held out by staff, and placed in the plan: {who}."),
    "pinned to what is gone": _("Pinned to a job or trip that is no longer to be had; lift the pin: {who}."),
}
_OTHERWISE = _("The plan does not fit the lists any more: {who}.")
_NAMED = 3


def in_sentences(faults: Sequence[Fault], snapshot: Snapshot) -> list[str]:
    """One sentence for each broken rule."""
    by_rule: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_rule[fault.rule].append(fault)
    return [str(SENTENCES.get(rule, _OTHERWISE)).format(who=_whom(found, snapshot)) for rule, found in by_rule.items()]


def _whom(faults: list[Fault], snapshot: Snapshot) -> str:
    subjects = list(dict.fromkeys((fault.kind, fault.index) for fault in faults))
    named = ", ".join(_name(kind, index, snapshot) for kind, index in subjects[:_NAMED])
    more = len(subjects) - _NAMED
    if more <= 0:
        return named
    return ngettext("{named} and {more} more", "{named} and {more} more", more).format(named=named, more=more)


def _name(kind: str, index: int, snapshot: Snapshot) -> str:
    if kind == "worker":
        person = Registration.objects.select_related("worker").get(pk=snapshot.registrations[index])
        return f"{person.worker.name} ({person.ref})"
    if kind == "job":
        return Posting.objects.get(pk=snapshot.postings[index]).ref
    if kind == "trip":
        return Trip.objects.get(pk=snapshot.trips[index]).ref
    return TravelGroup.objects.get(pk=snapshot.groups[index]).ref
