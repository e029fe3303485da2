"""A published plan with a train whose list two offices sign, and the ways in which it changes afterwards."""
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction

from dispatch.models import Assignment, FrozenList, Plan, PlanChange, RosterLock, SeatBooking
from dispatch.services import locking
from jobs.models import Posting
from laborbridge.accounts.models import Organisation, User
from laborbridge.campaigns.models import Campaign
from tests import factories as make
from transport.models import Trip
from workers.models import Registration


@dataclass
class Locking:
    campaign: Campaign
    plan: Plan
    train: Trip
    bus: Trip
    posting: Posting
    people: list[Registration]
    offices: list[Organisation]
    staff: list[User]
    locks: list[RosterLock] = field(default_factory=list)

    @property
    def lock(self) -> RosterLock:
        return self.locks[0]

    @property
    def newest(self) -> FrozenList:
        return self.lock.lists.order_by("-number")[0]

    def set(self, *trips: Trip) -> RosterLock:
        """The time is one that has come."""
        self.locks += locking.set_locks(
            campaign=self.campaign, trips=trips or [self.train], offices=self.offices, by=self.staff[0], hours=14)
        return self.locks[0]

    def freeze(self) -> FrozenList:
        self.set()
        settle()
        assert locking.freeze_due() == [self.lock.pk]
        return self.newest

    def sign(self, nth: int, digest: str = "") -> None:
        locking.sign_list(lock=self.lock, organisation=self.offices[nth], digest=digest or self.newest.digest,
                          by=self.staff[nth])

    def withdraw(self, who: Registration, why: str = "no longer wants to go") -> None:
        """As a recorded change of the published plan."""
        with transaction.atomic():
            PlanChange.objects.create(plan=self.plan, kind="answer", by=self.staff[0], reason=why)
            mine = Assignment.objects.get(plan=self.plan, registration=who)
            SeatBooking.objects.filter(assignment=mine).update(held=False)
            Assignment.objects.filter(pk=mine.pk).update(state="withdrawn")

    def move(self, who: Registration, **to: int) -> None:
        with transaction.atomic():
            PlanChange.objects.create(plan=self.plan, kind="manual", by=self.staff[1], reason="sits with her sister")
            SeatBooking.objects.filter(plan=self.plan, assignment__registration=who).update(**to)

    def replace_plan(self, seats: dict[int, int], why: str = "a better plan") -> Plan:
        """Publish another plan in which people (by their place in the list) have these seats."""
        plan = make.make_plan(self.campaign)
        for nth, seat in seats.items():
            make.place_person(plan, self.people[nth], self.posting, [(self.train, 0, 2, seat)])
        settle()
        with transaction.atomic():
            PlanChange.objects.create(plan=self.plan, kind="supersede", by=self.staff[1], reason="replaced")
            Plan.objects.filter(pk=self.plan.pk).update(state="superseded")
            PlanChange.objects.create(plan=plan, kind="publish", by=self.staff[1], reason=why)
            plan.state, plan.published_at = "published", self.plan.published_at + timedelta(hours=plan.number)
            plan.save(update_fields=["state", "published_at"])
        self.plan = plan
        return plan


def settle() -> None:
    """A test is one transaction: what is checked at commit is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def make_locking(people: int = 4, trains: int = 1) -> Locking:
    """The last of the people has no seat."""
    campaign = make.make_campaign(name=f"恩施返岗杭州 {make.number()}")
    township, park = make.make_township(campaign, name="龙凤镇"), make.make_park(campaign)
    stops = [make.make_place("station", parent=campaign.origin, name="恩施站"),
             make.make_place("station", parent=campaign.origin, name="宜昌东站"),
             make.make_place("station", parent=campaign.destination, name="杭州东站")]
    train = make.make_trip(campaign, stops, mode="train", seats=45, ref=f"专列{make.number()}")
    bus = make.make_trip(campaign, [township, park], ref=f"直达{make.number()}")
    posting = make.make_posting(campaign, park=park, headcount=people)
    registered = [make.make_registration(campaign, township=township, worker=make.make_worker(name=f"田小{n}"))
                  for n in "甲乙丙丁戊己庚辛壬癸"[:people]]
    plan = make.make_plan(campaign)
    for seat, who in enumerate(registered[:-1]):
        make.place_person(plan, who, posting, [(train, 0, 2, seat)])
    make.leave_person(plan, registered[-1])
    make.publish(plan)
    names = ("恩施州人社局", "恩施州疾控中心")
    offices = [make.make_organisation("bureau", name=f"{name} {make.number()}") for name in names]
    campaign.participants.add(*offices)
    staff = [make.make_member("planner", organisation=office) for office in offices]
    return Locking(campaign, plan, train, bus, posting, registered, offices, staff)
