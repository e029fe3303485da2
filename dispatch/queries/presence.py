"""Who is already back, who is not, and of whom it is not known: by home and by employer, with the day of each source."""
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import TextChoices
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.models import Plan
from jobs.models import Employer, Register, Site
from jobs.queries.presence import COUNTS
from laborbridge.places.models import Place
from workers.models import ListImport

from .access import Role, Sight, homes_visible_to, is_where_people_leave, place_of, sees_homes

# So long counts over a whole campaign are kept, as those of its places are.
KEPT = 60


class State(TextChoices):
    BACK = "back", _("back")
    NOT_BACK = "not_back", _("not back")
    UNKNOWN = "unknown", _("not known")
    OTHERWISE = "otherwise", _("settled otherwise")


class Source(TextChoices):
    GATE = "gate", _("passed a gate")
    COMMUNITY = "community", _("trip reported")
    INSURED = "insured", _("insured there")
    SAID = "said", _("recorded by staff")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose presence a reader is told: everybody's, or people of some places and employees of some firms."""

    everybody: bool
    townships: tuple[int, ...] = ()
    villages: tuple[int, ...] = ()
    employers: tuple[int, ...] = ()

    @property
    def has_homes(self) -> bool:
        return self.everybody or bool(self.townships or self.villages)

    def told(self) -> dict[str, Any]:
        return {f.name: list(v) if isinstance(v := getattr(self, f.name), tuple) else v for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Count:
    people: int = 0
    back: int = 0
    not_back: int = 0
    unknown: int = 0
    otherwise: int = 0
    gate: int = 0
    community: int = 0
    insured: int = 0
    said: int = 0
    # Seen there, and yet with a seat in the published plan.
    seat: int = 0
    # The newest day that somebody was seen, or looked for, by each source.
    gate_on: date | None = None
    community_on: date | None = None
    insured_on: date | None = None
    looked_on: date | None = None

    def __add__(self, other: "Count") -> "Count":
        return Count(*(_both(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)))


def _both(one: Any, other: Any) -> Any:
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return max(filter(None, (one, other)), default=None)


def scope_of(sight: Sight) -> Scope:
    """Staff on either side; for all others the pages are not there."""
    if sight.whole:
        return Scope(True)
    townships: list[int] = []
    villages: list[int] = []
    if sees_homes(sight):
        homes = homes_visible_to(sight).filter(level__in=(Place.Level.TOWNSHIP, Place.Level.VILLAGE))
        for pk, level in homes.values_list("pk", "level"):
            (townships if level == Place.Level.TOWNSHIP else villages).append(pk)
    there = [m.place for m in sight.having(Role.PLANNER) if m.place and not is_where_people_leave(m.place, sight.campaign)]
    firms = {
        pk for place in there for pk in Site.objects.filter(
            employer__campaign=sight.campaign, place__path__startswith=place.path).values_list("employer", flat=True)}
    if not there and not any(place_of(m) for m in sight.having(Role.PLANNER, Role.CASE_OFFICER)):
        raise Http404
    return Scope(False, tuple(townships), tuple(villages), tuple(sorted(firms)))


# The days of each source on which somebody was seen, as far as they count; what insurance says counts for nothing else. A
# trip that is reported for a day to come says only from that day on that somebody is back.
PEOPLE = f"""
    seen AS (
        SELECT s.registration_id, max(s.seen_on) FILTER (WHERE g.source = 'gate' AND {COUNTS}) AS gate,
               max(s.seen_on) FILTER (WHERE g.source = 'community' AND {COUNTS} AND s.seen_on <= %(today)s) AS community,
               bool_or(g.source = 'community' AND {COUNTS} AND s.seen_on > %(today)s) AS coming,
               max(s.seen_on) FILTER (WHERE g.source = 'insurance' AND s.set_aside_at IS NULL) AS insured
          FROM jobs_sighting s
          JOIN jobs_register g ON g.id = s.register_id
          JOIN workers_registration r ON r.id = s.registration_id
          JOIN campaigns_campaign c ON c.id = r.campaign_id
         WHERE r.campaign_id = %(campaign)s AND s.link = 'linked' GROUP BY 1),
    gates AS (
        SELECT s.employer_id, max(g.as_of) AS looked
          FROM jobs_sighting s
          JOIN jobs_register g ON g.id = s.register_id AND g.source = 'gate'
          JOIN jobs_employer f ON f.id = s.employer_id
          JOIN campaigns_campaign c ON c.id = f.campaign_id
         WHERE f.campaign_id = %(campaign)s AND g.as_of >= c.first_day GROUP BY 1),
    claimed AS (
        SELECT e.registration_id, max(gates.looked) AS looked
          FROM jobs_returningemployee e
          JOIN jobs_employer f ON f.id = e.employer_id
          LEFT JOIN gates ON gates.employer_id = e.employer_id
         WHERE f.campaign_id = %(campaign)s AND e.link = 'linked' GROUP BY 1),
    going AS (
        SELECT registration_id FROM dispatch_assignment WHERE plan_id = %(plan)s AND dispatch_is_live(state)),
    person AS (
        SELECT r.id, r.township_id, r.village_id, seen.gate, seen.community, seen.insured, claimed.looked,
               claimed.registration_id IS NOT NULL AS claimed, going.registration_id IS NOT NULL AS going,
               coalesce(r.outcome = 'already_back' OR r.outcome = 'reported' AND seen.coming IS NOT TRUE, false)
                   AND seen.gate IS NULL AND seen.community IS NULL AS said,
               CASE WHEN r.outcome = 'already_back' OR seen.gate IS NOT NULL OR seen.community IS NOT NULL
                         OR r.outcome = 'reported' AND seen.coming IS NOT TRUE THEN 'back'
                    WHEN r.outcome = 'reported' THEN 'unknown'
                    WHEN r.outcome IS NOT NULL THEN 'otherwise'
                    WHEN going.registration_id IS NOT NULL OR claimed.looked IS NOT NULL THEN 'not_back'
                    ELSE 'unknown' END AS state,
               (%(everybody)s OR r.township_id = ANY (%(townships)s) OR r.village_id = ANY (%(villages)s)) AS mine
          FROM workers_registration r
          LEFT JOIN seen ON seen.registration_id = r.id
          LEFT JOIN claimed ON claimed.registration_id = r.id
          LEFT JOIN going ON going.registration_id = r.id
         WHERE r.campaign_id = %(campaign)s)
"""
# Of whom only the firm knows: rows of registers that are nobody's else, of the same name and number, or of the firm and the
# same last digits or telephone.
EMPLOYEES = """
    employee AS (
        SELECT e.id, e.employer_id, e.registration_id, person.township_id, person.village_id,
               coalesce(person.gate, x.gate) AS gate, coalesce(person.community, x.community) AS community,
               coalesce(person.insured, x.insured) AS insured, gates.looked, true AS claimed,
               coalesce(person.going, false) AS going, coalesce(person.said, false) AS said,
               CASE WHEN person.id IS NOT NULL THEN person.state
                    WHEN x.gate IS NOT NULL OR x.community IS NOT NULL THEN 'back'
                    WHEN gates.looked IS NOT NULL THEN 'not_back'
                    ELSE 'unknown' END AS state,
               (%(everybody)s OR coalesce(person.mine, false) OR e.employer_id = ANY (%(employers)s)) AS mine
          FROM jobs_returningemployee e
          JOIN jobs_employer f ON f.id = e.employer_id
          JOIN campaigns_campaign c ON c.id = f.campaign_id
          LEFT JOIN person ON person.id = e.registration_id
          LEFT JOIN gates ON gates.employer_id = e.employer_id
          LEFT JOIN LATERAL (
               SELECT max(s.seen_on) FILTER (WHERE g.source = 'gate' AND s.seen_on >= c.first_day AND s.there) AS gate,
                      max(s.seen_on) FILTER (WHERE g.source = 'community' AND s.seen_on >= c.first_day AND s.there
                                               AND s.seen_on <= %(today)s) AS community,
                      max(s.seen_on) FILTER (WHERE g.source = 'insurance') AS insured
                 FROM jobs_sighting s
                 JOIN jobs_register g ON g.id = s.register_id
                 JOIN workers_listimport i ON i.id = g.imported_id AND i.campaign_id = f.campaign_id
                WHERE e.registration_id IS NULL AND s.name = e.name AND s.link <> 'linked' AND s.set_aside_at IS NULL
                  AND (s.identity_whole = e.identity_whole
                       OR s.employer_id = e.employer_id
                          AND (s.identity_last4 = e.identity_last4 OR s.phone <> '' AND s.phone = e.phone))) x ON true
         WHERE f.campaign_id = %(campaign)s)
"""
_FIGURES = """count(*), count(*) FILTER (WHERE state = 'back'), count(*) FILTER (WHERE state = 'not_back'),
    count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state = 'otherwise'),
    count(gate), count(community), count(insured), count(*) FILTER (WHERE said),
    count(*) FILTER (WHERE state = 'back' AND going), max(gate), max(community), max(insured), max(looked)"""
_BY_TOWNSHIP = f"""WITH {PEOPLE} SELECT township_id, {_FIGURES} FROM person
     WHERE mine AND (claimed OR NOT %(returning)s) GROUP BY 1"""
_BY_EMPLOYER = f"WITH {PEOPLE}, {EMPLOYEES} SELECT employer_id, {_FIGURES} FROM employee WHERE mine GROUP BY 1"


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures by what they are counted by, and when they were counted."""

    by: dict[int, Count]
    at: datetime


def _counted(name: str, sql: str, sight: Sight, scope: Scope, plan: Plan | None, returning: bool) -> Counted:
    key = f"presence-{name}-{sight.campaign.pk}-{plan.pk if plan else 0}-{returning}-{hash(scope)}"
    found: Counted | None = cache.get(key)
    if found is None:
        told = {"campaign": sight.campaign.pk, "plan": plan.pk if plan else 0, "returning": returning,
                "today": timezone.localdate(), **scope.told()}
        with connection.cursor() as cursor:
            cursor.execute(sql, told)
            found = Counted({row[0]: Count(*row[1:]) for row in cursor.fetchall()}, timezone.now())
        cache.set(key, found, KEPT)
    return found


def by_township(sight: Sight, scope: Scope, plan: Plan | None, *, returning: bool) -> Counted:
    return _counted("townships", _BY_TOWNSHIP, sight, scope, plan, returning)


def by_employer(sight: Sight, scope: Scope, plan: Plan | None) -> Counted:
    return _counted("employers", _BY_EMPLOYER, sight, scope, plan, returning=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a county, a township or an employer."""

    what: Place | Employer
    count: Count


def counties(counted: Counted) -> list[Line]:
    """A township without a county stands for itself."""
    found: dict[int, Line] = {}
    for township in _townships(counted):
        place = township.parent or township
        count = counted.by[township.pk]
        found[place.pk] = Line(place, found[place.pk].count + count if place.pk in found else count)
    return list(found.values())


def townships(counted: Counted, county: Place | None) -> list[Line]:
    return [Line(t, counted.by[t.pk]) for t in _townships(counted) if county is None or t.parent_id == county.pk]


def _townships(counted: Counted) -> list[Place]:
    return list(Place.objects.filter(pk__in=counted.by).select_related("parent").order_by("code", "pk"))


def employers(counted: Counted, called: str) -> list[Line]:
    """Those with most employees who are not back first."""
    firms = Employer.objects.filter(pk__in=counted.by)
    if called:
        firms = firms.filter(name__icontains=called)
    lines = [Line(firm, counted.by[firm.pk]) for firm in firms]
    return sorted(lines, key=lambda line: (-line.count.not_back - line.count.unknown, line.count.people, line.what.pk))


def registers_of(sight: Sight) -> list[Register]:
    """What the figures stand on: stored registers, the newest first."""
    found = Register.objects.filter(imported__campaign=sight.campaign, imported__state=ListImport.State.STORED)
    return list(found.select_related("imported__stored_by", "imported__sender")[:50])
