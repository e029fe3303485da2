"""Why somebody is not placed: the matching core's codes in words that staff read."""
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
