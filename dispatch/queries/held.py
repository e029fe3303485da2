"""Who has a place in a published plan, for the app below that settles outcomes and keeps posts."""
from collections.abc import Collection

from dispatch.models import Assignment, Plan


def employers_of(registrations: Collection[int]) -> dict[int, int]:
    """Of these people those with a live assignment, each with the employer that it is at."""
    if not registrations:
        return {}
    live = Assignment.objects.filter(
        plan__state=Plan.State.PUBLISHED, state__in=Assignment.LIVE, registration__in=list(registrations))
    return dict(live.values_list("registration", "posting__site__employer"))
