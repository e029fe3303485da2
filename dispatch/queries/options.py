"""Why somebody has this post and journey, and what else is possible now with nobody else moved."""
from dataclasses import astuple, dataclass
from datetime import datetime

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispatch.matching.alternatives import Option
from dispatch.models import Plan
from dispatch.snapshot.reading import Snapshot
from dispatch.snapshot.standing import standing
from jobs.models import Posting
from transport.models import Call, Trip
from workers.models import Registration

# In the order of alternatives.Terms.
TERMS: tuple[str | Promise, ...] = (
    _("has a place"), _("priority"), _("post kept for this person"), _("trade"), _("wage above the least"),
    _("preferred district"), _("time on the way"), _("changes on the way"),
)


@dataclass(frozen=True, slots=True)
class Term:
    words: str
    points: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Another post or journey; `difference` in points of everybody who goes along (below 0: worse), and why."""

    posting: Posting
    trips: list[Trip]
    leaves_at: datetime | None
    difference: float
    terms: list[Term]


@dataclass(frozen=True, slots=True)
class Options:
    total: float
    terms: list[Term]
    choices: list[Choice]
    together: int


def options_of(person: Registration, plan: Plan) -> Options | None:
    """None where the person has no place that the rules allow as things are now."""
    snapshot, alternatives = standing(plan)
    at = int(np.searchsorted(snapshot.registrations, person.pk))
    if at == len(snapshot.registrations) or snapshot.registrations[at] != person.pk:
        return None
    try:
        now, found = alternatives.why(at), alternatives.options(at)
    except ValueError:
        return None
    unit = alternatives.situation.unit(at)
    place = unit.index(at)
    terms = [Term(str(words), points) for words, points in zip(TERMS, astuple(now), strict=True) if points]
    return Options(now.total, terms, _choices(snapshot, found, place, astuple(now)), len(unit))


def _choices(snapshot: Snapshot, found: list[Option], place: int, now: tuple[float, ...]) -> list[Choice]:
    """In the order found, in a fixed number of queries."""
    legs = [option.placing.legs[place] for option in found]
    jobs = [int(snapshot.postings[option.placing.jobs[place]]) for option in found]
    postings = Posting.objects.select_related("site__employer", "site__place").in_bulk(jobs)
    trips = Trip.objects.in_bulk([int(snapshot.trips[t]) for way in legs for t, _board, _alight in way])
    calls = {(c.trip_id, c.seq): c for c in Call.objects.filter(trip__in=trips)}
    out = []
    for option, job, way in zip(found, jobs, legs, strict=True):
        ridden = [int(snapshot.trips[t]) for t, _board, _alight in way]
        leaves = calls[ridden[0], way[0][1]].depart_at if way else None
        other = [Term(str(words), new - old)
                 for words, new, old in zip(TERMS, astuple(option.terms[place]), now, strict=True) if abs(new - old) >= 0.05]
        out.append(Choice(postings[job], [trips[pk] for pk in ridden], leaves, option.difference, other))
    return out
