"""Two entries that turned out to be one person: both histories stay, and it can be undone."""
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .people import Worker

USER = settings.AUTH_USER_MODEL


class WorkerMerge(models.Model):
    """From now on `gone` is `kept`; what was moved from one to the other stands here, so that it can be moved back."""

    kept = models.ForeignKey(Worker, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Worker, models.PROTECT, related_name="merged_away")
    why = models.CharField(max_length=200)
    # [["workers.registration", 17, {"worker": [2, 1]}], ...]: rows that were changed, with before and after.
    moved = models.JSONField(default=list)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("gone", name="worker_merged_away_once", condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(name="worker_never_merged_with_itself", condition=~Q(kept=F("gone"))),
            models.CheckConstraint(name="worker_merge_has_a_reason", condition=Q(why__regex=r"\S")),
            models.CheckConstraint(
                name="worker_merge_undone_with_who_and_when",
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
