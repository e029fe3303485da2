"""All lists of a published plan as one file, and how far its writing is."""
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .plans import Plan


class RosterBundle(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("being written")
        FINISHED = "finished", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("stopped, nothing kept")

    ACTIVE = (State.QUEUED, State.RUNNING)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="roster_bundles")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    language = models.CharField(max_length=10)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    # As of a run: the claim changes hands by one conditional update, the heartbeat says that its holder is alive.
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # All lists are of this one moment; what is changed in the plan later is not in them.
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    # Lists written, of how many.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # Below MEDIA_ROOT, once it is whole.
    file = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "plan", name="roster_bundle_one_active_per_plan", condition=Q(state__in=["queued", "running"])
            ),
            models.CheckConstraint(
                name="roster_bundle_state_known",
                condition=Q(state__in=["queued", "running", "finished", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="roster_bundle_failed_has_a_reason", condition=~Q(state="failed") | ~Q(failure="")
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE
