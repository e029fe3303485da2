"""Reads of postings."""
from django.db.models import Count, QuerySet, Sum

from laborbridge.campaigns.models import Campaign

from .models import Employer, Posting


def posts_of(campaign: Campaign) -> int:
    """How many posts the matching may fill."""
    matched = Posting.objects.filter(
        campaign=campaign, withdrawn_at=None, site__employer__verified_at__isnull=False
    )
    return matched.aggregate(n=Sum("headcount"))["n"] or 0


def unverified_employers(campaign: Campaign) -> int:
    return Employer.objects.filter(campaign=campaign, verified_at=None).aggregate(n=Count("pk"))["n"]


def with_site(postings: QuerySet[Posting]) -> QuerySet[Posting]:
    return postings.select_related("site__employer", "site__place", "occupation")
