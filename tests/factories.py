"""Rows for tests: plain functions, each makes what it is named after and whatever that cannot be without."""
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from dispatch.models import Assignment, Plan, PlanChange, Run, SeatBooking, Unplaced
from dispatch.reasons import Reason
from jobs.models import Employer, Posting, ReservedPost, Site
from laborbridge.accounts.models import Membership, Organisation, User
from laborbridge.campaigns.models import Campaign
from laborbridge.identity import seal
from laborbridge.places.models import CodeList, Place
from transport.models import Call, SeatMap, Trip, Vehicle
from workers.models import Clearance, Household, Occupation, Registration, TravelGroup, Worker

PASSWORD = "a password of tests"
CHINA = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2020, 3, 21)
_numbers = itertools.count(1)


def number() -> int:
    """A number that no other row of this process has."""
    return next(_numbers)


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A moment of the campaign: hours and minutes in China, days from its first one."""
    return datetime(2020, 3, 21, hour, minute, tzinfo=CHINA) + timedelta(days=day)


# --- the ground: people who sign in, places, campaigns ---------------------------------------------------------------


def make_code_list() -> CodeList:
    return CodeList.objects.create(name=f"codes {number()}", as_of=date(2020, 1, 1))


def make_place(level: str = "county", *, parent: Place | None = None, code_list: CodeList | None = None,
               name: str = "", code: str = "") -> Place:
    n = number()
    place = Place.objects.create(
        code_list=code_list or (parent.code_list if parent else make_code_list()),
        code=code or f"P{n}", name=name or f"{level} {n}", level=level, parent=parent,
    )
    place.path = f"{parent.path if parent else ''}{place.pk}/"
    place.save(update_fields=["path"])
    return place


def make_organisation(kind: str = "bureau", *, name: str = "", place: Place | None = None) -> Organisation:
    return Organisation.objects.create(name=name or f"{kind} {number()}", kind=kind, place=place)


def make_user(*, username: str = "", name: str = "", language: str = "zh-hans", password: str | None = None) -> User:
    """Without a password nobody signs in by the form; hashing one takes a third of a second."""
    n = number()
    return User.objects.create_user(username or f"user{n}", password, name=name or f"用户{n}", language=language)


def make_member(role: str = "planner", *, organisation: Organisation, place: Place | None = None,
                username: str = "", language: str = "zh-hans") -> User:
    """A user with one membership."""
    user = make_user(username=username, language=language)
    Membership.objects.create(user=user, organisation=organisation, role=role, place=place)
    return user


def make_campaign(*, name: str = "", origin: Place | None = None, destination: Place | None = None,
                  code_list: CodeList | None = None, participants: Sequence[Organisation] = ()) -> Campaign:
    origin = origin or make_place("prefecture", code_list=code_list)
    destination = destination or make_place("prefecture", code_list=origin.code_list)
    campaign = Campaign.objects.create(
        name=name or f"返岗 {number()}", code_list=origin.code_list, origin=origin, destination=destination,
        first_day=FIRST_DAY, last_day=FIRST_DAY + timedelta(days=20),
    )
    campaign.participants.set(participants)
    return campaign


def make_planner(campaign: Campaign, *, place: Place | None = None, language: str = "zh-hans") -> User:
    """Bureau staff whose organisation takes part in the campaign."""
    bureau = make_organisation("bureau")
    campaign.participants.add(bureau)
    return make_member("planner", organisation=bureau, place=place, language=language)


# --- people ----------------------------------------------------------------------------------------------------------


def make_township(campaign: Campaign, *, name: str = "") -> Place:
    county = make_place("county", parent=campaign.origin)
    return make_place("township", parent=county, name=name)


def make_village(campaign: Campaign, *, township: Place | None = None, name: str = "") -> Place:
    return make_place("village", parent=township or make_township(campaign), name=name)


def _in_signs(n: int) -> str:
    """Without digits: a name is no telephone, whatever stands beside it."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(n))


