"""A lock in words: its state in a sentence, and who is otherwise on the list since it was frozen."""
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import Plan
from dispatch.queries.lock_changes import Cause, Change, Retimed, Row, changes_since, employers_of, retimed
from dispatch.queries.locks import Locked, locks_of_trips
from laborbridge.accounts.models import Organisation
from laborbridge.web.words import clock, people, when
from transport.models import Call, Trip
from transport.queries import seat_of, seats_of

from .codes import code_of
from .sheet import Column, Section, Sheet

Kind = str


@dataclass(frozen=True, slots=True)
class Line:
    """One change as it is read: who, what, and who decided it when and why."""

    registration: int
    name: str
    kind: Kind  # on, off, other
    what: str
    cause: Cause | None

    @property
    def decided(self) -> str:
        if self.cause is None:
            return ""
        return " ".join(part for part in (when(self.cause.at), self.cause.by) if part)

    @property
    def why(self) -> str:
        if self.cause is None:
            return ""
        if self.cause.is_publishing:
            return _("plan %(number)s published: %(why)s") % {"number": self.cause.plan, "why": self.cause.why}
        return self.cause.why


@dataclass(frozen=True, slots=True)
class Since:
    """All that is otherwise on one trip's list since it was frozen."""

    found: Locked
    lines: Sequence[Line]
    calls: Sequence[str]  # the timetable's changes, in sentences

    @property
    def hidden(self) -> int:
        """Changes of people whom the reader may not see."""
        return self.found.moved.all - len(self.lines)

    @property
    def hidden_words(self) -> str:
        return hidden_in_words(self.hidden)

    @property
    def heading(self) -> str:
        assert self.found.frozen is not None
        return _("Changed after the list was frozen at %(at)s: %(people)s") % {
            "at": when(self.found.frozen.at), "people": people(self.found.moved.all)}


def names(offices: Sequence[Organisation]) -> str:
    return _(", ").join(office.name for office in offices)


def state_in_words(found: Locked) -> str:
    """Where a lock is, with who is missing."""
    lock, frozen, count = found.lock, found.frozen, len(found.offices)
    if lock.lifted_at:
        return _("Lifted %(at)s: %(why)s") % {"at": when(lock.lifted_at), "why": lock.lifted_why}
    if frozen is None:
        offices = ngettext("%(n)s office signs", "%(n)s offices sign", count) % {"n": count}
        if found.state == "set":
            return _("To be frozen %(at)s; then %(offices)s.") % {"at": when(lock.locks_at), "offices": offices}
        if found.can_freeze:
            return _("Due since %(at)s; it is frozen within the next minute.") % {"at": when(lock.locks_at)}
        return _("Due since %(at)s; it is frozen as soon as a plan is published.") % {"at": when(lock.locks_at)}
    if found.locked_at:
        return _("Locked %(locked)s: frozen %(at)s, signed by all %(n)s offices.") % {
            "locked": when(found.locked_at), "at": when(frozen.at), "n": count}
    return _("Frozen %(at)s, signed by %(signed)s of %(n)s offices, missing: %(missing)s.") % {
        "at": when(frozen.at), "signed": len(found.signed), "n": count, "missing": names(found.missing)}


def since(
    locked: Mapping[int, Locked], plan: Plan, calls: Mapping[int, list[Call]], trips: Mapping[int, Trip],
    only: Collection[int] | None = None,
) -> dict[int, Since]:
    """By trip, what is otherwise since its list was frozen; trips whose lists are not frozen are left out."""
    frozen = {trip: found for trip, found in locked.items() if found.frozen}
    changes = changes_since(frozen.values(), plan, only)
    employers = employers_of(change for found in changes.values() for change in found)
    return {
        trip: Since(
            found, _lines(changes.get(found.lock.pk, []), seats_of(trips[trip]), calls[trip], employers),
            [_retimed(one) for one in retimed(found.frozen, calls[trip])] if found.frozen else [],
        )
        for trip, found in frozen.items()
    }


def _lines(
    changes: Sequence[Change], seats: list[str], calls: Sequence[Call], employers: Mapping[int, str]
) -> list[Line]:
    return [
        Line(change.registration, change.name, _kind(change), _what(change, seats, calls, employers), change.cause)
        for change in changes
    ]


def _kind(change: Change) -> Kind:
    return "on" if change.was is None else "off" if change.now is None else "other"


