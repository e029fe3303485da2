"""What an identity number says by itself (GB 11643), and which two numbers one slip of the hand lies between."""
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"\d{15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Certain:
    """What a number whose check digit is right says of its holder."""

    birth_date: date
    sex: str


def certain_of(number: str) -> Certain | None:
    """Nothing of a number that is mistyped, or of another kind of document."""
    if not _EIGHTEEN.fullmatch(number):
        return None
    if _CHECK_DIGITS[sum(w * int(d) for w, d in zip(_WEIGHTS, number[:17], strict=True)) % 11] != number[17]:
        return None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return Certain(born, "m" if int(number[16]) % 2 else "f")


def _body(number: str) -> str:
    """The 17 digits without the check digit; the number of 15 digits that was given before 1999 is one of them."""
    if _FIFTEEN.fullmatch(number):
        return f"{number[:6]}19{number[6:]}"
    return number[:17] if _EIGHTEEN.fullmatch(number) else ""


def _slips(body: str) -> Iterator[tuple[int, str]]:
    """Equal for two bodies that differ in one place, or by two neighbours in the wrong order."""
    for place in range(len(body)):
        yield place, f"{body[:place]}?{body[place + 1:]}"
    for place in range(len(body) - 1):
        pair = "".join(sorted(body[place : place + 2]))
        if pair[0] != pair[1]:
            yield -place - 1, body[:place] + pair + body[place + 2 :]


def one_slip_apart(numbers: Mapping[int, str]) -> set[tuple[int, int]]:
    """Pairs of keys, the smaller one first, whose numbers are one mistyped digit or two swapped ones apart.

    The check digit is left out: whoever mistypes a digit into a number that still holds has another one of them.
    """
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for key, number in numbers.items():
        for slip in _slips(_body(number)):
            alike[slip].append(key)
    return {(min(a, b), max(a, b)) for keys in alike.values() if len(keys) > 1 for a, b in combinations(keys, 2)}
