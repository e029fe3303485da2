"""One person whom two firms want back, with a post kept at each, and both bureaus."""
from dataclasses import dataclass

from jobs.models import Posting, ReturningEmployee
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from workers.models import Registration

from .lists import make_employee


@dataclass
class Claimed:
    campaign: Campaign
    origin: Organisation
    destination: Organisation
    staff: User
    person: Registration
    first: ReturningEmployee
    second: ReturningEmployee
    first_posting: Posting
    second_posting: Posting


def make_claimed(**fields: object) -> Claimed:
    """The first firm's post is kept for the person; the second one has said which posting it would be."""
    campaign = make.make_campaign()
    origin = make.make_organisation("bureau", place=campaign.origin)
    destination = make.make_organisation("bureau", place=campaign.destination)
    campaign.participants.set([destination, origin])
    firm = make.make_organisation("employer")
    employers = [make.make_employer(campaign, name="钱塘制衣有限公司", organisation=firm),
                 make.make_employer(campaign, name="湘湖电子有限公司")]
    postings = [make.make_posting(campaign, employer=e, kind="reserved", headcount=3) for e in employers]
    person = make.make_registration(campaign, worker=make.make_worker(name="覃长福"), phone="13900001234", **fields)
    make.make_reserved_post(postings[0], person)
    first, second = (make_employee(e, person, posting=p, score=s)
                     for e, p, s in zip(employers, postings, (97, 91), strict=True))
    staff = make.make_member("planner", organisation=origin)
    return Claimed(campaign, origin, destination, staff, person, first, second, *postings)
