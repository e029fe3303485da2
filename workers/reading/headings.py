"""Headings by meaning: the same word however it is typed, one column for a field, and in which line they stand."""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from .looks import is_data
from .shapes import Cell, Field, Grid, Merged, Row

WITHIN = 40
_BRACKET = re.compile(r"[(\[{【〔「<][^()\[\]{}【】〔〕「」<>]*[)\]}】〕」>]")
# A note on how to fill a column in says nothing of what it means.
_NOTE = re.compile(
    r"必填|选填|可不填|非必|不填|填写|请填|请选|下拉|格式|文本|例如|^如|^例|样例|示例|^\d+位|位数|年[-/.月]|yyyy|是/否|是或否|选择|单选|多选"
    r"|required|optional|format|e\.g", re.IGNORECASE)
_MARKS = re.compile(r"[\s*:：、,，。.;；·_\-—/\\|\"'“”‘’*★▲△※#!?()\[\]{}【】〔〕「」<>]+")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、)]\s*(?=\D)")
# Who is meant by these is not the person of the line, whatever word comes after.
_OTHERS = re.compile(
    r"紧急|应急|户主|配偶|父|母|家长|家属|亲属|监护|担保|推荐|介绍|经办|填报|填表|制表|审核|负责|责任|联络员|法人|法定|帮扶|包保|干部|领队|带队"
    r"|司机|企业|公司|单位|用工|hr|emergency|contactperson|guardian|spouse|employer|company|driver")
LEARNED, EXACT, WITHOUT_NOTE, ENDING = range(4)


@lru_cache(maxsize=20_000)
def normal_heading(text: str) -> str:
    """The form in which headings are compared and learned: no spaces, marks, numbering or notes on how to fill them in."""
    plain = normalize("NFKC", text[:400]).casefold().strip()
    plain = _BRACKET.sub(lambda found: "" if _NOTE.search(found[0][1:-1].strip()) else found[0], plain)
    plain = _NUMBERED.sub("", re.sub(r"\s+", "", plain))
    return _MARKS.sub("", plain)[:80]


@lru_cache(maxsize=20_000)
def _without_bracket(text: str) -> str:
    plain = normalize("NFKC", text[:400]).casefold().strip()
    inside = "".join(_BRACKET.findall(plain))
    return "" if _OTHERS.search(inside) else normal_heading(_BRACKET.sub("", plain))


@dataclass(frozen=True, slots=True)
class Claim:
    """A column that means a field; the lower its rank the surer."""

    rank: int
    column: int
    key: str


class Meanings:
    """What headings mean for one kind of list and one sender."""

    def __init__(self, fields: Sequence[Field], learned: Mapping[str, str]) -> None:
        self.fields = {one.key: one for one in fields}
        self.learned = {normal_heading(said): key for said, key in learned.items()}
        self.exact: dict[str, str] = {}
        for one in fields:
            for name in one.names:
                self.exact.setdefault(normal_heading(name), one.key)
        self.endings = sorted((name for name in self.exact if len(name) > 1), key=len, reverse=True)

    def of(self, text: str) -> tuple[int, str] | None:
        """The rank and the field, "" for a column that the sender does not want; None where it is not understood."""
        plain = normal_heading(text)
        if not plain:
            return None
        if plain in self.learned and self.learned[plain] in (*self.fields, ""):
            return LEARNED, self.learned[plain]
        if plain in self.exact:
            return EXACT, self.exact[plain]
        bare = _without_bracket(text)
        if bare in self.exact:
            return WITHOUT_NOTE, self.exact[bare]
        if bare and not _OTHERS.search(plain):
            for name in self.endings:
                if bare.endswith(name) and len(bare) <= len(name) + 8:
                    return ENDING, self.exact[name]
        return None


@dataclass(slots=True)
class Found:
    """A heading: its last line, the columns by field, what each column is called, and what is not understood."""

    first: int
    last: int
    columns: dict[str, int] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    twice: dict[int, str] = field(default_factory=dict)
    # How sure all claims are together; of two lines the one that is surer is the heading.
    weight: int = 0
    named: int = 0


def find_heading(grid: Grid, start: int, meanings: Meanings) -> Found | None:
    """The line, or two lines, within the next 40 that means most; `start` and the answer's lines are places in grid.rows."""
    best: Found | None = None
    for place in range(start, min(start + WITHIN, len(grid.rows))):
        if grid.rows[place].number > grid.rows[start].number + WITHIN + 20:
            break
        for found in _at(grid, place, meanings):
            if found.named >= _needed(meanings) and (best is None or found.weight > best.weight):
                best = found
    return best


def _needed(meanings: Meanings) -> int:
    return min(2, len(meanings.fields))


def _at(grid: Grid, place: int, meanings: Meanings) -> Iterable[Found]:
    row = grid.rows[place]
    if not may_be_heading(row):
        return
    one = assign(place, place, texts_of(row), meanings)
    below = grid.rows[place + 1] if place + 1 < len(grid.rows) else None
    if below and below.number == row.number + 1 and may_be_heading(below):
        two = assign(place, place + 1, _joined(row, below, grid.merged, meanings), meanings)
        if _continues(row, below, grid.merged, meanings, two):
            # Beside the same meaning the longer one wins: its second line is no person.
            two.weight += 1
            yield two
    yield one


def may_be_heading(row: Row) -> bool:
    return not any(is_data(value) for value in row.cells.values())


def texts_of(row: Row) -> dict[int, list[str]]:
    return {column: [str(value)] for column, value in row.cells.items() if str(value).strip()}


def _joined(top: Row, below: Row, merged: Iterable[Merged], meanings: Meanings) -> dict[int, list[str]]:
    """By column what it may be called: both lines as one word, the lower, the upper one."""
    upper = dict(_spread(top, merged))
    said: dict[int, list[str]] = {}
    for column in sorted(upper.keys() | below.cells.keys()):
        over, under = str(upper.get(column, "")).strip(), str(below.cells.get(column, "")).strip()
        said[column] = [text for text in (over + under, under, over) if text] if under else [over]
    return {column: texts for column, texts in said.items() if texts[0]}


def _spread(row: Row, merged: Iterable[Merged]) -> Iterable[tuple[int, Cell]]:
    yield from row.cells.items()
    for area in merged:
        if area.first_line == row.number and area.first_column in row.cells and area.last_column - area.first_column < 100:
            for column in range(area.first_column + 1, area.last_column + 1):
                if column not in row.cells:
                    yield column, row.cells[area.first_column]


def _continues(top: Row, below: Row, merged: list[Merged], meanings: Meanings, two: Found) -> bool:
    """Whether every word of the lower line belongs to a heading: it means something, or stands below a wider cell."""
    wide = {column for area in merged if area.first_line == top.number and area.last_column > area.first_column
            for column in range(area.first_column, min(area.last_column, area.first_column + 100) + 1)}
    upper = dict(_spread(top, merged))
    for column, value in below.cells.items():
        means = meanings.of(str(value)) or meanings.of(f"{upper.get(column, '')}{value}")
        if not (means or column in wide):
            return False
    return len(top.cells) > 1 and bool(two.columns)


def assign(first: int, last: int, said: Mapping[int, list[str]], meanings: Meanings) -> Found:
    """One column for a field: the surer claim wins, of two equal ones the one further left."""
    found = Found(first, last, headings={column: texts[0] for column, texts in said.items()})
    claims, unwanted = [], set()
    for column, texts in said.items():
        means = min((means for text in texts if (means := meanings.of(text))), default=None)
        if means is None:
            found.unknown.append(column)
        elif not means[1]:
            unwanted.add(column)
        else:
            claims.append(Claim(means[0], column, means[1]))
    for claim in sorted(claims, key=lambda claim: (claim.rank, claim.column)):
        if claim.key in found.columns:
            found.twice[claim.column] = claim.key
        else:
            found.columns[claim.key] = claim.column
            found.weight += 20 - 4 * claim.rank
    found.named = len(found.columns)
    return found
