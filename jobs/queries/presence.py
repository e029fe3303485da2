"""What a register's row says of where a person is. docs/lists.md has the rule in words.

A gate sees somebody who is there. A report to a community is of a trip that was made, or is fixed for a day. Insurance says
that a firm employs somebody, wherever they are: it settles nothing.
"""
from django.conf import settings

from workers.models import Registration

# Which outcome a row of a source gives; of the others none.
OUTCOMES = {"gate": Registration.Outcome.ALREADY_BACK, "community": Registration.Outcome.REPORTED}

# Of rows s (jobs_sighting), r (workers_registration) and c (campaigns_campaign): surely this person, at the destination, on
# a day of the campaign, or after the person registered; what was seen earlier was before the wish to go.
COUNTS = f"""(s.link = 'linked' AND s.there AND s.set_aside_at IS NULL
              AND (s.seen_on >= c.first_day
                   OR s.seen_on > (r.created_at AT TIME ZONE '{settings.TIME_ZONE}')::date))"""

OUTCOME_OF_SOURCE = "CASE g.source " + " ".join(
    f"WHEN '{source}' THEN '{outcome.value}'" for source, outcome in OUTCOMES.items()) + " END"
