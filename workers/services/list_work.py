"""The work on a list: claimed, read and judged, stored, taken back, taken up again where its worker died.

Each piece is one transaction that ends with the import's state, so that all of it is there or nothing; its heartbeat
tells from a connection of its own how far it is, and notices when it was stopped.
"""
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from traceback import format_tb
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from laborbridge.accounts.models import User
from laborbridge.audit.services import record
from laborbridge.beating import Beating, beating
from laborbridge.identity import unseal_bytes
from laborbridge.rules import RuleBroken, broken_rule, rules_in_words

from ..lists.kinds import kind_of, when_stored, when_taken_back
from ..lists.saving import CHUNK, Noticed, account_of, chunks_of, save_rows
from ..lists.whole_numbers import without_numbers, without_numbers_above
from ..models import LearnedHeading, ListFile, ListImport, ListRow
from ..reading import Unreadable, Workbook, read, read_pasted
from .giving_back import our_headings
from .list_lock import lock_lists

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=20)  # a live worker writes twice a second
MOST_ATTEMPTS = 3
LONGEST_WAIT = 3600  # seconds, for lists of the same campaign that are stored before this one
State = ListImport.State
# What a piece of work leaves behind that failed: the list as it was before, which can be tried again.
AFTER_FAILURE: dict[State, dict[str, Any]] = {
    State.READING: {"state": State.FAILED},
    State.STORING: {"state": State.READY, "stored_by": None, "stored_at": None},
    State.TAKING_BACK: {"state": State.STORED, "taken_back_by": None, "taken_back_at": None},
}

# What is said of a failure that nobody foresaw.
_UNEXPECTED: dict[State, str | Promise] = {
    State.READING: gettext_lazy(
        "The list could not be read, by a fault of this system. Send it again; if it fails again, tell the administrator"
        " when you sent it."),
    State.STORING: gettext_lazy(
        "The list could not be stored, by a fault of this system, and nothing of it was. Confirm it again; if it fails"
        " again, tell the administrator when you did."),
    State.TAKING_BACK: gettext_lazy(
        "The list could not be taken back, by a fault of this system, and all of it is still there. Take it back again; if"
        " it fails again, tell the administrator when you did."),
}


class ClaimLost(Exception):
    """Somebody has stopped this, or another worker has taken it up; what was done here is dropped."""


class _Watch(Beating):
    """How far the work is, told to the row while it is still ours."""

    def __init__(self, imported: ListImport, claim: uuid.UUID) -> None:
        super().__init__()
        self.mine = ListImport.objects.filter(pk=imported.pk, claim=claim, state=imported.state)
        self.done = self.total = 0

    def tell(self, done: int) -> None:
        self.done = done
        if self.claim_lost.is_set():
            raise ClaimLost

    def beat(self) -> None:
        if not self.mine.update(done=self.done, total=self.total, heartbeat_at=Now()):
            self.claim_lost.set()

    def end(self, state: str, **fields: object) -> None:
        """The last thing in the work's transaction: it is all for nothing where the list is no longer ours."""
        if not self.mine.update(state=state, claim=None, done=self.total, total=self.total, failure="", **fields):
            raise ClaimLost


def _claim(imported: int) -> uuid.UUID | None:
    claim = uuid.uuid4()
    claimed = ListImport.objects.filter(pk=imported, state__in=ListImport.ACTIVE, claim=None).update(
        claim=claim, attempts=F("attempts") + 1, heartbeat_at=Now(), done=0, total=0)
    return claim if claimed else None


def carry_on(imported: int) -> None:
    """Do what the list waits for; safe to call twice, and for one that somebody else has."""
    claim = _claim(imported)
    if claim is None:
        return
    now = ListImport.objects.select_related("campaign__origin", "place", "sender").get(pk=imported)
    state = State(now.state)
    watch = _Watch(now, claim)
    work = _WORK[state]
    try:
        with (
            beating(watch, f"watch list {imported}"), translation.override(now.language),
            rules_in_words(lock_seconds=LONGEST_WAIT),
        ):
            work(now, watch)
    except ClaimLost:
        log.warning("list %s was stopped, or taken up elsewhere; the work here is dropped", imported)
    except RuleBroken as broken:
        _fail(watch, state, " ".join(broken.sentences))
    except Unreadable as unreadable:
        _fail(watch, state, str(unreadable))
    except Exception as error:
        _log(imported, error)
        with translation.override(now.language):
            _fail(watch, state, str(_UNEXPECTED[state]))


def _log(imported: int, error: Exception) -> None:
    """Where it happened and what kind of error it is; the database's own words repeat what stands in rows."""
    where = "".join(format_tb(error.__traceback__))
    code = getattr(error.__cause__, "pgcode", None) or ""
    log.error("list %s failed: %s %s %s\n%s", imported, type(error).__name__, code, broken_rule(error), where)


def _fail(watch: _Watch, state: State, why: str) -> None:
    watch.mine.update(claim=None, failure=why, **AFTER_FAILURE[state])


