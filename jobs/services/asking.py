"""What follows from claims, dates and refusals is asked of somebody, once, and closed when it is no longer so.

Set-based and safe to repeat: after a list is stored, a link is decided or a wish is recorded.
"""
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from laborbridge.campaigns.models import Campaign

from ..queries.owners import destination_bureau, origin_bureau

NO_LONGER_SO = "no_longer_so"

# Two firms or more want the same person, who has not said that it is one of them alone; a post that a firm keeps says that
# it wants them, whether or not a list of its employees names them too.
_TWO_CLAIMS = """
    SELECT NULL::bigint AS employee, e.registration_id AS registration, %(origin)s::bigint AS owner,
           jsonb_agg(e.candidate ORDER BY e.score DESC, e.id) AS candidates
      FROM (SELECT e.id, e.registration_id, e.score,
                   jsonb_build_object('employee', e.id, 'employer', e.employer_id, 'score', e.score) AS candidate
              FROM jobs_returningemployee e
              JOIN jobs_employer f ON f.id = e.employer_id
              JOIN workers_registration r ON r.id = e.registration_id
             WHERE f.campaign_id = %(campaign)s AND e.link = 'linked' AND e.wish IN ('open', 'returns') AND r.outcome IS NULL
               AND {about_registration}
             UNION ALL
            SELECT k.id, k.registration_id, -1,
                   jsonb_build_object('employee', NULL, 'employer', s.employer_id, 'posting', p.id)
              FROM jobs_reservedpost k
              JOIN jobs_posting p ON p.id = k.posting_id
              JOIN jobs_site s ON s.id = p.site_id
              JOIN workers_registration r ON r.id = k.registration_id
             WHERE p.campaign_id = %(campaign)s AND r.outcome IS NULL AND {about_registration}
               AND NOT EXISTS (SELECT FROM jobs_returningemployee own
                                WHERE own.registration_id = r.id AND own.employer_id = s.employer_id AND own.link = 'linked')
           ) e
     GROUP BY e.registration_id HAVING count(*) > 1
"""

# Comes after the post is there to be had, or after the campaign's last day. Answered once for the same two times: not again.
_DATES = """
    SELECT NULL::bigint AS employee, late.registration_id AS registration, %(origin)s::bigint AS owner,
           jsonb_agg(jsonb_build_object('employee', late.employee, 'posting', late.posting, 'why', late.why,
                                        'ready_at', late.ready_at, 'start_by', late.start_by)
                     ORDER BY late.employee) AS candidates
      FROM (SELECT r.id AS registration_id, e.id AS employee, p.id AS posting, r.ready_at, p.start_by,
                   CASE WHEN r.ready_at >= {end} THEN 'campaign' WHEN r.ready_at > p.start_by THEN 'ready' ELSE 'arrival'
                   END AS why
              FROM jobs_returningemployee e
              JOIN jobs_employer f ON f.id = e.employer_id
              JOIN campaigns_campaign c ON c.id = f.campaign_id
              JOIN workers_registration r ON r.id = e.registration_id
              LEFT JOIN (SELECT k.registration_id, k.posting_id, s.employer_id
                           FROM jobs_reservedpost k JOIN jobs_posting p ON p.id = k.posting_id
                           JOIN jobs_site s ON s.id = p.site_id) k
                     ON k.registration_id = r.id AND k.employer_id = e.employer_id
              LEFT JOIN jobs_posting p ON p.id = coalesce(k.posting_id, e.posting_id)
              LEFT JOIN unnest(%(late)s::bigint[], %(arrives)s::timestamptz[]) AS l (id, arrives_at) ON l.id = r.id
             WHERE f.campaign_id = %(campaign)s AND e.link = 'linked' AND e.wish IN ('open', 'returns')
               AND r.outcome IS NULL AND {about_registration}
               AND (r.ready_at >= {end} OR r.ready_at > p.start_by OR l.arrives_at > p.start_by)) late
     WHERE NOT EXISTS (
             SELECT FROM jobs_question q
              WHERE q.kind = 'dates' AND q.registration_id = late.registration_id AND q.answer = 'wait'
                AND (q.answer_detail->>'ready_at')::timestamptz = late.ready_at
                AND (q.answer_detail->>'start_by')::timestamptz IS NOT DISTINCT FROM late.start_by)
     GROUP BY late.registration_id
"""

# Does not go back: what becomes of the post is the employer's to say. Said once for each refusal, unless kept till a day.
_REFUSES = """
    SELECT e.id AS employee, NULL::bigint AS registration,
           coalesce(f.organisation_id, %(destination)s::bigint) AS owner,
           jsonb_build_array(jsonb_build_object('posting', e.posting_id)) AS candidates
      FROM jobs_returningemployee e JOIN jobs_employer f ON f.id = e.employer_id
     WHERE f.campaign_id = %(campaign)s AND e.wish = 'refuses' AND {about_employee}
       AND NOT EXISTS (
             SELECT FROM jobs_question q
              WHERE q.kind = 'refuses' AND q.employee_id = e.id AND q.settled_at >= e.wish_at AND q.answer <> '{no_longer}'
                AND (q.answer <> 'keep' OR (q.answer_detail->>'until')::date >= %(today)s))
"""
_CONDITIONS = {"two_claims": _TWO_CLAIMS, "dates": _DATES, "refuses": _REFUSES}

