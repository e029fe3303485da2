"""Why somebody is not placed, or a pin cannot be kept: the matching core's codes in words that staff read."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    TOO_YOUNG = "too_young", _("under 16, or under 18 with no posting that takes minors")
    NO_ELIGIBLE_POSTING = "no_eligible_posting", _("no posting fits trade and wage")
    CLEARANCE_NOT_ADMITTED = "clearance_not_admitted", _("the health clearance is not accepted where the jobs are")
    NO_JOURNEY_IN_TIME = "no_journey_in_time", _("no way to arrive before the job begins")
    POSTINGS_FULL = "postings_full", _("every posting that fits is full")
    SEATS_FULL = "seats_full", _("every vehicle that would be in time is full")
    GROUP_CANNOT_GO_TOGETHER = "group_cannot_go_together", _("the group has no way to go together")
    BETTER_FOR_OTHERS = "better_for_others", _("posts and seats bring more people when others take them")
    PINNED_OUT = "pinned_out", _("held out by staff, or somebody who comes along is")


class Refused(models.TextChoices):
    """What a pinned person's pins break; {what} is a posting or a trip."""

    CONTRADICTION = "contradiction", _("The pins of this person contradict each other.")
    NOT_ELIGIBLE = "not_eligible", _(
        "Not eligible for {what}: trade, wage, the person's wish or a post kept for others stand against it."
    )
    UNDER_16 = "under_16", _("Under 16: nobody may give this person a job.")
    MINOR = "minor", _("Under 18, and {what} takes no minors.")
    CLEARANCE = "clearance", _("The health clearance is not accepted where {what} is.")
    JOB_GONE = "job_gone", _("{what} has been withdrawn, or its employer is not verified.")
    TRIP_GONE = "trip_gone", _("{what} does not run any more.")
    FEWER_POSTS = "fewer_posts", _("{what} has fewer posts than people who are pinned to it.")
    FEWER_SEATS = "fewer_seats", _("{what} has fewer seats than people who are pinned to it.")
    NO_JOURNEY = "no_journey", _("There is no journey in time that keeps the pin.")
    NO_ROOM = "no_room", _("No seat or post is left beside the other pinned people.")
    GROUP_JOURNEYS = "group_journeys", _("Pins send people of one group on different journeys.")
    GROUP_APART = "group_apart", _("Not all of the group can go there together.")
