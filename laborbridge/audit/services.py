"""Writing the audit row, in the transaction of what it tells."""
from django.db import models, transaction

from laborbridge.accounts.models import User
from laborbridge.campaigns.models import Campaign

from .models import Entry


def record(
    action: str, *, subject: models.Model, by: User | None, campaign: Campaign | None = None, **detail: object
) -> Entry:
    """Write one audit row; outside a transaction this is refused, since it could then outlive what it tells of."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"audit of {action!r} outside the transaction that it belongs to")
    return Entry.objects.create(
        action=action, subject=subject._meta.label_lower, subject_id=subject.pk, by=by, campaign=campaign, detail=detail
    )
