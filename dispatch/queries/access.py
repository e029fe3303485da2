"""Who sees what: the only way to an object that a page or the API shows.

A membership opens a campaign (campaigns_visible_to); what it opens of it is asked of a Sight, one getter for each kind
of object. What no membership opens is not there: get_object_or_404 over a getter, never over a model.
"""
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Case, Exists, F, Func, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import Http404

from dispatch.models import Assignment, Pin, Plan, Run, SeatBooking
from jobs.models import Employer, Posting, Question, ReturningEmployee, Site
from laborbridge.accounts.models import Membership, User
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place
from transport.models import Call, Trip
from workers.models import ListImport, Registration

Role = Membership.Role
NOTHING = Q(pk__in=[])
HOMES = (Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE)
# Ids of some rows, for use inside another query.
Ids = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """What one user's memberships open of one campaign."""

    user: User
    campaign: Campaign
    memberships: tuple[Membership, ...]

    @property
    def whole(self) -> bool:
        """Bureau staff for the whole campaign: they alone start runs, see drafts and publish."""
        return any(m.role == Role.PLANNER and _covers(m.place, self.campaign) for m in self.memberships)

    @property
    def knows_wishes(self) -> bool:
        """Least wage, poverty, household: an employer must not learn them, and an escort needs not."""
        return any(self.has(role) for role in (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON, Role.WORKER))

    def has(self, role: str) -> bool:
        return any(m.role == role for m in self.memberships)

    def having(self, *roles: str) -> list[Membership]:
        return [m for m in self.memberships if m.role in roles]


def memberships_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.filter(user=user).select_related("organisation__place", "place").order_by("id")
    )


def place_of(membership: Membership) -> Place | None:
    return membership.place or membership.organisation.place


def _ancestors(place: Place) -> list[int]:
    """The place itself and all above it, by id."""
    return [int(part) for part in place.path.split("/") if part]


def _covers(place: Place | None, campaign: Campaign) -> bool:
    if place is None:
        return True
    ends = (campaign.origin, campaign.destination)
    return any(end is not None and end.path.startswith(place.path) for end in ends)


def whole_planners(campaign: Campaign) -> list[User]:
    """Everybody whose Sight of the campaign is whole, by name."""
    staff = Membership.objects.filter(
        role=Role.PLANNER, organisation__in=campaign.participants.values("pk"), user__is_active=True
    ).select_related("user", "place")
    whole = {m.user_id: m.user for m in staff if _covers(m.place, campaign)}
    return sorted(whole.values(), key=lambda user: (user.name, user.pk))


def _touches(end: str, place: Place) -> Q:
    """Campaigns whose end (origin or destination) lies below the place, or the place below it.

    A campaign that names no such place is about its whole list of places.
    """
    all_of_its_list = Q(**{f"{end}__isnull": True}, code_list=place.code_list_id)
    return Q(**{f"{end}__path__startswith": place.path}) | Q(**{f"{end}__in": _ancestors(place)}) | all_of_its_list


def _opens(membership: Membership) -> Q:
    """The campaigns that one membership lets its holder into."""
    organisation, place = membership.organisation_id, place_of(membership)
    takes_part = Q(pk__in=Campaign.participants.through.objects.filter(organisation=organisation).values("campaign"))
    match membership.role:
        case Role.PLANNER if membership.place is not None:
            return takes_part & (_touches("origin", membership.place) | _touches("destination", membership.place))
        case Role.PLANNER | Role.PARTNER:
            return takes_part
        case Role.CASE_OFFICER:
            return takes_part & _touches("origin", place) if place else NOTHING
        case Role.LIAISON:
            return _touches("origin", place) if place else NOTHING
        case Role.HR:
            return Q(pk__in=Employer.objects.filter(organisation=organisation).values("campaign"))
        case Role.ESCORT:
            return Q(pk__in=Trip.objects.filter(escorts=membership.user_id).values("campaign"))
        case Role.CARRIER:
            return Q(pk__in=Trip.objects.filter(carrier=organisation).values("campaign"))
        case Role.WORKER:
            return Q(pk__in=Registration.objects.filter(worker__user=membership.user_id).values("campaign"))
    return NOTHING


