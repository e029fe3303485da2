"""A published plan to attack, and a way to attack it: raw SQL in one transaction."""
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from dispatch.models import Assignment, Plan
from jobs.models import Posting
from laborbridge.rules import broken_rule
from transport.models import Trip
from workers.models import Registration


def refused(*statements: str, params: Sequence[object] = ()) -> str:
    """Run statements as one transaction; the name of the rule that stops it, or "" where nothing does."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for statement in statements:
                cursor.execute(statement, params if "%s" in statement else None)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        return broken_rule(error)
    return ""


@dataclass
class World:
    """A published plan: one person of two registered ones, on a bus of two calls and 45 seats, in a posting of one."""

    plan: Plan
    trip: Trip
    posting: Posting
    going: Registration
    other: Registration
    assignment: Assignment

    def change(self) -> str:
        return (
            "INSERT INTO dispatch_planchange (plan_id, kind, at, reason) "
            f"VALUES ({self.plan.pk}, 'manual', now(), 'a test')"
        )

    def assign(self, who: Registration, posting: Posting | None = None, plan: Plan | None = None) -> str:
        return (
            "INSERT INTO dispatch_assignment (plan_id, registration_id, posting_id, state, leaves_at, reaches_at) "
            f"VALUES ({(plan or self.plan).pk}, {who.pk}, {(posting or self.posting).pk}, 'planned', now(), now())"
        )

    def book(self, who: Registration, seat: int, *, trip: Trip | None = None, board: int = 0, alight: int = 1,
             leg: int = 0) -> str:
        return (
            "INSERT INTO dispatch_seatbooking (plan_id, assignment_id, leg, trip_id, board, alight, seat, held) "
            f"SELECT plan_id, id, {leg}, {(trip or self.trip).pk}, {board}, {alight}, {seat}, true "
            f"FROM dispatch_assignment WHERE plan_id = {self.plan.pk} AND registration_id = {who.pk}"
        )
