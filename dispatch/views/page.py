"""What all pages of a campaign share: the rail, the campaign switch, the way home."""
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dispatch.queries.access import Role, Sight, campaigns_visible_to, sees_homes
from laborbridge.accounts.models import User
from workers.models import Registration


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail."""

    key: str
    words: Any
    url: str


def reader(request: HttpRequest) -> User:
    """Who is signed in; views are behind LoginRequired, which mypy cannot see."""
    assert isinstance(request.user, User)
    return request.user


def _own_registration(sight: Sight) -> int | None:
    mine = Registration.objects.filter(campaign=sight.campaign, worker__user=sight.user)
    return mine.values_list("pk", flat=True).first()


def entries(sight: Sight) -> list[Entry]:
    """The rail of one reader; the first entry is where the campaign begins for them."""
    here = [sight.campaign.pk]

    def entry(key: str, words: Any, name: str) -> Entry:
        return Entry(key, words, reverse(name, args=here))

    found = []
    if sight.whole:
        found.append(entry("campaign", _("Campaign"), "campaign"))
    elif sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER):
        found.append(entry("area", _("My area"), "area"))
    if sight.has(Role.LIAISON):
        found.append(entry("village", _("My village"), "village"))
    if any(sight.has(role) for role in (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON)):
        found.append(entry("eve", _("Departures"), "village-eve"))
    if sight.has(Role.HR):
        found.append(entry("employer", _("My firm"), "employer"))
    if sight.has(Role.ESCORT):
        found.append(entry("escort", _("My trips"), "escort"))
    if sees_people(sight):
        found.append(entry("people", _("People"), "people"))
    if sees_homes(sight):
        found.append(entry("places", _("Villages"), "places"))
    if sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER):
        found.append(entry("employers", _("Employers"), "employers"))
    if sight.has(Role.PARTNER):
        found.append(entry("partner", _("Interface"), "partner"))
    if sight.has(Role.WORKER) and (mine := _own_registration(sight)):
        found.append(Entry("person", _("My journey"), reverse("person", args=[mine])))
    found.append(entry("trips", _("Trips"), "trips"))
    if sight.whole or any(m.place for m in sight.having(Role.PLANNER)):
        found.append(entry("days", pgettext_lazy("sheets by day", "Days"), "days"))
    if sight.has(Role.PLANNER) or sight.has(Role.CASE_OFFICER):
        found.append(entry("roster-locks", _("Locked lists"), "roster-locks"))
    if sight.whole:
        found.append(entry("runs", _("Runs and plans"), "runs"))
    return found


def sees_people(sight: Sight) -> bool:
    return any(sight.has(r) for r in (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.HR, Role.ESCORT))


def page(
    request: HttpRequest, template: str, sight: Sight, *, here: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of a campaign; `here` is the key of the rail entry that it belongs to."""
    rail = entries(sight)
    return render(request, template, {
        "campaign": sight.campaign, "sight": sight, "rail": rail, "here": here,
        "has_days": any(entry.key == "days" for entry in rail),
        "can_search": sees_people(sight), "campaigns": campaigns_visible_to(sight.user)[:20], **context,
    }, status=status)
