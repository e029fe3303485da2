"""Outcomes that registers give: set for whoever is surely seen, withdrawn with the row that they came from."""
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.rules import RuleBroken, rules_in_words

from ..models import Sighting
from ..queries.presence import COUNTS, OUTCOME_OF_SOURCE
from .asking import ask_what_follows
from .places_held import employers_in_plan

_SEEN = f"""
      FROM jobs_sighting s
      JOIN jobs_register g ON g.id = s.register_id
      JOIN workers_registration r ON r.id = s.registration_id
      JOIN campaigns_campaign c ON c.id = r.campaign_id
     WHERE r.campaign_id = %(campaign)s AND (%(people)s::bigint[] IS NULL OR r.id = ANY (%(people)s)) AND {COUNTS}
"""

# What a row gave and does not say any more; the registration is let alone where somebody has decided otherwise since.
_WITHDRAW = f"""
    WITH gone AS (
        UPDATE jobs_registeroutcome o SET withdrawn_at = now(), withdrawn_by_id = %(by)s
          FROM workers_registration r
         WHERE r.id = o.registration_id AND r.campaign_id = %(campaign)s AND o.withdrawn_at IS NULL
           AND (%(people)s::bigint[] IS NULL OR r.id = ANY (%(people)s))
           AND NOT EXISTS (SELECT {_SEEN} AND s.id = o.sighting_id AND r.id = o.registration_id)
        RETURNING o.registration_id, o.outcome, o.given_at)
    UPDATE workers_registration r SET outcome = NULL, outcome_at = NULL, outcome_by_id = NULL
      FROM gone WHERE r.id = gone.registration_id AND r.outcome = gone.outcome AND r.outcome_at = gone.given_at
    RETURNING r.id
"""

# The row that says most of each person without an outcome: who passed a gate is there; then the newest.
_TO_GIVE = f"""
    SELECT DISTINCT ON (r.id) r.id, s.id, s.register_id, {OUTCOME_OF_SOURCE} {_SEEN}
       AND r.outcome IS NULL AND g.source IN ('gate', 'community')
       AND NOT EXISTS (SELECT FROM jobs_registeroutcome o WHERE o.registration_id = r.id AND o.withdrawn_at IS NULL)
     ORDER BY r.id, g.source = 'gate' DESC, s.seen_on DESC, s.id DESC
"""
_GIVE = """
    WITH given AS (
        INSERT INTO jobs_registeroutcome (register_id, sighting_id, registration_id, outcome, given_by_id, given_at)
        SELECT n.register, n.sighting, n.person, n.outcome, %(by)s, now()
          FROM unnest(%(persons)s::bigint[], %(sightings)s::bigint[], %(registers)s::bigint[], %(outcomes)s::text[])
               AS n (person, sighting, register, outcome)
          JOIN workers_registration r ON r.id = n.person AND r.outcome IS NULL
         ORDER BY n.person
            ON CONFLICT DO NOTHING
        RETURNING registration_id, outcome, given_at, given_by_id)
    UPDATE workers_registration r SET outcome = given.outcome, outcome_at = given.given_at, outcome_by_id = given.given_by_id
      FROM given WHERE r.id = given.registration_id
    RETURNING r.id
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many people got an outcome, lost one, and keep their place in the published plan although they were seen."""

    given: int
    withdrawn: int
    with_a_place: int


def settle_outcomes(campaign: Campaign, *, by: User | None, people: Collection[int] | None = None) -> Settled:
    """Bring outcomes in line with what registers say, for all or some; nobody is taken out of a published plan by it.

    Safe to repeat. To be called in the transaction that stored or took back a register, or decided a link.
    """
    about = None if people is None else list(people)
    told = {"campaign": campaign.pk, "by": by.pk if by else None, "people": about}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, told)
        withdrawn = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_TO_GIVE, told)
        found = cursor.fetchall()
        held = employers_in_plan([person for person, *_rest in found])
        free = [row for row in found if row[0] not in held]
        given = 0
        if free:
            persons, sightings, registers, outcomes = map(list, zip(*free, strict=True))
            cursor.execute(_GIVE, told | {
                "persons": persons, "sightings": sightings, "registers": registers, "outcomes": outcomes})
            given = cursor.rowcount
        if given or withdrawn:
            # Who needs no place any more is asked nothing; who needs one again may be.
            touched = [*withdrawn, *(person for person, *_rest in free)]
            ask_what_follows(campaign, registrations=touched, employees=[])
            record("outcomes by registers", subject=campaign, by=by, campaign=campaign, given=given,
                   withdrawn=len(withdrawn))
    return Settled(given, len(withdrawn), len(held))


def set_aside(*, sighting: Sighting, by: User) -> None:
    """Staff have found out that a row says nothing of where the person is; what it gave is withdrawn."""
    with rules_in_words():
        rows = Sighting.objects.filter(pk=sighting.pk, set_aside_at=None, registration=sighting.registration_id)
        if not rows.update(set_aside_by=by, set_aside_at=Now()):
            raise RuleBroken(_("Somebody else has decided about this row at this moment. Load the page again."))
        _after(sighting, by, "sighting set aside")


def count_again(*, sighting: Sighting, by: User) -> None:
    """The row says again what it said."""
    with rules_in_words():
        rows = Sighting.objects.filter(pk=sighting.pk, set_aside_at__isnull=False)
        if not rows.update(set_aside_by=None, set_aside_at=None):
            raise RuleBroken(_("Somebody else has decided about this row at this moment. Load the page again."))
        _after(sighting, by, "sighting counted again")


def _after(sighting: Sighting, by: User, action: str) -> None:
    campaign = sighting.register.imported.campaign
    record(action, subject=sighting, by=by, campaign=campaign, register=sighting.register_id)
    if sighting.registration_id is not None:
        settle_outcomes(campaign, by=by, people=[sighting.registration_id])
        ask_what_follows(campaign, registrations=[sighting.registration_id])
