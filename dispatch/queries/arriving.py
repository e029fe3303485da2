"""The earliest that somebody can be at the post that waits for them, by the vehicles that there are.

A bound from below: of any way the last vehicle is looked at, not how one comes to it. Who is late by it is late by any plan.
"""
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

from laborbridge.campaigns.models import Campaign

# Where people get off and how much later they are at the site; and until when one can get on before that.
_WAYS = """
    WITH sites AS (
        SELECT DISTINCT s.place_id AS site FROM jobs_posting p JOIN jobs_site s ON s.id = p.site_id
         WHERE p.campaign_id = %(campaign)s),
    near AS (
        SELECT site, site AS stop, 0 AS minutes FROM sites
         UNION ALL
        SELECT a.to_place_id, a.from_place_id, a.minutes FROM transport_access a JOIN sites ON sites.site = a.to_place_id
         WHERE a.campaign_id = %(campaign)s)
    SELECT n.site, boards.latest, c.arrive_at, n.minutes
      FROM near n
      JOIN transport_call c ON c.place_id = n.stop
      JOIN transport_trip t ON t.id = c.trip_id AND t.campaign_id = %(campaign)s AND t.state = 'scheduled'
      JOIN LATERAL (SELECT max(b.depart_at) AS latest FROM transport_call b WHERE b.trip_id = c.trip_id AND b.seq < c.seq)
           boards ON boards.latest IS NOT NULL
"""
# Whoever has a post waiting, with the way on foot where there is one.
_WAITED_FOR = """
    SELECT DISTINCT ON (r.id) r.id, r.ready_at, p.start_by, s.place_id, a.minutes
      FROM (SELECT registration_id, posting_id FROM jobs_returningemployee
             WHERE link = 'linked' AND wish IN ('open', 'returns') AND posting_id IS NOT NULL
             UNION SELECT registration_id, posting_id FROM jobs_reservedpost) k
      JOIN workers_registration r ON r.id = k.registration_id
      JOIN jobs_posting p ON p.id = k.posting_id
      JOIN jobs_site s ON s.id = p.site_id
      LEFT JOIN transport_access a ON a.campaign_id = r.campaign_id AND a.to_place_id = s.place_id
                                  AND a.from_place_id IN (r.township_id, r.village_id)
     WHERE r.campaign_id = %(campaign)s AND r.outcome IS NULL AND r.ready_at <= p.start_by
       AND (%(people)s::bigint[] IS NULL OR r.id = ANY (%(people)s))
     ORDER BY r.id, p.start_by, a.minutes
"""
# Of a site: until when one can get on, ascending; and the earliest arrival of those that leave then or later.
Ways = tuple[list[datetime], list[datetime]]


def too_late(campaign: Campaign, people: Collection[int] | None) -> dict[int, datetime]:
    """Who cannot be there in time although they are ready in time, with the time when. Without vehicles nobody is late."""
    told = {"campaign": campaign.pk, "people": None if people is None else list(people)}
    with connection.cursor() as cursor:
        cursor.execute(_WAITED_FOR, told)
        waited_for = cursor.fetchall()
        if not waited_for:
            return {}
        cursor.execute(_WAYS, told)
        ways = _by_site(cursor.fetchall())
    found = {}
    for person, ready, start_by, site, on_foot in waited_for:
        arrives = earliest(ways.get(site), ready)
        if arrives and arrives > start_by and (on_foot is None or ready + timedelta(minutes=on_foot) > start_by):
            found[person] = arrives
    return found


def earliest(ways: Ways | None, ready: datetime) -> datetime | None:
    """The first arrival of a way that can still be had at a moment; nothing where none goes any more."""
    if ways is None:
        return None
    place = bisect_left(ways[0], ready)
    return ways[1][place] if place < len(ways[0]) else None


def _by_site(rows: Collection[tuple[int, datetime, datetime, int]]) -> dict[int, Ways]:
    by_site: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for site, latest, arrives, minutes in rows:
        by_site[site].append((latest, arrives + timedelta(minutes=minutes)))
    found = {}
    for site, ways in by_site.items():
        ways.sort()
        arrivals = [arrives for _latest, arrives in ways]
        for place in range(len(arrivals) - 2, -1, -1):
            arrivals[place] = min(arrivals[place], arrivals[place + 1])
        found[site] = [latest for latest, _arrives in ways], arrivals
    return found
