"""Identity numbers of 18 digits (GB 11643-1999): area, birth date, order with sex in its parity, check digit."""
from bisect import bisect_right
from datetime import date, timedelta

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"

# Birth years, and how many people a day of each are at hand: the ages of those who went to work in spring 2020.
# Who is born in 2003 or 2004 is 16 or 17 then: matched only where a posting allows it, so there are very few.
_BANDS = (
    (date(1961, 1, 1), date(1964, 12, 31), 150),
    (date(1965, 1, 1), date(1969, 12, 31), 700),
    (date(1970, 1, 1), date(1996, 12, 31), 999),
    (date(1997, 1, 1), date(2001, 12, 31), 700),
    (date(2003, 1, 1), date(2004, 2, 29), 6),
)


def _days(band: tuple[date, date, int]) -> int:
    return (band[1] - band[0]).days + 1


_STARTS = [0]
for _band in _BANDS:
    _STARTS.append(_STARTS[-1] + _days(_band) * _band[2])

CAPACITY = _STARTS[-1]
_BITS = CAPACITY.bit_length()
_MASK = (1 << _BITS) - 1


def check_digit(digits: str) -> str:
    """The 18th digit, 0 to 9 or X, of the 17 before it."""
    return _CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11]


def _shuffled(ordinal: int) -> int:
    """Another number under CAPACITY, a different one for each ordinal: bijective steps, repeated while above it."""
    mixed = ordinal
    while True:
        for factor in (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35):
            mixed = (mixed * factor + 0x27D731) & _MASK
            mixed ^= mixed >> (_BITS // 2)
        if mixed < CAPACITY:
            return mixed


def birth_and_order(ordinal: int) -> tuple[date, int]:
    """A birth date and an order number (odd: male), a pair of their own for each ordinal from 0 to CAPACITY - 1."""
    if not 0 <= ordinal < CAPACITY:
        raise ValueError(f"ordinal {ordinal}: expected 0 to {CAPACITY - 1}, each person having a number of their own")
    slot = _shuffled(ordinal)
    band = bisect_right(_STARTS, slot) - 1
    first_day, _last_day, per_day = _BANDS[band]
    day, order = divmod(slot - _STARTS[band], per_day)
    return first_day + timedelta(days=day), order + 1


def identity_number(area: str, birth_date: date, order: int) -> str:
    """The whole number from an area of six digits, a birth date and an order number of 1 to 999."""
    digits = f"{area}{birth_date:%Y%m%d}{order:03d}"
    return digits + check_digit(digits)