def _read(imported: ListImport, watch: _Watch) -> None:
    _save_lines(imported, watch)
    _judge(imported, watch)
    watch.end(State.READY, layout=imported.layout, **account_of(imported))


def _save_lines(imported: ListImport, watch: _Watch) -> None:
    """The file's lines as rows. The file as a whole is in memory here alone."""
    book, kind = without_numbers_above(_workbook(imported)), kind_of(imported)
    imported.layout = layout_of(book)
    imported.list_rows.all().delete()
    watch.total = 2 * sum(len(sheet.lines) for sheet in book.sheets)
    if not watch.total:
        raise Unreadable(_(
            "No list was found in the file. It needs a line of headings, such as name, identity number, telephone."))

    def rows() -> Iterator[ListRow]:
        for done, (sheet, line) in enumerate(book.lines()):
            if done % CHUNK == 0:
                watch.tell(done)
            yield kind.read_row(sheet, without_numbers(line), imported)

    save_rows(rows())


def _workbook(imported: ListImport) -> Workbook:
    data = unseal_bytes(bytes(ListFile.objects.get(imported=imported).cipher))
    known = LearnedHeading.objects.filter(sender=imported.sender, kind=imported.kind)
    learned = {**dict.fromkeys(our_headings(), ""), **dict(known.values_list("heading", "field"))}
    fields = kind_of(imported).fields
    if not imported.file_name:
        return read_pasted(data.decode("utf-8", "replace"), fields, learned)
    return read(data, imported.file_name, fields, learned)


def layout_of(book: Workbook) -> dict[str, object]:
    """What was found in a file, as ListImport.layout keeps it."""
    return {
        "kind": book.kind, "ignored": [list(sheet) for sheet in book.ignored],
        "sheets": [
            {"title": sheet.title, "above": sheet.above, "heading_line": sheet.heading_line, "lines": len(sheet.lines),
             "columns": sheet.columns, "headings": {str(at): text[:200] for at, text in sheet.headings.items()},
             "unknown": sheet.unknown, "twice": {str(at): key for at, key in sheet.twice.items()},
             "passed_over": [list(line) for line in sheet.passed_over[:200]]}
            for sheet in book.sheets
        ],
    }


def _judge(imported: ListImport, watch: _Watch) -> int:
    kind, done = kind_of(imported), watch.total // 2 if imported.state == State.READING else 0
    for rows in chunks_of(imported):
        before = Noticed(rows)
        kind.judge(imported, rows)
        before.save_changed()
        done += len(rows)
        watch.tell(done)
    return done


def _store(imported: ListImport, watch: _Watch) -> None:
    by = _who(imported.stored_by)
    watch.total = 2 * imported.rows
    lock_lists(imported.campaign_id)
    judged = _judge(imported, watch)
    account = account_of(imported)
    shown = {name: getattr(imported, name) for name in account}
    kind_of(imported).store(imported, by, lambda done: watch.tell(judged + done))
    when_stored(imported, by)
    record("list stored", subject=imported, by=by, campaign=imported.campaign, **account)
    watch.end(State.STORED, stored_at=Now(), previewed=shown if shown != account else {}, **account)


def _take_back(imported: ListImport, watch: _Watch) -> None:
    by = _who(imported.taken_back_by)
    lock_lists(imported.campaign_id)
    named = kind_of(imported).take_back(imported, by)
    when_taken_back(imported, by)
    record("list taken back", subject=imported, by=by, campaign=imported.campaign, named=len(named))
    watch.end(State.TAKEN_BACK, taken_back_at=Now())


def _who(user: User | None) -> User:
    if user is None:
        raise ValueError("a list is stored or taken back by nobody")
    return user


_WORK: dict[State, Callable[[ListImport, _Watch], None]] = {
    State.READING: _read, State.STORING: _store, State.TAKING_BACK: _take_back,
}


def abandoned_lists() -> list[int]:
    """Lists whose worker has died, or whose message was lost, given free; those that have cost three workers are failed."""
    silent = Now() - SILENT_AFTER
    dead = ListImport.objects.filter(state__in=ListImport.ACTIVE, claim__isnull=False, heartbeat_at__lt=silent)
    for state, after in AFTER_FAILURE.items():
        dead.filter(state=state, attempts__gte=MOST_ATTEMPTS).update(
            claim=None, failure=_("The worker died %(times)s times over this list; see its log for why.") % {
                "times": MOST_ATTEMPTS}, **after)
    dead.update(claim=None, heartbeat_at=None)
    waiting = ListImport.objects.filter(state__in=ListImport.ACTIVE, claim=None).filter(
        Q(heartbeat_at=None, attempts__gt=0) | Q(heartbeat_at__lt=silent)
        | Q(heartbeat_at=None, requested_at__lt=Now() - timedelta(seconds=5)))
    lists = list(waiting.values_list("pk", flat=True))
    ListImport.objects.filter(pk__in=lists, claim=None).update(heartbeat_at=Now())
    return lists
