"""Reads of lists: who may send one, how far it is, what it says, and each row with its remarks in words."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from laborbridge.accounts.models import Membership, Organisation
from laborbridge.places.models import Place
from laborbridge.web.words import day, phone
from workers.lists.kinds import kind_of, registered_kinds
from workers.lists.remarks import COLUMN_WORDS, sentences
from workers.models import ListImport, ListRow, Registration
from workers.queries.finding import masked_cipher

from .access import (
    HOMES,
    Role,
    Sight,
    homes_visible_to,
    is_where_people_leave,
    lists_visible_to,
    place_of,
    registrations_visible_to,
)

Outcome = ListRow.Outcome
Kind = ListImport.Kind
# In which order an account is told; the first is what a clerk has to mend.
TOLD = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.POSSIBLE, Outcome.REJECTED)


@dataclass(frozen=True, slots=True)
class Sender:
    """For whom a reader may send lists: below which place, of which kinds."""

    organisation: Organisation
    place: Place | None
    kinds: tuple[str, ...]
    chooses_place: bool = False


def sender_of(sight: Sight) -> Sender | None:
    """The first membership that may send lists; None where none may."""
    return next((sender for m in sight.memberships if (sender := _sender(sight, m))), None)


def require_sender(sight: Sight) -> Sender:
    sender = sender_of(sight)
    if sender is None:
        raise Http404
    return sender


def _sender(sight: Sight, m: Membership) -> Sender | None:
    place = place_of(m)
    match m.role:
        case Role.PLANNER if m.place is None or is_where_people_leave(m.place, sight.campaign):
            origin = sight.campaign.origin
            within = m.place if m.place and not (origin and origin.path.startswith(m.place.path)) else origin
            return Sender(m.organisation, within, _sendable(Kind.PEOPLE), chooses_place=True)
        case Role.LIAISON if place is not None:
            return Sender(m.organisation, place, _sendable(Kind.PEOPLE))
        case Role.HR:
            kinds = _sendable(Kind.RETURNING)
            return Sender(m.organisation, None, kinds) if kinds else None
        case Role.PARTNER:
            return Sender(m.organisation, sight.campaign.origin, _sendable(Kind.PEOPLE))
    return None


def _sendable(*keys: str) -> tuple[str, ...]:
    """Of these kinds those that the page of lists takes."""
    return tuple(key for key, kind in registered_kinds().items() if key in keys and kind.sent_with_others)


def sees_lists(sight: Sight) -> bool:
    return sight.whole or sender_of(sight) is not None


def places_for(sight: Sight, sender: Sender) -> list[tuple[int, str]]:
    """Counties and townships that a list may be for, each township behind its county."""
    if not sender.chooses_place:
        return []
    below = homes_visible_to(sight).filter(level__in=HOMES[:2])
    if sender.place is not None:
        below = below.filter(path__startswith=sender.place.path)
    names = dict(below.values_list("pk", "name"))
    places = sorted(below.values_list("path", "pk", "name", "level"))
    return [
        (pk, name if level == Place.Level.COUNTY else f"{_county_name(path, names)} {name}".strip())
        for path, pk, name, level in places if sender.place is None or pk != sender.place.pk
    ]


def _county_name(path: str, names: dict[int, str]) -> str:
    return next((names[int(pk)] for pk in path.split("/")[-3:-2] if pk and int(pk) in names), "")


def lists_of(sight: Sight) -> QuerySet[ListImport]:
    """Newest first, with whom they are of."""
    return lists_visible_to(sight).select_related("sender", "place", "requested_by", "stored_by", "taken_back_by")


def stored_before(imported: ListImport) -> ListImport | None:
    """The list that had the very same bytes, if it is stored."""
    if not imported.digest:
        return None
    same = ListImport.objects.filter(
        campaign=imported.campaign_id, kind=imported.kind, digest=imported.digest, state=ListImport.State.STORED)
    return same.exclude(pk=imported.pk).select_related("stored_by").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome of a list's account; `shown` is the preview's figure, where it came out otherwise."""

    key: str
    words: str
    count: int
    shown: int | None = None
    # In a bar of 1000.
    at: float = 0
    wide: float = 0


