"""What a chunk of rows would do: who is new, who changes in what, who may be somebody else's double, who is refused."""
import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count

from ...models import ListImport, ListRow, Occupation
from ...name_keys import folded, keys_of
from ...services import leaving
from ..remarks import judge_afresh, remark
from . import known
from .groups import group_ref
from .homes import Homes
from .state import COLUMNS, State, differences, empty_state, trade_key, wanted

Outcome = ListRow.Outcome
# Nobody registers somebody so often in one list: a number that was written for want of one.
MOST_ROWS = 20
COUNTS = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED)
Who = int | bytes


def judge(imported: ListImport, rows: Sequence[ListRow], *, for_changing: bool = False) -> None:
    """As ListKind.judge; `for_changing` keeps the wishes as they were found until the transaction ends."""
    _Chunk(imported, rows, for_changing).judge()


def names_alike(one: str, other: str) -> bool:
    """Two ways to write one person's name, or nearly: a sign more or less, or one that sounds the same."""
    a, b = folded(one), folded(other)
    return a == b or keys_of(a).split()[0] == keys_of(b).split()[0] or difflib.SequenceMatcher(None, a, b).ratio() > 0.6


class _Chunk:
    def __init__(self, imported: ListImport, rows: Sequence[ListRow], for_changing: bool) -> None:
        self.imported, self.rows = imported, rows
        self.homes = Homes(imported)
        self.first_state = empty_state(imported.campaign.first_day)
        self.trades = {
            trade_key(name): name
            for name in Occupation.objects.filter(code_list=imported.campaign.code_list_id).order_by("-pk").values_list(
                "name", flat=True)
        }
        readable = [row for row in rows if judge_afresh(row)]
        numbers = {bytes(row.identity_whole) for row in readable if row.identity_whole}
        self.people = known.people_by_number(imported.campaign, sorted(numbers), for_changing=for_changing)
        numbers.update(self.people)
        self.too_many = self._numbers_of_many(sorted(numbers))
        self.others = self._other_rows(sorted(numbers))
        self.withdrawn = known.withdrawn_by_lists(
            [p.wish.pk for p in self.people.values() if p.wish and p.wish.outcome == "withdrew"])
        for row in readable:
            self._settle(row)
        self._leave_planned_groups()
        self._ask_who_is_like_them()

    def _numbers_of_many(self, numbers: Sequence[bytes]) -> dict[bytes, int]:
        counted = ListRow.objects.filter(imported=self.imported, identity_whole__in=numbers).values(
            "identity_whole").annotate(rows=Count("pk")).filter(rows__gt=MOST_ROWS).values_list("identity_whole", "rows")
        return {bytes(number or b""): rows for number, rows in counted.order_by()}

    def _who(self, row: ListRow) -> Who:
        """One person's rows have this in common: the entry, or for somebody unknown the number."""
        number = bytes(row.identity_whole or b"")
        person = self.people.get(number)
        return person.worker if person else number

    def _other_rows(self, numbers: Sequence[bytes]) -> dict[Who, list[ListRow]]:
        """Rows of the same people in other chunks: earlier ones as judged, later ones as far as they show by themselves."""
        few = [number for number in numbers if number not in self.too_many]
        mine = {row.pk for row in self.rows}
        first = min(mine, default=0)
        found: dict[Who, list[ListRow]] = defaultdict(list)
        for row in ListRow.objects.filter(imported=self.imported, identity_whole__in=few).order_by("pk"):
            if row.pk in mine:
                continue
            if row.pk > first and judge_afresh(row):
                self._settle(row)
            if row.outcome in COUNTS:
                found[self._who(row)].append(row)
        return found

    def _settle(self, row: ListRow) -> None:
        """All that a row shows without those before it."""
        number = bytes(row.identity_whole or b"")
        if number in self.too_many:
            remark(row, "number_of_many", rows=self.too_many[number])
            return
        self.homes.settle(row)
        if row.outcome != Outcome.REJECTED:
            self._settle_trades(row)
            row.values["group_ref"] = group_ref(self.imported, row.values)

    def _settle_trades(self, row: ListRow) -> None:
        by_key: dict[str, str] = {}
        for name in row.values.get("trades_said", ()):
            by_key.setdefault(trade_key(name), self.trades.get(trade_key(name), name))
        row.values["trades"] = sorted(by_key.values())

    def _leave_planned_groups(self) -> None:
        """Whom a published plan holds, and whoever would join them, keeps the group of now."""
        grouped = [
            row for row in (*self.rows, *(other for rows in self.others.values() for other in rows))
            if row.outcome != Outcome.REJECTED and row.values.get("group_ref")
        ]
        wishes = {row.pk: wish for row in grouped if (wish := self._wish_of(row))}
        held = leaving.held(sorted({wish.pk for wish in wishes.values()}))
        planned = known.planned_groups(self.imported.campaign, sorted({row.values["group_ref"] for row in grouped} | {
            wish.state["group"] for wish in wishes.values() if wish.state["group"]}))
        for row in grouped:
            now = wishes[row.pk].state["group"] if row.pk in wishes else ""
            moves = now != row.values["group_ref"]
            if moves and (planned & {now, row.values["group_ref"]} or row.pk in wishes and wishes[row.pk].pk in held):
                row.values["group_ref"] = ""
                remark(row, "group_is_planned")

    def _ask_who_is_like_them(self) -> None:
        asked = [
            known.Asked(row.pk, row.values["name"], row.values.get("phone", ""), row.values.get("born"),
                        row.values.get("village_id"), bytes(row.identity_whole or b""))
            for row in self.rows if row.outcome != Outcome.REJECTED and not self._wish_of(row)
        ]
        self.like_people = known.like_people(self.imported.campaign, asked)
        self.like_rows = known.like_rows(self.imported.pk, asked, min((row.pk for row in self.rows), default=0))
        self.seen: dict[tuple[Any, ...], ListRow] = {}

    def _wish_of(self, row: ListRow) -> known.Wish | None:
        person = self.people.get(bytes(row.identity_whole or b""))
        return person.wish if person else None

    def judge(self) -> None:
        of_person: dict[Who, list[ListRow]] = defaultdict(list)
        for row in self.rows:
            if row.outcome != Outcome.REJECTED:
                of_person[self._who(row)].append(row)
        walks = {
            who: _Walk(self, sorted([*rows, *self.others.get(who, ())], key=lambda row: row.pk))
            for who, rows in of_person.items()
        }
        # Row by row as the file has them, not person by person: a double may stand between two rows of somebody else.
        for row in self.rows:
            if row.outcome != Outcome.REJECTED:
                walks[self._who(row)].come_to(row)

    def double_of(self, row: ListRow) -> bool:
        """Whether a row without a wish of its own may be somebody else's; it says so of it."""
        like = self.like_people.get(row.pk)
        if like is not None:
            row.worker_id, row.registration_id = like.worker, like.registration
            if like.by_phone:
                remark(row, "possible_phone", place=like.place, day=like.day)
            else:
                remark(row, "possible_birth", day=like.day)
            return True
        earlier = self.like_rows.get(row.pk)
        before = earlier or next((
            known.LikeRow(other.pk, other.sheet, other.line) for key in _keys(row)
            if (other := self.seen.get(key)) and other.identity_whole != row.identity_whole), None)
        if before is not None:
            remark(row, "possible_row", row=before.row, line=before.line, sheet=before.sheet)
        return before is not None

    def counts(self, row: ListRow) -> None:
        """The row is stored: whoever comes after it may be its double."""
        for key in _keys(row):
            self.seen.setdefault(key, row)


