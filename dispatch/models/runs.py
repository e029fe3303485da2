"""A run: one computation of a plan, with all that is needed to see again what it saw."""
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from laborbridge.campaigns.models import Campaign

if TYPE_CHECKING:
    from .plans import Plan


class Run(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped, best plan kept")
        FAILED = "failed", _("failed")

    ACTIVE = (State.QUEUED, State.RUNNING)
    # As a failure; whom it concerns is in the run's pin_refusals, and pages say it in the reader's language.
    PINS_REFUSED = "pins cannot be kept"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    seed = models.IntegerField(default=1)
    # {"seconds": 60}; where the run starts from a plan {"plan_before": its id, "change_cost": 30}; {"floor": percent}.
    parameters = models.JSONField(default=dict)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)

    # Who works on it: the claim changes hands by one conditional update, the heartbeat says that its holder is alive.
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    failure = models.TextField(blank=True)

    # What it saw and with what it computed.
    input_digest = models.CharField(max_length=64, blank=True)
    solver_version = models.CharField(max_length=40, blank=True)
    versions = models.JSONField(default=dict)

    # How far it is; written every second.
    phase = models.CharField(max_length=40, blank=True)
    share_done = models.FloatField(default=0)
    best_score = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    placed = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "campaign", name="run_one_active_per_campaign", condition=Q(state__in=["queued", "running"])
            ),
            models.CheckConstraint(
                name="run_state_known", condition=Q(state__in=["queued", "running", "finished", "stopped", "failed"])
            ),
            models.CheckConstraint(name="run_failed_has_a_reason", condition=~Q(state="failed") | ~Q(failure="")),
            models.CheckConstraint(
                name="run_running_is_claimed",
                condition=~Q(state="running") | Q(claim__isnull=False, heartbeat_at__isnull=False),
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.campaign} #{self.pk}"

    @property
    def plan_before(self) -> "Plan | None":
        """The plan that it starts from; None where it plans anew."""
        plan = self.parameters.get("plan_before")
        return None if plan is None else self.campaign.plans.get(pk=plan)

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE
