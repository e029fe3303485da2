"""Names, yes or no, and figures as people type them."""
import re
from math import isfinite

from .answers import Answer, Figure, Truth, is_error, plain
from .shapes import Cell

_HAN = r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇]"
_DOTS = re.compile(r"[·•・‧⋅∙●．.。]+")
# 向大山(男), 黄莉(已婚)
_BEHIND = re.compile(r"(?<=\S\S) ?\([^()\d]{1,10}\)$")
_YES = frozenset((
    "是", "是的", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "属于", "愿意", "同意", "已",
    "建档立卡", "建档立卡户", "贫困户", "脱贫户"))
_NO = frozenset((
    "否", "不是", "无", "没", "没有", "不", "×", "✗", "✘", "☐", "x", "n", "no", "false", "f", "0", "不属于", "不愿意",
    "不同意", "未", "非", "/", "-", "—", "一般户", "一般农户", "非贫困户"))
_FIGURE = re.compile(
    r"[¥$]?([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d{1,15})(\.\d{1,6})?(?:元|元/月|人|岁|周岁|个|名|天|年|件|cm|kg)?", re.IGNORECASE)
FAULTS = ("formula", "spreadsheet_error", "name_has_digits", "name_signs", "name_too_short", "name_too_long",
          "yes_unreadable", "number_unreadable")
REMARKS = ("name_bracket_left_out",)


def read_name(raw: Cell | None) -> Answer:
    """2 to 20 signs; spaces between Chinese signs go, the dots of other peoples' names become one kind."""
    if isinstance(raw, bool):
        return Answer(fault="name_signs")
    text, remarks = _BEHIND.subn("", plain(raw if raw is None else str(raw)))
    if not text:
        return Answer()
    if is_error(text):
        return Answer(fault="spreadsheet_error")
    if re.search(r"\d", text):
        return Answer(fault="name_has_digits")
    name = _DOTS.sub("·", text).strip("·") if re.search(_HAN, text) else text
    name = re.sub(rf"(?<={_HAN}|·) (?={_HAN}|·)", "", name)
    if not re.fullmatch(rf"(?:{_HAN}|·)+|[^\W\d_](?:[^\W\d_]|[ .'’·-])*", name):
        return Answer(fault="name_signs")
    if len(name) < 2:
        return Answer(fault="name_too_short")
    if len(name) > 20:
        return Answer(fault="name_too_long")
    return Answer(name, remarks=("name_bracket_left_out",) if remarks else ())


def read_yes(raw: Cell | None) -> Truth:
    if isinstance(raw, bool):
        return Truth(raw)
    text = plain(raw).casefold().strip(" .。()")
    if not text:
        return Truth()
    if text in _YES or text in _NO:
        return Truth(text in _YES)
    return Truth(fault="spreadsheet_error" if is_error(text) else "yes_unreadable")


def read_number(raw: Cell | None) -> Figure:
    """A figure with at most one word of unit behind it; 3千 or 3-4 are not guessed."""
    if isinstance(raw, float) and not isfinite(raw):
        return Figure(fault="number_unreadable")
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Figure(int(raw) if float(raw).is_integer() else raw)
    text = plain(raw).replace(" ", "")
    if not text:
        return Figure()
    found = _FIGURE.fullmatch(text)
    if not found:
        return Figure(fault="spreadsheet_error" if is_error(text) else "number_unreadable")
    value = float(found[1].replace(",", "") + (found[2] or ""))
    return Figure(int(value) if value.is_integer() else value)