def _any(conditions: list[Q]) -> Q:
    found = NOTHING
    for condition in conditions:
        found |= condition
    return found


def campaigns_visible_to(user: User) -> QuerySet[Campaign]:
    return Campaign.objects.filter(_any([_opens(m) for m in memberships_of(user)])).order_by("-first_day", "-id")


def sight(user: User, campaign_id: int) -> Sight:
    """The user's Sight of a campaign; Http404 where no membership opens it."""
    memberships = memberships_of(user)
    opens = {f"opens{i}": Case(When(_opens(m), then=True), default=False, output_field=BooleanField())
             for i, m in enumerate(memberships)}
    campaign = (
        Campaign.objects.select_related("origin", "destination").annotate(**opens).filter(pk=campaign_id).first()
    )
    open_ones = tuple(m for i, m in enumerate(memberships) if campaign and getattr(campaign, f"opens{i}"))
    if campaign is None or not open_ones:
        raise Http404
    return Sight(user, campaign, open_ones)


def published_plan_id(campaign: Campaign) -> Ids:
    """For use inside other queries: the id of the published plan, as a subquery."""
    return Plan.objects.filter(campaign=campaign, state=Plan.State.PUBLISHED).values("pk")


def live_assignments(campaign: Campaign) -> QuerySet[Assignment]:
    return Assignment.objects.filter(plan=published_plan_id(campaign)[:1], state__in=Assignment.LIVE)


def _places_below(place: Place) -> Ids:
    return Place.objects.filter(path__startswith=place.path).values("pk")


def is_where_people_leave(place: Place, campaign: Campaign) -> bool:
    """Whether a place belongs to the campaign's origin; where the campaign names none, the place's level tells."""
    if campaign.origin is not None:
        return campaign.origin.path.startswith(place.path) or place.path.startswith(campaign.origin.path)
    return place.level in (Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE)


def registrations_from(place: Place, via: str = "") -> Q:
    if place.level == Place.Level.VILLAGE:
        return Q(**{f"{via}village": place.pk})
    return Q(**{f"{via}township__in": _places_below(place)})


def _postings_of(organisation_id: int, campaign: Campaign) -> Ids:
    return Posting.objects.filter(campaign=campaign, site__employer__organisation=organisation_id).values("pk")


def _postings_at(place: Place, campaign: Campaign) -> Ids:
    return Posting.objects.filter(campaign=campaign, site__place__in=_places_below(place)).values("pk")


def _trips_escorted(sight: Sight) -> Ids:
    return Trip.objects.filter(campaign=sight.campaign, escorts=sight.user).values("pk")


def _hires_of(sight: Sight, m: Membership) -> Ids | None:
    """The postings to whose people a membership looks from the side of the job: HR's, a destination bureau's."""
    if m.role == Role.HR:
        return _postings_of(m.organisation_id, sight.campaign)
    if m.role == Role.PLANNER and m.place and not is_where_people_leave(m.place, sight.campaign):
        return _postings_at(m.place, sight.campaign)
    return None


def _people_of(sight: Sight, m: Membership, via: str = "") -> Q:
    """The people whom one membership opens, in a campaign that is not open to it as a whole.

    `via` leads from the rows that are asked for to the registration ("assignment__registration__").
    """
    hires, place = _hires_of(sight, m), place_of(m)
    if hires is not None:
        live = live_assignments(sight.campaign).filter(posting__in=hires)
        return Q(**{f"{via}pk__in": live.values("registration")})
    match m.role:
        case Role.PLANNER if m.place is not None:
            return registrations_from(m.place, via)
        case Role.CASE_OFFICER | Role.LIAISON if place is not None:
            return registrations_from(place, via)
        case Role.ESCORT:
            aboard = SeatBooking.objects.filter(
                plan=published_plan_id(sight.campaign)[:1], held=True, trip__in=_trips_escorted(sight)
            )
            return Q(**{f"{via}pk__in": aboard.values("assignment__registration")})
        case Role.WORKER:
            return Q(**{f"{via}worker__user": sight.user})
    return NOTHING


