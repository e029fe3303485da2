"""A list that somebody sent: looked at first, then stored, then perhaps taken back. No row of it is ever lost."""
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from laborbridge.accounts.models import Organisation
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place

from .people import Registration, Worker

USER = settings.AUTH_USER_MODEL


class ListImport(models.Model):
    """One list of one sender, with the account of its rows: new + updated + unchanged + possible + rejected = rows."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("people who want to go")
        RETURNING = "returning", _("returning employees")
        REGISTER = "register", _("another office's register")

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("to be confirmed")
        STORING = "storing", _("being stored")
        STORED = "stored", _("stored")
        TAKING_BACK = "taking_back", _("being taken back")
        TAKEN_BACK = "taken_back", _("taken back")
        DROPPED = "dropped", _("dropped, nothing stored")
        FAILED = "failed", _("failed, nothing stored")

    # A worker of the queue has them, or should.
    ACTIVE = (State.READING, State.STORING, State.TAKING_BACK)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="list_imports")
    kind = models.CharField(max_length=10, choices=Kind)
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="list_imports")
    # Below which place the list's people live: names of townships and villages are looked up there, others are refused.
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    file_name = models.CharField(max_length=200)
    # Of the bytes that came; empty for pasted cells. The same file again is recognised by it.
    digest = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10)
    # What was found in the file: {"kind": "xlsx", "ignored": [["Sheet3", "empty"]], "sheets": [{"title": "恩施市",
    # "above": "...", "heading_line": 3, "lines": 20, "columns": {"name": 1}, "headings": {"1": "姓名"}, "unknown": [7],
    # "twice": {"8": "phone"}, "passed_over": [[25, "total"]]}]}
    layout = models.JSONField(default=dict)
    requested_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    stored_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    stored_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    # As of a run: the claim changes hands by one conditional update, the heartbeat says that its holder is alive.
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)

    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    possible = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # Of the rows that are not rejected, those with a remark that somebody must look at.
    flagged = models.PositiveIntegerField(default=0)
    # The account as it was shown before storing, where others have stored meanwhile and it came out otherwise.
    previewed = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="list_import_adds_up",
                condition=Q(rows=F("new") + F("updated") + F("unchanged") + F("possible") + F("rejected")),
            ),
            models.CheckConstraint(
                name="list_import_kind_known", condition=Q(kind__in=["people", "returning", "register"])),
            models.CheckConstraint(
                name="list_import_state_known",
                condition=Q(state__in=[
                    "reading", "ready", "storing", "stored", "taking_back", "taken_back", "dropped", "failed"]),
            ),
            models.CheckConstraint(
                name="list_import_failed_has_a_reason", condition=~Q(state="failed") | ~Q(failure="")),
            models.CheckConstraint(
                name="list_import_stored_with_who_and_when",
                condition=Q(stored_by__isnull=True, stored_at__isnull=True)
                | Q(stored_by__isnull=False, stored_at__isnull=False),
            ),
            models.CheckConstraint(
                name="list_import_taken_back_with_who_and_when",
                condition=Q(taken_back_by__isnull=True, taken_back_at__isnull=True)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def counting(self) -> int:
        """The rows that are stored, or would be."""
        return self.new + self.updated + self.unchanged

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0

    @property
    def rows_total(self) -> int:
        """Each row is gone over twice: read and judged, or judged and stored."""
        return self.total // 2

    @property
    def rows_done(self) -> int:
        return int(self.share * self.rows_total)


class ListFile(models.Model):
    """The bytes as they came, sealed: they hold identity numbers. From them the sender's workbook goes back with remarks."""

    imported = models.OneToOneField(ListImport, models.CASCADE, related_name="file")
    cipher = models.BinaryField()

    def __str__(self) -> str:
        return str(self.imported_id)


class ListRow(models.Model):
    """One row that held something, where it stands in the file, and what became of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        UPDATED = "updated", _("updated")
        UNCHANGED = "unchanged", _("unchanged")
        POSSIBLE = "possible", _("possible duplicate")
        REJECTED = "rejected", _("rejected")

    imported = models.ForeignKey(ListImport, models.CASCADE, related_name="list_rows")
    sheet = models.CharField(max_length=100, blank=True)
    # As a spreadsheet counts.
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    flagged = models.BooleanField(default=False)
    # [["phone_too_short", {"column": "联系电话", "value": "1380000"}], ...]: a code and what its sentence names.
    remarks = models.JSONField(default=list)
    # What was read of the row by field, in our forms; never an identity number.
    values = models.JSONField(default=dict)
    # The number by itself, as laborbridge.identity seals it; whole ones alone are enciphered.
    identity_cipher = models.BinaryField(null=True)
    identity_whole = models.BinaryField(null=True)
    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="list_rows")
    registration = models.ForeignKey(Registration, models.SET_NULL, null=True, related_name="list_rows")
    # {"contact_phone": ["13800001234", "13900001234"], ...}: of a row that updated somebody, what was before and after.
    changes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint("imported", "sheet", "line", name="list_row_once_per_line"),
            models.CheckConstraint(
                name="list_row_outcome_known",
                condition=Q(outcome__in=["new", "updated", "unchanged", "possible", "rejected"]),
            ),
            models.CheckConstraint(
                name="list_row_rejected_with_a_reason", condition=~Q(outcome="rejected") | ~Q(remarks=[])),
        ]
        indexes = [
            # Of one person in one list, and who else in it has the name.
            models.Index(fields=["imported", "identity_whole"], name="list_row_by_number"),
            models.Index(F("imported"), KeyTextTransform("name", "values"), name="list_row_by_name"),
            models.Index(fields=["imported", "outcome"], name="list_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.line} {self.outcome}".strip()


class LearnedHeading(models.Model):
    """What a sender means by a heading that is not understood by itself; asked once, remembered."""

    sender = models.ForeignKey(Organisation, models.CASCADE, related_name="learned_headings")
    kind = models.CharField(max_length=10, choices=ListImport.Kind)
    # As headings are compared.
    heading = models.CharField(max_length=80)
    # Empty: a column that is not wanted.
    field = models.CharField(max_length=30, blank=True)
    learned_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    learned_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("sender", "kind", "heading", name="learned_heading_once_per_sender_and_kind")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"
