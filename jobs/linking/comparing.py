"""How two lists compare on one person, field by field, in words; pure, and the same from either side."""
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from workers.name_keys import folded, syllables_of


class Number(StrEnum):
    """Of identity numbers, as far as both lists show them."""

    WHOLE = "whole"
    FIRST6_LAST4 = "first6_last4"
    LAST4 = "last4"
    # Both show more than agrees: the eight digits of the birth date, or what stands before the last four.
    MIDDLE_DIFFERS = "middle_differs"
    START_DIFFERS = "start_differs"
    OTHER = "other"
    NONE = "none"


class Name(StrEnum):
    SAME = "same"
    SOUNDS = "sounds"
    ONE_SIGN = "one_sign"
    # One sign more or less, or two that stand in the other order.
    SIMILAR = "similar"
    OTHER = "other"


class Phone(StrEnum):
    SAME = "same"
    ONE_DIGIT = "one_digit"
    OTHER = "other"
    NONE = "none"


class Home(StrEnum):
    """The smallest of the registered person's places that the other list names."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    OTHER = "other"
    NONE = "none"


class Same(StrEnum):
    SAME = "same"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """One person as one list shows them; what it does not show is empty."""

    name: str
    phone: str = ""
    whole: bytes | None = None
    first6_last4: bytes | None = None
    last4: bytes | None = None
    # As typed; or the village, township and county that are known of somebody registered.
    home: str = ""
    places: tuple[str, str, str] = ("", "", "")
    trades: tuple[str, ...] = ()
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    number: Number
    name: Name
    phone: Phone
    home: Home
    trade: Same
    birth: Same

    def as_words(self) -> dict[str, str]:
        return {field: str(getattr(self, field)) for field in ("number", "name", "phone", "home", "trade", "birth")}

    @property
    def contradicts(self) -> bool:
        """Another name, or another number where both lists show one: a person has to look, whatever else agrees."""
        return self.name == Name.OTHER or self.number in (
            Number.MIDDLE_DIFFERS, Number.START_DIFFERS, Number.OTHER)

    @property
    def is_more_than_a_name(self) -> bool:
        """A number or a telephone agrees: two people who share a name, however rare, are often of one village."""
        return self.number in (Number.WHOLE, Number.FIRST6_LAST4, Number.LAST4) or self.phone == Phone.SAME


def compare(one: Person, other: Person) -> Compared:
    number = compare_numbers(one, other)
    return Compared(
        number, compare_names(one.name, other.name), compare_phones(one.phone, other.phone), compare_homes(one, other),
        _compare_trades(one.trades, other.trades), _compare_births(one.birth_date, other.birth_date),
    )


def _agree(one: bytes | None, other: bytes | None) -> bool | None:
    return None if one is None or other is None else one == other


def compare_numbers(one: Person, other: Person) -> Number:
    whole, ends = _agree(one.whole, other.whole), _agree(one.first6_last4, other.first6_last4)
    last = _agree(one.last4, other.last4)
    if last is None:
        return Number.NONE
    if whole:
        return Number.WHOLE
    if ends:
        return Number.FIRST6_LAST4 if whole is None else Number.MIDDLE_DIFFERS
    if last:
        return Number.LAST4 if ends is None else Number.START_DIFFERS
    return Number.OTHER


@lru_cache(50_000)
def syllables(name: str) -> tuple[tuple[str, ...], ...]:
    return syllables_of(name)


@lru_cache(50_000)
def readings(name: str) -> frozenset[str]:
    return frozenset("".join(way) for way in syllables(name) if all(way))


def one_differs(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def one_more_or_swapped(one: str, other: str) -> bool:
    """One character is missing on one side, or two neighbours have changed places."""
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1:
        return any(long[:at] + long[at + 1:] == short for at in range(len(long)))
    differing = [at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]]
    if len(long) != len(short) or len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    at = differing[0]
    return short[at] == long[at + 1] and short[at + 1] == long[at]


def compare_names(one: str, other: str) -> Name:
    a, b = folded(one), folded(other)
    if not a or not b:
        return Name.OTHER
    if a == b:
        return Name.SAME
    if readings(one) & readings(other):
        return Name.SOUNDS
    if one_differs(a, b) and len(a) > 1:
        return Name.ONE_SIGN
    return Name.SIMILAR if min(len(a), len(b)) > 1 and one_more_or_swapped(a, b) else Name.OTHER


def digits(phone: str) -> str:
    """Without what people write between them, and without China's own prefix."""
    found = "".join(sign for sign in phone if sign.isdecimal())
    return found[2:] if len(found) == 13 and found.startswith("86") else found


def compare_phones(one: str, other: str) -> Phone:
    a, b = digits(one), digits(other)
    if not a or not b:
        return Phone.NONE
    if a == b:
        return Phone.SAME
    return Phone.ONE_DIGIT if one_differs(a, b) or one_more_or_swapped(a, b) else Phone.OTHER


_ENDINGS = ("居民委员会", "村民委员会", "居委会", "村委会", "自治县", "社区", "街道", "村", "镇", "乡", "县", "市", "区")


@lru_cache(50_000)
def stem(place: str) -> str:
    """A place's name as people write it: 双堰塘村委会 is 双堰塘."""
    for ending in _ENDINGS:
        if place.endswith(ending) and len(place) - len(ending) >= 2:
            return place[: -len(ending)]
    return place


def _named(text: str, places: tuple[str, str, str]) -> Home:
    if not text or not any(places):
        return Home.NONE
    for level, place in zip((Home.VILLAGE, Home.TOWNSHIP, Home.COUNTY), places, strict=True):
        if place and stem(place) in text:
            return level
    return Home.OTHER


def compare_homes(one: Person, other: Person) -> Home:
    """A text of one list against the places of the other; what neither knows says nothing."""
    found = {_named(one.home, other.places), _named(other.home, one.places)}
    return next(level for level in Home if level in found)


def _compare_trades(one: tuple[str, ...], other: tuple[str, ...]) -> Same:
    if not one or not other:
        return Same.NONE
    return Same.SAME if any(a in b or b in a for a in one for b in other) else Same.OTHER


def _compare_births(one: date | None, other: date | None) -> Same:
    if one is None or other is None:
        return Same.NONE
    return Same.SAME if one == other else Same.OTHER


# From what speaks most for one person to what speaks most against: each scale is what `scoring` must keep to.
SCALES: dict[str, tuple[StrEnum, ...]] = {
    "number": (Number.WHOLE, Number.FIRST6_LAST4, Number.LAST4, Number.NONE, Number.OTHER),
    "name": tuple(Name),
    "phone": (Phone.SAME, Phone.ONE_DIGIT, Phone.NONE, Phone.OTHER),
    "home": (Home.VILLAGE, Home.TOWNSHIP, Home.COUNTY, Home.NONE, Home.OTHER),
    "trade": (Same.SAME, Same.NONE, Same.OTHER),
    "birth": (Same.SAME, Same.NONE, Same.OTHER),
}
