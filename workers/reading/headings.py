"""Headings by meaning: the same word however it is typed, and one column for a field."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize

from .shapes import Field

_BRACKET = re.compile(r"[(\[{【〔「<][^()\[\]{}【】〔〕「」<>]*[)\]}】〕」>]")
# A note on how to fill a column in says nothing of what it means.
_NOTE = re.compile(
    r"必填|选填|可不填|非必|不填|填写|请填|请选|下拉|格式|文本|例如|^如|^例|样例|示例|^\d+位|位数|年[-/.月]|yyyy|是/否|是或否|选择|单选|多选"
    r"|required|optional|format|e\.g", re.IGNORECASE)
_MARKS = re.compile(r"[\s*:、,。.;·_\-—/\\|\"'“”‘’★▲△※#!?()\[\]{}【】〔〕「」<>]+")
_NUMBERED = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、)](?=\D)")
# Who is meant by these is not the person of the line, whatever word comes after.
_OTHERS = re.compile(
    r"紧急|应急|户主|配偶|父|母|家长|家属|亲属|监护|担保|推荐|介绍|经办|填报|填表|制表|审核|负责|责任|联络员|法人|法定|帮扶|包保|干部|领队|带队"
    r"|司机|企业|公司|单位|用工|hr|emergency|contactperson|guardian|spouse|employer|company|driver")
LEARNED, EXACT, WITHOUT_NOTE, ENDING, BY_CONTENT = range(5)


@lru_cache(maxsize=20_000)
def normal_heading(text: str) -> str:
    """The form in which headings are compared and learned: no spaces, marks, numbering or notes on how to fill them in."""
    plain = re.sub(r"\s+", "", normalize("NFKC", text[:400]).casefold())
    plain = _BRACKET.sub(lambda found: "" if _NOTE.search(found[0][1:-1]) else found[0], plain)
    return _MARKS.sub("", _NUMBERED.sub("", plain))[:80]


@lru_cache(maxsize=20_000)
def _without_bracket(text: str) -> str:
    """联系电话(本人) is a telephone, 联系电话(紧急联系人) is not the person's."""
    plain = normalize("NFKC", text[:400])
    if _OTHERS.search("".join(_BRACKET.findall(plain.casefold()))):
        return ""
    return normal_heading(_BRACKET.sub("", plain))


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A column that means a field; the lower the rank the surer, then the earlier among the field's names."""

    rank: int
    place: int
    column: int
    key: str


class Meanings:
    """What headings mean for one kind of list and one sender."""

    def __init__(self, fields: Sequence[Field], learned: Mapping[str, str]) -> None:
        self.fields = {one.key: one for one in fields}
        self.learned = {normal_heading(said): key for said, key in learned.items() if key == "" or key in self.fields}
        self.exact: dict[str, tuple[str, int]] = {}
        for one in fields:
            for place, name in enumerate(one.names):
                self.exact.setdefault(normal_heading(name), (one.key, place))
        self.endings = sorted((name for name in self.exact if len(name) > 1), key=len, reverse=True)

    def of(self, text: str) -> tuple[int, int, str] | None:
        """Rank, place among the names, and field, "" for a column that the sender does not want; None: not understood."""
        plain = normal_heading(text)
        if not plain:
            return None
        if plain in self.learned:
            return LEARNED, 0, self.learned[plain]
        bare = _without_bracket(text)
        for rank, said in ((EXACT, plain), (WITHOUT_NOTE, bare)):
            if said in self.exact:
                key, place = self.exact[said]
                return rank, place, key
        return self._by_ending(plain, bare)

    def _by_ending(self, plain: str, bare: str) -> tuple[int, int, str] | None:
        """务工人员姓名 is a name: what a Chinese heading is stands last, whose it is before."""
        if not bare or _OTHERS.search(plain):
            return None
        for name in self.endings:
            if bare.endswith(name) and len(bare) <= len(name) + 8:
                key, place = self.exact[name]
                return ENDING, place, key
        return None


@dataclass(slots=True)
class Found:
    """A heading: its first and last line as places among the rows, the columns by field, what they are called.

    Without a heading both lines are -1.
    """

    first: int
    last: int
    columns: dict[str, int] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    twice: dict[int, str] = field(default_factory=dict)
    unwanted: list[int] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    # How sure all claims are together; of two lines the one that is surer is the heading.
    weight: int = 0


def assign(first: int, last: int, said: Mapping[int, Sequence[str]], meanings: Meanings) -> Found:
    """`said` is by column what it may be called, the first of it to be shown."""
    found = Found(first, last, headings={column: texts[0] for column, texts in said.items()})
    for column, texts in said.items():
        means = min((means for text in texts if (means := meanings.of(text))), default=None)
        if means is None:
            found.unknown.append(column)
        elif not means[2]:
            found.unwanted.append(column)
        else:
            found.claims.append(Claim(means[0], means[1], column, means[2]))
    settle(found)
    return found


def settle(found: Found) -> None:
    """One column for a field: the surer claim wins, then the better name, then the one further left."""
    found.columns, found.twice, found.weight = {}, {}, 0
    for claim in sorted(found.claims):
        if claim.key in found.columns:
            found.twice[claim.column] = claim.key
        else:
            found.columns[claim.key] = claim.column
            found.weight += 20 - 4 * claim.rank
