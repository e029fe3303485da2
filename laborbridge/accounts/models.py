"""Who may sign in, for which organisation, in which role, for which part of the land."""
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from laborbridge.places.models import Place


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in; rights come from memberships alone."""

    username = models.CharField(_("account"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    class Kind(models.TextChoices):
        BUREAU = "bureau", _("labour bureau")
        EMPLOYER = "employer", _("employer")
        VILLAGE = "village", _("village")
        CARRIER = "carrier", _("carrier")
        PARTNER = "partner", _("partner region")

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="organisations")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_kind_known",
                condition=models.Q(kind__in=["bureau", "employer", "village", "carrier", "partner"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one organisation; a place narrows it to that part of the division tree."""

    class Role(models.TextChoices):
        PLANNER = "planner", _("bureau staff")
        CASE_OFFICER = "case_officer", _("case officer")
        LIAISON = "liaison", _("village liaison")
        HR = "hr", _("employer's HR")
        ESCORT = "escort", _("escort")
        CARRIER = "carrier", _("carrier's clerk")
        PARTNER = "partner", _("partner region's system")
        WORKER = "worker", _("worker")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "organisation", "role", name="membership_once_per_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"
