"""The lock under which a campaign's lists are stored, taken back and decided row by row: one key for all of them."""
from django.db import connection


def lock_lists(*campaigns: int) -> None:
    """Until the end of the transaction, in the order of ids; before any row that a list's work locks, questions too."""
    with connection.cursor() as cursor:
        for campaign in sorted(set(campaigns)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lists of a campaign'), %s)", [campaign])
