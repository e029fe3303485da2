"""Days in any form that people write; without a year the one nearest to a given day, never a guess between two."""
import re
from datetime import date, datetime, timedelta

from .answers import Day, is_error, plain
from .shapes import Cell
from .workbooks import from_serial

_FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_ABOUT = re.compile(r"(?:[上下中]午|[早晚]上|左右|前后|[以之]?[前后]|起|开始|出发|可出发|可走)+$")
_SEVERAL = re.compile(r"\d\s*[日号]?\s*(?:至|到|~|或|、|—|和|-)+\s*\d{1,2}|(?:\d{1,2}[月./-]\d{1,2}.*){2}")
_TENS = re.compile("([一二三四五六七八九])?十([一二三四五六七八九])?")
_TIME = re.compile(
    r"[ T]*(?:上午|下午|早上|晚上|中午|凌晨|am|pm)?\s*"
    r"\d{1,2}[:时点](?:\d{1,2}(?:[:分]\d{0,2}(?:\.\d+)?)?秒?分?)?\s*(?:am|pm)?Z?$", re.IGNORECASE)
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FAULTS = ("formula", "spreadsheet_error", "date_unreadable", "date_impossible", "date_ambiguous", "date_several")
_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)


def read_date(raw: Cell | None, near: date) -> Day:
    """`near` gives the century of two figures and the year where none is written."""
    if isinstance(raw, bool):
        return Day(fault="date_unreadable")
    if isinstance(raw, date):
        return _in_range(raw.date() if isinstance(raw, datetime) else raw)
    if isinstance(raw, int | float):
        return _of_number(raw, near)
    text = plain(raw)
    if not text:
        return Day()
    if is_error(text):
        return Day(fault="spreadsheet_error")
    return _of_text(text, near)


def _of_number(raw: int | float, near: date) -> Day:
    if 20_000 <= raw < 80_000 and (counted := from_serial(raw, False)):
        return _in_range(counted.date())
    # A number's cell makes 3.2 of 3.20.
    day = _of_text(plain(raw), near)
    other = _of_text(f"{raw}0", near) if re.fullmatch(r"\d{1,2}\.\d", str(raw)) else day
    return Day(fault="date_ambiguous") if day.value and other.value and day != other else day


def _of_text(text: str, near: date) -> Day:
    text = _WEEKDAY.sub("", _TIME.sub("", _chinese(text))).strip(" ,.。")
    text = _ABOUT.sub("", text)
    if re.fullmatch(r"\d{8}", text):
        return _day(text[:4], text[4:6], text[6:], near)
    if re.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", text):
        return _of_number(float(text), near)
    if found := re.fullmatch(r"(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", text):
        return _day(found[1], found[2], found[3], near)
    if found := re.fullmatch(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", text):
        return _day("", found[1], found[2], near)
    if found := re.fullmatch(r"(\d{4})\s*([-./ ])\s*(\d{1,2})\s*[-./ ]\s*(\d{1,2})", text):
        return _day(found[1], found[3], found[4], near)
    if found := re.fullmatch(r"(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4})", text):
        return _either(found[1], found[2], found[3], near)
    if found := re.fullmatch(r"(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})", text):
        return _day(found[1], found[2], found[3], near)
    if found := re.fullmatch(r"(\d{1,2})\s*[-./]\s*(\d{1,2})", text):
        return _day("", found[1], found[2], near)
    return _english(text, near)


def _chinese(text: str) -> str:
    """二〇二〇年三月十九日 in figures; 十 stands for ten, or between two figures for nothing."""
    tens = _TENS.sub(lambda said: (said[1] or "一") + (said[2] or "〇"), _WEEKDAY.sub("", text))
    return tens.translate(_FIGURES)


def _english(text: str, near: date) -> Day:
    found = re.fullmatch(r"(\d{1,2})[\s\-]*([a-z]{3})[a-z]*\.?[\s\-,]*(\d{4}|\d{2})?", text.lower()) or None
    if found and found[2] in _MONTHS:
        return _day(found[3] or "", str(_MONTHS.index(found[2]) + 1), found[1], near)
    found = re.fullmatch(r"([a-z]{3})[a-z]*\.?[\s\-]*(\d{1,2})[\s\-,]*(\d{4})?", text.lower())
    if found and found[1] in _MONTHS:
        return _day(found[3] or "", str(_MONTHS.index(found[1]) + 1), found[2], near)
    return Day(fault="date_several" if _SEVERAL.search(text) else "date_unreadable")


def _either(first: str, second: str, year: str, near: date) -> Day:
    """19/3/2020 has one meaning, 3/4/2020 two."""
    one, other = _day(year, second, first, near), _day(year, first, second, near)
    if one.value and other.value and one.value != other.value:
        return Day(fault="date_ambiguous")
    return one if one.value else other


def _day(year: str, month: str, day: str, near: date) -> Day:
    try:
        if not year:
            return _nearest(int(month), int(day), near)
        full = int(year) if len(year) == 4 else _century(int(year), near)
        return _in_range(date(full, int(month), int(day)))
    except ValueError:
        return Day(fault="date_impossible")


def _century(year: int, near: date) -> int:
    return min((century + year for century in range(1900, 2200, 100)), key=lambda full: abs(full - near.year))


def _nearest(month: int, day: int, near: date) -> Day:
    found = []
    for year in range(near.year - 4, near.year + 5):
        try:
            found.append(date(year, month, day))
        except ValueError:  # a 29th of February
            continue
    if not found:
        return Day(fault="date_impossible")
    return _in_range(min(found, key=lambda one: abs(one - near) + timedelta(0)))


def _in_range(day: date) -> Day:
    return Day(day) if _FIRST <= day <= _LAST else Day(fault="date_impossible")
