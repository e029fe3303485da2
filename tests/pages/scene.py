"""One campaign with somebody in every role: what is theirs, and beside it what is not."""
from dataclasses import dataclass, field

from django.test import Client

from dispatch.models import Pin, Plan, PlanChange, RealNameList, RosterLock, Run
from dispatch.reasons import Reason
from jobs.models import Employer, Posting, Question, ReturningEmployee, Sighting
from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from tests import factories as make
from tests.registers.lists import make_employee, make_register, make_sighting
from transport.models import Trip
from workers.models import ListImport, Registration, WorkerMerge
from workers.services.merging import merge_workers

NUMBER = "422801198505171234"
ROLES = ("planner", "county", "district", "case", "liaison", "hr", "escort", "carrier", "partner", "worker", "stranger")


@dataclass
class Scene:
    campaign: Campaign
    village: Place
    park: Place
    # Of somebody's own: from the village, to the firm, on the trip. The other ones are nobody's but the bureau's.
    own: Registration
    other: Registration
    left: Registration
    own_trip: Trip
    other_trip: Trip
    posting: Posting
    published: Plan
    draft: Plan
    run: Run
    # Asked for by somebody of the bureau who is none of the users.
    own_list: RealNameList
    users: dict[str, User] = field(default_factory=dict)

    @property
    def own_lock(self) -> RosterLock:
        return self.own_trip.locks.get()

    @property
    def other_lock(self) -> RosterLock:
        return self.other_trip.locks.get()

    @property
    def own_question(self) -> Question:
        """Which registered person the firm's employee is: the origin bureau's to decide."""
        return Question.objects.get(campaign=self.campaign, kind="which_person")

    @property
    def own_pin(self) -> Pin:
        return self.own.pins.get()

    @property
    def own_import(self) -> ListImport:
        return ListImport.objects.get(place=self.village)

    @property
    def other_import(self) -> ListImport:
        return ListImport.objects.get(place=self.other.township)

    @property
    def own_employee(self) -> ReturningEmployee:
        return self.own.returningemployees.get()

    @property
    def other_employee(self) -> ReturningEmployee:
        return self.other.returningemployees.get()

    @property
    def own_sighting(self) -> Sighting:
        return self.own.sightings.get()

    @property
    def other_sighting(self) -> Sighting:
        return self.other.sightings.get()

    @property
    def own_merge(self) -> WorkerMerge:
        return self.own.worker.merges.get()

    @property
    def own_employer(self) -> Employer:
        return self.posting.site.employer

    @property
    def other_employer(self) -> Employer:
        return self.published.assignments.get(registration=self.other).posting.site.employer

    @property
    def own_county(self) -> Place:
        return Place.objects.get(pk=self.own.township.parent_id)

    @property
    def other_county(self) -> Place:
        return Place.objects.get(pk=self.other.township.parent_id)

    @property
    def other_home(self) -> Place:
        return self.other.village or self.other.township

    @property
    def change(self) -> PlanChange:
        return self.published.changes.get()

    @property
    def other_township(self) -> Place:
        return self.other.township

    def client(self, role: str) -> Client:
        client = Client()
        if role != "nobody":
            client.force_login(self.users[role])
        return client


def make_scene() -> Scene:
    campaign = make.make_campaign(name="恩施返岗杭州")
    village, park = make.make_village(campaign, name="桃园村"), make.make_park(campaign, name="萧山园区")
    firm, carrier = make.make_organisation("employer"), make.make_organisation("carrier")
    posting = make.make_posting(campaign, employer=make.make_employer(campaign, organisation=firm), park=park)
    elsewhere = make.make_posting(campaign)
    own = make.make_registration(
        campaign, village=village, worker=make.make_worker(name="迪丽·木拉提", identity=NUMBER), phone="13800001234"
    )
    other = make.make_registration(campaign, worker=make.make_worker(name="欧阳修远"))
    left = make.make_registration(campaign, village=make.make_village(campaign, township=village.parent))
    own_trip = make.make_trip(campaign, [village.parent, park], carrier=carrier, seat_map=make.make_seat_map())
    other_trip = make.make_trip(campaign, [other.township, elsewhere.site.place])
    run = make.make_run(campaign)
    published = make.make_plan(campaign, run=run)
    make.place_person(published, own, posting, [(own_trip, 0, 1, 4)])
    make.place_person(published, other, elsewhere, [(other_trip, 0, 1, 0)])
    make.leave_person(published, left, Reason.SEATS_FULL)
    make.publish(published)
    draft = make.make_plan(campaign)
    make.place_person(draft, left, posting, [(own_trip, 0, 1, 5)])
    names = RealNameList.objects.create(trip=own_trip, plan=published, purpose="实名购票", requested_by=make.make_user())
    for person, job in ((own, posting), (other, elsewhere)):
        make_employee(job.site.employer, person)
        make_sighting(make_register(campaign, "insurance"), person)
    scene = Scene(campaign, village, park, own, other, left, own_trip, other_trip, posting, published, draft, run, names)
    _people(scene, firm, carrier)
    return scene


def _people(scene: Scene, firm: object, carrier: object) -> None:
    bureau, there = make.make_organisation("bureau"), make.make_organisation("bureau")
    partner = make.make_organisation("partner")
    scene.campaign.participants.set([bureau, there, partner])
    county, village_office = scene.village.parent.parent, make.make_organisation("village", place=scene.village)
    scene.users = {
        "planner": make.make_member("planner", organisation=bureau),
        "county": make.make_member("planner", organisation=bureau, place=county),
        "district": make.make_member("planner", organisation=there, place=scene.park.parent),
        "case": make.make_member("case_officer", organisation=bureau, place=county),
        # Without a place of their own: that of the organisation holds.
        "liaison": make.make_member("liaison", organisation=village_office),
        "hr": make.make_member("hr", organisation=firm),
        "escort": make.make_member("escort", organisation=bureau),
        "carrier": make.make_member("carrier", organisation=carrier),
        "partner": make.make_member("partner", organisation=partner),
        "worker": make.make_member("worker", organisation=village_office),
        "stranger": make.make_member("planner", organisation=make.make_organisation("bureau")),
    }
    third = make.make_organisation("bureau")
    scene.campaign.participants.add(third)
    for trip, office in ((scene.own_trip, bureau), (scene.other_trip, third)):
        RosterLock.objects.create(trip=trip, locks_at=make.at(1), asked_by=scene.users["planner"]).offices.add(office)
    for place in (scene.village, scene.other.township):
        ListImport.objects.create(campaign=scene.campaign, kind="people", sender=third, place=place, state="ready",
                                  file_name="名单.xlsx", language="zh-hans", requested_by=scene.users["planner"])
    Pin.objects.create(campaign=scene.campaign, registration=scene.own, kind="job", posting=scene.posting,
                       reason="她自己的车间", made_by=scene.users["planner"])
    listed = ReturningEmployee.objects.create(employer=scene.own_employer, name="迪丽木拉提", link="doubtful")
    Question.objects.create(
        campaign=scene.campaign, kind="which_person", employee=listed, owner=bureau,
        candidates=[{"registration": scene.own.pk, "score": 80, "compared": {"name": "same", "number": "none"}}])
    scene.own_trip.escorts.add(scene.users["escort"])
    scene.own.worker.user = scene.users["worker"]
    scene.own.worker.save(update_fields=["user"])
    merge_workers(kept=scene.own.worker, gone=make.make_worker(name="迪丽木拉提"), why="同一个人",
                  by=scene.users["planner"])
