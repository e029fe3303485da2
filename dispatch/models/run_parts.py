"""A run whose campaign falls apart: one row for each task, and what all of them came from, until the plan is written."""
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .runs import Run


class RunInput(models.Model):
    """What the run saw, for whoever adds its parts up: the rows themselves may have changed by then."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="input", primary_key=True)
    kept_at = models.DateTimeField()  # by the database's clock
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.run_id}"


class RunPart(models.Model):
    """Independent parts that one task solves; both rows go with the run's end."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("solved")

    run = models.ForeignKey(Run, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.BinaryField()
    result = models.BinaryField(null=True)

    # As of a run: the claim changes hands by one conditional update, the heartbeat says that its holder is alive. While
    # it waits, the heartbeat is the last time that it was handed over.
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    share_done = models.FloatField(default=0)
    best_score = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    placed = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="run_part_once_in_its_run"),
            models.CheckConstraint(name="run_part_state_known", condition=Q(state__in=["waiting", "running", "done"])),
            models.CheckConstraint(
                name="run_part_running_is_claimed",
                condition=~Q(state="running") | Q(claim__isnull=False, heartbeat_at__isnull=False),
            ),
            models.CheckConstraint(name="run_part_done_has_a_result", condition=~Q(state="done") | Q(result__isnull=False)),
            models.CheckConstraint(name="run_part_has_people", condition=Q(people__gt=0)),
        ]
        ordering = ["run", "number"]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