def people_condition(sight: Sight, via: str = "") -> Q:
    """Whom the reader sees, as a condition on rows that lead to a registration by `via`."""
    return Q() if sight.whole else _any([_people_of(sight, m, via) for m in sight.memberships])


def registrations_visible_to(sight: Sight) -> QuerySet[Registration]:
    return Registration.objects.filter(people_condition(sight), campaign=sight.campaign)


def _trips_carrying(sight: Sight, people: Q) -> Q:
    """Trips on which the published plan has some of these people; the condition is one on bookings."""
    bookings = SeatBooking.objects.filter(people, plan=published_plan_id(sight.campaign)[:1], held=True)
    return Q(pk__in=bookings.values("trip"))


def _trips_of(sight: Sight, m: Membership) -> Q:
    place = place_of(m)
    match m.role:
        case Role.PLANNER | Role.CASE_OFFICER if place is not None:
            return Q(pk__in=Call.objects.filter(place__in=_places_below(place)).values("trip"))
        case Role.LIAISON if place is not None:
            return _trips_carrying(sight, registrations_from(place, "assignment__registration__"))
        case Role.HR:
            own = _postings_of(m.organisation_id, sight.campaign)
            return _trips_carrying(sight, Q(assignment__posting__in=own))
        case Role.ESCORT:
            return Q(escorts=sight.user)
        case Role.CARRIER | Role.PARTNER:
            return Q(carrier=m.organisation_id)
        case Role.WORKER:
            return _trips_carrying(sight, Q(assignment__registration__worker__user=sight.user))
    return NOTHING


def trips_visible_to(sight: Sight) -> QuerySet[Trip]:
    trips = Trip.objects.filter(campaign=sight.campaign)
    if sight.whole:
        return trips
    seen = trips.filter(_any([_trips_of(sight, m) for m in sight.memberships])).values("pk")
    return trips.filter(pk__in=seen)


def paths_of_days(sight: Sight) -> list[str]:
    """Below which places a reader has day's sheets: the whole campaign's bureau everywhere, a place's bureau in its own."""
    if sight.whole:
        return [""]
    paths = [m.place.path for m in sight.having(Role.PLANNER) if m.place]
    if not paths:
        raise Http404
    return paths


def places_of_days(sight: Sight) -> QuerySet[Place]:
    """The places for which a reader may ask a day's sheet."""
    below = [Q(path__startswith=path) for path in paths_of_days(sight)]
    return Place.objects.filter(_any(below), code_list=sight.campaign.code_list_id)


def postings_visible_to(sight: Sight) -> QuerySet[Posting]:
    """An unverified employer's postings are seen by the bureau and by the employer itself."""
    postings = Posting.objects.filter(campaign=sight.campaign)
    if sight.whole:
        return postings
    own = [_postings_of(m.organisation_id, sight.campaign) for m in sight.having(Role.HR, Role.PARTNER)]
    here = [_postings_at(m.place, sight.campaign) for m in sight.having(Role.PLANNER) if m.place]
    return postings.filter(_any([Q(pk__in=seen) for seen in own + here]))


def counties_visible_to(sight: Sight) -> QuerySet[Place]:
    """Where the campaign's people live, for planners over the whole of it."""
    homes = Registration.objects.filter(campaign=sight.campaign).values("township")
    townships = Place.objects.filter(pk__in=homes).annotate(county=Coalesce("parent", "pk")).values("county")
    counties = Place.objects.filter(pk__in=townships)
    if sight.whole:
        return counties
    mine = [Q(path__startswith=m.place.path) for m in sight.having(Role.PLANNER) if m.place]
    return counties.filter(_any(mine))


