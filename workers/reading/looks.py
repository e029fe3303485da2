"""What a cell looks like at first sight, to tell headings from people and columns from one another."""
import re
from datetime import date
from unicodedata import normalize

from .shapes import Cell

_LONG = re.compile(r"\d{4,}")
_IDENTITY = re.compile(r"\d{17}[\dxX]|\d{15}|\d{6}\*{4,10}[\dxX]{4}")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_NUMBER = re.compile(f"{_IDENTITY.pattern}|{_MOBILE.pattern}")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff〇][㐀-鿿豈-﫿\U00020000-\U0003ffff〇·•・]{1,19}")


def bare(value: Cell) -> str:
    """Without spaces, apostrophes and dashes, in narrow signs; a whole number without its .0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        value = int(value)
    return re.sub(r"[\s'’‘`\-–—]+", "", normalize("NFKC", str(value)[:200]))


def is_data(value: Cell) -> bool:
    """Nobody writes a heading that is a number, a date or has four digits in a row (but for a year)."""
    if not isinstance(value, str):
        return True
    text = bare(value)
    return any(not 1990 <= int(found) <= 2100 for found in _LONG.findall(text) if len(found) < 19) or text.isdigit()


def looks_like_identity(value: Cell) -> bool:
    return not isinstance(value, date) and bool(_IDENTITY.fullmatch(bare(value)))


def looks_like_mobile(value: Cell) -> bool:
    return not isinstance(value, date) and bool(_MOBILE.fullmatch(bare(value)))


def looks_like_number(value: Cell) -> bool:
    """An identity number or a mobile."""
    return not isinstance(value, date) and bool(_NUMBER.fullmatch(bare(value)))


def looks_like_name(value: Cell) -> bool:
    return isinstance(value, str) and len(value) < 40 and bool(_HAN.fullmatch(bare(value)))


def looks_like_date(value: Cell) -> bool:
    return isinstance(value, date) or bool(re.search(r"\d|[一二三四五六七八九十]+[月日]", bare(value)))
