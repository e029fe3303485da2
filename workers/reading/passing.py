"""Lines that are nobody's: totals, gaps, headings again, notes. A line with a name or a number is always somebody's."""
import re
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from .headings import Found, normal_heading
from .looks import bare, looks_like_number
from .shapes import Cell, Field, Row

WHY = ("gap", "total", "heading", "example", "note", "nobody")
_TOTAL = re.compile(r"(?:本页|本表|全[村镇乡县市]|各[村镇乡县]|.{2,8}[村镇乡县市社区])?"
                    r"(?:合计|总计|小计|共计|累计|总人数|合计人数|total|subtotal|sum)[::\d人名条户()]*"
                    r"|共(?:计)?\d+(?:人|名|户|条|行).*", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:备注|注|注意|说明|填表说明|填表人|填报人|填表|制表人?|制单|经办人?|审核人?|审批人?|复核人?|负责人|主管|单位负责人"
    r"|分管领导|主要领导|领导签字|签字|签名|盖章|单位盖章|单位公章|填报单位|填表单位|填报日期|填表日期|填报时间|制表日期"
    r"|制表时间|日期|联系人|联系电话|上报人|统计人|报送单位|村委会|附|note|remarks?|preparedby|checkedby|date)"
    r"(?:\([^)]*\))*:.*|[※*]?注[:\d].*|\d[.、].{12,}|.*(?:签字|盖章|公章)\)?:?", re.IGNORECASE)
_EXAMPLE = re.compile(r"\(?(?:示例|样例|例|例如|填写示例|填表示例|example)\)?[:.]?", re.IGNORECASE)
_COUNTED = re.compile(r"[甲乙丙丁戊己庚辛]|\(?\d{1,2}\)?|[a-z]", re.IGNORECASE)
_PERSON = ("name", "identity", "phone")
_LONGEST_NAME = 20
# What stands further right tells nothing of whose line it is, but costs.
_COLUMNS = 40


class Passing:
    """Why a line of one list is nobody's."""

    def __init__(self, found: Found, heads: Sequence[Row], above: Sequence[Row], fields: Mapping[str, Field]) -> None:
        kinds = {key: fields[key].kind for key in found.columns}
        self.person = [column for key, column in found.columns.items() if kinds[key] in _PERSON]
        self.wanted = {column: normal_heading(found.headings[column]) for column in found.columns.values()
                       if column in found.headings}
        # As they stand, line by line: a heading of two lines comes again in two lines.
        self.heads = [{column: _plain(value) for column, value in row.cells.items()} for row in heads]
        self.above = [[text for _column, value in sorted(row.cells.items()) if (text := _plain(value))] for row in above]

    def why(self, row: Row) -> str:
        """A code of WHY, or "" for somebody's line."""
        if len(row.cells) > _COLUMNS:
            kept = [*sorted(row.cells)[:_COLUMNS], *(column for column in self.person if column in row.cells)]
            row = Row(row.number, {column: row.cells[column] for column in kept}, row.formulas)
        # The columns of the list first: most lines are known by them.
        if any(column in row.cells and looks_like_number(row.cells[column]) for column in self.person) or any(
                looks_like_number(value) for value in row.cells.values()):
            first = row.cells[min(row.cells)]
            return "example" if isinstance(first, str) and _EXAMPLE.fullmatch(_plain(first)) else ""
        said = {column: _plain(value) for column, value in sorted(row.cells.items())}
        texts = [text for text in said.values() if text]
        if self.is_heading_again(said, texts):
            return "heading"
        if any(_TOTAL.fullmatch(text) for text in texts):
            return "total"
        if texts and (_NOTE.fullmatch(texts[0]) or len(texts) == 1 and len(texts[0]) > _LONGEST_NAME):
            return "note"
        if any(column in row.formulas or bare(row.cells.get(column, "")) for column in self.person):
            return ""
        return "nobody"

    def is_heading_again(self, said: Mapping[int, str], texts: Sequence[str]) -> bool:
        """The heading or the title once more, or the line that counts the columns."""
        if any(all(head.get(column) == text for column, text in said.items()) for head in self.heads):
            return True
        same = sum(normal_heading(said.get(column, "")) == name for column, name in self.wanted.items())
        if same > 1 or texts in self.above:
            return True
        return len(said) >= 3 and all(_COUNTED.fullmatch(text) for text in said.values()) and _counts(texts)


def _counts(texts: Sequence[str]) -> bool:
    """1 2 3 4 under a heading, or 甲 乙 1 2 3."""
    figures = [int(re.sub(r"\D", "", text)) for text in texts if re.search(r"\d", text)]
    return len(figures) < 2 or all(after == before + 1 for before, after in zip(figures, figures[1:], strict=False))


def _plain(value: Cell) -> str:
    return re.sub(r"\s+", "", normalize("NFKC", str(value)[:200]))