def _keys(row: ListRow) -> Iterable[tuple[Any, ...]]:
    name, phone = row.values["name"], row.values.get("phone")
    if phone:
        yield name, phone
    if row.values.get("born") and row.values.get("village_id"):
        yield name, row.values["born"], row.values["village_id"]


class _Walk:
    """One person's rows in the order of the list, each judged against those before it."""

    def __init__(self, chunk: _Chunk, rows: Sequence[ListRow]) -> None:
        self.chunk, self.rows = chunk, rows
        self.person = chunk.people.get(bytes(rows[0].identity_whole or b""))
        self.wish = self.person.wish if self.person else None
        self.at = 0
        self.before: ListRow | None = None
        self.state: State | None = dict(self.wish.state) if self.wish else None
        self.stays = self._unchanged_in_the_end()

    def _unchanged_in_the_end(self) -> set[str]:
        """Columns of which the list's last word is what is there: rows that contradict each other change nothing then."""
        if self.wish is None:
            return set()
        state = self.wish.state
        for row in self.rows:
            if row.outcome != Outcome.REJECTED:
                state = wanted(row.values, state)
        return {column for column in COLUMNS if state[column] == self.wish.state[column]}

    def come_to(self, row: ListRow) -> None:
        """Go on to a row of the chunk, over rows of other chunks that stand before it."""
        while self.rows[self.at].pk != row.pk:
            other = self.rows[self.at]
            if other.outcome in COUNTS:
                self._apply(other)
                self.before = self.before or other
            self.at += 1
        self._judge(row)
        self.at += 1

    def _judge(self, row: ListRow) -> None:
        if self._refused(row):
            return
        if self.state is None and self.chunk.double_of(row):
            row.outcome = Outcome.POSSIBLE
            return
        if self.person is not None:
            row.worker_id = self.person.worker
            row.registration_id = self.wish.pk if self.wish else None
        if self.state is None:
            row.outcome = Outcome.NEW
            self.state = wanted(row.values, self.chunk.first_state)
        else:
            self._change(row)
        if self.before is not None:
            remark(row, "again", line=self.before.line, sheet=self.before.sheet)
        else:
            self.before = row
        self.chunk.counts(row)

    def _apply(self, row: ListRow) -> dict[str, list[Any]]:
        before = self.chunk.first_state if self.state is None else self.state
        after = wanted(row.values, before)
        for column in self.stays:
            after[column] = before[column]
        changes = differences(before, after)
        self.state = after
        return changes

    def _change(self, row: ListRow) -> None:
        row.changes = self._apply(row)
        if self.wish is not None:
            self._look_at_outcome(row, self.wish)
            if "township" in row.changes or row.changes.get("village", [None])[0] is not None:
                remark(row, "moved", place=self.wish.place)
        row.outcome = Outcome.UPDATED if row.changes else Outcome.UNCHANGED

    def _look_at_outcome(self, row: ListRow, wish: known.Wish) -> None:
        if not wish.outcome:
            return
        if wish.pk in self.chunk.withdrawn:
            if self.before is None:
                row.changes["outcome"] = ["withdrew", None]
                remark(row, "comes_again")
        else:
            remark(row, "has_outcome", outcome=wish.outcome, day=wish.outcome_day)

    def _refused(self, row: ListRow) -> bool:
        """Somebody else has this person, or the number is somebody else's."""
        wish, root = self.wish, self.chunk.homes.root
        if wish is not None and not (wish.path.startswith(root.path) or root.path.startswith(wish.path)):
            remark(row, "registered_elsewhere", place=wish.place, day=wish.since)
            return True
        if self.person is not None:
            if not names_alike(self.person.name, row.values["name"]):
                self._refuse_name(row, wish)
                return True
            if folded(self.person.name) != folded(row.values["name"]):
                remark(row, "other_name", name=self.person.name)
        elif self.before is not None:
            if not names_alike(self.before.values["name"], row.values["name"]):
                remark(row, "number_of_another_row", line=self.before.line, sheet=self.before.sheet)
                return True
            if folded(self.before.values["name"]) != folded(row.values["name"]):
                remark(row, "other_name", name=self.before.values["name"])
        return False

    @staticmethod
    def _refuse_name(row: ListRow, wish: known.Wish | None) -> None:
        if wish is not None:
            remark(row, "number_of_another", place=wish.place, day=wish.since)
        else:
            remark(row, "number_of_another_before")
