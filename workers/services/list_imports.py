"""Lists that offices send: received, confirmed, dropped, taken back. The work itself is list_work's."""
import logging
from collections.abc import Mapping
from hashlib import sha256

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from laborbridge.accounts.models import Organisation, User
from laborbridge.audit.services import record
from laborbridge.campaigns.models import Campaign
from laborbridge.identity import seal_bytes
from laborbridge.places.models import Place
from laborbridge.rules import RuleBroken, rules_in_words

from ..models import LearnedHeading, ListFile, ListImport
from ..reading import normal_heading
from ..reading.limits import LARGEST

log = logging.getLogger(__name__)
State = ListImport.State
PASTED = ""


def receive_list(
    *, campaign: Campaign, kind: str, sender: Organisation, by: User, data: bytes, file_name: str = PASTED,
    place: Place | None = None,
) -> ListImport:
    """Take in a file, or pasted cells as UTF-8 without a file name; it is read by a worker, and nothing of it stored yet."""
    if not data.strip():
        raise RuleBroken(_("Nothing was sent. Choose the file, or paste the cells with their headings."))
    if len(data) > LARGEST:
        raise RuleBroken(_("The file is larger than 40 MB. Send the list without pictures, or in several parts."))
    if kind == ListImport.Kind.PEOPLE and place is None and campaign.origin is None:
        raise RuleBroken(_("Choose for which place the list is: this campaign names none that its people come from."))
    with rules_in_words():
        imported = ListImport.objects.create(
            campaign=campaign, kind=kind, sender=sender, place=place, requested_by=by,
            language=translation.get_language() or by.language, file_name=file_name[-200:],
            digest=sha256(data).hexdigest() if file_name else "",
        )
        ListFile.objects.create(imported=imported, cipher=seal_bytes(data))
        record("list received", subject=imported, by=by, campaign=campaign, kind=kind, file=imported.file_name)
        transaction.on_commit(lambda: hand_over(imported.pk))
    return imported


def hand_over(imported: int) -> None:
    """Tell a worker. Where the message cannot be sent, take_up_abandoned_lists finds the list by itself."""
    try:
        current_app.send_task("workers.tasks.carry_on_list", [imported], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("list %s: no message to the workers (%s); it is taken up by the clock", imported, error)


def _taken_at(imported: ListImport, *states: str) -> ListImport:
    """The import as it is now, held until the transaction ends; RuleBroken where it is no longer in one of the states."""
    now = ListImport.objects.select_for_update(no_key=True).get(pk=imported.pk)
    if now.state not in states:
        raise RuleBroken(_("This list has moved on meanwhile: it is %(state)s. Look at it again.") % {
            "state": now.get_state_display()})
    return now


def _queued(imported: ListImport, state: str, **fields: object) -> None:
    ListImport.objects.filter(pk=imported.pk).update(
        state=state, claim=None, attempts=0, heartbeat_at=None, done=0, total=0, failure="", **fields)
    transaction.on_commit(lambda: hand_over(imported.pk))


def confirm(*, imported: ListImport, by: User) -> None:
    """Have the rows stored as the preview says, judged once more right before."""
    with rules_in_words():
        now = _taken_at(imported, State.READY)
        if now.rows == now.rejected:
            raise RuleBroken(_("No row of this list can be stored. Mend the rejected rows and send the list again."))
        _queued(now, State.STORING, stored_by=by, stored_at=Now())
        record("list confirmed", subject=now, by=by, campaign=now.campaign, rows=now.rows)


def drop(*, imported: ListImport, by: User) -> None:
    """Store nothing of the list, while it is being read or waits to be confirmed; the file and its rows are forgotten."""
    with rules_in_words():
        now = _taken_at(imported, State.READING, State.READY)
        ListImport.objects.filter(pk=now.pk).update(state=State.DROPPED, claim=None, failure="")
        now.list_rows.all().delete()
        ListFile.objects.filter(imported=now).delete()
        record("list dropped", subject=now, by=by, campaign=now.campaign)


def take_back(*, imported: ListImport, by: User, reason: str) -> None:
    """Have undone what a stored list has done; what cannot be undone is named."""
    if not reason.strip():
        raise RuleBroken(_("Say why the list is taken back. Who looks at it later reads it."))
    with rules_in_words():
        now = _taken_at(imported, State.STORED)
        _queued(now, State.TAKING_BACK, taken_back_by=by, taken_back_at=Now())
        record("list to be taken back", subject=now, by=by, campaign=now.campaign, reason=reason.strip()[:500])


def learn_headings(*, imported: ListImport, by: User, meant: Mapping[str, str]) -> None:
    """Remember what the sender means by headings, "" for a column that is not wanted, and read the list again."""
    with rules_in_words():
        now = _taken_at(imported, State.READY)
        LearnedHeading.objects.bulk_create(
            [LearnedHeading(sender=now.sender, kind=now.kind, heading=normal_heading(said), field=field, learned_by=by)
             for said, field in meant.items() if normal_heading(said)],
            update_conflicts=True, unique_fields=["sender", "kind", "heading"],
            update_fields=["field", "learned_by", "learned_at"],
        )
        _queued(now, State.READING)
        record("headings learned", subject=now, by=by, campaign=now.campaign, headings=dict(meant))
