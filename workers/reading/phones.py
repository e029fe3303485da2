"""Telephones as people type them: mainland mobiles by one rule, all others by the plans of their countries."""
import re
from datetime import date

import phonenumbers

from .answers import Answer, is_error, plain
from .shapes import Cell

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Where one number ends and another begins.
_BETWEEN = re.compile(r"[/\\、,，;；|\n]+|或者?|及|和|\band\b|\bor\b")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:手机号码?|手机|联系电话|电话|tel|mobile|phone|本人|家庭|父|母|妻|夫|儿子?|女儿?)[::]?", re.IGNORECASE)
FAULTS = ("formula", "spreadsheet_error", "phone_is_a_date", "phone_digits_lost", "phone_signs", "phone_too_short",
          "phone_too_long", "phone_no_area", "phone_unknown", "phone_is_identity")
REMARKS = ("phone_second",)
# Whole, or masked already.
_IDENTITY = re.compile(r"[1-9]\d{14}(?!\d)|[1-9]\d{16}[\dXx](?!\d)|\d{6}\*{5,}\d{3}[\dXx]")


def read_phone(raw: Cell | None) -> Answer:
    """With every fault that has a value the digits stay, so that somebody can look at them; never of an identity number."""
    if isinstance(raw, date | bool):
        return Answer(fault="phone_is_a_date" if isinstance(raw, date) else "phone_signs")
    if isinstance(raw, float) and abs(raw) >= 10**15:
        return Answer(fault="phone_digits_lost")
    text = plain(raw if not isinstance(raw, str) else raw.replace("\n", "/"))
    if is_error(text):
        return Answer(fault="spreadsheet_error")
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,3}", text):
        return Answer(fault="phone_digits_lost")
    if _IDENTITY.search(text):
        return Answer(fault="phone_is_identity")
    said = [one for one in _several(text) if one]
    if not said:
        return Answer()
    first = _one(said[0])
    return Answer(first.value, first.fault, ("phone_second",) if len(said) > 1 else ())


def _several(text: str) -> list[str]:
    parts = [part.strip() for part in _BETWEEN.split(_LABEL.sub(" ", text))]
    if len(parts) == 1 and len(mobiles := re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)) > 1:
        return mobiles
    return [part for part in parts if len(re.sub(r"\D", "", part)) >= 5] or [part for part in parts if part]


def _one(text: str) -> Answer:
    said = re.sub(r"[\s\-–—()._·*]", "", text)
    mobile = re.sub(r"^(?:(?:\+|00)?86)?0?(?=1[3-9]\d{9}$)", "", said)
    if _MOBILE.fullmatch(mobile):
        return Answer(mobile)
    if re.search(r"[^\d\s\-–—().+_·*]", _EXTENSION.sub("", text)):
        return Answer(fault="phone_signs")
    digits = said.replace("+", "")
    return _by_plan(text) or Answer(digits[:20] or None, _what_is_wrong(digits) if digits else "phone_signs")


def _by_plan(text: str) -> Answer | None:
    """A number that its country's plan knows; landlines here keep their area code."""
    extension = _EXTENSION.search(text) or re.fullmatch(r"0\d{2,3}[-\s]?\d{7,8}-(\d{1,6})", text)
    main = re.sub(r"\D+$", "", text[: extension.start(1)]) if extension else text
    # Hong Kong, Macau and Taiwan are often written without the sign that says: a country's code follows.
    tries = [main, "+" + main.lstrip("+(")] if re.match(r"\(?(?:852|853|886)", main) else [main]
    for said in tries:
        try:
            number = phonenumbers.parse(said, "CN")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return Answer(_form(number) + (f"-{extension[1]}" if extension else ""))
    return None


def _form(number: phonenumbers.PhoneNumber) -> str:
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = str(number.national_number)
    area = phonenumbers.length_of_geographical_area_code(number)
    return f"0{national[:area]}-{national[area:]}" if area else national


def _what_is_wrong(digits: str) -> str:
    if re.fullmatch(r"[2-8]\d{6,7}", digits):
        return "phone_no_area"
    if len(digits) < 11:
        return "phone_too_short"
    return "phone_too_long" if len(digits) > 11 else "phone_unknown"
