"""What all pages of a campaign share: the rail, the campaign switch, the way home."""
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.queries.access import Role, Sight, campaigns_visible_to, sees_homes
from dispatch.queries.lists import sees_lists
from laborbridge.accounts.models import User
from workers.models import Registration


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail; `under` is the key of the entry that it stands below."""

    key: str
    words: Any
    url: str
    under: str = ""

    @property
    def head(self) -> str:
        return self.under or self.key


def reader(request: HttpRequest) -> User:
    """Who is signed in; views are behind LoginRequired, which mypy cannot see."""
    assert isinstance(request.user, User)
    return request.user


def _own_registration(sight: Sight) -> int | None:
    mine = Registration.objects.filter(campaign=sight.campaign, worker__user=sight.user)
    return mine.values_list("pk", flat=True).first()


def entries(sight: Sight) -> list[Entry]:
    """The rail of one reader; the first entry is where the campaign begins for them."""
    found = [*_beginnings(sight), *_who(sight), *_lists(sight), *_rides(sight)]
    if sight.whole:
        found.append(_entry(sight, "runs", _("Runs and plans"), "runs"))
    return found


def _entry(sight: Sight, key: str, words: Any, name: str, under: str = "") -> Entry:
    return Entry(key, words, reverse(name, args=[sight.campaign.pk]), under)


def _is_staff(sight: Sight) -> bool:
    return sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER)


def _beginnings(sight: Sight) -> list[Entry]:
    """What each role works at; a liaison's evening before departure stands by itself."""
    found = []
    if sight.whole:
        found.append(_entry(sight, "campaign", _("Campaign"), "campaign"))
    elif _is_staff(sight):
        found.append(_entry(sight, "area", _("My area"), "area"))
    if sight.has(Role.LIAISON):
        found.append(_entry(sight, "village", _("My village"), "village"))
        if not _is_staff(sight):
            found.append(_entry(sight, "eve", _("Departures"), "village-eve"))
    if sight.has(Role.HR):
        found.append(_entry(sight, "employer", _("My firm"), "employer"))
        found.append(_entry(sight, "returning", _("Returning employees"), "returning", "employer"))
        if not _is_staff(sight):
            found.append(_entry(sight, "questions", _("Worklist"), "questions", "employer"))
    if sight.has(Role.ESCORT):
        found.append(_entry(sight, "escort", _("My trips"), "escort"))
    return found


def _who(sight: Sight) -> list[Entry]:
    found = []
    if sees_people(sight):
        found.append(_entry(sight, "people", _("People"), "people"))
    if sees_homes(sight):
        found.append(_entry(sight, "places", _("Villages"), "places", "people"))
    if _is_staff(sight):
        found.append(_entry(sight, "back", _("Already back"), "back", "people"))
    if sight.whole:
        found.append(_entry(sight, "pins", pgettext_lazy("decisions of staff", "Pins"), "pins", "people"))
    if _is_staff(sight):
        found.append(_entry(sight, "questions", _("Worklist"), "questions", "people"))
        found.append(_entry(sight, "employers", _("Employers"), "employers"))
    if sight.has(Role.PARTNER):
        found.append(_entry(sight, "partner", _("Interface"), "partner"))
    if sight.has(Role.WORKER) and (mine := _own_registration(sight)):
        found.append(Entry("person", _("My journey"), reverse("person", args=[mine])))
    return found


def _lists(sight: Sight) -> list[Entry]:
    """Lists that offices send, and below them what is made of them."""
    if not sees_lists(sight):
        return []
    return [_entry(sight, "list-imports", pgettext_lazy("what offices send", "Lists"), "list-imports")]


def _rides(sight: Sight) -> list[Entry]:
    found = [_entry(sight, "trips", _("Trips"), "trips")]
    if _is_staff(sight):
        found.append(_entry(sight, "eve", _("Departures"), "village-eve", "trips"))
    if sight.whole or any(m.place for m in sight.having(Role.PLANNER)):
        found.append(_entry(sight, "days", pgettext_lazy("sheets by day", "Days"), "days", "trips"))
    if _is_staff(sight):
        found.append(_entry(sight, "roster-locks", _("Locked lists"), "roster-locks", "trips"))
    return found


def _beside(rail: list[Entry], here: str) -> list[Entry]:
    """On a phone the rail shows heads only: what stands below the one in use goes above the content."""
    head = next((entry.head for entry in rail if entry.key == here), here)
    found = [entry for entry in rail if entry.head == head]
    return found if len(found) > 1 else []


def sees_people(sight: Sight) -> bool:
    return any(sight.has(r) for r in (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.HR, Role.ESCORT))


def page(
    request: HttpRequest, template: str, sight: Sight, *, here: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of a campaign; `here` is the key of the rail entry that it belongs to."""
    rail = entries(sight)
    return render(request, template, {
        "campaign": sight.campaign, "sight": sight, "rail": rail, "here": here, "beside": (beside := _beside(rail, here)),
        "head": beside[0].head if beside else here,
        "has_days": any(entry.key == "days" for entry in rail),
        "can_search": sees_people(sight), "campaigns": campaigns_visible_to(sight.user)[:20], **context,
    }, status=status)
