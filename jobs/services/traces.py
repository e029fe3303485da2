"""What an answer changed, row by row, so that it can be taken back while nobody has changed the same since."""
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from laborbridge.rules import RuleBroken

from ..models import Posting, ReservedPost

# Rows whose being there is itself the change: ["kept", registration, [posting before, posting after]].
_KEPT = "kept"
Step = list[Any]


class Trace:
    """Writes changes and remembers them as JSON: [["jobs.posting", 17, {"headcount": [3, 2]}], ["kept", 5, [17, null]]]."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def change(self, row: Model, **fields: Any) -> None:
        """Set fields of one row, those that are other than before; nothing else of it is written."""
        changed = {}
        for name, value in fields.items():
            before = getattr(row, name)
            if before != value:
                setattr(row, name, value)
                changed[name] = [_as_json(before), _as_json(value)]
        if changed:
            row.save(update_fields=list(changed))
            self.steps.append([row._meta.label_lower, row.pk, changed])

    def keep(self, registration: int, posting: Posting | None) -> None:
        """Keep a post of the posting for the person in place of what was kept before, or none any more."""
        kept = ReservedPost.objects.filter(registration=registration).first()
        before, after = kept.posting_id if kept else None, posting.pk if posting else None
        if before != after:
            _keep(registration, after)
            self.steps.append([_KEPT, registration, [before, after]])


def undo(steps: list[Step]) -> None:
    """The other way round, last step first; RuleBroken where something of it was changed since."""
    for what, pk, changed in reversed(steps):
        if what == _KEPT:
            _undo_kept(pk, *changed)
        else:
            _undo_fields(what, pk, changed)


def _undo_kept(registration: int, before: int | None, after: int | None) -> None:
    now = ReservedPost.objects.filter(registration=registration).values_list("posting", flat=True).first()
    if now != after:
        raise RuleBroken(_("Another post has been kept for this person since. Change that one instead."))
    if before is not None and not Posting.objects.filter(pk=before).exists():
        raise RuleBroken(_("The posting that the post was kept in is no longer there."))
    _keep(registration, before)


def _undo_fields(what: str, pk: int, changed: dict[str, list[Any]]) -> None:
    model = apps.get_model(what)
    row = model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if row is None or any(_as_json(getattr(row, name)) != after for name, (_before, after) in changed.items()):
        raise RuleBroken(_("What this answer changed has been changed again since, so it cannot be taken back as a whole."))
    for name, (before, _after) in changed.items():
        setattr(row, name, model._meta.get_field(name).to_python(before))
    row.save(update_fields=list(changed))


def _keep(registration: int, posting: int | None) -> None:
    if posting is None:
        ReservedPost.objects.filter(registration=registration).delete()
    else:
        _refuse_where_none_is_left(registration, posting)
        ReservedPost.objects.update_or_create(registration_id=registration, defaults={"posting_id": posting})


def _refuse_where_none_is_left(registration: int, posting: int) -> None:
    locked = Posting.objects.select_for_update(no_key=True, of=("self",)).get(pk=posting)
    if locked.reserved_posts.exclude(registration=registration).count() >= locked.headcount:
        raise RuleBroken(_("All posts of this posting are kept for other people, so none is left to keep."))


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