def _what(change: Change, seats: list[str], calls: Sequence[Call], employers: Mapping[int, str]) -> str:
    was, now = change.was, change.now
    if was is None and now is not None:
        return _("came on: %(seat)s, %(way)s") % {"seat": seat_of(seats, now.seat), "way": _way(now, calls)}
    if now is None and was is not None:
        return _("left %(seat)s: %(fate)s") % {"seat": seat_of(seats, was.seat), "fate": _fate(change)}
    assert was is not None and now is not None
    found = []
    if was.seat != now.seat:
        found.append(_("seat %(was)s → %(now)s") % {"was": seat_of(seats, was.seat), "now": seat_of(seats, now.seat)})
    if (was.board, was.alight) != (now.board, now.alight):
        found.append(_("rides %(was)s → %(now)s") % {"was": _way(was, calls), "now": _way(now, calls)})
    if was.posting != now.posting:
        found.append(_("job at %(was)s → %(now)s") % {
            "was": employers.get(was.posting, "–"), "now": employers.get(now.posting, "–")})
    if change.named:
        found.append(_("name corrected, was %(was)s") % {"was": change.named})
    return _("; ").join(found)


def _way(row: Row, calls: Sequence[Call]) -> str:
    """From where to where; a call that the trip makes no more is named by its number."""
    ends = [calls[n].place.name if n < len(calls) else str(n + 1) for n in (row.board, row.alight)]
    return _("%(board)s to %(alight)s") % {"board": ends[0], "alight": ends[1]}


def _fate(change: Change) -> str:
    if change.instead:
        return _("rides %(trips)s instead") % {"trips": change.instead}
    return change.state or _("has no place in the plan any more")


def _retimed(one: Retimed) -> str:
    if one.was is None and one.now is not None:
        return _("new call: %(place)s %(at)s") % {"place": one.now[0], "at": clock(one.now[1])}
    if one.now is None and one.was is not None:
        return _("call dropped: %(place)s %(at)s") % {"place": one.was[0], "at": clock(one.was[1])}
    assert one.was is not None and one.now is not None
    return _("%(was)s %(was_at)s → %(now)s %(now_at)s") % {
        "was": one.was[0], "was_at": when(one.was[1]), "now": one.now[0], "now_at": when(one.now[1])}


# --- on paper --------------------------------------------------------------------------------------------------------


def of_trips(
    trips: Mapping[int, Trip], plan: Plan, calls: Mapping[int, list[Call]], only: Collection[int] | None = None
) -> tuple[dict[int, Locked], dict[int, Since]]:
    """The locks of some trips and what has changed since; for the lists of a whole plan, some trips at once."""
    locked = locks_of_trips(trips, plan)
    return locked, since(locked, plan, calls, trips, only)


def marked(sheet: Sheet, locked: Locked | None, changed: Since | None) -> Sheet:
    """A manifest with its lock among the facts, and what was changed after it at its end, as the facts say."""
    if locked is None:
        return sheet
    facts, sections = [*sheet.facts, state_in_words(locked)], list(sheet.sections)
    if locked.frozen:
        facts.append(_("list code %(code)s") % {"code": locked.frozen.code})
    if changed and changed.calls:
        facts.append(_("timetable changed since: %(calls)s") % {"calls": _("; ").join(changed.calls)})
    if changed and changed.found.moved.all:
        facts.append(ngettext(
            "%(n)s change since, listed at the end", "%(n)s changes since, listed at the end", changed.found.moved.all,
        ) % {"n": f"{changed.found.moved.all:,}"})
        sections.append(_section(changed))
    return replace(sheet, facts=facts, sections=sections)


def _section(changed: Since) -> Section:
    rows: list[list[str]] = [
        ["", line.name, line.what, line.decided, line.why, code_of(line.registration)] for line in changed.lines
    ]
    if changed.hidden:
        rows.append(["", "", hidden_in_words(changed.hidden), "", "", ""])
    return Section(changed.heading, rows, [
        Column(_("Seen"), 11, is_tick=True), Column(_("Name"), 32), Column(_("Change")), Column(_("Decided"), 44),
        Column(_("Why"), 60), Column(_("Code"), 18),
    ])


def hidden_in_words(number: int) -> str:
    return ngettext(
        "and %(n)s change of somebody whom you may not see", "and %(n)s changes of people whom you may not see", number,
    ) % {"n": f"{number:,}"}
