"""A plan as the bench's PLAN.csv: worker, job, legs, in the order of the lists that it came from."""
from typing import IO

from django.db import connection

from dispatch.models import Plan

_SQL = """
COPY (
  SELECT r.ref AS worker, p.ref AS job, coalesce(l.legs, '') AS legs
    FROM dispatch_assignment a
    JOIN workers_registration r ON r.id = a.registration_id
    JOIN jobs_posting p ON p.id = a.posting_id
    LEFT JOIN (SELECT b.assignment_id, string_agg(t.ref || ':' || b.board || ':' || b.alight, ';' ORDER BY b.leg) AS legs
                 FROM dispatch_seatbooking b JOIN transport_trip t ON t.id = b.trip_id
                WHERE b.plan_id = {plan:d} AND b.held GROUP BY 1) l ON l.assignment_id = a.id
   WHERE a.plan_id = {plan:d} AND dispatch_is_going(a.state)
   ORDER BY a.registration_id
) TO STDOUT (FORMAT csv, HEADER)
"""


def export_plan(plan: Plan, out: IO[bytes]) -> None:
    """Stream the plan's rows to a file, read back from the database."""
    with connection.cursor() as cursor:
        cursor.copy_expert(_SQL.format(plan=plan.pk), out)
