"""Lines that are nobody's: totals, gaps, headings again, notes. A line with a name or a number is always somebody's."""
import re
from collections.abc import Mapping
from unicodedata import normalize

from .headings import Found, normal_heading
from .looks import bare, looks_like_identity, looks_like_mobile
from .shapes import Cell, Field, Row

WHY = ("total", "gap", "heading", "note", "nobody")
_TOTAL = re.compile(r"(?:本页|本表|全[村镇乡县市]|各[村镇乡县])?"
                    r"(?:合计|总计|小计|共计|累计|总人数|合计人数|total|subtotal|sum)[:\d人名]*"
                    r"|共(?:计)?\d+(?:人|名|户|条|行)?.*", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:备注|注|注意|说明|填表说明|填表人|填报人|填表|制表人?|制单|经办人?|审核人?|审批人?|复核人?|负责人|主管|单位负责人"
    r"|分管领导|主要领导|领导签字|签字|签名|盖章|单位盖章|单位公章|填报单位|填表单位|填报日期|填表日期|填报时间|制表日期"
    r"|制表时间|日期|联系人|联系电话|上报人|统计人|报送单位|村委会|以上|附|note|remarks?|preparedby|checkedby|date)(?:\([^)]*\))*[::].*"
    r"|[※*]?注[:\d].*|\d[.、].{12,}|.*(?:签字|盖章|公章)\)?[::]?", re.IGNORECASE)
_PERSON = ("name", "identity", "phone")


def why_nobodys(row: Row, found: Found, fields: Mapping[str, Field]) -> str:
    """Why a line is passed over, or "" for somebody's line."""
    if _is_heading_again(row, found):
        return "heading"
    said = {key: row.cells[column] for key, column in found.columns.items()
            if column in row.cells and fields[key].kind in _PERSON}
    if any(looks_like_identity(value) or looks_like_mobile(value) for value in row.cells.values()):
        return ""
    texts = [_plain(value) for _column, value in sorted(row.cells.items())]
    if any(_TOTAL.fullmatch(text) for text in texts):
        return "total"
    if texts and _NOTE.fullmatch(texts[0]) or len(texts) == 1 and len(texts[0]) > 20:
        return "note"
    formulas = any(column in row.formulas for key, column in found.columns.items() if fields[key].kind in _PERSON)
    if formulas or any(bare(value) for value in said.values()):
        return ""
    return "nobody"


def _plain(value: Cell) -> str:
    return re.sub(r"\s+", "", normalize("NFKC", str(value)[:200]))


def _is_heading_again(row: Row, found: Found) -> bool:
    wanted = [column for column in found.columns.values() if column in found.headings]
    same = sum(column in row.cells and normal_heading(str(row.cells[column])) == normal_heading(found.headings[column])
               for column in wanted)
    return same >= 2 or (same == 1 and len(row.cells) == 1 and len(wanted) == 1)
