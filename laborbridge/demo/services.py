"""Making the demo campaign: its folder through the importer, then who takes part and who may sign in."""
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from dispatch.importing import import_campaign
from dispatch.services.locking import set_locks
from jobs.models import Employer
from laborbridge.accounts.models import Membership, Organisation, User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from transport.models import Trip
from workers.models import Registration

from .accounts import ACCOUNTS, ORGANISATIONS, create_users
from .firms import FIRMS, FIRMS_TO_VERIFY
from .folder import write_folder
from .land import DESTINATION, LIAISON_VILLAGE, ORIGIN
from .timetable import TRAIN

NAME = "恩施—杭州 2020年春季返岗行动"
# The seed of the invented people: any number, but always the same one.
PEOPLE_SEED = 20200321
Outcome = Registration.Outcome
Say = Callable[[str], None]


class DemoExists(Exception):
    """The demo's campaign, or accounts of the same names, are there already; nothing was changed."""


@transaction.atomic
def make_demo(*, say: Say = lambda _: None) -> Campaign:
    """The whole demo, or DemoExists where it has been made before."""
    _refuse_twice()
    users = create_users()
    staff = users["enshi"]
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder))
        done = import_campaign(folder=Path(folder), name=NAME, by=staff, invent_people=PEOPLE_SEED, say=say)
    campaign = done.campaign
    organisations = _organisations(campaign)
    _set_ends(campaign, organisations)
    _leave_unverified(campaign, staff)
    _settle_some(campaign, staff)
    _hand_out_trips(campaign, organisations, users["escort"])
    _join(users, organisations)
    _lock_train(campaign, organisations, staff)
    _be_somebody(campaign, users["worker"])
    record("demo made", subject=campaign, by=staff, campaign=campaign)
    return campaign


def _refuse_twice() -> None:
    if Campaign.objects.filter(name=NAME).exists():
        raise DemoExists(f"The demo {NAME!r} was made before; nothing was changed.")
    taken = User.objects.filter(username__in=[a.username for a in ACCOUNTS]).values_list("username", flat=True)
    if taken:
        names = ", ".join(sorted(taken))
        raise DemoExists(f"The demo was not made: accounts named {names} exist, and it needs these names for its own.")


def _place(campaign: Campaign, code: str) -> Place:
    return Place.objects.get(code_list=campaign.code_list, code=code)


def _largest_employer(campaign: Campaign) -> Employer:
    """The one with most returning employees: its HR has something to look at."""
    kept = Count("sites__postings__reserved_posts")
    return Employer.objects.filter(campaign=campaign).annotate(kept=kept).order_by("-kept", "id")[0]


def _organisations(campaign: Campaign) -> dict[str, Organisation]:
    found = {}
    employer = _largest_employer(campaign)
    for demo in ORGANISATIONS:
        place = _place(campaign, demo.place) if demo.place else None
        found[demo.key] = Organisation.objects.create(name=demo.name or employer.name, kind=demo.kind, place=place)
    employer.organisation = found["employer"]
    employer.save(update_fields=["organisation"])
    return found


def _set_ends(campaign: Campaign, organisations: dict[str, Organisation]) -> None:
    campaign.origin = _place(campaign, ORIGIN)
    campaign.destination = _place(campaign, DESTINATION)
    campaign.save(update_fields=["origin", "destination"])
    campaign.participants.set(organisations.values())


def _leave_unverified(campaign: Campaign, staff: User) -> None:
    """Two firms wait for the destination bureau; until then none of their posts is matched."""
    codes = [f"F{number:03d}" for number in range(FIRMS + 1, FIRMS + FIRMS_TO_VERIFY + 1)]
    waiting = Employer.objects.filter(campaign=campaign, ref__in=codes)
    waiting.update(verified_at=None, verified_by=None)
    for employer in waiting:
        record("verification taken back", subject=employer, by=staff, campaign=campaign)


def _settle_some(campaign: Campaign, staff: User) -> None:
    """A few who travel alone have found their own way since they registered."""
    alone = Registration.objects.filter(campaign=campaign, group=None, reserved_post__isnull=False).order_by("-id")
    at = timezone.make_aware(datetime(2020, 3, 18, 16))
    ways = (Outcome.ALREADY_BACK, Outcome.OWN_MEANS, Outcome.LOCAL_WORK, Outcome.WITHDREW)
    for nth, registration in enumerate(alone[:12]):
        registration.outcome, registration.outcome_by = ways[nth % len(ways)], staff
        registration.outcome_at = at + timedelta(minutes=7 * nth)
        registration.save(update_fields=["outcome", "outcome_at", "outcome_by"])
        record("outcome set", subject=registration, by=staff, campaign=campaign, outcome=registration.outcome)


def _hand_out_trips(campaign: Campaign, organisations: dict[str, Organisation], escort: User) -> None:
    trips = Trip.objects.filter(campaign=campaign)
    trips.filter(mode__in=[Trip.Mode.FEEDER, Trip.Mode.BUS]).update(carrier=organisations["carrier"])
    receptions: QuerySet[Trip] = trips.filter(mode=Trip.Mode.RECEPTION)
    receptions.update(carrier=organisations["partner"])
    busiest = receptions.alias(calls_made=Count("calls")).filter(calls_made=2).order_by("ref")[0]
    for trip in (trips.get(ref=TRAIN), busiest):
        trip.escorts.add(escort)


def _join(users: dict[str, User], organisations: dict[str, Organisation]) -> None:
    for account in ACCOUNTS:
        Membership.objects.create(
            user=users[account.username], organisation=organisations[account.organisation], role=account.role
        )


def _lock_train(campaign: Campaign, organisations: dict[str, Organisation], staff: User) -> None:
    """The train's list is frozen on the eve, and signed by both cities' bureaus, a county, poverty office and health."""
    offices = [organisations[key] for key in ("origin", "destination", "county", "poverty", "cdc")]
    at = timezone.make_aware(datetime(2020, 3, 20, 20))
    set_locks(campaign=campaign, trips=[Trip.objects.get(campaign=campaign, ref=TRAIN)], offices=offices, by=staff, at=at)


def _be_somebody(campaign: Campaign, user: User) -> None:
    """The worker's account belongs to the first of the liaison's village who has a post to return to."""
    registration = Registration.objects.filter(
        campaign=campaign, village__code=LIAISON_VILLAGE, reserved_post__isnull=False, outcome=None
    ).order_by("id")[0]
    worker = registration.worker
    worker.user = user
    worker.save(update_fields=["user"])
    user.name = worker.name
    user.save(update_fields=["name"])
