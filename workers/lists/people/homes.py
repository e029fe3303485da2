"""Where a row's person lives, by the names that the row, its sheet and the sender's place give."""
from typing import Any

from laborbridge.places.models import Place

from ...models import ListImport, ListRow
from ..places import Found, Known, Places
from ..remarks import remark

Level = Place.Level


def root_of(imported: ListImport) -> Place:
    """Below which place the people of the list live."""
    root = imported.place or imported.campaign.origin
    if root is None:
        raise ValueError("a list for no place in a campaign without an origin")
    return root


class Homes:
    """The places of one list, and what its sheets say over their headings."""

    def __init__(self, imported: ListImport) -> None:
        root = root_of(imported)
        self.places = Places(root)
        self.root = self.places.by_id.get(root.pk) or Known(root.pk, root.name, root.level, root.path)
        self.origin = imported.campaign.origin
        self._everywhere: Places | None = None
        self._titles = {
            sheet["title"]: f"{sheet['title']} {sheet['above']}" for sheet in imported.layout.get("sheets", [])}
        self._hints: dict[tuple[str, str], Known | None] = {}

    def _hint(self, level: str, sheet: str) -> Known | None:
        """What the sender's place, or the sheet's titles, say of a level."""
        own = self.root if self.root.level == level else self.places.above(self.root, level)
        if own is not None:
            return own
        if (level, sheet) not in self._hints:
            self._hints[level, sheet] = self.places.said_in(level, self._titles.get(sheet, sheet))
        return self._hints[level, sheet]

    def settle(self, row: ListRow) -> None:
        """Put the ids of township and village into the row's values, or say what is wrong with them."""
        said: dict[str, Any] = row.values
        said.pop("township_id", None)
        said.pop("village_id", None)
        county = self._county(row)
        if row.outcome == ListRow.Outcome.REJECTED:
            return
        township = self._township(row, county)
        if township is None:
            return
        village = self._village(row, township)
        said["township_id"] = township.pk
        if village is not None:
            said["village_id"] = village.pk

    def _county(self, row: ListRow) -> Known | None:
        text = row.values.get("county", "")
        hint = self._hint(Level.COUNTY, row.sheet)
        if not text:
            return hint
        found = self.places.named(Level.COUNTY, text).place
        if found is None and hint is not None and self._same_county(text, hint):
            return hint
        if found is None and self._elsewhere(Level.COUNTY, text):
            remark(row, "outside_place", value=text, within=self.root.name)
        return found

    @staticmethod
    def _same_county(text: str, county: Known) -> bool:
        return text.strip()[:2] == county.name[:2]

    def _township(self, row: ListRow, county: Known | None) -> Known | None:
        text = row.values.get("township", "")
        if not text:
            return self._township_unsaid(row, county)
        if self.root.level in (Level.TOWNSHIP, Level.VILLAGE):
            return self._own_township(row, text)
        found = self.places.named(Level.TOWNSHIP, text, county)
        if found.place is None and county is not None and not found.several:
            found = self._in_another_county(found, text)
        if found.place is not None:
            return found.place
        self._refuse_township(row, text, county, found)
        return None

    def _in_another_county(self, found: Found, text: str) -> Found:
        """A sheet's title may name the office that sends the list and not where its people live."""
        other = self.places.named(Level.TOWNSHIP, text)
        return other if other.place is not None else found

    def _own_township(self, row: ListRow, text: str) -> Known | None:
        own = self._hint(Level.TOWNSHIP, row.sheet)
        assert own is not None
        if Places.same(own, text):
            return own
        remark(row, "outside_place", value=text, within=self.root.name)
        return None

    def _refuse_township(self, row: ListRow, text: str, county: Known | None, found: Found) -> None:
        within = (county or self.root).name
        if found.several:
            remark(row, "township_several", value=text, like=_joined(found))
        elif self._elsewhere(Level.TOWNSHIP, text):
            remark(row, "outside_place", value=text, within=self.root.name)
        elif found.like:
            remark(row, "township_near", value=text, within=within, like=_joined(found))
        else:
            remark(row, "township_unknown", value=text, within=within)

    def _elsewhere(self, level: str, text: str) -> bool:
        """Whether the campaign knows the name, though not below the sender's place."""
        if self.origin is None or self.origin.pk == self.root.pk:
            return False
        if self._everywhere is None:
            self._everywhere = Places(self.origin)
        found = self._everywhere.named(level, text)
        return found.place is not None or found.several

    def _township_unsaid(self, row: ListRow, county: Known | None) -> Known | None:
        hint = self._hint(Level.TOWNSHIP, row.sheet)
        if hint is not None:
            return hint
        text = row.values.get("village", "")
        found = self.places.named(Level.VILLAGE, text, county) if text else Found()
        township = self.places.above(found.place, Level.TOWNSHIP) if found.place else None
        if township is None:
            remark(row, "no_township")
        return township

    def _village(self, row: ListRow, township: Known) -> Known | None:
        text = row.values.get("village", "")
        if self.root.level == Level.VILLAGE:
            return self._own_village(row, text)
        if not text:
            remark(row, "village_missing")
            return None
        found = self.places.named(Level.VILLAGE, text, township)
        if found.place is None:
            named = {"value": text, "within": township.name}
            if found.several:
                remark(row, "village_several", value=text, like=_joined(found))
            elif found.like:
                remark(row, "village_near", **named, like=_joined(found))
            else:
                remark(row, "village_unknown", **named)
        return found.place

    def _own_village(self, row: ListRow, text: str) -> Known | None:
        if not text or Places.same(self.root, text):
            return self.root
        remark(row, "outside_place", value=text, within=self.root.name)
        return None


def _joined(found: Found) -> str:
    return ", ".join(found.like)
