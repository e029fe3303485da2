"""A trip's seats as a page draws them: block by block, each seat with its state, its group and its name in words."""
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dispatch.models import Plan
from dispatch.queries.seat_map import Holder, Occupancy
from laborbridge.web.words import is_chinese
from transport.layouts import AISLE, Block, Layout
from transport.models import Call
from transport.seat_maps import seat_words

# How many colours the groups share; beside its colour each has letters of its own.
TINTS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in a row: a seat, the aisle, or nothing where others have a seat."""

    state: str
    index: int = -1
    label: str = ""
    words: str = ""
    # Who has it first; then the letters of their group, and its colour.
    name: str = ""
    group: str = ""
    tint: int = 0
    got_on: bool = False
    # How many have it one after the other, and the address of the first one's page.
    people: int = 0
    opens: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    spots: list[Spot]

    @property
    def whole(self) -> bool:
        """Seats from side to side, as at the back of a bus: the aisle ends there."""
        return all(spot.index >= 0 for spot in self.spots)


@dataclass(frozen=True, slots=True)
class BlockShown:
    block: Block
    rows: list[Row]
    taken: int
    free: int
    current: bool

    @property
    def unused(self) -> bool:
        return any(spot.state == "unused" for row in self.rows for spot in row.spots)


def group_letters(number: int) -> str:
    """A to Z, then AA, AB and so on; nothing for 0."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Drawing:
    """What the seats of one page share, so that 1,220 of them are put into words in a few milliseconds."""

    def __init__(
        self, layout: Layout, occupancy: Occupancy, calls: Sequence[Call], plan: Plan | None, chosen: int | None
    ) -> None:
        self.layout, self.occupancy, self.chosen, self.plan = layout, occupancy, chosen, plan.pk if plan else 0
        self.places = [call.place.name for call in calls]
        self.free, self.taken, self.group = _("free"), _("taken"), _("group %s")
        self.escort, self.isolation = _("withheld for escorts"), _("withheld for isolation")
        self.empty = _("stays empty")
        self.unused, self.ticket = _("not for sale on this trip"), _("on the ticket: %s")
        self.somebody, self.on = _("somebody else"), _("on board")
        self.comma, self.semicolon = ("，", "；") if is_chinese() else (", ", "; ")
        # One address for all, in which the number of a registration is put.
        self.before, self.after = reverse("person", args=[0]).rsplit("0", 1)
        self.aisle, self.gap = Spot("aisle"), Spot("gap")

    def _person(self, holder: Holder) -> str:
        said = [holder.name]
        if holder.group:
            said.append(self.group % group_letters(holder.group))
        said.append(f"{self.places[holder.board]}–{self.places[holder.alight]}")
        if holder.ticket:
            said.append(self.ticket % holder.ticket)
        if holder.got_on:
            said.append(self.on)
        return self.comma.join(said)

    def _opens(self, holder: Holder) -> str:
        return f"{self.before}{holder.registration}{self.after}?plan={self.plan}"

    def _held(self, index: int, label: str, name: str, holders: list[Holder]) -> Spot:
        said = [self._person(holder) for holder in holders]
        hidden = index in self.occupancy.hidden
        if hidden:
            said.append(self.somebody)
        first = holders[0]
        words = f"{name} {self.semicolon.join(said)}"
        tint = (first.group - 1) % TINTS + 1 if first.group else 0
        return Spot(
            "taken", index, label, words, first.name, group_letters(first.group), tint, first.got_on,
            len(holders) + hidden, self._opens(first), index == self.chosen,
        )

    def _state(self, index: int) -> tuple[str, str]:
        occupancy = self.occupancy
        if index in occupancy.hidden:
            return "hidden", self.taken
        if index in occupancy.withheld.escort:
            return "escort", self.escort
        if index in occupancy.withheld.isolation:
            return "isolation", self.isolation
        if index in occupancy.withheld.empty:
            return "empty", self.empty
        return ("free", self.free) if index < occupancy.seats else ("unused", self.unused)

    def spot(self, place: int) -> Spot:
        if place < 0:
            return self.aisle if place == AISLE else self.gap
        seat = self.layout.seat(place)
        name = seat_words(seat.coach, seat.label)
        if holders := self.occupancy.holders.get(place):
            return self._held(place, seat.label, name, holders)
        state, said = self._state(place)
        return Spot(state, place, seat.label, f"{name}{self.comma}{said}", chosen=place == self.chosen)

    def block(self, block: Block, current: bool) -> BlockShown:
        seats = [seat for seat in block.seats if seat < self.occupancy.seats]
        taken = sum(seat in self.occupancy.taken for seat in seats)
        free = self.occupancy.free_of(seats)
        return BlockShown(block, [Row([self.spot(place) for place in row]) for row in block.rows], taken, free, current)


def draw_seats(
    layout: Layout, occupancy: Occupancy, calls: Sequence[Call], plan: Plan | None, chosen: int | None
) -> list[BlockShown]:
    """The blocks in order; the current one holds the chosen seat, else it is the first."""
    drawing = _Drawing(layout, occupancy, calls, plan, chosen)
    current = next((n for n, block in enumerate(layout.blocks) if chosen in block.seats), 0)
    return [drawing.block(block, n == current) for n, block in enumerate(layout.blocks)]
