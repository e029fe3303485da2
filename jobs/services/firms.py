"""Verbs of employers and what they ask for."""
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.rules import RuleBroken, rules_in_words

from ..models import Employer


def verify_employer(*, employer: Employer, by: User) -> None:
    """From now on its postings are shown and matched; RuleBroken where somebody else has verified it already."""
    with rules_in_words():
        waiting = Employer.objects.filter(pk=employer.pk, verified_at=None)
        if not waiting.update(verified_at=Now(), verified_by=by):
            raise RuleBroken(_("{name} has been verified already.").format(name=employer.name))
        record("employer verified", subject=employer, by=by, campaign=employer.campaign)