def make_worker(*, name: str = "", identity: str | None = None, birth_date: date | None = date(1985, 5, 17),
                household: Household | None = None, user: User | None = None) -> Worker:
    sealed = seal(identity) if identity else None
    return Worker.objects.create(
        name=name or f"务工{_in_signs(number())}", sex="m", birth_date=birth_date, household=household, user=user,
        identity_cipher=sealed and sealed.cipher, identity_whole=sealed and sealed.whole,
        identity_first6_last4=sealed and sealed.first6_last4, identity_last4=sealed and sealed.last4,
    )


def make_registration(campaign: Campaign, *, worker: Worker | None = None, village: Place | None = None,
                      township: Place | None = None, group: TravelGroup | None = None, ref: str = "",
                      phone: str = "", clearance: int | None = 0, outcome: str | None = None,
                      occupations: Sequence[Occupation] = (), **fields: object) -> Registration:
    """A wish to go, from a village where one is named, else from the township, else from a new township."""
    if township is None:
        township = village.parent if village else make_township(campaign)
    fields.setdefault("min_wage", 4500)
    fields.setdefault("ready_at", at(5))
    registration = Registration.objects.create(
        campaign=campaign, worker=worker or make_worker(), ref=ref or f"W{number():06d}", township=township,
        village=village, group=group, contact="own" if phone else "none", contact_phone=phone, outcome=outcome,
        outcome_at=timezone.now() if outcome else None, **fields,
    )
    registration.occupations.set(occupations)
    if clearance is not None:
        Clearance.objects.create(registration=registration, colour=clearance, source="test",
                                 valid_from=datetime(2020, 3, 1, tzinfo=UTC))
    return registration


def make_group(campaign: Campaign) -> TravelGroup:
    return TravelGroup.objects.create(campaign=campaign, ref=f"G{number()}")


def make_occupation(campaign: Campaign, *, name: str = "") -> Occupation:
    n = number()
    return Occupation.objects.create(code_list=campaign.code_list, code=f"occ{n}", name=name or f"工种{n}")


# --- jobs ------------------------------------------------------------------------------------------------------------


def make_employer(campaign: Campaign, *, name: str = "", organisation: Organisation | None = None,
                  verified: bool = True) -> Employer:
    n = number()
    return Employer.objects.create(campaign=campaign, ref=f"E{n}", name=name or f"企业{n}", organisation=organisation,
                                   verified_at=timezone.now() if verified else None)


def make_park(campaign: Campaign, *, name: str = "") -> Place:
    district = make_place("district", parent=campaign.destination)
    return make_place("park", parent=district, name=name)


def make_posting(campaign: Campaign, *, employer: Employer | None = None, park: Place | None = None,
                 kind: str = "open", headcount: int = 10, wage: int = 5000, start_by: datetime | None = None,
                 occupation: Occupation | None = None, minors_allowed: bool = False) -> Posting:
    site = Site.objects.create(employer=employer or make_employer(campaign), place=park or make_park(campaign),
                               gate=f"gate {number()}")
    return Posting.objects.create(
        campaign=campaign, site=site, ref=f"J{number()}", kind=kind, occupation=occupation, headcount=headcount,
        wage=wage, start_by=start_by or at(20, day=5), minors_allowed=minors_allowed,
    )


def make_reserved_post(posting: Posting, registration: Registration) -> ReservedPost:
    return ReservedPost.objects.create(posting=posting, registration=registration)


# --- transport -------------------------------------------------------------------------------------------------------


def make_seat_map(*, coaches: Sequence[dict] = ({"rows": 12, "letters": "AB CD"},)) -> SeatMap:
    seats = sum(coach["rows"] * len(coach["letters"].replace(" ", "")) for coach in coaches)
    return SeatMap.objects.create(code=f"map{number()}", name="大巴", coaches=list(coaches), seats=seats)


