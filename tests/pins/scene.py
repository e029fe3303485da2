"""Somebody to pin, with two jobs and two buses to them, and a colleague beside."""
from dataclasses import dataclass

from dispatch.models import Assignment, Pin, Plan
from dispatch.services.pinning import pin_person
from jobs.models import Posting
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import Trip
from workers.models import Occupation, Registration


@dataclass
class Pinning:
    campaign: Campaign
    staff: User
    trade: Occupation
    who: Registration
    colleague: Registration
    job: Posting
    other_job: Posting
    bus: Trip
    other_bus: Trip

    def pin(self, kind: str, reason: str = "agreed by telephone", who: Registration | None = None, **value: object) -> Pin:
        return pin_person(person=who or self.who, kind=kind, reason=reason, by=self.staff, **value)  # type: ignore[arg-type]

    def assigned(self, who: Registration | None = None, job: Posting | None = None, bus: Trip | None = None) -> Assignment:
        """Of a draft of its own."""
        return make.place_person(
            make.make_plan(self.campaign), who or self.who, job or self.job, [(bus or self.bus, 0, 1, 0)])

    def draft(self, *rows: tuple[Registration, Posting, Trip]) -> Plan:
        plan = make.make_plan(self.campaign)
        for seat, (who, job, bus) in enumerate(rows):
            make.place_person(plan, who, job, [(bus, 0, 1, seat)])
        return plan


def make_pinning() -> Pinning:
    """The first bus leaves at 8:35, the other one at 11:00; the job takes two people, the other one as well."""
    campaign = make.make_campaign()
    township, park, trade = make.make_township(campaign), make.make_park(campaign), make.make_occupation(campaign)
    who, colleague = (make.make_registration(campaign, township=township, occupations=[trade]) for _ in range(2))
    job, other = (make.make_posting(campaign, park=park, occupation=trade, headcount=2, wage=wage) for wage in (5000, 4800))
    buses = [make.make_trip(campaign, [township, park], seats=4, starts=make.at(*hour)) for hour in ((8, 35), (11, 0))]
    return Pinning(campaign, make.make_planner(campaign), trade, who, colleague, job, other, *buses)