# What is so and not asked is asked; what is asked and no longer so is closed; what is asked otherwise now is put right.
_FOLLOW = """
    WITH so AS MATERIALIZED ({condition}),
    asked AS (
        SELECT q.id, q.employee_id, q.registration_id, q.candidates
          FROM jobs_question q
         WHERE q.campaign_id = %(campaign)s AND q.kind = '{kind}' AND q.settled_at IS NULL AND {about_question}),
    closed AS (
        UPDATE jobs_question q SET answer = '{no_longer}', settled_at = now()
          FROM asked a
         WHERE q.id = a.id AND q.settled_at IS NULL AND NOT EXISTS (
                 SELECT FROM so WHERE so.employee IS NOT DISTINCT FROM a.employee_id
                                  AND so.registration IS NOT DISTINCT FROM a.registration_id)
        RETURNING q.id),
    renewed AS (
        UPDATE jobs_question q SET candidates = so.candidates
          FROM asked a JOIN so ON so.employee IS NOT DISTINCT FROM a.employee_id
                              AND so.registration IS NOT DISTINCT FROM a.registration_id
         WHERE q.id = a.id AND q.settled_at IS NULL AND q.candidates <> so.candidates
        RETURNING q.id),
    opened AS (
        INSERT INTO jobs_question (campaign_id, kind, employee_id, registration_id, candidates, owner_id, asked_at, due_at,
                                   answer, answer_detail)
        SELECT %(campaign)s, '{kind}', so.employee, so.registration, so.candidates, so.owner, now(),
               now() + interval '24 hours', '', '{{}}'
          FROM so
         WHERE so.owner IS NOT NULL AND NOT EXISTS (
                 SELECT FROM asked a WHERE a.employee_id IS NOT DISTINCT FROM so.employee
                                       AND a.registration_id IS NOT DISTINCT FROM so.registration)
         ORDER BY coalesce(so.registration, so.employee)
            ON CONFLICT DO NOTHING
        RETURNING id)
    SELECT (SELECT count(*) FROM opened), (SELECT count(*) FROM closed)
"""

# From a campaign and some of its people, or all, to those who cannot be at their posts in time, each with the time when.
Late = Callable[[Campaign, Collection[int] | None], dict[int, datetime]]
_TOO_LATE: list[Late] = []


@dataclass(frozen=True, slots=True)
class Asked:
    opened: int
    closed: int


def tell_who_comes_late(late: Late) -> None:
    """An app that knows vehicles registers here, in its ready(): it knows the earliest that somebody can arrive."""
    if late not in _TOO_LATE:
        _TOO_LATE.append(late)


def ask_what_follows(
    campaign: Campaign, *, registrations: Collection[int | None] | None = None, employees: Collection[int] | None = None,
) -> Asked:
    """Of a whole campaign, or of some people and what employers say of them."""
    people = None if registrations is None else [pk for pk in registrations if pk is not None]
    staff = [] if employees is None and people is not None else None if employees is None else list(employees)
    late = _late(campaign, people)
    parameters = {
        "campaign": campaign.pk, "origin": _key(origin_bureau(campaign)), "destination": _key(destination_bureau(campaign)),
        "people": people, "employees": staff, "late": list(late), "arrives": list(late.values()),
        "today": timezone.localdate(),
    }
    opened = closed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for kind in _CONDITIONS:
            cursor.execute(_statement(kind, people is not None), parameters)
            more, fewer = cursor.fetchone()
            opened, closed = opened + more, closed + fewer
    return Asked(opened, closed)


def _statement(kind: str, of_some: bool) -> str:
    fits = {
        "about_registration": "r.id = ANY (%(people)s)" if of_some else "true",
        "about_employee": "e.id = ANY (%(employees)s)" if of_some else "true",
        "no_longer": NO_LONGER_SO, "end": _END,
    }
    about = "true"
    if of_some:
        about = "q.employee_id = ANY (%(employees)s)" if kind == "refuses" else "q.registration_id = ANY (%(people)s)"
    return _FOLLOW.format(
        condition=_CONDITIONS[kind].format(**fits), kind=kind, about_question=about, no_longer=NO_LONGER_SO)


# The first moment after the campaign's last day.
_END = f"((c.last_day + 1)::timestamp AT TIME ZONE '{settings.TIME_ZONE}')"


def _late(campaign: Campaign, people: Collection[int] | None) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for late in _TOO_LATE:
        found |= late(campaign, people)
    return found


def _key(row: Any) -> int | None:
    return row.pk if row else None