def make_trip(campaign: Campaign, places: Sequence[Place], *, mode: str = "bus", seats: int = 45,
              starts: datetime | None = None, minutes: int = 120, carrier: Organisation | None = None,
              seat_map: SeatMap | None = None, vehicle: Vehicle | None = None, ref: str = "") -> Trip:
    """A trip that calls at these places, `minutes` from one departure to the next, ten minutes at each stop."""
    starts = starts or at(8, 35)
    trip = Trip.objects.create(campaign=campaign, ref=ref or f"T{number()}", mode=mode, seats=seats, carrier=carrier,
                               seat_map=seat_map, vehicle=vehicle)
    departures = [starts + timedelta(minutes=minutes * seq) for seq in range(len(places))]
    Call.objects.bulk_create(
        Call(trip=trip, seq=seq, place=place, depart_at=leaves, arrive_at=leaves - timedelta(minutes=10))
        for seq, (place, leaves) in enumerate(zip(places, departures, strict=True))
    )
    trip.refresh_from_db()
    return trip


# --- runs and plans --------------------------------------------------------------------------------------------------


def make_run(campaign: Campaign, *, state: str = "finished", by: User | None = None, **fields: object) -> Run:
    if state == "failed":
        fields.setdefault("failure", "it broke")
    if state == "running":
        fields.setdefault("claim", "00000000-0000-0000-0000-000000000001")
        fields.setdefault("heartbeat_at", timezone.now())
        fields.setdefault("started_at", timezone.now())
    return Run.objects.create(campaign=campaign, state=state, requested_by=by, **fields)


def make_plan(campaign: Campaign, *, run: Run | None = None, score: float = 1000.0,
              bound: float | None = 1100.0) -> Plan:
    """A draft without anybody in it."""
    before = campaign.plans.order_by("-number").values_list("number", flat=True).first() or 0
    return Plan.objects.create(campaign=campaign, run=run, number=before + 1, score=score, bound=bound,
                               counts={"placed": 0, "unplaced": {}})


def place_person(plan: Plan, registration: Registration, posting: Posting,
                 legs: Sequence[tuple[Trip, int, int, int]] = (), *, state: str = "planned") -> Assignment:
    """Put somebody into a draft; each leg is trip, boarding call, alighting call, seat."""
    times = [(Call.objects.get(trip=trip, seq=board).depart_at, Call.objects.get(trip=trip, seq=alight).arrive_at)
             for trip, board, alight, _ in legs]
    assignment = Assignment.objects.create(
        plan=plan, registration=registration, posting=posting, state=state,
        leaves_at=times[0][0] if times else registration.ready_at,
        reaches_at=times[-1][1] if times else registration.ready_at,
    )
    SeatBooking.objects.bulk_create(
        SeatBooking(plan=plan, assignment=assignment, leg=leg, trip=trip, board=board, alight=alight, seat=seat)
        for leg, (trip, board, alight, seat) in enumerate(legs)
    )
    plan.counts["placed"] = plan.counts.get("placed", 0) + 1
    plan.save(update_fields=["counts"])
    return assignment


def leave_person(plan: Plan, registration: Registration, reason: Reason = Reason.SEATS_FULL) -> Unplaced:
    """Leave somebody at home in a draft."""
    row = Unplaced.objects.create(plan=plan, registration=registration, reason=reason)
    by_reason = plan.counts.setdefault("unplaced", {})
    by_reason[reason.value] = by_reason.get(reason.value, 0) + 1
    plan.save(update_fields=["counts"])
    return row


def publish(plan: Plan, *, by: User | None = None) -> Plan:
    """Make a draft the campaign's published plan by rows alone; the service's own checks have tests of their own."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A test is one transaction: what came before is checked now, as its own commit would have done.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for old in Plan.objects.filter(campaign=plan.campaign, state="published"):
            PlanChange.objects.create(plan=old, kind="supersede", by=by, reason="a newer plan")
            Plan.objects.filter(pk=old.pk).update(state="superseded")
        PlanChange.objects.create(plan=plan, kind="publish", by=by, reason="tests")
        plan.state, plan.published_at, plan.published_by = "published", timezone.now(), by
        plan.save(update_fields=["state", "published_at", "published_by"])
    return plan
