"""Reads of postings."""
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from laborbridge.campaigns.models import Campaign

from ..models import Employer, Posting, Site


def posts_of(campaign: Campaign) -> int:
    """How many posts the matching may fill: those of verified employers that have not been withdrawn."""
    # The few sites that do not count are looked up and left out; joining every posting to its employer takes longer.
    waiting = Site.objects.filter(employer__campaign=campaign, employer__verified_at=None).values("pk")
    matched = Posting.objects.filter(campaign=campaign, withdrawn_at=None).exclude(site__in=waiting)
    return matched.aggregate(n=Sum("headcount"))["n"] or 0


def unverified_employers(campaign: Campaign) -> int:
    return Employer.objects.filter(campaign=campaign, verified_at=None).aggregate(n=Count("pk"))["n"]


def employers_to_verify(campaign: Campaign) -> QuerySet[Employer]:
    """Each with its number of postings and posts, those with most posts first."""
    waiting = Employer.objects.filter(campaign=campaign, verified_at=None).prefetch_related("sites__place")
    counted = waiting.annotate(postings=Count("sites__postings"), posts=Coalesce(Sum("sites__postings__headcount"), 0))
    return counted.order_by("-posts", "id")[:200]


def posts_by_employer(employers: list[int]) -> dict[int, int]:
    """How many posts each of some employers offers; one without a posting is not in it."""
    offered = Posting.objects.filter(site__employer__in=employers, withdrawn_at=None)
    return dict(offered.values_list("site__employer").annotate(n=Sum("headcount")))


def with_site(postings: QuerySet[Posting]) -> QuerySet[Posting]:
    return postings.select_related("site__employer", "site__place", "occupation")
