"""Whose a question is: the bureau that people leave from, the one they go to, or the employer."""
from django.db.models import Q

from laborbridge.accounts.models import Organisation
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place

from ..models import Employer


def _bureau_of(campaign: Campaign, end: Place | None) -> Organisation | None:
    """The bureau of a place itself, else of what lies above it, else of a part of it."""
    offices = campaign.participants.filter(kind=Organisation.Kind.BUREAU).select_related("place").order_by("pk")
    bureaus = [office for office in offices if office.place is not None]
    if end is None:
        return None
    above = [b for b in bureaus if b.place and end.path.startswith(b.place.path)]
    within = [b for b in bureaus if b.place and b.place.path.startswith(end.path)]
    # The longest path above is the nearest; the shortest one within covers most.
    nearest = sorted(above, key=lambda b: -len(b.place.path if b.place else "")) + sorted(
        within, key=lambda b: len(b.place.path if b.place else ""))
    return nearest[0] if nearest else None


def _any_bureau(campaign: Campaign) -> Organisation | None:
    """Of a campaign whose bureaus say nothing of their places: the one that took part first."""
    bureaus = campaign.participants.filter(kind=Organisation.Kind.BUREAU)
    return bureaus.filter(Q(place=None)).order_by("pk").first() or bureaus.order_by("pk").first()


def origin_bureau(campaign: Campaign) -> Organisation | None:
    return _bureau_of(campaign, campaign.origin) or _any_bureau(campaign)


def destination_bureau(campaign: Campaign) -> Organisation | None:
    return _bureau_of(campaign, campaign.destination) or _any_bureau(campaign)


def owner_at(employer: Employer) -> Organisation | None:
    """The employer itself where it has an account here, else the destination's bureau speaks with it."""
    return employer.organisation or destination_bureau(employer.campaign)
