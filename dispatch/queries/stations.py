"""Reads of station rules: the nearest row above a place counts, then the campaign's, then the defaults."""
from collections.abc import Iterable

from dispatch.models import StationRules
from laborbridge.campaigns.models import Campaign
from laborbridge.places.models import Place


class RulesBook:
    """All rules of a campaign, read once; a campaign has a handful."""

    def __init__(self, rows: Iterable[StationRules]) -> None:
        self._by_place = {row.place_id: row for row in rows}
        self._default = self._by_place.get(None) or StationRules()
        self._found: dict[str, StationRules] = {}

    def of(self, path: str) -> StationRules:
        """The rules that count at a place, by its path from the root."""
        if path not in self._found:
            self._found[path] = self._nearest(path)
        return self._found[path]

    def _nearest(self, path: str) -> StationRules:
        for part in reversed([part for part in path.split("/") if part]):
            if (row := self._by_place.get(int(part))) is not None:
                return row
        return self._default

    def bays(self, place_id: int) -> int | None:
        """How many bus bays a stop has, where somebody has counted them."""
        row = self._by_place.get(place_id)
        return row.bays if row else None

    def all(self) -> list[StationRules]:
        return [self._default, *(row for place, row in self._by_place.items() if place is not None)]


def rules_of(campaign: Campaign) -> RulesBook:
    return RulesBook(StationRules.objects.filter(campaign=campaign))


def rules_at(campaign: Campaign, place: Place | None) -> StationRules | None:
    """The row of a place itself, or of the campaign: what a form changes; None where it has none yet."""
    return StationRules.objects.filter(campaign=campaign, place=place).first()


def places_with_rules(campaign: Campaign) -> list[StationRules]:
    rows = StationRules.objects.filter(campaign=campaign, place__isnull=False).select_related("place")
    return list(rows.order_by("place__name", "place"))
