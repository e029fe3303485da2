"""Finding people by whatever somebody types: who fits, in which order, and whether there are too many to show."""
from dataclasses import dataclass

from django.db.models import IntegerField, Q, QuerySet, Value

from dispatch.models import Plan
from workers.models import Registration
from workers.queries.finding import BY_NAME, EXACT, Way, nearness, numbered, ways_to_find

from .people import PAGE, PeoplePage, goes_by, rows_of

# Nobody reads through more; who finds more is told to say more, and the database stops looking.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """Registrations that fit, exact ones first, then by the pinyin of their names."""

    ids: list[int]
    # There are more than MOST; those that are shown are some of them.
    too_many: bool
    # What was typed can mean nobody: too few digits, no letter at all.
    too_short: bool = False


def search(people: QuerySet[Registration], text: str, registration: int | None = None) -> Found:
    """Those of `people` who fit; `registration` is whom the text names as the code of a printed row."""
    text = text.strip()
    ways = ways_to_find(text)
    if registration is not None:
        ways.append(Way(EXACT, Q(pk=registration)))
    if not ways:
        return Found([], False, too_short=True)
    one, *others = [_candidates(people, way) for way in ways]
    rows = list(one.union(*others, all=True) if others else one)
    places: dict[int, tuple[int, str, int]] = {}
    for pk, name, keys, rank, _outcome in rows:
        place = nearness(text, name, keys) if rank == BY_NAME else rank, keys, pk
        places[pk] = min(place, places.get(pk, place))
    # Who was entered twice is found by either entry, once.
    twice = [pk for pk, *_found, outcome in rows if outcome == Registration.Outcome.DUPLICATE]
    for duplicate, goes in (goes_by(people, twice) if twice else {}).items():
        place = *places.pop(duplicate)[:2], goes
        places[goes] = min(place, places.get(goes, place))
    ids = sorted(places, key=lambda pk: places[pk])
    return Found(ids, len(ids) > MOST, too_short=not ids and text.isdigit() and len(text) < 4)


def _candidates(people: QuerySet[Registration], way: Way) -> QuerySet[Registration, tuple[int, str, str, int, str | None]]:
    fitting = numbered(people).filter(way.condition)
    rank = Value(way.rank, output_field=IntegerField())
    return fitting.values_list("pk", "worker__name", "worker__name_keys", rank, "outcome")[: MOST + 1]


def search_page(found: Found, plan: Plan | None, after: int = 0, size: int = PAGE) -> PeoplePage:
    """The next `size` of those who were found, after one of them. Of too many, the first page is all there is."""
    start = found.ids.index(after) + 1 if after in found.ids and not found.too_many else 0
    ids = found.ids[start : start + size]
    more = start + size < len(found.ids) and not found.too_many
    return PeoplePage(rows_of(ids, plan), ids[-1] if more else None)