def employers_visible_to(sight: Sight) -> QuerySet[Employer]:
    """Those whose postings one sees, and those to whom the published plan sends people whom one sees."""
    employers = Employer.objects.filter(campaign=sight.campaign)
    if sight.whole:
        return employers
    offering = postings_visible_to(sight).values("site__employer")
    people = _any([_assigned_of(sight, m) for m in sight.memberships])
    hiring = live_assignments(sight.campaign).filter(people).values("posting__site__employer")
    return employers.filter(Q(pk__in=offering) | Q(pk__in=hiring))


def _origins_of(sight: Sight) -> list[Place]:
    own = [m.place for m in sight.having(Role.PLANNER)] + [place_of(m) for m in sight.having(Role.CASE_OFFICER)]
    return [place for place in own if place is not None and is_where_people_leave(place, sight.campaign)]


def sees_homes(sight: Sight) -> bool:
    """Bureau staff and case officers on the side that people leave from."""
    return sight.whole or bool(_origins_of(sight))


def homes_visible_to(sight: Sight) -> QuerySet[Place]:
    """Counties, townships and villages from which one's people leave."""
    homes = Place.objects.filter(code_list=sight.campaign.code_list_id, level__in=HOMES)
    return homes if sight.whole else homes.filter(_any([Q(path__startswith=p.path) for p in _origins_of(sight)]))


def plans_visible_to(sight: Sight) -> QuerySet[Plan]:
    """Drafts are the bureau's; all others meet a plan only in what it says of people and trips that they may see."""
    plans = Plan.objects.filter(campaign=sight.campaign)
    return plans if sight.whole else plans.none()


def runs_visible_to(sight: Sight) -> QuerySet[Run]:
    runs = Run.objects.filter(campaign=sight.campaign)
    return runs if sight.whole else runs.none()


def pins_visible_to(sight: Sight) -> QuerySet[Pin]:
    """Pins bind runs: who may start these sees and sets them."""
    pins = Pin.objects.filter(campaign=sight.campaign)
    return pins if sight.whole else pins.none()


def _lists_of(sight: Sight, m: Membership) -> Q:
    """Lists of one's place, and those that one's own office has sent."""
    place = m.place if m.role == Role.PLANNER else place_of(m)
    match m.role:
        case Role.PLANNER | Role.LIAISON if place is not None and is_where_people_leave(place, sight.campaign):
            return Q(place__path__startswith=place.path) | Q(requested_by=sight.user)
        case Role.HR | Role.PARTNER:
            return Q(sender=m.organisation_id)
    return NOTHING


def lists_visible_to(sight: Sight) -> QuerySet[ListImport]:
    lists = ListImport.objects.filter(campaign=sight.campaign)
    return lists if sight.whole else lists.filter(_any([_lists_of(sight, m) for m in sight.memberships]))


def lists_decided_by(sight: Sight) -> QuerySet[ListImport]:
    """Lists that one may confirm, drop, take back and have whole: one's own office's, and those of a planner's place."""
    lists = lists_visible_to(sight)
    if sight.whole:
        return lists
    senders = [m.organisation_id for m in sight.having(Role.PLANNER, Role.LIAISON, Role.HR, Role.PARTNER)]
    places = [Q(place__path__startswith=m.place.path) for m in sight.having(Role.PLANNER)
              if m.place is not None and is_where_people_leave(m.place, sight.campaign)]
    return lists.filter(_any([Q(sender__in=senders), *places]))


def returning_visible_to(sight: Sight) -> QuerySet[ReturningEmployee]:
    """Employees whom a firm wants back: the firm's own, those linked to one's people, those of firms at one's place."""
    rows = ReturningEmployee.objects.filter(employer__campaign=sight.campaign)
    return rows if sight.whole else rows.filter(_any([_returning_of(sight, m) for m in sight.memberships]))


def _returning_of(sight: Sight, m: Membership) -> Q:
    place = place_of(m)
    if m.role == Role.HR:
        return Q(employer__organisation=m.organisation_id)
    if m.role not in (Role.PLANNER, Role.CASE_OFFICER, Role.LIAISON) or place is None:
        return NOTHING
    if m.role == Role.PLANNER and not is_where_people_leave(place, sight.campaign):
        return Q(employer__in=Site.objects.filter(place__in=_places_below(place)).values("employer"))
    return registrations_from(place, "registration__")


def questions_visible_to(sight: Sight) -> QuerySet[Question]:
    """What is not certain of lists: the whole campaign's bureau sees all, others what their organisation has to decide.

    Of that, who works for a place sees what is about its people. An employer never learns which registered people its
    employees are compared with.
    """
    questions = Question.objects.filter(campaign=sight.campaign)
    if sight.whole:
        return questions
    staff = (Role.PLANNER, Role.CASE_OFFICER)
    about_people = Q(kind__in=(Question.Kind.WHICH_PERSON, Question.Kind.SAME_PERSON))
    own = Q(owner__in=[m.organisation_id for m in sight.memberships if m.role not in staff]) & ~about_people
    theirs = [Q(owner=m.organisation_id) & _about_people_of(sight, m) for m in sight.having(*staff)]
    return questions.filter(own | _any(theirs))


class _Compared(Func):
    """The registrations among a question's candidates."""

    template = "ARRAY(SELECT (one->>'registration')::bigint FROM jsonb_array_elements(%(expressions)s) AS one)"
    output_field = ArrayField(BigIntegerField())


class _Among(Func):
    """Whether a value is in an array."""

    template, arg_joiner = "%(expressions)s)", " = ANY ("
    output_field = BooleanField()


def _about_people_of(sight: Sight, m: Membership) -> Q:
    """Questions about the people of a place; of who is linked the link alone tells, else who is compared."""
    if m.place is None:
        return Q()
    people = Registration.objects.filter(_people_of(sight, m), campaign=sight.campaign)
    employees = ReturningEmployee.objects.filter(_returning_of(sight, m), employer__campaign=sight.campaign)
    compared = Exists(people.filter(_Among(F("pk"), _Compared(OuterRef("candidates")))))
    about = [
        Q(registration__in=people.values("pk")), Q(employee__in=employees.values("pk")),
        Q(sighting__registration__in=people.values("pk")), Q(worker__in=people.values("worker")),
        Q(employee__registration=None, sighting__registration=None) & Q(compared),
    ]
    if is_where_people_leave(m.place, sight.campaign):
        about.append(Q(row__imported__place__path__startswith=m.place.path))
    return _any(about)


def sees_all_compared(sight: Sight, question: Question) -> bool:
    """Whether everybody whom a decision about entries joins or parts is in the reader's sight."""
    workers = {question.worker_id, *(candidate.get("worker") for candidate in question.candidates[:1])}
    theirs = Registration.objects.filter(campaign=sight.campaign, worker__in=workers - {None})
    return not theirs.exclude(pk__in=registrations_visible_to(sight).values("pk")).exists()


def _assigned_of(sight: Sight, m: Membership) -> Q:
    hires = _hires_of(sight, m)
    if hires is not None:
        return Q(posting__in=hires, state__in=Assignment.LIVE)
    return _people_of(sight, m, "registration__")


def assignments_visible_to(sight: Sight, plan: Plan) -> QuerySet[Assignment]:
    """Of a plan that is not published, nothing but to those who may see the plan."""
    if plan.campaign_id != sight.campaign.pk:
        raise Http404
    assignments = Assignment.objects.filter(plan=plan)
    if sight.whole:
        return assignments
    if plan.state != Plan.State.PUBLISHED:
        return assignments.none()
    return assignments.filter(_any([_assigned_of(sight, m) for m in sight.memberships]))


OfACampaign = type[Registration] | type[Trip] | type[Plan] | type[Run] | type[Pin] | type[ListImport] | type[Question]


def sight_of(user: User, model: OfACampaign, pk: int) -> Sight:
    """The Sight of the campaign that an object belongs to; whether the object itself is seen, its getter says."""
    campaign_id = model._default_manager.filter(pk=pk).values_list("campaign", flat=True).first()
    if campaign_id is None:
        raise Http404
    return sight(user, campaign_id)