def account(imported: ListImport) -> list[Part]:
    before, at, parts = imported.previewed, 0.0, []
    for outcome in TOLD:
        key, count = outcome.value, getattr(imported, outcome.value)
        wide = 1000 * count / imported.rows if imported.rows else 0.0
        otherwise = before[key] if before.get(key, count) != count else None
        parts.append(Part(key, str(outcome.label), count, otherwise, at, wide))
        at += wide
    return parts


@dataclass(frozen=True, slots=True)
class Column:
    """What one heading of a sheet was taken for."""

    heading: str
    words: str | Promise
    means: str


@dataclass(frozen=True, slots=True)
class SheetRead:
    title: str
    lines: int
    heading_line: int
    columns: list[Column]
    unknown: list[str]
    twice: list[str]
    passed_over: int


def sheets_of(imported: ListImport) -> list[SheetRead]:
    """How the file was understood, sheet by sheet."""
    labels = {field.key: field.label for field in kind_of(imported).fields}
    return [_sheet(sheet, labels) for sheet in imported.layout.get("sheets", [])]


def _sheet(sheet: dict[str, Any], labels: dict[str, str | Promise]) -> SheetRead:
    headings = sheet["headings"]
    columns = sorted(sheet["columns"].items(), key=lambda column: column[1])
    return SheetRead(
        title=sheet["title"], lines=sheet["lines"], heading_line=sheet["heading_line"],
        columns=[
            Column(headings.get(str(at), _("column %(n)s, by what it holds") % {"n": at + 1}), labels.get(key, key), key)
            for key, at in columns
        ],
        unknown=[headings[str(at)] for at in sheet["unknown"] if headings.get(str(at), "").strip()],
        twice=[headings.get(at, "") for at in sheet["twice"]],
        passed_over=len(sheet["passed_over"]),
    )


def unknown_headings(imported: ListImport) -> list[str]:
    return list(dict.fromkeys(heading for sheet in sheets_of(imported) for heading in sheet.unknown))


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row as somebody reads it; the number masked."""

    row: ListRow
    name: str
    identity: str
    telephone: str
    home: str
    said: list[str]
    changes: list[Change]
    person: int | None


def rows_of(imported: ListImport, which: str) -> QuerySet[ListRow]:
    rows = ListRow.objects.filter(imported=imported).order_by("pk")
    if which in Outcome.values:
        return rows.filter(outcome=which)
    return rows.filter(flagged=True) if which == "flagged" else rows


def shown(sight: Sight, rows: Sequence[ListRow]) -> list[RowShown]:
    """With places by name, and a way to the person where the reader may see them."""
    ids = {pk for row in rows for column in ("township", "village") for pk in row.changes.get(column, ()) if pk}
    names = dict(Place.objects.filter(pk__in=ids).values_list("pk", "name"))
    asked = [row.registration_id for row in rows if row.registration_id]
    seen = set(registrations_visible_to(sight).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()
    return [_shown(row, names, seen) for row in rows]


def _shown(row: ListRow, places: dict[int, str], seen: set[int]) -> RowShown:
    said = row.values
    return RowShown(
        row=row, name=said.get("name", ""), identity=masked_cipher(row.identity_cipher),
        telephone=phone(said.get("phone", "")),
        home=" ".join(filter(None, (said.get("township"), said.get("village")))),
        said=sentences(row), changes=list(_changes(row, places)),
        person=row.registration_id if row.registration_id in seen else None,
    )


def _changes(row: ListRow, places: dict[int, str]) -> Iterable[Change]:
    if row.outcome != Outcome.UPDATED:
        return
    for column, (before, after) in row.changes.items():
        if column in COLUMN_WORDS and column not in ("contact",):
            yield Change(str(COLUMN_WORDS[column]), _worded(column, before, places), _worded(column, after, places))


def _worded(column: str, value: Any, places: dict[int, str]) -> str:
    if value in (None, "", []):
        return "–"
    match column:
        case "township" | "village":
            return places.get(value, str(value))
        case "priority":
            return str(Registration.Priority(value).label)
        case "outcome":
            return str(Registration.Outcome(value).label)
        case "occupations":
            return _(", ").join(value)
        case "contact_phone":
            return phone(value)
        case "group":
            return value.split("-", 2)[-1]
        case "ready_at":
            return day(datetime.fromisoformat(value).date())
    return str(value)
